"""Players of known strength play tournaments of each format: how often the truth lies within the intervals."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest
from support import share

from engine import tournaments
from engine.options import check
from engine.ratings import Row, fit
from engine.tournaments.matches import goes_on
from engine.tournaments.model import Entrant, Pairing, Played, Result

PLAYERS = 12
ADVANTAGE, DRAW = 30.0, 0.6
OPTIONS = {"round_robin": {"pairs": 2}, "swiss": {"pairs": 4, "rounds": 6}, "gauntlet": {"pairs": 12}}
ELIMINATIONS = {"single_elimination": {"pairs": 6}, "double_elimination": {"pairs": 4}}


def duel(first: float, second: float, rng: random.Random) -> int:
    """0: the first seat wins, 1: a draw, 2: it loses; by the model that is fitted."""
    half = (first - second + ADVANTAGE) * math.log(10) / 800
    return rng.choices(range(3), [math.exp(half), DRAW, math.exp(-half)])[0]


def match(
    pairing: Pairing, strengths: dict[str, float], options: dict[str, object], rng: random.Random, rows: list[Row]
) -> Result:
    """Pairs of games with seats swapped, until the match has enough of them."""
    points, pairs = [0.0, 0.0], 0
    while not pairs or goes_on(options, Result(points[0], points[1], pairs)):
        for sides in ((0, 1), (1, 0)):
            names = [(pairing.first, pairing.second)[side] for side in sides]
            won = duel(strengths[names[0]], strengths[names[1]], rng)
            rows.append(Row(names[0], names[1], *(int(won == n) for n in range(3))))
            points[sides[0]] += (2 - won) / 2
            points[sides[1]] += won / 2
        pairs += 1
    return Result(points[0], points[1], pairs)


def tournament(name: str, options: dict[str, object], spread: float, seed: int) -> tuple[dict[str, float], list[Row]]:
    """One tournament of players whose strengths have that spread; the strengths, and all duels."""
    rng = random.Random(f"{name}/{spread}/{seed}")
    strengths = {f"p{n:02}": rng.gauss(1500, spread) for n in range(PLAYERS)}
    form = tournaments.named(name)
    given = check(form.options, options)
    entrants = [Entrant(one, place) for place, one in enumerate(rng.sample(sorted(strengths), PLAYERS), 1)]
    rows: list[Row] = []
    played: list[Played] = []
    while (found := form.next_round(entrants, played, given, seed)) is not None:
        results = {one.table: match(one, strengths, given, rng, rows) for one in found.pairings}
        played.append(Played(found, results))
    return strengths, rows


def covered(strengths: dict[str, float], rows: list[Row]) -> Iterator[bool]:
    """Of each player who was rated, whether the truth lies within the interval; both from the field's mean."""
    found = fit(rows).players
    mean = sum(strengths[one.player] for one in found) / len(found)
    for one in found:
        yield one.low <= strengths[one.player] - mean + 1500 <= one.high


@pytest.mark.torture
@pytest.mark.parametrize("spread", [100.0, 200.0])
@pytest.mark.parametrize("name", [*OPTIONS, *ELIMINATIONS])
def test_intervals_hold_the_truth_as_often_as_they_say(name: str, spread: float) -> None:
    runs = share(200, 4)
    hits = [
        hit
        for seed in range(runs)
        for hit in covered(*tournament(name, OPTIONS.get(name) or ELIMINATIONS[name], spread, seed))
    ]
    rate = sum(hits) / len(hits)
    # A share of the runs says less: its own uncertainty, three deviations of it, is allowed for.
    slack = 0 if runs == 200 else 3 * math.sqrt(0.05 * 0.95 / len(hits))
    assert rate >= 0.93 - slack, f"{rate:.3f} of {len(hits)}"
    assert name in ELIMINATIONS or rate <= 0.97 + slack, f"{rate:.3f} of {len(hits)}"
    print(f"{name}, {spread:g} Elo: {rate:.3f} of {len(hits)} intervals hold the truth")


@pytest.mark.parametrize("name", [*OPTIONS, *ELIMINATIONS])
def test_the_order_of_duels_changes_nothing(name: str) -> None:
    _, rows = tournament(name, OPTIONS.get(name) or ELIMINATIONS[name], 200, 1)
    shuffled = random.Random(2).sample(rows, len(rows))
    assert fit(shuffled) == fit(rows)
