"""Rate limits as Discord keeps them: https://discord.com/developers/docs/topics/rate-limits."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_GRACE_SECONDS: Final = 0.15


@dataclass(slots=True)
class Bucket:
    """One window of one route. ``closed_at`` is when the last refusal was answered, ``until`` what it said."""

    limit: int
    seconds: float
    left: int = 0
    resets: float = 0.0
    closed_at: float = 0.0
    until: float = 0.0

    def take(self, now: float) -> bool:
        """Whether one more request fits."""
        if now >= self.resets:
            self.left, self.resets = self.limit, now + self.seconds
        if self.left == 0:
            return False
        self.left -= 1
        return True

    def ignored(self, now: float) -> bool:
        """Whether a request comes although the last refusal said to wait; those on their way then do not count."""
        return self.closed_at + _GRACE_SECONDS < now < self.until - 0.01


@dataclass(slots=True)
class Buckets:
    """All windows. ``limits`` gives (requests, seconds) for ``METHOD /template``, others have the default.

    Real Discord allows about 5 messages, and as many edits, in 5 seconds a channel, and 50 requests a second in all.
    """

    limit: int = 5
    seconds: float = 5.0
    limits: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    most_a_second: int = 50
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)

    def of(self, route: str, major: str) -> Bucket:
        """The window of a route and its channel, guild or token."""
        limit, seconds = self.limits.get(route, (self.limit, self.seconds))
        return self._buckets.setdefault(f"{route}:{major}", Bucket(limit, seconds))

    def overall(self, now: float) -> float:
        """Seconds to wait because of the limit of all requests; 0 when this one may pass, which is then counted."""
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= self.most_a_second:
            return self._recent[0] + 1 - now
        self._recent.append(now)
        return 0.0


def headers(bucket: Bucket, route: str, now: float) -> dict[str, str]:
    """What every answer of a limited route carries. The bucket's name is the route's; channels share it."""
    return {
        "X-RateLimit-Limit": str(bucket.limit),
        "X-RateLimit-Remaining": str(bucket.left),
        "X-RateLimit-Reset": f"{time.time() + bucket.resets - now:.3f}",
        "X-RateLimit-Reset-After": f"{max(bucket.resets - now, 0):.3f}",
        "X-RateLimit-Bucket": hashlib.md5(route.encode(), usedforsecurity=False).hexdigest(),
    }
