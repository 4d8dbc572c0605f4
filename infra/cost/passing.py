"""Time as it passes in a stretch of work."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_SCHEDULED: Final = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True, slots=True)
class Passed:
    """Seconds: on the clock, of a processor (all threads), and of this thread's waiting for one."""

    wall: float
    processor: float
    queued: float

    @classmethod
    def now(cls) -> Self:
        """Where the clocks stand."""
        return cls(time.monotonic(), time.process_time(), _queued_seconds())

    @property
    def since(self) -> Passed:
        """What has passed since they stood so."""
        now = Passed.now()
        return Passed(now.wall - self.wall, now.processor - self.processor, now.queued - self.queued)


def _queued_seconds() -> float:
    """How long this thread was ready to run and did not; 0 where the system does not say.

    https://docs.kernel.org/scheduler/sched-stats.html
    """
    try:
        return int(_SCHEDULED.read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
