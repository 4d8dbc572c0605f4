"""How fast Slack may be asked: about one post and one edit a second and channel, fifty edits a minute and workspace.

Source: https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from engine.errors import PlatformDown
from engine.ports import Clock

PATIENCE_SECONDS: Final = 5.0
"""So long a call waits for its turn. Whoever would wait longer is told when to come back, with what is newest then."""
MOST_KEPT: Final = 4096


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second on average, and so many at once after a rest."""

    per_second: float
    burst: int


POSTS: Final = Rate(1.0, 3)
"""``chat.postMessage``, for each channel; short bursts are allowed."""
EDITS: Final = Rate(50 / 60, 10)
"""``chat.update`` is of tier 3: 50 a minute, for each workspace."""
CHANNEL_EDITS: Final = Rate(1.0, 3)
"""``chat.update`` in one channel besides: in a tournament's all boards stand in one."""
UPLOADS: Final = Rate(100 / 60, 20)
"""``files.getUploadURLExternal`` is of tier 4: 100 a minute, for each workspace."""


@dataclass(slots=True)
class _Line:
    """Who may go when. ``next_ms`` is when the next turn is free at the average rate; ``kept`` are turns given out."""

    next_ms: float = 0.0
    kept: OrderedDict[str, float] = field(default_factory=OrderedDict)


class Pace:
    """Gives out turns, first come first served. A turn that lies too far ahead is kept for whoever comes back."""

    def __init__(self, clock: Clock, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._clock = clock
        self._patience_ms = patience_seconds * 1000
        self._lines: OrderedDict[str, _Line] = OrderedDict()

    async def turn(self, line: str, who: str, rate: Rate) -> None:
        """Wait for the turn of ``who``. :raises PlatformDown: when it is far off; says when to come again."""
        now = self._clock.now_ms()
        at = self._turn_at(self._line(line), who, rate, now)
        if at - now > self._patience_ms:
            raise PlatformDown("many messages wait for their turn", retry_after_seconds=(at - now) / 1000)
        self._line(line).kept.pop(who, None)
        if at > now:
            await self._clock.sleep((at - now) / 1000)

    def _turn_at(self, line: _Line, who: str, rate: Rate, now: int) -> float:
        if who in line.kept:
            return line.kept[who]
        each = 1000 / rate.per_second
        line.next_ms = max(line.next_ms, now - (rate.burst - 1) * each) + each
        at = line.next_ms - each
        line.kept[who] = at
        while len(line.kept) > MOST_KEPT:
            line.kept.popitem(last=False)
        return at

    def _line(self, name: str) -> _Line:
        line = self._lines.setdefault(name, _Line())
        self._lines.move_to_end(name)
        while len(self._lines) > MOST_KEPT:
            self._lines.popitem(last=False)
        return line
