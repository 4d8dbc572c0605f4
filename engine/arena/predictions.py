"""Predictions: what members have staked on who wins a rated duel is paid once it is over.

What a pool pays follows from its stakes and the duel's log alone, and an account takes it over with the number of the
log's entry: paying again changes nothing, and a ruling pays anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from engine.arena.conduct import Conduct, conduct_of
from engine.arena.context import Context
from engine.arena.points import LOOK_AGAIN_MS, POOL, Points
from engine.arena.pools import LAST_PLY, START, Account, Member, Pool, Refund
from engine.arena.safely import safely
from engine.duel import State
from engine.errors import Conflict
from engine.model import DRAW, Community, Document, Player, Status, Terms

SELDOM_MS: Final = 600_000
"""How often a pool is looked at whose duel goes on for more than an hour."""
_HOUR_MS: Final = 3_600_000
_EVER_MS: Final = 1 << 60
_MANY: Final = 10_000


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of a season's table; whoever has the same points has the same rank."""

    rank: int
    person: str
    points: int
    right: int
    decided: int


class Predictions:
    """The use cases."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._points = Points(context)

    async def member(self, community: Community, season: str, person: str) -> Member:
        """A member's points under all of their ids, with everything paid that is due to them."""
        conduct = await conduct_of(self._context, community)
        return Member(tuple([await self._account(community, season, who) for who in ids_of(conduct, person)]))

    async def _account(self, community: Community, season: str, who: str) -> Account:
        account = await self._points.account(community, season, who)
        for duel_id in account.open:
            await safely(self.look_after(duel_id, who), duel_id)
        return await self._points.account(community, season, who) if account.open else account

    async def table(self, community: Community, season: str) -> list[Ranked]:
        """The members who have staked in a season, those with most points first; hidden members are left out."""
        conduct = await conduct_of(self._context, community)
        found: dict[str, list[Account]] = {}
        for account in await self._points.accounts(community, season):
            if account.placed:
                found.setdefault(root_of(conduct, account.person), []).append(account)
        members = {who: Member(tuple(own)) for who, own in found.items() if human(who) not in conduct.off_the_boards}
        lines = [Ranked(0, who, START + one.gain, one.right, one.decided) for who, one in members.items()]
        return _ranked(sorted(lines, key=lambda line: (-line.points, -line.right, line.person)))

    async def settle(self, duel_id: str) -> Pool | None:
        """Pay the pool of a duel that has ended, as its log now says; ``None`` when nobody has staked on it."""
        state = await self._context.load(duel_id)
        terms, now = state.terms, self._context.clock.now_ms()
        if await self._context.store.document(terms.community, POOL, duel_id) is None:
            return None
        if state.outcome is None:
            return await self._points.pool(terms, duel_id)
        result, refund = _decided(state)
        conduct = await conduct_of(self._context, terms.community)
        playing = {conduct.counts_as(player) for player in terms.players.values()}

        def paid(old: Pool) -> Pool:
            own = [who for who in old.stakes if conduct.counts_as(Player("human", who)) in playing]
            return old.paid(state.entry, result, refund, now, own)

        pool = await self._points.change_pool(terms, duel_id, paid)
        await self._points.pay(terms.community, pool)
        self._context.predicted.discard(duel_id)
        document = await self._points.rest(terms.community, pool)
        if document and pool.told < pool.entry:
            self._context.announcer.noted(document)
        return pool

    async def settle_season(self, community: Community, season: str) -> None:
        """Pay the pools of a season whose last duel has ended."""
        for document in await self._context.store.due_documents(POOL, _EVER_MS, _MANY):
            if document.community == community and document.body.get("season") == season:
                await safely(self.settle(document.key), document.key)

    async def staked(self, duel_id: str) -> Pool | None:
        """What members have staked on a duel; ``None`` when nobody has."""
        terms = (await self._context.head(duel_id)).terms
        pool = await self._points.pool(terms, duel_id)
        return pool if pool.sure else None

    async def told(self, terms: Terms, pool: Pool) -> None:
        """Remember that a payment was told, or that there is nowhere to tell it."""
        await self._points.change_pool(terms, pool.duel_id, lambda old: replace(old, told=max(old.told, pool.entry)))

    async def sweep(self, limit: int = 100) -> int:
        """Pay the pools whose duels have ended, and have payments told that were not; how many were looked at."""
        due = await self._context.store.due_documents(POOL, self._context.clock.now_ms(), limit)
        for document in due:
            await safely(self._sweep(document), document.key)
        return len(due)

    async def _sweep(self, document: Document) -> None:
        head, now = await self._context.store.head(document.key), self._context.clock.now_ms()
        if head and head.status is Status.OVER:
            await self.settle(document.key)
            return
        again = LOOK_AGAIN_MS if head and now - head.created_ms < _HOUR_MS else SELDOM_MS
        with suppress(Conflict):
            await self._context.store.put_document(replace(document, wake_at_ms=now + again if head else None))

    async def look_after(self, duel_id: str, who: str) -> None:
        """Pay a member whose duel has ended; give a stake back that never came into its pool."""
        head = await self._context.head(duel_id)
        pool = await (self.settle(duel_id) if head.status is Status.OVER else self._points.pool(head.terms, duel_id))
        if pool and who in pool.stakes:
            return
        account = await self._points.account(head.terms.community, head.terms.season, who)
        state = await self._context.load(duel_id)
        if (placed := account.open.get(duel_id)) and (state.outcome or state.ply > LAST_PLY):
            # Until then it may be on its way.
            await self._points.change_account(
                head.terms.community, head.terms.season, who, lambda old: old.without(duel_id, placed.key)
            )


def root_of(conduct: Conduct, person: str) -> str:
    """The id under which a member's stakes stand, whichever of theirs they use."""
    return Player.named(conduct.counts_as(Player("human", person))).id


def ids_of(conduct: Conduct, person: str) -> list[str]:
    """All ids of a member, the one first under which their stakes stand from now on."""
    root = root_of(conduct, person)
    return [root, *(Player.named(one).id for one, counts_as in conduct.merged.items() if counts_as == human(root))]


def human(person: str) -> str:
    """A member's name as a player."""
    return str(Player("human", person))


def _decided(state: State) -> tuple[str, str]:
    """The result that the stakes are paid by, or why they are given back."""
    assert state.outcome is not None  # noqa: S101 - only ended duels come here
    if state.outcome.void:
        return "", Refund.VOID
    if not state.terms.rated:
        return "", Refund.CASUAL
    return state.outcome.winner or DRAW, ""


def _ranked(lines: Iterable[Ranked]) -> list[Ranked]:
    found: list[Ranked] = []
    for _, same in groupby(lines, key=lambda line: line.points):
        rank = len(found) + 1
        found += [replace(line, rank=rank) for line in same]
    return found
