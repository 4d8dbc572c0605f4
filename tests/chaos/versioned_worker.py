"""A process of one version of the arena: it does what each line on stdin says, and answers with a line on stdout.

``versioned_worker.py VERSION [breaking] [strict]``; ``strict`` removes the guard: it reads no version after its own.
Messages come from the queues that its orders name; what fails is visible again at once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import sys
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "chaos")]

import boto3  # noqa: E402
import next_version  # noqa: E402
from support import Cast, StandingClock  # noqa: E402
from workshop import MODEL, OTHER, SECONDS, Moody, Watching, clicks, told, worker  # noqa: E402

from engine import versions  # noqa: E402
from engine.queues._sqs_calls import client_config  # noqa: E402
from engine.queues.sqs import SqsQueue  # noqa: E402
from engine.stores._dynamo_client import CONFIG, Client  # noqa: E402
from engine.stores.remembering import RememberingStore  # noqa: E402

WORKERS: Final = 2
APPEND_SECONDS: Final = 5.0
"""So long takes each write of an entry, by the clock of the process: no invocation plays a duel to its end."""


class Slow(RememberingStore):
    """A store whose writes take time."""

    clock: StandingClock

    async def append_all(self, duel_id: str, entries: Any) -> None:
        self.clock.pass_seconds(APPEND_SECONDS)
        await super().append_all(duel_id, entries)


class Heard(logging.Handler):
    """What the log said since it was last asked."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())

    def taken(self) -> list[str]:
        lines, self.lines = self.lines, []
        return lines


class Process:
    def __init__(self, name: str) -> None:
        self.clock, self.hub, self.heard = StandingClock(), Watching(), Heard()
        logging.getLogger().addHandler(self.heard)
        self.sqs = boto3.client("sqs", config=client_config())
        self.dynamodb = boto3.client("dynamodb", config=CONFIG)
        model = Moody()
        self.workers = [
            self._worker(f"{name}-{number}", Cast({MODEL: model, OTHER: model})) for number in range(WORKERS)
        ]

    def _worker(self, name: str, cast: Cast) -> Any:
        store = Slow(Client(self.dynamodb, os.environ["TABLE"], self.clock, random.Random(0)))
        store.clock = self.clock
        queue = SqsQueue(self.sqs, os.environ["TURNS"], self.clock, random.Random(1))
        return worker(store, queue, cast, self.clock, name, hub=self.hub)  # type: ignore[arg-type]

    async def do(self, order: Mapping[str, Any]) -> Any:
        self.clock.ms = order["now_ms"]
        answer = await getattr(self, order["do"])(order, self.workers[order["worker"]])
        seen, self.hub.seen = sorted(self.hub.seen), set()
        return {"answer": answer, "seen": seen, "heard": self.heard.taken()}

    async def work(self, order: Mapping[str, Any], at_work: Any) -> Any:
        """One invocation: how many messages came, and how many must come again."""
        url = order["url"]
        asked = {"QueueUrl": url, "MaxNumberOfMessages": order["most"], "WaitTimeSeconds": 0}
        records = self.sqs.receive_message(**asked).get("Messages", [])
        failed = await at_work.work([one["Body"] for one in records], SECONDS) if records else []
        for one in records:
            handle = {"QueueUrl": url, "ReceiptHandle": one["ReceiptHandle"]}
            if one["Body"] in failed:
                self.sqs.change_message_visibility(**handle, VisibilityTimeout=0)
            else:
                self.sqs.delete_message(**handle)
        return [len(records), len(failed)]

    async def sweep(self, _order: Mapping[str, Any], at_work: Any) -> Any:
        await at_work.sweep()

    async def clicks(self, order: Mapping[str, Any], at_work: Any) -> Any:
        """What the people of these duels send."""
        context = at_work.arena.context
        return [body for duel_id in order["duels"] for body in clicks(duel_id, await context.load(duel_id))]

    async def tell(self, order: Mapping[str, Any], at_work: Any) -> Any:
        """What the logs of these duels say, and whether they are over."""
        store, found = at_work.arena.context.store, {}
        for duel_id in order["duels"]:
            head = await store.head(duel_id)
            status = head.status if head else "not begun"
            found[duel_id] = [status, plain(told(await store.entries(duel_id)))]
        return found


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=lambda one: asdict(one) if is_dataclass(one) else str(one)))  # type: ignore[arg-type]


async def main() -> None:
    version, *more = sys.argv[1:]
    if int(version) != versions.VERSION:
        next_version.become(int(version), breaking="breaking" in more)
    if "strict" in more:
        versions.AHEAD = 0  # type: ignore[misc]
    process = Process(f"v{version}")
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        sys.stdout.write(json.dumps(await process.do(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
