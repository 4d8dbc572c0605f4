"""What every request of a person to a running duel goes through: whose seat it is, what was asked before, what is
still possible, and an append that is tried again when somebody else was first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from engine import duel
from engine.arena.context import Context
from engine.arena.endings import finish, flagged, forced, mend
from engine.duel import State
from engine.errors import Conflict, NotAllowed, OutOfTurn, StalePosition, StoreError, UnknownName
from engine.model import SEATS, Body, End, Entry, Player, Seat, Terms, Turn
from engine.sentences import say


async def load(context: Context, duel_id: str) -> tuple[State, list[Entry]]:
    """The duel folded, and its log; a head that it has left behind is brought on, whatever becomes of the request.

    :raises UnknownName: when there is no such duel.
    """
    log = await context.store.entries(duel_id)
    if not log:
        raise UnknownName(say("duel"), duel_id, [], say("See /duel list."))
    state = duel.fold(log)
    async with minded(context, duel_id):
        await mend(context, duel_id, state)
    return state, log


@asynccontextmanager
async def minded(context: Context, duel_id: str) -> AsyncIterator[None]:
    """A request's second write, of the head: where it fails, a worker tries it until head and log agree."""
    try:
        yield
    except StoreError:
        await context.queue.put(duel_id)
        raise


async def wake(context: Context, duel_id: str) -> None:
    """Have a worker go on after what a request has written."""
    async with minded(context, duel_id):
        await context.wake(duel_id)


def found(log: Sequence[Entry], entry_id: str) -> bool:
    """Whether a request has been carried out: its id is an entry's, or stands in a turn of choices made at once."""
    return any(
        entry.id == entry_id or (isinstance(entry.body, Turn) and entry_id in entry.body.requests.values())
        for entry in log
    )


def seats_of(terms: Terms, person: str) -> list[Seat]:
    """Where a person sits."""
    return [seat for seat in SEATS if terms.players[seat] == Player("human", person)]


def their_seats(state: State, person: str) -> list[Seat]:
    """Where a person sits, at least one. :raises NotAllowed: when they do not."""
    seats = seats_of(state.terms, person)
    if not seats:
        raise NotAllowed(say("You have no seat in this duel. Start your own with /duel start."))
    return seats


def seat_to_move(state: State, person: str) -> Seat:
    """The person's seat that is to move, else their first."""
    seats = their_seats(state, person)
    return next((seat for seat in seats if seat in state.to_move()), seats[0])


def require_looked_at(state: State, at: int | None) -> None:
    """:raises StalePosition: when the position is no longer the one that a person looked at."""
    if at is not None and at != state.position_entry:
        raise StalePosition(say("That position is gone: the duel has moved on. Look at the newest board."))


def require_position(state: State, entry: int) -> None:
    """:raises StalePosition: when somebody has changed the position meanwhile."""
    if state.position_entry != entry or state.outcome:
        raise StalePosition(say("That position is gone: somebody was faster. Look at the newest board."))


async def require_time(context: Context, duel_id: str, state: State) -> None:
    """:raises StalePosition: when somebody's time has run out, which only needs a worker to look at it."""
    awaited = state.to_move()
    if len(awaited) > 1:
        awaited -= (await context.store.seals(duel_id, state.position_entry)).keys()
    await refuse_late(context, duel_id, state, awaited)


async def refuse_late(context: Context, duel_id: str, state: State, seats: Iterable[Seat]) -> None:
    """:raises StalePosition: when one of these seats should have moved by now; a worker is asked to look."""
    if late := flagged(state, seats, context.clock):
        await wake(context, duel_id)
        raise StalePosition(say("Too late: {why}", why=late.why))


def require_undecided(state: State) -> None:
    """:raises OutOfTurn: when the duel is adjourned, over, or will be over as soon as a worker looks at it."""
    duel.require_open(state)
    require_unended(state)


def require_unended(state: State) -> None:
    """:raises OutOfTurn: when the duel is over, or will be as soon as a worker looks at it."""
    if state.outcome:
        duel.require_open(state)
    if outcome := forced(state):
        raise OutOfTurn(say("This duel is decided: {why}", why=outcome.why))


async def append(
    context: Context,
    duel_id: str,
    state: State,
    bodies: Sequence[Body],
    entry_id: str,
    require: Callable[[State], object],
) -> State:
    """Append bodies, all or none; when somebody else was first, again, if what they need still holds.

    :raises UserError: what ``require`` raises of the state that has come instead.
    """
    while True:
        require(state)
        try:
            return await context.append_all(duel_id, state, bodies, entry_id)
        except Conflict:
            state = await context.load(duel_id)


async def conclude(
    context: Context,
    duel_id: str,
    end: End,
    entry_id: str,
    require: Callable[[State], object] = require_unended,
) -> State:
    """Append an end wherever the log stands, also while adjourned, and finish; the same request again finds it done.

    :raises OutOfTurn: when the duel has ended otherwise, or its last ply has decided it.
    """
    state, log = await load(context, duel_id)
    if not found(log, entry_id):
        state = await append(context, duel_id, state, [end], entry_id, require)
    return await finished(context, duel_id, state)


async def finished(context: Context, duel_id: str, state: State) -> State:
    """The state, with the head brought to its end if it has one: a repeated request mends what a crash left."""
    if state.outcome:
        async with minded(context, duel_id):
            await finish(context, await context.head(duel_id), state)
    return state
