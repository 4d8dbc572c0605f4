"""SQS as the queue of duels: what it hides, deletes, gives back, asks again for and gives up on."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest
from botocore.config import Config
from local_aws import Faults, LocalAws
from support import StandingClock

from bot.clock import SystemClock
from engine.errors import QueueDown, QueueError
from engine.ports import Clock
from engine.queues._sqs_calls import ATTEMPTS, LONGEST_PAUSE_SECONDS, client_config, pause_seconds
from engine.queues.messages import Hop, decode, encode
from engine.queues.sqs import BEATS_A_HOLD, SqsQueue

QUICK = client_config().merge(Config(connect_timeout=2, read_timeout=5))
AT_MOST_SECONDS = 20.0


class HastyClock(SystemClock):
    """A hundred times as fast, for tests that only wait between attempts."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 100)


class BeatingClock(SystemClock):
    """Sleeps until the test says that the time is over."""

    def __init__(self) -> None:
        self.asleep = asyncio.Event()
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((seconds, over))
        self.asleep.set()
        await over

    async def beat(self) -> float:
        """Let one sleeper go on, until somebody sleeps again; how long it meant to sleep."""
        await asyncio.wait_for(self.asleep.wait(), AT_MOST_SECONDS)
        self.asleep.clear()
        seconds, over = self._sleepers.pop(0)
        over.set_result(None)
        return seconds


class ScriptedSqs:
    """A client that answers as a test says, for what a local AWS cannot be made to do."""

    def __init__(self) -> None:
        self.sent: list[list[str]] = []
        self.refusals: list[list[Mapping[str, Any]]] = []
        self.batches: list[list[Mapping[str, str]]] = []
        self.hidden: list[list[tuple[str, int]]] = []
        self.deleted: list[str] = []
        self._arrived = threading.Semaphore(0)

    def deliver(self, *messages: Mapping[str, str]) -> None:
        """Have one call of ``receive_message`` answer with these."""
        self.batches.append(list(messages))
        self._arrived.release()

    def receive_message(self, **_: Any) -> Mapping[str, Any]:
        self._arrived.acquire()
        return {"Messages": self.batches.pop(0)} if self.batches else {}

    def send_message_batch(self, *, Entries: Sequence[Mapping[str, str]], **_: Any) -> Mapping[str, Any]:  # noqa: N803
        self.sent.append([hop.id for entry in Entries for hop in decode(entry["MessageBody"])])
        failed = self.refusals.pop(0) if self.refusals else []
        return {"Failed": failed} if failed else {}

    def change_message_visibility_batch(self, *, Entries: Any, **_: Any) -> Mapping[str, Any]:  # noqa: N803
        self.hidden.append([(one["ReceiptHandle"], one["VisibilityTimeout"]) for one in Entries])
        return {}

    def delete_message(self, *, ReceiptHandle: str, **_: Any) -> None:  # noqa: N803
        self.deleted.append(ReceiptHandle)

    def close(self) -> None:
        self._arrived.release()


def message(message_id: str, receipt: str, *duels: str) -> Mapping[str, str]:
    return {"MessageId": message_id, "ReceiptHandle": receipt, "Body": encode([Hop(duel) for duel in duels])}


@asynccontextmanager
async def opened(client: Any, url: str = "", clock: Clock | None = None, **options: int) -> AsyncIterator[SqsQueue]:
    queue = SqsQueue(client, url, clock or SystemClock(), Random(11), **options)
    try:
        yield queue
    finally:
        await queue.close()


@pytest.fixture
def url(local_aws: LocalAws) -> Iterator[str]:
    with local_aws.queue() as made:
        yield made


async def soon(awaited: Awaitable[str]) -> str:
    return await asyncio.wait_for(awaited, AT_MOST_SECONDS)


async def test_a_message_goes_when_all_its_duels_are_done(local_aws: LocalAws, url: str) -> None:
    async with opened(local_aws.client("sqs"), url, poll_seconds=1) as queue:
        await queue.put_all(["a", "b"])
        assert {await soon(queue.get()), await soon(queue.get())} == {"a", "b"}
        queue.done("a")
        assert local_aws.size(url) == (0, 1), "one message, hidden and not deleted"
        queue.done("b")
    assert local_aws.size(url) == (0, 0)


async def test_what_a_worker_did_not_finish_is_with_others_at_once_when_its_process_closes(
    local_aws: LocalAws, url: str
) -> None:
    async with opened(local_aws.client("sqs"), url, poll_seconds=1) as queue:
        await queue.put("a")
        assert await soon(queue.get()) == "a"
        await queue._loops["poll"]  # what a poll under way receives is hidden for its own time
    assert local_aws.size(url) == (1, 0)


async def test_a_hundred_duels_take_one_call(local_aws: LocalAws, url: str) -> None:
    client = local_aws.client("sqs")
    asked: list[str] = []
    client.meta.events.register("before-call.sqs", lambda model, **_: asked.append(model.name))
    async with opened(client, url) as queue:
        await queue.put_all(f"duel-{number}" for number in range(100))
    assert asked == ["SendMessageBatch"]
    assert local_aws.size(url) == (10, 0)


async def test_other_processes_do_not_get_what_is_worked_on_here(local_aws: LocalAws, url: str) -> None:
    """For longer than a message is hidden by one call."""
    async with (
        opened(local_aws.client("sqs"), url, hold_seconds=1, poll_seconds=1) as here,
        opened(local_aws.client("sqs"), url, hold_seconds=1, poll_seconds=1) as there,
    ):
        await here.put("a")
        assert await soon(here.get()) == "a"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(there.get(), 2.5)


async def test_a_dead_process_is_missed(local_aws: LocalAws, url: str) -> None:
    dead = local_aws.shared("sqs")
    async with opened(local_aws.client("sqs"), url, poll_seconds=1) as queue:
        await queue.put("a")
        assert dead.receive_message(QueueUrl=url, VisibilityTimeout=1)["Messages"]
        assert await soon(queue.get()) == "a"


async def test_each_beat_hides_what_is_worked_on_and_nothing_else() -> None:
    sqs, clock = ScriptedSqs(), BeatingClock()
    sqs.deliver(message("1", "one", "a", "b"))
    sqs.deliver(message("2", "two", "c"), message("3", "ready, and not taken", "d"))
    async with opened(sqs, clock=clock, hold_seconds=120) as queue:
        assert [await soon(queue.get()) for _ in range(3)] == ["a", "b", "c"]
        assert await clock.beat() == 120 / BEATS_A_HOLD
        await clock.asleep.wait()
        assert sqs.hidden == [[("one", 120), ("two", 120)]]
        queue.done("a")
        queue.done("c")
        await clock.beat()
        await clock.asleep.wait()
        assert sqs.hidden[1:] == [[("one", 120)]]
        queue.done("b")
        await clock.beat()
    assert sqs.hidden[2:] == [[("ready, and not taken", 0)]], "what nobody took is given back at the end"
    assert sorted(sqs.deleted) == ["one", "two"]


async def test_a_message_that_comes_twice_is_worked_on_once_and_deleted_by_its_newest_receipt() -> None:
    sqs = ScriptedSqs()
    sqs.deliver(message("1", "old", "a"))
    sqs.deliver(message("1", "new", "a"))
    sqs.deliver(message("2", "other", "b"))
    async with opened(sqs, clock=BeatingClock()) as queue:
        assert [await soon(queue.get()), await soon(queue.get())] == ["a", "b"]
        queue.done("a")
    assert sqs.deleted == ["new"]


async def test_a_message_that_cannot_be_read_is_in_nobodys_way(
    local_aws: LocalAws, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    local_aws.shared("sqs").send_message(QueueUrl=url, MessageBody="poison")
    async with opened(local_aws.client("sqs"), url, poll_seconds=1) as queue:
        await queue.put("a")
        assert await soon(queue.get()) == "a"
        queue.done("a")
    assert "left to the dead letters" in caplog.text
    assert sum(local_aws.size(url)) == 1, "it was deleted, and nobody will ever look at it"


def refusal(number: str, *, ours: bool = False) -> Mapping[str, Any]:
    return {"Id": number, "SenderFault": ours, "Code": "InternalError", "Message": "no"}


async def test_only_the_messages_that_were_not_taken_are_sent_again() -> None:
    sqs, clock = ScriptedSqs(), StandingClock()
    sqs.refusals = [[refusal("1"), refusal("2")], [refusal("2")]]
    async with opened(sqs, clock=clock) as queue:
        await queue.put_hops(Hop(f"duel-{number}") for number in range(30))
    tens = [[f"duel-{10 * ten + number}" for number in range(10)] for ten in range(3)]
    assert sqs.sent == [[*tens[0], *tens[1], *tens[2]], [*tens[1], *tens[2]], tens[2]]


async def test_what_is_never_taken_is_told_within_bounds() -> None:
    sqs, clock = ScriptedSqs(), StandingClock()
    sqs.refusals = [[refusal("0")]] * (ATTEMPTS + 1)
    before_ms = clock.now_ms()
    async with opened(sqs, clock=clock) as queue:
        with pytest.raises(QueueDown, match="did not take 1 of 1 messages: InternalError no"):
            await queue.put("a")
    assert len(sqs.sent) == ATTEMPTS
    assert clock.now_ms() - before_ms <= 11_400


async def test_a_message_that_sqs_calls_our_fault_is_not_sent_again() -> None:
    sqs = ScriptedSqs()
    sqs.refusals = [[refusal("0", ours=True)]]
    async with opened(sqs, clock=StandingClock()) as queue:
        with pytest.raises(QueueError, match="refuses a message") as raised:
            await queue.put("a")
    assert not isinstance(raised.value, QueueDown)
    assert len(sqs.sent) == 1


async def test_a_queue_that_is_not_there_is_asked_once(local_aws: LocalAws, url: str) -> None:
    clock = StandingClock()
    before_ms = clock.now_ms()
    async with opened(local_aws.client("sqs", config=QUICK), f"{url}-gone", clock) as queue:
        with pytest.raises(QueueError, match="NonExistentQueue") as raised:
            await queue.put("a")
    assert not isinstance(raised.value, QueueDown)
    assert clock.now_ms() == before_ms


async def test_where_nobody_listens_the_queue_is_down(local_aws: LocalAws, unused_tcp_port: int) -> None:
    client = local_aws.client("sqs", f"http://127.0.0.1:{unused_tcp_port}", QUICK)
    async with opened(client, "http://127.0.0.1/nowhere", StandingClock()) as queue:
        with pytest.raises(QueueDown, match="did not answer: EndpointConnectionError"):
            await queue.put("a")


async def test_get_outlasts_a_queue_that_fails_and_says_so(
    local_aws: LocalAws, aws_faults: Faults, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    aws_faults.set(
        [
            {
                "service": "sqs",
                "operation": "ReceiveMessage",
                "times": 12,
                "error": {"code": "InternalError", "status": 500},
            }
        ]
    )
    client = local_aws.client("sqs", aws_faults.endpoint_url, QUICK)
    async with opened(client, url, HastyClock(), poll_seconds=1) as queue:
        await queue.put("a")
        with caplog.at_level(logging.ERROR):
            assert await soon(queue.get()) == "a"
    assert "no duel is taken from the queue, 12 times in a row" in caplog.text


def spoiled(probability: float, **fault: Any) -> Mapping[str, Any]:
    return {"service": "sqs", "probability": probability, **fault}


async def test_nothing_is_lost_among_throttles_failures_and_cut_replies(
    local_aws: LocalAws, aws_faults: Faults, url: str
) -> None:
    aws_faults.set(
        [
            spoiled(0.1, error={"code": "RequestThrottled", "status": 403}),
            spoiled(0.1, error={"code": "InternalError", "status": 500}),
            spoiled(0.1, response={"abort_frac": 0.3}),
        ]
    )
    duels = {f"duel-{number}" for number in range(40)}
    done: set[str] = set()
    client = local_aws.client("sqs", aws_faults.endpoint_url, QUICK)
    async with opened(client, url, HastyClock(), hold_seconds=2, poll_seconds=1) as queue:
        await asyncio.gather(*(queue.put(duel) for duel in sorted(duels)[:20]))
        await queue.put_all(sorted(duels)[20:])
        while done != duels:
            duel = await soon(queue.get())
            done.add(duel)
            queue.done(duel)
    actions = " ".join(sorted({fired["action"] for fired in aws_faults.fired()}))
    assert all(kind in actions for kind in ("RequestThrottled", "InternalError", "abort")), actions


def test_pauses_grow_to_a_bound_and_come_from_the_seed() -> None:
    longest: Callable[[int], float] = lambda failures: max(pause_seconds(failures, Random(n)) for n in range(200))  # noqa: E731
    assert longest(1) <= 0.1 < longest(3) <= 0.4
    assert LONGEST_PAUSE_SECONDS * 0.9 < longest(60) <= LONGEST_PAUSE_SECONDS
    assert pause_seconds(5, Random(3)) == pause_seconds(5, Random(3)) != pause_seconds(5, Random(4))
