"""What watches a deployment costs what the bill says, is explained, and lets CodeDeploy take a release back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from evaluating import evaluated
from folders import FOLDERS, MODULES
from hcl import Block, module

from bot.metering.emf import METRICS, NAMESPACE
from engine.queues.definitions import TURNS_FUNCTION_SECONDS, definitions
from infra.cost import prices
from infra.cost.idle import ALARMS
from infra.functions import FUNCTIONS, WEBHOOKS

WATCHING: Final = MODULES / "observability"
MOST_METRICS: Final = 50
"""Of a dashboard, if it is to cost nothing: https://aws.amazon.com/cloudwatch/pricing/"""
MOST_TO_TAKE_BACK: Final = 10
"""https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html"""
PLATFORMS_WAIT_MS: Final = 3000
NAMES: Final = {one: f"arena-{one}" for one in ("discord", "slack", "commands", "turns", "sweeper", "web")}
QUEUES: Final = ("commands", "turns")
VARIABLES: Final = {
    "name": "arena",
    "function_names": NAMES,
    "queue_names": {queue: f"arena-{queue}" for queue in QUEUES},
    "dead_letter_names": {queue: f"arena-{queue}-dead" for queue in QUEUES},
    "table_name": "arena",
    "api_id": "api",
}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("observability")


@pytest.fixture(scope="module")
def alarms(scratch: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = evaluated(WATCHING, "local.alarms", scratch, VARIABLES)
    return found


def resources(kind: str) -> list[Block]:
    return [block for folder in FOLDERS for block in module(folder).of("resource") if kind in block.labels[0]]


def test_every_alarm_is_in_the_bill_and_watches_one_metric(alarms: dict[str, dict[str, Any]]) -> None:
    assert sorted(alarms) == sorted(ALARMS)
    (made,) = [*resources("aws_cloudwatch_metric_alarm"), *resources("aws_cloudwatch_composite_alarm")]
    assert made.arguments["for_each"] == "${local.alarms}"
    assert list(made.of("metric_query")) == [], "each metric of a query is billed"
    assert {one["period"] for one in alarms.values()} == {60, 300}, "one of less than a minute is dearer"
    watched = [(one["namespace"], one["metric"], *sorted(one["dimensions"].items())) for one in alarms.values()]
    assert len(set(watched)) == len(alarms)


def test_every_function_has_an_alarm_and_every_queue_of_dead_letters(alarms: dict[str, dict[str, Any]]) -> None:
    assert {one.name for one in FUNCTIONS} <= set(NAMES)
    errors = {one["dimensions"]["FunctionName"] for one in alarms.values() if one["metric"] == "Errors"}
    assert errors == set(NAMES.values())
    slow = {one["dimensions"]["FunctionName"] for one in alarms.values() if one["metric"] == "Duration"}
    assert slow == {one.full_name for one in WEBHOOKS}
    queues = {one["dimensions"]["QueueName"] for one in alarms.values() if one["namespace"] == "AWS/SQS"}
    dead = {one.name for one in definitions("arena") if one.redrive is None}
    assert queues == {*dead, "arena-turns"}


def test_thresholds_stand_between_what_is_usual_and_what_is_too_late(alarms: dict[str, dict[str, Any]]) -> None:
    assert all(alarms[f"{one.name}-slow"]["threshold"] < PLATFORMS_WAIT_MS for one in WEBHOOKS)
    assert alarms["oldest-turn"]["threshold"] > TURNS_FUNCTION_SECONDS
    silent = [key for key, one in alarms.items() if one["missing"] == "breaching"]
    assert silent == ["sweeper-errors"], "it alone always has a figure"
    assert all(1 <= one["bad"] <= one["periods"] for one in alarms.values())


def test_every_dashboard_is_in_the_bill() -> None:
    assert len(resources("aws_cloudwatch_dashboard")) == prices.DASHBOARDS


def shown(scratch: Path) -> Iterator[list[Any]]:
    for graph in evaluated(WATCHING, "local.graphs", scratch, VARIABLES):
        yield from graph["metrics"]


def test_a_dashboard_has_no_more_metrics_than_are_free(scratch: Path) -> None:
    assert 30 < len(list(shown(scratch))) <= MOST_METRICS


def test_the_dashboard_shows_metrics_that_there_are(scratch: Path) -> None:
    ours = {metric[1] for metric in shown(scratch) if metric[0] == NAMESPACE}
    assert ours <= set(METRICS)
    # What nobody shows: webhooks measure no acknowledgement (their duration is Lambda's to tell).
    assert set(METRICS) - ours == {"AcknowledgementTime"}


def test_a_release_is_taken_back_by_alarms_that_there_are(alarms: dict[str, Any], scratch: Path) -> None:
    rollback = evaluated(WATCHING, "local.rollback", scratch, VARIABLES)
    assert set(rollback) <= set(alarms)
    assert {f"{one.name}-errors" for one in FUNCTIONS if one.name != "sweeper"} <= set(rollback)
    assert len(rollback) <= MOST_TO_TAKE_BACK
