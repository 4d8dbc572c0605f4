"""A mirror of a table: whole after a copy, the same after a change, killed at any write, and honest if it is not."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from killed_store import Killed
from local_aws import LocalAws
from stores_support import TERMS, document
from support import Cast, share, start
from test_stores_archive import everything, fill

from bot.clock import SystemClock
from bot.hub import Hub
from engine.arena import Arena, gate, mirroring
from engine.arena.context import Context
from engine.arena.gate import Why
from engine.arena.migration import fingerprints
from engine.arena.mirroring import Mirror
from engine.errors import JournalLost, NotAllowed, StoreError
from engine.model import Document, End, Status
from engine.ports import Change
from engine.queues.local import LocalQueue
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamo_journal import DynamoJournal
from engine.stores.dynamodb import DynamoStore
from engine.stores.sqlite import SqliteStore

NAME: Final = "dynamodb:arena"


class Source:
    """A table with a stream."""

    def __init__(self, aws: LocalAws, name: str) -> None:
        clock = SystemClock()
        self.name = name
        self.store = DynamoStore(Client(aws.shared("dynamodb"), name, clock, random.Random(0)))
        self._parts = (aws.shared("dynamodb"), aws.shared("dynamodbstreams"), name, clock)

    def mirror(self, target: Any) -> Mirror:
        return Mirror(self.store, DynamoJournal(*self._parts), target, NAME, SystemClock())


@asynccontextmanager
async def source_of(aws: LocalAws) -> AsyncIterator[Source]:
    with aws.table(table("arena", stream=True)) as name:
        yield Source(aws, name)


@pytest.fixture
async def source(local_aws: LocalAws) -> AsyncIterator[Source]:
    async with source_of(local_aws) as made:
        yield made


@pytest.fixture
async def target() -> AsyncIterator[SqliteStore]:
    opened = SqliteStore.open(":memory:")
    yield opened
    await opened.close()


async def same(source: Source, target: SqliteStore) -> bool:
    return await fingerprints(source.store.records()) == await fingerprints(target.records())


async def test_what_is_there_is_copied_and_what_changes_is_followed(source: Source, target: SqliteStore) -> None:
    await fill(source.store)
    mirror = source.mirror(target)
    assert await mirror.copy() == len(await everything(source.store))
    assert await same(source, target)
    await change_everything(source.store)
    assert not await same(source, target)
    await mirror.caught_up()
    assert await same(source, target)
    assert (await mirror.verify()).settled == 0


async def test_everything_can_come_by_the_journal_alone(source: Source, target: SqliteStore) -> None:
    mirror = source.mirror(target)
    await mirror.copy()
    await fill(source.store)
    await mirror.caught_up()
    assert await same(source, target)


async def change_everything(store: DynamoStore) -> None:
    """Each kind of change that a store knows."""
    waiting = await store.head("waiting")
    assert waiting
    await store.finish(replace(waiting, outcome=None or (await _outcome(store)), ended_ms=9500, plies=4))
    live = await store.head("live")
    assert live
    await store.show("live", replace(live.shown, channel="c", message_id="m2"))
    await store.update(replace(live, plies=2))
    for name in ("b",):
        kept = await store.document(TERMS.community, "note", name)
        assert kept
        await store.delete_document(kept)
    await store.put_document(document("d", {"new": True}))
    await store.person("web", "account-2", "Zoe", "unused")
    await store.person("web", "account-2", "Ann", "unused")  # seen last of the namesakes again
    await store.forget("p0")
    await store.person("web", "account-0", "Bob again", "p9")


async def _outcome(store: DynamoStore) -> Any:
    over = await store.head("over")
    assert over
    return over.outcome


def held_in(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.iterdir()).lower()


async def test_one_who_was_erased_is_erased_here_from_the_file_too(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "mirror.sqlite3"
    target = SqliteStore.open(path)
    try:
        mirror = source.mirror(target)
        await mirror.copy()
        await source.store.person("web", "account", "Annabelle Ödemark", "p1")
        await mirror.caught_up()
        assert b"annabelle" in held_in(tmp_path)
        await source.store.forget("p1")
        await mirror.caught_up()
        assert await same(source, target)
        assert b"annabelle" not in held_in(tmp_path)
    finally:
        await target.close()


async def played(source: Source, duels: int, seen: asyncio.Event) -> None:
    """An arena at work on the table."""
    ports = (source.store, LocalQueue(), Cast(), SystemClock(), Hub())
    arena = Arena.over(Context(*ports, b"a secret of tests"))
    for number in range(duels):
        head = await start(arena, "tic_tac_toe", "engine/random", "engine/random", f"r{number}")
        await arena.turns.play(head.duel_id)
        seen.set()
        await asyncio.sleep(0)


async def require_prefixes(source: Source, target: SqliteStore) -> int:
    """Each duel of the mirror is one as the source once was; how many are over."""
    over = 0
    for head in await target.duels(TERMS.community, limit=1000):
        ours, theirs = await target.entries(head.duel_id), await source.store.entries(head.duel_id)
        assert ours == theirs[: len(ours)], "the log is another"
        ended = bool(ours) and isinstance(ours[-1].body, End)
        assert ended or head.status is not Status.OVER, "the end is known, and the log does not have it"
        over += ended
    return over


async def test_while_an_arena_is_at_work_each_duel_is_as_it_once_was(source: Source, target: SqliteStore) -> None:
    begun = asyncio.Event()
    work = asyncio.create_task(played(source, 12, begun))
    await begun.wait()
    mirror = source.mirror(target)
    await mirror.copy()
    while not work.done():
        await mirror.step()
        await require_prefixes(source, target)
    await work
    await mirror.caught_up()
    assert await require_prefixes(source, target) == 12
    assert await same(source, target)


class Flaky:
    """A target whose process is killed at a write, before it or after it."""

    def __init__(self, store: SqliteStore, at: int, *, before: bool) -> None:
        self._store, self._left, self._before = store, at, before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def take_over(self, changes: Sequence[Change], mark: Document) -> Document:
        self._left -= 1
        if self._left < 0 and self._before:
            raise Killed
        done = await self._store.take_over(changes, mark)
        if self._left < 0:
            raise Killed
        return done


@pytest.mark.torture
async def test_killed_at_any_write_it_goes_on(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirroring, "BATCH", 5)
    await fill(source.store)
    rng = random.Random(4)
    target = SqliteStore.open(":memory:")
    await source.mirror(target).copy()
    await change_everything(source.store)
    kills = 0
    for number in range(share(200, least=8)):
        at, before = rng.randrange(5), rng.random() < 0.5
        fresh = SqliteStore.open(":memory:")
        with suppress(Killed):
            await source.mirror(Flaky(fresh, at, before=before)).copy()
        while not await source.mirror(fresh).is_whole():
            kills += 1
            with suppress(Killed):
                await source.mirror(Flaky(fresh, rng.randrange(6), before=rng.random() < 0.5)).copy()
        await source.store.put_document(document(f"later-{number}"))
        with suppress(Killed):
            await source.mirror(Flaky(fresh, 0, before=before)).caught_up()
        await source.mirror(fresh).caught_up()
        assert await same(source, fresh), (number, at, before)
        await fresh.close()
    assert kills > 2
    await source.mirror(target).caught_up()
    assert await same(source, target), "one that was left behind while others were made"
    await target.close()


class Forgetful:
    """A target that moves its mark and loses what the mark stands for: the guard that the test above relies on."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def take_over(self, changes: Sequence[Change], mark: Document) -> Document:
        return await self._store.take_over(changes[:-1], mark)


async def test_a_mirror_that_lost_something_is_found_out(
    source: Source, target: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirroring, "SETTLE_SECONDS", 0.0)
    mirror = source.mirror(target)
    await mirror.copy()
    await fill(source.store)
    await source.mirror(Forgetful(target)).caught_up()
    with pytest.raises(StoreError, match=r"differs in \d+ records"):
        await source.mirror(target).verify()


async def test_what_changes_while_it_is_compared_is_told_and_is_no_difference(
    source: Source, target: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = source.mirror(target)
    await mirror.copy()
    await fill(source.store)
    compare, made = mirroring.fingerprints, list[bool]()

    async def meanwhile(*arguments: Any) -> Any:
        found = await compare(*arguments)
        if arguments[0].ag_code.co_filename.endswith("_dynamo_archive.py") and not made:
            made.append(True)
            await source.store.put_document(document("meanwhile"))
        return found

    monkeypatch.setattr(mirroring, "fingerprints", meanwhile)
    kinds = (await mirror.verify()).kinds
    assert kinds == await fingerprints(target.records())
    assert kinds["document"].count == 3


async def test_a_place_that_the_journal_does_not_reach_is_lost(source: Source, target: SqliteStore) -> None:
    mirror = source.mirror(target)
    await mirror.copy()
    await fill(source.store)
    await mirror.caught_up()
    mark = await target.document(mirroring.MIGRATION, "mirror", "main")
    assert mark
    place = json.loads(str(mark.body["place"]))
    place["shards"] = dict.fromkeys(place["shards"], f"{1:030}")
    await target.put_document(replace(mark, body={**mark.body, "place": json.dumps(place)}))
    with pytest.raises(JournalLost, match="keeps a day"):
        await source.mirror(target).step()


async def test_a_mirror_is_of_one_table_and_begins_in_an_empty_file(source: Source, target: SqliteStore) -> None:
    await source.mirror(target).copy()
    other = source.mirror(target)
    other.name = "dynamodb:other"
    with pytest.raises(NotAllowed, match="is a mirror of dynamodb:arena"):
        await other.step()
    full = SqliteStore.open(":memory:")
    await fill(full)
    with pytest.raises(NotAllowed, match="not empty"):
        await source.mirror(full).copy()
    assert await gate.closed_store(full) is None
    await full.close()


async def test_at_its_end_nobody_is_at_its_duels_and_nothing_of_the_mirror_is_left(
    source: Source, target: SqliteStore
) -> None:
    mirror = source.mirror(target)
    await mirror.copy()
    await fill(source.store)
    await mirror.caught_up()
    live = await target.head("live")
    assert live
    assert live.lease
    await mirror.end()
    ended = await target.head("live")
    assert ended
    assert ended.lease is None
    assert await target.due(0) == ["live"]
    assert not await target.documents(mirroring.MIGRATION, "later")
    assert await gate.closed_store(target) == gate.Closed(Why.COPIED, NAME)
    with pytest.raises(NotAllowed, match="is no more"):
        await source.mirror(target).step()


async def test_a_table_without_a_stream_is_said_to_be_one(local_aws: LocalAws, target: SqliteStore) -> None:
    with local_aws.table(table("arena")) as name, pytest.raises(StoreError, match="has no stream"):
        await Source(local_aws, name).mirror(target).copy()
