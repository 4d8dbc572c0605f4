"""Meters for tests: one that writes down what it is told, and pages and lines as their readers read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client.parser import text_string_to_metric_families


def samples(page: bytes | str) -> dict[str, float]:
    """A page of Prometheus, read by the library's own parser: values by ``name{label="value"}``."""
    text = page.decode() if isinstance(page, bytes) else page
    return {
        _series(sample.name, sample.labels): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _series(name: str, labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    return f"{name}{{{inside}}}" if inside else name


def totals(lines: Iterable[str]) -> dict[str, float | list[float]]:
    """What lines in the embedded metric format add up to: counts summed, times in order."""
    found: dict[str, Any] = {}
    for line in map(json.loads, lines):
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for metric in directive["Metrics"]:
                value = line[metric["Name"]]
                found[metric["Name"]] = found[metric["Name"]] + value if metric["Name"] in found else value
    return found
