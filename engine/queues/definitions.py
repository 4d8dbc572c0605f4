"""The queues of a serverless arena as data, for whoever makes them: tests, templates, a local AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# The timeouts with which the functions behind the queues are deployed; 900 s is the most that Lambda gives.
COMMANDS_FUNCTION_SECONDS: Final = 60
TURNS_FUNCTION_SECONDS: Final = 900
# And the memory: a webhook imports little, and a worker that plays ten duels holds about 200 MB. Processor time comes
# in proportion (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
WEBHOOK_MB: Final = 256
WORKER_MB: Final = 512
# "At least six times the configuration timeout on your function", so that a batch whose function was throttled is still
# Lambda's, and "at least 5" receives, so that being throttled buries no message.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_TIMEOUTS: Final = 6
MAX_RECEIVES: Final = 5
# A dead letter keeps the time at which it was first sent, so its queue must keep longer than the one it comes from.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
DAY_SECONDS: Final = 86_400
COMMANDS_RETENTION_SECONDS: Final = DAY_SECONDS
TURNS_RETENTION_SECONDS: Final = 4 * DAY_SECONDS
DEAD_LETTERS_RETENTION_SECONDS: Final = 14 * DAY_SECONDS
DEAD_LETTERS_VISIBILITY_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Redrive:
    """Where a message goes that was received ``max_receives`` times and never deleted."""

    dead_letters: str
    max_receives: int


@dataclass(frozen=True, slots=True)
class QueueDefinition:
    """A standard queue. Its name is unique in an account and region; times are in seconds."""

    name: str
    visibility_seconds: int
    retention_seconds: int
    redrive: Redrive | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """What CreateQueue and CloudFormation call them; the redrive policy needs an address, so its maker adds it."""
        return {
            "VisibilityTimeout": str(self.visibility_seconds),
            "MessageRetentionPeriod": str(self.retention_seconds),
            "SqsManagedSseEnabled": "true",
        }


def definitions(
    prefix: str,
    commands_function_seconds: int = COMMANDS_FUNCTION_SECONDS,
    turns_function_seconds: int = TURNS_FUNCTION_SECONDS,
) -> tuple[QueueDefinition, ...]:
    """``PREFIX-commands`` and ``PREFIX-turns``, each after its ``…-dead``: made in this order, each finds its own."""
    return (
        *_with_dead_letters(f"{prefix}-commands", commands_function_seconds, COMMANDS_RETENTION_SECONDS),
        *_with_dead_letters(f"{prefix}-turns", turns_function_seconds, TURNS_RETENTION_SECONDS),
    )


def _with_dead_letters(
    name: str, function_seconds: int, retention_seconds: int
) -> tuple[QueueDefinition, QueueDefinition]:
    visibility_seconds = VISIBILITY_TIMEOUTS * function_seconds
    dead = QueueDefinition(f"{name}-dead", DEAD_LETTERS_VISIBILITY_SECONDS, DEAD_LETTERS_RETENTION_SECONDS)
    return dead, QueueDefinition(name, visibility_seconds, retention_seconds, Redrive(dead.name, MAX_RECEIVES))
