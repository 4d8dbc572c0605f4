"""The queue of the embedded arena: in memory, since the store remembers which duels are unfinished."""

from __future__ import annotations

import asyncio


class LocalQueue:
    """Fulfils :class:`engine.ports.Queue` for the workers of one loop, first in, first out, and nothing twice.

    A duel waits, is worked on, or both: what is put while it waits changes nothing, and what is put while it is
    worked on is delivered after :meth:`done`. So no two workers ever have the same duel.
    """

    def __init__(self) -> None:
        self._ready: asyncio.Queue[str] = asyncio.Queue()
        self._waiting: set[str] = set()
        self._working: set[str] = set()

    async def put(self, duel_id: str) -> None:
        """See :meth:`engine.ports.Queue.put`. Never waits."""
        if duel_id in self._waiting:
            return
        self._waiting.add(duel_id)
        if duel_id not in self._working:
            self._ready.put_nowait(duel_id)

    async def get(self) -> str:
        """See :meth:`engine.ports.Queue.get`. A cancelled wait takes nothing."""
        duel_id = await self._ready.get()
        self._waiting.discard(duel_id)
        self._working.add(duel_id)
        return duel_id

    def done(self, duel_id: str) -> None:
        """See :meth:`engine.ports.Queue.done`. Saying it twice does no harm."""
        if duel_id not in self._working:
            return
        self._working.discard(duel_id)
        if duel_id in self._waiting:
            self._ready.put_nowait(duel_id)
