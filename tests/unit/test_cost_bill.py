"""What AWS bills for what was counted: the arithmetic, and how calls are counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import boto3
import pytest
from local_aws import LocalAws

from engine.queues.definitions import WEBHOOK_MB, WORKER_MB
from engine.stores._dynamo_keys import table
from infra.cost import prices, units
from infra.cost.bill import Month, infrastructure, tokens
from infra.cost.counted import Counted
from infra.cost.counting import Recorder
from infra.cost.idle import Item, items
from infra.cost.passing import Passed

KB = "x" * 1024


def item(sk: str = "HEAD", **texts: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in {"pk": "D#1", "sk": sk, **texts}.items()}


def test_each_service_is_billed_by_its_own_unit() -> None:
    assert (WORKER_MB, WEBHOOK_MB) == (512, 256)
    million = 10**6
    found = Counted(
        write_units=million,
        read_units=million,
        sqs_requests=million,
        webhooks=million,
        invocations=million,
        billed_seconds=2 * million,
        webhook_seconds=4 * million,
        log_bytes=10**9,
    )
    dollars = infrastructure(found)
    assert dollars == pytest.approx(
        {
            "DynamoDB, writing": 0.625,
            "DynamoDB, reading": 0.125,
            "SQS": 0.40,
            "HTTP API": 1.00,
            "Lambda, requests": 0.40,
            "Lambda, time": 2 * million * prices.LAMBDA_GB_SECOND,  # half a GB and a quarter of one
            "logs": 0.5 + 2 * million * prices.LAMBDA_LOG_BYTES * 0.5e-9,
        }
    )
    assert infrastructure(Counted()) == dict.fromkeys(dollars, 0.0)


def test_a_month_is_its_duels_and_what_it_costs_without_any() -> None:
    month = Month(duel=0.001, stored_bytes=1e6, out_bytes=2e6, idle=[Item("queues", 5, 0.1), Item("alarms", 8, 0.2, 8)])
    idle = 0.5 + 1.6
    assert month.dollars(0) == pytest.approx(idle), "nothing is free here"
    assert month.dollars(1000) == pytest.approx(idle + 1 + 0.25), "a gigabyte is stored, and two sent are free"
    assert month.dollars(100_000) == pytest.approx(idle + 100 + 25 + 100 * 0.09), "a hundred of two hundred are free"


def test_nothing_is_free_beyond_what_an_account_has() -> None:
    assert [Item("alarms", amount, 0.1, free=10).left for amount in (0, 10, 16)] == pytest.approx([0, 0, 0.6])


def test_a_month_without_a_duel_is_the_sweeper_the_queues_and_what_watches_them() -> None:
    sweep = Counted(read_units=40, write_units=2, billed_seconds=0.5, log_bytes=660)
    found = items(sweep)
    sweeps = 43_800
    assert [one.full for one in found] == pytest.approx(
        [
            sweeps * 40 * 0.125e-6,
            sweeps * 2 * 0.625e-6,
            sweeps * 0.20e-6,
            sweeps * 0.5 / 2 * prices.LAMBDA_GB_SECOND,  # half a second of half a gigabyte
            sweeps * 1000 * 0.5e-9,
            sweeps * 1e-6,
            2 * 657_000 * 0.40e-6,
            10 * 0.30,
            16 * 0.10,
            3.00,
            0.40,
            2_190 * 0.05 / 10_000,
            0.023,
        ]
    )
    free = {one.what: one.full - one.left for one in found if one.left < one.full}
    assert free == pytest.approx(
        {
            "sweeper, requests": found[2].full,
            "sweeper, GB-seconds": found[3].full,
            "sweeper, GB of logs": found[4].full,
            "schedule": found[5].full,
            "idle queues, polls": 0.40,  # a million
            "metrics": 3.00,
            "alarms": 1.00,
            "dashboard": 3.00,
        }
    )


def test_a_processor_that_the_memory_does_not_buy_is_billed_as_time_and_the_wait_for_one_is_not() -> None:
    slow = 2 * 1769 / 512
    assert prices.billed_seconds(Passed(10, 2, 0), 512) == pytest.approx(8 + slow)
    assert prices.billed_seconds(Passed(10, 2, 3), 512) == pytest.approx(5 + slow)
    assert prices.billed_seconds(Passed(10, 2, 9), 512) == pytest.approx(slow), "never less than was computed"
    assert prices.billed_seconds(Passed(10, 2, 9), 512, 7) == pytest.approx(7 + slow), "nor than was waited for"


def test_tokens_are_billed_by_model() -> None:
    found = Counted(
        tokens=Counter({"openai/gpt-4.1-mini in": 10**6, "openai/gpt-4.1-mini out": 10**6, "openai/gpt-4.1-nano in": 9})
    )
    assert tokens(found) == {
        "openai/gpt-4.1-mini": (10**6, 10**6, pytest.approx(0.40 + 1.60)),
        "openai/gpt-4.1-nano": (9, 0, pytest.approx(0.9e-6)),
    }


def test_what_several_have_counted_adds_up_and_survives_json() -> None:
    found = Counted(calls=Counter(PutItem=2), entries=3, memory_mb=90)
    found.add(Counted.read_json(Counted(calls=Counter(PutItem=1, Query=1), entries=4, memory_mb=80).as_json()))
    assert found == Counted(calls=Counter(PutItem=3, Query=1), entries=7, memory_mb=90)
    assert found.round_trips == 4


def test_reads_round_up_to_four_kilobytes() -> None:
    small, large = item(), item(text=4 * KB)
    strong = {"ConsistentRead": True}
    assert units.read_units("GetItem", strong, {"Item": small}) == 1
    assert units.read_units("GetItem", {}, {"Item": large}) == 1.0, "half of two"
    assert units.read_units("GetItem", strong, {}) == 1, "what is not there costs as well"
    assert units.read_units("Query", strong, {"Items": [small] * 4}) == 1, "a page is rounded up as a whole"
    for share, how in ((1, strong), (0.5, {})):
        asked = {"RequestItems": {"t": {"Keys": [{}, {}, {}], **how}}}
        assert units.read_units("BatchGetItem", asked, {"Responses": {"t": [small, large]}}) == share * (1 + 2 + 1)


def test_calls_are_counted_where_boto3_makes_them(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    recorder = Recorder()
    with local_aws.table(table("arena")) as name, local_aws.queue() as url:
        recorder.watch()
        dynamodb: Any = boto3.client("dynamodb")
        sqs: Any = boto3.client("sqs")
        entry = item("E#0000001", text=KB)
        dynamodb.put_item(TableName=name, Item=entry)
        dynamodb.put_item(TableName=name, Item=item("E#0000002"))
        with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.put_item(TableName=name, Item=entry, ConditionExpression="attribute_not_exists(pk)")
        writes = [{"Put": {"TableName": name, "Item": item(f"HEAD{number}")}} for number in range(2)]
        dynamodb.transact_write_items(TransactItems=writes)
        dynamodb.get_item(TableName=name, Key=item(), ConsistentRead=True)
        sqs.receive_message(QueueUrl=url)
        sqs.send_message_batch(
            QueueUrl=url, Entries=[{"Id": str(number), "MessageBody": 40 * KB} for number in range(2)]
        )
        sqs.receive_message(QueueUrl=url)
        dynamodb.close()
        sqs.close()
    found = recorder.counted
    assert found.calls == {"PutItem": 3, "TransactWriteItems": 1, "GetItem": 1}
    assert (found.entries, found.entry_units) == (2, 3)
    assert found.written == {"Put D#E": 3, "Put D#E, in vain": 2, "Put D#HEAD0 + Put D#HEAD1": 4}
    assert found.write_units == 9
    assert (found.read, found.read_units) == ({"Get D#HEAD": 1}, 1)
    assert found.sqs_requests == 3, "two chunks of 64 KB and one receipt; an empty one is an idle queue's"
