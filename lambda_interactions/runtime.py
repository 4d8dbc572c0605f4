"""The arena of one execution environment: opened by its first invocation, kept between them, and frozen in between.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol, TypeVar

from bot import logs
from bot._projection import Pacing
from bot.batch import Batch
from bot.chat import Chat
from bot.clock import SystemClock
from bot.deferred import Deferred
from bot.hub import Hub
from bot.metering.emf import EmfMeter
from bot.settings import Settings, read
from bot.wiring import serverless
from engine.arena import Arena
from engine.errors import NotConfigured
from engine.sentences import say

PACING: Final = Pacing(words_seconds=45.0, keep_seconds=60.0)
"""Every message that stands is a write to pay for, and a Slack channel takes one a second."""
SECRETS_VARIABLE: Final = "ARENA_SECRETS_ARN"

T = TypeVar("T")

log = logging.getLogger(__name__)


class LambdaContext(Protocol):
    """What AWS says of an invocation."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Until it is ended."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """The arena, what its channels see, what takes in their events, and what is left to other workers."""

    arena: Arena
    chat: Chat
    batch: Batch
    queue: Deferred


class Runtime:
    """One loop and one arena for all invocations of a process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._meter = EmfMeter(SystemClock(), sys.stdout.write)
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._opened: Opened | None = None

    def run(self, work: Callable[[Opened], Awaitable[T]]) -> T:
        """Do something with the arena; what is counted is written before the process may be frozen."""
        try:
            return self._runner.run(self._with_arena(work))
        finally:
            self._meter.flush()

    def close(self) -> None:
        """Let go of everything: for tests, since AWS never says that a process ends."""
        self._runner.run(self._stack.aclose())
        self._runner.close()

    async def _with_arena(self, work: Callable[[Opened], Awaitable[T]]) -> T:
        if self._opened and self._opened.chat.absent:
            await self._stack.aclose()
            self._opened = None
        if self._opened is None:
            self._opened = await self._open()
        return await work(self._opened)

    async def _open(self) -> Opened:
        hub = Hub()
        async with AsyncExitStack() as stack:
            arena, queue = await stack.enter_async_context(serverless(self._settings, hub, self._meter))
            chat = Chat(self._settings, arena, PACING)
            hub.add(chat.announcing)
            inboxes = await stack.enter_async_context(chat.receiving())
            self._stack = stack.pop_all()  # kept open; what fails before is closed again
        return Opened(arena, chat, Batch(arena, chat, inboxes, queue), queue)


@cache
def runtime() -> Runtime:
    """The runtime of this process. :raises UserError: when the environment lacks something, which AWS logs."""
    settings = read(with_secrets(os.environ))
    logs.configure(settings.log_level, settings.log_format, settings.secrets, sys.stdout)
    return Runtime(settings)


def with_secrets(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment with the variables that a secret of Secrets Manager holds as one JSON object, if one is named.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html

    :raises NotConfigured: when it cannot be had, or is none. What AWS has said may quote a token, so it is not told.
    """
    if not (name := environment.get(SECRETS_VARIABLE, "")):
        return environment
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    with closing(boto3.client("secretsmanager", endpoint_url=environment.get("AWS_ENDPOINT_URL") or None)) as client:
        try:
            held: Any = json.loads(client.get_secret_value(SecretId=name)["SecretString"])
            return {**environment, **{str(variable): str(value) for variable, value in held.items()}}
        except (BotoCoreError, ClientError, ValueError, KeyError, AttributeError):
            raise NotConfigured(
                say(
                    "The secret of {variable} cannot be read: allow the function to, and try again.",
                    variable=SECRETS_VARIABLE,
                )
            ) from None
