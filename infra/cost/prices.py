"""What AWS asks, in US dollars for us-east-1, and what it gives for it.

Read on the day of :data:`PRICED_ON` at aws.amazon.com/dynamodb/pricing/on-demand, /lambda/pricing, /sqs/pricing,
/api-gateway/pricing, /cloudwatch/pricing, /secrets-manager/pricing, /eventbridge/pricing, /s3/pricing and
/ec2/pricing/on-demand (data transfer). What stands under ``FREE_…`` every account has each month, for ever; what new
accounts get for a time is left out.
"""

from __future__ import annotations

from typing import Final

from infra.cost.passing import Passed

PRICED_ON: Final = "2026-11-01"

WRITE_UNIT: Final = 0.625e-6
READ_UNIT: Final = 0.125e-6
STORED_GB_MONTH: Final = 0.25
SQS_REQUEST: Final = 0.40e-6
HTTP_API_REQUEST: Final = 1.00e-6
LAMBDA_REQUEST: Final = 0.20e-6
LAMBDA_GB_SECOND: Final = 0.0000133334
"""On arm64."""
LOG_GB: Final = 0.50
METRIC_MONTH: Final = 0.30
ALARM_METRIC_MONTH: Final = 0.10
"""Of each metric that an alarm watches once a minute or more seldom."""
DASHBOARD_MONTH: Final = 3.00
SECRET_MONTH: Final = 0.40
SECRET_CALL: Final = 5e-6
SCHEDULED_CALL: Final = 1e-6
S3_GB_MONTH: Final = 0.023
OUT_GB: Final = 0.09
"""Sent to the internet: to Discord and to the models' APIs."""
FREE_OUT_GB: Final = 100.0
"""So much of that a month costs nothing."""
FREE_LAMBDA_REQUESTS: Final = 1_000_000
FREE_LAMBDA_GB_SECONDS: Final = 400_000
FREE_SQS_REQUESTS: Final = 1_000_000
FREE_SCHEDULED_CALLS: Final = 14_000_000
FREE_LOG_GB: Final = 5
FREE_METRICS: Final = 10
FREE_ALARM_METRICS: Final = 10
FREE_DASHBOARDS: Final = 3

GB: Final = 1e9
VCPU_MB: Final = 1769
"""A function of so much memory has one processor, and others in proportion
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html)."""

SWEEPS_A_MONTH: Final = 43_800
"""One a minute."""
IDLE_POLLS_A_MONTH: Final = 657_000
"""Of one idle queue: five pollers that wait 20 s each
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html)."""
QUEUES: Final = 2
SECRETS: Final = 1
SECRET_CALLS_A_MONTH: Final = 2_190
"""Three environments start an hour, at most, where nobody plays: the sweeper's is warm, and lives for hours."""
DASHBOARDS: Final = 1
S3_GB: Final = 1.0
"""Pages, packages and Terraform's state with their versions of a month: a release is 132 MB."""
LAMBDA_LOG_BYTES: Final = 340
"""What Lambda itself writes of an invocation: START, END and REPORT."""


def share(memory_mb: int) -> float:
    """The part of a processor that a function of that memory has."""
    return memory_mb / VCPU_MB


def billed_seconds(passed: Passed, memory_mb: int, waits: float = 0.0) -> float:
    """What an invocation that passed so here takes with that memory, at most.

    Its seconds of a processor take longer as the memory buys less than a whole one, and are added to its waiting as if
    none of them passed meanwhile. Waiting for a processor is this machine's affair and left out; but while one duel
    waits for that, others wait for their models, so there is never less than the ``waits`` of a duel for its models.
    """
    return max(passed.wall - passed.queued - passed.processor, waits) + passed.processor / share(memory_mb)
