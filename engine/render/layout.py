"""A board laid out once; ``svg.py`` and ``png.py`` only paint what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from engine.board import Board, Hand, Link, Track
from engine.model import Seat
from engine.render.grid import lay_out_cells
from engine.render.scene import Box, Item, Page, Picture, Scene, Words, glyph
from engine.render.theme import Theme, mix
from engine.render.words import SEATS_TITLED, Told, clean, elide, glyph_said, width_of, wrap
from engine.sentences import counted, say

SMALLEST: Final = 64
LARGEST: Final = 2048
LINKS_SHOWN: Final = 12
CAPTION_LINES: Final = 4


def lay_out(board: Board, *, size: int, theme: Theme, flipped: bool, told: Told = str) -> Scene:
    """The scene of a board, ``size`` pixels wide and as high as it needs; ``told`` says the words that it adds.

    :raises ValueError: when ``size`` is not between ``SMALLEST`` and ``LARGEST``.
    """
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"a picture is {SMALLEST} to {LARGEST} pixels wide, not {size}")
    page = Page(turned(board) if flipped else board, theme, size, told)
    items: list[Item] = []
    y = page.px(10)
    for part in _PARTS:
        made, bottom = part(page, y)
        items += made
        y = bottom
    return Scene(size, max(y + page.px(6), size // 8), theme.paper, tuple(items))


def turned(board: Board) -> Board:
    """The board as the second seat sees it: the grid by half a turn, and its own track and hand first."""
    cells = tuple(
        replace(cell, row=board.rows - 1 - cell.row, column=board.columns - 1 - cell.column) for cell in board.cells
    )
    return replace(board, cells=cells, tracks=board.tracks[::-1], hands=board.hands[::-1])


def _tracks(page: Page, top: int) -> tuple[list[Item], int]:
    items: list[Item] = []
    for track in page.board.tracks:
        items += _track(page, track, top)
        top += page.px(92)
    return items, top


def _track(page: Page, track: Track, top: int) -> Iterator[Item]:
    theme, left, lane_top, lane = page.theme, page.margin, top + page.px(26), page.px(44)
    said = page.told(say("{at} of {length} · speed {speed}", at=track.at, length=track.length, speed=track.speed))
    text = f"{said} · {track.note}" if track.note else said
    yield from _heading(page, track.seat, track.side, left, top + page.px(17), text)
    # The lane ends half a car before the right edge, so that a car on the line is still in the picture.
    run = page.room - lane
    yield Box(left, lane_top, page.room, lane, theme.lane, page.px(8), theme.line, page.px(1))

    def at(place: int) -> int:
        return left + lane // 2 + round(run * min(max(place, 0), track.length) / max(1, track.length))

    for section in track.sections:
        if section.limit is not None:
            yield from _bend(page, at(section.start), at(section.end), lane_top, lane, str(section.limit))
    flag = lane * 3 // 4
    yield Picture(left + page.room - flag, lane_top + lane // 8, flag, "finish")
    yield Picture(at(track.at) - lane // 2, lane_top, lane, f"car-{track.seat.value}")


def _bend(page: Page, start: int, end: int, top: int, height: int, limit: str) -> Iterator[Item]:
    size = page.px(11)
    yield Box(start, top + 1, max(1, end - start), height - 2, page.theme.bend)
    yield Words((start + end) // 2, top + height + page.px(13), limit, size, page.theme.faint, "middle")


def _heading(page: Page, seat: Seat, side: str, x: int, baseline: int, text: str) -> Iterator[Item]:
    """A seat's colour and name, then what is said of it."""
    size = page.px(15)
    name = clean(page.told(side or SEATS_TITLED[seat]))
    yield Words(x, baseline, name, size, page.theme.seats[seat], bold=True)
    x += round(width_of(name, size, bold=True)) + page.px(8)
    yield Words(x, baseline, elide(clean(text), size, page.width - page.margin - x), size, page.theme.ink)


def _hands(page: Page, top: int) -> tuple[list[Item], int]:
    hands = page.board.hands
    items: list[Item] = []
    gap, height = page.px(12), page.px(206)
    width = (page.room - gap) // 2
    for number, hand in enumerate(hands):
        row, column = divmod(number, 2)
        items += _hand(page, hand, page.margin + column * (width + gap), top + row * (height + gap), width, height)
    return items, top + -(-len(hands) // 2) * (height + gap)


def _hand(page: Page, hand: Hand, x: int, y: int, width: int, height: int) -> Iterator[Item]:
    theme, side = page.theme, page.px(128)
    middle = x + width // 2
    yield Box(x, y, width, height, theme.panel, page.px(10), theme.line, page.px(1))
    name = clean(page.told(hand.side or SEATS_TITLED[hand.seat]))
    yield Words(middle, y + page.px(26), name, page.px(16), theme.seats[hand.seat], "middle", True)
    yield from glyph(hand.glyph or "hidden", middle - side // 2, y + page.px(36), side, theme.panel)
    size = page.px(14)
    said = hand.note or page.told(glyph_said(hand.glyph or "hidden"))
    note = elide(clean(said), size, width - page.px(16))
    yield Words(middle, y + page.px(188), note, size, theme.ink, "middle")


def _links(page: Page, top: int) -> tuple[list[Item], int]:
    links = page.board.links
    items: list[Item] = []
    hidden = len(links) - LINKS_SHOWN
    if hidden > 0:
        earlier = page.told(counted("{n} earlier word", "{n} earlier words", n=hidden))
        items.append(Words(page.margin, top + page.px(18), earlier, page.px(13), page.theme.faint))
        top += page.px(28)
    for link in links[-LINKS_SHOWN:]:
        items += _link(page, link, top)
        top += page.px(34)
    return items, top + (page.px(4) if links else 0)


def _link(page: Page, link: Link, top: int) -> Iterator[Item]:
    theme, height, size = page.theme, page.px(30), page.px(16)
    colour = theme.seats[link.seat] if link.seat else theme.faint
    ground = theme.panel if link.accepted else mix(theme.panel, theme.refused, 0.08)
    yield Box(page.margin, top, page.room, height, ground, page.px(6))
    yield Box(page.margin, top, page.px(5), height, colour, page.px(2))
    x, baseline = page.margin + page.px(14), top + page.px(20)
    if link.seat:
        yield Picture(x, top + page.px(7), page.px(16), "accepted" if link.accepted else "refused")
    x += page.px(24)
    word = elide(clean(link.text), size, page.room * 0.6)
    yield Words(x, baseline, word, size, theme.ink if link.accepted else theme.refused, bold=True)
    if link.note:
        x += round(width_of(word, size, bold=True)) + page.px(10)
        note = elide(clean(link.note), page.px(13), page.width - page.margin - page.px(8) - x)
        yield Words(x, baseline, note, page.px(13), theme.faint)


def _captions(page: Page, top: int) -> tuple[list[Item], int]:
    size, items = page.px(15), list[Item]()
    for caption in page.board.captions:
        for line in wrap(clean(caption), size, page.room, CAPTION_LINES):
            items.append(Words(page.margin, top + page.px(15), line, size, page.theme.ink))
            top += page.px(21)
    return items, top


_PARTS: Final[tuple[Callable[[Page, int], tuple[list[Item], int]], ...]] = (
    lay_out_cells,
    _tracks,
    _hands,
    _links,
    _captions,
)
