"""What a row's ``game_state`` tells, whatever its shape: the moves that were tried, and the position it ended in.

The predecessor wrote ``{"state": …, "moves": [{"side", "move_uci", "move_san", "model_name", "error"}, …]}``, where
``state`` is the game's own string (a FEN, ``X-O--…``) or JSON in a string. Bare strings and lists are read as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.errors import NotUnderstood
from engine.model import Seat
from engine.sentences import say

STATE: Final = "state"
POSITION_ONLY: Final = "position-only"

_LONGEST: Final = 1_000_000
_MOST_MOVES: Final = 2_000
_MOVES: Final = ("moves", "move_history", "history", "log")
_POSITION: Final = ("state", "board", "position", "fen")
_START: Final = ("initial_state", "initial_fen", "start_fen")
_SAID: Final = ("move_uci", "uci", "move", "move_san", "san", "action", "choice", "cell", "word", "answer", "text")
_SIDE: Final = ("side", "seat", "player", "color", "colour", "turn")
_SIDES: Final = {
    **dict.fromkeys(("white", "w", "first", "x", "1", "p1", "player1"), Seat.FIRST),
    **dict.fromkeys(("black", "b", "second", "o", "2", "p2", "player2"), Seat.SECOND),
}
_TAG: Final = re.compile(r'\[[A-Za-z]+ +"')  # as PGN begins
_MADE_UP: Final = "fallback:"
_SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class Said:
    """One move that was tried. ``error``: it was refused then. ``made_up``: the predecessor drew it at random."""

    text: str
    seat: Seat | None = None
    error: str = ""
    tokens: int = 0
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """``moves`` is ``None`` where the state tells of none. ``text`` is a state that is no JSON, whole.

    ``position`` is where it ended, as the game's own string or JSON, and ``start`` where it began, if it says so.
    ``document`` is the JSON's object.
    """

    moves: Sequence[Said] | None = None
    text: str = ""
    position: Any = None
    start: str = ""
    document: Mapping[str, Any] = field(default_factory=dict)


def seat_named(name: Any) -> Seat | None:
    """The seat behind ``white``, ``X``, ``player1`` and their like."""
    return _SIDES.get(str(name).strip().casefold().replace("_", "").replace(" ", ""))


def read(text: str) -> Told:
    """:raises NotUnderstood: when there is nothing, too much, or JSON that is broken off."""
    if not text:
        raise NotUnderstood(STATE, say("The row has no game_state."))
    if len(text) > _LONGEST:
        raise NotUnderstood(STATE, say("Its game_state is {n:,} characters long, more than a game has.", n=len(text)))
    if text[0] not in '{["':
        return Told(text=text)
    if _TAG.match(text):
        return Told(text=text)
    return _of(_parsed(text))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NotUnderstood(STATE, say("Its game_state is no JSON, or is broken off.")) from None


def _of(value: Any) -> Told:
    if isinstance(value, str) and value.strip():
        return read(value.strip())
    if isinstance(value, list):
        return Told(moves=_moves(value))
    if not isinstance(value, dict):
        raise NotUnderstood(STATE, say("Its game_state is JSON of no game."))
    moves = next((value[name] for name in _MOVES if isinstance(value.get(name), list)), None)
    start = next((value[name] for name in _START if isinstance(value.get(name), str)), "")
    return Told(None if moves is None else _moves(moves), "", _position(value), start.strip(), value)


def _position(value: Mapping[str, Any]) -> Any:
    found = next((value[name] for name in _POSITION if value.get(name) not in (None, "")), None)
    inner = found.strip() if isinstance(found, str) else found
    return _parsed(inner) if isinstance(inner, str) and inner[:1] in ("{", "[") else inner


def _moves(values: Sequence[Any]) -> tuple[Said, ...]:
    if len(values) > _MOST_MOVES:
        raise NotUnderstood(STATE, say("Its game_state tells of {n:,} moves, more than a game has.", n=len(values)))
    return tuple(map(_said, values))


def _said(value: Any) -> Said:
    if not isinstance(value, dict):
        return Said(_move_text(value))
    model = str(value.get("model_name") or value.get("model") or "")
    said = next((value[name] for name in _SAID if value.get(name) not in (None, "")), None)
    if said is None and "row" in value:
        said = [value["row"], value.get("col", value.get("column"))]
    tokens = value.get("tokens_used", 0)
    return Said(
        "" if said is None else _move_text(said),
        next((seat for name in _SIDE if (seat := seat_named(value.get(name)))), None),
        _SYSTEM if model == _SYSTEM else str(value.get("error") or ""),
        tokens if type(tokens) is int and 0 <= tokens < 1 << 40 else 0,
        model.startswith(_MADE_UP),
    )


def _move_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(value).strip()
