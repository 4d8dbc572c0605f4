"""Staking: members put points on who wins a rated duel, until its third ply is played.

A stake stands in two documents: in the duel's pool, which pays, and in its member's account, so that no other duel can
spend it. It is written to both, then the log is read again, and only a stake that still was in time is made sure: one
that a crash leaves unsure is given back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engine import duel
from engine.arena.communities import settings_of
from engine.arena.conduct import conduct_of
from engine.arena.context import Context, derived_id
from engine.arena.points import Points
from engine.arena.pools import LAST_PLY, Account, Member, Placed, Pool, Stake
from engine.arena.predictions import Predictions, human, ids_of, root_of
from engine.duel import State
from engine.errors import BadOption, NotAllowed, OutOfTurn, UserError
from engine.model import Community, Head, Player, Status, Terms
from engine.sentences import counted, say

MOST_OPEN: Final = 25
MOST_STAKES: Final = 2_000
"""Of a member in a season, and of a pool: each stands in one document."""
LOOKED_AT: Final = 25
_NOTED: Final = 1_024


@dataclass(frozen=True, slots=True)
class Offer:
    """A duel's pool as one member sees it. ``closed`` says why no stake is taken from them; empty while one is."""

    pool: Pool
    member: Member
    closed: str


class Staking:
    """The use cases."""

    def __init__(self, context: Context, predictions: Predictions) -> None:
        self._context = context
        self._predictions = predictions
        self._points = Points(context)

    async def newest(self, community: Community) -> Head | None:
        """The newest duel that takes stakes, of the last :data:`LOOKED_AT`; ``None`` when there is none."""
        for head in await self._context.store.duels(community, limit=LOOKED_AT):
            if head.status is not Status.OVER and head.terms.rated and head.plies <= LAST_PLY:
                state = await self._context.load(head.duel_id)
                if state.terms.rated and not state.outcome and state.ply <= LAST_PLY:
                    return head
        return None

    async def offer(self, duel_id: str, person: str) -> Offer:
        """What a member can stake on a duel, and what is staked. :raises UnknownName: when there is no such duel."""
        state = await self._context.load(duel_id)
        member = await self._predictions.member(state.terms.community, state.terms.season, person)
        pool = await self._points.pool(state.terms, duel_id)
        try:
            await self._require_allowed(state, person)
        except UserError as error:
            return Offer(pool, member, error.text)
        return Offer(pool, member, "")

    async def stake(self, duel_id: str, person: str, on: str, points: int, request_id: str) -> Member:
        """Stake points on a result, in place of what this member has staked on the duel before; what they then have.

        The same request again stakes the same. :raises UserError: when they may not, have too few points, or it is too
        late.
        """
        state = await self._context.load(duel_id)
        who = await self._require_allowed(state, person)
        terms = state.terms
        stake = Stake(on, points, derived_id(duel_id, who, request_id)[:8])
        beside = (await self._predictions.member(terms.community, terms.season, who)).beside
        await self._reserve(duel_id, terms, who, stake, beside)
        return await self._predictions.member(terms.community, terms.season, who)

    async def withdraw(self, duel_id: str, person: str) -> Member:
        """Take a stake back. :raises UserError: when there is none, or it is too late."""
        terms = (await self._context.load(duel_id)).terms
        who, stake = await self._standing(terms, duel_id, person)
        await self._require_open(duel_id)

        def without(old: Pool) -> Pool:
            return _unpaid(old).staked(who, None) if old.has(who, stake.key) else old

        await self._points.change_pool(terms, duel_id, without)
        try:
            await self._require_open(duel_id)
        except OutOfTurn:
            # Whoever asks may know what was played meanwhile: the stake stands.
            await self._points.change_pool(
                terms, duel_id, lambda old: old if old.is_paid or who in old.stakes else old.staked(who, stake)
            )
            await self._predictions.look_after(duel_id, who)
            raise
        await self._points.change_account(
            terms.community, terms.season, who, lambda old: old.without(duel_id, stake.key)
        )
        return await self._predictions.member(terms.community, terms.season, person)

    async def _standing(self, terms: Terms, duel_id: str, person: str) -> tuple[str, Stake]:
        """A member's stake, and the id of theirs that it stands under. :raises UserError: when there is none."""
        conduct = await conduct_of(self._context, terms.community)
        pool = await self._points.pool(terms, duel_id)
        for who in ids_of(conduct, person):
            if who in pool.stakes:
                return who, pool.stakes[who]
            placed = (await self._points.account(terms.community, terms.season, who)).open.get(duel_id)
            if placed:  # a crash has kept it from the pool
                return who, Stake(placed.on, placed.points, placed.key, sure=False)
        raise UserError(say("You have staked nothing on this duel."))

    async def _reserve(self, duel_id: str, terms: Terms, who: str, stake: Stake, beside: int) -> None:
        """Write a stake into pool and account, and make it sure if it was in time. :raises UserError: when it was not.

        The pool comes first: a stake that is sure there was the newest in its member's account after it was written to
        the pool, so of two at the same moment one stands, in both.
        """
        before: Stake | None = None
        reserved: Placed | None = None
        unsure = replace(stake, sure=False)

        def staking(old: Pool) -> Pool:
            nonlocal before
            before = _unpaid(old).stakes.get(who)
            if before is None and len(old.stakes) >= MOST_STAKES:
                raise UserError(say("So many members have staked on this duel that its pool is full."))
            return old if before == stake else old.staked(who, unsure)  # else the same request again

        def placing(old: Account) -> Account:
            nonlocal reserved
            _require_room(old, duel_id, stake.points, beside)
            reserved = old.placed.get(duel_id)
            return old.placing(duel_id, Placed(stake.on, stake.points, stake.key))

        self._note(duel_id)
        await self._points.change_pool(terms, duel_id, staking)
        try:
            await self._points.change_account(terms.community, terms.season, who, placing)
            await self._require_open(duel_id)
            await self._points.change_pool(terms, duel_id, lambda old: _made_sure(old, who, stake))
        except UserError:
            kept = before if before and before.sure else None
            await self._points.change_pool(terms, duel_id, lambda old: _instead(old, who, stake.key, kept))
            await self._points.change_account(
                terms.community, terms.season, who, lambda old: old.without(duel_id, stake.key, reserved)
            )
            raise

    def _note(self, duel_id: str) -> None:
        if len(self._context.predicted) >= _NOTED:
            self._context.predicted.clear()  # the sweeper finds them
        self._context.predicted.add(duel_id)

    async def _require_open(self, duel_id: str) -> None:
        """:raises OutOfTurn: when no stake is taken any more, as the log now says, whoever has written it."""
        _require_early(duel.fold(await self._context.store.entries(duel_id, newest=True)))

    async def _require_allowed(self, state: State, person: str) -> str:
        """The id under which this member's stake will stand. :raises UserError: when no stake is taken from them."""
        terms = state.terms
        conduct = await conduct_of(self._context, terms.community)
        who = root_of(conduct, person)
        if not (await settings_of(self._context, terms.community)).predictions:
            raise NotAllowed(say("This server takes no predictions."))
        if not terms.rated:
            raise UserError(say("This duel is casual: points are staked on rated duels only."))
        if human(who) in {conduct.counts_as(player) for player in terms.players.values()}:
            raise NotAllowed(say("You play in this duel, so you cannot stake on it."))
        if why := conduct.why_barred(Player("human", who)):
            raise NotAllowed(say("You are barred here: {why}", why=why))
        _require_early(state)
        return who


def _require_early(state: State) -> None:
    if state.outcome:
        raise _over()
    if state.ply > LAST_PLY:
        raise OutOfTurn(say("Too late: points are staked before the third single move is played."))


def _require_room(account: Account, duel_id: str, points: int, beside: int) -> None:
    """:raises UserError: when an account cannot hold that stake. ``beside``: what its member has under other ids."""
    if points < 1:
        raise BadOption(say("Stake at least one point."))
    if points > (left := account.left_for(duel_id) + beside):
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


def _made_sure(pool: Pool, who: str, stake: Stake) -> Pool:
    """:raises UserError: when another has taken its place, or the pool is paid."""
    if not _unpaid(pool).has(who, stake.key):
        raise UserError(say("You staked twice at the same moment. See what stands: /predict show"))
    return pool.staked(who, stake)


def _instead(pool: Pool, who: str, key: str, kept: Stake | None) -> Pool:
    """With what was staked before in place of a stake that did not become sure."""
    return pool.staked(who, kept) if not pool.is_paid and pool.has(who, key) else pool


def _over() -> OutOfTurn:
    return OutOfTurn(say("This duel is over: nothing can be staked on it."))
