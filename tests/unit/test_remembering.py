"""The store of a worker: where it is, and that what it remembers is never older than what it has written itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from support import CHANNEL, StandingClock

from bot.settings import read
from engine.errors import NotConfigured
from engine.model import Document
from engine.stores.remembering import RememberingStore


class Slow:
    """A table whose answers to reads are on their way until they are let through."""

    def __init__(self) -> None:
        self.clock = StandingClock()
        self.items: dict[tuple[str, str], Any] = {}
        self.reading = asyncio.Event()
        self.answered = asyncio.Event()
        self.answered.set()

    async def get(self, key: dict[str, Any]) -> Any:
        found = self.items.get((key["pk"]["S"], key["sk"]["S"]))
        self.reading.set()
        await self.answered.wait()
        return found

    async def put(self, item: dict[str, Any], _condition: Any) -> None:
        await self.reading.wait()
        self.items[item["pk"]["S"], item["sk"]["S"]] = item


async def test_a_read_that_began_before_a_write_does_not_bring_back_what_was() -> None:
    table = Slow()
    table.reading.set()
    store = RememberingStore(table)  # type: ignore[arg-type]
    first = await store.put_document(Document(CHANNEL, "budget", "2026-11", {"n": 1}))
    table.reading.clear()
    table.answered.clear()
    writing = asyncio.create_task(store.put_document(replace(first, body={"n": 2})))
    await asyncio.sleep(0)  # it has begun: what was remembered is dropped
    reading = asyncio.create_task(store.document(CHANNEL, "budget", "2026-11"))
    await writing
    table.answered.set()
    await reading
    remembered = await store.document(CHANNEL, "budget", "2026-11")
    assert remembered
    assert (remembered.version, remembered.body) == (2, {"n": 2})


async def test_what_another_worker_wrote_is_read_where_the_newest_is_asked_for() -> None:
    table = Slow()
    table.reading.set()
    mine, theirs = RememberingStore(table), RememberingStore(table)  # type: ignore[arg-type]
    first = await mine.put_document(Document(CHANNEL, "budget", "2026-11", {"n": 1}))
    second = await theirs.put_document(replace(first, body={"n": 2}))
    assert await mine.document(CHANNEL, "budget", "2026-11") == first, "remembered: what spares a call"
    assert await mine.document(CHANNEL, "budget", "2026-11", newest=True) == second
    assert await mine.document(CHANNEL, "budget", "2026-11") == second, "it is not older afterwards"


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_a_region_is_needed_and_either_variable_says_it(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    with pytest.raises(NotConfigured, match="AWS_REGION is not set"):
        RememberingStore.open("arena", StandingClock())
    region = read({"HOME": "/nowhere", variable: "eu-central-1"}).aws.region
    assert RememberingStore.open("arena", StandingClock(), region=region)
