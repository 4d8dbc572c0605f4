"""How turns and duels are concluded, whoever does it: a worker, a person, or the sweeper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from engine import duel
from engine.arena import ladders
from engine.arena.context import Context, derived_id
from engine.arena.predictions import Predictions
from engine.arena.queued import queued
from engine.arena.safely import safely
from engine.duel import State
from engine.errors import Conflict
from engine.model import SEATS, Head, Outcome, Seat, Spoken, Status, Termination, Turn
from engine.ports import Clock
from engine.sentences import both, joined, say


def forced(state: State) -> Outcome | None:
    """The outcome that the position or the limits force, or ``None`` while play goes on."""
    if outcome := duel.ending(state):
        return outcome
    if why := duel.over_budget(state):
        return _used_up(state, why)
    return None


def _used_up(state: State, why: str) -> Outcome:
    """A duel that has used up its limits is void, so that nobody loses for having met them.

    Only a seat behind a community's own key loses a rated duel that has begun, when it has used most: an API counts
    for itself, so whoever runs one could escape any defeat.
    """
    seat = max(SEATS, key=lambda seat: state.tally(seat).tokens_in + state.tally(seat).tokens_out)
    if not (state.terms.players[seat].is_own and state.terms.rated and state.ply):
        return Outcome(None, Termination.BUDGET, joined([why, say("It counts for nobody.")]), void=True)
    loss = say(
        "{player} has used most of it, and behind a server's own key that is a loss.",
        player=str(state.terms.players[seat]),
    )
    return duel.forfeited([seat], Termination.FORFEIT, joined([why, loss]))


def flagged(state: State, seats: Iterable[Seat], clock: Clock) -> Outcome | None:
    """The loss on time of those of these seats that should have moved by now; both late at once is a draw."""
    late = [seat for seat in sorted(seats) if _is_late(state, seat, clock)]
    if not late:
        return None
    who = both([state.game.seats[seat] for seat in late])
    return duel.forfeited(late, Termination.TIMEOUT, say("{who} ran out of time.", who=who))


def _is_late(state: State, seat: Seat, clock: Clock) -> bool:
    deadline = duel.deadline_ms(state, [seat])
    return deadline is not None and clock.now_ms() >= deadline


async def reveal(context: Context, duel_id: str, state: State) -> State:
    """Append the turn whose seals are both in. Whoever comes second writes the same entry, so it is written once."""
    seals = await context.store.seals(duel_id, state.position_entry)
    if seals.keys() != state.to_move():
        return state
    turn = Turn(
        {seat: seal.move for seat, seal in seals.items()},
        {seat: seal.spoken for seat, seal in seals.items() if seal.spoken != _SILENT},
        {seat: seal.salt for seat, seal in seals.items()},
        {seat: max(0, seal.at_ms - state.turn_started_ms) for seat, seal in seals.items()},
        {seat: seal.request for seat, seal in seals.items() if seal.request},
    )
    return await context.append(duel_id, state, turn, derived_id(duel_id, state.entry + 1, "turn"))


async def follow(context: Context, head: Head, state: State) -> Head:
    """The head with the terms that the log has come to: a program may have taken a person's seat since.

    :raises Conflict: when somebody else wrote the head first.
    """
    return head if head.terms == state.terms else await context.store.update(replace(head, terms=state.terms))


async def catch_up(context: Context, head: Head, state: State) -> Head:
    """The newest head, with the terms that the log has come to."""
    while head.terms != state.terms:
        try:
            head = await follow(context, head, state)
        except Conflict:
            head = await context.head(head.duel_id)
    return head


async def finish(context: Context, head: Head, state: State) -> bool:
    """Bring the head to what the log's end says, and count it; ``False`` when that had been done."""
    over = replace(
        await catch_up(context, head, state),
        status=Status.OVER,
        outcome=state.outcome,
        plies=state.ply,
        ended_ms=context.clock.now_ms(),
        lease=None,
        waiting_for=frozenset(),
        deadline_ms=None,
    )
    counts = ladders.counted(state)
    for ladder in ladders.of(state.terms) if counts else ():
        await ladders.note(context, ladder)
    finished = await context.store.finish(over, counts)
    if finished and state.outcome:
        context.meter.ended(state.outcome)
    context.announcer.changed(head.duel_id, state.entry)
    if state.terms.tournament:
        await context.queue.put(queued(state.terms.community, state.terms.tournament))
    if head.duel_id in context.predicted:
        await safely(Predictions(context).settle(head.duel_id), head.duel_id)
    return finished


async def awaited(context: Context, duel_id: str, state: State) -> frozenset[Seat]:
    """The people who are to move and have not: a choice that is sealed is made."""
    people = frozenset(seat for seat in state.to_move() if state.terms.players[seat].is_human)
    if len(state.to_move()) < 2 or not people:
        return people
    return people - (await context.store.seals(duel_id, state.position_entry)).keys()


async def mend(context: Context, duel_id: str, state: State) -> None:
    """Bring a head on that its log has left behind, as when the store failed between their two writes.

    Without it a duel without clocks would wait for ever: the log says that a move was made, and nobody looks.
    """
    head = await context.head(duel_id)
    if head.status is Status.OVER:
        return
    if state.outcome:
        await finish(context, head, state)
    elif head.status is Status.WAITING and not await is_waiting(context, head, state):
        await context.wake(duel_id)


async def is_waiting(context: Context, head: Head, state: State) -> bool:
    """Whether a head that waits for people waits for what its log has come to."""
    if head.plies != state.ply or head.terms != state.terms:
        return False
    return head.waiting_for == await awaited(context, head.duel_id, state)


_SILENT: Final = Spoken()
