"""Turns to write to Slack: a second apart after a short burst, in order, and never waited for too long."""

from __future__ import annotations

import pytest
from support import StandingClock

from bot.on_slack.pace import PATIENCE_SECONDS, Pace, Rate
from engine.errors import PlatformDown

SLOW = Rate(1.0, 2)


async def _waits(pace: Pace, clock: StandingClock, who: str, line: str = "C1") -> float:
    before = clock.now_ms()
    await pace.turn(line, who, SLOW)
    return (clock.now_ms() - before) / 1000


async def test_a_burst_passes_and_then_one_a_second() -> None:
    clock = StandingClock()
    pace = Pace(clock)
    assert [await _waits(pace, clock, f"d{number}") for number in range(4)] == [0, 0, 1, 1]


async def test_rest_gives_the_burst_back() -> None:
    clock = StandingClock()
    pace = Pace(clock)
    for number in range(3):
        await _waits(pace, clock, f"d{number}")
    clock.pass_seconds(10)
    assert [await _waits(pace, clock, f"e{number}") for number in range(3)] == [0, 0, 1]


async def test_channels_do_not_wait_for_one_another() -> None:
    clock = StandingClock()
    pace = Pace(clock)
    for line in ("C1", "C2", "C3"):
        assert await _waits(pace, clock, "d", line) == 0


async def test_a_turn_that_is_far_off_is_kept_for_whoever_comes_back() -> None:
    clock = StandingClock()
    pace = Pace(clock, patience_seconds=0.5)
    assert [await _waits(pace, clock, name) for name in "ab"] == [0, 0]
    told = []
    for name in "cd":
        with pytest.raises(PlatformDown) as caught:
            await pace.turn("C1", name, SLOW)
        told.append(caught.value.retry_after_seconds)
    assert told == [1.0, 2.0]
    clock.pass_seconds(2)
    # “c” and “d” kept their places: a newcomer comes after both.
    assert await _waits(pace, clock, "d") == 0
    assert await _waits(pace, clock, "c") == 0
    with pytest.raises(PlatformDown) as caught:
        await pace.turn("C1", "e", SLOW)
    assert caught.value.retry_after_seconds == 1.0


async def test_patience_is_longer_than_a_few_turns() -> None:
    clock = StandingClock()
    pace = Pace(clock)
    waits = [await _waits(pace, clock, f"d{number}") for number in range(4)]
    assert sum(waits) < PATIENCE_SECONDS
