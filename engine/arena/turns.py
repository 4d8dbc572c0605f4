"""The workers: they take duels from the queue and play them, and the sweeper brings back what was left lying."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Final

from engine import tracing
from engine.arena.context import Context, derived_id
from engine.arena.endings import awaited, flagged, follow, is_waiting, mend
from engine.arena.own_keys import OwnKeys
from engine.arena.queued import unqueued
from engine.arena.safely import safely
from engine.arena.session import LEASE_MS, RETRY_SECONDS, Session
from engine.arena.tournament.advancing import Advancing
from engine.duel import State
from engine.errors import Conflict, NewerVersion, StoreError
from engine.model import Adjourn, Body, Resume, Status
from engine.sentences import say

AWAY: Final = say("The arena was away.")
# So long who has started a duel may take to post its first board and to queue it. Whoever carries out a request is
# taken for dead after as long (see engine.arena.once).
STARTING_MS: Final = 120_000
# So long a duel is left alone that a newer version of the arena is at: a worker of that one then finds it free.
LEFT_MS: Final = 60_000

log = logging.getLogger(__name__)


class Turns:
    """Plays duels on until a person is to move or they are over."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def play(self, duel_id: str, until_ms: int | None = None) -> bool:
        """Play one duel as far as it goes, or carry a tournament on. Does nothing when another worker has the duel.

        Whatever another writer appends first (a resignation, a cancellation) wins: the duel is then reloaded. ``False``
        when it could go on, but ``until_ms`` had come: its lease is given back, and it must be queued again. In a
        closed store nothing is written: the sweeper of the one that is opened finds what is to be done.

        :raises NewerVersion: and nothing is changed, when a version of the arena is at it that is too far ahead.
        """
        if tournament := unqueued(duel_id):
            if await self._context.is_closed():
                return True
            await Advancing(self._context).advance(*tournament)
            return True
        with tracing.working_on(duel=duel_id):
            try:
                return await self._play(duel_id, until_ms)
            except NewerVersion as error:
                log.warning("duel %s is left alone: %s", duel_id, error)
                await self._leave(duel_id)
                raise

    async def _play(self, duel_id: str, until_ms: int | None) -> bool:
        while session := await self._session(duel_id, until_ms):
            try:
                return await session.run()
            except Conflict:
                log.info("duel %s: another writer was first; reloading", duel_id)
        if not await self._context.is_closed():
            await self._mend(duel_id)
        return True

    async def _leave(self, duel_id: str) -> None:
        """Let go of it soon: not at once, or the sweeper would queue it again and again."""
        with suppress(NewerVersion):  # once more, of what has been claimed
            await self._context.claim(duel_id, LEFT_MS)

    async def _session(self, duel_id: str, until_ms: int | None) -> Session | None:
        """The duel as it stands, under this worker's lease; ``None`` when the lease is not to be had."""
        head = await self._context.claim(duel_id, LEASE_MS)
        if head is None:
            return None
        state = await self._context.load(duel_id)
        tracing.found(community=str(state.terms.community))
        await OwnKeys(self._context).load_for(state.terms.community, state.terms.players.values())
        try:
            return Session(self._context, await follow(self._context, head, state), state, until_ms)
        except Conflict:
            return await self._session(duel_id, until_ms)

    async def _mend(self, duel_id: str) -> None:
        """A log that its head has not followed: the crash, or a person, came between the two writes."""
        head = await self._context.store.head(duel_id)
        if head is not None and head.status is not Status.OVER:
            await mend(self._context, duel_id, await self._context.load(duel_id))

    async def sweep(self, limit: int = 100) -> int:
        """Queue every duel whose lease or deadline has passed; how many.

        One that has just been created is left to who started it: two workers would post its first board twice.
        """
        now = self._context.clock.now_ms()
        due = await self._context.store.due(now, limit)
        woken = [await safely(self._wake(duel_id, now - STARTING_MS), duel_id) for duel_id in due]
        return sum(map(bool, woken))

    async def _wake(self, duel_id: str, before_ms: int) -> bool:
        """Wake it, unless nobody has changed its head since it was created, which was not before that moment."""
        head = await self._context.head(duel_id)
        if head.version == 0 and head.created_ms > before_ms:
            return False
        await self._context.wake(duel_id, head)
        return True

    async def resume(self) -> int:
        """Bring every unfinished duel to work again after a start; how many there are."""
        unfinished = await self._context.store.unfinished()
        for duel_id in unfinished:
            await safely(self._resume(duel_id), duel_id)
        return len(unfinished)

    async def _resume(self, duel_id: str) -> None:
        """A duel that waits for a person is woken only if something has happened since it was put to wait."""
        head = await self._context.head(duel_id)
        if head.lease is not None and head.lease.until_ms > self._context.clock.now_ms():
            return  # another live process has it
        state = await self._context.load(duel_id)
        people = await awaited(self._context, duel_id, state)
        if state.adjourned == AWAY or flagged(state, people, self._context.clock):
            await self._restart_clock(duel_id, state)
        elif head.status is Status.WAITING and await is_waiting(self._context, head, state):
            return
        await self._context.wake(duel_id)

    async def _restart_clock(self, duel_id: str, state: State) -> None:
        """Time that ran out while nobody was there to take the move is given back: the ply starts again."""
        bodies: list[Body] = [Resume("arena")] if state.adjourned else [Adjourn(AWAY), Resume("arena")]
        await self._context.append_all(duel_id, state, bodies, derived_id(duel_id, "away", state.entry))

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
        except NewerVersion:
            log.info("duel %s is looked at again when its lease is over", duel_id)
        except StoreError:
            log.exception("duel %s: the store failed; trying again in %g s", duel_id, RETRY_SECONDS)
            again = True
        except Exception:
            log.exception("duel %s stopped; the sweeper tries again when its lease is over", duel_id)
        self._context.queue.done(duel_id)
        if again:
            await self._context.clock.sleep(RETRY_SECONDS)
            await safely(self._context.queue.put(duel_id), duel_id)
