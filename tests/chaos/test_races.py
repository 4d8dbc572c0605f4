"""Sixty-four workers want the same ply, and sixty-four sessions the same money: one has it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import pytest
from careless import Careless
from local_aws import LocalAws
from money import CEILING, RATES, cap, ledgers
from support import CHANNEL, Cast, StandingClock, share, start

from bot.clock import SystemClock
from bot.hub import Hub
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.ledger import Ledger
from engine.arena.purse import Purse
from engine.duel import State
from engine.errors import Conflict
from engine.model import Player, Seat, Turn
from engine.ports import Store
from engine.queues.local import LocalQueue
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore
from engine.stores.sqlite import SqliteStore

WORKERS: Final = 64
PROCESSES: Final = 4
DEAR: Final = "x/dear"


@asynccontextmanager
async def on_sqlite(_: LocalAws, **more: Any) -> AsyncIterator[Sequence[Store]]:
    store: Any = SqliteStore.open(":memory:")
    yield [Flattering(store) if more.get("careless") else store]
    await store.close()


@asynccontextmanager
async def on_dynamodb(aws: LocalAws, **more: Any) -> AsyncIterator[Sequence[Store]]:
    """As many stores as processes, each with threads of its own."""
    api = aws.shared("dynamodb")
    with aws.table(table("arena")) as name:
        api = Careless(api) if more.get("careless") else api
        yield [DynamoStore(Client(api, name, SystemClock(), random.Random(seed))) for seed in range(PROCESSES)]


STORES: Final = pytest.mark.parametrize("opening", [on_sqlite, on_dynamodb], ids=["sqlite", "dynamodb"])


class Flattering:
    """A store without a guard: everybody is told that theirs is the entry."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def append(self, *arguments: Any) -> None:
        try:
            await self._store.append(*arguments)
        except Conflict:
            return


def workers(stores: Sequence[Store], count: int = WORKERS) -> list[Arena]:
    """Each a worker of its own, which shares nothing with the others but what is stored."""
    cast = Cast({DEAR: Silent()})
    cast.costs[DEAR] = RATES
    return [
        Arena.over(
            Context(stores[n % len(stores)], LocalQueue(), cast, StandingClock(), Hub(), b"a secret of tests", f"w{n}")
        )
        for n in range(count)
    ]


class Silent:
    """A model that nobody asks here."""


async def race(arenas: Sequence[Arena], rounds: int) -> None:
    """Each round, every worker appends a move of its own choice to the same log; one has done it."""
    rng, played = random.Random(1), 0
    while played < rounds:
        head = await start(arenas[0], "chess", "engine/random", "engine/random", f"r{played}")
        state = await arenas[0].context.load(head.duel_id)
        while played < rounds and not state.game.outcome(state.position):
            state = await one_round(arenas, head.duel_id, state, rng)
            played += 1


async def one_round(arenas: Sequence[Arena], duel_id: str, state: State, rng: random.Random) -> State:
    (seat,) = state.to_move()
    moves = list(state.game.legal_moves(state.position, seat) or ())
    turns = [Turn({seat: state.game.encode(rng.choice(moves))}) for _ in arenas]
    writes = (
        arena.context.append(duel_id, state, turn, arena.context.fresh_id())
        for arena, turn in zip(arenas, turns, strict=True)
    )
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(result) for result in results} <= {State, Conflict}, results
    won = [number for number, result in enumerate(results) if isinstance(result, State)]
    assert len(won) == 1, f"{len(won)} workers were told that theirs is the ply"
    written = await arenas[0].context.store.entries(duel_id, after=state.entry)
    assert [entry.body for entry in written] == [turns[won[0]]]
    assert written[0].id.startswith(f"w{won[0]}.")
    return next(result for result in results if isinstance(result, State))


@pytest.mark.torture
@STORES
async def test_of_many_workers_one_plays_the_ply(opening: Any, local_aws: LocalAws) -> None:
    rounds = share(1000, 20)
    async with opening(local_aws) as stores:
        await race(workers(stores), rounds)
    print(f"{rounds} rounds of 1000, {WORKERS} workers: one winner each")


@STORES
async def test_without_its_guard_many_play_it(opening: Any, local_aws: LocalAws) -> None:
    async with opening(local_aws, careless=True) as stores:
        with pytest.raises(AssertionError, match="workers were told"):
            await race(workers(stores), 1)


async def spend(arenas: Sequence[Arena], limit: int, seed: int) -> tuple[int, int]:
    """Every worker asks its model as long as there is money; what was billed, and what is counted."""
    rng, billed = random.Random(seed), 0

    async def ask(arena: Arena, number: int) -> None:
        nonlocal billed
        purse = Purse(arena.context, f"duel-{seed}-{number}", terms, [Seat.FIRST])
        for ply in range(5):
            if not purse.covers([Seat.FIRST]) and not await purse.take([Seat.FIRST], ply, {}):
                break
            cost = rng.randint(1, CEILING)
            billed += cost
            purse.pay(Player.named(DEAR), cost)
        await purse.close()

    terms = (await start(arenas[0], "chess", "engine/random", "engine/random", f"s{seed}")).terms
    terms = replace(terms, players={seat: Player.named(DEAR) for seat in Seat})
    before = await counted(arenas[0])
    await cap(arenas[0].context, CHANNEL, before + limit, f"cap-{seed}")
    await asyncio.gather(*(ask(arenas[number % len(arenas)], number) for number in range(WORKERS)))
    return billed, await counted(arenas[0]) - before


async def counted(arena: Arena) -> int:
    found = await ledgers(arena.context, CHANNEL)
    assert all(not ledger.holds for ledger in found.values())
    return sum(ledger.total for ledger in found.values())


@pytest.mark.torture
@STORES
@pytest.mark.parametrize("guarded", [True, False])
async def test_of_many_spenders_nobody_goes_beyond_the_cap(
    opening: Any, local_aws: LocalAws, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where what others have set aside does not count, the cap is broken."""
    if not guarded:
        monkeypatch.setattr(Ledger, "room", lambda ledger, cap: cap - ledger.total)
    rounds, limit, over = share(50, 1) if guarded else 1, 40 * CEILING, 0
    async with opening(local_aws) as stores:
        arenas = workers(stores, WORKERS if share(50, 1) == 50 else 8)
        for seed in range(rounds):
            billed, found = await spend(arenas, limit, seed)
            assert found == billed
            over = max(over, billed - limit)
            assert billed > limit / 2
    assert (over <= 0) is guarded
    if guarded:
        print(f"{rounds} rounds of 50, {WORKERS} spenders of {len(arenas)} workers: overshoot {max(0, over)}")
