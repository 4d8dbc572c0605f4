"""What people do with duels: start, move, resign, offer a draw, cancel, look, export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from engine import duel, games
from engine.arena.context import Context, derived_id
from engine.arena.endings import finish, forced, reveal
from engine.arena.starting import Start, agreed
from engine.duel import State
from engine.errors import BadOption, Conflict, NotAllowed, OutOfTurn, StalePosition, UnknownName, UserError
from engine.games import Record
from engine.model import (
    SEATS,
    Agreed,
    Body,
    Community,
    DrawAnswer,
    DrawOffer,
    End,
    Entry,
    Head,
    Outcome,
    Player,
    Seat,
    Shown,
    Spoken,
    Status,
    Termination,
    Terms,
    Turn,
)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a person's move. ``sealed``: it is kept, and shown when the other choice is in."""

    state: State
    sealed: bool


class Duels:
    """The use cases around a single duel."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def start(self, start: Start) -> Head:
        """Agree and queue a duel; the same request starts it once.

        :raises UserError: an unknown game, player or option, or a player that cannot play here; nothing is stored.
        """
        duel_id = derived_id(start.community, start.request_id)
        terms = agreed(self._context, start, duel_id)
        games.game(terms.game).start(terms.options, terms.seed)
        now = self._context.clock.now_ms()
        head = Head(duel_id, terms, Status.LIVE, now, shown=Shown(start.channel, start.language))
        new = await self._context.store.create(head, Entry(0, derived_id(duel_id, 0), now, Agreed(terms)))
        await self._context.queue.put(duel_id)
        self._context.announcer.changed(duel_id, 0)
        return head if new else await self._context.head(duel_id)

    async def move(self, duel_id: str, person: str, text: str, request_id: str, at: int | None = None) -> Moved:
        """A person's move. ``at`` is the number of the entry whose position the person looked at.

        The same request again does nothing again.

        :raises StalePosition: when the duel has moved on. :raises OutOfTurn: not theirs to move, or too late.
        :raises MoveRefused: with the rule. Nothing is lost by any of them.
        """
        entry_id = derived_id(duel_id, request_id)
        state, log = await self._load(duel_id)
        if _found(log, entry_id):
            await self._context.wake(duel_id)
            return Moved(state, sealed=False)
        seat = await self._seat_to_choose(duel_id, state, person, entry_id)
        if at is not None and at != state.position_entry:
            raise StalePosition("That position is gone: the duel has moved on. Look at the newest board.")
        duel.require_turn(state, seat)
        await self._refuse_late(duel_id, state, seat)
        move = state.game.encode(state.game.parse(state.position, seat, text))
        spoken = Spoken(words=_words(text, move))
        if len(state.to_move()) == 1:
            turn = Turn({seat: move}, {seat: spoken} if spoken.words else {})
            unmoved = partial(_require_position, entry=state.position_entry)
            moved = Moved(await self._append(duel_id, state, [turn], entry_id, unmoved), sealed=False)
        else:
            moved = await self._seal(duel_id, state, seat, move, spoken, entry_id)
        await self._context.wake(duel_id)
        return moved

    async def _seal(self, duel_id: str, state: State, seat: Seat, move: str, spoken: Spoken, request: str) -> Moved:
        """Keep a choice, and open both when the other one is in."""
        seal = self._context.seal(duel_id, state, seat, move, spoken, request)
        kept = await self._context.store.put_seal(duel_id, seal)
        if kept.request != request:
            raise OutOfTurn("Your choice is sealed already and cannot be changed. Wait for the other one.")
        before = state.position_entry
        while state.position_entry == before and not state.outcome:
            try:
                state = await reveal(self._context, duel_id, state)
                break
            except Conflict:
                state = await self._context.load(duel_id)
        return Moved(state, sealed=state.position_entry == before)

    async def _load(self, duel_id: str) -> tuple[State, list[Entry]]:
        log = await self._context.store.entries(duel_id)
        if not log:
            raise UnknownName("duel", duel_id, [], "See /duel list.")
        return duel.fold(log), log

    async def _seat_to_choose(self, duel_id: str, state: State, person: str, request: str) -> Seat:
        """The seat a move is for; who sits on both sides of a simultaneous game chooses for the one that has not."""
        seats = self._seats(state, person)
        if len(seats) == 1 or len(state.to_move()) == 1:
            return self._seat_to_move(state, person)
        sealed = await self._context.store.seals(duel_id, state.position_entry)
        mine = [seat for seat in seats if seat in sealed and sealed[seat].request == request]
        return next(iter([*mine, *(seat for seat in seats if seat not in sealed)]), seats[0])

    def _seat_to_move(self, state: State, person: str) -> Seat:
        seats = self._seats(state, person)
        return next((seat for seat in seats if seat in state.to_move()), seats[0])

    def _seats(self, state: State, person: str) -> list[Seat]:
        seats = self.seats_of(state.terms, person)
        if not seats:
            raise NotAllowed("You have no seat in this duel. Start your own with /duel start.")
        return seats

    @staticmethod
    def seats_of(terms: Terms, person: str) -> list[Seat]:
        """Where a person sits."""
        return [seat for seat in SEATS if terms.players[seat] == Player("human", person)]

    async def _refuse_late(self, duel_id: str, state: State, seat: Seat) -> None:
        deadline = duel.deadline_ms(state, [seat])
        if deadline is not None and self._context.clock.now_ms() >= deadline:
            await self._context.wake(duel_id)
            raise StalePosition("Too late: your time for this move had run out.")

    async def _append(
        self, duel_id: str, state: State, bodies: Sequence[Body], entry_id: str, require: Callable[[State], object]
    ) -> State:
        """Append bodies, all or none; when somebody else was first, again, if what they need still holds.

        :raises UserError: what ``require`` raises of the state that has come instead.
        """
        while True:
            require(state)
            try:
                return await self._context.append_all(duel_id, state, bodies, entry_id)
            except Conflict:
                state = await self._context.load(duel_id)

    async def resign(self, duel_id: str, person: str, request_id: str) -> State:
        """:raises NotAllowed: without a seat. :raises OutOfTurn: when it is over."""
        state = await self._context.load(duel_id)
        seat = self._seat_to_move(state, person)
        outcome = Outcome(seat.other, Termination.RESIGNATION, f"{state.game.seats[seat]} resigned.")
        return await self._conclude(duel_id, End(outcome, person), derived_id(duel_id, request_id, "resign"))

    async def cancel(self, duel_id: str, person: str, request_id: str) -> State:
        """End a duel without a result.

        :raises NotAllowed: for anyone but its starter, and for a starter who would escape a rated result.
        """
        state = await self._context.load(duel_id)
        if state.terms.started_by != person:
            raise NotAllowed("Only who started this duel can cancel it.")
        if state.terms.rated and state.ply and self.seats_of(state.terms, person):
            raise NotAllowed("A rated duel that has begun cannot be cancelled by who plays in it: use /duel resign.")
        outcome = Outcome(None, Termination.CANCELLED, "The duel was cancelled by its starter.", void=True)
        return await self._conclude(duel_id, End(outcome, person), derived_id(duel_id, request_id, "cancel"))

    async def _conclude(self, duel_id: str, end: End, entry_id: str) -> State:
        """Append an end wherever the log stands, and finish; the same request again finds it done.

        :raises OutOfTurn: when the duel has ended otherwise, or its last ply has decided it.
        """
        state, log = await self._load(duel_id)
        if not _found(log, entry_id):
            state = await self._append(duel_id, state, [end], entry_id, _require_undecided)
        return await self._finished(duel_id, state)

    async def offer_draw(self, duel_id: str, person: str, request_id: str) -> State:
        """Offer a draw to the other person; where the other side has offered, that is an agreement.

        :raises UserError: to a program, or twice in a turn.
        """
        entry_id = derived_id(duel_id, request_id, "draw")
        state, log = await self._load(duel_id)
        if _found(log, entry_id):
            return await self._finished(duel_id, state)
        if any(state.draw_offer is seat.other for seat in self._seats(state, person)):
            return await self.answer_draw(duel_id, person, True, request_id)
        seat = self._seat_to_move(state, person)
        return await self._append(duel_id, state, [DrawOffer(seat)], entry_id, partial(_require_offerable, seat=seat))

    async def answer_draw(self, duel_id: str, person: str, accepted: bool, request_id: str) -> State:
        """Accept or decline the other seat's offer. :raises UserError: when there is none."""
        entry_id = derived_id(duel_id, request_id, "draw")
        state, log = await self._load(duel_id)
        if not _found(log, entry_id):
            seats = self._seats(state, person)
            seat = next((seat for seat in seats if state.draw_offer is seat.other), seats[0])
            bodies: list[Body] = [DrawAnswer(seat, accepted)]
            if accepted:
                bodies.append(End(Outcome(None, Termination.AGREEMENT, "The players agreed to a draw."), person))
            require = partial(_require_offered, seat=seat)
            state = await self._append(duel_id, state, bodies, entry_id, require)
        return await self._finished(duel_id, state)

    async def _finished(self, duel_id: str, state: State) -> State:
        """The state, with the head brought to its end if it has one: a repeated request mends what a crash left."""
        if state.outcome:
            await finish(self._context, await self._context.head(duel_id), state)
        return state

    async def rematch(self, duel_id: str, person: str, request_id: str) -> Head:
        """The same terms with the seats swapped and a new seed."""
        head = await self._context.head(duel_id)
        if head.status is not Status.OVER:
            raise UserError("This duel is still being played. A rematch can follow when it is over.")
        terms = head.terms
        modes = set(terms.modes.values())
        return await self.start(
            Start(
                request_id=request_id,
                community=terms.community,
                game=terms.game,
                players={seat: terms.players[seat.other] for seat in SEATS},
                started_by=person,
                options={name: value for name, value in terms.options.items() if value is not None},
                mode=modes.pop() if len(modes) == 1 else None,
                time=terms.time,
                limits=terms.limits,
                rated=terms.rated,
            )
        )

    async def find(self, community: Community, text: str) -> Head:
        """A duel by its id, the start of its id (4 letters or more), or ``last``.

        :raises UserError: when there is none, or several.
        """
        store = self._context.store
        if text == "last":
            found = await store.duels(community, limit=1)
        else:
            found = await store.duels_starting(community, text, limit=2) if len(text) >= 4 else []
        if not found:
            raise UnknownName("duel", text, [], "See /duel list.")
        if len(found) > 1:
            raise BadOption(f"Several duels start with “{text}”: give more of the id.")
        return found[0]

    async def record(self, duel_id: str, names: Mapping[Seat, str] | None = None) -> tuple[Record, list[Entry]]:
        """The duel as exporters see it, with its whole log."""
        entries = await self._context.store.entries(duel_id)
        if not entries or not isinstance(entries[0].body, Agreed):
            raise UnknownName("duel", duel_id, [], "See /duel list.")
        terms = entries[0].body.terms
        shown = names or {seat: str(player) for seat, player in terms.players.items()}
        return Record(duel_id, terms, shown, _moves(entries), duel.fold(entries).outcome, entries[0].at_ms), entries


def _moves(entries: Sequence[Entry]) -> list[Mapping[Seat, str]]:
    return [entry.body.moves for entry in duel.turns(entries) if isinstance(entry.body, Turn)]


def _words(text: str, move: str) -> str:
    """What a person wrote, when it is more than the bare move."""
    said = text.strip()
    return "" if said.casefold() == move.casefold() else said


def _found(log: Sequence[Entry], entry_id: str) -> bool:
    """Whether a request has been carried out: its id is an entry's, or stands in a turn of choices made at once."""
    return any(
        entry.id == entry_id or (isinstance(entry.body, Turn) and entry_id in entry.body.requests.values())
        for entry in log
    )


def _require_position(state: State, entry: int) -> None:
    """:raises StalePosition: when the position is no longer the one that was looked at."""
    if state.position_entry != entry or state.outcome:
        raise StalePosition("That position is gone: somebody was faster. Look at the newest board.")


def _require_undecided(state: State) -> None:
    """:raises OutOfTurn: when the duel is over, or will be as soon as a worker looks at it."""
    duel.require_open(state)
    if outcome := forced(state):
        raise OutOfTurn(f"This duel is decided: {outcome.why}")


def _require_offerable(state: State, seat: Seat) -> None:
    """:raises UserError: when that seat cannot offer a draw now."""
    _require_undecided(state)
    if not state.terms.players[seat.other].is_human:
        raise UserError("Models and engines play on: they take no draw offers. You may resign with /duel resign.")
    if state.draw_offer is seat:
        raise UserError("Your draw offer stands already. It lapses with the other side's move.")
    if state.offered_in[SEATS.index(seat)] == state.turn:
        raise UserError("You have offered a draw in this turn already. Offer again after a move.")


def _require_offered(state: State, seat: Seat) -> None:
    """:raises UserError: when the other seat's offer does not stand."""
    _require_undecided(state)
    if state.draw_offer is not seat.other:
        raise UserError("There is no draw offer to answer.")
