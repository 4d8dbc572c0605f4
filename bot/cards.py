"""A duel as a channel shows it: from the folded log to a :class:`bot.presenting.Card`, in the channel's language."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bot.answering import buttons_in
from bot.boards import board_in
from bot.catalogue import ENGLISH, said
from bot.duel_buttons import rows
from bot.presenting import Card, SeatLine, Words
from engine import duel
from engine.arena import Arena
from engine.arena.exports import SUFFIX, export
from engine.arena.watching import ShownTurn, Watched, board_of
from engine.board import Board
from engine.duel import State
from engine.model import NANO, SEATS, Head, MoveMode, Outcome, Seat, Spoken
from engine.ports import Roster
from engine.render.png import board_png
from engine.render.text import board_text
from engine.sentences import counted, joined, say


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How a community wants its duels shown. ``masked`` hides the words that it has blocked."""

    language: str = ENGLISH
    pictures: bool = True
    masked: Callable[[str], str] = _as_it_is


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that a card is made of."""

    head: Head
    watched: Watched
    names: Mapping[Seat, str]
    sealed: frozenset[Seat]
    arena: Arena

    @property
    def state(self) -> State:
        return self.watched.state

    @property
    def prices(self) -> Roster:
        """Who knows what players cost here."""
        return self.arena.context.roster.of(self.head.terms.community)

    def side(self, seat: Seat) -> str:
        return self.state.game.seats[seat]

    def awaited(self) -> list[Seat]:
        """The seats whose move is missing."""
        return [seat for seat in SEATS if seat in self.state.to_move() - self.sealed]

    def is_human(self, seat: Seat) -> bool:
        return self.state.terms.players[seat].is_human


async def card(head: Head, arena: Arena, style: HouseStyle, last: Card | None = None) -> Card:
    """The newest card of a duel. The picture is painted in a thread, unless the ``last`` card shows the same board."""
    scene = await _scene(head, arena, style)
    board = _masked(board_in(_board(scene), style.language), style)
    png = await _picture(board, last, style.language) if style.pictures else None
    state = scene.state
    return Card(
        duel_id=head.duel_id,
        community=head.terms.community,
        entry=state.entry,
        title=said(state.game.title, style.language),
        lines=_said(_lines(scene), style),
        seats=(_seat_line(scene, Seat.FIRST, style), _seat_line(scene, Seat.SECOND, style)),
        board=board,
        alt=board.alt,
        thread=_thread(scene, style),
        summary=_said(_summary(scene, state.outcome), style) if state.outcome else (),
        buttons=buttons_in(rows(head.duel_id, state, scene.sealed), style.language),
        deadline_ms=duel.deadline_ms(state, scene.awaited()),
        countdown=said(say("Time for this move ends"), style.language),
        over=state.outcome is not None,
        png=png,
        text_board="" if style.pictures else board_text(board, told=partial(said, language=style.language)),
        files=await _files(scene) if state.outcome else (),
    )


async def _picture(board: Board, last: Card | None, language: str) -> bytes:
    if last and last.png and last.board == board:
        return last.png
    return await asyncio.to_thread(board_png, board, told=partial(said, language=language))


async def _scene(head: Head, arena: Arena, style: HouseStyle) -> _Scene:
    watched = await arena.watching.watch(head.duel_id)
    state = watched.state
    names = await arena.people.names(state.terms)
    both = len(state.to_move()) > 1
    sealed = await arena.context.store.seals(head.duel_id, state.position_entry) if both else {}
    masked = {seat: style.masked(said(name, style.language)) for seat, name in names.items()}
    return _Scene(head, watched, masked, frozenset(sealed), arena)


def words(watched: Watched, names: Mapping[Seat, str], after: int, until: int, style: HouseStyle) -> list[Words]:
    """What was said with the turns after an entry, up to another, oldest first; the log's last words included."""
    found = [
        one
        for turn in watched.turns
        if after < turn.entry <= until
        for seat in SEATS
        if seat in turn.spoken and (one := _words(turn, seat, names, watched.state, style))
    ]
    last = watched.state.entry
    if watched.state.outcome and after < last <= until:
        found += [
            Words(last, _who(names, seat, watched.state, style), "", text)
            for seat, spoken in watched.last_words.items()
            if (text := _text(spoken, "", style))
        ]
    return found


def _words(turn: ShownTurn, seat: Seat, names: Mapping[Seat, str], state: State, style: HouseStyle) -> Words | None:
    move = turn.moves[seat]
    text = _text(turn.spoken[seat], move, style)
    return Words(turn.entry, _who(names, seat, state, style), style.masked(move), text) if text else None


def _who(names: Mapping[Seat, str], seat: Seat, state: State, style: HouseStyle) -> str:
    side = said(state.game.seats[seat], style.language)
    return said(say("{side} ({name})", side=side, name=style.masked(names[seat])), style.language)


def _text(spoken: Spoken, move: str, style: HouseStyle) -> str:
    """What was said, when it is more than the move, and why earlier attempts were refused."""
    refused = [
        said(say("Attempt {number} was refused: {why}", number=number, why=attempt.why), style.language)
        for number, attempt in enumerate(spoken.attempts, start=1)
    ]
    more = spoken.words.strip()
    return style.masked("\n".join([*refused, *([more] if more.casefold() not in {"", move.casefold()} else [])]))


def _board(scene: _Scene) -> Board:
    """The board as everybody may see it."""
    return board_of(scene.state)


def _masked(board: Board, style: HouseStyle) -> Board:
    return replace(
        board,
        alt=style.masked(board.alt),
        captions=tuple(map(style.masked, board.captions)),
        links=tuple(replace(link, text=style.masked(link.text), note=style.masked(link.note)) for link in board.links),
    )


def _said(sentences: Iterable[str], style: HouseStyle) -> tuple[str, ...]:
    return tuple(style.masked(said(sentence, style.language)) for sentence in sentences if sentence)


def _thread(scene: _Scene, style: HouseStyle) -> str:
    first, second = (scene.names[seat] for seat in SEATS)
    versus = say("{game}: {first} – {second}", game=scene.state.game.title, first=first, second=second)
    return said(versus, style.language)


def _lines(scene: _Scene) -> Iterator[str]:
    """What is said above the board."""
    yield _versus(scene)
    yield _kind(scene.state)
    if scene.watched.turns:
        yield _last_move(scene, scene.watched.turns[-1])
    if not scene.state.outcome:
        yield from _standing(scene)
    yield from (_used(scene, seat) for seat in SEATS)


def _versus(scene: _Scene) -> str:
    first, second = (say("{name} ({side})", name=scene.names[seat], side=scene.side(seat)) for seat in SEATS)
    return say("{first} against {second}", first=first, second=second)


_MODES: Final = {
    MoveMode.FREE: say("models know the rules themselves"),
    MoveMode.LISTED: say("models are given the legal moves"),
    MoveMode.CONSTRAINED: say("models can answer legal moves only"),
}


def _kind(state: State) -> str:
    kind = say("Rated") if state.terms.rated else say("Casual")
    modes = [_MODES[mode] for mode in dict.fromkeys(state.terms.modes.values())]
    return say("{kind}: {modes}", kind=kind, modes=joined(modes, "; ")) if modes else kind


def _last_move(scene: _Scene, turn: ShownTurn) -> str:
    moves = [
        say("{move} ({side})", move=turn.moves[seat], side=scene.side(seat)) for seat in SEATS if seat in turn.moves
    ]
    return say("Last move, turn {turn}: {moves}", turn=turn.number, moves=joined(moves, ", "))


def _standing(scene: _Scene) -> Iterator[str]:
    """Who is awaited, and what is on offer."""
    state = scene.state
    if state.adjourned is not None:
        yield say("Adjourned: {why}", why=state.adjourned)
        return
    for seat in scene.awaited():
        name, side = scene.names[seat], scene.side(seat)
        if scene.is_human(seat):
            yield (
                say("{name} is to move.", name=name)
                if not scene.sealed
                else say("{name} has yet to choose.", name=name)
            )
        else:
            yield say("{side} is thinking.", side=side)
    for seat in SEATS:
        if seat in scene.sealed:
            yield say("{side} has chosen.", side=scene.side(seat))
    if state.draw_offer:
        yield say("{side} offers a draw.", side=scene.side(state.draw_offer))
    if state.takeback_offer:
        yield say("{side} asks to take the last move back.", side=scene.side(state.takeback_offer))


def _used(scene: _Scene, seat: Seat) -> str:
    """A line for a side that has used tokens, time or attempts; empty for one that has used none."""
    tally, state = scene.state.tally(seat), scene.state
    tokens = tally.tokens_in + tally.tokens_out
    parts = [
        counted("{n:,} token", "{n:,} tokens", n=tokens) if tokens else "",
        _cost(scene, seat) if tokens else "",
        counted("{n} failed attempt", "{n} failed attempts", n=tally.failed_attempts) if tally.failed_attempts else "",
        _clock(state, seat),
    ]
    used = joined(parts, ", ")
    return say("{side}: {used}", side=scene.side(seat), used=used) if used else ""


def _clock(state: State, seat: Seat) -> str:
    if state.outcome or state.terms.time.per_duel_seconds is None or not state.terms.players[seat].is_human:
        return ""
    left = duel.left_ms(state, seat)
    return say("{time} left for all moves", time=_duration(left)) if left is not None else ""


def _cost(scene: _Scene, seat: Seat) -> str:
    if not scene.prices.priced(scene.state.terms.players[seat]):
        return say("price unknown")
    return _usd(scene.state.tally(seat).cost_nano_usd)


_SHOWN_NANO: Final = NANO // 10_000


def _usd(nano: int) -> str:
    if not nano:
        return say("free")
    return say("${usd}", usd=f"{nano / NANO:.4f}") if nano >= _SHOWN_NANO else say("less than $0.0001")


def _duration(milliseconds: int) -> str:
    seconds = max(0, milliseconds) // 1000
    if not seconds:
        return say("less than a second")
    if seconds < 60:
        return say("{seconds} s", seconds=seconds)
    if seconds < 3600:
        return say("{minutes} min {seconds} s", minutes=seconds // 60, seconds=seconds % 60)
    return say("{hours} h {minutes} min", hours=seconds // 3600, minutes=seconds % 3600 // 60)


def _summary(scene: _Scene, outcome: Outcome) -> Iterator[str]:
    """What is said when it is over: result, reason, length, cost, failed attempts."""
    state = scene.state
    yield _result(scene, outcome)
    yield outcome.why
    plies = counted("{n} ply", "{n} plies", n=state.ply)
    ended = scene.head.ended_ms or scene.arena.context.clock.now_ms()
    yield say("Length: {plies} in {time}.", plies=plies, time=_duration(ended - scene.head.created_ms))
    tokens = sum(tally.tokens_in + tally.tokens_out for tally in state.tallies)
    if tokens:
        spent = _usd(sum(tally.cost_nano_usd for tally in state.tallies))
        yield say("Cost: {spent} for {tokens:,} tokens.", spent=spent, tokens=tokens)
    failed = [(seat, state.tally(seat).failed_attempts) for seat in SEATS]
    if any(count for _, count in failed):
        each = [say("{side} {count}", side=scene.side(seat), count=count) for seat, count in failed]
        yield say("Failed attempts: {each}.", each=joined(each, ", "))


def _result(scene: _Scene, outcome: Outcome) -> str:
    if outcome.void:
        return say("No result: the duel is void.")
    if outcome.winner is None:
        return say("A draw.")
    return say("{name} won.", name=scene.names[outcome.winner])


def _seat_line(scene: _Scene, seat: Seat, style: HouseStyle) -> SeatLine:
    state, tally = scene.state, scene.state.tally(seat)
    awaited = seat in scene.awaited()
    priced = scene.prices.priced(state.terms.players[seat])
    return SeatLine(
        seat=seat,
        side=said(scene.side(seat), style.language),
        name=scene.names[seat],
        to_move=awaited,
        thinking=awaited and not scene.is_human(seat),
        clock_ms=None if state.outcome else duel.left_ms(state, seat),
        tokens=tally.tokens_in + tally.tokens_out,
        cost_nano_usd=tally.cost_nano_usd if priced else None,
        failed_attempts=tally.failed_attempts,
    )


async def _files(scene: _Scene) -> tuple[tuple[str, str], ...]:
    """The duel as a file: in the game's own format where it has one (PGN), else as JSON."""
    form = next(iter(scene.state.game.exports), "json")
    record, entries = await scene.arena.duels.record(scene.head.duel_id, scene.names)
    name = f"{scene.head.terms.game}-{scene.head.duel_id[:8]}.{SUFFIX.get(form, form)}"
    return ((name, export(record, entries, form)),)
