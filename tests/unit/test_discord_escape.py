"""Text for Discord: nothing that anybody writes mentions, links, formats, hides or overflows."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hostile import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.on_discord.escape import BREAK, clean, code_block, file_name, markdown, plain, units

# What a client or a server of Discord could act on, taken from the raw text and as strictly as it can be read.
LIVE = re.compile(
    r"@everyone|@here|<@[!&]?\d|<#\d|<a?:\w+:\d|<t:-?\d|</|<id:|[a-z][a-z0-9+.-]*://|www\.\w|discord(?:app)?\.\w",
    re.IGNORECASE,
)
# A character of Markdown that no backslash stands before.
FORMATTING = re.compile(r"(?<!\\)(?:\\\\)*(?:[*_~`|#>\[\]()]|(?:^|(?<=\n)) *(?:[-+]|\d+\.)(?=\s))")

_WORDS = """
@everyone @here <@1> <@!22> <@&3> <#4> <:a:5> <a:b:6> <t:7:R> </duel:8> [x](https://a.example) https://a.example/_b_
HTTP://A.example discord.gg/abc DISCORD.com/invite/x www.a.example steam://run/1 ``` ` ** __ ~~ || # > >>> - -# 1. \\ :
"""
pieces = st.sampled_from(
    [*_WORDS.split(), "\n", " ", "\r\n", "\u202e", "\u200b", "\ud800", "e" + "\u0301" * 9, "👍🏽", "🇩🇪", "家", "\u2028"]
)
texts = st.one_of(st.lists(pieces, max_size=30).map("".join), st.text(max_size=80))


def _read(markdown_text: str) -> str:
    """What a client shows: backslashes before punctuation gone (Discord's rule), zero-width spaces unseen."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", markdown_text).replace(BREAK, "")


@settings(deadline=None)
@given(texts)
def test_nothing_is_live_in_a_message(text: str) -> None:
    written = markdown(text, 2000)
    assert not LIVE.search(written)
    assert "](" not in written
    assert not FORMATTING.search(written)


@settings(deadline=None)
@given(texts)
def test_nothing_is_live_in_a_code_block(text: str) -> None:
    written = code_block(text, 2000)
    inside = written.removeprefix("```\n").removesuffix("\n```")
    assert not LIVE.search(inside)
    assert "``" not in inside


@settings(deadline=None)
@given(texts)
def test_it_reads_as_it_was_written(text: str) -> None:
    assert _read(markdown(text, 20_000)) == clean(text).strip()


@settings(deadline=None)
@given(texts, st.integers(min_value=10, max_value=60))
def test_it_fits(text: str, most: int) -> None:
    assert units(markdown(text, most)) <= most
    assert units(plain(text, most)) <= most
    assert units(code_block(text, most)) <= most


@settings(deadline=None)
@given(texts)
def test_what_is_invisible_or_stacked_is_gone(text: str) -> None:
    cleaned = clean(text)
    assert {one for one in cleaned if unicodedata.category(one) in {"Cc", "Cf", "Cs"}} <= {"\n"}
    assert "\n\n\n" not in cleaned
    cleaned.encode()


@settings(deadline=None)
@given(texts)
def test_a_label_is_one_line(text: str) -> None:
    assert "\n" not in plain(text, 80)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_corpus_is_harmless(text: str) -> None:
    assert not LIVE.search(markdown(text, 4096))
    assert not LIVE.search(code_block(text, 1000).removeprefix("```"))
    assert units(markdown(text, 2000)) <= 2000


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("tic_tac_toe", "tic\\_tac\\_toe"),
        ("@everyone", f"\\@{BREAK}everyone"),
        ("<@1>", f"\\<{BREAK}\\@{BREAK}1\\>"),
        ("https://a.example", f"https\\:{BREAK}//a.example"),
        ("discord.gg/x", f"discord\\.{BREAK}gg/x"),
        ("1. e4 e5\n- no", "1\\. e4 e5\n\\- no"),
        ("a-b 1.5", "a-b 1.5"),
        ("e" + "\u0301" * 6, "\u00e9\u0301"),
        ("a\u202eb", "ab"),
        ("\n\n a \n\n\n\nb", "a \n\nb"),
    ],
)
def test_how_it_is_written(written: str, shown: str) -> None:
    assert markdown(written, 2000) == shown


def test_a_cut_tears_no_character_and_no_escape() -> None:
    assert markdown("ab" * 10, 5) == "abab…"
    assert markdown("*" * 10, 5) == "\\*\\*…"
    assert plain("a🇩🇪🇫🇷", 6) == "a🇩🇪…"
    assert plain("👍🏽👍🏽", 7) == "👍🏽…"
    assert plain("aq\u0323\u0302b", 4) == "a…"


def test_a_letter_keeps_two_marks() -> None:
    assert clean("q\u0323\u0302\u0304\u0305") == "q\u0323\u0302"


def test_units_count_what_clients_count() -> None:
    assert units("a👍") == len("a👍".encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("chess-1.pgn", "chess-1.pgn"),
        ("../../etc/passwd", "etc-passwd"),
        ("ü b.json", "b.json"),
        ("@everyone", "everyone"),
    ],
)
def test_a_file_keeps_a_plain_name(name: str, safe: str) -> None:
    assert file_name(name) == safe


def test_a_file_without_a_name_is_a_file() -> None:
    assert file_name("…") == "file"
