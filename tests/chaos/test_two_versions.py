"""Two versions of the arena work on one table and its queues: every duel ends as it does where there is one version.

The version before is this code. The later one is this code too, made to write what a next version may
(:mod:`next_version`), in a process of its own. Who is handed which message is drawn by a seed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from local_aws import LocalAws
from next_version import FIELD, MORE
from support import START_MS, share
from test_late_messages import calm, day, in_memory
from versioned_worker import WORKERS, plain
from workshop import duel_of, playing, starts

from engine import versions
from engine.stores._dynamo_keys import table

SCRIPT: Final = Path(__file__).with_name("versioned_worker.py")
ROOT: Final = SCRIPT.parents[2]
SCENARIOS: Final = ROOT / "tests" / "scenarios"
SOME: Final = ("test_challenges.py", "test_records.py")
"""What `make test` runs of them: they read most kinds of documents."""
NOW: Final = str(versions.VERSION)
NEXT: Final = str(versions.VERSION + 1)
TWO_AHEAD: Final = str(versions.VERSION + 2)
STEP_MS: Final = 60_000
ANSWER_SECONDS: Final = 120.0
MESSAGES: Final = 3
"""At most so many come to a worker at once."""
IDLE: Final = 40
"""So many sweeps in a row that bring nothing back: then nothing will."""


@dataclass
class Told:
    """What became of the duels, and what was seen on the way."""

    logs: dict[str, list[Any]]
    entries: dict[str, list[dict[str, Any]]]
    came: int = 0
    failed: int = 0
    heard: list[str] = field(default_factory=list)

    @property
    def mixed(self) -> int:
        """How many logs were written by several versions."""
        return sum(len({entry["v"] for entry in log}) > 1 for log in self.entries.values())


class Version:
    """A process of one version."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, what: str, now_ms: int, worker: int = 0, **more: Any) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        order = {"do": what, "now_ms": now_ms, "worker": worker, **more}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        line = await asyncio.wait_for(self._process.stdout.readline(), ANSWER_SECONDS)
        assert line, "a version has ended"
        return dict(json.loads(line))


@asynccontextmanager
async def version(arguments: str, environment: dict[str, str], log: Path) -> AsyncIterator[Version]:
    pipe = asyncio.subprocess.PIPE
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(SCRIPT), *arguments.split()),
            env={"PATH": os.environ["PATH"], **environment},
            stdin=pipe,
            stdout=pipe,
            stderr=errors,
            limit=1 << 26,
        )
        try:
            yield Version(process)
        finally:
            assert process.stdin
            process.stdin.close()
            await asyncio.wait_for(process.wait(), ANSWER_SECONDS)


@dataclass
class Roll:
    """A deploy under way."""

    versions: Sequence[Version]
    commands: str
    turns: str
    sqs: Any
    rng: random.Random
    told: Told
    now_ms: int = START_MS
    clicked: set[str] = field(default_factory=set)

    async def step(self, *queues: str) -> int:
        """Each version takes some messages of one of these queues, both at once; how many came."""
        self.now_ms += STEP_MS
        drawn = [
            (self.rng.choice(queues), self.rng.randrange(WORKERS), self.rng.randint(1, MESSAGES)) for _ in self.versions
        ]
        done = await asyncio.gather(
            *(
                one.do("work", self.now_ms, worker, url=url, most=most)
                for one, (url, worker, most) in zip(self.versions, drawn, strict=True)
            )
        )
        seen = sorted({duel_id for one in done for duel_id in one["seen"]})
        came = sum(one["answer"][0] for one in done)
        self.told.came += came
        self.told.failed += sum(one["answer"][1] for one in done)
        self.told.heard += [line for one in done for line in one["heard"]]
        await self._click(seen)
        return came

    async def _click(self, duel_ids: Sequence[str]) -> None:
        """People who see that they are to move do; their apps are as new as the newest version."""
        asked = await self.versions[-1].do("clicks", self.now_ms, duels=duel_ids)
        for body in asked["answer"]:
            if body not in self.clicked:
                self.clicked.add(body)
                self.sqs.send_message(QueueUrl=self.commands, MessageBody=body)

    async def until_started(self, count: int) -> None:
        while self.told.came < count:
            await self.step(self.commands)

    async def until_over(self, duel_ids: Sequence[str], *, or_failed: bool) -> None:
        idle = 0
        while idle < IDLE and not (or_failed and self.told.failed):
            if await self.step(self.commands, self.turns):
                idle = 0
                continue
            over = await self._logs(duel_ids)
            if all(status == "over" for status, _ in over.values()):
                return
            idle += 1
            await self.rng.choice(self.versions).do("sweep", self.now_ms)

    async def _logs(self, duel_ids: Sequence[str]) -> dict[str, list[Any]]:
        return dict((await self.versions[-1].do("tell", self.now_ms, duels=duel_ids))["answer"])

    async def collect(self, duel_ids: Sequence[str]) -> None:
        self.told.logs = await self._logs(duel_ids)


async def alone(count: int) -> dict[str, Any]:
    """What the duels tell where nothing is deployed."""
    async with day(in_memory(), 1) as quiet:
        await calm(quiet, starts(count))
        return {duel_id: plain(log) for duel_id, log in (await quiet.logs(count)).items()}


async def together(
    aws: LocalAws, folder: Path, count: int, seed: int, *both: str, or_failed: bool = False, stray: Sequence[str] = ()
) -> Told:
    """What they tell where these versions work on them together, until all are over, or the first message fails.

    ``stray`` messages are on the queue of turns when all have begun.
    """
    duel_ids = [duel_of(f"r{number}") for number in range(count)]
    sqs = aws.shared("sqs")
    with aws.table(table("arena")) as name, aws.queue() as commands, aws.queue() as turns:
        environment = {**aws.environment, "TABLE": name, "TURNS": turns}
        async with AsyncExitStack() as stack:
            made = [await stack.enter_async_context(version(one, environment, folder / "log")) for one in both]
            roll = Roll(made, commands, turns, sqs, random.Random(seed), Told({}, {}))
            for number, body in enumerate(starts(count)):
                sqs.send_message(QueueUrl=commands, MessageBody=of_version(NEXT, body) if number % 2 else body)
            await roll.until_started(count)
            for body in stray:
                sqs.send_message(QueueUrl=turns, MessageBody=body)
            await roll.until_over(duel_ids, or_failed=or_failed)
            await roll.collect(duel_ids)
        told = roll.told
        told.entries = {duel_id: stored(aws, name, duel_id) for duel_id in duel_ids}
    return told


def of_version(version: str, body: str) -> str:
    """What that version would have queued."""
    return json.dumps({**json.loads(body), **MORE, "v": int(version)})


def stored(aws: LocalAws, name: str, duel_id: str) -> list[dict[str, Any]]:
    """A log as it stands in the table."""
    rows = aws.shared("dynamodb").query(
        TableName=name,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues={":pk": {"S": f"D#{duel_id}"}, ":sk": {"S": "E#"}},
        ConsistentRead=True,
    )["Items"]
    return [json.loads(row["b"]["S"]) for row in rows]


def check(told: Told, wanted: dict[str, Any]) -> None:
    """Nothing failed, every duel is over, and tells what it tells alone."""
    assert not told.failed, f"{told.failed} of {told.came} messages came again: {told.heard[:3]}"
    assert {duel_id: status for duel_id, (status, _) in told.logs.items() if status != "over"} == {}
    assert {duel_id: log for duel_id, (_, log) in told.logs.items()} == wanted
    check_entries(told)


def check_entries(told: Told) -> None:
    """Each once, and none has lost what a later version wrote."""
    for duel_id, log in told.entries.items():
        assert [entry["number"] for entry in log] == list(range(len(log))), duel_id
        assert len({entry["id"] for entry in log}) == len(log), duel_id
        assert all((FIELD in entry) == (entry["v"] > int(NOW)) for entry in log), "a field of a later version is lost"


@pytest.mark.torture
async def test_two_versions_play_the_duels_that_one_does(local_aws: LocalAws, tmp_path: Path) -> None:
    count = share(100, 8)
    told = await together(local_aws, tmp_path, count, 20_261_129, NOW, NEXT)
    written = [entry["v"] for log in told.entries.values() for entry in log]
    print(
        f"{count} duels of 100: {told.came} messages, {written.count(int(NOW))} entries by version {NOW} and "
        f"{written.count(int(NEXT))} by version {NEXT}, {told.mixed} logs by both, {told.failed} messages came again"
    )
    check(told, await alone(count))
    assert told.mixed >= count / 3


async def test_a_version_that_is_two_ahead_is_left_to_itself(local_aws: LocalAws, tmp_path: Path) -> None:
    """A host who leaves out a release: what the newer one has touched, the older one does not end, void or forfeit."""
    again = [of_version(TWO_AHEAD, body) for body in playing([duel_of("r0")]) * 10]
    told = await together(local_aws, tmp_path, 6, 1, NOW, TWO_AHEAD, stray=again)
    wanted = await alone(6)
    assert {duel_id: log for duel_id, (_, log) in told.logs.items()} == wanted
    check_entries(told)
    for log in told.entries.values():
        wrote = [entry["v"] for entry in log]
        assert wrote == sorted(wrote), "the older version wrote after the newer one"
    assert told.failed, "what is left alone comes again"
    refused = f"A newer version of the arena is running: it wrote a message in version {TWO_AHEAD}"
    assert any(refused in line for line in told.heard), told.heard


@pytest.mark.parametrize(
    ("before", "after"),
    [(f"{NOW} strict", NEXT), (NOW, f"{NEXT} breaking")],
    ids=["the one before reads no later version", "the later one gives a field another name"],
)
async def test_what_breaks_the_rule_is_found(local_aws: LocalAws, tmp_path: Path, before: str, after: str) -> None:
    """The guard removed, on either side."""
    told = await together(local_aws, tmp_path, 10, 1, before, after, or_failed=True)
    with pytest.raises(AssertionError, match="messages came again"):
        check(told, {})


@pytest.mark.torture
def test_every_scenario_holds_where_the_next_version_writes(tmp_path: Path) -> None:
    """What people can do, on what :mod:`stored_by_the_next` makes of the store: nothing chokes on a field too many."""
    whole = os.environ.get("ARENA_TORTURE") == "full"
    asked = [str(SCENARIOS)] if whole else [str(SCENARIOS / name) for name in SOME]
    path = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(SCRIPT.parent)])}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "stored_by_the_next", "-p", "no:cacheprovider", *asked],
        cwd=ROOT,
        env={**os.environ, **path, "ARENA_TORTURE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"{'all' if whole else len(SOME)} files of scenarios: {run.stdout.strip().splitlines()[-1]}")
    assert run.returncode == 0, run.stdout[-4000:]
