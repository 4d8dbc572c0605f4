"""An execution environment of Lambda, as a process: told line by line what to do, it says what it has counted.

It runs the handlers' own code (:mod:`lambda_interactions`) with the variables of a function. What AWS does around an
invocation, receiving messages and deleting those that did not fail, is done here and counted with the rest.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TextIO, cast

import boto3

from bot import logs
from bot.settings import read
from engine.arena.once import KEPT_MS, Once
from engine.ports import Clock
from engine.queues.definitions import COMMANDS_FUNCTION_SECONDS, TURNS_FUNCTION_SECONDS, WORKER_MB
from infra.cost.counted import Counted
from infra.cost.counting import Recorder
from infra.cost.passing import Passed
from infra.cost.prices import billed_seconds
from lambda_interactions import sweeper, worker
from lambda_interactions.runtime import Opened, Runtime

PLAY, SWEEP, FORGET = "play", "sweep", "forget"
POLL_SECONDS: Final = 5
TRIES: Final = 12
"""So often commands are polled for that were queued before."""


class LogBytes(io.TextIOBase):
    """A stream that counts what is written to it; standard error gets it too, since nothing should be in there."""

    def __init__(self) -> None:
        self.count = 0

    def write(self, text: str, /) -> int:
        """As a file does."""
        self.count += len(text.encode())
        if not text.startswith('{"_aws"'):
            sys.stderr.write(text)
        return len(text)


class Later:
    """Another clock's time, and so much more."""

    def __init__(self, clock: Clock, more_ms: int) -> None:
        self._clock = clock
        self._more_ms = more_ms

    def now_ms(self) -> int:
        return self._clock.now_ms() + self._more_ms

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)


class Environment:
    """One environment: its runtime is kept between invocations."""

    def __init__(self, variables: Mapping[str, str], log: LogBytes) -> None:
        self._recorder = Recorder()
        self._recorder.watch()
        self._log = log
        self._sqs: Any = boto3.client("sqs", endpoint_url=variables["AWS_ENDPOINT_URL"])
        self._commands, self._turns = variables["COMMANDS_QUEUE_URL"], variables["TURNS_QUEUE_URL"]
        self._runtime = Runtime(read(variables))
        self._waiting = Counted(starts=1)
        # What came before is the start, which AWS bills like the rest.
        self._bill(_BEGAN.since)

    def do(self, order: Mapping[str, Any]) -> Counted:
        """Carry an order out; what has been counted since the last."""
        counted = self._recorder.counted = self._waiting
        {PLAY: self._play, SWEEP: self._sweep, FORGET: self._forget}[order["do"]](order)
        counted.log_bytes += self._log.count
        counted.memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self._log.count, self._waiting = 0, Counted()
        return counted

    def _play(self, order: Mapping[str, Any]) -> None:
        """So many commands, and then every duel that waits on the queue to its end; each ``waits`` for its models."""
        self._work(self._commands, self._received(self._commands, order["commands"]), COMMANDS_FUNCTION_SECONDS)
        waits = order["waits"]
        while records := self._once_received(self._turns, 1):
            self._work(self._turns, records, TURNS_FUNCTION_SECONDS, min(waits, TURNS_FUNCTION_SECONDS))

    def _work(self, url: str, records: Sequence[Mapping[str, Any]], seconds: float, waits: float = 0.0) -> None:
        """One invocation; a message that fails ends the run, since its calls would be counted twice."""
        answer = self._timed(lambda: worker.work(self._runtime, records, seconds), waits)
        if answer["batchItemFailures"]:
            raise RuntimeError(f"messages failed: {answer['batchItemFailures']}")
        for record in records:
            self._sqs.delete_message(QueueUrl=url, ReceiptHandle=record["receipt"])

    def _received(self, url: str, wanted: int) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for _ in range(TRIES):
            found += self._once_received(url, wanted - len(found), POLL_SECONDS)
            if len(found) == wanted:
                return found
        raise RuntimeError(f"{wanted - len(found)} of {wanted} commands did not come")

    def _once_received(self, url: str, most: int, wait_seconds: int = 0) -> list[Mapping[str, Any]]:
        answer = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=most, WaitTimeSeconds=wait_seconds)
        return [
            {"messageId": one["MessageId"], "receipt": one["ReceiptHandle"], "body": one["Body"]}
            for one in answer.get("Messages", [])
        ]

    def _sweep(self, _: Mapping[str, Any]) -> None:
        self._timed(lambda: self._runtime.run(sweeper.sweep))

    def _forget(self, _: Mapping[str, Any]) -> None:
        """What the sweeper does a day later: it forgets which requests there were."""

        async def forget(opened: Opened) -> None:
            context = opened.arena.context
            once = Once(replace(context, clock=Later(context.clock, 2 * KEPT_MS)))
            while await once.sweep():
                pass

        self._runtime.run(forget)

    def _timed(self, invocation: Callable[[], Any], waits: float = 0.0) -> Any:
        began = Passed.now()
        try:
            return invocation()
        finally:
            self._waiting.invocations += 1
            self._bill(began.since, waits)

    def _bill(self, passed: Passed, waits: float = 0.0) -> None:
        self._waiting.worker_seconds += passed.wall
        self._waiting.processor_seconds += passed.processor
        self._waiting.queued_seconds += passed.queued
        self._waiting.billed_seconds += billed_seconds(passed, WORKER_MB, waits)

    def close(self) -> None:
        """Let go of everything."""
        self._runtime.close()
        self._sqs.close()


def main(orders: TextIO, answers: TextIO) -> None:
    """Until there are no more orders."""
    log = LogBytes()
    sys.stdout = log  # as on Lambda, what is written there is the function's log
    settings = read(os.environ)
    logs.configure(settings.log_level, logs.JSON, settings.secrets, cast(TextIO, log))
    environment = Environment(os.environ, log)
    for line in orders:
        answers.write(json.dumps(environment.do(json.loads(line)).as_json()) + "\n")
        answers.flush()
    environment.close()


# Before anything is imported: the process's own clocks began with it, and little more than importing has passed.
_BEGAN: Final = Passed(time.monotonic() - time.process_time(), 0.0, 0.0)

if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
