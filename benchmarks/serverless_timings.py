"""How long a caller waits: for a webhook's answer, for a query by an index, and for a model, alone and among fifty.

Everything is on loopback: the webhook's own code verifies a signed ``/duel start`` and queues it on the local AWS's SQS
over a connection of each caller's own (as many functions as callers); the store asks the local AWS's table for a
community's newest duels, which is a query by the index and a read of the heads; the model is a server that answers at
once, asked through the vendor's SDK. So these are our own times and those of ministack, which is one process: fifty
callers wait for one another there, as they do not on AWS. Needs the local AWS, which ``make bench`` makes.
Usage: ``python benchmarks/serverless_timings.py [SECONDS]``: how long each of the six measurements lasts.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path

import chess

from bot.clock import SystemClock
from bot.sealing import sealing_key
from bot.settings import SECRET_BYTES
from engine import providers
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.starting import Start
from engine.model import Community, Player, Seat
from engine.players.roster import Roster
from engine.ports import Ask, Message
from engine.queues.local import LocalQueue
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore
from infra.cost.asking import Members, interaction
from infra.cost.counted import Counted
from infra.cost.line import line
from infra.cost.loopback import POSITION, Loopback, serving
from infra.local import ministack
from infra.local.deployment import VENV, cloud

CALLERS = (1, 50)
SECONDS = 5.0
WARM = 5
"""Calls of each caller that are not measured: connections are made in them."""
DUELS = 25
HERE = Community("discord", "1")

Call = Callable[[], Awaitable[object]]


async def measured(calls: Sequence[Call], seconds: float) -> list[float]:
    """How long each call took, in seconds; every caller makes one after another."""
    took: list[float] = []
    warm = asyncio.Barrier(len(calls))

    async def caller(call: Call) -> None:
        for _ in range(WARM):
            await call()
        await warm.wait()
        until = time.perf_counter() + seconds
        while (began := time.perf_counter()) < until:
            await call()
            took.append(time.perf_counter() - began)

    await asyncio.gather(*map(caller, calls))
    return took


def show(what: str, callers: int, took: list[float]) -> None:
    """Percentiles by nearest rank, in milliseconds."""
    ordered = sorted(took)
    ranks = {f"p{percent}": ordered[-(-percent * len(ordered) // 100) - 1] for percent in (50, 95, 99)}
    figures = "  ".join(f"{name} {1000 * value:8.1f} ms" for name, value in ranks.items())
    print(f"{what:34} {callers:3} callers  {figures}  ({len(ordered)} calls)", flush=True)


def webhooks(variables: dict[str, str], callers: int, stack: AsyncExitStack) -> list[Call]:
    """Signed requests through the handler of each caller's own function."""
    calls: list[Call] = []
    for number in range(callers):
        members = Members(variables, first=number * 1_000_000)
        stack.callback(members.close)
        calls.append(lambda members=members: members.ask(1, Counted()))  # type: ignore[misc]
    return calls


async def duels(arena: Arena) -> None:
    """Something to find."""
    for number in range(DUELS):
        players = {Seat.FIRST: Player.named("engine/random"), Seat.SECOND: Player.named("engine/novice")}
        await arena.duels.start(
            Start(request_id=str(number), community=HERE, game="chess", players=players, started_by="a")
        )


def question(model: str) -> Ask:
    """As large as a ply's."""
    text = f"{'A position as it is described to a model. ' * 25}{POSITION}{chess.STARTING_FEN}\n"
    return Ask(model, (Message("user", text),), 256, 30.0)


async def bench(seconds: float) -> None:
    """All six."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        python = ministack.interpreter(VENV)
        address = stack.enter_context(ministack.serving(python, 0, folder / "log", "WARNING"))
        made = stack.enter_context(cloud(address))
        loopback = Loopback(0.0, line(80), lambda _: None)
        models = await stack.enter_async_context(serving(loopback))
        made.dynamodb.create_table(**table("arena"))
        queue = made.sqs.create_queue(QueueName="commands")["QueueUrl"]
        variables = {**ministack.CREDENTIALS, "AWS_ENDPOINT_URL": address, "COMMANDS_QUEUE_URL": queue}
        variables["ARENA_SEALING_KEY"] = sealing_key(secrets.token_bytes(SECRET_BYTES))

        # A thread for each caller's blocking calls: the usual six would be measured instead.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max(CALLERS)))
        store = DynamoStore(Client.open("arena", clock, address, ministack.REGION))
        stack.push_async_callback(store.close)
        vendors = providers.configured({"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": f"{models}/bench/v1"})
        roster = Roster(vendors, None, clock)
        stack.push_async_callback(roster.close)
        await duels(Arena.over(Context(store, LocalQueue(), roster, clock, _Nobody(), b"a secret of benchmarks")))
        api = vendors["openai"].make()
        stack.push_async_callback(api.close)

        for callers in CALLERS:
            calls = webhooks(variables, callers, stack)
            show("webhook: signed start, queued", callers, await measured(calls, seconds))
        for callers in CALLERS:
            asks: list[Call] = [lambda: store.duels(HERE, limit=10)] * callers
            show("query by index: 10 newest duels", callers, await measured(asks, seconds))
        for callers in CALLERS:
            asks = [lambda: api.complete(question("gpt-4.1-nano"))] * callers
            show("model call, the model apart", callers, await measured(asks, seconds))


class _Nobody:
    """Shows nothing."""

    def changed(self, duel_id: str, entry: int) -> None:
        """Nothing."""

    def noted(self, document: object) -> None:
        """Nothing."""


def main() -> None:
    """Run it."""
    os.environ |= ministack.CREDENTIALS
    print(f"{os.cpu_count()} processors, {len(json.dumps(interaction(0)))} bytes a webhook")
    asyncio.run(bench(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))


if __name__ == "__main__":
    main()
