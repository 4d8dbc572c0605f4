"""How ratings came about: a ladder fitted as it stood at several times, from its duels as they count now.

Nothing of it is kept. A duel that is void or corrected today counts so in the whole history, as it does on the ladder.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.arena import ladders
from engine.arena.conduct import conduct_of
from engine.arena.context import Context
from engine.arena.paging import every
from engine.arena.standings import Ladder, Leaderboard, rated
from engine.model import SEATS, Head, Seat, Status
from engine.ports import PairCount

MOST_DUELS: Final = 5_000
"""Of a community, the newest; older ones are not looked at."""
MOST_TIMES: Final = 20


@dataclass(frozen=True, slots=True)
class History:
    """A ladder at several times, the oldest first; ``fitted_ms`` of each is when its last duel ended.

    ``duels`` is how many count in it; it is not ``whole`` when older ones were not looked at.
    """

    boards: tuple[Leaderboard, ...]
    duels: int
    whole: bool


async def history(context: Context, ladder: Ladder) -> History:
    """The ladder's history, without whom its moderators have hidden; a thread does the fitting.

    The installation's ladder has none: its duels are other communities'.
    """
    conduct = await conduct_of(context, ladder.community)
    heads, looked_at = list[Head](), 0

    async def page(before_ms: int, limit: int) -> list[Head]:
        return await context.store.duels(ladder.community, Status.OVER, before_ms, limit)

    async for head in every(page):
        looked_at += 1
        if looked_at > MOST_DUELS:
            break
        if counts_on(head, ladder):
            heads.append(head)
    boards = await asyncio.to_thread(fitted, ladder, heads, conduct.merged)
    shown = tuple(board.without(conduct.hidden) for board in boards)
    return History(shown, len(heads), looked_at <= MOST_DUELS)


def counts_on(head: Head, ladder: Ladder) -> bool:
    """Whether a duel counts on that ladder, as it stands now."""
    terms, outcome = head.terms, head.outcome
    if outcome is None or outcome.void or (terms.season, terms.game) != (ladder.season, ladder.game):
        return False
    return ladder in ladders.of(terms)


def fitted(ladder: Ladder, heads: Sequence[Head], merged: Mapping[str, str]) -> list[Leaderboard]:
    """The ladder after equal shares of these duels, in the order in which they ended."""
    ordered = sorted(heads, key=lambda head: (_ended_ms(head), head.duel_id))
    times = min(len(ordered), MOST_TIMES)
    ends = [-(-len(ordered) * number // times) for number in range(1, times + 1)]
    boards: list[Leaderboard] = []
    rows: list[PairCount] = []
    for begin, end in zip([0, *ends], ends, strict=False):
        rows = ladders.added(rows, (_row(head, ladder) for head in ordered[begin:end]))
        boards.append(rated(ladder, rows, _ended_ms(ordered[end - 1]), merged))
    return boards


def _row(head: Head, ladder: Ladder) -> PairCount:
    winner = head.outcome.winner if head.outcome else None
    first, second = (str(head.terms.players[seat]) for seat in SEATS)
    return PairCount(
        str(ladder), first, second, int(winner is Seat.FIRST), int(winner is None), int(winner is Seat.SECOND)
    )


def _ended_ms(head: Head) -> int:
    return head.created_ms if head.ended_ms is None else head.ended_ms
