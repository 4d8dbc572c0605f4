"""What the players said, for a duel's thread."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards.style import HouseStyle
from bot.catalogue import said
from bot.presenting import Words
from engine.arena.watching import ShownTurn, Watched
from engine.duel import State
from engine.model import SEATS, Seat, Spoken
from engine.sentences import say


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
