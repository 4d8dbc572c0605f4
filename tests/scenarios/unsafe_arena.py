"""``arena`` with its guard removed: the store answers first and commits a while later. For tests that must notice."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from bot.cli import main
from engine.stores import sqlite
from engine.stores._sqlite_writer import Job, Writer, _tell

LATE_SECONDS = 0.2


class LateWriter(Writer):
    """Says that appends are durable, and makes them so later."""

    def _process(self, batch: Sequence[Job]) -> None:
        early = [(job[0], None) for job in batch if isinstance(job[1], tuple)]
        if early:
            _tell(early)
            time.sleep(LATE_SECONDS)
        results = self._commit(batch)
        late = [(job[0], result) for job, result in zip(batch, results, strict=True) if not isinstance(job[1], tuple)]
        if late:
            _tell(late)


if __name__ == "__main__":
    sqlite.Writer = LateWriter  # type: ignore[misc]
    sys.exit(main())
