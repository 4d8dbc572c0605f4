"""Progress: nothing for a moment's work, a bar in a terminal, lines in a log."""

from __future__ import annotations

import io

from support import StandingClock

from bot.on_terminal.progress import Steps


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_moments_work_shows_nothing() -> None:
    clock, stream = StandingClock(), io.StringIO()
    with Steps("rows", 3, clock, stream) as steps:
        for done in range(3):
            clock.pass_seconds(0.3)
            steps.at(done)
    assert stream.getvalue() == ""


def test_a_log_has_a_line_now_and_then() -> None:
    clock, stream = StandingClock(), io.StringIO()
    with Steps("rows", 10_000, clock, stream) as steps:
        for done in range(0, 10_000, 1_000):
            clock.pass_seconds(1)
            steps.at(done)
    assert stream.getvalue().splitlines() == ["rows: 0 / 10,000", "rows: 5,000 / 10,000"]


def test_without_a_total_it_counts() -> None:
    clock, stream = StandingClock(), io.StringIO()
    clock.pass_seconds(0)
    with Steps("records", None, clock, stream) as steps:
        clock.pass_seconds(1)
        steps.at(7)
    assert stream.getvalue() == "records: 7\n"


def test_a_terminal_has_a_bar_and_one_at_a_time() -> None:
    clock, stream = StandingClock(), Terminal()
    one, two = (Steps(title, None, clock, stream) for title in ("copied", "compared"))
    with one, two:
        clock.pass_seconds(1)
        one.at(5)
        one.close()
        two.at(6)
        two.at(7)
    assert "copied" in stream.getvalue()
    assert "compared" in stream.getvalue()
