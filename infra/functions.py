"""The functions of a serverless arena as data, for whoever makes, packs or checks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.queues.definitions import COMMANDS_FUNCTION_SECONDS, TURNS_FUNCTION_SECONDS, WEBHOOK_MB, WORKER_MB

NAME: Final = "arena"
WEBHOOK_SECONDS: Final = 5
SWEEPER_SECONDS: Final = 55
"""Less than the minute between two of its calls."""
WEB_SECONDS: Final = 10
RUNTIME: Final = "python3.13"
ALIAS: Final = "live"
"""Of the version that the API, the queues and the schedule invoke."""
BATCH: Final = 10
"""Messages of a queue in an invocation, at most."""
AT_ONCE: Final = 2
"""Invocations of a queue at the same time: the least that AWS lets one set, until a host says otherwise."""
SCHEDULE: Final = "rate(1 minute)"
"""When the sweeper is called."""

_WORKER: Final = (
    *("ARENA_STORE", "ARENA_SECRETS_ARN", "COMMANDS_QUEUE_URL", "TURNS_QUEUE_URL", "ARENA_LOG_LEVEL"),
    "DISCORD_APPLICATION_ID",
)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of Lambda.

    Attributes:
        name: after the installation's own.
        handler: its entry point.
        seconds: that an invocation may take.
        memory_mb: which buys processor time too.
        package: whose code it is, of ``infra/package``.
        variables: all that are in its environment. Whatever else it is to know stands in the secret that
            ``ARENA_SECRETS_ARN`` names.
    """

    name: str
    handler: str
    seconds: int
    memory_mb: int = WORKER_MB
    package: str = "worker"
    variables: tuple[str, ...] = _WORKER

    @property
    def full_name(self) -> str:
        """Its name in the account."""
        return f"{NAME}-{self.name}"


DISCORD: Final = Function(
    "discord",
    "lambda_interactions.discord.handler",
    WEBHOOK_SECONDS,
    WEBHOOK_MB,
    "discord",
    ("COMMANDS_QUEUE_URL", "ARENA_SEALING_KEY", "DISCORD_PUBLIC_KEY", "DISCORD_APPLICATION_ID"),
)
SLACK: Final = Function(
    "slack",
    "lambda_interactions.slack.handler",
    WEBHOOK_SECONDS,
    WEBHOOK_MB,
    "slack",
    ("COMMANDS_QUEUE_URL", "ARENA_SEALING_KEY", "SLACK_SIGNING_SECRET_SECRET_ARN"),
)
COMMANDS: Final = Function("commands", "lambda_interactions.worker.handler", COMMANDS_FUNCTION_SECONDS)
TURNS: Final = Function("turns", "lambda_interactions.worker.handler", TURNS_FUNCTION_SECONDS)
SWEEPER: Final = Function("sweeper", "lambda_interactions.sweeper.handler", SWEEPER_SECONDS)
WEB: Final = Function(
    "web",
    "lambda_interactions.web.handler",
    WEB_SECONDS,
    variables=(
        "ARENA_STORE",
        "ARENA_LOG_LEVEL",
        "ARENA_WEB_COMMUNITY",
        "ARENA_SITE_ORIGIN",
        "ARENA_WEB_TOKEN_SHA256",
    ),
)
FUNCTIONS: Final = (DISCORD, SLACK, COMMANDS, TURNS, SWEEPER, WEB)
WEBHOOKS: Final = (DISCORD, SLACK)
WORKERS: Final = (COMMANDS, TURNS)
ROUTES: Final[Mapping[Function, tuple[str, ...]]] = {
    DISCORD: ("POST /discord",),
    SLACK: ("POST /slack",),
    WEB: ("GET /api/{proxy+}", "HEAD /api/{proxy+}", "OPTIONS /api/{proxy+}", "GET /health"),
}
"""The HTTP API's routes by the function behind them. API Gateway takes a HEAD for nothing but a HEAD."""
