"""A match ends when its results are enough: somebody is better, or nobody is by as much as would matter."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import cycle

import pytest
from support import share

from engine import tournaments
from engine.options import check
from engine.ratings import Bounds, sprt
from engine.tournaments.match import Match, Verdict
from engine.tournaments.model import Entrant, Played, Result

FORM = tournaments.named("match")
assert isinstance(FORM, Match)
MATCH: Match = FORM
TWO = (Entrant("a", 1), Entrant("b", 2))


def played(points: Callable[[], float], **options: object) -> tuple[list[Played], Verdict]:
    """A match in which a makes so many points of each pair of games; its rounds, and what the test says."""
    given, rounds = check(MATCH.options, options), list[Played]()
    while (found := MATCH.next_round(TWO, rounds, given, 0)) is not None:
        (pairing,) = found.pairings
        mine = points()
        both = (mine, 2 - mine) if pairing.first == "a" else (2 - mine, mine)
        rounds.append(Played(found, {1: Result(*both)}))
    (verdict,) = MATCH.verdicts(TWO, rounds, given)
    return rounds, verdict


def test_who_wins_everything_is_better_after_a_few_pairs() -> None:
    rounds, verdict = played(lambda: 2.0)
    assert verdict.better == "a"
    assert len(rounds) < 30
    rounds, verdict = played(lambda: 0.0)
    assert verdict.better == "b"


def test_seats_are_swapped_from_pair_to_pair() -> None:
    rounds, _ = played(lambda: 1.0, cycles=4)
    assert [one.round.pairings[0].first for one in rounds] == ["a", "b", "a", "b"]


def test_equal_players_are_told_to_be_equal() -> None:
    points = cycle([0.5, 1.0, 1.5, 1.0])
    rounds, verdict = played(lambda: next(points), cycles=1000)
    assert verdict.is_decided
    assert verdict.better is None
    assert len(rounds) < 300


def test_it_ends_undecided_when_all_pairs_are_played() -> None:
    rounds, verdict = played(lambda: 1.0, cycles=3)
    assert len(rounds) == 3
    assert not verdict.is_decided


@pytest.mark.torture
@pytest.mark.parametrize(("edge", "most"), [(0.0, 0.1), (0.25, 0.05)])
def test_wrong_answers_are_as_seldom_as_was_asked(edge: float, most: float) -> None:
    """With no edge, “better” is wrong, and each of both may be said once in twenty; with one, “the other is better”."""
    rng, wrong, runs = random.Random(12), 0, share(2000, 40)
    bounds = Bounds(0.0, 50.0, 0.05, 0.05)
    for _ in range(runs):
        counts = [0] * 5
        while True:
            counts[min(4, rng.choice([0, 1, 2, 2, 3, 4]) + (rng.random() < edge))] += 1
            verdict = Verdict("a", "b", sum(counts), sprt(counts, bounds), sprt(counts[::-1], bounds))
            if verdict.is_decided or verdict.pairs >= 300:
                break
        wrong += verdict.better == "b" or (edge == 0 and verdict.better == "a")
    # A share of the runs says less: its own uncertainty, three deviations of it, is allowed for.
    slack = 0 if runs == 2000 else 3 * math.sqrt(most * (1 - most) / runs)
    assert wrong / runs <= most + slack
