"""Who stands where on a ladder: its ratings, and beside skill what each player's duels took."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any, Final

from engine.model import NANO, Community
from engine.ports import NO_EFFORT, Effort, PairCount

_FIXED: Final = re.compile(r"engine/[^:]+:(?:.*,)?elo=(\d+)(?:,.*)?")
_BETWEEN: Final = "|"


@dataclass(frozen=True, slots=True)
class Ladder:
    """One rating pool. ``modes`` are the move modes of the models in it, in order, joined by ``+``; or ``none``."""

    community: Community
    season: str
    game: str
    variant: str
    modes: str

    @property
    def key(self) -> str:
        """What names it within its community."""
        return _BETWEEN.join([self.season, f"{self.game}/{self.variant}", self.modes])

    def __str__(self) -> str:
        """What names it in the installation, as the store's pair counts do."""
        return f"{self.community}{_BETWEEN}{self.key}"


@dataclass(frozen=True, slots=True)
class Standing:
    """One player's line. ``elo`` lies within ``low`` and ``high`` with 95 %; those of one rank cannot be told apart."""

    rank: int
    player: str
    elo: float
    low: float
    high: float
    wins: int
    draws: int
    losses: int
    effort: Effort = NO_EFFORT

    @property
    def duels(self) -> int:
        """How many."""
        return self.wins + self.draws + self.losses

    @property
    def failed_per_100(self) -> float:
        """Attempts that were no move, for each hundred plies."""
        return 100 * self.effort.failed_attempts / max(1, self.effort.plies)

    @property
    def forfeits(self) -> int:
        """How often the player gave no move."""
        return self.effort.forfeits

    @property
    def seconds_a_duel(self) -> float:
        """How long the player thought."""
        return self.effort.used_ms / 1000 / max(1, self.duels)

    @property
    def usd_a_duel(self) -> float:
        """What the player's answers cost."""
        return self.effort.cost_nano_usd / NANO / max(1, self.duels)

    @classmethod
    def read(cls, value: Sequence[Any]) -> Standing:
        """What :meth:`written` wrote, or an arena that knew no effort."""
        effort = value[_WITHOUT_EFFORT] if len(value) > _WITHOUT_EFFORT else ()
        rank, player, elo, low, high, wins, draws, losses = value[:_WITHOUT_EFFORT]
        return cls(rank, player, elo, low, high, wins, draws, losses, Effort(*effort))

    def written(self) -> list[Any]:
        """As JSON."""
        *line, effort = astuple(self)
        return [*line, list(effort)]


_WITHOUT_EFFORT: Final = 8


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A ladder with its ratings, strongest first, as they were at ``fitted_ms``."""

    ladder: Ladder
    standings: tuple[Standing, ...] = ()
    advantage_elo: float = 0.0
    draw: float = 0.0
    fitted_ms: int = 0
    hidden: int = 0

    @property
    def duels(self) -> int:
        """How many rated duels it is made of, those of hidden players included."""
        return (sum(one.duels for one in self.standings) + self.hidden) // 2

    def of(self, player: str) -> Standing | None:
        """That player's line, if it has one."""
        return next((one for one in self.standings if one.player == player), None)

    def expected(self, first: Standing, second: Standing) -> float:
        """The score from 0 to 1 that the player in the first seat can expect of one duel."""
        from engine.ratings import Fit

        return Fit((), self.advantage_elo, self.draw).expected(first.elo, second.elo)

    def without(self, hidden: Collection[str]) -> Leaderboard:
        """Without these players' lines; the others' ranks stay, and so does the number of duels."""
        shown = tuple(one for one in self.standings if one.player not in hidden)
        gone = sum(one.duels for one in self.standings if one.player in hidden)
        return replace(self, standings=shown, hidden=self.hidden + gone)


def rated(
    ladder: Ladder, rows: Iterable[PairCount], now_ms: int, merged: Mapping[str, str] | None = None
) -> Leaderboard:
    """The ladder's ratings from its table.

    ``merged`` names for ids the one that they count as. A player's duels with itself say nothing of anybody's strength,
    and a row whose duels are all void is none.
    """
    # They bring numpy, which a process that shows no ladder need not pay for.
    from engine.arena.efforts import totals_of
    from engine.ratings import fit

    counted = _counted(rows, merged or {})
    names = sorted({row.first for row in counted} | {row.second for row in counted})
    fitted, totals = fit(counted, anchors(names)), totals_of(counted, names)
    standings = [
        Standing(rank, one.player, round(one.elo, 2), round(one.low, 2), round(one.high, 2), *totals[one.player])
        for one, rank in zip(fitted.players, fitted.ranks(), strict=True)
    ]
    return Leaderboard(ladder, tuple(standings), round(fitted.advantage_elo, 2), round(fitted.draw, 4), now_ms)


def anchors(names: Iterable[str]) -> Mapping[str, float]:
    """Engines of the field that play at a stated Elo: ``engine/stockfish:elo=1500`` is rated 1500."""
    return {name: float(found[1]) for name in names if (found := _FIXED.fullmatch(name))}


def _counted(rows: Iterable[PairCount], merged: Mapping[str, str]) -> list[PairCount]:
    if merged:
        rows = [
            replace(row, first=merged.get(row.first, row.first), second=merged.get(row.second, row.second))
            for row in rows
        ]
    return [row for row in rows if row.wins + row.draws + row.losses and row.first != row.second]
