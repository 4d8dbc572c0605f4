"""The predecessor's Tic-Tac-Toe: cells as ``row,column`` from 0, or numbered; the board as ``X-O--…``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from engine.arena.legacy.playing import MOVES, Playing, Reading, require_end
from engine.arena.legacy.told import POSITION_ONLY, Said, Told
from engine.errors import NotUnderstood
from engine.model import Seat
from engine.sentences import say

GAME: Final = "tic_tac_toe"

_CELLS: Final = 9
_PAIR: Final = re.compile(r"[(\[]?\s*(\d)\s*[,;:\s-]\s*(\d)\s*[)\]]?")
_NAMED: Final = re.compile(r"([a-c])([1-3])", re.I)
_LISTED: Final = re.compile(r"[\d\s,;()\[\]]+")


def reading(told: Told) -> Reading:
    """:raises NotUnderstood: when the moves are missing, may be numbered in two ways, or lead elsewhere."""
    board = _board(told.position if told.position is not None else told.text)
    moves = told.moves if told.moves is not None else _from(board, told.text)
    readings, refused = [], NotUnderstood(MOVES, say("No cell can be read in its moves."))
    for first in (0, 1):
        try:
            readings.append(_played(moves, first, board))
        except NotUnderstood as error:
            refused = error
    if not readings:
        raise refused
    if any(one.turns != readings[0].turns for one in readings):
        raise NotUnderstood(MOVES, say("Its cells may be counted from 0 or from 1, and nothing says which."))
    return readings[0]


def _played(moves: Sequence[Said], first: int, board: str | None) -> Reading:
    """The game if its cells, or rows and columns, are counted from ``first``."""

    def cell(_: Any, __: Seat, said: Said) -> str:
        if found := _NAMED.fullmatch(said.text):
            return str(3 * (int(found[2]) - 1) + "abc".index(found[1].lower()) + 1)
        if found := _PAIR.fullmatch(said.text):
            row, column = int(found[1]) - first, int(found[2]) - first
            return str(3 * row + column + 1) if {row, column} <= {0, 1, 2} else said.text
        return str(int(said.text) + 1 - first) if said.text.isdecimal() and len(said.text) == 1 else said.text

    played = Playing.of(GAME, {}).all(moves, cell)
    if board is not None:
        require_end(_marks(played.position), board)
    return played.reading()


def _from(board: str | None, text: str) -> Sequence[Said]:
    """The moves of a text that lists them, or of a board so empty that their order is certain."""
    if board is not None and board.count("X") < 2 and board.count("O") < 2:
        return [Said(f"{'abc'[at % 3]}{at // 3 + 1}") for mark in "XO" for at in [board.find(mark)] if at >= 0]
    if board is None and text and _LISTED.fullmatch(text):
        pairs = ["".join(pair) for pair in re.findall(r"\d\s*,\s*\d", text)] if ";" in text or " " in text else []
        return [Said(one) for one in pairs or re.findall(r"\d", text)]
    raise NotUnderstood(POSITION_ONLY, say("The row keeps the last position alone; the moves are not in it."))


def _board(value: Any) -> str | None:
    """Nine of ``X``, ``O`` and ``.``; ``None`` where that is no board."""
    if isinstance(value, list):
        cells = [cell for row in value for cell in (row if isinstance(row, list) else [row])]
    elif isinstance(value, str) and value.count("-") == _CELLS - 1 and not re.fullmatch(r"[XOxo-]{9}", value):
        cells = value.split("-")
    elif isinstance(value, str):
        cells = list(re.sub(r"[\s|/]", "", value.replace(" ", "." if "|" not in value else " ")))
    else:
        return None
    marks = ["." if cell in (None, "", " ", "-", "_", ".") else str(cell).strip().upper() for cell in cells]
    return "".join(marks) if len(marks) == _CELLS and set(marks) <= {"X", "O", "."} else None


def _marks(position: Any) -> str:
    return "".join(
        "X" if position.crosses >> at & 1 else "O" if position.noughts >> at & 1 else "." for at in range(_CELLS)
    )
