"""A mirror of a table that is written to all the time, and in a file whose disk is full at the wrong moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from support import CHANNEL, START_MS, StandingClock

from bot.mirroring import Asked, _Keeper
from bot.settings import StoreAddress, read
from engine.arena.mirroring import POLL_SECONDS, Mirror, Progressed
from engine.codec import dumps
from engine.errors import Conflict, StoreFull
from engine.model import Document
from engine.ports import Change, Read
from engine.stores.sqlite import SqliteStore


class Stopped(BaseException):
    """Somebody has pressed Ctrl-C."""


class Pausing(StandingClock):
    """Stopped at the tenth pause."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses = 0

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.pauses += 1
        if self.pauses == 10:
            raise Stopped


class Following:
    """A mirror of a table that is written to once a second; each look takes a tenth of one."""

    def __init__(self, clock: Pausing) -> None:
        self.clock, self.looks, self.read_ms = clock, 0, clock.ms

    async def step(self) -> Progressed:
        self.looks += 1
        assert self.looks < 100, "it looks without a pause"
        behind_ms = self.clock.ms - self.read_ms
        self.clock.pass_seconds(0.1)
        self.read_ms = self.clock.ms
        return Progressed(1 + behind_ms // 1000, behind_ms / 1000, at_end=False)


async def test_it_pauses_and_reports_although_there_is_always_something_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = read({"ARENA_DATA_DIR": str(tmp_path)})
    keeper = _Keeper(settings, Asked(StoreAddress("dynamodb", "arena"), StoreAddress("sqlite", "mirror")))
    clock = Pausing()
    keeper._clock = clock  # type: ignore[assignment]
    mirror: Any = Following(clock)
    with pytest.raises(Stopped):
        await keeper._follow(mirror)
    assert mirror.looks <= 2 * clock.pauses + 1
    assert clock.ms >= 10 * POLL_SECONDS * 1000
    assert capsys.readouterr().out.count("taken over") >= 2


class Telling:
    """A journal that tells of one change a look, a second apart, until there is none."""

    def __init__(self, clock: StandingClock, last: int, old: int = 0) -> None:
        self.clock, self.last, self.old, self.looks = clock, last, old, 0

    async def end(self) -> str:
        return "0"

    async def read(self, place: str) -> Read:
        self.looks += 1
        assert self.looks < 1000, "it waits for an end that never comes"
        self.clock.pass_seconds(1)
        number = int(place) + 1
        if number > self.last:
            return Read([], place, True)
        at_ms = START_MS - 9000 if number <= self.old else self.clock.now_ms()
        return Read([_change("old" if number <= self.old else "new", number)], str(number), False, at_ms, at_ms)

    async def close(self) -> None:
        """Nothing to close."""


def _change(name: str, number: int) -> Change:
    body = {"body": json.dumps({}), "version": number, "wake_at_ms": None}
    return Change("document", dumps([str(CHANNEL), "note", name]), dumps(body))


def mirror_of(target: Any, journal: Telling) -> Mirror:
    return Mirror(SqliteStore.open(":memory:"), journal, target, "dynamodb:arena", journal.clock)


async def test_a_table_that_is_written_to_all_the_time_has_a_whole_mirror_too() -> None:
    target, journal = SqliteStore.open(":memory:"), Telling(StandingClock(), last=10**9, old=5)
    mirror = mirror_of(target, journal)
    await mirror.copy()
    assert await mirror.is_whole()
    old = await target.document(CHANNEL, "note", "old")
    assert old
    assert old.version == journal.old, "what was there before is missing"


class Between:
    """A target to which something happens right after it has written changes."""

    def __init__(self, store: SqliteStore, happens: Callable[[], None]) -> None:
        self._store, self._happens = store, happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def take_over(self, changes: Sequence[Change], mark: Document) -> Document:
        done = await self._store.take_over(changes, mark)
        if changes:
            self._happens()
        return done


async def test_what_was_written_before_it_failed_is_not_taken_for_another_process() -> None:
    target, failures = SqliteStore.open(":memory:"), [StoreFull("the log cannot be emptied")]

    def fail() -> None:
        if failures:
            raise failures.pop()

    mirror = mirror_of(Between(target, fail), Telling(StandingClock(), last=3))
    with pytest.raises(StoreFull):
        await mirror.caught_up()
    assert await mirror.caught_up() == 2
    new = await target.document(CHANNEL, "note", "new")
    assert new
    assert new.version == 3


async def test_another_process_is_never_gone_on_from() -> None:
    target = SqliteStore.open(":memory:")
    one, other = (mirror_of(target, Telling(StandingClock(), last=9)) for _ in range(2))
    await one.step()
    await other.step()
    for _ in range(2):
        with pytest.raises(Conflict):
            await one.step()
