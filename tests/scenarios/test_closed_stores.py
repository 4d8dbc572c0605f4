"""A store that was moved, is half a copy, or was copied: who may begin to work on it, and with which clocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import warm
from killed_store import Killed
from support import START_MS, StandingClock, arena_over, start

from bot import migrating, opening
from bot._switch_checks import _holds
from bot.settings import Settings, StoreAddress, read
from bot.wiring import embedded
from engine.arena import gate, migration
from engine.arena.gate import KNOWN_MS, Why
from engine.arena.leaving import LOOK_SECONDS, leave, notice_seconds
from engine.arena.migration import Migration, Moved
from engine.errors import NotAllowed, StoreError
from engine.model import Adjourn, Entry, Lease, Seat, Status, Turn
from engine.stores.sqlite import SqliteStore


def settings(folder: Path, file: str = "arena.sqlite3") -> Settings:
    return read({"ARENA_DATA_DIR": str(folder), "ARENA_STORE": f"sqlite:{folder / file}", "HOME": str(folder)})


async def closed(path: Path, why: Why) -> None:
    store = SqliteStore.open(path)
    await gate.close(store, why, "dynamodb:other")
    await store.close()


@pytest.mark.parametrize(
    ("why", "says"),
    [
        (Why.COPYING, "finish it with the same command"),
        (Why.MOVED, "start the arena with ARENA_STORE=dynamodb:other"),
        (Why.MIRROR, "arena mirror --end"),
    ],
)
async def test_an_arena_does_not_begin_on_a_store_that_is_closed(tmp_path: Path, why: Why, says: str) -> None:
    await closed(tmp_path / "arena.sqlite3", why)
    with pytest.raises(NotAllowed, match=says):
        async with embedded(settings(tmp_path)):
            pass
    with pytest.raises(NotAllowed, match=says):
        await opening._open(settings(tmp_path), settings(tmp_path).address, anyway=False)


async def test_one_that_was_moved_is_opened_only_by_who_says_so(tmp_path: Path) -> None:
    await closed(tmp_path / "arena.sqlite3", Why.MOVED)
    here = settings(tmp_path)
    assert (await opening._open(here, here.address, anyway=True))[0].endswith("0 duels go on where they were.")
    assert (await opening._open(here, here.address, anyway=False))[0].endswith("is open.")
    async with embedded(here):
        pass


@pytest.mark.parametrize("words", [["export", "last"], ["tournament", "export", "last"]])
async def test_whoever_only_reads_a_copy_does_not_open_it(tmp_path: Path, words: list[str]) -> None:
    """A look at what was copied would let the functions play on in it, while the platform sends to the old side."""
    await closed(tmp_path / "arena.sqlite3", Why.COPIED)
    done = await asyncio.to_thread(
        warm.run, words, {"HOME": str(tmp_path), "ARENA_DATA_DIR": str(tmp_path), "PATH": ""}
    )
    assert done.returncode == 2, "there is none yet"
    assert "closed" not in done.stderr
    store = SqliteStore.open(tmp_path / "arena.sqlite3")
    assert await gate.closed_store(store) == gate.Closed(Why.COPIED, "dynamodb:other")
    await store.close()


async def waiting_for_ann(path: Path, clock: Any) -> str:
    """A duel in which Ann has a day for her move."""
    async with arena_over(path, clock=clock) as arena:
        ann = await arena.people.seen("web", "1", "Ann")
        head = await start(arena, "tic_tac_toe", f"human/{ann.id}", "engine/random")
        assert await arena.turns.play(head.duel_id)
        assert (await arena.context.head(head.duel_id)).status is Status.WAITING
        return head.duel_id


@pytest.mark.parametrize("way", ["run", "open"])
async def test_time_that_ran_out_in_between_is_given_back(tmp_path: Path, way: str) -> None:
    duel_id = await waiting_for_ann(tmp_path / "arena.sqlite3", StandingClock())
    await closed(tmp_path / "arena.sqlite3", Why.COPIED)
    here = settings(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.clock.SystemClock.now_ms", lambda _: START_MS + 7 * 86_400_000)
        if way == "open":
            (said,) = await opening._open(here, here.address, anyway=False)
            assert said.endswith("1 duel goes on where it was.")
        else:
            async with embedded(here):
                pass
    store = SqliteStore.open(tmp_path / "arena.sqlite3")
    try:
        kinds = [type(entry.body) for entry in await store.entries(duel_id)]
        head = await store.head(duel_id)
        assert Adjourn in kinds, "the clock ran on"
        assert head
        assert head.status is Status.LIVE
        assert await store.due(START_MS), "no sweeper finds it"
        assert await gate.closed_store(store) is None
    finally:
        await store.close()


class Releasing(StandingClock):
    """Whoever waits sees the worker end after three looks."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__()
        self.store, self.looks = store, 0

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.looks += seconds == LOOK_SECONDS
        if self.looks == 3:
            await self.store.release(["w"])


async def test_a_move_closes_the_old_store_and_waits_for_its_workers(tmp_path: Path) -> None:
    async with arena_over(tmp_path / "old.sqlite3") as arena:
        store = arena.context.store
        assert isinstance(store, SqliteStore)
        head = await start(arena, "chess", "engine/random", "engine/random")
        await store.claim(head.duel_id, Lease("w", START_MS + 900_000), START_MS)
        target = SqliteStore.open(tmp_path / "new.sqlite3")
        clock = Releasing(store)
        moving = Migration(store, target, "sqlite:/old", clock, moved_to="sqlite:/new")
        moved = await moving.run()
        assert clock.looks == 3
        assert moved.kinds["duel"].count == 1
        assert await gate.closed_store(store) == gate.Closed(Why.MOVED, "sqlite:/new")
        assert await gate.closed_store(target) == gate.Closed(Why.COPIED, "sqlite:/old")
        again = Migration(store, target, "sqlite:/old", clock, moved_to="sqlite:/new")
        assert (await again.run()).written == 0
        elsewhere = Migration(store, target, "sqlite:/old", clock, moved_to="sqlite:/third")
        with pytest.raises(NotAllowed, match="it was moved to sqlite:/new"):
            await elsewhere.run()
        await target.close()


class Noting(StandingClock):
    """Whoever waits is killed, or waits; how long was asked for is noted."""

    def __init__(self, *, kills: bool) -> None:
        super().__init__()
        self.kills, self.slept = kills, list[float]()

    async def sleep(self, seconds: float) -> None:
        if self.kills:
            raise Killed
        self.slept.append(seconds)
        await super().sleep(seconds)


async def test_workers_have_their_notice_although_who_closed_the_store_was_killed_while_it_waited() -> None:
    """A worker that has not looked yet would take a duel while it is copied."""
    async with arena_over() as arena:
        store = arena.context.store
        with pytest.raises(Killed):
            await leave(store, "sqlite:/old", "sqlite:/new", Noting(kills=True), 30)
        clock = Noting(kills=False)
        await leave(store, "sqlite:/old", "sqlite:/new", clock, 30)
        assert sum(clock.slept) == 30


def test_the_notice_is_longer_than_what_was_read_is_taken_for_true() -> None:
    """A member's move has no lease that could be waited for: only time tells that none is on its way."""
    assert notice_seconds() * 1000 >= KNOWN_MS + 10_000


@pytest.mark.parametrize("address", ["sqlite", "dynamodb"])
async def test_whatever_is_left_its_workers_have_their_notice(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An embedded arena may run on a file as well: without a notice, a move of its next seconds would be lost."""
    seen = list[float]()

    async def left(self: Migration) -> Moved:
        seen.append(self.notice_seconds)
        return Moved(0, {})

    @asynccontextmanager
    async def nothing(*_: Any, **__: Any) -> AsyncIterator[Any]:
        yield SqliteStore.open(":memory:")

    monkeypatch.setattr(Migration, "run", left)
    monkeypatch.setattr(migrating, "archived", nothing)
    source = StoreAddress(address, str(tmp_path / "old"))
    await migrating._migrate(settings(tmp_path), source, StoreAddress("sqlite", "new"), anyway=False, closes=True)
    assert seen == [notice_seconds()]


@pytest.mark.parametrize(
    ("file", "why"),
    [("old", Why.COPYING), ("old", Why.MIRROR), ("new", Why.MOVED), ("new", Why.MIRROR)],
)
async def test_half_a_copy_is_no_source_and_what_was_left_no_target(tmp_path: Path, file: str, why: Why) -> None:
    """Else half of an arena is called a whole copy; and a store that was left would be closed as half a copy."""
    for name in ("old", "new"):
        async with arena_over(tmp_path / name):
            pass
    await closed(tmp_path / file, why)
    addresses = (StoreAddress("sqlite", str(tmp_path / name)) for name in ("old", "new"))
    with pytest.raises(NotAllowed):
        await migrating._migrate(settings(tmp_path), *addresses, anyway=True, closes=False)
    store = SqliteStore.open(tmp_path / file)
    assert await gate.closed_store(store) == gate.Closed(why, "dynamodb:other")
    await store.close()


async def test_a_copy_that_nobody_has_begun_to_work_on_can_be_left_for_another() -> None:
    async with arena_over() as arena:
        await gate.close(arena.context.store, Why.COPIED, "sqlite:/old")
        await leave(arena.context.store, "sqlite:/here", "sqlite:/new", StandingClock(), 30)
        assert await gate.closed_store(arena.context.store) == gate.Closed(Why.MOVED, "sqlite:/new")


@pytest.mark.parametrize("played_on", [False, True])
async def test_a_duel_whose_last_moves_are_in_the_old_store_alone_is_missing(played_on: bool) -> None:
    """A ply leaves the head as it is, so the head alone says that all is there."""
    async with arena_over() as arena, arena_over() as other:
        before, store = arena.context.store, other.context.store
        assert isinstance(before, SqliteStore)
        assert isinstance(store, SqliteStore)
        head = await start(arena, "chess", "engine/random", "engine/random")
        await Migration(before, store, "sqlite:/old", StandingClock()).run()
        for one in {before, store} if not played_on else {before}:
            await one.append(head.duel_id, Entry(1, "one", START_MS, Turn({Seat.FIRST: "e2e4"})))
        await store.append(head.duel_id, Entry(1 + (not played_on), "other", START_MS, Turn({Seat.FIRST: "d2d4"})))
        check = await _holds(store, StoreAddress("sqlite", "/new"), before, StoreAddress("sqlite", "/old"))
        assert check.fine is not played_on


async def test_a_move_that_cannot_begin_leaves_the_old_store_open(tmp_path: Path) -> None:
    async with arena_over() as arena, arena_over(tmp_path / "new.sqlite3") as other:
        await start(other, "chess", "engine/random", "engine/random")
        source, target = arena.context.store, other.context.store
        assert isinstance(source, SqliteStore)
        assert isinstance(target, SqliteStore)
        with pytest.raises(NotAllowed, match="not empty"):
            await Migration(source, target, "sqlite:/old", StandingClock(), moved_to="sqlite:/new").run()
        assert await gate.closed_store(source) is None


async def test_a_target_stays_closed_until_it_is_whole_and_what_is_at_work_in_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with arena_over() as arena:
        source = arena.context.store
        assert isinstance(source, SqliteStore)
        await start(arena, "chess", "engine/random", "engine/random")
        target = SqliteStore.open(":memory:")

        async def spoilt(*_: Any) -> dict[str, Any]:
            raise StoreError("the disk is gone")

        with monkeypatch.context() as patch:
            patch.setattr(migration, "fingerprints", spoilt)
            with pytest.raises(StoreError):
                await Migration(source, target, "sqlite:/old", StandingClock()).run()
        assert await gate.closed_store(target) == gate.Closed(Why.COPYING, "sqlite:/old")
        await Migration(source, target, "sqlite:/old", StandingClock()).run()
        await gate.reopen(target)
        await Migration(source, target, "sqlite:/old", StandingClock()).run()
        assert await gate.closed_store(target) is None, "an arena that runs was shut"
        await target.close()


def test_an_address_names_the_store_of_the_settings(tmp_path: Path) -> None:
    assert str(read({"ARENA_DATA_DIR": str(tmp_path)}).address) == f"sqlite:{tmp_path / 'arena.sqlite3'}"
    assert read({"ARENA_STORE": "dynamodb:arena"}).address == StoreAddress("dynamodb", "arena")
