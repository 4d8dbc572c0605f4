"""Ladders: which duels count together, and how good the players are whose duels they are.

A ladder is a community's, of one season, one game in one variant, and the move modes of its seats. Its table of pair
counts is the truth, and its ratings can be fitted again at any time. A fit is kept beside it for :data:`FRESH_MS`,
so that a big ladder is read and fitted once however many people look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from engine import games
from engine.arena.conduct import Conduct, conduct_of
from engine.arena.context import Context
from engine.arena.documents import readable
from engine.arena.standings import Ladder, Leaderboard, Standing, rated
from engine.duel import State
from engine.errors import Conflict
from engine.model import SEATS, Community, Document, Seat, Termination, Terms
from engine.ports import Effort, PairCount

KIND: Final = "ladder"
FRESH_MS: Final = 20_000
MOST_LADDERS: Final = 500
INSTALLATION: Final = Community("arena", "installation")
"""Whose ladders gather the duels of all communities between programs that everybody can have."""
FIRST_SEASON: Final = "1"


def of(terms: Terms) -> tuple[Ladder, ...]:
    """The ladders that a duel counts on; none for a casual one.

    Its community's, and the installation's when both players are programs that everybody can have.
    """
    if not terms.rated:
        return ()
    variant = games.game(terms.game).variant(terms.options)
    modes = "+".join(sorted(set(terms.modes.values()))) or "none"
    here = Ladder(terms.community, terms.season, terms.game, variant, modes)
    if any(player.is_human or player.is_own for player in terms.players.values()):
        return (here,)
    return here, replace(here, community=INSTALLATION, season=FIRST_SEASON)


def counted(state: State) -> tuple[PairCount, ...]:
    """What a duel that is over adds to its ladders; nothing when it is void or casual."""
    outcome = state.outcome
    if outcome is None or outcome.void:
        return ()
    first, second = (str(state.terms.players[seat]) for seat in SEATS)
    wins, draws, losses = (int(outcome.winner is winner) for winner in (Seat.FIRST, None, Seat.SECOND))
    efforts = [_effort(state, seat) for seat in SEATS]
    return tuple(PairCount(str(ladder), first, second, wins, draws, losses, *efforts) for ladder in of(state.terms))


def _effort(state: State, seat: Seat) -> Effort:
    tally, outcome = state.tally(seat), state.outcome
    gave_up = outcome is not None and outcome.termination == Termination.FORFEIT and outcome.winner is not seat
    return Effort(tally.plies, tally.failed_attempts, int(gave_up), tally.used_ms, tally.cost_nano_usd)


async def note(context: Context, ladder: Ladder) -> None:
    """Let the community's list hold that ladder, before the first duel counts on it. It never leaves it again."""
    if str(ladder) in context.noted:
        return
    if await context.store.document(ladder.community, KIND, ladder.key) is None:
        with suppress(Conflict):  # another duel of the ladder has ended at the same moment
            await context.store.put_document(_document(Leaderboard(ladder)))
    context.noted.add(str(ladder))


class Ladders:
    """Reads and rates a community's ladders."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def of(self, community: Community) -> list[Leaderboard]:
        """The community's ladders with their ratings as they were last looked at, most duels first."""
        found = readable(await self._context.store.documents(community, KIND, MOST_LADDERS), read_board)
        boards = [board if board.fitted_ms else await self.board(board.ladder) for board in found]
        return sorted(boards, key=lambda board: (-board.duels, board.ladder.key))

    async def board(self, ladder: Ladder) -> Leaderboard:
        """A ladder's ratings, at most :data:`FRESH_MS` old, without whom its moderators have hidden."""
        conduct = await conduct_of(self._context, ladder.community)
        document = await self._context.store.document(ladder.community, KIND, ladder.key)
        kept = next(iter(readable([document], read_board)), None) if document else None
        now = self._context.clock.now_ms()
        if kept and max(now - FRESH_MS, conduct.merged_ms) < kept.fitted_ms <= now:
            return kept.without(conduct.off_the_boards)
        fresh = await self._fitted(ladder, conduct)
        with suppress(Conflict):  # somebody else looked at the same moment, and kept theirs
            await self._context.store.put_document(_document(fresh, document.version if document else 0))
        return fresh.without(conduct.off_the_boards)

    async def _fitted(self, ladder: Ladder, conduct: Conduct) -> Leaderboard:
        rows = await self._context.store.pair_counts(str(ladder))
        return await asyncio.to_thread(rated, ladder, rows, self._context.clock.now_ms(), conduct.merged)

    async def changed(self, ladder: Ladder) -> None:
        """Have a ladder fitted anew when it is looked at next: a duel that counted counts otherwise."""
        if document := await self._context.store.document(ladder.community, KIND, ladder.key):
            with suppress(Conflict):  # it has just been fitted, or is said to be old by somebody else
                stale = {**document.body, "fitted_ms": 0}
                await self._context.store.put_document(replace(document, body=stale))

    async def foreseen(self, ladder: Ladder, changes: list[PairCount]) -> tuple[Leaderboard, Leaderboard]:
        """A ladder's ratings as its table has them, and as it would with these rows added."""
        conduct = await conduct_of(self._context, ladder.community)
        rows = await self._context.store.pair_counts(str(ladder))
        now = self._context.clock.now_ms()
        before = await asyncio.to_thread(rated, ladder, rows, now, conduct.merged)
        return before, await asyncio.to_thread(rated, ladder, added(rows, changes), now, conduct.merged)

    async def met(self, ladder: Ladder, first: str, second: str) -> tuple[PairCount, PairCount]:
        """Results of two players against one another, with the one and with the other in the first seat."""
        merged = (await conduct_of(self._context, ladder.community)).merged
        there, back = PairCount(str(ladder), first, second), PairCount(str(ladder), second, first)
        for row in await self._context.store.pair_counts(str(ladder)):
            pair = merged.get(row.first, row.first), merged.get(row.second, row.second)
            if pair == (first, second):
                there = _sum(there, row)
            elif pair == (second, first):
                back = _sum(back, row)
        return there, back


def added(rows: Iterable[PairCount], changes: Iterable[PairCount]) -> list[PairCount]:
    """A table with these rows added to it, one row a ladder and ordered pair."""
    table = {(row.ladder, row.first, row.second): row for row in rows}
    for change in changes:
        name = change.ladder, change.first, change.second
        table[name] = _sum(table.get(name, PairCount(*name)), change)
    return list(table.values())


def _sum(row: PairCount, more: PairCount) -> PairCount:
    return replace(
        row,
        wins=row.wins + more.wins,
        draws=row.draws + more.draws,
        losses=row.losses + more.losses,
        first_effort=row.first_effort.plus(more.first_effort),
        second_effort=row.second_effort.plus(more.second_effort),
    )


def _document(board: Leaderboard, version: int = 0) -> Document:
    return Document(board.ladder.community, KIND, board.ladder.key, written(board), version)


def written(board: Leaderboard) -> dict[str, Any]:
    """A ladder's ratings as JSON."""
    ladder = board.ladder
    return {
        "season": ladder.season,
        "game": ladder.game,
        "variant": ladder.variant,
        "modes": ladder.modes,
        "standings": [one.written() for one in board.standings],
        "advantage_elo": board.advantage_elo,
        "draw": board.draw,
        "fitted_ms": board.fitted_ms,
    }


def read_board(document: Document) -> Leaderboard:
    """What :func:`written` wrote, of the document's community."""
    body = document.body
    ladder = Ladder(document.community, body["season"], body["game"], body["variant"], body["modes"])
    standings = tuple(Standing.read(one) for one in body["standings"])
    return Leaderboard(ladder, standings, body["advantage_elo"], body["draw"], body["fitted_ms"])
