"""Zero-sum matrix games: how to choose when the other side chooses at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Matrix = Sequence[Sequence[float]]

_MOST_ROUNDS: Final = 1_000
_ROUNDS_BETWEEN_LOOKS: Final = 20
# Good enough: what the best reply to the strategies could still gain, in units of the payoffs.
_GAP: Final = 1e-3
# Regrets below this are rounding, which must not tilt a strategy that is exactly even.
_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Solution:
    """A strategy for the side that chooses the row, as probabilities, and what it earns against best play."""

    strategy: tuple[float, ...]
    value: float


def solve(payoffs: Matrix) -> Solution:
    """An equilibrium strategy of the row player, who earns ``payoffs[row][column]``; deterministic.

    With a saddle point it is exact: all rows that guarantee the value share the probability. Without one it is the
    average of regret matching (Hart and Mas-Colell, Econometrica 68, 2000), stopped when no reply gains more than a
    thousandth of the payoffs' unit, which matrices as small as these reach long before the limit of rounds.
    """
    guarantees = [min(row) for row in payoffs]
    value = max(guarantees)
    if min(map(max, zip(*payoffs, strict=True))) - value <= _TINY:
        best = [guarantee >= value - _TINY for guarantee in guarantees]
        return Solution(tuple(chosen / sum(best) for chosen in best), value)
    return _matched(payoffs)


def _matched(payoffs: Matrix) -> Solution:
    """Both sides shift towards what they regret not having played; regrets are kept at zero or above (RM+)."""
    columns = tuple(zip(*payoffs, strict=True))
    row_regrets, column_regrets = [0.0] * len(payoffs), [0.0] * len(columns)
    row_total, column_total = [0.0] * len(payoffs), [0.0] * len(columns)
    for weight in range(_MOST_ROUNDS):
        if weight % _ROUNDS_BETWEEN_LOOKS == 0 and _gap(payoffs, columns, row_total, column_total) <= _GAP:
            break
        row, column = _shares(row_regrets), _shares(column_regrets)
        _regret(row_regrets, row, [_dot(line, column) for line in payoffs])
        moved = _shares(row_regrets)
        _regret(column_regrets, column, [-_dot(line, moved) for line in columns])
        _add(row_total, moved, weight + 1)
        _add(column_total, column, weight + 1)
    strategy, against = _shares(row_total), _shares(column_total)
    return Solution(tuple(strategy), _dot(strategy, [_dot(line, against) for line in payoffs]))


def _gap(payoffs: Matrix, columns: Matrix, row_total: Sequence[float], column_total: Sequence[float]) -> float:
    """What both sides together would gain by the best reply to the other's average; 0 in equilibrium."""
    row, column = _shares(row_total), _shares(column_total)
    return max(_dot(line, column) for line in payoffs) - min(_dot(line, row) for line in columns)


def _regret(regrets: list[float], played: Sequence[float], earned: Sequence[float]) -> None:
    expected = _dot(played, earned)
    for index, gain in enumerate(earned):
        regrets[index] = max(0.0, regrets[index] + gain - expected)


def _add(total: list[float], strategy: Sequence[float], weight: int) -> None:
    """Later rounds weigh more: the first ones are far from equilibrium."""
    for index, share in enumerate(strategy):
        total[index] += weight * share


def _shares(weights: Sequence[float]) -> list[float]:
    whole = sum(weights)
    return [weight / whole for weight in weights] if whole > _TINY else [1 / len(weights)] * len(weights)


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
