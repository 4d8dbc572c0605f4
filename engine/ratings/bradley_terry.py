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

from engine.ratings._inverse import Inverse
from engine.ratings._table import Array, Index, Results, Table, check_bounded

MEAN_ELO: Final = 1500.0
ELO: Final = 400 / math.log(10)
"""Points of the Elo scale in one unit of θ."""
Z95: Final = 1.959963984540054

SPREAD_ELO: Final = 300.0
SPREAD_DEGREES: Final = 3.0
ADVANTAGE_ELO: Final = 200.0
DRAWS: Final = -1.0
DRAWS_SPREAD: Final = 2.0

_PRECISE: Final = 1e-9
"""The length of a step, in θ, after which a maximum is reached."""
_LEVEL: Final = 1e-7
"""What a log-likelihood may lose by rounding."""
_SHRINKING: Final = 0.2
"""A curvature is used again as long as every step is at most this much of the step before."""
_MOST_STEPS: Final = 100
_MOST_SPREADS: Final = 20
_SPREAD_PRECISE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Model:
    """What is fitted beside strengths, and whether the prior is used. ``PLAIN`` is maximum likelihood of strengths.

    Without the prior, draws have a likeliest share only where some duels were drawn and some were not.
    """

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


def fit(rows: Iterable[Results], anchors: Mapping[str, float] | None = None, model: Model | None = None) -> Fit:
    """Rate everybody in those rows; ``anchors`` are ratings that are known, of players whose strength is fixed.

    Rows of the same pair add up. Without an anchor in the field the mean is :data:`MEAN_ELO`.

    :raises UserError: without the prior, when results let somebody's strength or the share of draws grow without bound.
    """
    model = model or Model()
    table = Table(rows)
    if not table.names:
        return Fit((), 0.0, 0.0)
    if not model.prior:
        check_bounded(table, draws=model.draws)
    known = {number: anchors[name] for number, name in enumerate(table.names) if anchors and name in anchors}
    return _Problem(table, known, model).solved()


class _Odds(NamedTuple):
    """What a place of all unknowns makes of every pair.

    The favourite's win, the other's win and a draw are as 1 : ``square`` : ``draw``, of which ``total`` is the sum;
    ``lead`` is what can be expected of a half for a win of the first seat and minus a half for one of the second.
    """

    at: Array
    value: float
    lead: Array
    square: Array
    draw: Array
    total: Array


class _Problem:
    """The unknowns are strengths, then the advantage, then ln ν: those that the model has, none that is known."""

    def __init__(self, table: Table, known: Mapping[int, float], model: Model) -> None:
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
        at, inverse = self._maximum(self._start, None)
        for _ in range(_MOST_SPREADS if self._model.prior else 0):
            spread = self._spread_of(at, inverse)
            if abs(spread / self._spread - 1) < _SPREAD_PRECISE:
                break
            self._spread = spread
            at, inverse = self._maximum(at, inverse)
        return self._read(at, inverse)

    def _spread_of(self, at: Array, inverse: Inverse) -> float:
        """How far apart the field is, from where it is and how sure that is: a step of expectation-maximisation."""
        away = at[: self._size] - at[: self._size].mean()
        squares = float(away @ away) + self._around(inverse)
        base, degrees = (SPREAD_ELO / ELO) ** 2, self._size - 1
        return math.sqrt((SPREAD_DEGREES * base + squares) / (SPREAD_DEGREES + degrees))

    def _maximum(self, start: Array, inverse: Inverse | None) -> tuple[Array, Inverse]:
        """Newton's method, halving a step that would go down: the maximum, and the inverse of the curvature there.

        A curvature costs several times what a slope does and hardly changes near the maximum, so the last one (a near
        one's ``inverse``, to begin with) serves until steps do not shrink fast enough with it.
        """
        odds, longest = self._odds(start), math.inf
        for _ in range(_MOST_STEPS):
            slope = self._slope(odds)
            step = inverse.times(slope) if inverse else slope
            if not inverse or _length(step) > _SHRINKING * longest:
                inverse = Inverse(self._curvature(odds))
                step = inverse.times(slope)
            while (there := self._moved(odds, step)).value < odds.value - _LEVEL and _length(step) > _PRECISE:
                step /= 2
            odds, longest = there, _length(step)
            if longest < _PRECISE:
                break
        return odds.at, Inverse(self._curvature(odds))

    def _moved(self, odds: _Odds, step: Array) -> _Odds:
        moved = odds.at.copy()
        moved[self._free] += step
        return self._odds(moved)

    def _odds(self, at: Array) -> _Odds:
        """Of every pair, and the log-likelihood with the prior's logarithm, but for constants."""
        table = self._table
        half = (at[table.first] - at[table.second] + at[self._size]) / 2
        away = np.abs(half)
        low = np.exp(-away)  # the odds are those of the favourite's win: 1, of the other's, low², and of a draw
        draw = math.exp(at[self._size + 1]) * low
        square = low * low
        total = 1 + square + draw
        # Sums of products, and no ``@``: the library of linear algebra would share each one out among threads.
        value = float(((table.wins - table.losses) * half - table.games * (np.log(total) + away)).sum())
        if self._model.draws:
            value += float(table.draws.sum() * at[self._size + 1])
        if self._model.prior:
            value += self._log_prior(at)
        return _Odds(at, value, np.sign(half) * (1 - square) / total / 2, square, draw, total)

    def _log_prior(self, at: Array) -> float:
        away = at[: self._size] - at[: self._size].mean()
        squares = (away @ away) / self._spread**2 + (at[self._size] * ELO / ADVANTAGE_ELO) ** 2
        if self._model.draws:
            squares += ((at[self._size + 1] - DRAWS) / DRAWS_SPREAD) ** 2
        return -float(squares) / 2

    def _slope(self, odds: _Odds) -> Array:
        """Of the value in the unknowns."""
        table, size, at = self._table, self._size, odds.at
        gain = (table.wins - table.losses) / 2 - table.games * odds.lead
        slope = np.zeros(size + 2)
        slope[:size] = table.by_player(gain, -gain)
        slope[size] = gain.sum()
        slope[size + 1] = (table.draws - table.games * odds.draw / odds.total).sum()
        if self._model.prior:
            slope[:size] -= (at[:size] - at[:size].mean()) / self._spread**2
            slope[size] -= at[size] * (ELO / ADVANTAGE_ELO) ** 2
            if self._model.draws:
                slope[size + 1] -= (at[size + 1] - DRAWS) / DRAWS_SPREAD**2
        return slope[self._free]

    def _curvature(self, odds: _Odds) -> Array:
        """The negative one, in the unknowns."""
        table, size = self._table, self._size
        # Of what is ±½, or 0 in a draw: variance, covariance with a draw; each as products, lest chances near 1 cancel.
        weight = table.games / odds.total**2
        vary = weight * (odds.square + odds.draw * (1 + odds.square) / 4)
        cross = -table.games * odds.lead * odds.draw / odds.total

        curvature = np.zeros((size + 2, size + 2))
        met = table.grid(vary)
        as_first, as_second = met.sum(axis=1), met.sum(axis=0)
        curvature[:size, :size] = np.diag(as_first + as_second) - met - met.T
        curvature[:size, size] = curvature[size, :size] = as_first - as_second
        curvature[:size, size + 1] = curvature[size + 1, :size] = table.by_player(cross, -cross)
        curvature[size, size] = vary.sum()
        curvature[size, size + 1] = curvature[size + 1, size] = cross.sum()
        curvature[size + 1, size + 1] = (weight * odds.draw * (1 + odds.square)).sum()
        if self._model.prior:
            self._add_prior(curvature)
        if not self._anchored:
            curvature[:size, :size] += 1 / size  # the sum of strengths is free: held where it is, at 0
        return curvature[np.ix_(self._free, self._free)]

    def _add_prior(self, curvature: Array) -> None:
        size = self._size
        strengths = 1 / self._spread**2
        curvature[:size, :size] -= strengths / size
        curvature[range(size), range(size)] += strengths
        curvature[size, size] += (ELO / ADVANTAGE_ELO) ** 2
        if self._model.draws:
            curvature[size + 1, size + 1] += 1 / DRAWS_SPREAD**2

    def _variances(self, inverse: Inverse) -> Array:
        """Of the strengths, each around the field's mean or from the anchors; 0 of what is known."""
        variances = np.zeros(self._size + 2)
        variances[self._free] = inverse.diagonal()
        if not self._anchored:
            variances -= 1 / self._size  # what holding the sum has added
        return np.maximum(variances[: self._size], 0)

    def _around(self, inverse: Inverse) -> float:
        """The sum of the strengths' variances around the field's mean."""
        strengths = self._free < self._size
        together = inverse.root_times(strengths.astype(np.float64))
        return max(float(inverse.diagonal()[strengths].sum() - together @ together / self._size), 0.0)

    def _read(self, at: Array, inverse: Inverse) -> Fit:
        table, size = self._table, self._size
        errors = Z95 * ELO * np.sqrt(self._variances(inverse))
        elo = MEAN_ELO + ELO * at[:size]
        strength = np.exp(at[:size] - at[:size].mean())
        games = table.by_player(table.games, table.games)
        score = table.by_player(table.wins + table.draws / 2, table.losses + table.draws / 2)
        figures = [column.tolist() for column in (elo, elo - errors, elo + errors, strength, games.astype(int), score)]
        players = list(map(Rated, table.names, *figures))
        players.sort(key=lambda one: (-one.elo, one.player))
        draw = math.exp(at[size + 1]) if self._model.draws else 0.0
        return Fit(players, float(ELO * at[size]), draw)


def _length(step: Array) -> float:
    return float(np.abs(step).max(initial=0.0))
