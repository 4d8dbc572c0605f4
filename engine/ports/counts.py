"""A ladder's table: what is counted of each ordered pair of players."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Effort:
    """What one seat's duels took: whole numbers, so that a duel's can be taken away again to the last digit."""

    plies: int = 0
    failed_attempts: int = 0
    forfeits: int = 0
    used_ms: int = 0
    cost_nano_usd: int = 0

    def plus(self, other: Effort) -> Effort:
        """The sum of both."""
        return Effort(
            self.plies + other.plies,
            self.failed_attempts + other.failed_attempts,
            self.forfeits + other.forfeits,
            self.used_ms + other.used_ms,
            self.cost_nano_usd + other.cost_nano_usd,
        )

    @property
    def figures(self) -> tuple[int, ...]:
        """Its numbers, in the order of its fields."""
        return (self.plies, self.failed_attempts, self.forfeits, self.used_ms, self.cost_nano_usd)


NO_EFFORT: Final = Effort()


@dataclass(frozen=True, slots=True)
class PairCount:
    """One row of a ladder's table: results of one ordered pair, wins and losses being the first seat's.

    A row that is added to a table may have negative figures: a duel that a moderator takes away.
    """

    ladder: str
    first: str
    second: str
    wins: int = 0
    draws: int = 0
    losses: int = 0
    first_effort: Effort = NO_EFFORT
    second_effort: Effort = NO_EFFORT

    @property
    def duels(self) -> int:
        """How many."""
        return self.wins + self.draws + self.losses

    @property
    def figures(self) -> tuple[int, ...]:
        """Its numbers, in the order of :data:`FIGURES`."""
        return (self.wins, self.draws, self.losses, *self.first_effort.figures, *self.second_effort.figures)

    @classmethod
    def of(cls, ladder: str, first: str, second: str, figures: Mapping[str, int]) -> Self:
        """A row from its numbers by the names of :data:`FIGURES`; one that is not given is 0."""
        wins, draws, losses, *efforts = (figures.get(name, 0) for name in FIGURES)
        half = len(efforts) // 2
        return cls(ladder, first, second, wins, draws, losses, Effort(*efforts[:half]), Effort(*efforts[half:]))

    @property
    def taken_away(self) -> PairCount:
        """What undoes the adding of this row."""
        negative = {name: -figure for name, figure in zip(FIGURES, self.figures, strict=True)}
        return PairCount.of(self.ladder, self.first, self.second, negative)


_RESULTS: Final = ("wins", "draws", "losses")
FIGURES: Final = (*_RESULTS, *(f"{seat}_{field.name}" for seat in ("first", "second") for field in fields(Effort)))
"""What the numbers of a row are called wherever it is written."""
