"""Autoplay: a program takes over the rest of a person's seat, and the duel is casual from there."""

from __future__ import annotations

from engine.arena import requests
from engine.arena.admission import Admission
from engine.arena.context import Context, derived_id
from engine.arena.endings import catch_up
from engine.arena.own_keys import OwnKeys
from engine.arena.starting import refuse_unpriced
from engine.duel import State
from engine.errors import BadOption, Conflict
from engine.model import Autoplay, Community, MoveMode, Player
from engine.sentences import say


class Autoplays:
    """Hands a person's seat over. A choice of theirs that is sealed already stays sealed."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def hand_over(
        self, duel_id: str, person: str, player: Player, mode: MoveMode | None, request_id: str, at: int | None = None
    ) -> State:
        """Let that program play on in the person's seat.

        :raises StalePosition: when the duel has moved on. :raises OutOfTurn: when it is over.
        :raises UserError: when the person has no seat, or that player cannot play here.
        """
        entry_id = derived_id(duel_id, request_id, "autoplay")
        while True:
            state, log = await requests.load(self._context, duel_id)
            if not requests.found(log, entry_id):
                await requests.require_time(self._context, duel_id, state)
                await self._admit(state.terms.community, player)
                body = self._body(state, person, player, mode, at)
                try:
                    state = await self._context.append(duel_id, state, body, entry_id)
                except Conflict:
                    continue
            # Lists and clocks learn of the new player with the head; a worker goes on where a person was awaited.
            async with requests.minded(self._context, duel_id):
                await catch_up(self._context, await self._context.head(duel_id), state)
            await requests.wake(self._context, duel_id)
            return state

    async def _admit(self, community: Community, player: Player) -> None:
        await OwnKeys(self._context).load_for(community, [player])
        await Admission(self._context).admit_player(community, player)

    def _body(self, state: State, person: str, player: Player, mode: MoveMode | None, at: int | None) -> Autoplay:
        seat = requests.seat_to_move(state, person)
        requests.require_undecided(state)
        requests.require_looked_at(state, at)
        if player.is_human:
            raise BadOption(say("Only a model or an engine can take a seat over: see /arena players."))
        roster = self._context.roster.of(state.terms.community)
        player = roster.canonical(player, state.game)
        refuse_unpriced(roster, state.terms.limits, [player])
        return Autoplay(seat, player, roster.check(player, state.game, mode), person)
