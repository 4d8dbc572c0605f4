"""The sequential test: figures that others have published, and its promise of few wrong answers."""

from __future__ import annotations

import math
import random

import pytest

from engine.errors import BadOption
from engine.ratings import Bounds, sprt


def test_elo_its_interval_and_who_is_better() -> None:
    found = sprt((96, 111, 136), Bounds())
    assert (round(found.elo, 1), round(found.elo_error, 1), round(found.los, 3)) == (40.7, 30.4, 0.996)


def test_the_log_likelihood_ratio_with_logistic_bounds() -> None:
    found = sprt((1351, 2942, 1477), Bounds(0, 10, 0.01, 0.01))
    assert round(found.llr, 2) == 2.52
    assert (found.lower, found.upper) == pytest.approx((-math.log(99), math.log(99)))
    assert found.accepted is None


def test_pairs_say_more_than_their_duels_one_by_one() -> None:
    # Each opening is won by whoever has it: as single duels pure noise, as pairs nothing but draws and a slight lead.
    pairs = sprt((0, 0, 400, 40, 0), Bounds(0, 50))
    singles = sprt((400, 40, 440), Bounds(0, 50))
    assert pairs.elo == pytest.approx(singles.elo)
    assert pairs.elo_error < singles.elo_error / 3


@pytest.mark.parametrize("counts", [(0, 0, 0), (0, 0, 0, 0, 0)])
def test_nothing_played_says_nothing(counts: tuple[int, ...]) -> None:
    found = sprt(counts, Bounds())
    assert (found.llr, found.los, found.accepted) == (0, 0.5, None)


@pytest.mark.parametrize(("counts", "accepted"), [((0, 0, 60), 1), ((60, 0, 0), 0), ((0, 400, 0), 0)])
def test_one_sided_matches_end(counts: tuple[int, ...], accepted: int) -> None:
    assert sprt(counts, Bounds(0, 50)).accepted == accepted


def test_swapping_the_players_and_the_bounds_swaps_the_answer() -> None:
    one, other = sprt((20, 30, 50), Bounds(0, 40)), sprt((50, 30, 20), Bounds(-40, 0))
    assert one.llr == pytest.approx(-other.llr)
    assert one.elo == pytest.approx(-other.elo)


@pytest.mark.parametrize(("truth", "wrong"), [(0.0, 1), (40.0, 0)])
def test_wrong_answers_are_as_rare_as_promised(truth: float, wrong: int) -> None:
    """Wald's bounds hold for the chance of a wrong answer, whenever the match is stopped."""
    bounds, rng, mistakes, matches = Bounds(0, 40, 0.05, 0.05), random.Random(truth), 0, 200
    score = 1 / (1 + 10 ** (-truth / 400))
    chances = [1 - score - 0.2, 0.4, score - 0.2]
    for _ in range(matches):
        counts = [0, 0, 0]
        while True:
            for result in rng.choices(range(3), chances, k=40):
                counts[result] += 1
            accepted = sprt(counts, bounds).accepted
            if accepted is not None:
                mistakes += accepted == wrong
                break
    # 5 % of 200 are 10; more than 19 come up once in 300 runs of other seeds.
    assert mistakes <= 19


@pytest.mark.parametrize(
    ("elo0", "elo1", "alpha", "beta"),
    [
        (5, 5, 0.05, 0.05),
        (9, 3, 0.05, 0.05),
        (0, 5, 0, 0.05),
        (0, 5, 0.05, 0.5),
        (float("nan"), 5, 0.05, 0.05),
        (0, float("inf"), 0.05, 0.05),
    ],
)
def test_bounds_that_decide_nothing_are_refused(elo0: float, elo1: float, alpha: float, beta: float) -> None:
    with pytest.raises(BadOption):
        Bounds(elo0, elo1, alpha, beta)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(BadOption, match="negative"):
        sprt((1, -1, 0), Bounds())
