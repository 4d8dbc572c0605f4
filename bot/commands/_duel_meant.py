"""Which duel a player means who names none, for the commands of ``/duel``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.commands import Invocation
from bot.commands._duel_naming import versus
from engine.errors import UserError
from engine.model import Player, Status
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.duel import State
    from engine.model import Head, Seat

_LOOKED_AT = 200

Can = Callable[["Arena", str, str], Awaitable[bool]]
"""Whether a person can do something now in the duel of that id."""


async def mine(asked: Invocation, arena: Arena, can: Can | None = None) -> tuple[Head, str]:
    """The duel that is meant, and a sentence that says which one where somebody could have meant another.

    It is the one that is named, or the only one in which this member sits, here if not everywhere; with several, the
    only one in which they ``can`` do what they ask for.

    :raises UserError: when there is none, or several are left.
    """
    if asked.options["duel"]:
        return await arena.duels.find(asked.community, asked.options["duel"]), ""
    found = await arena.context.store.seated(asked.community, Player("human", asked.member.id))
    here = [head for head in found if asked.channel and asked.channel in {head.shown.channel, head.shown.thread_id}]
    if len(here) == 1:
        return here[0], ""
    if not found:
        raise UserError(say("You are in no running duel. Start one: /duel start tic_tac_toe me engine/perfect"))
    if len(found) == 1:
        return found[0], ""
    able = [head for head in here or found if can and await can(arena, head.duel_id, asked.member.id)]
    if len(able) == 1:
        meant = able[0]
        return meant, say("That was in duel {id} ({versus}).", id=meant.duel_id[:8], versus=await versus(meant, arena))
    which = await _candidates(able or here or found, arena)
    raise UserError(say("You are in several duels, so add which one: {which}.", which=which))


async def can_move(arena: Arena, duel_id: str, person: str) -> bool:
    """Whether the duel waits for a move of that person."""
    try:
        await arena.duels.choosing(duel_id, person)
    except UserError:
        return False
    return True


async def can_offer_draw(arena: Arena, duel_id: str, person: str) -> bool:
    """Whether somebody plays against that person who takes draw offers."""
    state, seats = await _seats(arena, duel_id, person)
    return any(state.terms.players[seat.other].is_human for seat in seats)


async def can_answer_draw(arena: Arena, duel_id: str, person: str) -> bool:
    """Whether that person is offered a draw."""
    state, seats = await _seats(arena, duel_id, person)
    return any(state.draw_offer is seat.other for seat in seats)


async def can_take_back(arena: Arena, duel_id: str, person: str) -> bool:
    """Whether moves of the duel can be taken back, and there is one."""
    state, _ = await _seats(arena, duel_id, person)
    return not state.terms.rated and state.ply > 0


async def can_answer_takeback(arena: Arena, duel_id: str, person: str) -> bool:
    """Whether that person is asked for a takeback."""
    state, seats = await _seats(arena, duel_id, person)
    return any(state.takeback_offer is seat.other for seat in seats)


async def _seats(arena: Arena, duel_id: str, person: str) -> tuple[State, Sequence[Seat]]:
    state = await arena.context.load(duel_id)
    return state, arena.duels.seats_of(state.terms, person)


async def started(asked: Invocation, arena: Arena) -> Head:
    """The only unfinished duel that this member has started here. :raises UserError: when there is none, or several."""
    heads = await arena.context.store.duels(asked.community, limit=_LOOKED_AT)
    found = [head for head in heads if head.status is not Status.OVER and head.terms.started_by == asked.member.id]
    if not found:
        raise UserError(say("No duel that you started is running here. Name another by its id: see /duel list."))
    if len(found) > 1:
        which = await _candidates(found, arena)
        raise UserError(say("You have started several duels, so add which one: {which}.", which=which))
    return found[0]


async def _candidates(heads: Sequence[Head], arena: Arena) -> str:
    each = [say("duel:{id} ({versus})", id=head.duel_id[:8], versus=await versus(head, arena)) for head in heads]
    return joined(each, "; ")
