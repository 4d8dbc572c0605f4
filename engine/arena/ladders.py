"""Ladders: which duels count together, and how good the players are whose duels they are.

A ladder is a community's, of one season, one game in one variant, and the move modes of its seats. Its table of pair
counts is the truth, and its ratings can be fitted again at any time. A fit is kept beside it for :data:`FRESH_MS`,
so that a big ladder is read and fitted once however many people look.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from engine import games
from engine.arena.context import Context
from engine.arena.documents import readable
from engine.errors import Conflict
from engine.model import Community, Document, Terms
from engine.ports import PairCount
from engine.ratings import Fit, Row, fit

KIND: Final = "ladder"
FRESH_MS: Final = 20_000
MOST_LADDERS: Final = 500
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

    @property
    def duels(self) -> int:
        """How many."""
        return self.wins + self.draws + self.losses


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A ladder with its ratings, strongest first, as they were at ``fitted_ms``."""

    ladder: Ladder
    standings: tuple[Standing, ...] = ()
    advantage_elo: float = 0.0
    draw: float = 0.0
    fitted_ms: int = 0

    @property
    def duels(self) -> int:
        """How many rated duels it is made of."""
        return sum(one.duels for one in self.standings) // 2

    def of(self, player: str) -> Standing | None:
        """That player's line, if it has one."""
        return next((one for one in self.standings if one.player == player), None)

    def expected(self, first: Standing, second: Standing) -> float:
        """The score from 0 to 1 that the player in the first seat can expect of one duel."""
        return Fit((), self.advantage_elo, self.draw).expected(first.elo, second.elo)


def ladder_of(terms: Terms) -> Ladder | None:
    """The duel's ladder; ``None`` for a casual duel."""
    if not terms.rated:
        return None
    variant = games.game(terms.game).variant(terms.options)
    modes = "+".join(sorted(set(terms.modes.values()))) or "none"
    return Ladder(terms.community, terms.season, terms.game, variant, modes)


async def note(context: Context, ladder: Ladder) -> None:
    """Let the community's list hold that ladder, before the first duel counts on it."""
    if await context.store.document(ladder.community, KIND, ladder.key) is None:
        try:
            await context.store.put_document(_document(Leaderboard(ladder)))
        except Conflict:
            return  # another duel of the ladder has ended at the same moment


class Ladders:
    """Reads and rates a community's ladders."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def of(self, community: Community) -> list[Leaderboard]:
        """The community's ladders with their ratings as they were last looked at, most duels first."""
        found = readable(await self._context.store.documents(community, KIND, MOST_LADDERS), _read)
        boards = [board if board.fitted_ms else await self.board(board.ladder) for board in found]
        return sorted(boards, key=lambda board: (-board.duels, board.ladder.key))

    async def board(self, ladder: Ladder) -> Leaderboard:
        """A ladder's ratings, at most :data:`FRESH_MS` old."""
        document = await self._context.store.document(ladder.community, KIND, ladder.key)
        kept = next(iter(readable([document], _read)), None) if document else None
        now = self._context.clock.now_ms()
        if kept and now - FRESH_MS < kept.fitted_ms <= now:
            return kept
        rows = await self._context.store.pair_counts(str(ladder))
        fresh = await asyncio.to_thread(rated, ladder, rows, now)
        try:
            await self._context.store.put_document(_document(fresh, document.version if document else 0))
        except Conflict:
            return fresh  # somebody else looked at the same moment, and kept theirs
        return fresh

    async def met(self, ladder: Ladder, first: str, second: str) -> tuple[PairCount, PairCount]:
        """Results of two players against one another, with the one and with the other in the first seat."""
        rows = {(row.first, row.second): row for row in await self._context.store.pair_counts(str(ladder))}
        none = PairCount(str(ladder), first, second), PairCount(str(ladder), second, first)
        return rows.get((first, second), none[0]), rows.get((second, first), none[1])


def rated(ladder: Ladder, rows: Iterable[PairCount], now_ms: int) -> Leaderboard:
    """The ladder's ratings from its table. A player's duels with itself say nothing of anybody's strength."""
    counted = [row for row in rows if row.first != row.second]
    fitted = fit((Row(*_pair(row)) for row in counted), anchors(counted))
    results = _results(counted)
    standings = [
        Standing(rank, one.player, round(one.elo, 2), round(one.low, 2), round(one.high, 2), *results[one.player])
        for one, rank in zip(fitted.players, fitted.ranks(), strict=True)
    ]
    return Leaderboard(ladder, tuple(standings), round(fitted.advantage_elo, 2), round(fitted.draw, 4), now_ms)


def anchors(rows: Iterable[PairCount]) -> Mapping[str, float]:
    """Engines of the field that play at a stated Elo: ``engine/stockfish:elo=1500`` is rated 1500."""
    names = {name for row in rows for name in (row.first, row.second)}
    return {name: float(found[1]) for name in names if (found := _FIXED.fullmatch(name))}


def _pair(row: PairCount) -> tuple[str, str, int, int, int]:
    return row.first, row.second, row.wins, row.draws, row.losses


def _results(rows: Iterable[PairCount]) -> Mapping[str, tuple[int, int, int]]:
    """Wins, draws and losses of each player, in whichever seat."""
    results: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        for player, wins, losses in ((row.first, row.wins, row.losses), (row.second, row.losses, row.wins)):
            before = results.get(player, (0, 0, 0))
            results[player] = (before[0] + wins, before[1] + row.draws, before[2] + losses)
    return results


def _document(board: Leaderboard, version: int = 0) -> Document:
    ladder = board.ladder
    body: dict[str, Any] = {
        "season": ladder.season,
        "game": ladder.game,
        "variant": ladder.variant,
        "modes": ladder.modes,
        "standings": [list(asdict(one).values()) for one in board.standings],
        "advantage_elo": board.advantage_elo,
        "draw": board.draw,
        "fitted_ms": board.fitted_ms,
    }
    return Document(ladder.community, KIND, ladder.key, body, version)


def _read(document: Document) -> Leaderboard:
    body = document.body
    ladder = Ladder(document.community, body["season"], body["game"], body["variant"], body["modes"])
    standings = tuple(Standing(*one) for one in body["standings"])
    return Leaderboard(ladder, standings, body["advantage_elo"], body["draw"], body["fitted_ms"])
