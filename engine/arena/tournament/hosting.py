"""What people do with tournaments: make, enter, leave, check in, start, pause, correct, cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from engine import games
from engine.arena import audit
from engine.arena.admission import is_allowed
from engine.arena.audit import Change
from engine.arena.communities import settings_of
from engine.arena.conduct import conduct_of
from engine.arena.context import Context, derived_id
from engine.arena.own_keys import OwnKeys
from engine.arena.people import called
from engine.arena.queued import queued
from engine.arena.tournament.advancing import Advancing
from engine.arena.tournament.correcting import correction
from engine.arena.tournament.estimating import Estimate, estimate
from engine.arena.tournament.log import OPEN, Phase, State, advance, left, without
from engine.arena.tournament.plan import MOST_ENTRANTS, MOST_MATCHES, Plan, checked
from engine.arena.tournament.records import Listed, Records
from engine.arena.tournament.starting import start_of
from engine.errors import Conflict, NotAllowed, OutOfTurn, UserError
from engine.model import Community, Player
from engine.sentences import say
from engine.tournaments.model import Entrant, Leaving

Body = dict[str, Any]
Decide = Callable[[State], Body]


class Hosting:
    """The use cases; each raises :class:`UserError` with what to do instead."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.records = Records(context)
        self._advancing = Advancing(context)

    async def create(self, community: Community, plan: Plan, request_id: str) -> str:
        """A new tournament, which people may enter; its id."""
        now = self._context.clock.now_ms()
        seed = int(derived_id(self._context.secret.hex(), community, request_id, "seed")[:12].replace("-", ""), 16)
        return await self.records.create(community, checked(replace(plan, created_ms=now, seed=seed)), request_id)

    async def join(self, community: Community, listed: Listed, player: Player, by: str, *, host: bool) -> State:
        """Enter a player. Members enter themselves where it is open; hosts anybody, programs too."""
        await self.require_fit(community, (await self.records.load(community, listed.id)).plan, player)

        def decided(state: State) -> Body:
            name = str(player)
            if name in state.signed:
                raise UserError(say("{player} takes part already.", player=called(player)))
            if not host and not (state.plan.open and player == Player("human", by)):
                raise NotAllowed(say("Only its host enters players in this tournament."))
            if len(state.signed) >= MOST_ENTRANTS:
                raise UserError(say("A tournament has at most {most} players.", most=MOST_ENTRANTS))
            if state.phase is not Phase.SIGN_UP:
                _require_late(state)
            return {"kind": "joined", "player": name, "by": by}

        return await self._decide(community, listed, decided)

    async def gate(self, community: Community, listed: Listed, player: Player, by: str) -> State:
        """Enter a player whom everybody else has to play, in a gauntlet."""
        await self.require_fit(community, (await self.records.load(community, listed.id)).plan, player)

        def decided(state: State) -> Body:
            if str(player) in state.signed:
                raise UserError(say("{player} takes part already.", player=called(player)))
            if state.phase is not Phase.SIGN_UP:
                raise OutOfTurn(say("The tournament has started: nobody can enter any more."))
            return {"kind": "joined", "player": str(player), "by": by, "gate": True}

        return await self._decide(community, listed, decided)

    async def leave(self, community: Community, listed: Listed, player: Player, by: str) -> State:
        """Take a player out. What they have played stays; whom they would have met scores without playing."""
        return await self._leave(community, listed, player, by, Leaving.WITHDRAWN)

    async def disqualify(self, community: Community, listed: Listed, player: Player, by: str, why: str) -> State:
        """Take a player out, without a place."""
        return await self._leave(community, listed, player, by, Leaving.DISQUALIFIED, why)

    async def _leave(
        self, community: Community, listed: Listed, player: Player, by: str, why: Leaving, said: str = ""
    ) -> State:
        def decided(state: State) -> Body:
            _require_in(state, player)
            return left(state, str(player), by, why, said)

        return await self._decide(community, listed, decided)

    async def foresee_disqualify(self, community: Community, listed: Listed, player: Player) -> tuple[State, State]:
        """The tournament as it is, and as it would be. :raises UserError: as disqualifying would."""
        state = await self.records.load(community, listed.id)
        _require_in(state, player)
        return state, without(state, left(state, str(player), "", Leaving.DISQUALIFIED))

    async def check_in(self, community: Community, listed: Listed, player: Player) -> State:
        """Say that a player is there."""
        now = self._context.clock.now_ms()

        def decided(state: State) -> Body:
            name = str(player)
            if name not in state.signed:
                raise UserError(say("You are not entered. Enter with /tournament join."))
            if state.phase is not Phase.SIGN_UP:
                raise OutOfTurn(say("The tournament has started: there is no check-in any more."))
            opens = state.plan.check_in_ms
            if opens is None:
                raise UserError(say("This tournament has no check-in: who is entered takes part."))
            if now < opens:
                raise OutOfTurn(say("Check-in is not open yet."))
            if state.signed[name].checked_in:
                raise UserError(say("You are checked in already."))
            return {"kind": "checked-in", "player": name}

        return await self._decide(community, listed, decided)

    async def seeds(self, community: Community, state: State, order: Sequence[str] = ()) -> Body:
        """The entry that would start it: everybody's seed. :raises UserError: when it cannot start so."""
        if state.phase is not Phase.SIGN_UP:
            raise OutOfTurn(say("This tournament has started already."))
        body = await start_of(self._context, community, state, order)
        if body["kind"] == "cancelled":
            raise UserError(say("A tournament needs two players who are there. Enter some: /tournament add"))
        _require_playable(state, body["order"])
        return body

    async def start(
        self, community: Community, listed: Listed, by: str, order: Sequence[str] = (), seen: int | None = None
    ) -> State:
        """Seed those who are there, and begin. ``seen`` is the entry that somebody looked at who says so."""
        while True:
            state = await self.records.load(community, listed.id)
            body = {**await self.seeds(community, state, order), "by": by}
            if seen is not None and seen != state.entry:
                raise OutOfTurn(say("It has changed since you looked at it. Type the command again."))
            try:
                state = await self.records.append(community, listed.id, state, body)
            except Conflict:
                continue
            await self._context.queue.put(queued(community, listed.id))
            return state

    async def pause(self, community: Community, listed: Listed, by: str, why: str) -> State:
        """Begin no further duel. Those under way go on."""

        def decided(state: State) -> Body:
            if state.phase is not Phase.RUNNING:
                raise OutOfTurn(say("This tournament is not being played."))
            return {"kind": "paused", "by": by, "why": why}

        return await self._decide(community, listed, decided)

    async def resume(self, community: Community, listed: Listed, by: str, budget: int | None = None) -> State:
        """Go on, if need be with another budget, in nano-dollars."""
        newest = await self.records.load(community, listed.id)
        spent = await self._advancing.spent(community, listed.id, newest)

        def decided(state: State) -> Body:
            if state.phase is not Phase.PAUSED:
                raise OutOfTurn(say("This tournament is not paused."))
            if budget is not None and budget < max(spent, state.spent):
                raise UserError(say("More than that has been spent already."))
            return {"kind": "resumed", "by": by} | ({} if budget is None else {"budget": budget})

        return await self._decide(community, listed, decided)

    async def cancel(self, community: Community, listed: Listed, by: str, why: str) -> State:
        """End it without places. Duels under way go on, and count on their ladders."""

        def decided(state: State) -> Body:
            _require_open(state)
            return {"kind": "cancelled", "by": by, "why": why}

        return await self._decide(community, listed, decided)

    async def correct(
        self,
        community: Community,
        listed: Listed,
        number: int,
        table: int,
        points: tuple[float, float],
        by: str,
        why: str,
    ) -> State:
        """Give a match another result, and play what is missing then. :raises UserError: see :func:`correction`."""

        def decided(state: State) -> Body:
            return correction(state, number, table, points, by, why)

        return await self._decide(community, listed, decided)

    async def foresee_correct(
        self, community: Community, listed: Listed, number: int, table: int, points: tuple[float, float], by: str
    ) -> tuple[State, State]:
        """The tournament as it is, and as it would be. :raises UserError: as correcting would."""
        state = await self.records.load(community, listed.id)
        return state, advance(state, await asyncio.to_thread(correction, state, number, table, points, by, ""))

    async def estimate(self, community: Community, state: State) -> Estimate:
        """What it may take, with those who are entered now."""
        return await estimate(self._context, community, state)

    async def require_fit(self, community: Community, plan: Plan, player: Player) -> None:
        """:raises UserError: for who cannot play in such a tournament here, or is barred."""
        if why := (await conduct_of(self._context, community)).why_barred(player):
            raise NotAllowed(say("Moderators have barred {player} here: {why}", player=called(player), why=why))
        if player.is_human:
            return
        await OwnKeys(self._context).load_for(community, [player])
        roster, game = self._context.roster.of(community), games.game(plan.game)
        if not is_allowed(await settings_of(self._context, community), player):
            raise NotAllowed(say("{player} does not play here (setting “models”).", player=str(player)))
        roster.check(roster.canonical(player, game), game, plan.mode)

    async def _decide(self, community: Community, listed: Listed, decided: Decide) -> State:
        """Append what is decided of the newest state; what follows of it is done by a worker."""
        while True:
            state = await self.records.load(community, listed.id)
            body = await asyncio.to_thread(decided, state)
            try:
                state = await self.records.append(community, listed.id, state, body)
            except Conflict:
                continue
            await self._note(community, listed, state, body)
            await self._context.queue.put(queued(community, listed.id))
            return state

    async def _note(self, community: Community, listed: Listed, state: State, body: Body) -> None:
        """A line of the audit for what a host decided about others."""
        if body["kind"] not in _NOTED or (body["kind"] == "left" and body["player"] == f"human/{body['by']}"):
            return
        what = f"tournament {body['why']}" if body["kind"] == "left" else f"tournament {body['kind']}"
        why = body.get("said") or ("" if body["kind"] == "left" else body.get("why", ""))
        new = {"corrected": f"{body.get('first')}–{body.get('second')}", "left": body.get("player")}.get(body["kind"])
        key = derived_id(listed.id, state.entry, "audit")[:8]
        line = Change(self._context.clock.now_ms(), body["by"], what, None, new, listed.name, why, key)
        await audit.note(self._context, community, line)


_NOTED: Final = frozenset({"paused", "resumed", "cancelled", "corrected", "left"})


def _require_open(state: State) -> None:
    if state.phase not in OPEN:
        raise OutOfTurn(say("This tournament is over."))


def _require_in(state: State, player: Player) -> None:
    """:raises UserError: for who does not take part, or any more."""
    _require_open(state)
    entrant = state.entrant(str(player))
    entered = str(player) in state.signed if state.phase is Phase.SIGN_UP else entrant and entrant.left is None
    if not entered:
        raise UserError(say("{player} does not take part.", player=called(player)))


def _require_late(state: State) -> None:
    """:raises OutOfTurn: when nobody can enter any more."""
    _require_open(state)
    plan = state.plan
    if len(state.played) + 1 > plan.played_as.latest(state.entrants, plan.options):
        raise OutOfTurn(say("Nobody can enter this tournament any more."))


def _require_playable(state: State, order: Sequence[str]) -> None:
    """:raises UserError: when the field cannot play the format."""
    plan = state.plan
    entrants = [Entrant(name, place, gate=state.signed[name].gate) for place, name in enumerate(order, 1)]
    if plan.played_as.matches(entrants, plan.options) > MOST_MATCHES:
        raise UserError(
            say("That would be more than {most:,} matches: choose a Swiss or a bracket.", most=MOST_MATCHES)
        )
    plan.played_as.next_round(entrants, (), plan.options, plan.seed)
