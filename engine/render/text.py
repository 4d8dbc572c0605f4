"""A board as monospaced text, for terminals and for channels that show no pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.board import Board, Cell, Hand, Link, Track
from engine.render.grid import axes
from engine.render.layout import LINKS_SHOWN, turned
from engine.render.words import SEATS_SAID, SEATS_TITLED, Told, clean, cut, glyph_said
from engine.sentences import say

LONGEST: Final = 2000
LANE: Final = 40

# Each drawing as one character: in Unicode and in ASCII, where FEN's letters tell the pieces' colours.
_CHARACTERS: Final[Mapping[str, tuple[str, str]]] = {
    "white-king": ("♔", "K"),
    "white-queen": ("♕", "Q"),
    "white-rook": ("♖", "R"),
    "white-bishop": ("♗", "B"),
    "white-knight": ("♘", "N"),
    "white-pawn": ("♙", "P"),
    "black-king": ("♚", "k"),
    "black-queen": ("♛", "q"),
    "black-rook": ("♜", "r"),
    "black-bishop": ("♝", "b"),
    "black-knight": ("♞", "n"),
    "black-pawn": ("♟", "p"),
    "cross": ("×", "X"),
    "nought": ("○", "O"),
    "rock": ("✊", "R"),
    "paper": ("✋", "P"),
    "scissors": ("✌", "S"),
    "hidden": ("?", "?"),
    "car-first": ("▶", ">"),
    "car-second": ("▶", ">"),
    "corner": ("↱", "/"),
    "finish": ("⚑", "|"),
    "accepted": ("✓", "+"),
    "refused": ("✗", "x"),
}
_BRACKETS: Final[Mapping[str, tuple[str, str]]] = {"last": ("[", "]"), "check": ("(", ")"), "win": ("{", "}")}


def glyph_character(name: str, *, unicode: bool = True) -> str:
    """A drawing as one character; an unknown one is its capital initial, so a picture is never without it."""
    known = _CHARACTERS.get(name)
    if known:
        return known[0] if unicode else known[1]
    return _plain(clean(name), unicode)[:1].upper() or "?"


def board_text(board: Board, *, unicode: bool = True, flipped: bool = False, told: Told = str) -> str:
    """The board as lines of text, at most :data:`LONGEST` characters; with ``unicode=False`` it is pure ASCII.

    The last move stands in ``[]``, a check in ``()``, a winning line in ``{}``. ``told`` says the few words
    that it adds to the board, which is in the viewer's language already.
    """
    parts = (_cells, _tracks, _hands, _links)
    shown = turned(board) if flipped else board
    lines = [line.rstrip() for part in parts for line in part(shown, unicode, told)]
    lines += [cut(clean(caption), 200) for caption in board.captions]
    text = "\n".join(lines or [clean(board.alt)])
    return cut(text, LONGEST) if unicode else _plain(text, unicode=False)[:LONGEST]


def _plain(text: str, unicode: bool) -> str:
    if unicode:
        return text
    for typographic, simple in (("…", "..."), ("–", "-"), ("—", "-"), ("−", "-"), ("·", "-"), ("“", '"'), ("”", '"')):
        text = text.replace(typographic, simple)
    return text.replace("’", "'").encode("ascii", "replace").decode("ascii")


def _cells(board: Board, unicode: bool, _told: Told) -> Iterator[str]:
    named = axes(board.cells)
    rows, columns = named or ({}, {})
    at = {(cell.row, cell.column): _cell(cell, unicode) for cell in board.cells}
    width = max((len(shown) for shown in at.values()), default=0)
    edge = max((len(name) for name in rows.values()), default=0)
    across = range(board.columns)
    for row in range(board.rows):
        shown = "".join(at.get((row, column), "").center(width) for column in across)
        yield f"{rows.get(row, ''):>{edge}}{shown}"
    if columns:
        yield " " * edge + "".join(columns.get(column, "").center(width) for column in across)


def _cell(cell: Cell, unicode: bool) -> str:
    before, after = _BRACKETS.get(cell.mark, (" ", " "))
    if cell.glyph:
        return f"{before}{glyph_character(cell.glyph, unicode=unicode)}{after}"
    empty = "·" if unicode else "."
    return f"{before}{cut(clean(cell.label), 6) or empty}{after}"


def _tracks(board: Board, unicode: bool, told: Told) -> Iterator[str]:
    for track in board.tracks:
        note = f", {clean(track.note)}" if track.note else ""
        seat = clean(told(track.side or SEATS_TITLED[track.seat]))
        facts = {"at": track.at, "length": track.length, "speed": track.speed}
        yield told(say("{seat}: {at} of {length}, speed {speed}", seat=seat, **facts)) + note
        yield _lane(track, unicode)


def _lane(track: Track, unicode: bool) -> str:
    """The lane with each bend's limit written where it begins."""
    road = list(("─" if unicode else "-") * LANE)

    def at(place: int) -> int:
        return min(max(place, 0) * LANE // max(1, track.length), LANE - 1)

    for section in track.sections:
        if section.limit is not None:
            for column in range(at(section.start), max(at(section.end), at(section.start) + 1)):
                road[column] = "▒" if unicode else "="
            road[at(section.start)] = str(section.limit)[:1]
    road[at(track.at)] = glyph_character(f"car-{track.seat.value}", unicode=unicode)
    return f"|{''.join(road)}{glyph_character('finish', unicode=unicode)}"


def _hands(board: Board, unicode: bool, told: Told) -> Iterator[str]:
    for hand in board.hands:
        yield _hand(hand, unicode, told)


def _hand(hand: Hand, unicode: bool, told: Told) -> str:
    shown = hand.glyph or "hidden"
    symbol = f"{glyph_character(shown)} " if unicode else ""
    note = f" ({clean(hand.note)})" if hand.note and hand.note != shown else ""
    return f"{clean(told(hand.side or SEATS_TITLED[hand.seat]))}: {symbol}{clean(told(glyph_said(shown)))}{note}"


def _links(board: Board, unicode: bool, told: Told) -> Iterator[str]:
    hidden = len(board.links) - LINKS_SHOWN
    if hidden > 0:
        yield told(say("({count} earlier)", count=hidden))
    for link in board.links[-LINKS_SHOWN:]:
        yield _link(link, unicode, told)


def _link(link: Link, unicode: bool, told: Told) -> str:
    verdict = glyph_character("accepted" if link.accepted else "refused", unicode=unicode) if link.seat else "*"
    who = f" {told(SEATS_SAID[link.seat])}:" if link.seat else ""
    note = f" ({cut(clean(link.note), 60)})" if link.note else ""
    return f"{verdict}{who} {cut(clean(link.text), 40)}{note}"
