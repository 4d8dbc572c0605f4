"""Lines in the embedded metric format, held against what AWS writes of it, and what they may cost.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import asyncio
import json
import math
from contextlib import suppress
from typing import Any, Final

import pytest
from support import START_MS, StandingClock
from support_metering import totals

from bot.metering.emf import FLUSH_SECONDS, METRICS, MOST_VALUES, EmfMeter, flush_for_ever
from engine.model import Failure, Outcome, Seat, Termination
from engine.ports import Meter

MOST_METRICS: Final = 10
"""A custom metric costs $0.30 a month, and the first ten of an account nothing."""
LARGEST_BYTES: Final = 256 * 1024
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
UNITS: Final = {"Seconds", "Milliseconds", "Bytes", "Percent", "Count", "Count/Second", "None"}


def require_emf(line: str) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Check one line against the specification; gives the metrics that CloudWatch makes of it, as it bills them."""
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert len(line.encode()) <= LARGEST_BYTES
    root = json.loads(line, parse_constant=pytest.fail)
    assert isinstance(root, dict)
    assert root["_aws"].keys() == {"Timestamp", "CloudWatchMetrics"}
    assert type(root["_aws"]["Timestamp"]) is int
    assert root["_aws"]["CloudWatchMetrics"]
    return {one for directive in root["_aws"]["CloudWatchMetrics"] for one in _billed(directive, root)}


def _billed(directive: dict[str, Any], root: dict[str, Any]) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    assert directive.keys() == {"Namespace", "Dimensions", "Metrics"}
    assert 1 <= len(directive["Namespace"]) <= 1024
    assert not directive["Namespace"].startswith("AWS/")
    assert directive["Dimensions"], "a metric without dimensions has one empty set of them"
    for dimensions in directive["Dimensions"]:
        assert len(dimensions) <= 30
        assert all(isinstance(root[name], str) and 1 <= len(root[name]) <= 1024 for name in dimensions)
    assert 1 <= len(directive["Metrics"]) <= 100
    for metric in directive["Metrics"]:
        assert {"Name"} <= metric.keys() <= {"Name", "Unit", "StorageResolution"}
        assert 1 <= len(metric["Name"]) <= 1024
        assert metric["Unit"] in UNITS
        values = root[metric["Name"]]
        values = values if isinstance(values, list) else [values]
        assert 1 <= len(values) <= 100
        assert all(type(value) in (int, float) and math.isfinite(value) for value in values)
    return {
        (directive["Namespace"], metric["Name"], tuple((name, root[name]) for name in dimensions))
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
    }


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def meter(lines: list[str]) -> EmfMeter:
    return EmfMeter(StandingClock(), lines.append)


def everything(meter: Meter) -> None:
    """All that a meter can be told, in every kind that there is."""
    for platform in ("discord", "slack"):
        meter.acknowledged(platform, 0.25)
    for provider in ("openai", "anthropic", "bedrock", "own", "local"):
        meter.model_called(provider, 1.5, answered=True)
        meter.model_called(provider, 180.0, answered=False)
    for failure in Failure:
        meter.attempt_failed(failure)
    for termination in Termination:
        meter.ended(Outcome(None, termination, void=True))
        meter.ended(Outcome(Seat.FIRST, termination))
    meter.ended(Outcome(Seat.FIRST, "checkmate"))
    meter.played(3)
    meter.spent(2_500_000)
    for by in ("discord", "slack", "dynamodb", "openai"):
        meter.throttled(by)


def test_whatever_happens_the_installation_has_at_most_ten_metrics(meter: EmfMeter, lines: list[str]) -> None:
    everything(meter)
    meter.flush()
    everything(meter)
    meter.flush()
    billed = {metric for line in lines for metric in require_emf(line)}
    assert {name for _, name, _ in billed} == METRICS.keys()
    assert len(billed) == len(METRICS) <= MOST_METRICS


def test_one_line_says_all_that_has_happened(meter: EmfMeter, lines: list[str]) -> None:
    everything(meter)
    meter.flush()
    assert len(lines) == 1
    assert totals(lines) == {
        "AcknowledgementTime": [0.25, 0.25],
        "ModelCallTime": [1.5, 180.0] * 5,
        "Plies": 3,
        "FailuresUnfinished": 2,
        "FailuresUnreadable": 2,
        "FailuresIllegal": 1,
        "Forfeits": 1,
        "Voids": len(Termination),
        "Cost": 0.0025,
        "Throttles": 4,
    }
    line = json.loads(lines[0])
    assert line["_aws"]["Timestamp"] == START_MS
    assert line["Counts"]["failures"] == dict.fromkeys(Failure, 1)
    assert line["Counts"]["throttles"] == {"discord": 1, "slack": 1, "dynamodb": 1, "openai": 1}
    assert line["Counts"]["unanswered"]["openai"] == 1


def test_nothing_is_said_twice_and_nothing_about_nothing(meter: EmfMeter, lines: list[str]) -> None:
    meter.flush()
    assert lines == []
    meter.played(2)
    meter.flush()
    meter.flush()
    assert len(lines) == 1
    assert totals(lines) == {"Plies": 2}


def test_many_times_take_several_lines_and_counts_stand_in_one(meter: EmfMeter, lines: list[str]) -> None:
    times = [number / 1000 for number in range(2 * MOST_VALUES + 1)]
    for seconds in times:
        meter.model_called("openai", seconds, answered=True)
    meter.played(7)
    meter.flush()
    assert len(lines) == 3
    for line in lines:
        require_emf(line)
    assert totals(lines) == {"ModelCallTime": times, "Plies": 7}
    assert [json.loads(line).get("Counts") for line in lines] == [{"answered": {"openai": len(times)}}, None, None]


async def test_a_long_invocation_flushes_once_a_minute(lines: list[str]) -> None:
    clock = StandingClock()
    meter = EmfMeter(clock, lines.append)
    flushing = asyncio.create_task(flush_for_ever(meter, clock))
    while len(lines) < 2:
        meter.played(1)
        await asyncio.sleep(0)
    flushing.cancel()
    with suppress(asyncio.CancelledError):
        await flushing
    first, second = (json.loads(line)["_aws"]["Timestamp"] for line in lines)
    assert second - first == FLUSH_SECONDS * 1000


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda line: line["_aws"]["CloudWatchMetrics"][0].update(Dimensions=[]),
        lambda line: line["_aws"].update(Timestamp="now"),
        lambda line: line.update(Plies="many"),
        lambda line: line.update(ModelCallTime=[1.0] * 101),
        lambda line: line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0].update(Unit="Dollars"),
    ],
)
def test_the_check_finds_what_cloudwatch_would_drop(meter: EmfMeter, lines: list[str], spoilt: Any) -> None:
    everything(meter)
    meter.flush()
    line = json.loads(lines[0])
    spoilt(line)
    with pytest.raises(AssertionError):
        require_emf(json.dumps(line) + "\n")
