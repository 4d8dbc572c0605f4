"""Stakes that cross one another, a withdrawal, the duel's end or a crash: points are never made or lost."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext, suppress

import pytest
from journeys import Members, after_the_next
from staked import account, points, pool, stakes, watched

from engine.arena.points import LOOK_AGAIN_MS, Points
from engine.arena.pools import START
from engine.errors import OutOfTurn, UserError
from engine.model import Document
from engine.stores.sqlite import SqliteStore


class Killed(BaseException):
    """The process is gone."""


STANDS = 3
"""So many writes make a stake: the account, the pool, and that it is sure."""


@pytest.mark.parametrize("writes", range(9))
async def test_a_crash_at_any_write_loses_and_makes_no_point(writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as (here, duel_id):
        await stakes(here, duel_id, bob="second 50", eve="first 10")
        await stakes(here, duel_id, eve="second 20")
        with monkeypatch.context() as patch:
            dies_after(writes, patch)
            with pytest.raises(Killed) if writes < STANDS else nullcontext():
                await stakes(here, duel_id, ann="first 100")
            with suppress(Killed):
                await here.arena.turns.play(duel_id)
        here.arena.context.predicted.clear()  # another process has never heard of it
        await here.arena.turns.play(duel_id)
        here.clock.pass_seconds(LOOK_AGAIN_MS / 1000)
        await here.arena.predictions.sweep()
        assert (await pool(here, duel_id)).is_paid
        paid = await points(here)
        assert sum(paid.values()) == 3 * START
        assert paid["ann"] == (START + 70 if writes >= STANDS else START)
        assert not [who for who in here.people if (await account(here, who)).open]


def dies_after(writes: int, patch: pytest.MonkeyPatch) -> None:
    """The process is killed before its next write of a document but so many."""
    put, left = SqliteStore.put_document, iter(range(writes))

    async def dying(store: SqliteStore, document: Document) -> Document:
        if next(left, None) is None:
            raise Killed
        return await put(store, document)

    patch.setattr(SqliteStore, "put_document", dying)


async def test_a_stake_that_comes_too_late_while_it_is_written_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as (here, duel_id):
        await stakes(here, duel_id, bob="second 50", ann="first 10")
        moving(here, duel_id, monkeypatch)
        with pytest.raises(OutOfTurn):
            await stakes(here, duel_id, ann="second 100")
        assert await points(here) == {"ann": START + 50, "bob": START - 50, "eve": START}


async def test_a_stake_cannot_be_taken_back_by_who_has_seen_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as (here, duel_id):
        await stakes(here, duel_id, bob="second 50", ann="first 10", eve="second 5")
        moving(here, duel_id, monkeypatch)
        with pytest.raises(OutOfTurn):
            await here.type("bob", f"/predict withdraw {duel_id}")
        paid = await points(here)
        assert paid["bob"] == START - 50
        assert sum(paid.values()) == 3 * START
        assert not [who for who in here.people if (await account(here, who)).open]


@pytest.mark.parametrize("change", ["change_account", "change_pool"])
async def test_of_two_stakes_at_the_same_moment_one_stands(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as (here, duel_id):
        after_the_next(Points, change, monkeypatch, lambda: stakes(here, duel_id, ann="second 7"))
        with pytest.raises(UserError, match="twice at the same moment"):
            await stakes(here, duel_id, ann="first 900")
        (stake,) = (await pool(here, duel_id)).stakes.values()
        assert (stake.on, stake.points, stake.sure) == ("second", 7, True)
        assert (await account(here, "ann")).points == START - 7


async def test_a_button_that_is_pressed_twice_stakes_once() -> None:
    async with watched() as (here, duel_id):
        each = [here.arena.staking.stake(duel_id, here.id("ann"), "first", 900, f"r{number}") for number in range(4)]
        await asyncio.gather(*each, return_exceptions=True)
        standing = (await pool(here, duel_id)).on("first")
        assert standing in (0, 900)
        assert (await account(here, "ann")).points == START - standing


async def test_the_same_request_again_stakes_the_same() -> None:
    async with watched() as (here, duel_id):
        for _ in range(3):
            await here.arena.staking.stake(duel_id, here.id("ann"), "first", 900, "r")
        assert (await account(here, "ann")).points == START - 900


@pytest.mark.parametrize("change", ["change_account", "change_pool"])
async def test_a_stake_in_the_middle_of_a_withdrawal_stands(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as (here, duel_id):
        await stakes(here, duel_id, ann="first 10")
        after_the_next(Points, change, monkeypatch, lambda: stakes(here, duel_id, ann="first 900"))
        await here.type("ann", f"/predict withdraw {duel_id}")
        standing = (await pool(here, duel_id)).on("first")
        assert standing == 900
        assert (await account(here, "ann")).points == START - standing


async def test_a_stake_that_a_crash_kept_from_being_sure_can_be_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as (here, duel_id):
        with monkeypatch.context() as patch:
            dies_after(2, patch)
            with pytest.raises(Killed):
                await stakes(here, duel_id, ann="first 900")
        assert (await account(here, "ann")).points == START - 900
        assert "1000 points" in (await here.type("ann", f"/predict withdraw {duel_id}")).text


def moving(here: Members, duel_id: str, patch: pytest.MonkeyPatch) -> None:
    """The duel is played to its end as soon as the next change of its pool is written."""

    async def play() -> None:
        here.arena.context.predicted.clear()
        await here.arena.turns.play(duel_id)

    after_the_next(Points, "change_pool", patch, play)
