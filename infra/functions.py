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


@dataclass(frozen=True, slots=True)
class Function:
    """A function of Lambda by its entry point, how long an invocation may take, and with how much memory."""

    name: str
    handler: str
    seconds: int
    memory_mb: int = WORKER_MB

    @property
    def full_name(self) -> str:
        """Its name in the account."""
        return f"{NAME}-{self.name}"


DISCORD: Final = Function("discord", "lambda_interactions.discord.handler", WEBHOOK_SECONDS, WEBHOOK_MB)
SLACK: Final = Function("slack", "lambda_interactions.slack.handler", WEBHOOK_SECONDS, WEBHOOK_MB)
COMMANDS: Final = Function("commands", "lambda_interactions.worker.handler", COMMANDS_FUNCTION_SECONDS)
TURNS: Final = Function("turns", "lambda_interactions.worker.handler", TURNS_FUNCTION_SECONDS)
SWEEPER: Final = Function("sweeper", "lambda_interactions.sweeper.handler", SWEEPER_SECONDS)
WEB: Final = Function("web", "lambda_interactions.web.handler", WEB_SECONDS)
FUNCTIONS: Final = (DISCORD, SLACK, COMMANDS, TURNS, SWEEPER, WEB)
WEBHOOKS: Final = (DISCORD, SLACK)
WORKERS: Final = (COMMANDS, TURNS)
ROUTES: Final[Mapping[Function, tuple[str, ...]]] = {
    DISCORD: ("POST /discord",),
    SLACK: ("POST /slack",),
    WEB: ("GET /api/{proxy+}", "HEAD /api/{proxy+}", "OPTIONS /api/{proxy+}", "GET /health"),
}
"""The HTTP API's routes by the function behind them. API Gateway takes a HEAD for nothing but a HEAD."""
