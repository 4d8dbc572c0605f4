"""What a message on ``turns`` says: which duels to play on, and how often each was queued without getting on.

JSON, so that a person can read a dead-letter queue: ``{"v":1,"duels":[{"id":"…","hops":0,"entry":-1}]}``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final, TypedDict

from engine import versions
from engine.errors import BadMessage

# Ten duels share one invocation of a worker, and so its waiting for models, which is most of what a duel costs.
DUELS_A_MESSAGE: Final = 10
# AWS stops a function that reaches itself through SQS after about 16 calls, unless told not to; then this cap is all
# there is. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
HOPS: Final = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hop:
    """A duel on its way to a worker.

    ``hops`` counts how often it was queued again since its log last grew; ``entry`` was the last entry then, -1 where
    whoever queued it has not looked.
    """

    id: str
    hops: int = 0
    entry: int = -1

    def again(self, entry: int) -> Hop | None:
        """How a worker that was handed this queues the duel again; ``entry`` is the newest of its log.

        ``None`` once that was done :data:`HOPS` times while the log did not grow, which is logged as an error: the
        worker queues nothing, and the duel must be adjourned, or the sweeper would start the count anew for ever.
        """
        if entry > self.entry:
            return Hop(self.id, 0, entry)
        if self.hops >= HOPS:
            log.error("duel %s: queued %d times without a new entry after %d", self.id, self.hops, entry)
            return None
        return Hop(self.id, self.hops + 1, entry)


def encode(hops: Sequence[Hop]) -> str:
    """A message's body. :raises ValueError: for no duel or more than :data:`DUELS_A_MESSAGE`."""
    if not 0 < len(hops) <= DUELS_A_MESSAGE:
        raise ValueError(f"a message carries 1 to {DUELS_A_MESSAGE} duels, not {len(hops)}")
    return json.dumps({"v": versions.VERSION, "duels": [asdict(hop) for hop in hops]}, separators=(",", ":"))


def decode(body: str) -> tuple[Hop, ...]:
    """The duels of a message. :raises BadMessage: when it is none of ours. :raises NewerVersion: when too far ahead."""
    try:
        message = json.loads(body)
        versions.understood(message["v"], "a message")
        hops = tuple(_hop(one) for one in message["duels"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadMessage(f"not a message on turns ({type(error).__name__}): {body[:200]!r}") from None
    if not hops:
        raise BadMessage("a message without a duel")
    return hops


def packed(hops: Iterable[Hop]) -> Iterator[str]:
    """The bodies of as few messages as carry these duels."""
    left = iter(hops)
    while some := tuple(islice(left, DUELS_A_MESSAGE)):
        yield encode(some)


class ItemFailure(TypedDict):
    """The id of a message that comes back."""

    itemIdentifier: str


class BatchResponse(TypedDict):
    """What a function answers to its event source when that reports batch item failures."""

    batchItemFailures: list[ItemFailure]


def batch_response(results: Mapping[str, BaseException | None]) -> BatchResponse:
    """What became of each message, by its id, in the words of Lambda: those with an error come back, the others do not.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    return {"batchItemFailures": [{"itemIdentifier": id_} for id_, error in results.items() if error is not None]}


def _hop(one: Any) -> Hop:
    hop = Hop(one["id"], one["hops"], one["entry"])
    if not (isinstance(hop.id, str) and hop.id and type(hop.hops) is int and type(hop.entry) is int):
        raise TypeError
    return hop
