"""Duels that get nowhere end up with a moderator, and who has just started one is left alone."""

from __future__ import annotations

import logging

import pytest
from support import CHANNEL, Cast, StandingClock
from workshop import MODEL, Moody, Post, Slow, Worker, duel_of, playing, starting, worker

from engine.arena.adjournments import STUCK, VOID_AFTER_MS
from engine.arena.turns import STARTING_MS
from engine.model import Status
from engine.queues.messages import HOPS
from engine.stores.sqlite import SqliteStore

DUEL = duel_of("r")


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def store() -> SqliteStore:
    return SqliteStore.open(":memory:")


@pytest.fixture
async def at_work(store: SqliteStore, post: Post) -> Worker:
    clock = StandingClock()
    one = worker(Slow(store, clock), post, Cast({MODEL: Moody()}), clock, "w")
    assert not await one.work([starting("r", "tic_tac_toe", MODEL, "engine/random")])
    return one


async def rounds(at_work: Worker, post: Post, most: int) -> int:
    """How often the duel comes back from invocations that have no time for it."""
    at_work.arena.context.store.busy = True
    number = 0
    while number < most and (bodies := post.taken()):
        assert not await at_work.work(bodies)
        number += 1
    at_work.arena.context.store.busy = False
    return number


async def stuck(at_work: Worker, post: Post) -> None:
    await rounds(at_work, post, HOPS + 5)
    assert not post.sent


async def test_a_duel_that_no_worker_has_time_for_is_adjourned_and_told_of(
    at_work: Worker, post: Post, store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert await rounds(at_work, post, 10 * HOPS) == HOPS + 2
    state = await at_work.arena.context.load(DUEL)
    assert state.adjourned == STUCK
    assert f"duel {DUEL} is adjourned: it goes on when a moderator resumes it" in caplog.messages
    clock = at_work.arena.context.clock
    assert isinstance(clock, StandingClock)
    for _ in range(24 * 6):
        clock.pass_seconds(3600)
        assert await at_work.arena.turns.sweep() == 0
        await at_work.arena.adjournments.sweep()
    head = await store.head(DUEL)
    assert head
    assert (head.status, head.lease) == (Status.ADJOURNED, None)


async def test_a_moderator_lets_it_go_on_to_its_end(at_work: Worker, post: Post) -> None:
    await stuck(at_work, post)
    assert await at_work.arena.adjournments.resume(CHANNEL, "mia") == (1, 0)
    assert not await at_work.work(playing([DUEL]))
    assert (await at_work.arena.context.head(DUEL)).status is Status.OVER
    assert await at_work.arena.adjournments.resume(CHANNEL, "mia") == (0, 0)


async def test_after_seven_days_it_is_void(at_work: Worker, post: Post) -> None:
    await stuck(at_work, post)
    clock = at_work.arena.context.clock
    assert isinstance(clock, StandingClock)
    clock.pass_seconds(VOID_AFTER_MS / 1000)
    await at_work.arena.adjournments.sweep()
    outcome = (await at_work.arena.context.head(DUEL)).outcome
    assert outcome
    assert outcome.void


async def test_without_that_the_sweeper_starts_the_count_anew_for_ever(
    at_work: Worker, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard removed: each sweep begins another twenty rounds."""

    async def nothing(*_: object) -> bool:
        return False

    monkeypatch.setattr("bot.batch.set_aside", nothing)
    await stuck(at_work, post)
    for _ in range(3):
        assert await at_work.arena.turns.sweep() == 1
        assert not await at_work.work([])
        assert await rounds(at_work, post, 10 * HOPS) >= HOPS


async def test_a_duel_that_was_just_created_is_left_to_who_created_it(
    store: SqliteStore, post: Post, at_work: Worker
) -> None:
    """Its first board is not posted yet, and its message not sent."""
    clock = at_work.arena.context.clock
    assert isinstance(clock, StandingClock)
    post.taken()  # the worker is killed before it has
    clock.pass_seconds(STARTING_MS / 1000 - 1)
    assert await at_work.arena.turns.sweep() == 0
    clock.pass_seconds(2)
    assert await at_work.arena.turns.sweep() == 1


async def test_a_duel_that_was_played_on_is_found_at_once(store: SqliteStore, post: Post, at_work: Worker) -> None:
    assert await rounds(at_work, post, 1) == 1
    assert len(post.taken()) == 1
    assert await at_work.arena.turns.sweep() == 1
