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
    """Carries duels to the workers, which may be in several processes.

    What is put is delivered at least once after that, maybe twice and in any order, so a worker that was handed a duel
    looks what is left to do. Within one process no two workers ever have the same duel; between processes its lease
    decides. No duel holds up another, whatever becomes of its worker or its message.
    """

    async def put(self, duel_id: str) -> None:
        """Ask for that duel to be played on. Durable, where the queue is, when it returns.

        :raises QueueError: when it could not be queued; the sweeper then finds the duel by its head.
        """
        ...

    async def get(self) -> str:
        """The next duel; no worker of this process is given it before :meth:`done`. A cancelled wait takes nothing."""
        ...

    def done(self, duel_id: str) -> None:
        """This process works on that duel no more; if it was put again meanwhile, it is delivered again.

        A duel that a dead process never was done with is delivered again, or found by the sweeper.
        """
        ...


class Announcer(Protocol):
    """Told that a duel has changed; what a channel shows is a projection and may lag."""

    def changed(self, duel_id: str, entry: int) -> None:
        """Returns at once."""
        ...

    def ruled(self, duel_id: str, entry: int) -> None:
        """As :meth:`changed`, of a duel whose end may have been shown already. Returns at once."""
        ...

    def noted(self, document: Document) -> None:
        """Told that a document which people are shown (a challenge, a report) has changed. Returns at once."""
        ...
