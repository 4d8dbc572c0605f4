"""The workers: they take duels from the queue and play them, and the sweeper brings back what was left lying."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from engine.arena.context import Context
from engine.arena.endings import finish
from engine.arena.session import LEASE_MS, Session
from engine.errors import Conflict, StoreError
from engine.model import Status

# A full disk or a locked file: long enough not to fill the log, short enough that a duel goes on by itself.
RETRY_SECONDS: Final = 5.0

log = logging.getLogger(__name__)


class Turns:
    """Plays duels on until a person is to move or they are over."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def play(self, duel_id: str) -> None:
        """Play one duel as far as it goes. Does nothing when another worker has it.

        Whatever another writer appends first (a resignation, a cancellation) wins: the duel is then reloaded.
        """
        while session := await self._session(duel_id):
            try:
                await session.run()
            except Conflict:
                log.info("duel %s: another writer was first; reloading", duel_id)
            else:
                return
        await self._finish_if_ended(duel_id)

    async def _session(self, duel_id: str) -> Session | None:
        """The duel as it stands, under this worker's lease; ``None`` when the lease is not to be had."""
        head = await self._context.claim(duel_id, LEASE_MS)
        return Session(self._context, head, await self._context.load(duel_id)) if head else None

    async def _finish_if_ended(self, duel_id: str) -> None:
        """A log that has ended under a head that has not: the crash, or a person, came between the two writes."""
        head = await self._context.store.head(duel_id)
        if head is None or head.status is Status.OVER:
            return
        state = await self._context.load(duel_id)
        if state.outcome:
            await finish(self._context, head, state)

    async def sweep(self, limit: int = 100) -> int:
        """Queue every duel whose lease or deadline has passed; how many."""
        due = await self._context.store.due(self._context.clock.now_ms(), limit)
        for duel_id in due:
            await self._context.wake(duel_id)
        return len(due)

    async def work(self) -> None:
        """Take duels from the queue and play each in its own task, for ever. A duel's error is its own."""
        async with asyncio.TaskGroup() as group:
            while True:
                duel_id = await self._context.queue.get()
                group.create_task(self._work_on(duel_id), name=f"duel {duel_id}")

    async def _work_on(self, duel_id: str) -> None:
        again = False
        try:
            await self.play(duel_id)
        except StoreError:
            log.exception("duel %s: the store failed; trying again in %g s", duel_id, RETRY_SECONDS)
            again = True
        except Exception:
            log.exception("duel %s stopped; the sweeper tries again when its lease is over", duel_id)
        self._context.queue.done(duel_id)
        if again:
            await self._context.clock.sleep(RETRY_SECONDS)
            await self._context.queue.put(duel_id)
