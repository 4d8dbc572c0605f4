"""The real clock."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """The machine's time. Fulfils :class:`engine.ports.Clock`."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """Wait without holding up anyone else."""
        await asyncio.sleep(seconds)
