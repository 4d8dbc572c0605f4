"""Hiding a community's blocked words in what a page is handed: in texts, and not in what programs go by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from engine.board import Board

Hide = Callable[[str], str]

# A blocked word may also be the name of a game, of a piece or of a state: the pages go by those.
_NAMES: Final = frozenset(
    {"id", "game", "status", "player", "mode", "winner", "termination", "replay", "address", "glyph", "shade", "mark"}
    | {"seat", "to_move", "thinking", "your_seat", "draw_offer", "takeback_offer", "failure", "salts", "sealed"}
)


def as_it_is(text: str) -> str:
    """Hides nothing."""
    return text


def hidden(value: Any, hide: Hide) -> Any:
    """A value as JSON takes it, with that hidden in every text that people read."""
    if hide is as_it_is:
        return value
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Mapping):
        return {name: item if name in _NAMES else hidden(item, hide) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [hidden(item, hide) for item in value]
    return value


def board_hidden(board: Board, hide: Hide) -> Board:
    """A board, in the reader's language already, with that hidden in every text that people read."""
    if hide is as_it_is:
        return board
    return replace(
        board,
        alt=hide(board.alt),
        captions=tuple(map(hide, board.captions)),
        tracks=tuple(replace(track, note=hide(track.note)) for track in board.tracks),
        hands=tuple(replace(hand, note=hide(hand.note)) for hand in board.hands),
        links=tuple(replace(link, text=hide(link.text), note=hide(link.note)) for link in board.links),
    )
