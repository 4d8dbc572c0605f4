"""Amazon SQS as the queue of duels: a standard queue, from which several processes take work.

SQS delivers at least once and in no order. What that leaves open is settled elsewhere: two processes with the same duel
are told apart by its lease, and what was delivered twice finds its entries written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any, Final, Self

from engine.errors import BadMessage, NewerVersion, QueueError
from engine.ports import Clock
from engine.queues._sqs_calls import ENTRIES_A_CALL, SqsCalls, client_config
from engine.queues.local import LocalQueue
from engine.queues.messages import Hop, decode, packed

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

# A message is hidden for so long, and anew three times as often while one of its duels is worked on: what a dead
# process held is with others after two minutes, and a beat that fails loses nothing.
HOLD_SECONDS: Final = 120
BEATS_A_HOLD: Final = 3
POLL_SECONDS: Final = 20  # the longest that SQS waits for a message: an empty answer costs as much as a full one

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """A message that this process has received and not deleted; ``duels`` are those not done yet."""

    id: str
    receipt: str
    duels: set[str]


class SqsQueue:
    """Fulfils :class:`engine.ports.Queue` for the workers of one loop, over a queue that other processes share.

    Receives no more messages at a time than workers wait. A duel that is worked on here is kept back until it is done,
    and its messages stay hidden from other processes. A message that cannot be read is logged and left: SQS moves
    it to the dead letters when it has come back often enough.
    """

    def __init__(
        self,
        client: SQSClient,
        url: str,
        clock: Clock,
        random: Random,
        *,
        hold_seconds: int = HOLD_SECONDS,
        poll_seconds: int = POLL_SECONDS,
    ) -> None:
        """``client`` has no retries of its own (see :meth:`connect`); ``url`` is the queue's address."""
        self._calls = SqsCalls(client, url, clock, random)
        self._clock = clock
        self._hold_seconds = hold_seconds
        self._poll_seconds = poll_seconds
        self._here = LocalQueue()
        self._held: dict[str, _Held] = {}
        self._pending: dict[str, list[_Held]] = {}
        self._working: dict[str, list[_Held]] = {}
        self._waiting = 0
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._deleting: set[asyncio.Task[None]] = set()

    @classmethod
    def connect(cls, url: str, clock: Clock, random: Random, *, region: str = "", endpoint_url: str = "") -> Self:
        """With a client of its own. Region, credentials and endpoint that are not given, boto3 looks for itself."""
        import boto3

        client = boto3.client(
            "sqs", region_name=region or None, endpoint_url=endpoint_url or None, config=client_config()
        )
        return cls(client, url, clock, random)

    async def put(self, duel_id: str) -> None:
        """See :meth:`engine.ports.Queue.put`."""
        await self.put_hops([Hop(duel_id)])

    async def put_all(self, duel_ids: Iterable[str]) -> None:
        """Ask for these duels to be played on, ten to a message and ten messages to a call.

        :raises QueueError: as :meth:`put`; some of them may be queued then.
        """
        await self.put_hops(Hop(duel_id) for duel_id in duel_ids)

    async def put_hops(self, hops: Iterable[Hop]) -> None:
        """As :meth:`put_all`, for duels that a worker queues again."""
        bodies = packed(hops)
        while some := list(islice(bodies, ENTRIES_A_CALL)):
            await self._calls.send(some)

    async def get(self) -> str:
        """See :meth:`engine.ports.Queue.get`. Waits on while SQS fails, which is logged."""
        self._waiting += 1
        self._keep("poll", self._poll)
        try:
            duel_id = await self._here.get()
        finally:
            self._waiting -= 1
        self._working[duel_id] = self._pending.pop(duel_id, [])
        self._keep("hold", self._hold)
        return duel_id

    def done(self, duel_id: str) -> None:
        """See :meth:`engine.ports.Queue.done`. A message is deleted after all its duels are done.

        That happens after this has returned; where it fails, or the process ends first, the message comes again.
        """
        for held in self._working.pop(duel_id, ()):
            held.duels.discard(duel_id)
            if not held.duels:
                del self._held[held.id]
                task = asyncio.create_task(self._delete(held))
                self._deleting.add(task)
                task.add_done_callback(self._deleting.discard)
        self._here.done(duel_id)

    async def close(self) -> None:
        """Finish deleting, and let other processes have at once what was not done here.

        What a poll under way still receives is with others after ``hold_seconds``.
        """
        loops = list(self._loops.values())
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await asyncio.gather(*self._deleting)
        await self._hide(self._held.values(), 0)
        self._held.clear()
        self._calls.close()

    async def _poll(self) -> None:
        """Receive as long as somebody waits."""
        failures = 0
        while self._waiting:
            wanted = min(self._waiting, ENTRIES_A_CALL)
            try:
                messages = await self._calls.receive(wanted, self._hold_seconds, self._poll_seconds)
            except QueueError as error:
                failures += 1
                log.error("no duel is taken from the queue, %d times in a row: %s", failures, error)  # noqa: TRY400
                await self._calls.pause(failures)
                continue
            failures = 0
            for message in messages:
                await self._take(message)

    async def _take(self, message: MessageTypeDef) -> None:
        id_, receipt = message["MessageId"], message["ReceiptHandle"]
        if known := self._held.get(id_):
            known.receipt = receipt  # only the newest is sure to delete it
            return
        try:
            duels = {hop.id for hop in decode(message["Body"])}
        except NewerVersion as error:
            log.warning("message %s comes again: %s", id_, error)
            return
        except BadMessage as error:
            log.error("message %s is left to the dead letters: %s", id_, error)  # noqa: TRY400
            return
        held = self._held[id_] = _Held(id_, receipt, duels)
        for duel_id in sorted(duels):
            self._pending.setdefault(duel_id, []).append(held)
            await self._here.put(duel_id)

    async def _hold(self) -> None:
        """Keep hidden what is worked on, as long as anything is."""
        while self._working:
            await self._clock.sleep(self._hold_seconds / BEATS_A_HOLD)
            at_work = [held for held in self._held.values() if held.duels & self._working.keys()]
            await self._hide(at_work, self._hold_seconds)

    async def _hide(self, messages: Iterable[_Held], seconds: int) -> None:
        try:
            lost = await self._calls.hide([held.receipt for held in messages], seconds)
        except QueueError as error:
            log.warning("messages may be delivered twice: %s", error)
        else:
            if lost:
                log.warning("%d messages are delivered twice: they were hidden no longer", lost)

    async def _delete(self, held: _Held) -> None:
        try:
            await self._calls.delete(held.receipt)
        except QueueError as error:
            log.warning("message %s is delivered again: %s", held.id, error)

    def _keep(self, name: str, loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """One task of that name, begun again when it has ended."""
        if name not in self._loops or self._loops[name].done():
            self._loops[name] = asyncio.create_task(loop(), name=f"sqs {name}")
