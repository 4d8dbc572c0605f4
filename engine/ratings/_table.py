"""Rows of pair counts as arrays, added up in an order of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from engine.errors import UserError
from engine.sentences import say

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
_COUNTS: Final = ("wins", "draws", "losses")


class Results(Protocol):
    """What is fitted: results of an ordered pair, wins and losses being the first seat's."""

    @property
    def first(self) -> str:
        """Who had the first seat."""

    @property
    def second(self) -> str:
        """Who had the second."""

    @property
    def wins(self) -> int:
        """Of the first seat."""

    @property
    def draws(self) -> int:
        """Of neither."""

    @property
    def losses(self) -> int:
        """Of the first seat."""


class Row(NamedTuple):
    """Results and nothing else."""

    first: str
    second: str
    wins: int
    draws: int
    losses: int


class Table:
    """A place each for every ordered pair that has played, sorted by the names of its players.

    :raises UserError: on a duel of somebody with themselves.
    """

    def __init__(self, rows: Iterable[Results]) -> None:
        rows = rows if isinstance(rows, Sequence) else list(rows)
        # Column after column: a zip of all rows makes an iterator of each, which the garbage collector goes through.
        firsts, seconds = [row.first for row in rows], [row.second for row in rows]
        everybody = sorted({*firsts, *seconds})
        number = {name: number for number, name in enumerate(everybody)}
        first = np.fromiter(map(number.__getitem__, firsts), np.intp, len(rows))
        second = np.fromiter(map(number.__getitem__, seconds), np.intp, len(rows))
        if (alone := np.flatnonzero(first == second)).size:
            raise UserError(say("{player} cannot be rated by duels with itself.", player=firsts[alone[0]]))
        pairs, row = np.unique(first * len(everybody) + second, return_inverse=True)
        columns = (np.fromiter(map(attrgetter(name), rows), np.float64, len(rows)) for name in _COUNTS)
        results = np.stack([summed(row, column, pairs.size) for column in columns])
        played = results.any(axis=0)  # a pair whose duels are all void is none
        self.wins, self.draws, self.losses = results[:, played]
        self.games = results[:, played].sum(axis=0)
        first, second = np.divmod(pairs[played], max(len(everybody), 1))
        there = np.zeros(len(everybody), np.bool_)
        there[first] = there[second] = True
        renumbered = np.cumsum(there) - 1
        self.first: Index = renumbered[first]
        self.second: Index = renumbered[second]
        self.names = [everybody[player] for player in np.flatnonzero(there)]
        self._cells = self.first * len(self.names) + self.second

    def grid(self, values: Array) -> Array:
        """What every pair gives, as a square: the first seat's players down, the second's across."""
        size = len(self.names)
        grid = np.zeros(size * size)
        grid[self._cells] = values
        return grid.reshape(size, size)

    def by_player(self, of_first: Array, of_second: Array) -> Array:
        """A sum for each player of what its duels in either seat give."""
        size = len(self.names)
        return summed(self.first, of_first, size) + summed(self.second, of_second, size)


def summed(where: Index, values: Array, size: int) -> Array:
    """The sum of the values that belong to each number below ``size``."""
    return np.bincount(where, values, size).astype(np.float64, copy=False)


def check_bounded(table: Table, *, draws: bool) -> None:
    """Without a prior, everybody must be reachable from everybody by wins and draws (Ford's condition).

    Where the share of ``draws`` is fitted too, not every game may be one.

    :raises UserError: with the names of those whose strength could grow without bound.
    """
    if draws and not (np.any(table.wins) or np.any(table.losses)):
        raise UserError(
            say("Without a prior there are no finite ratings where every game was drawn: rate them without draws.")
        )
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
