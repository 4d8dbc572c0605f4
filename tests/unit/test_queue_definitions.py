"""The queues as data, made on a local AWS, and what becomes of a poisoned message there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from local_aws import LocalAws, unique

from engine.queues.definitions import MAX_RECEIVES, QueueDefinition, definitions
from engine.queues.messages import Hop, batch_response, decode, encode

Urls = dict[str, str]


def test_both_queues_wait_as_long_as_aws_advises_and_bury_nothing_early() -> None:
    made: dict[str, QueueDefinition] = {}
    for one in definitions("arena", commands_function_seconds=60, turns_function_seconds=900):
        if one.redrive:
            assert one.redrive.max_receives >= 5
            assert made[one.redrive.dead_letters].retention_seconds > one.retention_seconds
        made[one.name] = one
    assert list(made) == ["arena-commands-dead", "arena-commands", "arena-turns-dead", "arena-turns"]
    assert made["arena-commands"].visibility_seconds >= 6 * 60
    assert made["arena-turns"].visibility_seconds >= 6 * 900


def test_within_what_sqs_allows() -> None:
    for one in definitions("arena"):
        assert 0 <= one.visibility_seconds <= 43_200
        assert 60 <= one.retention_seconds <= 1_209_600


@pytest.fixture
def urls(local_aws: LocalAws) -> Iterator[Urls]:
    prefix = unique("arena")
    made = local_aws.make(definitions(prefix))
    yield {name.removeprefix(f"{prefix}-"): url for name, url in made.items()}
    for url in made.values():
        local_aws.shared("sqs").delete_queue(QueueUrl=url)


def test_a_poisoned_message_in_a_batch_of_ten(local_aws: LocalAws, urls: Urls) -> None:
    """Nine succeed, one reaches the dead-letter queue, and a redrive finishes it once its cause is gone."""
    sqs, turns, dead = local_aws.shared("sqs"), urls["turns"], urls["turns-dead"]
    finished: list[str] = []
    duels = [f"duel-{number}" for number in range(10)]
    entries = [{"Id": str(number), "MessageBody": encode([Hop(duel)])} for number, duel in enumerate(duels)]
    sqs.send_message_batch(QueueUrl=turns, Entries=entries)

    batches = list(worked(sqs, turns, finished, poisoned={"duel-4"}))
    assert batches[0] == (10, 1), "all ten came in one batch, and one failed"
    assert batches[1:] == [(1, 1)] * (MAX_RECEIVES - 1), "the one came back alone, as often as is stated"
    assert sorted(finished) == sorted(set(duels) - {"duel-4"}), "each of the nine once"
    assert (local_aws.size(turns), local_aws.size(dead)) == ((0, 0), (1, 0))

    local_aws.redrive(dead, turns)
    assert list(worked(sqs, turns, finished, poisoned=set())) == [(1, 0)]
    assert sorted(finished) == duels
    assert (local_aws.size(turns), local_aws.size(dead)) == ((0, 0), (0, 0))


def worked(sqs: Any, url: str, finished: list[str], poisoned: set[str]) -> Iterator[tuple[int, int]]:
    """What an event source does, until nothing is left: how many messages came in a batch, and how many failed.

    What failed is shown at once instead of after the visibility timeout.
    """
    for _ in itertools.count():
        records = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not records:
            return
        results = {record["MessageId"]: play(record["Body"], finished, poisoned) for record in records}
        failures = {one["itemIdentifier"] for one in batch_response(results)["batchItemFailures"]}
        for record in records:
            receipt = {"QueueUrl": url, "ReceiptHandle": record["ReceiptHandle"]}
            if record["MessageId"] in failures:
                sqs.change_message_visibility(**receipt, VisibilityTimeout=0)
            else:
                sqs.delete_message(**receipt)
        yield len(records), len(failures)


def play(body: str, finished: list[str], poisoned: set[str]) -> Exception | None:
    for hop in decode(body):
        if hop.id in poisoned:
            return RuntimeError("this duel cannot be played")
        finished.append(hop.id)
    return None
