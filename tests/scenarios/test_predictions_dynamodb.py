"""Predictions among workers that remember what they have read: what one of them takes for the newest may be old."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from journeys import after_the_next
from local_aws import LocalAws
from support import CHANNEL, Cast, Line, StandingClock, start

from bot.hub import Hub
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.points import Points
from engine.arena.pools import START
from engine.errors import OutOfTurn, UserError
from engine.queues.local import LocalQueue
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.remembering import RememberingStore

LEASE_MS = 900_000


@asynccontextmanager
async def workers(aws: LocalAws) -> AsyncIterator[tuple[Arena, Arena]]:
    """Two that share a table and nothing else."""
    clock = StandingClock()
    async with AsyncExitStack() as stack:
        name = stack.enter_context(aws.table(table("arena")))
        made = []
        for worker in ("one", "other"):
            store = RememberingStore(Client(aws.shared("dynamodb"), name, clock, random.Random(0)))
            cast = Cast({"x/a": Line("1", "2", "3"), "x/b": Line("4", "5")})
            made.append(Arena.over(Context(store, LocalQueue(), cast, clock, Hub(), b"a secret", worker)))
        yield made[0], made[1]


async def stands(arena: Arena, duel_id: str, person: str) -> tuple[int, int]:
    """What a member's pool and account say of their stake, read by nobody who remembers."""
    store = arena.context.store
    assert isinstance(store, RememberingStore)
    store.clear()
    pool = await arena.predictions.staked(duel_id)
    staked = pool.sure[person].points if pool and person in pool.sure else 0
    (account,) = (await arena.predictions.member(CHANNEL, "1", person)).accounts
    return staked, START - account.points


@pytest.mark.parametrize("change", ["change_account", "change_pool"])
async def test_of_two_stakes_by_two_workers_one_stands(
    change: str, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with workers(local_aws) as (one, other):
        duel_id = (await start(one, "tic_tac_toe", "x/a", "x/b")).duel_id
        after_the_next(Points, change, monkeypatch, lambda: other.staking.stake(duel_id, "ann", "second", 1, "r2"))
        with pytest.raises(UserError, match="twice at the same moment"):
            await one.staking.stake(duel_id, "ann", "first", 900, "r1")
        assert await stands(one, duel_id, "ann") == (1, 1)


async def test_an_end_that_another_worker_wrote_is_seen_by_who_holds_the_lease(local_aws: LocalAws) -> None:
    async with workers(local_aws) as (one, other):
        duel_id = (await start(one, "tic_tac_toe", "x/a", "x/b")).duel_id
        assert await one.context.claim(duel_id, LEASE_MS)
        assert await one.context.load(duel_id)
        await other.duels.cancel(duel_id, "ann", "r")
        with pytest.raises(OutOfTurn, match="over"):
            await one.staking.stake(duel_id, "eve", "first", 900, "r1")
        assert await stands(one, duel_id, "eve") == (0, 0)


async def test_many_stakes_of_one_member_are_never_more_than_they_have(local_aws: LocalAws) -> None:
    async with workers(local_aws) as (one, other):
        ids = [(await start(one, "tic_tac_toe", "x/a", "x/b", f"r{number}")).duel_id for number in range(3)]
        rng = random.Random(7)
        asked = [
            arena.staking.stake(duel_id, "ann", rng.choice(["first", "second"]), 700, f"{number} {arena is one}")
            for number in range(3)
            for duel_id in ids
            for arena in (one, other)
        ]
        rng.shuffle(asked)
        await asyncio.gather(*asked, return_exceptions=True)
        staked = [await stands(one, duel_id, "ann") for duel_id in ids]
        assert sum(pool for pool, _ in staked) == staked[0][1] <= START
