"""How ratings came about: a ladder fitted as it stood at several times, from its duels as they count now.

Nothing of it is kept. A duel that is void or corrected today counts so in the whole history, as it does on the ladder.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import heapify, heappop, heapreplace
from typing import Final

from engine.arena import ladders
from engine.arena.conduct import conduct_of
from engine.arena.context import Context
from engine.arena.decisions import ruled
from engine.arena.ladders import INSTALLATION
from engine.arena.paging import every
from engine.arena.standings import Ladder, Leaderboard, rated
from engine.model import SEATS, Head, Player, Seat, Status
from engine.ports import PairCount

MOST_DUELS: Final = 5_000
"""Of a community, or of a ladder's players; older ones are not looked at."""
PAGE: Final = 25
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
    """The ladder's history, without whom its moderators have hidden; a thread does the fitting."""
    conduct = await conduct_of(context, ladder.community)
    heads, looked_at = list[Head](), 0
    async for head in _of_all_servers(context, ladder) if ladder.community == INSTALLATION else _here(context, ladder):
        looked_at += 1
        if looked_at > MOST_DUELS:
            break
        if counts_on(head, ladder):
            heads.append(head)
    boards = await asyncio.to_thread(fitted, ladder, heads, conduct.merged)
    shown = tuple(board.without(conduct.off_the_boards) for board in boards)
    return History(shown, len(heads), looked_at <= MOST_DUELS)


def _here(context: Context, ladder: Ladder) -> AsyncIterator[Head]:
    """A community's duels that are over, the newest first."""

    async def page(before_ms: int, limit: int) -> list[Head]:
        return await context.store.duels(ladder.community, Status.OVER, before_ms, limit)

    return every(page)


async def _of_all_servers(context: Context, ladder: Ladder) -> AsyncIterator[Head]:
    """The duels of a ladder's players wherever they played, the newest first: no list holds all servers' duels."""
    rows = await context.store.pair_counts(str(ladder))
    names = sorted({name for row in rows if row.duels for name in (row.first, row.second)})
    lists = [every(partial(context.store.history, Player.named(name)), PAGE) for name in names]
    ahead = [
        (-head.created_ms, head.duel_id, n, head) for n, one in enumerate(lists) if (head := await anext(one, None))
    ]
    heapify(ahead)
    known = set[str]()  # a duel stands in both of its players' lists
    while ahead:
        *_, duel_id, n, head = ahead[0]
        if duel_id not in known:
            yield head
        known.add(duel_id)
        if following := await anext(lists[n], None):
            heapreplace(ahead, (-following.created_ms, following.duel_id, n, following))
        else:
            heappop(ahead)


def counts_on(head: Head, ladder: Ladder) -> bool:
    """Whether a duel counts on that ladder, as it stands now."""
    terms, outcome = head.terms, head.outcome
    if outcome is None or outcome.void or terms.game != ladder.game:
        return False
    if ladder.community == INSTALLATION and ruled(outcome):
        return False  # a server's moderators can take a duel of theirs away there, and give nobody points
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
