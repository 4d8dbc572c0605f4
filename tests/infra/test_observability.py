"""What watches a deployment costs what the bill says, is explained, and lets CodeDeploy take a release back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from folders import FOLDERS, MODULES
from hcl import Block, module

from bot.metering.emf import METRICS, NAMESPACE
from infra.cost import prices
from infra.cost.idle import ALARMS

WATCHING = MODULES / "observability"
MOST_METRICS = 50
"""Of a dashboard, if it is to cost nothing: https://aws.amazon.com/cloudwatch/pricing/"""
_MADE = re.compile(r'for (\w+) in \[([^\]]*)\] : "([^"]*)" =>')
_GRAPHS = MODULES / "observability" / "dashboard.tf"


def value(name: str) -> object:
    """A local value of the module."""
    return next(block.arguments[name] for block in module(WATCHING).of("locals") if name in block.arguments)


def keys(name: str) -> Iterator[str]:
    """What a local map of alarms has: written out, or made from a list."""
    held = value(name)
    if isinstance(held, dict):
        yield from held
        return
    made = _MADE.search(str(held))
    assert made, f"{name} is made in a way that this test does not count: {str(held)[:80]}"
    variable, listed, template = made.groups()
    for one in re.findall(r'"(\w+)"', listed):
        yield template.replace(f"${{{variable}}}", one).replace(f"${{lower({variable})}}", one.lower())


def alarms() -> list[str]:
    merged = re.findall(r"local\.(\w+)", str(value("alarms")))
    return [key for name in merged for key in keys(name)]


def the_alarms() -> Block:
    (found,) = [
        block
        for folder in FOLDERS
        for block in module(folder).of("resource")
        if block.labels[0] in {"aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"}
    ]
    return found


def test_every_alarm_is_in_the_bill_and_watches_one_metric() -> None:
    assert sorted(alarms()) == sorted(ALARMS)
    assert the_alarms().arguments["for_each"] == "${local.alarms}"
    assert list(the_alarms().of("metric_query")) == [], "each metric of a query is billed"
    periods = re.findall(r"\bperiod\s*=\s*(\d+)", (WATCHING / "alarms.tf").read_text())
    assert {int(one) for one in periods} == {60, 300}, "one of less than a minute is dearer"


def test_every_dashboard_is_in_the_bill() -> None:
    found = [
        block
        for folder in FOLDERS
        for block in module(folder).of("resource")
        if "cloudwatch_dashboard" in block.labels[0]
    ]
    assert len(found) == prices.DASHBOARDS


def test_a_dashboard_has_no_more_metrics_than_are_free() -> None:
    text = _GRAPHS.read_text()
    functions = 6  # one line of it is a metric of each
    assert 30 < len(re.findall(r'\["(?:AWS/\w+|LLMDuelArena)", "', text)) + functions - 1 <= MOST_METRICS


def test_the_dashboard_shows_metrics_that_there_are() -> None:
    shown = set(re.findall(rf'\["{NAMESPACE}", "(\w+)"', _GRAPHS.read_text()))
    assert shown <= set(METRICS)
    # What nobody shows: webhooks measure no acknowledgement (their duration is Lambda's to tell).
    assert set(METRICS) - shown == {"AcknowledgementTime"}


def test_a_release_is_taken_back_by_ten_alarms_at_most() -> None:
    assert value("rollback") == '${concat(keys(local.errors), keys(local.slow), ["api-5xx"])}'
    rollback = [*keys("errors"), *keys("slow"), "api-5xx"]
    assert set(rollback) <= set(alarms())
    assert len(rollback) <= 10  # https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
