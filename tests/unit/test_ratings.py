"""Ratings: figures that others have published, and what may not change them."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pytest

from engine.errors import UserError
from engine.ratings import Fit, Model, Row, fit
from engine.ratings._inverse import Inverse
from engine.ratings.bradley_terry import PLAIN

WIKIPEDIA = [Row("A", "B", 2, 0, 3), Row("A", "D", 1, 0, 4), Row("B", "C", 5, 0, 3), Row("C", "D", 1, 0, 3)]
"""The worked example of https://en.wikipedia.org/wiki/Bradley–Terry_model, 22 games."""

FREE = Model(prior=False)


def played(
    strengths: Mapping[str, float], games: int, seed: int, advantage: float = 35, draw: float = 0.8
) -> list[Row]:
    """That many duels between random pairs by the model itself, one row each."""
    rng, truth = random.Random(seed), Fit((), advantage, draw)
    rows = []
    for _ in range(games):
        first, second = rng.sample(sorted(strengths), 2)
        half = (strengths[first] - strengths[second] + advantage) * math.log(10) / 800
        odds = [math.exp(half), draw, math.exp(-half)]
        (result,) = rng.choices(range(3), odds)
        rows.append(Row(first, second, *(int(result == n) for n in range(3))))
        expected = (odds[0] + draw / 2) / sum(odds)
        assert truth.expected(strengths[first], strengths[second]) == pytest.approx(expected)
    return rows


def twenty(seed: int = 1) -> dict[str, float]:
    rng = random.Random(seed)
    return {f"player-{n:02}": rng.gauss(1500, 150) for n in range(20)}


def elo(fitted: Fit) -> dict[str, float]:
    return {one.player: one.elo for one in fitted.players}


class TestPublished:
    def test_the_example_of_wikipedia(self) -> None:
        strengths = {one.player: round(one.strength, 3) for one in fit(WIKIPEDIA, model=PLAIN).players}
        assert strengths == {"A": 0.640, "B": 1.043, "C": 0.660, "D": 2.270}

    def test_two_players_are_as_far_apart_as_their_score_says(self) -> None:
        better, worse = fit([Row("x", "y", 75, 0, 25)], model=PLAIN).players
        assert better.elo - worse.elo == pytest.approx(400 * math.log10(3))
        # The interval of a difference of two, each half of it from the mean: ± 1.96 √(1 / (n p (1 - p))) / 2.
        assert better.high - better.elo == pytest.approx(
            1.959964 / math.sqrt(100 * 0.75 * 0.25) / 2 * 400 / math.log(10)
        )


class TestFit:
    def test_everybody_is_given_the_score_that_they_have(self) -> None:
        rows = played(twenty(), 2_000, seed=3)
        fitted = fit(rows, model=FREE)
        ratings = elo(fitted)
        expected = dict.fromkeys(ratings, 0.0)
        for first, second, wins, draws, losses in rows:
            score = fitted.expected(ratings[first], ratings[second]) * (wins + draws + losses)
            expected[first] += score
            expected[second] += 1 - score
        assert expected == pytest.approx({one.player: one.score for one in fitted.players}, abs=1e-5)

    def test_what_made_the_results_is_found_again(self) -> None:
        truth = twenty()
        fitted = fit(played(truth, 20_000, seed=5))
        shift = 1500 - sum(truth.values()) / len(truth)
        missed = [one.player for one in fitted.players if not one.low < truth[one.player] + shift < one.high]
        assert len(missed) <= 3  # one in twenty is expected, four come up once in sixty such fields
        assert all(one.high - one.low < 60 for one in fitted.players)
        assert fitted.advantage_elo == pytest.approx(35, abs=5)
        assert fitted.draw == pytest.approx(0.8, abs=0.03)

    def test_without_an_anchor_the_mean_is_1500(self) -> None:
        ratings = elo(fit(played(twenty(), 500, seed=2)))
        assert sum(ratings.values()) / len(ratings) == pytest.approx(1500)

    def test_an_anchor_stays_where_it_is_and_moves_the_others(self) -> None:
        rows = played(twenty(), 3_000, seed=2)
        free, held = fit(rows), fit(rows, {"player-03": 1800.0, "nobody": 3000.0})
        anchor = next(one for one in held.players if one.player == "player-03")
        assert (anchor.elo, anchor.low, anchor.high) == (1800.0, 1800.0, 1800.0)
        shift = 1800 - elo(free)["player-03"]
        assert elo(held) == pytest.approx({name: value + shift for name, value in elo(free).items()}, abs=0.01)

    def test_two_anchors_set_the_scale(self) -> None:
        rows = [Row("low", "mid", 40, 20, 40), Row("mid", "high", 40, 20, 40)]
        middle = elo(fit(rows, {"low": 1000.0, "high": 2000.0}))["mid"]
        assert middle == pytest.approx(1500, abs=1e-6)

    @pytest.mark.parametrize("games", [1, 10, 1_000])
    def test_who_won_everything_is_finite_and_the_interval_tightens_with_duels(self, games: int) -> None:
        winner, loser = fit([Row("w", "l", games, 0, 0), Row("l", "w", 0, 0, games)]).players
        assert winner.player == "w"
        assert 0 < winner.elo - loser.elo < 2_000
        assert 50 < winner.high - winner.elo < 500
        assert winner.high < loser.high + 4_000

    def test_one_draw_says_hardly_anything(self) -> None:
        one, other = fit([Row("a", "b", 0, 1, 0)]).players
        assert one.elo == pytest.approx(other.elo, abs=5)
        assert one.high - one.elo > 300

    def test_parts_that_never_met_are_both_around_the_mean(self) -> None:
        fitted = fit([Row("a", "b", 30, 0, 10), Row("c", "d", 30, 0, 10)])
        ratings = elo(fitted)
        assert ratings["a"] == pytest.approx(ratings["c"])
        assert ratings["b"] == pytest.approx(ratings["d"])
        assert all(one.high - one.elo > 250 for one in fitted.players)

    def test_nobody_has_no_ratings(self) -> None:
        assert fit([]) == Fit((), 0.0, 0.0)

    def test_more_duels_make_narrower_intervals(self) -> None:
        few, many = fit(WIKIPEDIA), fit([Row(a, b, 16 * w, 16 * d, 16 * x) for a, b, w, d, x in WIKIPEDIA])
        widths = [{one.player: one.high - one.low for one in fitted.players} for fitted in (few, many)]
        assert all(widths[1][name] < widths[0][name] / 2 for name in widths[0])


class TestExactly:
    """To the last digit, because moderators void and restore."""

    def test_the_order_of_duels_changes_nothing(self) -> None:
        rows = played(twenty(), 1_000, seed=7)
        shuffled = random.Random(1).sample(rows, len(rows))
        assert fit(rows) == fit(shuffled) == fit(added(rows))

    def test_voiding_and_restoring_changes_nothing(self) -> None:
        rows = played(twenty(), 1_000, seed=7)
        voided = [*rows, Row(rows[0].first, rows[0].second, *(-count for count in rows[0][2:]))]
        assert fit(voided) == fit(rows[1:]) != fit(rows)
        assert fit([*voided, rows[0]]) == fit(rows)

    def test_a_pair_whose_duels_are_all_void_is_not_rated(self) -> None:
        assert fit([Row("a", "b", 1, 0, 0), Row("c", "d", 0, 0, 0)]) == fit([Row("a", "b", 1, 0, 0)])


class TestInverse:
    """By tiles of 64: sizes that fill one, miss it by one, and have several."""

    @pytest.mark.parametrize("size", [1, 5, 63, 64, 65, 200])
    def test_is_that_of_the_library(self, size: int) -> None:
        half = np.random.default_rng(size).random((size, size))
        matrix, vector = half @ half.T + np.eye(size), half[0]
        wanted, found = np.linalg.inv(matrix), Inverse(matrix)
        assert found.times(vector) == pytest.approx(wanted @ vector)
        assert found.diagonal() == pytest.approx(np.diag(wanted))
        assert found.root_times(vector) @ found.root_times(vector) == pytest.approx(vector @ wanted @ vector)

    def test_refuses_what_has_no_maximum(self) -> None:
        with pytest.raises(np.linalg.LinAlgError):
            Inverse(np.diag([1.0, -1.0]))


class TestRanks:
    def test_who_cannot_be_told_apart_shares_a_rank(self) -> None:
        rows = [Row("a", "b", 50, 0, 45), Row("b", "a", 45, 0, 50), Row("a", "c", 95, 0, 5), Row("b", "c", 95, 0, 5)]
        fitted = fit(rows)
        assert [one.player for one in fitted.players] == ["a", "b", "c"]
        assert list(fitted.ranks()) == [1, 1, 3]


class TestRefused:
    def test_without_a_prior_a_share_of_draws_that_is_all_has_no_maximum(self) -> None:
        rows = [Row("a", "b", 0, 10, 0), Row("b", "a", 0, 3, 0)]
        with pytest.raises(UserError, match="every game was drawn"):
            fit(rows, model=Model(prior=False))
        assert {one.elo for one in fit(rows, model=Model(prior=False, draws=False)).players} == {1500.0}

    @pytest.mark.parametrize(
        ("rows", "unbeaten"),
        [
            ([Row("a", "b", 3, 0, 0)], "a"),
            ([Row("b", "a", 3, 0, 0)], "b"),
            ([Row("a", "b", 1, 0, 1), Row("c", "d", 1, 0, 1), Row("a", "c", 2, 0, 0)], "a, b"),
        ],
    )
    def test_without_a_prior_what_has_no_maximum(self, rows: Sequence[Row], unbeaten: str) -> None:
        with pytest.raises(UserError, match=f"nobody else has taken a point from {unbeaten}\\."):
            fit(rows, model=PLAIN)

    def test_duels_with_oneself(self) -> None:
        with pytest.raises(UserError, match="a cannot be rated by duels with itself"):
            fit([Row("a", "a", 1, 0, 0)])


def added(rows: Iterable[Row]) -> list[Row]:
    """One row for each pair."""
    sums: dict[tuple[str, str], list[int]] = {}
    for first, second, *counts in rows:
        before = sums.get((first, second), [0, 0, 0])
        sums[first, second] = [a + b for a, b in zip(before, counts, strict=True)]
    return [Row(*pair, *counts) for pair, counts in sums.items()]


class TestAgainstAnotherImplementation:
    """Davidson's model is log-linear: a Poisson regression with an intercept a pair has the same maximum."""

    def test_strengths_and_intervals_of_5_000_games_by_20_players(self) -> None:
        rows = played(twenty(), 5_000, seed=3)
        wanted = regressed(rows)
        found = fit(rows, model=FREE)
        assert len(found.players) == 20
        for one in found.players:
            elo, low, high = wanted[one.player]
            assert one.elo == pytest.approx(elo, abs=0.5)
            assert one.high - one.low == pytest.approx(high - low, rel=0.05)
        assert found.advantage_elo == pytest.approx(wanted[ADVANTAGE][0], abs=0.5)


ADVANTAGE = "advantage"


def regressed(rows: Iterable[Row]) -> dict[str, tuple[float, float, float]]:
    """Elo and its 95 % interval of each player, and the advantage, by the Poisson regression of statsmodels."""
    # Not above: it and what it stands on are a quarter of what collecting all tests takes, in each worker.
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    counts: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        kept = counts.setdefault((row.first, row.second), [0, 0, 0])
        for n, count in enumerate((row.wins, row.draws, row.losses)):
            kept[n] += count
    names = sorted({name for pair in counts for name in pair})
    pairs = sorted(counts)
    # A row a pair and result; columns: an intercept a pair, the players but for one, the advantage, and draws.
    design = np.zeros((3 * len(pairs), len(pairs) + len(names) + 1))
    results = np.zeros(3 * len(pairs))
    at = {name: len(pairs) + n - 1 for n, name in enumerate(names)}
    for place, (first, second) in enumerate(pairs):
        for n, sign in enumerate((0.5, 0.0, -0.5)):
            line = design[3 * place + n]
            line[place] = 1
            for name, share in ((first, sign), (second, -sign)):
                if name != names[0]:
                    line[at[name]] += share
            line[-2], line[-1] = sign, sign == 0
            results[3 * place + n] = counts[first, second][n]
    model = GLM(results, design, family=families.Poisson()).fit(maxiter=200, tol=1e-10)
    players = len(names)
    spread = np.zeros((players + 1, design.shape[1]))  # each from the field's mean; the last is the advantage
    for n, name in enumerate(names):
        for other in names[1:]:
            spread[n, at[other]] = (name == other) - 1 / players
    spread[players, -2] = 1
    values = spread @ model.params * 400 / math.log(10)
    errors = np.sqrt(np.diag(spread @ model.cov_params() @ spread.T)) * 400 / math.log(10) * 1.959964
    base = [*([1500.0] * players), 0.0]
    return {
        name: (start + value, start + value - error, start + value + error)
        for name, start, value, error in zip([*names, ADVANTAGE], base, values, errors, strict=True)
    }
