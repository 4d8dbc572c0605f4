"""A duel is its log folded: what the entries mean, and what may be appended next.

Nothing here waits, reads a clock or writes: the arena passes the time in and stores what comes out.

::

    agreed ──► turn ──► turn ──► … ──► end ──► ruling   (a moderator gives it another outcome)
                 │ draw-offer ─► draw-answer        (lapses with the next turn)
                 │ takeback-offer ─► takeback or takeback-refused
                 │ autoplay                         (a program takes over a person's seat; casual from here)
                 │ adjourn ────► resume
                 └ takeback, verdict                (rewrite turns before them; the log itself only grows;
                                                     a verdict may also come after the end, before its ruling)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from engine import games
from engine.errors import CorruptLog, OutOfTurn
from engine.games import AnyGame
from engine.model import (
    SEATS,
    Adjourn,
    Agreed,
    Autoplay,
    DrawAnswer,
    DrawOffer,
    End,
    Entry,
    Outcome,
    Resume,
    Ruling,
    Seat,
    Spoken,
    Takeback,
    TakebackOffer,
    TakebackRefused,
    Termination,
    Terms,
    Turn,
    Verdict,
)
from engine.sentences import say


@dataclass(frozen=True, slots=True)
class Tally:
    """What a seat has used up so far."""

    used_ms: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_nano_usd: int = 0
    failed_attempts: int = 0
    plies: int = 0

    def plus(self, spoken: Spoken, used_ms: int, plies: int = 1) -> Tally:
        """With one more ply, or with what was spent on none."""
        return Tally(
            self.used_ms + used_ms,
            self.tokens_in + spoken.tokens_in,
            self.tokens_out + spoken.tokens_out,
            self.cost_nano_usd + spoken.cost_nano_usd,
            self.failed_attempts + len(spoken.attempts),
            self.plies + plies,
        )


@dataclass(frozen=True, slots=True)
class State:
    """The log folded up to entry ``entry``.

    ``position_entry`` is the number of the last entry that changed the position: a click made on an older one is
    stale. ``turn`` counts turns, ``ply`` counts moves (two in a simultaneous turn). ``offered_in`` is the turn in which
    each seat offered a draw last.
    """

    terms: Terms
    game: AnyGame
    position: Any
    entry: int
    position_entry: int
    turn_started_ms: int
    turn: int = 0
    ply: int = 0
    tallies: tuple[Tally, Tally] = (Tally(), Tally())
    draw_offer: Seat | None = None
    takeback_offer: Seat | None = None
    offered_in: tuple[int, int] = (-1, -1)
    adjourned: str | None = None
    outcome: Outcome | None = None

    def to_move(self) -> frozenset[Seat]:
        """Who may move now: nobody when the duel is over or adjourned."""
        if self.outcome or self.adjourned is not None:
            return frozenset()
        return self.game.to_move(self.position)

    def tally(self, seat: Seat) -> Tally:
        """What a seat has used."""
        return self.tallies[SEATS.index(seat)]


def begin(entry: Entry) -> State:
    """The state after entry 0. :raises CorruptLog: when it is not an agreement."""
    if entry.number != 0 or not isinstance(entry.body, Agreed):
        raise CorruptLog(f"The log starts with {type(entry.body).__name__} {entry.number}, not with an agreement.")
    terms = entry.body.terms
    game = games.game(terms.game)
    return State(terms, game, game.start(terms.options, terms.seed), 0, 0, entry.at_ms)


def fold(entries: Iterable[Entry]) -> State:
    """A whole log folded. :raises CorruptLog: when it has a gap or does not replay."""
    log = list(entries)
    if not log:
        raise CorruptLog("The log is empty.")
    kept = rewritten(log)
    state = begin(log[0])
    for entry in log[1:]:
        state = advance(state, kept[entry.number]) if entry.number in kept else _skip(state, entry)
    return state


def turns(entries: Iterable[Entry]) -> list[Entry]:
    """The turn entries that count, in order: takebacks and verdicts applied."""
    return [entry for entry in rewritten(entries).values() if isinstance(entry.body, Turn)]


def rewritten(entries: Iterable[Entry]) -> dict[int, Entry]:
    """The entries that still count, by number: turns taken back are gone, moves ruled upon are replaced."""
    kept: dict[int, Entry] = {}
    for entry in entries:
        match entry.body:
            case Takeback(plies=plies):
                _take_back(kept, plies)
            case Verdict() as ruling:
                _rule(kept, ruling)
        kept[entry.number] = entry
    return kept


def _take_back(kept: dict[int, Entry], plies: int) -> None:
    for number in sorted(kept, reverse=True):
        body = kept[number].body
        if plies <= 0:
            return
        if isinstance(body, Turn):
            plies -= len(body.moves)
            del kept[number]


def _rule(kept: dict[int, Entry], ruling: Verdict) -> None:
    ruled = kept.get(ruling.entry)
    if ruled is None or not isinstance(ruled.body, Turn):
        raise CorruptLog(f"A verdict rules on entry {ruling.entry}, which is no turn.")
    moves = {**ruled.body.moves, ruling.seat: ruling.move}
    kept[ruling.entry] = replace(ruled, body=replace(ruled.body, moves=moves))


def rewrites(entry: Entry) -> bool:
    """Whether an entry changes turns before it, so that the log must be folded anew."""
    return isinstance(entry.body, Takeback | Verdict)


def advance(state: State, entry: Entry) -> State:
    """The state after one more entry. :raises CorruptLog: when it does not belong there."""
    if entry.number != state.entry + 1:
        raise CorruptLog(f"Entry {entry.number} follows entry {state.entry}.")
    if state.outcome:
        return _ruled(state, entry)
    match entry.body:
        case Turn() as turn:
            return _turned(state, turn, entry)
        case DrawOffer(seat=seat):
            offered = tuple(state.turn if one is seat else at for one, at in zip(SEATS, state.offered_in, strict=True))
            return replace(state, entry=entry.number, draw_offer=seat, offered_in=(offered[0], offered[1]))
        case DrawAnswer():
            return replace(state, entry=entry.number, draw_offer=None)
        case TakebackOffer(seat=seat):
            return replace(state, entry=entry.number, takeback_offer=seat)
        case TakebackRefused():
            return replace(state, entry=entry.number, takeback_offer=None)
        case Autoplay() as change:
            return _handed_over(state, change, entry)
        case Adjourn(why=why):
            return replace(state, entry=entry.number, adjourned=why, draw_offer=None, takeback_offer=None)
        case Resume():
            return replace(state, entry=entry.number, adjourned=None, turn_started_ms=entry.at_ms)
        case End(outcome=outcome) as end:
            return replace(state, entry=entry.number, outcome=outcome, tallies=_spent(state, end.spoken))
        case Takeback() | Verdict() as change:
            spoken = change.spoken if isinstance(change, Takeback) else {}
            return replace(
                state,
                entry=entry.number,
                position_entry=entry.number,
                turn_started_ms=entry.at_ms,
                tallies=_spent(state, spoken),
                # Offers were made in view of the moves that are gone.
                draw_offer=None,
                takeback_offer=None,
            )
        case Agreed():
            raise CorruptLog(f"Entry {entry.number} is a second agreement.")
        case Ruling():
            raise CorruptLog(f"Entry {entry.number} rules on a duel that is not over.")


def _ruled(state: State, entry: Entry) -> State:
    """What may come after the end: a ruling, and before it the verdict that it follows from."""
    match entry.body:
        case Ruling(outcome=outcome):
            return replace(state, entry=entry.number, outcome=outcome)
        case Verdict():
            return replace(state, entry=entry.number)
    raise CorruptLog(f"Entry {entry.number} follows the end.")


def replayed(state: State, turn: Entry) -> State:
    """The state after the next turn that counts, whatever other entries stand between."""
    return advance(replace(state, entry=turn.number - 1), turn)


def _skip(state: State, entry: Entry) -> State:
    """Past a turn that was taken back: its number is used up, its position is not reached.

    Its time goes back with it, but what it cost was spent: a limit on money holds however often moves are taken back.
    """
    if entry.number != state.entry + 1:
        raise CorruptLog(f"Entry {entry.number} follows entry {state.entry}.")
    spoken = entry.body.spoken if isinstance(entry.body, Turn) else {}
    return replace(state, entry=entry.number, turn_started_ms=entry.at_ms, tallies=_spent(state, spoken))


def _turned(state: State, turn: Turn, entry: Entry) -> State:
    game = state.game
    if frozenset(turn.moves) != game.to_move(state.position):
        raise CorruptLog(f"Entry {entry.number} moves out of turn.")
    moves = {seat: game.decode(state.position, text) for seat, text in turn.moves.items()}
    return State(
        state.terms,
        game,
        game.play(state.position, moves),
        entry.number,
        entry.number,
        entry.at_ms,
        state.turn + 1,
        state.ply + len(moves),
        _after_turn(state, turn, max(0, entry.at_ms - state.turn_started_ms)),
        # An offer outlives the move of who made it: the other seat answers by moving.
        draw_offer=state.draw_offer if state.draw_offer in turn.moves and len(turn.moves) == 1 else None,
        offered_in=state.offered_in,
    )


def _handed_over(state: State, change: Autoplay, entry: Entry) -> State:
    """A program in a person's seat, and no rating: the terms that hold from here."""
    players = {**state.terms.players, change.seat: change.player}
    modes = {**state.terms.modes, change.seat: change.mode} if change.mode else state.terms.modes
    terms = replace(state.terms, players=players, modes=modes, rated=False)
    offer = state.draw_offer if state.draw_offer is not change.seat else None
    return replace(state, terms=terms, entry=entry.number, draw_offer=offer, takeback_offer=None)


def _after_turn(state: State, turn: Turn, elapsed_ms: int) -> tuple[Tally, Tally]:
    first, second = (
        state.tally(seat).plus(turn.spoken.get(seat, _SILENT), turn.took_ms.get(seat, elapsed_ms))
        if seat in turn.moves
        else state.tally(seat)
        for seat in SEATS
    )
    return first, second


def _spent(state: State, spoken: Mapping[Seat, Spoken]) -> tuple[Tally, Tally]:
    """What was spent on plies that are not on the board: never made, or taken back."""
    first, second = (
        state.tally(seat).plus(spoken[seat], 0, 0) if seat in spoken else state.tally(seat) for seat in SEATS
    )
    return first, second


def ending(state: State) -> Outcome | None:
    """The outcome that the position or the limits force, or ``None`` while play goes on."""
    decided = state.game.outcome(state.position)
    if decided or state.ply < state.terms.limits.max_plies:
        return decided
    settled = state.game.adjudicate(state.position)
    return replace(settled, termination=Termination.MAX_PLIES)


def over_budget(state: State) -> str | None:
    """A sentence when the duel has used up its tokens or its money, else ``None``."""
    limits = state.terms.limits
    if limits.max_tokens is None and limits.max_nano_usd is None:
        return None
    tokens = sum(tally.tokens_in + tally.tokens_out for tally in state.tallies)
    cost = sum(tally.cost_nano_usd for tally in state.tallies)
    if limits.max_tokens is not None and tokens >= limits.max_tokens:
        return say("The duel has used its {tokens:,} tokens.", tokens=limits.max_tokens)
    if limits.max_nano_usd is not None and cost >= limits.max_nano_usd:
        return say("The duel has used its ${dollars:.2f}.", dollars=limits.max_nano_usd / 1e9)
    return None


def deadline_ms(state: State, seats: Iterable[Seat]) -> int | None:
    """When the first of these seats runs out of time; ``None`` without a clock."""
    limits = [limit for seat in seats if (limit := left_ms(state, seat)) is not None]
    return state.turn_started_ms + min(limits) if limits else None


def left_ms(state: State, seat: Seat) -> int | None:
    """How long a seat may take from the start of this turn; only people have clocks."""
    time = state.terms.time
    if not state.terms.players[seat].is_human:
        return None
    limits = []
    if time.per_ply_seconds is not None:
        limits.append(time.per_ply_seconds * 1000)
    if time.per_duel_seconds is not None:
        limits.append(max(0, time.per_duel_seconds * 1000 - state.tally(seat).used_ms))
    return min(limits, default=None)


def forfeited(seats: Sequence[Seat], termination: Termination, why: str) -> Outcome:
    """The other seat wins; when both fail at once it is a draw."""
    return Outcome(seats[0].other if len(seats) == 1 else None, termination, why)


def require_open(state: State) -> None:
    """:raises OutOfTurn: when the duel is over or adjourned."""
    if state.outcome:
        raise OutOfTurn(say("This duel is over. Start another with /duel start, or a rematch from its board."))
    if state.adjourned is not None:
        raise OutOfTurn(say("This duel is adjourned: {why}", why=state.adjourned))


def require_turn(state: State, seat: Seat) -> None:
    """:raises OutOfTurn: when that seat is not to move."""
    require_open(state)
    if seat not in state.to_move():
        raise OutOfTurn(say("It is {side}'s move. Yours comes after it.", side=state.game.seats[seat.other]))


_SILENT: Final = Spoken()
