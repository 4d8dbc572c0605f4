"""How often a mirror looks: on a busy table no answer is empty, and each question costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import StandingClock

from bot.mirroring import Asked, _Keeper
from bot.settings import StoreAddress, read
from engine.arena.mirroring import POLL_SECONDS, Progressed


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


class Busy:
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
    mirror: Any = Busy(clock)
    with pytest.raises(Stopped):
        await keeper._follow(mirror)
    assert mirror.looks <= 2 * clock.pauses + 1
    assert clock.ms >= 10 * POLL_SECONDS * 1000
    assert capsys.readouterr().out.count("taken over") >= 2
