"""A test that stops a match as soon as its results are enough: the generalised sequential probability ratio test.

Which of two strengths do the results speak for, ``elo0`` or ``elo1``? Each is a mean score; the likelihood of the
results under it is the highest that any distribution over the possible scores with that mean gives. Results are counted
by single duels (loss, draw, win) or, better, by pairs of duels with seats swapped (0, ½, 1, 1½, 2 points), whose two
results depend on one another through their opening.

Sources: A. Wald, Ann. Math. Statist. 16 (1945) 117; M. Van den Bergh, "A practical introduction to the GSPRT" and
"Comments on normalized Elo" (the mathematics of Fishtest).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from engine.errors import BadOption
from engine.sentences import say

_SMALL: Final = 1e-3
"""What a result that did not come up counts: without it, one that may still come would be impossible."""
_HALVINGS: Final = 64
_FARTHEST: Final = 2_000.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """Logistic Elo of the two hypotheses, and how often each may be accepted wrongly.

    :raises BadOption: when the two are the same or crossed, or a chance is not within 0 and ½.
    """

    elo0: float = 0.0
    elo1: float = 50.0
    alpha: float = 0.05
    beta: float = 0.05

    def __post_init__(self) -> None:
        if not -_FARTHEST < self.elo0 < self.elo1 < _FARTHEST:
            raise BadOption(say("elo0 must be less than elo1, and both within ±{most} Elo.", most=round(_FARTHEST)))
        if not (0 < self.alpha < 0.5 and 0 < self.beta < 0.5):
            raise BadOption(say("alpha and beta are chances between 0 and 0.5."))

    @property
    def lower(self) -> float:
        """At or below this log-likelihood ratio, ``elo0`` is accepted."""
        return math.log(self.beta / (1 - self.alpha))

    @property
    def upper(self) -> float:
        """At or above this log-likelihood ratio, ``elo1`` is accepted."""
        return math.log((1 - self.beta) / self.alpha)


@dataclass(frozen=True, slots=True)
class Sequential:
    """Where a match stands. ``elo_error`` is half of the 95 % interval; ``los`` the chance that the first is better."""

    llr: float
    lower: float
    upper: float
    elo: float
    elo_error: float
    los: float

    @property
    def accepted(self) -> int | None:
        """``1`` or ``0``, the hypothesis that is accepted; ``None`` while the match goes on."""
        if self.llr >= self.upper:
            return 1
        return 0 if self.llr <= self.lower else None


def sprt(counts: Sequence[int], bounds: Bounds) -> Sequential:
    """``counts`` of the results from worst to best for the player asked about: 3 of single duels, or 5 of pairs."""
    if any(count < 0 for count in counts):
        raise BadOption(say("A count of results cannot be negative."))
    if not sum(counts):
        return Sequential(0.0, bounds.lower, bounds.upper, 0.0, math.inf, 0.5)
    scores = [number / (len(counts) - 1) for number in range(len(counts))]
    total = sum(counts)
    mean = sum(score * count for score, count in zip(scores, counts, strict=True)) / total
    variance = sum((score - mean) ** 2 * count for score, count in zip(scores, counts, strict=True)) / total
    error = math.sqrt(variance / total)
    spread = NormalDist().inv_cdf(0.975) * error
    return Sequential(
        _log_ratio(scores, counts, _score(bounds.elo0), _score(bounds.elo1)),
        bounds.lower,
        bounds.upper,
        _elo(mean),
        (_elo(mean + spread) - _elo(mean - spread)) / 2 if 0 < mean < 1 else math.inf,
        NormalDist().cdf((mean - 0.5) / error) if error else (mean > 0.5) + (mean == 0.5) / 2,
    )


def _score(elo: float) -> float:
    return 1 / (1 + 10 ** (-elo / 400))


def _elo(score: float) -> float:
    if score <= 0 or score >= 1:
        return math.copysign(math.inf, score - 0.5)
    return -400 * math.log10(1 / score - 1)


def _log_ratio(scores: Sequence[float], counts: Sequence[int], mean0: float, mean1: float) -> float:
    """The log-likelihood ratio of two means, each under its most likely distribution."""
    weights = [count or _SMALL for count in counts]
    total = sum(weights)
    shares = [weight / total for weight in weights]
    tilt0, tilt1 = _tilt(scores, shares, mean0), _tilt(scores, shares, mean1)
    return total * sum(
        share * (math.log1p(tilt0 * (score - mean0)) - math.log1p(tilt1 * (score - mean1)))
        for score, share in zip(scores, shares, strict=True)
    )


def _tilt(scores: Sequence[float], shares: Sequence[float], mean: float) -> float:
    """The θ for which shares / (1 + θ (score - mean)) is a distribution of that mean: the most likely one.

    The function whose root it is falls everywhere between the two poles.
    """
    low, high = -1 / (scores[-1] - mean), 1 / (mean - scores[0])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        slope = sum(
            share * (score - mean) / (1 + middle * (score - mean)) for score, share in zip(scores, shares, strict=True)
        )
        low, high = (middle, high) if slope > 0 else (low, middle)
    return (low + high) / 2
