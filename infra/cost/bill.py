"""From what was counted to dollars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.providers.catalogue import catalogue
from engine.queues.definitions import WEBHOOK_MB, WORKER_MB
from engine.sentences import say
from infra.cost import prices
from infra.cost.counted import Counted
from infra.cost.idle import Item


def infrastructure(counted: Counted) -> dict[str, float]:
    """Dollars by service, without what a month costs anyway (:class:`Month`) and without tokens."""
    gb_seconds = counted.billed_seconds * WORKER_MB / 1024 + counted.webhook_seconds * WEBHOOK_MB / 1024
    log_bytes = counted.log_bytes + (counted.invocations + counted.webhooks) * prices.LAMBDA_LOG_BYTES
    return {
        say("DynamoDB, writing"): counted.write_units * prices.WRITE_UNIT,
        say("DynamoDB, reading"): counted.read_units * prices.READ_UNIT,
        "SQS": counted.sqs_requests * prices.SQS_REQUEST,
        "HTTP API": counted.webhooks * prices.HTTP_API_REQUEST,
        say("Lambda, requests"): (counted.invocations + counted.webhooks) * prices.LAMBDA_REQUEST,
        say("Lambda, time"): gb_seconds * prices.LAMBDA_GB_SECOND,
        say("logs"): log_bytes / prices.GB * prices.LOG_GB,
    }


def tokens(counted: Counted) -> dict[str, tuple[int, int, float]]:
    """Tokens read and written, and dollars, by model."""
    cards = catalogue()
    found: dict[str, tuple[int, int, float]] = {}
    for model in sorted({name.rpartition(" ")[0] for name in counted.tokens}):
        read, wrote = counted.tokens[f"{model} in"], counted.tokens[f"{model} out"]
        provider, _, name = model.partition("/")
        found[model] = read, wrote, cards[provider][name].cost_nano_usd(read, wrote) / 1e9
    return found


@dataclass(frozen=True, slots=True)
class Month:
    """What an installation costs a month: its duels, and what it costs when nobody plays.

    ``duel`` is the bill of a duel, which leaves ``stored_bytes`` behind; ``idle`` is what there is without any.
    """

    duel: float
    stored_bytes: float
    out_bytes: float
    idle: Sequence[Item]

    def dollars(self, duels: int) -> float:
        """Of a month with so many duels, the first in which anything is stored."""
        out_gb = duels * self.out_bytes / prices.GB
        stored_gb = duels * self.stored_bytes / prices.GB
        more = max(0.0, out_gb - prices.FREE_OUT_GB) * prices.OUT_GB + stored_gb * prices.STORED_GB_MONTH
        return sum(item.full for item in self.idle) + duels * self.duel + more
