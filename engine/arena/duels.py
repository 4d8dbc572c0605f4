"""What people do with duels: start, move, resign, cancel, find, write down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from engine import duel
from engine.arena import requests
from engine.arena.admission import Admission
from engine.arena.conduct import conduct_of
from engine.arena.context import Context, derived_id
from engine.arena.endings import reveal
from engine.arena.own_keys import OwnKeys
from engine.arena.starting import Start, agreed
from engine.duel import State
from engine.errors import BadOption, Conflict, CorruptLog, NotAllowed, OutOfTurn, UnknownName
from engine.games import Record
from engine.model import (
    Agreed,
    Autoplay,
    Community,
    End,
    Entry,
    Head,
    Outcome,
    Seat,
    Shown,
    Spoken,
    Status,
    Termination,
    Terms,
    Turn,
)
from engine.sentences import say


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a person's move. ``sealed``: it is kept, and shown when the other choice is in.

    ``refused`` is why the game's judge did not take a move that was played all the same, and how its side stands now.
    """

    state: State
    sealed: bool
    refused: str = ""


class Duels:
    """The use cases around a single duel."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def start(self, start: Start) -> Head:
        """Agree and queue a duel; the same request starts it once.

        :raises UserError: an unknown game, player or option, a player that cannot play here, or what the community's
            settings do not allow; no duel is stored.
        """
        duel_id = derived_id(start.community, start.request_id)
        # What has started is not admitted a second time: the settings may have changed since.
        head = await self._context.store.head(duel_id) or await self._create(start, duel_id)
        await self._context.queue.put(duel_id)
        self._context.announcer.changed(duel_id, 0)
        return head

    async def _create(self, start: Start, duel_id: str) -> Head:
        await OwnKeys(self._context).load_for(start.community, start.players.values())
        terms = agreed(self._context, start, duel_id)
        terms = replace(terms, season=(await conduct_of(self._context, start.community)).season)
        try:
            await Admission(self._context).admit(start, duel_id)
        except NotAllowed:
            # The same request again finds its duel, whatever has been set or spent since.
            if await self._context.store.head(duel_id) is None:
                raise
        now = self._context.clock.now_ms()
        head = Head(duel_id, terms, Status.LIVE, now, shown=Shown(start.channel, start.language))
        new = await self._context.store.create(head, Entry(0, derived_id(duel_id, 0), now, Agreed(terms)))
        return head if new else await self._context.head(duel_id)

    async def move(self, duel_id: str, person: str, text: str, request_id: str, at: int | None = None) -> Moved:
        """A person's move. ``at`` is the number of the entry whose position the person looked at.

        The same request again does nothing again.

        :raises StalePosition: when the duel has moved on. :raises OutOfTurn: not theirs to move, or too late.
        :raises MoveRefused: with the rule. Nothing is lost by any of them.
        """
        entry_id = derived_id(duel_id, request_id)
        state, log = await requests.load(self._context, duel_id)
        if requests.found(log, entry_id):
            await requests.wake(self._context, duel_id)
            return Moved(state, sealed=False, refused=_refused(log, entry_id))
        seat = await self._seat_to_choose(duel_id, state, person, entry_id)
        requests.require_looked_at(state, at)
        duel.require_turn(state, seat)
        await requests.refuse_late(self._context, duel_id, state, [seat])
        move = state.game.encode(state.game.parse(state.position, seat, text))
        spoken = Spoken(words=_words(text, move))
        if len(state.to_move()) == 1:
            turn = Turn({seat: move}, {seat: spoken} if spoken.words else {})
            unmoved = partial(requests.require_position, entry=state.position_entry)
            refused = _verdict(state, turn)
            state = await requests.append(self._context, duel_id, state, [turn], entry_id, unmoved)
            moved = Moved(state, sealed=False, refused=refused)
        else:
            moved = await self._seal(duel_id, state, seat, move, spoken, entry_id)
        await requests.wake(self._context, duel_id)
        return moved

    async def _seal(self, duel_id: str, state: State, seat: Seat, move: str, spoken: Spoken, request: str) -> Moved:
        """Keep a choice, and open both when the other one is in."""
        seal = self._context.seal(duel_id, state, seat, move, spoken, request)
        kept = await self._context.store.put_seal(duel_id, seal)
        if kept.request != request:
            raise OutOfTurn(say("Your choice is sealed already and cannot be changed. Wait for the other one."))
        before = state.position_entry
        while state.position_entry == before and not state.outcome:
            try:
                state = await reveal(self._context, duel_id, state)
                break
            except Conflict:
                state = await self._context.load(duel_id)
        sealed = state.position_entry == before
        if sealed:
            # No entry tells of it, and yet who watches is shown that this side has chosen.
            self._context.announcer.changed(duel_id, state.entry)
        return Moved(state, sealed)

    async def _seat_to_choose(self, duel_id: str, state: State, person: str, request: str) -> Seat:
        """The seat a move is for; who sits on both sides of a simultaneous game chooses for the one that has not."""
        seats = requests.their_seats(state, person)
        if len(seats) == 1 or len(state.to_move()) == 1:
            return requests.seat_to_move(state, person)
        sealed = await self._context.store.seals(duel_id, state.position_entry)
        mine = [seat for seat in seats if seat in sealed and sealed[seat].request == request]
        return next(iter([*mine, *(seat for seat in seats if seat not in sealed)]), seats[0])

    async def choosing(self, duel_id: str, person: str, at: int | None = None) -> tuple[State, Seat]:
        """The state in which a person may choose a move now, and the seat they choose for.

        :raises StalePosition: when the duel has moved on.
        :raises OutOfTurn: when they are not to move, or their choice is sealed.
        """
        state = await self._context.load(duel_id)
        seat = await self._seat_to_choose(duel_id, state, person, "")
        requests.require_looked_at(state, at)
        duel.require_turn(state, seat)
        if len(state.to_move()) > 1 and seat in await self._context.store.seals(duel_id, state.position_entry):
            raise OutOfTurn(say("Your choice is sealed already and cannot be changed. Wait for the other one."))
        return state, seat

    @staticmethod
    def seats_of(terms: Terms, person: str) -> list[Seat]:
        """Where a person sits."""
        return requests.seats_of(terms, person)

    async def resign(self, duel_id: str, person: str, request_id: str, at: int | None = None) -> State:
        """Give a duel up. ``at`` is the number of the entry whose position the person looked at.

        :raises NotAllowed: without a seat. :raises OutOfTurn: when it is over, or has moved on.
        """
        state = await self._context.load(duel_id)
        seat = requests.seat_to_move(state, person)
        why = say("{side} resigned.", side=state.game.seats[seat])
        end = End(Outcome(seat.other, Termination.RESIGNATION, why), person)
        entry_id = derived_id(duel_id, request_id, "resign")
        return await requests.conclude(self._context, duel_id, end, entry_id, partial(_require_resignable, at=at))

    async def cancel(self, duel_id: str, person: str, request_id: str) -> State:
        """End a duel without a result.

        :raises NotAllowed: for anyone but its starter, and for a starter who would escape a rated result.
        """
        state, log = await requests.load(self._context, duel_id)
        if state.terms.started_by != person:
            raise NotAllowed(say("Only who started this duel, or a moderator, can cancel it."))
        _refuse_escape(log, person)
        return await self._void(duel_id, say("The duel was cancelled by its starter."), person, request_id)

    async def overrule(self, duel_id: str, moderator: str, request_id: str, why: str = "") -> State:
        """A moderator ends a duel, rated or not, and it counts for nobody.

        :raises NotAllowed: for a moderator who would escape a rated result. :raises OutOfTurn: when it is over.
        """
        _, log = await requests.load(self._context, duel_id)
        _refuse_escape(log, moderator)
        said = say("A moderator cancelled the duel.")
        if why:
            said = say("A moderator cancelled the duel: {why}", why=why)
        return await self._void(duel_id, said, moderator, request_id)

    async def call_off(self, duel_id: str, why: str) -> State:
        """The arena itself ends a duel that cannot be played here. :raises OutOfTurn: when it is over."""
        return await self._void(duel_id, why, "arena", "called off")

    async def _void(self, duel_id: str, why: str, by: str, request_id: str) -> State:
        outcome = Outcome(None, Termination.CANCELLED, why, void=True)
        entry_id = derived_id(duel_id, request_id, "cancel")
        return await requests.conclude(self._context, duel_id, End(outcome, by), entry_id)

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
            raise UnknownName(say("duel"), text, [], say("See /duel list."))
        if len(found) > 1:
            raise BadOption(say("Several duels start with “{text}”: give more of the id.", text=text))
        return found[0]

    async def agreed(self, duel_id: str) -> Terms:
        """What both sides agreed to before the first ply, whoever has taken a seat over since."""
        _, log = await requests.load(self._context, duel_id)
        first = log[0].body
        if not isinstance(first, Agreed):
            raise CorruptLog(f"duel {duel_id} does not begin with what was agreed")
        return first.terms

    async def record(self, duel_id: str, names: Mapping[Seat, str] | None = None) -> tuple[Record, list[Entry]]:
        """The duel as exporters see it, with its whole log."""
        state, entries = await requests.load(self._context, duel_id)
        shown = names or {seat: str(player) for seat, player in state.terms.players.items()}
        return Record(duel_id, state.terms, shown, _moves(entries), state.outcome, entries[0].at_ms), entries


def _moves(entries: Sequence[Entry]) -> list[Mapping[Seat, str]]:
    return [entry.body.moves for entry in duel.turns(entries) if isinstance(entry.body, Turn)]


def _refused(log: Sequence[Entry], entry_id: str) -> str:
    """Why the judge did not take the move that a request has played; empty when it did."""
    for number, entry in enumerate(log):
        if entry.id == entry_id and isinstance(entry.body, Turn) and len(entry.body.moves) == 1:
            return _verdict(duel.fold(log[:number]), entry.body)
    return ""


def _verdict(state: State, turn: Turn) -> str:
    """Why the game's judge does not take this move of one side, with how that side stands then; empty when it does."""
    game, ((seat, text),) = state.game, turn.moves.items()
    move = game.decode(state.position, text)
    described = game.describe(state.position, move)
    if "error" not in described:
        return ""
    score = game.score(game.play(state.position, {seat: move}))[seat]
    return say("{why} You have: {score}.", why=described["why"], score=score)


def _words(text: str, move: str) -> str:
    """What a person wrote, when it is more than the bare move."""
    said = text.strip()
    return "" if said.casefold() == move.casefold() else said


def _refuse_escape(log: Sequence[Entry], person: str) -> None:
    """:raises NotAllowed: when a person would cancel a rated duel that they may be losing, or handed over."""
    rated = list(takewhile(lambda entry: not isinstance(entry.body, Autoplay), log))
    begun = any(isinstance(entry.body, Turn) for entry in rated)
    terms = duel.begin(log[0]).terms
    if not (terms.rated and begun and requests.seats_of(terms, person)):
        return
    if len(rated) < len(log) and not requests.seats_of(duel.fold(log).terms, person):
        raise NotAllowed(say("You handed over a rated duel that had begun: only a moderator can cancel it now."))
    raise NotAllowed(say("A rated duel that has begun cannot be cancelled by who plays in it: use /duel resign."))


def _require_resignable(state: State, at: int | None) -> None:
    """:raises OutOfTurn: when the duel is decided, or no longer what the person looked at."""
    requests.require_unended(state)
    requests.require_looked_at(state, at)
