"""A run: the local AWS, what answers the functions, and as many environments at once as are asked for."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.sealing import sealing_key
from bot.settings import SECRET_BYTES
from engine.errors import ArenaError
from engine.queues.definitions import definitions
from engine.stores._dynamo_keys import table
from infra.cost import environment
from infra.cost.asking import Members
from infra.cost.counted import Counted
from infra.cost.line import line
from infra.cost.loopback import Loopback, serving
from infra.local import ministack
from infra.local.deployment import ROOT, Cloud, cloud, make_queues, python_path

LINE_BYTES: Final = 1 << 20
SHARED: Final = 10
"""So many duels go in a message on ``turns``, and so share an invocation."""
FEWER: Final = (2, 1)
FEW_GROUPS: Final = 4
"""So many invocations are enough to see what fewer duels that share one cost."""


Tell = Callable[[Mapping[str, Any]], Awaitable[Counted]]


class RunFailed(ArenaError):
    """A duel was not played as it should be; the text says what the environment said last."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played. ``at_once`` environments are at work together."""

    duels: int
    plies: int
    model_seconds: float
    at_once: int

    @property
    def rounds(self) -> list[tuple[int, int]]:
        """How many share an invocation, and how many duels are played so."""
        most = min(SHARED, self.duels)
        few = [(shared, min(self.duels, FEW_GROUPS * shared)) for shared in FEWER if shared < most]
        return [(most, self.duels), *few]

    @property
    def waits(self) -> float:
        """The seconds that a duel waits for its models."""
        return self.plies * self.model_seconds

    @property
    def moves(self) -> int:
        """The most that models are asked for."""
        return self.plies * sum(duels for _, duels in self.rounds)


@dataclass(frozen=True, slots=True)
class Result:
    """What was counted of duels of which so many shared an invocation, and of one call of the sweeper."""

    shared: int
    duels: int
    counted: Counted
    sweep: Counted


async def run(plan: Plan, python: Path, told: Callable[[int], object]) -> list[Result]:
    """Play it all. ``told`` is called with the number of moves made.

    :raises NotStarted: when the local AWS does not start. :raises RunFailed: when something goes wrong in a duel.
    """
    async with _benched(plan, python, told) as bench:
        try:
            async with asyncio.TaskGroup() as tasks:
                rounds = [tasks.create_task(Run(bench, *one).result()) for one in plan.rounds]
        except* ArenaError as failed:
            raise _first(failed) from None
        return [one.result() for one in rounds]


async def idle_sweep(python: Path) -> Counted:
    """One call of the sweeper over a table in which nothing waits; a first one has opened the arena.

    :raises NotStarted: when the local AWS does not start. :raises RunFailed: when the sweeper fails.
    """
    async with _benched(Plan(1, 8, 0, 1), python, lambda _: None) as bench:
        return await Run(bench, 1, 0).swept()


@asynccontextmanager
async def _benched(plan: Plan, python: Path, told: Callable[[int], object]) -> AsyncIterator[Bench]:
    """The local AWS, and what answers the functions, while the block runs."""
    # `kill` and a closed terminal end this as Ctrl-C does: by the blocks that end what they started. Not by that
    # signal, which a process in the background ignores.
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - this is a coroutine
    for ending in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(ending, task.cancel)
    loopback = Loopback(plan.model_seconds, line(plan.plies), told)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="arena-cost-")))
        address = stack.enter_context(ministack.serving(python, 0, folder / "log", "WARNING"))
        made = stack.enter_context(cloud(address))
        loopback.address = await stack.enter_async_context(serving(loopback))
        yield Bench(plan, made, loopback, folder)


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    found = failed.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


class Bench:
    """What all of a run stands on, and room for so many environments at once."""

    def __init__(self, plan: Plan, made: Cloud, loopback: Loopback, folder: Path) -> None:
        self.plan, self.cloud, self.loopback, self.folder = plan, made, loopback, folder
        self._room = asyncio.Semaphore(plan.at_once)

    @asynccontextmanager
    async def environment(self, variables: Mapping[str, str]) -> AsyncIterator[Tell]:
        """A new environment, once there is room; it is told orders, and answers each with what it has counted."""
        async with self._room, _environment(variables) as tell:
            yield tell


class Run:
    """Duels of which so many share an invocation, over a table and queues of their own."""

    def __init__(self, bench: Bench, shared: int, duels: int) -> None:
        self._bench, self._shared, self._duels = bench, shared, duels
        self._name = f"arena-{shared}"
        self._counted, self._sweep = Counted(), Counted()
        self._playing = 0

    async def result(self) -> Result:
        """Played and counted."""
        groups = [min(self._shared, self._duels - first) for first in range(0, self._duels, self._shared)]
        variables = await asyncio.to_thread(self._variables)
        members = Members(variables)
        try:
            async with asyncio.TaskGroup() as tasks:
                self._playing = min(self._bench.plan.at_once, len(groups))
                for _ in range(self._playing):
                    tasks.create_task(self._play(groups, variables, members))
        finally:
            members.close()
        self._counted.add(self._bench.loopback.seen(self._name))
        return Result(self._shared, self._duels, self._counted, self._sweep)

    async def swept(self) -> Counted:
        """What the sweeper counts the second time that it finds nothing to do."""
        async with self._bench.environment(await asyncio.to_thread(self._variables)) as tell:
            await tell({"do": environment.SWEEP})
            return await tell({"do": environment.SWEEP})

    async def _play(self, groups: list[int], variables: Mapping[str, str], members: Members) -> None:
        """One environment, until no group is left; the last to leave looks after what is left behind."""
        async with self._bench.environment(variables) as tell:
            while groups:
                commands = groups.pop()
                await members.ask(commands, self._counted)
                self._counted.add(
                    await tell({"do": environment.PLAY, "commands": commands, "waits": self._bench.plan.waits})
                )
            self._playing -= 1
            if not self._playing:
                await self._look_after(tell)

    async def _look_after(self, tell: Tell) -> None:
        """What the sweeper does: once when there is nothing to do, and a day later what these duels have left it."""
        self._sweep.add(await tell({"do": environment.SWEEP}))
        self._counted.add(await tell({"do": environment.FORGET}))

    def _variables(self) -> dict[str, str]:
        """Make what they stand on; the environment of a function."""
        self._bench.cloud.dynamodb.create_table(**table(self._name))
        queues = make_queues(self._bench.cloud, definitions(self._name))
        secret = secrets.token_hex(SECRET_BYTES)
        return {
            **ministack.CREDENTIALS,
            "PATH": os.defpath,
            "HOME": str(self._bench.folder),
            "PYTHONPATH": python_path(),
            "AWS_ENDPOINT_URL": self._bench.cloud.address,
            "ARENA_STORE": f"dynamodb:{self._name}",
            "ARENA_SECRET": secret,
            "ARENA_SEALING_KEY": sealing_key(bytes.fromhex(secret)),
            "ARENA_LOG_LEVEL": "WARNING",
            "COMMANDS_QUEUE_URL": queues[f"{self._name}-commands"],
            "TURNS_QUEUE_URL": queues[f"{self._name}-turns"],
            "DISCORD_BOT_TOKEN": secrets.token_hex(SECRET_BYTES),
            "DISCORD_API_URL": f"{self._bench.loopback.address}/{self._name}/discord",
            "OPENAI_API_KEY": secrets.token_hex(SECRET_BYTES),
            "OPENAI_BASE_URL": f"{self._bench.loopback.address}/{self._name}/v1",
        }


@asynccontextmanager
async def _environment(variables: Mapping[str, str]) -> AsyncIterator[Tell]:
    """Its process while the block runs."""
    arguments: Sequence[str] = (sys.executable, "-m", environment.__name__)
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=dict(variables),
            cwd=ROOT,
            limit=LINE_BYTES,
        )
        assert process.stdin is not None  # noqa: S101 - asked for above
        assert process.stdout is not None  # noqa: S101 - asked for above
        orders, answers = process.stdin, process.stdout

        async def tell(order: Mapping[str, Any]) -> Counted:
            orders.write(json.dumps(order).encode() + b"\n")
            await orders.drain()
            if not (line := await answers.readline()):
                errors.seek(0)
                raise RunFailed(f"A duel was not played: {' '.join(errors.read().decode().split())[-600:]}")
            return Counted.read_json(json.loads(line))

        try:
            yield tell
            orders.close()
            await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
