"""A round is paired beside the event loop: everybody else's duels go on, however large the field."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from support import share

from engine.arena.tournament import pairing
from engine.arena.tournament.log import State
from engine.arena.tournament.plan import Plan
from engine.errors import ArenaError, UserError
from engine.options import check
from engine.tournaments import named
from engine.tournaments.model import Entrant, Played, Result

LONGEST_SECONDS = 1.0
"""The loop of a busy machine can be late anyway; a duel's watchers do not notice less."""


def after_a_round(count: int, played_as: str = "swiss") -> State:
    """A tournament of so many whose first round is over."""
    form, rng = named(played_as), random.Random(count)
    options = check(form.options, {"rounds": 5})
    entrants = tuple(Entrant(f"e{place}", place) for place in range(1, count + 1))
    first = form.next_round(entrants, (), options, 0)
    assert first is not None
    results = {one.table: Result(*rng.choice([(2, 0), (1, 1), (0, 2)])) for one in first.pairings}
    return State(Plan("Cup", played_as, "chess", "host", options), entrants=entrants, played=(Played(first, results),))


@dataclass
class Loop:
    """How the event loop has run. ``longest`` seconds nobody had a turn."""

    turns: int = 0
    longest: float = 0.0


@asynccontextmanager
async def watching() -> AsyncIterator[Loop]:
    loop = Loop()

    async def turn() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.005)
            now = time.perf_counter()
            loop.turns, loop.longest, last = loop.turns + 1, max(loop.longest, now - last), now

    task = asyncio.create_task(turn())
    try:
        yield loop
    finally:
        task.cancel()


@pytest.mark.torture
async def test_the_loop_goes_on_while_a_large_field_is_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    state = after_a_round(share(1000, 20))
    monkeypatch.setattr(pairing, "LARGE", min(pairing.LARGE, len(state.entrants)))
    async with watching() as loop:
        began = time.perf_counter()
        found = await pairing.next_round(state)
        took = time.perf_counter() - began
    assert found is not None
    assert len(found.pairings) == len(state.entrants) // 2
    assert loop.turns > 10
    assert loop.longest < LONGEST_SECONDS
    print(f"{len(state.entrants)} entrants were paired in {took:.1f} s; the loop was held up for {loop.longest:.3f} s")


async def test_pairing_on_the_loop_is_found_out() -> None:
    state = after_a_round(20)
    async with watching() as loop:
        pairing._paired((state.plan.format, state.entrants, state.played, dict(state.plan.options), 0))
    assert loop.turns == 0


async def test_a_process_pairs_as_this_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    state = after_a_round(21)
    here = await pairing.next_round(state)
    monkeypatch.setattr(pairing, "LARGE", 2)
    assert await pairing.next_round(state) == here


async def test_what_goes_wrong_there_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "LARGE", 1)
    form = named("swiss")
    alone = State(Plan("Cup", "swiss", "chess", "host", check(form.options, {})), entrants=(Entrant("e1", 1),))
    with pytest.raises(UserError):
        await pairing.next_round(alone)


async def test_a_process_that_dies_is_an_error_of_the_arena(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "LARGE", 2)
    monkeypatch.setattr(pairing, "_answer", _dies)
    with pytest.raises(ArenaError, match="ended with 1"):
        await pairing.next_round(after_a_round(4))


def _dies(there: object, field: object) -> None:
    raise SystemExit(1)
