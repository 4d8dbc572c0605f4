"""Workers that are killed: each line on stdin forks one, which works on the queue of turns until somebody kills it.

A script of its own, because a process may only fork while it has one thread, and since a fork need not import anything
again. A line says by how many seconds the worker's clock is ahead: a lease lasts a quarter of an hour, which no test
waits. On stdout: ``pid N`` of each worker, ``ready``, ``entry DUEL NUMBER ID`` once a write has returned, ``idle`` when
nothing was to do, and ``dead N``.

``early`` as an argument removes the guard: what is to be written is told before it is, and a worker dies at the third.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, Final

import boto3
import openai  # noqa: F401 - a fork need not import it
from botocore.config import Config

from bot.clock import SystemClock
from bot.settings import read
from engine.model import Entry
from engine.queues import sqs  # noqa: F401 - as above
from engine.stores.remembering import RememberingStore
from lambda_interactions import sweeper, worker
from lambda_interactions.runtime import Runtime

SECONDS: Final = 60.0
HIDDEN_SECONDS: Final = 2
EARLY: Final = "early" in sys.argv


def main() -> None:
    boto3.setup_default_session()
    boto3.client("dynamodb").close()  # its model is read once for all of them
    for line in sys.stdin:
        child = os.fork()
        if not child:
            live(round(float(line) * 1000))
            os._exit(1)
        tell(f"pid {child}")
        os.waitpid(child, 0)
        tell(f"dead {child}")


def tell(what: str) -> None:
    """One line, whole: a pipe takes so little at once."""
    os.write(1, f"{what}\n".encode())


def live(ahead_ms: int) -> None:
    now_ms = SystemClock.now_ms
    SystemClock.now_ms = lambda self: now_ms(self) + ahead_ms  # type: ignore[method-assign]
    RememberingStore.append_all = telling(RememberingStore.append_all)  # type: ignore[method-assign]
    tell("ready")
    runtime = Runtime(read(os.environ))
    queue = boto3.client("sqs", config=Config(retries={"total_max_attempts": 1}))
    url = os.environ["TURNS_QUEUE_URL"]
    while True:
        runtime.run(sweeper.sweep)
        found = queue.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=HIDDEN_SECONDS, WaitTimeSeconds=1
        )
        records = found.get("Messages", [])
        if not records:
            tell("idle")
            continue
        asked = [{"messageId": one["MessageId"], "body": one["Body"]} for one in records]
        failed = {one["itemIdentifier"] for one in worker.work(runtime, asked, SECONDS)["batchItemFailures"]}
        for one in records:
            if one["MessageId"] not in failed:
                queue.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])


def telling(append_all: Any) -> Any:
    told: list[Entry] = []

    async def told_of(self: RememberingStore, duel_id: str, entries: Sequence[Entry]) -> None:
        if not EARLY:
            await append_all(self, duel_id, entries)
        for entry in entries:
            tell(f"entry {duel_id} {entry.number} {entry.id}")
        if EARLY:
            told.extend(entries)
            if len(told) >= 3:
                os.kill(os.getpid(), signal.SIGKILL)
            await append_all(self, duel_id, entries)

    return told_of


if __name__ == "__main__":
    main()
