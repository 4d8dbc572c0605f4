"""The meter of one process, as Prometheus reads it.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format (version 0.0.4)
"""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from engine.model import NANO, Failure, Outcome, Termination

MEDIA: Final = CONTENT_TYPE_PLAIN_0_0_4

# In seconds. Both platforms give three for an acknowledgement; a model's call is given up after 180.
ACKNOWLEDGEMENT_BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
MODEL_CALL_BUCKETS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 180.0)

# A duel that nobody could finish, or that people called off.
VOIDS: Final = (Termination.PROVIDER_DOWN, Termination.BUDGET, Termination.CANCELLED)


class PrometheusMeter:
    """Fulfils :class:`engine.ports.Meter`. It counts from the start of the process; Prometheus knows restarts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._acknowledged = self._histogram(
            "arena_acknowledgement_seconds",
            "From the receipt of a platform's request to its acknowledgement.",
            "platform",
            ACKNOWLEDGEMENT_BUCKETS,
        )
        self._called = self._histogram(
            "arena_model_call_seconds",
            "One call to a model's API, until its answer or until it was given up.",
            "provider",
            MODEL_CALL_BUCKETS,
        )
        self._unanswered = self._counter("arena_model_calls_unanswered", "Calls without an answer.", "provider")
        self._plies = self._counter("arena_plies", "Plies made durable, of programs and people.")
        self._failures = self._counter("arena_attempt_failures", "Replies of models that were no move.", "kind")
        self._forfeits = self._counter("arena_forfeits", "Duels that ended because a player gave no move.")
        self._voids = self._counter("arena_voids", "Duels that count for nobody.", "termination")
        self._cost = self._counter("arena_cost_usd", "What models have cost, as budgets count it.")
        self._throttles = self._counter("arena_throttles", "Times that somebody asked to come back later.", "by")
        # A series that is there from the start can be watched for its first increase.
        for failure in Failure:
            self._failures.labels(failure)
        for termination in VOIDS:
            self._voids.labels(termination)

    def acknowledged(self, platform: str, seconds: float) -> None:
        """See :meth:`engine.ports.Meter.acknowledged`."""
        self._acknowledged.labels(platform).observe(seconds)

    def model_called(self, provider: str, seconds: float, answered: bool) -> None:
        """See :meth:`engine.ports.Meter.model_called`."""
        self._called.labels(provider).observe(seconds)
        if not answered:
            self._unanswered.labels(provider).inc()

    def attempt_failed(self, failure: Failure) -> None:
        """See :meth:`engine.ports.Meter.attempt_failed`."""
        self._failures.labels(failure).inc()

    def played(self, plies: int) -> None:
        """See :meth:`engine.ports.Meter.played`."""
        self._plies.inc(plies)

    def ended(self, outcome: Outcome) -> None:
        """See :meth:`engine.ports.Meter.ended`."""
        if outcome.void:
            self._voids.labels(outcome.termination).inc()
        elif outcome.termination == Termination.FORFEIT:
            self._forfeits.inc()

    def spent(self, nano_usd: int) -> None:
        """See :meth:`engine.ports.Meter.spent`."""
        self._cost.inc(nano_usd / NANO)

    def throttled(self, by: str) -> None:
        """See :meth:`engine.ports.Meter.throttled`."""
        self._throttles.labels(by).inc()

    def page(self) -> bytes:
        """What ``/metrics`` answers, of the type :data:`MEDIA`."""
        return generate_latest(self._registry.restricted_registry(self._samples()))

    def _samples(self) -> list[str]:
        """What is shown: all but the library's own series of when each was made, which double the page."""
        kinds = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
        return [f"{one.name}{ending}" for one in self._registry.collect() for ending in kinds.get(one.type, ())]

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self._registry)

    def _histogram(self, name: str, about: str, label: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, about, (label,), buckets=buckets, registry=self._registry)
