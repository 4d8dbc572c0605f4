"""What one invocation of a worker leaves to others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.queues.messages import Hop

if TYPE_CHECKING:  # it imports boto3
    from engine.queues.sqs import SqsQueue


class Deferred:
    """Fulfils :class:`engine.ports.Queue` for whoever puts: nothing is queued before :meth:`flush`.

    A duel must not be with another worker before this one has shown what it has done: two would post its first board.
    """

    def __init__(self, queue: SqsQueue) -> None:
        self._queue = queue
        self._waiting: dict[str, Hop] = {}

    async def put(self, duel_id: str) -> None:
        """Queue that duel later."""
        self._waiting.setdefault(duel_id, Hop(duel_id))

    async def again(self, hops: Iterable[Hop]) -> None:
        """Queue duels later that could go on."""
        self._waiting |= {hop.id: hop for hop in hops}

    async def flush(self) -> None:
        """Queue them. :raises QueueError: when SQS does not take them; some may be queued then."""
        waiting, self._waiting = list(self._waiting.values()), {}
        if waiting:
            await self._queue.put_hops(waiting)

    async def get(self) -> str:
        """Never: AWS hands the messages to the worker."""
        raise NotImplementedError

    def done(self, duel_id: str) -> None:
        """Nothing: AWS deletes what did not fail."""
