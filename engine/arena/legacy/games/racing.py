"""The predecessor's racing, which is today's classic race: 100 m, twenty actions, in turn.

It ended as soon as a car was over the line, where today the second seat still answers; the row's result says who won.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from engine.arena.legacy.playing import MOVES, Playing, Reading, require_end
from engine.arena.legacy.told import POSITION_ONLY, Said, Told
from engine.errors import NotUnderstood
from engine.model import SEATS, Seat
from engine.sentences import say

GAME: Final = "racing"

_STATE: Final = re.compile(r"(\d+):(\d+):(\d+)\|(\d+):(\d+):(\d+)(?:\|.*)?")
_START: Final = (0,) * 6
_LENGTH: Final = ("track_length", "length")


def reading(told: Told) -> Reading:
    """:raises NotUnderstood: when the actions are missing, not legal, or lead elsewhere."""
    state = _STATE.fullmatch(told.position if isinstance(told.position, str) else told.text)
    ended = tuple(map(int, state.groups())) if state else None
    length = next((told.document[name] for name in _LENGTH if type(told.document.get(name)) is int), None)
    played = Playing.of(GAME, {"variant": "classic"} | ({"length": length} if length else {}))
    played.all(_actions(told, ended), _action)
    if ended is not None:
        require_end(_cars(played), ended)
    return played.reading()


def _actions(told: Told, ended: tuple[int, ...] | None) -> Sequence[Said]:
    if told.moves is not None:
        return told.moves
    if ended == _START:
        return ()
    words = re.split(r"[\s,;|]+", told.text)
    if told.text and ended is None and all(word.isalpha() for word in words):
        return [Said(word) for word in words]
    if told.text and ended is None:
        raise NotUnderstood(MOVES, say("No action can be read in its game_state."))
    raise NotUnderstood(POSITION_ONLY, say("The row keeps the last position alone; the moves are not in it."))


def _action(_: Any, __: Seat, said: Said) -> str:
    return said.text.casefold()


def _cars(played: Playing) -> tuple[int, ...]:
    """Metres, speed and actions used of each car, as the predecessor wrote them."""
    budget = played.position.course.budget
    cars = [played.position.car(seat) for seat in SEATS]
    return tuple(number for car in cars for number in (car.at, car.speed, budget - car.left))
