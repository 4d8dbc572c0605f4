"""What one environment costs a month while nobody plays, item by item, and what of it the always-free tier takes over.

Free is what an account has, not what an environment has: a second one in the same account shares it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.metering.emf import METRICS
from engine.queues.definitions import WORKER_MB
from engine.sentences import say
from infra.cost import prices
from infra.cost.counted import Counted

ALARMS: Final = (
    "discord-errors",
    "slack-errors",
    "commands-errors",
    "turns-errors",
    "web-errors",
    "sweeper-errors",
    "discord-slow",
    "slack-slow",
    "throttles",
    "api-4xx",
    "api-5xx",
    "table-read-throttles",
    "table-write-throttles",
    "commands-dead-letters",
    "turns-dead-letters",
    "oldest-turn",
)
"""Those of infra/terraform/modules/observability, which a test holds against this; each watches one metric."""


@dataclass(frozen=True, slots=True)
class Item:
    """``amount`` units a month, each for ``price`` dollars; the first ``free`` of an account cost nothing."""

    what: str
    amount: float
    price: float
    free: float = 0.0

    @property
    def full(self) -> float:
        """Dollars a month where the account has used up what is free."""
        return self.amount * self.price

    @property
    def left(self) -> float:
        """Dollars a month in an account that has nothing else."""
        return max(0.0, self.amount - self.free) * self.price


def items(sweep: Counted) -> tuple[Item, ...]:
    """All there is, from one call of the sweeper that found nothing to do.

    What costs nothing while it is not used is not here: API, functions, table, CloudFront, topic, budgets.
    """
    sweeps = prices.SWEEPS_A_MONTH
    log_gb = sweeps * (sweep.log_bytes + prices.LAMBDA_LOG_BYTES) / prices.GB
    gb_seconds = sweeps * sweep.billed_seconds * WORKER_MB / 1024
    polls = prices.QUEUES * prices.IDLE_POLLS_A_MONTH
    return (
        Item(say("sweeper, reading the table"), sweeps * sweep.read_units, prices.READ_UNIT),
        Item(say("sweeper, writing the table"), sweeps * sweep.write_units, prices.WRITE_UNIT),
        Item(say("sweeper, requests"), sweeps, prices.LAMBDA_REQUEST, prices.FREE_LAMBDA_REQUESTS),
        Item(say("sweeper, GB-seconds"), gb_seconds, prices.LAMBDA_GB_SECOND, prices.FREE_LAMBDA_GB_SECONDS),
        Item(say("sweeper, GB of logs"), log_gb, prices.LOG_GB, prices.FREE_LOG_GB),
        Item(say("schedule"), sweeps, prices.SCHEDULED_CALL, prices.FREE_SCHEDULED_CALLS),
        Item(say("idle queues, polls"), polls, prices.SQS_REQUEST, prices.FREE_SQS_REQUESTS),
        Item(say("metrics"), len(METRICS), prices.METRIC_MONTH, prices.FREE_METRICS),
        Item(say("alarms"), len(ALARMS), prices.ALARM_METRIC_MONTH, prices.FREE_ALARM_METRICS),
        Item(say("dashboard"), prices.DASHBOARDS, prices.DASHBOARD_MONTH, prices.FREE_DASHBOARDS),
        Item(say("secret"), prices.SECRETS, prices.SECRET_MONTH),
        Item(say("secret, calls"), prices.SECRET_CALLS_A_MONTH, prices.SECRET_CALL),
        Item(say("pages and packages, GB"), prices.S3_GB, prices.S3_GB_MONTH),
    )
