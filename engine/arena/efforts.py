"""What a ladder's duels took, added up for each player."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.ports import Effort, PairCount

_EFFORT: Final = tuple(field.name for field in fields(Effort))


def totals_of(rows: Sequence[PairCount], names: Sequence[str]) -> Mapping[str, tuple[int, int, int, Effort]]:
    """Wins, draws, losses and effort of each player, in whichever seat.

    Added up column by column, in whole numbers: a large ladder has a hundred thousand rows.
    """
    number = {name: number for number, name in enumerate(names)}
    wins, draws, losses = _columns(rows, "wins", "draws", "losses")
    totals = np.zeros((3 + len(_EFFORT), len(names)), np.int64)
    for seat, results in (("first", (wins, draws, losses)), ("second", (losses, draws, wins))):
        players = np.fromiter(map(number.__getitem__, map(attrgetter(seat), rows)), np.intp, len(rows))
        efforts = _columns([*map(attrgetter(f"{seat}_effort"), rows)], *_EFFORT)
        for total, column in zip(totals, (*results, *efforts), strict=True):
            np.add.at(total, players, column)
    return {
        name: (won, drawn, lost, Effort(*effort))
        for name, (won, drawn, lost, *effort) in zip(names, totals.T.tolist(), strict=True)
    }


def _columns(values: Sequence[object], *names: str) -> list[npt.NDArray[np.int64]]:
    """An array for each attribute."""
    return [np.fromiter(map(attrgetter(name), values), np.int64, len(values)) for name in names]
