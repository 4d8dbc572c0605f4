"""Text on its way to Slack: nothing in it comes alive, nothing is longer than it may be."""

from __future__ import annotations

import unicodedata

import pytest
from hostile import HOSTILE
from hypothesis import example, given
from hypothesis import strategies as st
from slack_limits import live_in_mrkdwn

from bot.on_slack import escape

ANY = st.text() | st.lists(st.sampled_from([*"*_~`<>&@:.-\n", "x", " ", "here", "https://", "&gt;", "1."])).map("".join)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_dead_in_mrkdwn(text: str) -> None:
    assert live_in_mrkdwn(escape.mrkdwn(text, 3000)) == []


@given(ANY)
@example(":`:")
def test_any_text_is_dead_in_mrkdwn(text: str) -> None:
    assert live_in_mrkdwn(escape.mrkdwn(text, 3000)) == []


@given(ANY, st.integers(1, 60))
def test_no_text_is_longer_than_it_may_be(text: str, most: int) -> None:
    for write in (escape.mrkdwn, escape.literal, escape.one_line, escape.fixed_width):
        assert len(write(text, most)) <= most


@given(st.text())
def test_what_cannot_be_seen_is_taken_out(text: str) -> None:
    for character in escape.clean(text):
        assert character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


@given(st.text())
def test_a_name_is_one_that_the_arena_keeps(text: str) -> None:
    name = escape.person_name(text)
    assert name == "" or (len(name) <= 32 and name.isprintable() and name == " ".join(name.split()))


@pytest.mark.parametrize("text", ["Nf3", "e4, because it is best.", "Ann & Bob", "1. e4 e5", "¿Qué? – „ja“", "a_b_c"])
def test_harmless_text_stays_as_it_is_where_nothing_is_read(text: str) -> None:
    assert escape.literal(text, 100) == text
    assert escape.one_line(text, 100) == text


def test_only_addresses_are_touched_where_nothing_is_read() -> None:
    assert escape.literal("see https://evil.example/a", 100) == "see https:\u2060//evil.example/a"
    assert escape.literal("*bold* <!here> @channel :tada:", 100) == "*bold* <!here> @channel :tada:"


def test_mrkdwn_is_still_legible() -> None:
    assert escape.mrkdwn("a < b & c", 100) == "a &lt; b &amp; c"
    assert escape.mrkdwn("tic_tac_toe 5*3", 100) == "tic_tac_toe 5\N{ASTERISK OPERATOR}3"


def test_an_entity_is_never_cut_in_two() -> None:
    for most in range(1, 40):
        assert "&" not in escape.mrkdwn("<" * 20, most).replace("&lt;", "")


def test_a_character_is_not_torn_from_its_marks() -> None:
    assert escape.literal("aaax\u0323\u0302zzz", 5) == "aaa…"


def test_towers_of_marks_are_levelled() -> None:
    assert len(escape.clean("e" + "\u0336" * 50)) == 1 + escape.MARKS_IN_A_ROW


def test_direction_marks_cannot_turn_the_text_around() -> None:
    assert escape.one_line("safe\u202eevil\u2066x", 50) == "safeevilx"


def test_a_board_of_text_keeps_its_indents_and_is_cut_between_lines() -> None:
    assert escape.fixed_width("\n  a b\n  c d\n", 100) == "  a b\n  c d"
    assert escape.fixed_width("  a b\n  c d\n  e f", 14) == "  a b\n  c d\n…"


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "etc-passwd"), ("chess-1.pgn", "chess-1.pgn"), ("\u202e", "file"), ("", "file")],
)
def test_a_file_name_is_plain(name: str, kept: str) -> None:
    assert escape.file_name(name) == kept


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "\u3164", "\u0301\u0301", "\x00"])
def test_a_name_that_shows_nothing_is_none(name: str) -> None:
    assert escape.person_name(name) == ""


def test_a_long_name_is_cut() -> None:
    assert escape.person_name("x" * 80) == "x" * 32
