"""How turns and duels are concluded, whoever does it: a worker, a person, or the sweeper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from engine import duel
from engine.arena.context import Context, derived_id
from engine.arena.ladders import ladder_of
from engine.duel import State
from engine.errors import Conflict
from engine.model import Head, Outcome, Seat, Spoken, Status, Termination, Turn
from engine.ports import Clock
from engine.sentences import both, joined, say


def forced(state: State) -> Outcome | None:
    """The outcome that the position or the limits force, or ``None`` while play goes on."""
    if outcome := duel.ending(state):
        return outcome
    if why := duel.over_budget(state):
        return Outcome(None, Termination.BUDGET, joined([why, say("It counts for nobody.")]), void=True)
    return None


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
    finished = await context.store.finish(over, ladder_of(state.terms))
    context.announcer.changed(head.duel_id, state.entry)
    return finished


_SILENT: Final = Spoken()
