"""Blocks that hold text: lines, boards and tables in a fixed width. Slack reads no markup in any of them.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from bot.on_slack import escape

Block = dict[str, Any]
T = TypeVar("T", bound=str | Sequence[str])

SECTION: Final = 3_000
MOST_CHARACTERS: Final = 11_500
"""Slack refuses a message of more than about 12,000 characters in its blocks (``msg_blocks_too_long``)."""
CELL: Final = 900
NARROW: Final = 30
"""A longer cell is no longer read at a glance in a column."""
MOST_ROWS: Final = 400
WINDOW: Final = 76
"""So many characters of fixed width stand beside one another in a usual window."""


def plain(text: str, most: int) -> Block:
    return {"type": "plain_text", "text": escape.one_line(text, most) or "–", "emoji": False}


def section(lines: Sequence[str], most: int) -> Iterator[Block]:
    text = escape.literal("\n".join(lines), most)
    if text:
        yield {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}


def sections(text: str) -> Iterator[Block]:
    """A longer text, cut between lines."""
    for part in _parts(escape.literal(text, MOST_CHARACTERS).split("\n"), SECTION):
        yield from section(part, SECTION)


def fixed(text: str) -> Block:
    run = {"type": "text", "text": escape.fixed_width(text, SECTION) or "–"}
    return {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [run]}]}


def table(lines: Sequence[Sequence[str]]) -> Iterator[Block]:
    """A narrow table in aligned columns; of one with longer texts, every row is a line of its own, uncut."""
    if not lines:
        return
    rows = [[escape.one_line(cell, CELL) for cell in row] for row in lines[:MOST_ROWS]]
    columns = range(max(map(len, rows)))
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in columns]
    if max(widths) > NARROW or sum(widths) + 2 * len(widths) > WINDOW:
        yield from _listed(rows[0], rows[1:])
        return
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
    texts.insert(1, "  ".join("─" * width for width in widths))
    for part in _parts(texts, SECTION - 10):
        yield fixed("\n".join(part))


def _listed(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    """Rows whose first cell heads the others. Where there are several of those, each says what it is."""
    named = len(heads) > 2
    for part in _parts(rows, SECTION - 10):
        runs: list[Block] = []
        for first, *rest in part:
            told = (f"{head} {cell}" if named else cell for head, cell in zip(heads[1:], rest, strict=False) if cell)
            more = "".join(f" — {cell}" for cell in told)
            runs += [
                {"type": "text", "text": first or "–", "style": {"bold": True}},
                {"type": "text", "text": f"{more}\n"},
            ]
        yield {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": runs}]}


def _parts(items: Sequence[T], most: int) -> Iterator[list[T]]:
    """The items in runs of so many characters at most, line ends included."""
    part: list[T] = []
    room = most
    for item in items:
        needed = len(item) + 1 if isinstance(item, str) else sum(len(cell) + 1 for cell in item) + 1
        if part and needed > room:
            yield part
            part, room = [], most
        part.append(item)
        room -= needed
    if part:
        yield part
