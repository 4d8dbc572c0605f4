"""One board of every kind that a renderer must draw."""

from __future__ import annotations

from typing import Final

from engine.board import Board, Cell, Hand, Link, Section, Track
from engine.model import Seat

BACK_RANK: Final = ("rook", "knight", "bishop", "queen", "king", "bishop", "knight", "rook")
HOSTILE: Final = "</title><script>alert('1')</script>&\x1b[31m\x00\ud800\u202e[bold]'\""


def chess_cells() -> tuple[Cell, ...]:
    glyphs = {
        0: [f"black-{name}" for name in BACK_RANK],
        1: ["black-pawn"] * 8,
        6: ["white-pawn"] * 8,
        7: [f"white-{name}" for name in BACK_RANK],
    }
    marks = {"e2": "last", "e4": "last", "e8": "check"}
    return tuple(
        Cell(
            address := f"{'abcdefgh'[column]}{8 - row}",
            row,
            column,
            glyphs.get(row, [""] * 8)[column],
            "dark" if (row + column) % 2 else "light",
            marks.get(address, ""),
        )
        for row in range(8)
        for column in range(8)
    )


CHESS: Final = Board("Black to move. All men are at home.", 8, 8, chess_cells(), captions=("Black to move",))
CROSSES: Final = Board(
    "Cross has won.",
    3,
    3,
    tuple(
        Cell(str(n + 1), n // 3, n % 3, glyph, mark="win" if glyph == "cross" else "", label=str(n + 1))
        for n, glyph in enumerate(["cross", "nought", "", "", "cross", "nought", "", "", "cross"])
    ),
)
_SECTIONS: Final = (Section(0, 20), Section(20, 28, 4), Section(28, 100))
RACE: Final = Board(
    "First leads.",
    tracks=(
        Track(Seat.FIRST, 100, 42, 6, _SECTIONS, "2 boosts left"),
        Track(Seat.SECOND, 100, 104, 3, _SECTIONS, "spun"),
    ),
)
HANDS: Final = Board("Rock, and a hidden hand.", hands=(Hand(Seat.FIRST, "rock", "ready"), Hand(Seat.SECOND, "")))
CHAIN: Final = Board(
    "A chain of three words.",
    links=(
        Link("ancient Egypt", None),
        Link("pyramid", Seat.FIRST, True, "0.71"),
        Link("carburetor", Seat.SECOND, False, "not related to “pyramid”"),
    ),
    captions=("Strikes: first 0, second 1",),
)
EMPTY: Final = Board("Nothing has happened.")
UNDRAWN: Final = Board("A dragon.", 1, 1, (Cell("a1", 0, 0, "purple-dragon"),))
NASTY: Final = Board(
    HOSTILE,
    1,
    2,
    (Cell(HOSTILE, 0, 0, HOSTILE, HOSTILE, HOSTILE), Cell("x", 0, 1, label=HOSTILE)),
    (Track(Seat.FIRST, 0, -5, 0, (Section(0, 0, 0),), HOSTILE),),
    (Hand(Seat.SECOND, HOSTILE, HOSTILE),),
    (Link(HOSTILE, None, False, HOSTILE),),
    (HOSTILE, "Ünïcödé Привет 日本語 🏁 ".join(["", ""]), "x" * 5000),
)
BOARDS: Final = {
    "chess": CHESS,
    "crosses": CROSSES,
    "race": RACE,
    "hands": HANDS,
    "chain": CHAIN,
    "empty": EMPTY,
    "undrawn": UNDRAWN,
    "nasty": NASTY,
}
