"""Predictions: members stake points on who wins a rated duel, until its third ply is played.

A stake stands in two documents: in its member's account, so that no other duel can spend it, and in the duel's pool,
which pays. It is written to both, then the log is read again, and only a stake that still was in time is made sure: one
that a crash leaves unsure is given back. What a pool pays follows from its stakes and the duel's log alone, and an
account takes it over with the number of the log's entry: paying again changes nothing, and a ruling pays anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from engine.arena.communities import settings_of
from engine.arena.conduct import Conduct, conduct_of
from engine.arena.context import Context
from engine.arena.points import LOOK_AGAIN_MS, POOL, Points
from engine.arena.pools import LAST_PLY, START, Account, Placed, Pool, Refund, Stake
from engine.arena.safely import safely
from engine.duel import State
from engine.errors import BadOption, Conflict, NotAllowed, OutOfTurn, UserError
from engine.model import DRAW, Community, Document, Player, Terms
from engine.sentences import counted, say

SELDOM_MS: Final = 600_000
"""How often a pool is looked at whose duel goes on for more than an hour."""
_HOUR_MS: Final = 3_600_000
MOST_OPEN: Final = 25
MOST_STAKES: Final = 2_000
"""Of a member in a season, and of a pool: each stands in one document."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A duel's pool as one member sees it. ``closed`` says why no stake is taken from them; empty while one is."""

    state: State
    pool: Pool
    account: Account
    closed: str


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

    async def offer(self, duel_id: str, person: str) -> Offer:
        """What a member can stake on a duel, and what is staked. :raises UnknownName: when there is no such duel."""
        state = await self._context.load(duel_id)
        account = await self.account(state.terms.community, state.terms.season, person)
        pool = await self._points.pool(state.terms, duel_id)
        try:
            await self._require_allowed(state, person)
        except UserError as error:
            return Offer(state, pool, account, error.text)
        return Offer(state, pool, account, "")

    async def stake(self, duel_id: str, person: str, on: str, points: int) -> Account:
        """Stake points on a result, in place of what this member has staked on the duel before; their account.

        :raises UserError: when they may not, have too few points, or it is too late.
        """
        state = await self._context.load(duel_id)
        who = await self._require_allowed(state, person)
        where = state.terms.community, state.terms.season, who
        before, placed = (await self.account(*where)).placed.get(duel_id), Placed(on, points)

        def placing(old: Account) -> Account:
            _require_room(old, duel_id, points)
            return old.placing(duel_id, placed)

        account = await self._points.change_account(*where, placing)
        try:
            await self._into_pool(duel_id, state.terms, who, Stake(on, points))
        except UserError:
            await self._points.change_account(*where, lambda old: old.undone(duel_id, placed, before))
            raise
        return account

    async def withdraw(self, duel_id: str, person: str) -> Account:
        """Take a stake back. :raises UserError: when there is none, or it is too late."""
        terms = (await self._context.load(duel_id)).terms
        who = _root(await conduct_of(self._context, terms.community), person)
        stake = (await self._points.pool(terms, duel_id)).stakes.get(who)
        if stake is None:
            raise UserError(say("You have staked nothing on this duel."))
        await self._require_open(duel_id)
        await self._points.change_pool(terms, duel_id, lambda old: _unpaid(old).staked(who, None))
        try:
            await self._require_open(duel_id)
        except OutOfTurn:
            # Whoever asks may know what was played meanwhile: the stake stands.
            await self._points.change_pool(terms, duel_id, lambda old: old if old.is_paid else old.staked(who, stake))
            await self._look_after(duel_id, who)
            raise
        return await self._points.change_account(
            terms.community, terms.season, who, lambda old: old.given_back(duel_id)
        )

    async def account(self, community: Community, season: str, person: str) -> Account:
        """A member's points, with everything paid that is due to them."""
        who = _root(await conduct_of(self._context, community), person)
        account = await self._points.account(community, season, who)
        for duel_id in account.open:
            await safely(self._look_after(duel_id, who), duel_id)
        return await self._points.account(community, season, who) if account.open else account

    async def table(self, community: Community, season: str) -> list[Ranked]:
        """The members who have staked in a season, those with most points first; hidden members are left out."""
        conduct = await conduct_of(self._context, community)
        found: dict[str, list[Account]] = {}
        for account in await self._points.accounts(community, season):
            if account.placed:
                found.setdefault(_root(conduct, account.person), []).append(account)
        lines = [_line(who, own) for who, own in found.items() if _human(who) not in conduct.hidden]
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
        pool = await self._points.change_pool(terms, duel_id, lambda old: old.paid(state.entry, result, refund, now))
        await self._points.pay(terms.community, pool)
        self._context.predicted.discard(duel_id)
        document = await self._points.rest(terms.community, pool)
        if document and pool.told < pool.entry:
            self._context.announcer.noted(document)
        return pool

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
        if head and (pool := await self.settle(document.key)) and pool.is_paid:
            return
        again = LOOK_AGAIN_MS if head and now - head.created_ms < _HOUR_MS else SELDOM_MS
        with suppress(Conflict):
            await self._context.store.put_document(replace(document, wake_at_ms=now + again if head else None))

    async def _into_pool(self, duel_id: str, terms: Terms, who: str, stake: Stake) -> None:
        """Write a stake into the pool, and make it sure if it was in time. :raises UserError: when it was not."""
        before: Stake | None = None
        unsure = replace(stake, sure=False)

        def staking(old: Pool) -> Pool:
            nonlocal before
            before = _unpaid(old).stakes.get(who)
            if before is None and len(old.stakes) >= MOST_STAKES:
                raise UserError(say("So many members have staked on this duel that its pool is full."))
            return old.staked(who, unsure)

        self._context.predicted.add(duel_id)
        await self._points.change_pool(terms, duel_id, staking)
        try:
            await self._require_open(duel_id)
            placed = (await self._points.account(terms.community, terms.season, who)).placed.get(duel_id)
            if placed != Placed(stake.on, stake.points):
                raise _twice()
            await self._points.change_pool(terms, duel_id, lambda old: _made_sure(old, who, unsure))
        except UserError:
            kept = before if before and before.sure else None
            await self._points.change_pool(terms, duel_id, lambda old: _instead(old, who, unsure, kept))
            raise

    async def _look_after(self, duel_id: str, who: str) -> None:
        """Pay a member whose duel has ended; give a stake back that never came into its pool."""
        pool = await self.settle(duel_id)
        if pool and who in pool.stakes:
            return
        state = await self._context.load(duel_id)
        if state.outcome or state.ply > LAST_PLY:  # until then it may be on its way
            await self._points.change_account(
                state.terms.community, state.terms.season, who, lambda old: old.given_back(duel_id)
            )

    async def _require_open(self, duel_id: str) -> None:
        """:raises OutOfTurn: when no stake is taken any more, as the log now says."""
        _require_early(await self._context.load(duel_id))

    async def _require_allowed(self, state: State, person: str) -> str:
        """The id under which this member's stake will stand. :raises UserError: when no stake is taken from them."""
        terms = state.terms
        conduct = await conduct_of(self._context, terms.community)
        who = _root(conduct, person)
        if not (await settings_of(self._context, terms.community)).predictions:
            raise NotAllowed(say("This server takes no predictions."))
        if not terms.rated:
            raise UserError(say("This duel is casual: points are staked on rated duels only."))
        if _human(who) in {conduct.counts_as(player) for player in terms.players.values()}:
            raise NotAllowed(say("You play in this duel, so you cannot stake on it."))
        if why := conduct.why_barred(Player("human", who)):
            raise NotAllowed(say("You are barred here: {why}", why=why))
        _require_early(state)
        return who


def _root(conduct: Conduct, person: str) -> str:
    """The id under which a member's stakes stand, whichever of theirs they use."""
    return Player.named(conduct.counts_as(Player("human", person))).id


def _human(person: str) -> str:
    return str(Player("human", person))


def _require_early(state: State) -> None:
    if state.outcome:
        raise _over()
    if state.ply > LAST_PLY:
        raise OutOfTurn(say("Too late: points are staked before the third ply is played."))


def _require_room(account: Account, duel_id: str, points: int) -> None:
    """:raises UserError: when the account cannot hold that stake."""
    if points < 1:
        raise BadOption(say("Stake at least one point."))
    if points > (left := account.left_for(duel_id)):
        raise BadOption(counted("You have {n} point to stake.", "You have {n} points to stake.", n=left))
    if duel_id in account.placed:
        return
    if len(account.open) >= MOST_OPEN:
        raise UserError(say("You have {most} stakes on duels that are not over. Wait for one of them.", most=MOST_OPEN))
    if len(account.placed) >= MOST_STAKES:
        raise UserError(say("You have made {most} stakes in this season, which is as many as fit.", most=MOST_STAKES))


def _unpaid(pool: Pool) -> Pool:
    """:raises OutOfTurn: when the duel has ended meanwhile."""
    if pool.is_paid:
        raise _over()
    return pool


def _made_sure(pool: Pool, who: str, unsure: Stake) -> Pool:
    """:raises UserError: when the stake is not there any more, or the pool is paid."""
    if _unpaid(pool).stakes.get(who) != unsure:
        raise _twice()
    return pool.staked(who, replace(unsure, sure=True))


def _instead(pool: Pool, who: str, unsure: Stake, kept: Stake | None) -> Pool:
    """With what was staked before in place of a stake that did not become sure."""
    return pool if pool.is_paid or pool.stakes.get(who) != unsure else pool.staked(who, kept)


def _over() -> OutOfTurn:
    return OutOfTurn(say("This duel is over: nothing can be staked on it."))


def _twice() -> UserError:
    return UserError(say("You staked twice at the same moment. See what stands: /predict show"))


def _decided(state: State) -> tuple[str, str]:
    """The result that the stakes are paid by, or why they are given back."""
    assert state.outcome is not None  # noqa: S101 - only ended duels come here
    if state.outcome.void:
        return "", Refund.VOID
    if not state.terms.rated:
        return "", Refund.CASUAL
    return state.outcome.winner or DRAW, ""


def _line(who: str, own: Iterable[Account]) -> Ranked:
    """One member's line, not ranked yet; ids that were merged later count together."""
    gain = right = decided = 0
    for account in own:
        gain, right, decided = gain + account.gain, right + account.right, decided + account.decided
    return Ranked(0, who, START + gain, right, decided)


def _ranked(lines: Iterable[Ranked]) -> list[Ranked]:
    found: list[Ranked] = []
    for _, same in groupby(lines, key=lambda line: line.points):
        rank = len(found) + 1
        found += [replace(line, rank=rank) for line in same]
    return found
