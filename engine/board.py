"""A picture of a position that knows no game: addressed cells, tracks, captions, and words that say it all."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model import Seat


@dataclass(frozen=True, slots=True)
class Cell:
    """A square. Row 0 is the top as the first seat sees it, column 0 the left.

    ``glyph`` names a drawing (``white-king``, ``cross``, ``nought``) or is empty; ``shade`` is ``light``, ``dark``
    or ``plain``; ``mark`` is empty, ``last`` (the last move), ``check`` or ``win``; ``label`` is small text that an
    empty cell shows.
    """

    address: str
    row: int
    column: int
    glyph: str = ""
    shade: str = "plain"
    mark: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a track, from ``start`` up to but not including ``end``; ``limit`` is its top speed, if any."""

    start: int
    end: int
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """A seat's lane: how long, how far, how fast.

    ``note`` is a few words (``2 boosts left``, ``spun``), ``side`` what the game calls the seat (Car 1).
    """

    seat: Seat
    length: int
    at: int
    speed: int
    sections: tuple[Section, ...] = ()
    note: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """One seat's shown choice in a game of hands: a glyph (``rock``), empty while it is hidden.

    ``side`` is what the game calls the seat.
    """

    seat: Seat
    glyph: str
    note: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain of words: who said it, whether it counted, and why."""

    text: str
    seat: Seat | None
    accepted: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A move that may be clicked. ``move`` is the text to send, ``label`` its name for people.

    ``path`` holds the addresses of the cells to click in order (``("e2", "e4")``); empty means a button.
    """

    move: str
    label: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """All that a renderer needs. ``alt`` says the whole position in words; ``captions`` are shown as lines."""

    alt: str
    rows: int = 0
    columns: int = 0
    cells: tuple[Cell, ...] = ()
    tracks: tuple[Track, ...] = ()
    hands: tuple[Hand, ...] = ()
    links: tuple[Link, ...] = ()
    captions: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
