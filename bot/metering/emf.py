"""The meter of a Lambda: lines in CloudWatch's embedded metric format, which the log's reader turns into metrics.

No call is made and none is waited for. Each metric has no dimensions, so the installation has as many custom metrics as
:data:`METRICS` has names, whatever happens in it. What a name would have to be multiplied for (the kind of a failure,
who throttled) stands beside them in ``Counts``, which CloudWatch Logs Insights reads and nobody is billed a metric for.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from engine.model import NANO, Failure, Outcome, Termination

if TYPE_CHECKING:  # a webhook's start is measured in milliseconds: it reads no port of the engine
    from engine.ports import Clock

NAMESPACE: Final = "LLMDuelArena"
MOST_VALUES: Final = 100
"""So many values one metric may have in one line."""
FLUSH_SECONDS: Final = 60.0

ACKNOWLEDGEMENT: Final = "AcknowledgementTime"
MODEL_CALL: Final = "ModelCallTime"
PLIES: Final = "Plies"
FORFEITS: Final = "Forfeits"
VOIDS: Final = "Voids"
COST: Final = "Cost"
THROTTLES: Final = "Throttles"

# No whole reply came, no one move could be read in it (perhaps our parsers' fault), or the rules forbid the move.
FAILURES: Final[Mapping[Failure, str]] = {
    Failure.EMPTY: "FailuresUnfinished",
    Failure.TRUNCATED: "FailuresUnfinished",
    Failure.UNPARSABLE: "FailuresUnreadable",
    Failure.AMBIGUOUS: "FailuresUnreadable",
    Failure.ILLEGAL: "FailuresIllegal",
}

# Every custom metric that there is, with its unit. CloudWatch has no unit for money: Cost is in US dollars.
METRICS: Final[Mapping[str, str]] = {
    ACKNOWLEDGEMENT: "Seconds",
    MODEL_CALL: "Seconds",
    PLIES: "Count",
    **dict.fromkeys(FAILURES.values(), "Count"),
    FORFEITS: "Count",
    VOIDS: "Count",
    COST: "None",
    THROTTLES: "Count",
}


class EmfMeter:
    """Fulfils :class:`engine.ports.Meter`. What it was told stands in the log after :meth:`flush`, and not before.

    Flush at the end of each invocation, and once in :data:`FLUSH_SECONDS` where one lasts longer: a process that is
    killed loses what it has not flushed.
    """

    def __init__(self, clock: Clock, write: Callable[[str], object]) -> None:
        """``write`` is given one line at a time, its end included: ``sys.stdout.write`` on Lambda."""
        self._clock = clock
        self._write = write
        self._sums: Counter[str] = Counter()
        self._nano_usd = 0
        self._times: defaultdict[str, list[float]] = defaultdict(list)
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def acknowledged(self, platform: str, seconds: float) -> None:
        """See :meth:`engine.ports.Meter.acknowledged`."""
        self._times[ACKNOWLEDGEMENT].append(seconds)
        self._counts["acknowledged"][platform] += 1

    def model_called(self, provider: str, seconds: float, answered: bool) -> None:
        """See :meth:`engine.ports.Meter.model_called`."""
        self._times[MODEL_CALL].append(seconds)
        self._counts["answered" if answered else "unanswered"][provider] += 1

    def attempt_failed(self, failure: Failure) -> None:
        """See :meth:`engine.ports.Meter.attempt_failed`."""
        self._sums[FAILURES[failure]] += 1
        self._counts["failures"][failure] += 1

    def played(self, plies: int) -> None:
        """See :meth:`engine.ports.Meter.played`."""
        self._sums[PLIES] += plies

    def ended(self, outcome: Outcome) -> None:
        """See :meth:`engine.ports.Meter.ended`."""
        if outcome.void:
            self._sums[VOIDS] += 1
            self._counts["voids"][outcome.termination] += 1
        elif outcome.termination == Termination.FORFEIT:
            self._sums[FORFEITS] += 1

    def spent(self, nano_usd: int) -> None:
        """See :meth:`engine.ports.Meter.spent`."""
        self._nano_usd += nano_usd

    def throttled(self, by: str) -> None:
        """See :meth:`engine.ports.Meter.throttled`."""
        self._sums[THROTTLES] += 1
        self._counts["throttles"][by] += 1

    def flush(self) -> None:
        """Write what has happened since the last time; nothing when nothing has."""
        values: dict[str, float | list[float]] = dict(self._sums)
        if self._nano_usd:
            values[COST] = self._nano_usd / NANO
        times, counts = self._times, self._counts
        self._sums, self._nano_usd, self._times, self._counts = Counter(), 0, defaultdict(list), defaultdict(Counter)
        while values or times:
            values |= {name: each[:MOST_VALUES] for name, each in times.items()}
            self._write(self._line(values, counts))
            times = defaultdict(list, {name: rest for name, each in times.items() if (rest := each[MOST_VALUES:])})
            values, counts = {}, defaultdict(Counter)

    def _line(self, values: Mapping[str, Any], counts: Mapping[str, Mapping[str, int]]) -> str:
        directive = {
            "Namespace": NAMESPACE,
            "Dimensions": [[]],
            "Metrics": [{"Name": name, "Unit": METRICS[name]} for name in values],
        }
        about = {"Timestamp": self._clock.now_ms(), "CloudWatchMetrics": [directive]}
        line = {"_aws": about, **values, **({"Counts": counts} if counts else {})}
        return json.dumps(line, separators=(",", ":")) + "\n"


async def flush_for_ever(meter: EmfMeter, clock: Clock) -> None:
    """Flush once in :data:`FLUSH_SECONDS`, until cancelled; whoever cancels it flushes the rest."""
    while True:
        await clock.sleep(FLUSH_SECONDS)
        meter.flush()
