"""The page that Prometheus reads: right values, few series, and no name that people choose."""

from __future__ import annotations

import re
from typing import Final

from prometheus_client.parser import text_string_to_metric_families
from support_metering import samples
from test_metering_emf import everything

from bot.metering.prometheus import MEDIA, PrometheusMeter
from engine.model import Failure, Outcome, Seat, Termination
from engine.providers import configured

LABELS: Final = {"platform", "provider", "kind", "termination", "by", "le"}
MOST_SERIES: Final = 300


def test_what_was_told_is_on_the_page() -> None:
    meter = PrometheusMeter()
    everything(meter)
    page = samples(meter.page())
    assert page["arena_plies_total"] == 3
    assert page['arena_attempt_failures_total{kind="ILLEGAL"}'] == 1
    assert page["arena_forfeits_total"] == 1
    assert page['arena_voids_total{termination="provider-down"}'] == 1
    assert page["arena_cost_usd_total"] == 0.0025
    assert page['arena_throttles_total{by="dynamodb"}'] == 1
    assert page['arena_acknowledgement_seconds_bucket{le="0.25",platform="slack"}'] == 1
    assert page['arena_acknowledgement_seconds_bucket{le="0.1",platform="slack"}'] == 0
    assert page['arena_model_call_seconds_sum{provider="openai"}'] == 181.5
    assert page['arena_model_calls_unanswered_total{provider="openai"}'] == 1


def test_what_has_never_happened_is_there_as_zero() -> None:
    page = samples(PrometheusMeter().page())
    assert {f'arena_attempt_failures_total{{kind="{failure}"}}' for failure in Failure} <= page.keys()
    assert 'arena_voids_total{termination="provider-down"}' in page
    assert set(page.values()) == {0}


def test_the_page_is_text_of_version_0_0_4_with_a_word_about_each() -> None:
    meter = PrometheusMeter()
    everything(meter)
    assert "version=0.0.4" in MEDIA
    page = meter.page().decode()
    families = list(text_string_to_metric_families(page))
    assert all(family.documentation.endswith(".") and family.type in {"counter", "histogram"} for family in families)
    assert len(families) == 9
    assert page.endswith("\n")
    assert all(re.fullmatch(r"#.*|[a-z_]+(\{.*\})? [0-9.e+-]+|.* \+Inf", line) for line in page.splitlines())


def test_series_stay_few_with_every_provider_and_platform() -> None:
    meter = PrometheusMeter()
    everything(meter)
    for provider in (*configured({}), "own"):
        meter.model_called(provider, 1.0, answered=False)
        meter.throttled(provider)
    families = text_string_to_metric_families(meter.page().decode())
    series = [sample for family in families for sample in family.samples]
    assert {label for sample in series for label in sample.labels} == LABELS
    assert len(series) < MOST_SERIES


def test_a_duel_that_is_won_or_lost_on_time_is_no_forfeit() -> None:
    meter = PrometheusMeter()
    meter.ended(Outcome(Seat.FIRST, Termination.TIMEOUT))
    meter.ended(Outcome(None, "stalemate"))
    assert set(samples(meter.page()).values()) == {0}
