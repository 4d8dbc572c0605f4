"""One invocation of a worker: commands are carried out and duels played, all at once, until the time is up.

Waiting for models is most of what a duel costs, so ten duels that wait together cost little more than one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.chat import Chat
from bot.deferred import Deferred
from bot.inbox import Inbox
from bot.sealing import opened
from engine.arena import Arena
from engine.arena.adjournments import set_aside
from engine.arena.once import Turn
from engine.errors import ArenaError, NewerVersion, StoreError
from engine.queues.messages import Hop

LAST_SECONDS: Final = 90.0
"""So long before the end no further move is asked for: most plies that are under way then still come to theirs."""
SHOW_SECONDS: Final = 15.0
"""What is kept for the boards, and for queueing what is left."""

Task = asyncio.Task[None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """An acknowledged event of a platform; ``id`` is the same when it comes again. ``body`` may be sealed still."""

    platform: str
    id: str
    body: str = field(repr=False)
    sealed: bool = False


Work = Request | Sequence[Hop]
"""What one message asks for."""


class Busy(ArenaError):
    """The same request is being carried out by another worker: its message must come again."""


class Late(ArenaError):
    """A request was given up when the invocation's time was over: its message must come again."""


class Batch:
    """Does what messages ask for."""

    def __init__(self, arena: Arena, chat: Chat, inboxes: Mapping[str, Inbox], queue: Deferred) -> None:
        self._arena = arena
        self._chat = chat
        self._inboxes = inboxes
        self._queue = queue

    async def work(self, messages: Mapping[str, Work], seconds: float) -> dict[str, Exception | None]:
        """Do it within ``seconds``; by message what went wrong, which must come again.

        :raises QueueError: when what is left could not be queued; then all of it must come again.
        """
        deadline = self._arena.context.clock.now_ms() + round(seconds * 1000)
        hops = {hop.id: hop for work in messages.values() if not isinstance(work, Request) for hop in work}
        requests = {
            name: asyncio.create_task(self._carry_out(one), name=f"request {one.id}")
            for name, one in _requests(messages).items()
        }
        until_ms = deadline - round(min(LAST_SECONDS, seconds / 4) * 1000)
        duels = {hop.id: asyncio.create_task(self._play(hop, until_ms), name=f"duel {hop.id}") for hop in hops.values()}
        await self._end([*requests.values(), *duels.values()], deadline - round(SHOW_SECONDS * 1000))
        # A duel that is given up has a lease, and is taken up when it ends; a request has nobody but its message.
        results: dict[Task, Exception | None] = {
            task: Late() if task.cancelled() else _error(task) for task in requests.values()
        }
        results |= {task: None if task.cancelled() else _error(task) for task in duels.values()}
        await self._chat.announcing.settle(max(1.0, (deadline - self._arena.context.clock.now_ms()) / 1000 - 2))
        await self._queue.flush()
        tasks = {
            name: [requests[name]] if isinstance(work, Request) else [duels[hop.id] for hop in work]
            for name, work in messages.items()
        }
        return {name: _first(results[task] for task in behind) for name, behind in tasks.items()}

    async def _end(self, tasks: Sequence[Task], by_ms: int) -> None:
        """Wait until each has ended. What is not done in time is given up."""
        if not tasks:
            return
        seconds = (by_ms - self._arena.context.clock.now_ms()) / 1000
        _, late = await asyncio.wait(tasks, timeout=max(0.0, seconds))
        for task in late:
            log.error("%s is given up: the time of this invocation is over", task.get_name())
            task.cancel()
        await asyncio.wait(tasks)

    async def _carry_out(self, request: Request) -> None:
        inbox = self._inboxes.get(request.platform)
        if inbox is None:
            raise StoreError(f"there is no token for {request.platform}")
        body = opened(request.body, self._arena.context.secret) if request.sealed else request.body
        if await self._arena.context.is_closed():
            # It is refused; a note of it would change the store while that is copied and compared.
            await inbox.take(body)
            return
        async with self._arena.once.carrying_out(request.platform, request.id) as turn:
            if turn is Turn.BUSY:
                raise Busy(f"request {request.id} is being carried out")
            if turn is Turn.OURS:
                await inbox.take(body)

    async def _play(self, hop: Hop, until_ms: int) -> None:
        if await self._arena.turns.play(hop.id, until_ms) or await self._arena.context.is_closed():
            return
        new = await self._arena.context.store.entries(hop.id, after=hop.entry)
        if again := hop.again(new[-1].number if new else hop.entry):
            await self._queue.again([again])
        elif await set_aside(self._arena.context, hop.id):
            log.error("duel %s is adjourned: it goes on when a moderator resumes it", hop.id)


def _requests(messages: Mapping[str, Work]) -> dict[str, Request]:
    return {name: work for name, work in messages.items() if isinstance(work, Request)}


def _error(task: Task) -> Exception | None:
    error = task.exception()
    if error is None:
        return None
    if not isinstance(error, Exception):
        raise error
    if isinstance(error, Busy | NewerVersion):
        log.info("%s comes again: %s", task.get_name(), error)
    else:
        log.error("%s failed", task.get_name(), exc_info=error)
    return error


def _first(errors: Iterable[Exception | None]) -> Exception | None:
    return next(filter(None, errors), None)
