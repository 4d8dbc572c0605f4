"""The serverless arena on a local AWS: its queues, its table, and as many workers as a test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from local_aws import LocalAws
from loopback_discord import LoopbackDiscord

from bot.on_discord import answers
from bot.on_discord.deferring import deferral, is_public
from bot.on_discord.parse import Command, parse
from bot.on_discord.register import registration
from bot.settings import read
from engine.stores._dynamo_keys import table
from lambda_interactions import messages, sweeper, worker
from lambda_interactions.messages import Event
from lambda_interactions.runtime import Runtime

SECRET: Final = "5e" * 32
SECONDS: Final = 60.0
"""What an invocation has."""


@dataclass
class Serverless:
    """What AWS does between the functions: it hands messages to a worker, and deletes those that did not fail."""

    aws: LocalAws
    environment: Mapping[str, str]
    commands_url: str
    turns_url: str
    runtimes: list[Runtime] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def start(self) -> Runtime:
        """A new execution environment."""
        self.runtimes.append(Runtime(read(self.environment)))
        return self.runtimes[-1]

    def queue(self, event: Event) -> None:
        """Put an event on the queue as a webhook does."""
        self.aws.shared("sqs").send_message(QueueUrl=self.commands_url, MessageBody=messages.encode(event))

    def received(self, url: str, most: int = 10) -> list[dict[str, Any]]:
        """Messages as an event source hands them on."""
        found = self.aws.shared("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=most, WaitTimeSeconds=0)
        return [
            {"messageId": one["MessageId"], "receiptHandle": one["ReceiptHandle"], "body": one["Body"]}
            for one in found.get("Messages", [])
        ]

    async def invoke(self, runtime: Runtime, url: str, records: Sequence[Mapping[str, Any]]) -> None:
        """One invocation, whose successes are deleted."""
        failed = await self.work(runtime, records)
        for record in records:
            if record["messageId"] not in failed:
                self.aws.shared("sqs").delete_message(QueueUrl=url, ReceiptHandle=record["receiptHandle"])

    async def work(self, runtime: Runtime, records: Sequence[Mapping[str, Any]]) -> set[str]:
        """One invocation; the messages that failed."""
        answer = await asyncio.to_thread(worker.work, runtime, records, SECONDS)
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        self.failures += sorted(failed)
        return failed

    async def drain(self, runtime: Runtime) -> None:
        """Work until both queues are empty."""
        while True:
            waiting = [(url, records) for url in (self.commands_url, self.turns_url) if (records := self.received(url))]
            if not waiting:
                return
            for url, records in waiting:
                await self.invoke(runtime, url, records)

    async def sweep(self, runtime: Runtime) -> dict[str, int]:
        """One call of the sweeper."""
        return await asyncio.to_thread(runtime.run, sweeper.sweep)

    async def endpoint(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Acknowledges as the webhook does, and queues."""
        payload = json.loads(body)
        asked = parse(payload)
        if not isinstance(asked, Command):
            return 200, json.dumps(answers.at_once(asked)).encode()  # type: ignore[arg-type]
        self.queue(Event("discord", payload["id"], body.decode()))
        return 200, json.dumps(deferral(private=not is_public(asked))).encode()


@asynccontextmanager
async def serverless(aws: LocalAws, discord: LoopbackDiscord, **more: str) -> AsyncIterator[Serverless]:
    """With a table and queues of its own, Discord's interactions by webhook, and its commands registered."""
    discord.register(registration())
    with aws.table(table("arena")) as name, aws.queue() as commands, aws.queue() as turns:
        environment = {
            **aws.environment,
            "ARENA_STORE": f"dynamodb:{name}",
            "ARENA_SECRET": SECRET,
            "TURNS_QUEUE_URL": turns,
            "COMMANDS_QUEUE_URL": commands,
            "DISCORD_BOT_TOKEN": discord.state.token,
            "DISCORD_API_URL": discord.state.api_url,
            **more,
        }
        arena = Serverless(aws, environment, commands, turns)
        discord.send_to(arena.endpoint)
        try:
            yield arena
        finally:
            for runtime in reversed(arena.runtimes):  # discord.py's address, which is one for a process, is put back
                await asyncio.to_thread(runtime.close)
