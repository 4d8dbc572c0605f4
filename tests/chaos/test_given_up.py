"""What an invocation has no time for: a duel has its lease, a request only its message."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest
from support import Cast, StandingClock
from workshop import MODEL, Moody, Post, Worker, carry_out, duel_of, starting, worker

from bot.batch import SHOW_SECONDS, Batch, Late, Request
from bot.inbox import Inbox
from bot.sealing import sealing_key
from engine.arena import gate
from engine.arena.gate import Why
from engine.errors import BadMessage
from engine.stores.sqlite import SqliteStore
from lambda_interactions import sweeper
from lambda_interactions.sealing import sealed
from lambda_interactions.worker import read


@pytest.fixture
def at_work() -> Worker:
    return worker(SqliteStore.open(":memory:"), Post(), Cast({MODEL: Moody()}), StandingClock(), "w")


def asked() -> Request:
    body = starting("r", "tic_tac_toe", MODEL, "engine/random")
    (work,) = read([{"messageId": "m", "body": body}])[0].values()
    assert isinstance(work, Request)
    return work


async def test_a_request_that_has_no_time_comes_again_and_is_then_carried_out(at_work: Worker) -> None:
    request, waiting = asked(), asyncio.Event()

    async def slow(body: str) -> None:
        await waiting.wait()
        await carry_out(at_work.arena, body)

    inboxes = {request.platform: Inbox(None, slow)}  # type: ignore[arg-type]
    batch = Batch(at_work.arena, at_work.opened.chat, inboxes, at_work.opened.queue)
    late = await batch.work({"m": request}, SHOW_SECONDS + 0.05)
    assert isinstance(late["m"], Late)
    assert await at_work.arena.context.store.head(duel_of("r")) is None
    waiting.set()
    assert await batch.work({"m": request}, SHOW_SECONDS + 5) == {"m": None}
    assert await at_work.arena.context.store.head(duel_of("r")) is not None


async def test_what_is_typed_while_the_store_is_closed_is_refused_and_nothing_is_noted_of_it(at_work: Worker) -> None:
    """A copy of the store is compared to its end: on a busy server, notes of commands would keep the two apart."""
    store, taken, request = at_work.arena.context.store, list[str](), asked()
    assert isinstance(store, SqliteStore)

    async def take(body: str) -> None:
        taken.append(body)

    inboxes = {request.platform: Inbox(None, take)}  # type: ignore[arg-type]
    batch = Batch(at_work.arena, at_work.opened.chat, inboxes, at_work.opened.queue)
    await gate.close(store, Why.MOVED, "sqlite:/new")
    assert await batch.work({"m": request}, SHOW_SECONDS + 5) == {"m": None}
    assert taken == [request.body], "who asked is not told"
    assert not [record async for record in store.records()]


async def test_a_sealed_request_is_carried_out_and_one_of_another_secret_comes_to_the_dead_letters(
    at_work: Worker,
) -> None:
    request, batch = asked(), at_work.batch
    for secret, wanted in ((b"another secret", BadMessage), (at_work.arena.context.secret, type(None))):
        box = sealed(request.body, bytes.fromhex(sealing_key(secret)))
        answers = await batch.work({"m": replace(request, body=box, sealed=True)}, SHOW_SECONDS + 5)
        assert isinstance(answers["m"], wanted)
    assert await at_work.arena.context.store.head(duel_of("r")) is not None


async def test_boards_that_take_too_long_keep_no_duel_waiting(
    at_work: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    flushed: list[str] = []
    never = asyncio.Event()

    async def flush(*_: Any) -> None:
        flushed.append("flushed")

    async def mend(*_: Any) -> int:
        assert flushed, "what is due is queued before boards are looked at"
        await never.wait()
        return 0

    monkeypatch.setattr(sweeper, "BOARDS_SECONDS", 0.01)
    monkeypatch.setattr(type(at_work.opened.queue), "flush", flush)
    monkeypatch.setattr(type(at_work.opened.chat.announcing), "mend", mend)
    with caplog.at_level(logging.ERROR):
        done = await sweeper.sweep(at_work.opened)
    assert "boards" not in done
    assert "the sweep of boards failed" in caplog.messages
    assert len(flushed) == 2
