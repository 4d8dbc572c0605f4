"""The loopback's time: it can be moved on, and can run faster than the wall's."""

from __future__ import annotations

import asyncio
import time


class FastClock:
    """``speed`` seconds pass in one. The app may use it too: then rate limits and waits stay in proportion."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._began = time.time()
        self._from = time.monotonic()
        self._added = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._began + (time.monotonic() - self._from) * self.speed + self._added

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return round(self.now() * 1000)

    def people_now(self) -> float:
        """Seconds as a person lives them: what is due within three seconds is so at any speed."""
        return time.monotonic() + self._added

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds / self.speed)

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass at once. Who sleeps already is not woken."""
        self._added += seconds
