"""Autoplay: a program takes over the rest of a person's seat, and the duel is casual from there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.arena import requests
from engine.arena.admission import Admission
from engine.arena.context import Context, derived_id
from engine.arena.endings import catch_up
from engine.arena.own_keys import OwnKeys
from engine.arena.quotes import Quote, Quotes
from engine.arena.starting import Start, costs, refuse_unpriced
from engine.duel import State
from engine.errors import BadOption, Conflict, NotAllowed
from engine.model import Autoplay, MoveMode, Player, Role
from engine.sentences import say


@dataclass(frozen=True, slots=True)
class HandOver:
    """What handing a seat over means. ``rated``: a rated duel that has begun becomes casual; ``quote``: what it costs.

    ``quote`` is of the plies that are left of the new player alone.
    """

    rated: bool
    quote: Quote

    @property
    def needs_yes(self) -> bool:
        """Whether who hands over should be asked first."""
        return self.rated or self.quote.costs or bool(self.quote.unknown)


class Autoplays:
    """Hands a person's seat over. A choice of theirs that is sealed already stays sealed."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def look(
        self,
        duel_id: str,
        person: str,
        player: Player,
        mode: MoveMode | None,
        at: int | None = None,
        role: Role = Role.MEMBER,
    ) -> HandOver:
        """What a hand-over would mean, and change nothing. :raises UserError: as :meth:`hand_over`."""
        state, _ = await requests.load(self._context, duel_id)
        change = await self._allowed(duel_id, state, person, player, mode, at, role)
        rest = replace(state.terms.limits, max_plies=max(2, state.terms.limits.max_plies - state.ply))
        start = Start(
            request_id=duel_id,
            community=state.terms.community,
            game=state.terms.game,
            players={change.seat: change.player, change.seat.other: Player("human", person)},
            started_by=person,
            options={name: value for name, value in state.terms.options.items() if value is not None},
            seed=state.terms.seed,
            mode=change.mode,
            limits=rest,
        )
        return HandOver(state.terms.rated and state.ply > 0, await Quotes(self._context).quote(start))

    async def hand_over(
        self,
        duel_id: str,
        person: str,
        player: Player,
        mode: MoveMode | None,
        request_id: str,
        at: int | None = None,
        role: Role = Role.MEMBER,
    ) -> State:
        """Let that program play on in the person's seat. ``role`` is the person's: who may start what costs money.

        :raises StalePosition: when the duel has moved on. :raises OutOfTurn: when it is over.
        :raises NotAllowed: in a rated duel against a person that has begun, whose win it would take.
        :raises UserError: when the person has no seat, or that player cannot play here.
        """
        entry_id = derived_id(duel_id, request_id, "autoplay")
        while True:
            state, log = await requests.load(self._context, duel_id)
            if not requests.found(log, entry_id):
                body = await self._allowed(duel_id, state, person, player, mode, at, role)
                try:
                    state = await self._context.append(duel_id, state, body, entry_id)
                except Conflict:
                    continue
            # Lists and clocks learn of the new player with the head; a worker goes on where a person was awaited.
            async with requests.minded(self._context, duel_id):
                await catch_up(self._context, await self._context.head(duel_id), state)
            await requests.wake(self._context, duel_id)
            return state

    async def _allowed(
        self,
        duel_id: str,
        state: State,
        person: str,
        player: Player,
        mode: MoveMode | None,
        at: int | None,
        role: Role,
    ) -> Autoplay:
        community = state.terms.community
        await requests.require_time(self._context, duel_id, state)
        await OwnKeys(self._context).load_for(community, [player])
        change = self._body(state, person, player, mode, at)
        paid = costs(self._context.roster.of(community), change.player)
        await Admission(self._context).admit_player(community, player, role if paid else None)
        return change

    def _body(self, state: State, person: str, player: Player, mode: MoveMode | None, at: int | None) -> Autoplay:
        if state.terms.tournament:
            raise NotAllowed(say("This duel is a tournament's: who is entered plays it. To leave: /tournament leave"))
        seat = requests.seat_to_move(state, person)
        requests.require_undecided(state)
        requests.require_looked_at(state, at)
        if state.terms.rated and state.ply and state.terms.players[seat.other].is_human:
            raise NotAllowed(
                say("In a rated duel against a member that has begun, nobody plays on for you: play on, or resign.")
            )
        if player.is_human:
            raise BadOption(say("Only a model or an engine can take a seat over: see /arena players."))
        roster = self._context.roster.of(state.terms.community)
        player = roster.canonical(player, state.game)
        refuse_unpriced(roster, state.terms.limits, [player])
        return Autoplay(seat, player, roster.check(player, state.game, mode), person)
