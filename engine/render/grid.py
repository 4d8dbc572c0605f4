"""The part of a picture that is a grid of addressed cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.board import Cell
from engine.render.scene import Box, Item, Page, Words, centred, glyph

_ADDRESS: Final = re.compile(r"([a-z]{1,2})([0-9]{1,2})")


def axes(cells: Sequence[Cell]) -> tuple[dict[int, str], dict[int, str]] | None:
    """Names of rows and of columns, when all addresses are a column's letters and a row's number (``e4``)."""
    rows: dict[int, str] = {}
    columns: dict[int, str] = {}
    for cell in cells:
        named = _ADDRESS.fullmatch(cell.address)
        if not named:
            return None
        column, row = named.groups()
        if rows.setdefault(cell.row, row) != row or columns.setdefault(cell.column, column) != column:
            return None
    return rows, columns


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the cells are."""

    left: int
    top: int
    step: int
    rows: int

    def corner(self, row: int, column: int) -> tuple[int, int]:
        return self.left + column * self.step, self.top + row * self.step


def lay_out_cells(page: Page, top: int) -> tuple[list[Item], int]:
    board = page.board
    if not (board.rows and board.columns and board.cells):
        return [], top
    named = axes(board.cells)
    step = max(1, page.room // max(board.rows, board.columns))
    grid = _Grid((page.width - step * board.columns) // 2, top, step, board.rows)
    items = [item for cell in board.cells for item in _cell(page, grid, cell)]
    if named:
        items += _coordinates(page, grid, *named)
    return items, top + step * board.rows + page.px(22 if named else 10)


def _cell(page: Page, grid: _Grid, cell: Cell) -> Iterator[Item]:
    x, y = grid.corner(cell.row, cell.column)
    fill = page.theme.cell_fill(cell.shade, cell.mark)
    gap = page.px(3) if cell.shade not in {"light", "dark"} else 0
    border = page.theme.marks.get(cell.mark, page.theme.line if gap else "")
    yield Box(
        x + gap,
        y + gap,
        grid.step - 2 * gap,
        grid.step - 2 * gap,
        fill,
        radius=gap * 3,
        border=border,
        border_width=max(page.px(1), grid.step // 18) if cell.mark in page.theme.marks else page.px(1),
    )
    if cell.glyph:
        yield from glyph(cell.glyph, x, y, grid.step, fill)
    elif cell.label:
        yield centred(cell.label, x, y, grid.step, min(page.px(18), grid.step // 2), fill)


def _coordinates(page: Page, grid: _Grid, rows: dict[int, str], columns: dict[int, str]) -> Iterator[Item]:
    size = page.px(12)
    for row, name in rows.items():
        _, y = grid.corner(row, 0)
        middle = y + grid.step // 2 + round(size * 0.36)
        yield Words(grid.left - page.px(10), middle, name, size, page.theme.faint, "middle")
    for column, name in columns.items():
        x, _ = grid.corner(0, column)
        below = grid.top + grid.step * grid.rows + page.px(15)
        yield Words(x + grid.step // 2, below, name, size, page.theme.faint, "middle")
