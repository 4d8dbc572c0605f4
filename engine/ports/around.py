"""The world around the arena: time, the queue of duels, and whoever shows what has changed."""

from __future__ import annotations

from typing import Protocol

from engine.model import (
    Document,
)


class Clock(Protocol):
    """The only source of time."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Queue(Protocol):
    """Carries duels to the workers. Delivers at least once; a duel that is already queued is not queued twice."""

    async def put(self, duel_id: str) -> None:
        """Ask for that duel to be played on."""
        ...

    async def get(self) -> str:
        """The next duel; it is not given to anyone else before :meth:`done`."""
        ...

    def done(self, duel_id: str) -> None:
        """Nobody works on that duel any more; if it was put again meanwhile, it is delivered again."""
        ...


class Announcer(Protocol):
    """Told that a duel has changed; what a channel shows is a projection and may lag."""

    def changed(self, duel_id: str, entry: int) -> None:
        """Returns at once."""
        ...

    def noted(self, document: Document) -> None:
        """Told that a document which people are shown (a challenge, a report) has changed. Returns at once."""
        ...
