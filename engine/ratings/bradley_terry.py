"""Bradley-Terry ratings with draws and a first-seat advantage, fitted to a table of pair counts.

With :math:`s = θ_{first} - θ_{second} + γ` a duel ends as a win of the first seat, a win of the second, or a draw with
odds :math:`e^{s/2} : e^{-s/2} : ν`. That is Davidson's model of ties with a multiplicative order effect: as in plain
Bradley-Terry, a fit gives everybody the score that they have, a draw being half a win. The log-likelihood is concave,
so Newton's method finds its one maximum, and nothing depends on the order of the rows.

The prior, one for all: strengths are normal around the field's mean with a spread that is found with them, starting
from :data:`SPREAD_DEGREES` observations of :data:`SPREAD_ELO`; the advantage is normal around 0 with
:data:`ADVANTAGE_ELO`, :math:`\\ln ν` around :data:`DRAWS` with :data:`DRAWS_SPREAD`. It says little beside a few dozen
duels, and gives whoever won or lost everything a finite rating. A fixed spread would be wrong for most fields: one too
wide leaves intervals too narrow where who wins plays on, one too narrow draws the best and the worst together.
Intervals are Wald's at 95 %, from the curvature at the maximum: they say how far a player is from the anchors, or from
the field's mean where there are none.

Sources: R. A. Bradley, M. E. Terry, Biometrika 39 (1952) 324; R. R. Davidson, J. Amer. Statist. Assoc. 65 (1970) 317;
R. R. Davidson, R. J. Beaver, Biometrics 33 (1977) 693; L. R. Ford, Amer. Math. Monthly 64 (1957) 28 (existence).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from engine.errors import UserError
from engine.sentences import say

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]

MEAN_ELO: Final = 1500.0
ELO: Final = 400 / math.log(10)
"""Points of the Elo scale in one unit of θ."""
Z95: Final = 1.959963984540054

SPREAD_ELO: Final = 300.0
SPREAD_DEGREES: Final = 3.0
ADVANTAGE_ELO: Final = 200.0
DRAWS: Final = -1.0
DRAWS_SPREAD: Final = 2.0

_PRECISE: Final = 1e-7
_MOST_STEPS: Final = 100
_MOST_SPREADS: Final = 20
_SPREAD_PRECISE: Final = 0.02


class Row(NamedTuple):
    """Results of one ordered pair; wins and losses are the first seat's."""

    first: str
    second: str
    wins: int
    draws: int
    losses: int


@dataclass(frozen=True, slots=True)
class Model:
    """What is fitted beside strengths, and whether the prior is used. ``PLAIN`` is maximum likelihood of strengths."""

    draws: bool = True
    advantage: bool = True
    prior: bool = True


PLAIN: Final = Model(draws=False, advantage=False, prior=False)


@dataclass(frozen=True, slots=True)
class Rated:
    """One player. ``strength`` is Bradley-Terry's, with a geometric mean of 1 over the field."""

    player: str
    elo: float
    low: float
    high: float
    strength: float
    games: int
    score: float


@dataclass(frozen=True, slots=True)
class Fit:
    """Strongest first. ``advantage_elo`` belongs to the first seat; ``draw`` is ν, 0 where draws are not fitted."""

    players: Sequence[Rated]
    advantage_elo: float
    draw: float

    def expected(self, first_elo: float, second_elo: float) -> float:
        """The score from 0 to 1 that the first seat can expect in one duel."""
        half = (first_elo - second_elo + self.advantage_elo) / ELO / 2
        win, loss = math.exp(half), math.exp(-half)
        return (win + self.draw / 2) / (win + loss + self.draw)

    def ranks(self) -> Sequence[int]:
        """A rank for each of ``players``: one more than there are players whose whole interval lies above theirs."""
        lows = sorted(one.low for one in self.players)
        return [1 + len(lows) - bisect_right(lows, one.high) for one in self.players]


def fit(rows: Iterable[Row], anchors: Mapping[str, float] | None = None, model: Model | None = None) -> Fit:
    """Rate everybody in those rows; ``anchors`` are ratings that are known, of players whose strength is fixed.

    Rows of the same pair add up. Without an anchor in the field the mean is :data:`MEAN_ELO`.

    :raises UserError: without the prior, when results let somebody's strength grow without bound.
    """
    model = model or Model()
    table = _Table(rows)
    if not table.names:
        return Fit((), 0.0, 0.0)
    if not model.prior:
        _check_bounded(table)
    known = {number: anchors[name] for number, name in enumerate(table.names) if anchors and name in anchors}
    return _Problem(table, known, model).solved()


class _Table:
    """The rows as arrays, in an order of their own: pairs by the names of their players."""

    def __init__(self, rows: Iterable[Row]) -> None:
        firsts, seconds, *counts = tuple(zip(*rows, strict=True)) or ((),) * 5
        everybody = sorted({*firsts, *seconds})
        number = {name: number for number, name in enumerate(everybody)}
        first = np.fromiter(map(number.__getitem__, firsts), np.intp, len(firsts))
        second = np.fromiter(map(number.__getitem__, seconds), np.intp, len(seconds))
        if (alone := np.flatnonzero(first == second)).size:
            raise UserError(say("{player} cannot be rated by duels with itself.", player=firsts[alone[0]]))
        pairs, row = np.unique(first * len(everybody) + second, return_inverse=True)
        results = np.stack([_summed(row, column, pairs.size) for column in counts])
        played = results.any(axis=0)  # a pair whose duels are all void is none
        self.wins, self.draws, self.losses = results[:, played]
        self.games = results[:, played].sum(axis=0)
        seats = np.stack(np.divmod(pairs[played], max(len(everybody), 1)))
        players, indices = np.unique(seats, return_inverse=True)
        self.first, self.second = indices.reshape(2, -1)
        self.names = [everybody[player] for player in players]

    def by_player(self, of_first: Array, of_second: Array) -> Array:
        """A sum for each player of what its duels in either seat give."""
        size = len(self.names)
        return _summed(self.first, of_first, size) + _summed(self.second, of_second, size)


class _Problem:
    """The unknowns are strengths, then the advantage, then ln ν: those that the model has, none that is known."""

    def __init__(self, table: _Table, known: Mapping[int, float], model: Model) -> None:
        self._table, self._model, self._anchored = table, model, bool(known)
        self._size = size = len(table.names)
        self._free: Index = np.array(
            [n for n in range(size) if n not in known] + [size] * model.advantage + [size + 1] * model.draws,
            dtype=np.intp,
        )
        self._start = np.zeros(size + 2)
        self._start[list(known)] = [(elo - MEAN_ELO) / ELO for elo in known.values()]
        if known:
            self._start[[n for n in range(size) if n not in known]] = np.mean(self._start[list(known)])
        self._start[size + 1] = DRAWS if model.draws else -math.inf
        self._spread = SPREAD_ELO / ELO

    def solved(self) -> Fit:
        """The maximum, and with the prior the field's spread that goes with it."""
        at = self._maximum(self._start)
        variances, around = self._variances(at)
        for _ in range(_MOST_SPREADS if self._model.prior else 0):
            spread = self._spread_of(at, around)
            if abs(spread / self._spread - 1) < _SPREAD_PRECISE:
                break
            self._spread = spread
            at = self._maximum(at)
            variances, around = self._variances(at)
        return self._read(at, variances)

    def _spread_of(self, at: Array, around: float) -> float:
        """How far apart the field is, from where it is and how sure that is: a step of expectation-maximisation."""
        away = at[: self._size] - at[: self._size].mean()
        squares = float(away @ away) + around
        base, degrees = (SPREAD_ELO / ELO) ** 2, self._size - 1
        return math.sqrt((SPREAD_DEGREES * base + squares) / (SPREAD_DEGREES + degrees))

    def _maximum(self, at: Array) -> Array:
        """Newton's method, halving a step that would go down."""
        value = self._value(at)
        for _ in range(_MOST_STEPS):
            slope, curvature = self._derivatives(at)
            step = np.linalg.solve(curvature, slope).astype(np.float64, copy=False)
            while (higher := self._value(self._moved(at, step))) < value - _PRECISE and np.max(np.abs(step)) > _PRECISE:
                step /= 2
            at, value = self._moved(at, step), higher
            if np.max(np.abs(step), initial=0.0) < _PRECISE:
                break
        return at

    def _moved(self, at: Array, step: Array) -> Array:
        moved = at.copy()
        moved[self._free] += step
        return moved

    def _odds(self, at: Array) -> tuple[Array, Array, Array, Array]:
        """Of each pair: chances of a win, a loss and a draw, and the logarithm of the sum of their odds."""
        half = (at[self._table.first] - at[self._table.second] + at[self._size]) / 2
        top = np.maximum(np.abs(half), at[self._size + 1])
        win, loss, draw = np.exp(half - top), np.exp(-half - top), np.exp(at[self._size + 1] - top)
        total = win + loss + draw
        return win / total, loss / total, draw / total, np.log(total) + top

    def _value(self, at: Array) -> float:
        """The log-likelihood and the prior's logarithm, but for constants."""
        table = self._table
        _, _, _, log_total = self._odds(at)
        half = (at[table.first] - at[table.second] + at[self._size]) / 2
        value = (table.wins - table.losses) @ half - table.games @ log_total
        if self._model.draws:
            value += table.draws.sum() * at[self._size + 1]
        if self._model.prior:
            away = at[: self._size] - at[: self._size].mean()
            value -= (away @ away) / 2 / self._spread**2 + at[self._size] ** 2 / 2 * (ELO / ADVANTAGE_ELO) ** 2
            if self._model.draws:
                value -= ((at[self._size + 1] - DRAWS) / DRAWS_SPREAD) ** 2 / 2
        return float(value)

    def _derivatives(self, at: Array) -> tuple[Array, Array]:
        """Slope and negative curvature in the unknowns."""
        table, size = self._table, self._size
        win, loss, draw, _ = self._odds(at)
        lead = (
            win - loss
        ) / 2  # the expectation of ±½, whose variance is ``vary`` and covariance with a draw ``cross``
        vary = table.games * ((win + loss) / 4 - lead**2)
        cross = -table.games * lead * draw
        gain = (table.wins - table.losses) / 2 - table.games * lead

        slope = np.zeros(size + 2)
        slope[:size] = table.by_player(gain, -gain)
        slope[size] = gain.sum()
        slope[size + 1] = (table.draws - table.games * draw).sum()

        curvature = np.zeros((size + 2, size + 2))
        met = _summed(table.first * size + table.second, vary, size * size).reshape(size, size)
        curvature[:size, :size] = np.diag(table.by_player(vary, vary)) - met - met.T
        curvature[:size, size] = curvature[size, :size] = table.by_player(vary, -vary)
        curvature[:size, size + 1] = curvature[size + 1, :size] = table.by_player(cross, -cross)
        curvature[size, size] = vary.sum()
        curvature[size, size + 1] = curvature[size + 1, size] = cross.sum()
        curvature[size + 1, size + 1] = (table.games * draw * (1 - draw)).sum()
        if self._model.prior:
            self._add_prior(at, slope, curvature)
        if not self._anchored:
            curvature[:size, :size] += 1 / size  # the sum of strengths is free: held where it is, at 0
        return slope[self._free], curvature[np.ix_(self._free, self._free)]

    def _add_prior(self, at: Array, slope: Array, curvature: Array) -> None:
        size = self._size
        strengths, advantage = 1 / self._spread**2, (ELO / ADVANTAGE_ELO) ** 2
        slope[:size] -= strengths * (at[:size] - at[:size].mean())
        curvature[:size, :size] += strengths * (np.eye(size) - 1 / size)
        slope[size] -= advantage * at[size]
        curvature[size, size] += advantage
        if self._model.draws:
            slope[size + 1] -= (at[size + 1] - DRAWS) / DRAWS_SPREAD**2
            curvature[size + 1, size + 1] += 1 / DRAWS_SPREAD**2

    def _variances(self, at: Array) -> tuple[Array, float]:
        """Of all unknowns, 0 of what is known; and the sum of the strengths' variances around the field's mean."""
        _, curvature = self._derivatives(at)
        covariance = np.linalg.inv(curvature)
        variance = np.zeros(self._size + 2)
        variance[self._free] = np.diag(covariance)
        players = int((self._free < self._size).sum())
        together = float(covariance[:players, :players].sum()) / self._size
        around = float(variance[: self._size].sum()) - together
        if not self._anchored:
            variance[: self._size] -= 1 / self._size  # what holding the sum has added
        return np.maximum(variance, 0), max(around, 0.0)

    def _read(self, at: Array, variances: Array) -> Fit:
        table, size = self._table, self._size
        errors = Z95 * ELO * np.sqrt(variances[:size])
        elo = MEAN_ELO + ELO * at[:size]
        strength = np.exp(at[:size] - at[:size].mean())
        games = table.by_player(table.games, table.games)
        score = table.by_player(table.wins + table.draws / 2, table.losses + table.draws / 2)
        players = [
            Rated(name, float(e), float(e - error), float(e + error), float(s), int(g), float(points))
            for name, e, error, s, g, points in zip(table.names, elo, errors, strength, games, score, strict=True)
        ]
        players.sort(key=lambda one: (-one.elo, one.player))
        draw = math.exp(at[size + 1]) if self._model.draws else 0.0
        return Fit(players, float(ELO * at[size]), draw)


def _summed(where: Index, values: npt.ArrayLike, size: int) -> Array:
    """The sum of the values that belong to each number below ``size``."""
    return np.bincount(where, np.asarray(values, np.float64), size).astype(np.float64, copy=False)


def _check_bounded(table: _Table) -> None:
    """Without a prior, everybody must be reachable from everybody by wins and draws (Ford's condition)."""
    better: list[set[int]] = [set() for _ in table.names]
    worse: list[set[int]] = [set() for _ in table.names]
    for first, second, wins, draws, losses in zip(
        table.first.tolist(), table.second.tolist(), table.wins, table.draws, table.losses, strict=True
    ):
        for winner, loser, took in ((first, second, wins + draws), (second, first, losses + draws)):
            if took:
                better[loser].add(winner)
                worse[winner].add(loser)
    for steps in (better, worse):
        if len(reached := _reached(steps)) < len(table.names):
            unbounded = sorted(table.names[n] for n in range(len(table.names)) if (n in reached) == (steps is better))
            raise UserError(
                say(
                    "Without a prior there are no finite ratings: nobody else has taken a point from {players}. "
                    "Rate them with draws and advantage, or add duels.",
                    players=", ".join(unbounded),
                )
            )


def _reached(steps: Sequence[set[int]]) -> set[int]:
    reached, ahead = {0}, [0]
    while ahead:
        for one in steps[ahead.pop()] - reached:
            reached.add(one)
            ahead.append(one)
    return reached
