"""``arena`` with its guard removed: the store answers first and commits a while later. For tests that must notice."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

from bot.cli import main
from engine.stores import sqlite
from engine.stores._sqlite_writer import Job, Writer, _tell

LATE_SECONDS = 0.5


class LateWriter(Writer):
    """Says that entries are durable, and writes them with a later batch."""

    def __init__(self, *arguments: Any) -> None:
        self._held: list[Job] = []
        self._held_since = time.monotonic()
        super().__init__(*arguments)

    def _process(self, batch: Sequence[Job]) -> None:
        entries = [job for job in batch if isinstance(job[1], tuple)]
        if entries:
            _tell([(future, None) for future, _ in entries])
        if time.monotonic() - self._held_since > LATE_SECONDS:
            self._commit(self._held)
            self._held, self._held_since = [], time.monotonic()
        self._held += entries
        rest = [job for job in batch if not isinstance(job[1], tuple)]
        if rest:
            super()._process(rest)


if __name__ == "__main__":
    sqlite.Writer = LateWriter  # type: ignore[misc]
    sys.exit(main())
