"""Rate limits: https://docs.slack.dev/apis/web-api/rate-limits.

A bucket holds a minute's allowance of its tier. Posting and updating have a bucket for each channel besides, of one
message a second with a short burst.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
SPECIAL: Final = 600
TIERS: Final = {
    "apps.connections.open": TIER_1,
    "apps.manifest.export": TIER_1,
    "apps.manifest.update": TIER_1,
    "apps.manifest.validate": TIER_1,
    "bots.info": TIER_3,
    "auth.test": SPECIAL,
    "chat.postMessage": SPECIAL,
    "chat.update": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.delete": TIER_3,
    "conversations.info": TIER_3,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "conversations.open": TIER_3,
    "users.info": TIER_4,
    "views.open": TIER_4,
    "views.update": TIER_4,
    "views.push": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "files.delete": TIER_3,
    "files.info": TIER_4,
}
SMALLEST_BURST: Final = 10
CHANNEL_METHODS: Final = frozenset({"chat.postMessage", "chat.update"})


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time."""

    burst: float
    per_second: float
    tokens: float
    at: float

    def seconds_to_wait(self, now: float) -> float:
        """Take a token and return 0, or say how long there is none."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.per_second


class Limiter:
    """``pace`` makes every allowance that many times larger, for tests of many duels at once."""

    def __init__(self, now: Callable[[], float], pace: float = 1.0, channel_burst: int = 5) -> None:
        self._now = now
        self._pace = pace
        self._channel_burst = channel_burst
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def retry_after(self, method: str, channel: str) -> int:
        """0 when the request may pass, else the whole seconds of ``Retry-After``."""
        waits = [self._bucket(method, "").seconds_to_wait(self._now())]
        if channel and method in CHANNEL_METHODS:
            waits.append(self._bucket(method, channel).seconds_to_wait(self._now()))
        return math.ceil(max(waits))

    def _bucket(self, method: str, channel: str) -> Bucket:
        made = self._buckets.get((method, channel))
        if made is None:
            burst, per_second = self._allowance(method, channel)
            made = self._buckets[method, channel] = Bucket(burst, per_second, burst, self._now())
        return made

    def _allowance(self, method: str, channel: str) -> tuple[float, float]:
        if channel:
            return self._channel_burst * self._pace, self._pace
        per_minute = TIERS[method] * self._pace
        return max(per_minute, SMALLEST_BURST), per_minute / 60
