"""Duels whose models fail in every way, and what both meters say of them afterwards, to the unit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from support import StandingClock, start
from support_metering import samples, totals

from bot.hub import Hub
from bot.metering.emf import EmfMeter
from bot.metering.prometheus import PrometheusMeter
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.endings import finish
from engine.errors import ProviderDown, ProviderRefused
from engine.players.llm import Policy
from engine.players.model_card import ModelCard, Price
from engine.players.roster import Roster
from engine.players.vendor import Vendor
from engine.ports import Ask, Completion, Meter
from engine.queues.local import LocalQueue
from engine.stores.sqlite import SqliteStore

CALL_SECONDS: Final = 1.5
TOKENS_IN, TOKENS_OUT = 100, 10
CALL_NANO_USD: Final = 100 * 2_000 + 10 * 10_000
PRICE: Final = Price(2_000 * 1_000_000, 10_000 * 1_000_000, "2026-11-01", "a page of a test")
POLICY: Final = Policy(attempts=3, pause_seconds=1, outage_seconds=20)
LIMITED: Final = ProviderDown("too fast", 1.0, limited=True)

Said = str | Completion | Exception


class Script:
    """A model's API that says what stands in its lines, each after a second and a half."""

    def __init__(self, clock: StandingClock, *lines: Said) -> None:
        self._clock = clock
        self._lines = list(lines)

    def check(self, model: str, constrained: bool) -> None:
        """It can."""

    async def complete(self, ask: Ask) -> Completion:
        self._clock.pass_seconds(CALL_SECONDS)
        said = self._lines.pop(0) if len(self._lines) > 1 else self._lines[0]
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, Completion) else Completion(said, TOKENS_IN, TOKENS_OUT)

    async def close(self) -> None:
        """Nothing to close."""


@asynccontextmanager
async def arena_of(meter: Meter, clock: StandingClock, **scripts: tuple[Said, ...]) -> AsyncIterator[Arena]:
    """An arena with a provider for each script, whose one model is called ``model``."""

    def vendor(name: str, lines: tuple[Said, ...]) -> Vendor:
        return Vendor(lambda: Script(clock, *lines), {"model": ModelCard(f"{name}/model", price=PRICE)})

    vendors = {name: vendor(name, lines) for name, lines in scripts.items()}
    store = SqliteStore.open(":memory:")
    roster = Roster(vendors, {}, clock, POLICY, meter=meter)
    try:
        yield Arena.over(Context(store, LocalQueue(), roster, clock, Hub(), b"a secret of tests", "worker", meter))
    finally:
        await roster.close()
        await store.close()


async def played(meter: Meter, clock: StandingClock) -> None:
    """One duel that is won after every kind of failure, one forfeited, one void for an outage, one cancelled."""
    cut = Completion("I think that", TOKENS_IN, TOKENS_OUT, truncated=True)
    async with arena_of(
        meter,
        clock,
        wavering=("", "what?", "1", LIMITED, "2", "3"),
        clumsy=(cut, "1", "4", "4 or 5", "5"),
        hopeless=("no",),
        away=(ProviderDown("HTTP 503"),),
        barred=(ProviderRefused("a bad key"),),
    ) as arena:
        for number, (first, second) in enumerate(
            [
                ("wavering/model", "clumsy/model"),
                ("hopeless/model", "engine/random"),
                ("away/model", "engine/random"),
                ("barred/model", "engine/random"),
            ]
        ):
            head = await start(arena, "tic_tac_toe", first, second, f"duel-{number}")
            await arena.turns.play(head.duel_id)
            # A worker that comes again, and one that was as far when the end was written, count nothing twice.
            await arena.turns.play(head.duel_id)
            await finish(arena.context, head, await arena.context.load(head.duel_id))


CALLS: Final = {"wavering": 6, "clumsy": 5, "hopeless": 3, "barred": 1}
ANSWERS: Final = 5 + 5 + 3


async def test_prometheus_counts_them() -> None:
    meter = PrometheusMeter()
    await played(meter, StandingClock())
    page = samples(meter.page())
    assert page["arena_plies_total"] == 5
    failures = {kind: page[f'arena_attempt_failures_total{{kind="{kind}"}}'] for kind in KINDS}
    assert failures == KINDS
    assert page["arena_forfeits_total"] == 1
    assert page['arena_voids_total{termination="provider-down"}'] == 2
    assert page['arena_throttles_total{by="wavering"}'] == 1
    assert page["arena_cost_usd_total"] == pytest.approx(ANSWERS * CALL_NANO_USD / 1e9)
    for provider, calls in CALLS.items():
        assert page[f'arena_model_call_seconds_count{{provider="{provider}"}}'] == calls
        assert page[f'arena_model_call_seconds_sum{{provider="{provider}"}}'] == calls * CALL_SECONDS
        assert page[f'arena_model_call_seconds_bucket{{le="1.0",provider="{provider}"}}'] == 0
        assert page[f'arena_model_call_seconds_bucket{{le="2.0",provider="{provider}"}}'] == calls
    assert page['arena_model_calls_unanswered_total{provider="wavering"}'] == 1
    away = page['arena_model_call_seconds_count{provider="away"}']
    assert away > 1
    assert page['arena_model_calls_unanswered_total{provider="away"}'] == away


KINDS: Final = {"EMPTY": 1, "TRUNCATED": 1, "UNPARSABLE": 4, "AMBIGUOUS": 1, "ILLEGAL": 1}


async def test_cloudwatch_is_told_the_same() -> None:
    lines: list[str] = []
    clock = StandingClock()
    meter = EmfMeter(clock, lines.append)
    await played(meter, clock)
    meter.flush()
    found = totals(lines)
    times: Any = found.pop("ModelCallTime")
    assert set(times) == {CALL_SECONDS}
    assert len(times) > sum(CALLS.values())
    assert found == {
        "Plies": 5,
        "FailuresUnfinished": 2,
        "FailuresUnreadable": 5,
        "FailuresIllegal": 1,
        "Forfeits": 1,
        "Voids": 2,
        "Cost": pytest.approx(ANSWERS * CALL_NANO_USD / 1e9),
        "Throttles": 1,
    }


async def test_plies_of_people_and_duels_called_off_are_counted() -> None:
    meter = PrometheusMeter()
    async with arena_of(meter, StandingClock()) as arena:
        head = await start(arena, "rock_paper_scissors", "human/ann", "human/bob", agreed=frozenset({"bob"}))
        await arena.turns.play(head.duel_id)
        for person in ("ann", "bob", "bob"):  # the last is the same request again
            await arena.duels.move(head.duel_id, person, "rock", f"by-{person}")
        await arena.duels.call_off(head.duel_id, "a test")
    page = samples(meter.page())
    assert page["arena_plies_total"] == 2
    assert page['arena_voids_total{termination="cancelled"}'] == 1
    assert page["arena_forfeits_total"] == 0
