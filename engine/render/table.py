"""A table laid out: its columns as wide as what stands in them, its intervals as whiskers on one scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.render.figures import Interval, Row, Table
from engine.render.scene import Box, Item, Scene
from engine.render.sheet import MARGIN, SMALL, TEXT, TITLE, Sheet, ticks
from engine.render.words import squeeze, width_of, wrap

WIDEST: Final = 230
WHISKER: Final = 150
MOST_ROWS: Final = 40
_NARROWEST: Final = 340
_GAP: Final = 14
_ROW: Final = 24
_HEADING_LINES: Final = 2
_TICKS: Final = 3
_PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class _Laid:
    """A column: where it is, and what it is headed with. ``scale`` is of the intervals in it."""

    left: float
    width: float
    numbers: bool
    heading: tuple[str, ...]
    scale: tuple[float, float] | None

    def across(self, value: float) -> float:
        """Where a value of its scale is."""
        low, high = self.scale or (0.0, 1.0)
        return self.left + self.width * (value - low) / (high - low)


def lay_out_table(table: Table, sheet: Sheet) -> Scene:
    """The scene of a table; rows after :data:`MOST_ROWS` are left out."""
    rows = table.rows[:MOST_ROWS]
    columns, right = _columns(table, rows, sheet)
    width = max(right + MARGIN, _NARROWEST)
    top = MARGIN + TITLE + 12
    items: list[Item] = list(sheet.title(sheet.said(table.title), width - 2 * MARGIN))
    body = top + max((len(column.heading) for column in columns), default=1) * (SMALL + 3) + 6
    items += _headings(columns, body - 6, sheet)
    bottom = body + len(rows) * _ROW
    for number, row in enumerate(rows):
        items += _ground(row, body + number * _ROW, width, sheet)
    for column in columns:
        items += _rules(column, body, bottom, sheet)
    for number, row in enumerate(rows):
        for cell, column in zip(row.cells, columns, strict=True):
            items += _cell(cell, row, column, body + number * _ROW, sheet)
    note, end = sheet.note(sheet.said(table.note), bottom + 8, width - 2 * MARGIN)
    return Scene(sheet.px(width), sheet.px(end + (MARGIN - 4)), sheet.theme.paper, (*items, *note))


def _columns(table: Table, rows: Sequence[Row], sheet: Sheet) -> tuple[list[_Laid], float]:
    """The columns from left to right, and where the last one ends."""
    laid: list[_Laid] = []
    left = float(MARGIN + 6)
    for index, column in enumerate(table.columns):
        cells = [row.cells[index] for row in rows]
        intervals = [cell for cell in cells if isinstance(cell, Interval)]
        heading = sheet.said(column.heading)
        if intervals:
            width, scale = float(WHISKER), _scale(intervals)
            lines: tuple[str, ...] = (heading, "")
        else:
            texts = [sheet.said(cell) for cell in cells if isinstance(cell, str)]
            width = max(_widest(texts), _heading_width(heading))
            lines, scale = tuple(wrap(heading, SMALL, width + 2, _HEADING_LINES)), None
        laid.append(_Laid(left, width, column.numbers, lines, scale))
        left += width + _GAP
    return laid, left - _GAP + 6


def _widest(texts: Sequence[str]) -> float:
    return min(WIDEST, max((width_of(text, TEXT, bold=True) for text in texts), default=0))


def _heading_width(heading: str) -> float:
    """A heading may take two lines, and no word of it is cut."""
    words = heading.split(" ")
    halves = (
        max(width_of(" ".join(words[:at]), SMALL), width_of(" ".join(words[at:]), SMALL))
        for at in range(1, len(words) + 1)
    )
    return min(WIDEST, min(halves, default=0))


def _scale(intervals: Sequence[Interval]) -> tuple[float, float]:
    low, high = min(one.low for one in intervals), max(one.high for one in intervals)
    spare = max((high - low) * 0.04, 0.5)
    return low - spare, high + spare


def _headings(columns: Sequence[_Laid], bottom: float, sheet: Sheet) -> Iterator[Item]:
    for column in columns:
        for above, line in enumerate(reversed(column.heading)):
            x, anchor = (column.left + column.width, "end") if column.numbers else (column.left, "start")
            yield sheet.words(x, bottom - above * (SMALL + 3) - 2, line, SMALL, sheet.theme.faint, anchor=anchor)


def _ground(row: Row, top: float, width: float, sheet: Sheet) -> Iterator[Item]:
    left, room = sheet.px(MARGIN), sheet.px(width - 2 * MARGIN)
    yield Box(left, sheet.px(top), room, max(1, sheet.px(1) // 2), sheet.theme.line)
    if row.place is not None and 1 <= row.place <= _PLACES:
        fill = sheet.theme.places[row.place - 1]
        yield Box(left, sheet.px(top + 1.5), room, sheet.px(_ROW - 2), fill, radius=sheet.px(4))


def _rules(column: _Laid, top: float, bottom: float, sheet: Sheet) -> Iterator[Item]:
    """The scale of a column of intervals: thin lines, with their numbers above."""
    if column.scale is None:
        return
    for tick in ticks(*column.scale, _TICKS):
        x = column.across(tick)
        yield Box(round(x * sheet.scale), sheet.px(top), 1, sheet.px(bottom - top), sheet.theme.line)
        yield sheet.words(x, top - 8, f"{tick:g}", SMALL - 1, sheet.theme.faint, anchor="middle")


def _cell(cell: str | Interval, row: Row, column: _Laid, top: float, sheet: Sheet) -> Iterator[Item]:
    if isinstance(cell, Interval):
        yield from _whisker(cell, column, top + _ROW / 2, sheet)
        return
    text = squeeze(sheet.said(cell), TEXT, column.width + 2)
    x, anchor = (column.left + column.width, "end") if column.numbers else (column.left, "start")
    yield sheet.words(x, top + _ROW / 2 + 4.5, text, TEXT, sheet.theme.ink, anchor=anchor, bold=row.place == 1)


def _whisker(cell: Interval, column: _Laid, middle: float, sheet: Sheet) -> Iterator[Item]:
    thick, ink = sheet.px(1.6), sheet.theme.faint
    left, at, right = (round(column.across(value) * sheet.scale) for value in (cell.low, cell.value, cell.high))
    y = round(middle * sheet.scale)
    yield Box(left, y - thick // 2, max(1, right - left), thick, ink)
    for end in (left, right - thick):
        yield Box(end, y - sheet.px(4), thick, 2 * sheet.px(4), ink)
    side = 2 * sheet.px(4)
    yield Box(at - side // 2, y - side // 2, side, side, sheet.theme.series[0], radius=side // 2)
