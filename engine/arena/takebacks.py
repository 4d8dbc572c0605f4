"""Takebacks: in a casual duel the last move can be undone, with the consent of the other person if there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from engine import duel
from engine.arena import requests
from engine.arena.context import Context, derived_id
from engine.arena.own_keys import OwnKeys
from engine.arena.starting import costs
from engine.duel import State
from engine.errors import Conflict, UserError
from engine.model import Body, Entry, Seat, Spoken, Takeback, TakebackOffer, TakebackRefused, Turn
from engine.sentences import say


class Takebacks:
    """Asks for a takeback and answers. ``at`` is the position that the person looked at, when they saw one.

    What is undone goes back to before the last own move of who asked: one ply, or two when the other side has moved
    since; in a simultaneous game it is the last turn. The entry is written on condition, so a model that thinks about
    the position meanwhile does not get its answer in.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    async def ask(self, duel_id: str, person: str, request_id: str, at: int | None = None) -> State:
        """Ask the other person; where nobody else can object, it is done at once.

        :raises StalePosition: when the duel has moved on.
        :raises UserError: in a rated duel, when nothing can be taken back, or when it has been asked already.
        """
        return await self._carry_out(duel_id, request_id, partial(_asking, person=person, at=at))

    async def answer(self, duel_id: str, person: str, allowed: bool, request_id: str, at: int | None = None) -> State:
        """Allow or refuse what the other side asked for.

        :raises StalePosition: when the duel has moved on. :raises UserError: when nobody asks.
        """
        return await self._carry_out(duel_id, request_id, partial(_answering, person=person, allowed=allowed, at=at))

    async def _carry_out(self, duel_id: str, request_id: str, body_of: Callable[[State, list[Entry]], Body]) -> State:
        """Append what the newest state calls for; when somebody else was first, look again."""
        entry_id = derived_id(duel_id, request_id, "takeback")
        while True:
            state, log = await requests.load(self._context, duel_id)
            if not requests.found(log, entry_id):
                await requests.require_time(self._context, duel_id, state)
                body = body_of(state, log)
                if isinstance(body, Takeback):
                    body = replace(body, spoken=await self._discarded(duel_id, state))
                try:
                    state = await self._context.append(duel_id, state, body, entry_id)
                except Conflict:
                    continue
            # Another seat may be to move now, and its clock starts again.
            await requests.wake(self._context, duel_id)
            return state

    async def _discarded(self, duel_id: str, state: State) -> dict[Seat, Spoken]:
        """What programs have spent on choices for the position that goes; their words stay sealed.

        :raises UserError: while one that costs money thinks: it would be paid for an answer that no limit counts.
        """
        players, community = state.terms.players, state.terms.community
        programs = [seat for seat in state.to_move() if not players[seat].is_human]
        sealed = await self._context.store.seals(duel_id, state.position_entry) if programs else {}
        await OwnKeys(self._context).load_for(community, players.values())
        roster = self._context.roster.of(community)
        if any(costs(roster, players[seat]) for seat in programs if seat not in sealed):
            raise UserError(say("A model that costs money is thinking about its move. Take back after it."))
        return {seat: replace(sealed[seat].spoken, words="", attempts=()) for seat in programs if seat in sealed}


def _asking(state: State, log: list[Entry], person: str, at: int | None) -> Body:
    seat = _last_to_move(log, requests.their_seats(state, person))
    _require_possible(state, at)
    plies = plies_back(log, seat)
    other = state.terms.players[seat.other]
    if not other.is_human or other.id == person:
        return Takeback(plies, person)
    if state.takeback_offer is seat:
        raise UserError(say("You have asked already. The other side can allow or refuse it until the next move."))
    if state.takeback_offer:
        raise UserError(say("The other side asks for a takeback: allow or refuse it first."))
    return TakebackOffer(seat)


def _answering(state: State, log: list[Entry], person: str, allowed: bool, at: int | None) -> Body:
    seats = requests.their_seats(state, person)
    _require_possible(state, at)
    for seat in seats:
        if state.takeback_offer is seat.other:
            return Takeback(plies_back(log, seat.other), person) if allowed else TakebackRefused(seat)
    raise UserError(say("Nobody asks for a takeback now. A request lapses with the next move."))


def plies_back(log: Iterable[Entry], seat: Seat) -> int:
    """How many plies lead back to before that seat's last move. :raises UserError: when it has made none."""
    plies = 0
    for entry in reversed(duel.turns(log)):
        if isinstance(entry.body, Turn):
            plies += len(entry.body.moves)
            if seat in entry.body.moves:
                return plies
    raise UserError(say("There is nothing to take back: you have made no move yet."))


def _last_to_move(log: Sequence[Entry], seats: Sequence[Seat]) -> Seat:
    """Of a person's seats the one that moved last; who plays both sides takes back the last move of all."""
    for entry in reversed(duel.turns(log)):
        if isinstance(entry.body, Turn):
            for seat in seats:
                if seat in entry.body.moves:
                    return seat
    return seats[0]


def _require_possible(state: State, at: int | None) -> None:
    """:raises UserError: when no move can be taken back in this duel now."""
    requests.require_undecided(state)
    requests.require_looked_at(state, at)
    if state.terms.rated:
        raise UserError(say("This duel is rated, so its moves stand. Start a casual one with rated:no."))
