"""How far a long command has come, on standard error: a bar in a terminal, a line now and then in a log.

Nothing is shown of what takes less than a second.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Final, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.ports import Clock

SILENT_MS: Final = 1_000
LINE_MS: Final = 5_000


class Steps:
    """Counts to a total, where it is known. ``title`` is what a person reads beside it."""

    def __init__(self, title: str, total: int | None, clock: Clock, stream: TextIO | None = None) -> None:
        self._title = title
        self._total = total
        self._now = clock.now_ms
        self._stream = stream or sys.stderr
        self._next_ms = clock.now_ms() + SILENT_MS
        self._bar: Progress | None = None

    def at(self, done: int) -> None:
        """So many are done."""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done)
        elif self._now() >= self._next_ms:
            self._show(done)

    def _show(self, done: int) -> None:
        self._next_ms = self._now() + LINE_MS
        if not self._stream.isatty():
            whole = "" if self._total is None else f" / {self._total:,}"
            self._stream.write(f"{self._title}: {done:,}{whole}\n")
            self._stream.flush()
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(file=self._stream), transient=True)
        self._bar.add_task(self._title, total=self._total, completed=done)
        self._bar.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar away: a terminal shows one at a time. May be called twice."""
        if self._bar is not None:
            self._bar.stop()
