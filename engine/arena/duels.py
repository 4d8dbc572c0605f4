"""What people do with duels: start, move, resign, offer a draw, cancel, look, export."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import duel, games
from engine.arena.context import Context, derived_id
from engine.arena.endings import finish, reveal
from engine.duel import State
from engine.errors import BadOption, Conflict, NotAllowed, OutOfTurn, StalePosition, UnknownName, UserError
from engine.games import AnyGame, Record
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
    Limits,
    MoveMode,
    Outcome,
    Player,
    Seat,
    Spoken,
    Status,
    Termination,
    Terms,
    TimeControl,
    Turn,
)
from engine.options import check, handpicked
from engine.players.llm import PROMPT_VERSION


@dataclass(frozen=True, slots=True)
class Start:
    """What somebody asked for. ``request_id`` is the platform's own id of the request."""

    request_id: str
    community: Community
    game: str
    players: Mapping[Seat, Player]
    started_by: str
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    mode: MoveMode | None = None
    time: TimeControl = TimeControl(per_ply_seconds=86_400)
    limits: Limits = Limits()
    rated: bool = True


class Duels:
    """The use cases around a single duel."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def start(self, start: Start) -> Head:
        """Agree and queue a duel; the same request starts it once.

        :raises UserError: an unknown game, player or option, or a player that cannot play here; nothing is stored.
        """
        duel_id = derived_id(start.community, start.request_id)
        terms = self._terms(start, duel_id)
        games.game(terms.game).start(terms.options, terms.seed)
        now = self._context.clock.now_ms()
        head = Head(duel_id, terms, Status.LIVE, now)
        new = await self._context.store.create(head, Entry(0, derived_id(duel_id, 0), now, Agreed(terms)))
        await self._context.queue.put(duel_id)
        self._context.announcer.changed(duel_id, 0)
        return head if new else await self._context.head(duel_id)

    def _terms(self, start: Start, duel_id: str) -> Terms:
        game = games.game(start.game)
        options = check(game.options, start.options)
        programs = {seat: player for seat, player in start.players.items() if not player.is_human}
        modes = {seat: self._context.roster.check(player, game, start.mode) for seat, player in programs.items()}
        seed = int.from_bytes(hashlib.sha256(duel_id.encode()).digest()[:6]) if start.seed is None else start.seed
        return Terms(
            game=game.name,
            players=dict(start.players),
            seed=seed,
            options=options,
            modes={seat: mode for seat, mode in modes.items() if mode is not None},
            time=start.time,
            limits=start.limits,
            rated=start.rated and start.seed is None and self._fair(game, start),
            rules_version=game.rules_version,
            prompt_version=PROMPT_VERSION,
            community=start.community,
            started_by=start.started_by,
        )

    @staticmethod
    def _fair(game: AnyGame, start: Start) -> bool:
        """Rated means two different players and no hand-picked start."""
        first, second = (start.players[seat] for seat in SEATS)
        return first != second and not handpicked(game.options, start.options)

    async def move(self, duel_id: str, person: str, text: str, request_id: str, at: int | None = None) -> State:
        """A person's move. ``at`` is the number of the entry whose position the person looked at.

        :raises StalePosition: when the duel has moved on. :raises OutOfTurn: not theirs to move, or too late.
        :raises MoveRefused: with the rule. Nothing is lost by any of them.
        """
        entry_id = derived_id(duel_id, request_id)
        state = await self._context.load(duel_id)
        if await self._is_mine(duel_id, entry_id):
            return state
        seat = self._seat_to_move(state, person)
        if at is not None and at != state.position_entry:
            raise StalePosition("That position is gone: the duel has moved on. Look at the newest board.")
        duel.require_turn(state, seat)
        await self._refuse_late(duel_id, state, seat)
        move = state.game.encode(state.game.parse(state.position, seat, text))
        spoken = Spoken(words=_words(text, move))
        if len(state.to_move()) == 1:
            state = await self._append(duel_id, state, Turn({seat: move}, _unless_silent(seat, spoken)), entry_id)
        else:
            kept = await self._context.store.put_seal(duel_id, self._context.seal(duel_id, state, seat, move, spoken))
            if kept.move != move:
                raise OutOfTurn("Your choice is sealed already and cannot be changed. Wait for the other one.")
            state = await reveal(self._context, duel_id, state)
        await self._context.wake(duel_id)
        return state

    async def _is_mine(self, duel_id: str, entry_id: str) -> bool:
        """Whether this very request has been carried out already (it was sent twice)."""
        return any(entry.id == entry_id for entry in await self._context.store.entries(duel_id))

    def _seat_to_move(self, state: State, person: str) -> Seat:
        seats = self.seats_of(state.terms, person)
        if not seats:
            raise NotAllowed("You have no seat in this duel. Start your own with /duel start.")
        ready = [seat for seat in seats if seat in state.to_move()]
        return (ready or seats)[0]

    @staticmethod
    def seats_of(terms: Terms, person: str) -> list[Seat]:
        """Where a person sits."""
        return [seat for seat in SEATS if terms.players[seat] == Player("human", person)]

    async def _refuse_late(self, duel_id: str, state: State, seat: Seat) -> None:
        deadline = duel.deadline_ms(state, [seat])
        if deadline is not None and self._context.clock.now_ms() >= deadline:
            await self._context.wake(duel_id)
            raise StalePosition("Too late: your time for this move had run out.")

    async def _append(self, duel_id: str, state: State, body: Body, entry_id: str) -> State:
        try:
            return await self._context.append(duel_id, state, body, entry_id)
        except Conflict:
            raise StalePosition("That position is gone: somebody was faster. Look at the newest board.") from None

    async def resign(self, duel_id: str, person: str, request_id: str) -> State:
        """:raises NotAllowed: without a seat. :raises OutOfTurn: when it is over."""
        state = await self._context.load(duel_id)
        seats = self.seats_of(state.terms, person)
        if not seats:
            raise NotAllowed("Only who sits in this duel can resign it.")
        duel.require_open(state)
        why = f"{state.game.seats[seats[0]]} resigned."
        outcome = Outcome(seats[0].other, Termination.RESIGNATION, why)
        return await self._finish(duel_id, End(outcome, person), derived_id(duel_id, request_id))

    async def cancel(self, duel_id: str, person: str, request_id: str) -> State:
        """End a duel without a result. :raises NotAllowed: for anyone but its starter."""
        state = await self._context.load(duel_id)
        if state.terms.started_by != person:
            raise NotAllowed("Only who started this duel can cancel it.")
        duel.require_open(state)
        outcome = Outcome(None, Termination.CANCELLED, "The duel was cancelled by its starter.", void=True)
        return await self._finish(duel_id, End(outcome, person), derived_id(duel_id, request_id))

    async def _finish(self, duel_id: str, end: End, entry_id: str) -> State:
        """Append an end wherever the log stands; a ply that comes in between is played first."""
        while True:
            state = await self._context.load(duel_id)
            if not state.outcome:
                try:
                    state = await self._context.append(duel_id, state, end, entry_id)
                except Conflict:
                    continue
            await finish(self._context, await self._context.head(duel_id), state)
            return state

    async def offer_draw(self, duel_id: str, person: str, request_id: str) -> State:
        """Offer a draw to the other person. :raises UserError: to a program, or twice in a turn."""
        state = await self._context.load(duel_id)
        duel.require_open(state)
        seat = self._own_seat(state, person)
        if not state.terms.players[seat.other].is_human:
            raise UserError("Models and engines play on: they take no draw offers. You may resign with /duel resign.")
        if state.draw_offer is seat:
            raise UserError("Your draw offer stands already. It lapses with the next move.")
        if state.draw_offer is seat.other:
            return await self.answer_draw(duel_id, person, True, request_id)
        return await self._append(duel_id, state, DrawOffer(seat), derived_id(duel_id, request_id))

    async def answer_draw(self, duel_id: str, person: str, accepted: bool, request_id: str) -> State:
        """Accept or decline the other seat's offer. :raises UserError: when there is none."""
        state = await self._context.load(duel_id)
        duel.require_open(state)
        seat = self._own_seat(state, person)
        if state.draw_offer is not seat.other:
            raise UserError("There is no draw offer to answer.")
        state = await self._append(duel_id, state, DrawAnswer(seat, accepted), derived_id(duel_id, request_id))
        if not accepted:
            return state
        outcome = Outcome(None, Termination.AGREEMENT, "The players agreed to a draw.")
        return await self._finish(duel_id, End(outcome, person), derived_id(duel_id, request_id, "end"))

    def _own_seat(self, state: State, person: str) -> Seat:
        seats = self.seats_of(state.terms, person)
        if not seats:
            raise NotAllowed("You have no seat in this duel.")
        return seats[0]

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
        head = await self._context.store.head(text)
        if head and head.terms.community == community:
            return head
        recent = await self._context.store.duels(community, limit=100)
        found = recent[:1] if text == "last" else [h for h in recent if len(text) >= 4 and h.duel_id.startswith(text)]
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


def _unless_silent(seat: Seat, spoken: Spoken) -> dict[Seat, Spoken]:
    return {seat: spoken} if spoken.words else {}
