"""Draws by agreement: an offer to the other person, and their answer."""

from __future__ import annotations

from functools import partial

from engine.arena import requests
from engine.arena.context import Context, derived_id
from engine.duel import State
from engine.errors import UserError
from engine.model import SEATS, Body, DrawAnswer, DrawOffer, End, Outcome, Seat, Termination
from engine.sentences import say


class Draws:
    """Offers of a draw and the answers to them. ``at`` is the position that the person looked at, when they saw one."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def offer(self, duel_id: str, person: str, request_id: str, at: int | None = None) -> State:
        """Offer a draw to the other person; where the other side has offered, that is an agreement.

        :raises StalePosition: when the duel has moved on. :raises UserError: to a program, or twice in a turn.
        """
        entry_id = derived_id(duel_id, request_id, "draw")
        state, log = await requests.load(self._context, duel_id)
        if requests.found(log, entry_id):
            return await requests.finished(self._context, duel_id, state)
        if any(state.draw_offer is seat.other for seat in requests.their_seats(state, person)):
            return await self.answer(duel_id, person, True, request_id, at)
        await requests.require_time(self._context, duel_id, state)
        require = partial(_require_offerable, seat=requests.seat_to_move(state, person), at=at)
        bodies: list[Body] = [DrawOffer(requests.seat_to_move(state, person))]
        return await requests.append(self._context, duel_id, state, bodies, entry_id, require)

    async def answer(self, duel_id: str, person: str, accepted: bool, request_id: str, at: int | None = None) -> State:
        """Accept or decline the other seat's offer.

        :raises StalePosition: when the duel has moved on. :raises UserError: when there is no offer.
        """
        entry_id = derived_id(duel_id, request_id, "draw")
        state, log = await requests.load(self._context, duel_id)
        if not requests.found(log, entry_id):
            await requests.require_time(self._context, duel_id, state)
            seats = requests.their_seats(state, person)
            seat = next((seat for seat in seats if state.draw_offer is seat.other), seats[0])
            bodies: list[Body] = [DrawAnswer(seat, accepted)]
            if accepted:
                bodies.append(End(Outcome(None, Termination.AGREEMENT, say("The players agreed to a draw.")), person))
            require = partial(_require_offered, seat=seat, at=at)
            state = await requests.append(self._context, duel_id, state, bodies, entry_id, require)
        return await requests.finished(self._context, duel_id, state)


def _require_offerable(state: State, seat: Seat, at: int | None) -> None:
    """:raises UserError: when that seat cannot offer a draw now."""
    requests.require_undecided(state)
    requests.require_looked_at(state, at)
    if not state.terms.players[seat.other].is_human:
        raise UserError(say("Models and engines play on: they take no draw offers. You may resign with /duel resign."))
    if state.draw_offer is seat:
        raise UserError(say("Your draw offer stands already. It lapses with the other side's move."))
    if state.offered_in[SEATS.index(seat)] == state.turn:
        raise UserError(say("You have offered a draw in this turn already. Offer again after a move."))


def _require_offered(state: State, seat: Seat, at: int | None) -> None:
    """:raises UserError: when the other seat's offer does not stand."""
    requests.require_undecided(state)
    requests.require_looked_at(state, at)
    if state.draw_offer is not seat.other:
        raise UserError(say("There is no draw offer to answer."))
