"""A board in the cells of a terminal: coloured squares where there is colour, plain text where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from rich.style import Style
from rich.text import Text

from engine.board import Board, Cell
from engine.render.grid import axes
from engine.render.text import board_text, glyph_character
from engine.render.theme import mix, readable_on
from engine.render.words import Told, clean, cut

# Middle tones, because white and black men must both be seen on every square.
_SHADES: Final[Mapping[str, str]] = {"light": "#8e99a3", "dark": "#5f6c78", "plain": "#4a5560"}
_MARKS: Final[Mapping[str, str]] = {"last": "#b08a1e", "check": "#c0392b", "win": "#2e8b57"}
_INKS: Final[Mapping[str, str]] = {"white": "#ffffff", "black": "#000000"}
# Outlined men are hard to see on colours: there the side is told by the ink, and both sides are drawn solid.
_SOLID: Final = str.maketrans("♔♕♖♗♘♙", "♚♛♜♝♞♟")


def board_grid(board: Board, *, color: bool, unicode: bool, told: Told = str) -> Text:
    """The board without its captions."""
    if not (color and board.cells):
        plain = board_text(replace(board, captions=()), unicode=unicode, told=told)
        return Text(plain, no_wrap=True, overflow="ellipsis")
    lines = Text(no_wrap=True, overflow="ellipsis")
    at = {(cell.row, cell.column): cell for cell in board.cells}
    rows, columns = axes(board.cells) or ({}, {})
    edge = max((len(name) for name in rows.values()), default=0)
    width = max(3, *(len(_shown(cell, unicode)) + 2 for cell in board.cells))
    for row in range(board.rows):
        lines.append(f"{rows.get(row, ''):>{edge}} " if edge else "", "dim")
        for column in range(board.columns):
            cell = at.get((row, column))
            lines.append(*_square(cell, width, unicode) if cell else (" " * width,))
        lines.append("\n")
    if columns:
        names = (columns.get(column, "").center(width) for column in range(board.columns))
        lines.append(f"{' ' * edge} {''.join(names)}\n", "dim")
    lines.right_crop(1)
    return lines


def _square(cell: Cell, width: int, unicode: bool) -> tuple[str, Style]:
    ground = _MARKS.get(cell.mark) or _SHADES.get(cell.shade, _SHADES["plain"])
    ink = _INKS.get(cell.glyph.partition("-")[0]) or readable_on(ground)
    if not cell.glyph:
        ink = mix(ground, ink, 0.75)
    return _shown(cell, unicode).center(width), Style(color=ink, bgcolor=ground, bold=bool(cell.glyph))


def _shown(cell: Cell, unicode: bool) -> str:
    if cell.glyph:
        character = glyph_character(cell.glyph, unicode=unicode)
        return character.translate(_SOLID)
    return cut(clean(cell.label), 6)
