"""Boards as text: aligned, short, and pure ASCII when asked."""

from __future__ import annotations

import pytest
from render_boards import BOARDS, CHAIN, CHESS, CROSSES, EMPTY, HANDS, HOSTILE, NASTY, RACE, UNDRAWN

from engine.board import Board, Cell, Link
from engine.model import Seat
from engine.render.glyphs import glyph_names
from engine.render.text import LONGEST, board_text, glyph_character
from engine.render.words import clean, cut, first_sentence, width_of, wrap

every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)


def test_chess_in_ascii() -> None:
    assert board_text(CHESS, unicode=False).splitlines() == [
        "8 r  n  b  q (k) b  n  r",
        "7 p  p  p  p  p  p  p  p",
        "6 .  .  .  .  .  .  .  .",
        "5 .  .  .  .  .  .  .  .",
        "4 .  .  .  . [.] .  .  .",
        "3 .  .  .  .  .  .  .  .",
        "2 P  P  P  P [P] P  P  P",
        "1 R  N  B  Q  K  B  N  R",
        "  a  b  c  d  e  f  g  h",
        "Black to move",
    ]


def test_flipped_reads_from_the_other_side() -> None:
    lines = board_text(CHESS, unicode=False, flipped=True).splitlines()
    assert lines[0] == "1 R  N  B  K  Q  B  N  R"
    assert lines[8] == "  h  g  f  e  d  c  b  a"


def test_free_cells_show_their_labels() -> None:
    assert board_text(CROSSES, unicode=False).splitlines() == ["{X} O  3", " 4 {X} O", " 7  8 {X}"]


def test_a_race_shows_bends_and_cars() -> None:
    first, lane, second, other = board_text(RACE, unicode=False).splitlines()
    assert first == "First: 42 of 100, speed 6, 2 boosts left"
    assert lane[9:12] == "4=="
    assert lane.index(">") == 17
    assert second.startswith("Second: 104 of 100")
    assert other.index(">") == 40


def test_hands_and_chains_are_told_in_words() -> None:
    assert board_text(HANDS, unicode=False).splitlines() == ["First: rock (ready)", "Second: hidden"]
    assert 'x second: carburetor (not related to "pyramid")' in board_text(CHAIN, unicode=False)
    assert "✗ second: carburetor" in board_text(CHAIN)


def test_without_a_picture_the_alt_text_is_shown() -> None:
    assert board_text(EMPTY) == EMPTY.alt


@every_board
@pytest.mark.parametrize("flipped", [False, True])
def test_text_is_short_and_harmless(board: Board, flipped: bool) -> None:
    assert board_text(board, unicode=False, flipped=flipped).isascii()
    for unicode in (False, True):
        shown = board_text(board, unicode=unicode, flipped=flipped)
        assert 0 < len(shown) <= LONGEST
        assert all(line.isprintable() for line in shown.split("\n"))
        assert not set("\x1b\x00\ud800\u202e") & set(shown)


def test_a_board_too_large_is_cut() -> None:
    large = Board("x", 60, 60, tuple(Cell(f"{r},{c}", r, c) for r in range(60) for c in range(60)))
    assert board_text(large).endswith("…")
    assert len(board_text(large)) <= LONGEST
    chain = Board("x", links=tuple(Link("long " * 20, Seat.FIRST, False, "why " * 40) for _ in range(90)))
    assert len(board_text(chain)) <= LONGEST


def test_every_glyph_has_a_character_of_its_own() -> None:
    for unicode in (False, True):
        assert all(len(glyph_character(name, unicode=unicode)) == 1 for name in glyph_names())
    assert glyph_character("purple-dragon") == "P"
    assert glyph_character("日本", unicode=False) == "?"
    assert glyph_character("") == "?"
    assert "P" in board_text(UNDRAWN)


def test_every_glyph_is_listed() -> None:
    pieces = [glyph_character(name) for name in sorted(glyph_names()) if name.startswith(("white-", "black-"))]
    assert len(set(pieces)) == 12


def test_cleaned_text_cannot_move_a_cursor() -> None:
    assert clean("plain, as it was") == "plain, as it was"
    assert clean("two\nlines\t\x1b[2J") == "two lines \N{REPLACEMENT CHARACTER}[2J"
    assert clean("a\u202eb\u2066c") == "abc"
    assert clean(HOSTILE).isprintable()
    assert board_text(NASTY).count("\x1b") == 0


def test_cutting_and_wrapping_keep_to_their_room() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdefg", 6) == "abcde…"
    assert first_sentence("One. Two.") == "One"
    lines = list(wrap("several words that need more than one line of room", 10, 100, 3))
    assert len(lines) == 3
    assert all(width_of(line, 10) <= 100 for line in lines)
    assert list(wrap("x" * 500, 10, 100, 3))[-1].endswith("…")
