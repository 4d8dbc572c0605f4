"""Cards, words and notices as Discord's messages, within Discord's limits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from discord_limits import problems
from hostile import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import Button, Style
from bot.on_discord import present
from bot.on_discord.escape import units
from bot.presenting import Card, Notice, SeatLine, Words
from engine.board import Board
from engine.model import Community, Person, Seat

CLUB = Community("discord", "1")
ANN = SeatLine(Seat.FIRST, "White", "Ann", True, False, 1000, 0, None, 0)
BOT = SeatLine(Seat.SECOND, "Black", "engine/novice", False, False, None, 0, 0, 0)
CARD = Card(
    duel_id="0123456789abcdef",
    community=CLUB,
    entry=3,
    title="Chess",
    lines=("Ann (White) against engine/novice (Black)", "Ann is to move."),
    seats=(ANN, BOT),
    board=Board("A board."),
    alt="A board.",
    thread="Chess: Ann – engine/novice",
    buttons=((Button("e4", "duel", "move", {"move": "e4"}), Button("Resign", "duel", "resign", confirm=True)),),
    deadline_ms=1_800_000_123_456,
    countdown="Time for this move ends",
    reference="Duel 01234567",
    png=b"png",
)


def _text(card: Card) -> str:
    embeds = present.board(card).payload["embeds"]
    return "\n".join(embed.get("title", "") + "\n" + embed["description"] for embed in embeds)


def test_a_board_is_one_message() -> None:
    message = present.board(CARD)
    assert problems(message) == []
    (embed,) = message.payload["embeds"]
    assert embed["title"] == "Chess"
    assert embed["image"] == {"url": "attachment://board.png"}
    assert embed["footer"] == {"text": "Duel 01234567"}
    assert embed["description"].splitlines() == [
        "Ann \\(White\\) against engine/novice \\(Black\\)",
        "Ann is to move.",
        "Time for this move ends <t:1800000123:R>",
    ]
    assert message.payload["attachments"] == [{"id": 0, "filename": "board.png", "description": "A board."}]
    assert [one.content for one in message.uploads] == [b"png"]


def test_its_buttons_are_commands() -> None:
    (row,) = present.board(CARD).payload["components"]
    move, resign = row["components"]
    assert (move["custom_id"], move["style"]) == ("duel.move?move=e4", 2)
    assert (resign["custom_id"], resign["label"]) == ("!duel.resign?", "Resign")


def test_without_pictures_the_board_is_text_in_a_fixed_width() -> None:
    message = present.board(replace(CARD, png=None, text_board="r n b\n. . `"))
    assert problems(message) == []
    assert message.payload["embeds"][0]["description"].endswith("```\nr n b\n. . `\u200b\n```")
    assert message.uploads == ()
    assert message.payload["attachments"] == []


def test_nobody_is_counted_down_when_it_is_over_or_nobody_has_a_clock() -> None:
    assert "<t:" not in _text(replace(CARD, over=True))
    assert "<t:" not in _text(replace(CARD, deadline_ms=None))


def test_at_the_end_the_summary_stands_below_and_the_game_is_attached() -> None:
    card = replace(CARD, over=True, summary=("Ann won.", "Checkmate."), files=(("chess-1.pgn", "1. e4"),))
    message = present.board(card)
    assert problems(message) == []
    assert message.payload["embeds"][1] == {"description": "Ann won.\nCheckmate."}
    assert [one.name for one in message.uploads] == ["board.png", "chess-1.pgn"]
    assert message.uploads[1].content == b"1. e4"


def test_no_more_buttons_than_discord_takes() -> None:
    many = tuple(tuple(Button(f"{r}{c}", "duel", "move", {"move": f"{r}-{c}"}) for c in range(7)) for r in range(7))
    rows = present.board(replace(CARD, buttons=many)).payload["components"]
    assert [len(row["components"]) for row in rows] == [5, 5, 5, 5, 5]


def test_a_button_that_cannot_be_sent_is_left_out_alone(caplog: pytest.LogCaptureFixture) -> None:
    good = Button("good", "duel", "move", {"move": "a"})
    too_long = Button("long", "duel", "move", {"move": "a" * 100})
    message = present.board(replace(CARD, buttons=((good, too_long, good, Button("", "duel", "show")),)))
    assert problems(message) == []
    assert [one["label"] for one in message.payload["components"][0]["components"]] == ["good", "…"]
    assert "left out" in caplog.text


@pytest.mark.parametrize(("style", "number"), [(Style.PRIMARY, 1), (Style.SUCCESS, 3), (Style.DANGER, 4)])
def test_styles(style: Style, number: int) -> None:
    assert present.rows([[Button("x", "duel", "show", style=style)]])[0]["components"][0]["style"] == number


_hostile = st.sampled_from(HOSTILE)


@settings(deadline=None)
@given(_hostile, _hostile, st.booleans())
def test_no_text_breaks_a_board(one: str, other: str, picture: bool) -> None:
    seats = (replace(ANN, name=one), replace(BOT, name=other, to_move=True))
    card = replace(CARD, title=one, lines=(other, one), summary=(one, other), alt=one, thread=other, seats=seats)
    card = replace(
        card,
        buttons=((Button(one, "duel", "move", {"move": "e4"}),),),
        files=((other, one.encode(errors="replace").decode()),),
    )
    card = card if picture else replace(card, png=None, text_board=other)
    message = present.board(card)
    assert problems(message) == []
    assert re.findall(r"<t:\d+:R>", _text(card)) == ["<t:1800000123:R>"]
    assert 1 <= units(present.thread(card)["name"]) <= 100


def _words(entry: int, text: str, who: str = "Black (m)", move: str = "e5") -> Words:
    return Words(entry, who, move, text)


def test_words_share_a_message_while_they_fit() -> None:
    said = [_words(1, "First."), _words(2, "Second."), _words(3, "x" * 1970), _words(4, "Last.")]
    messages = present.words(CARD, said)
    assert [last for last, _ in messages] == [2, 3, 4]
    assert messages[0][1].payload["content"] == "**Black \\(m\\)** e5\nFirst.\n**Black \\(m\\)** e5\nSecond."
    assert [problems(message) for _, message in messages] == [[], [], []]


def test_long_words_are_cut() -> None:
    ((_, message),) = present.words(CARD, [_words(1, "*" * 5000)])
    assert message.payload["content"].endswith("\\*…")
    assert problems(message) == []


def test_the_same_words_again_have_the_same_nonce_and_others_another() -> None:
    said = [_words(1, "Rock."), _words(2, "x" * 1990)]
    nonces = [message.payload["nonce"] for _, message in present.words(CARD, said)]
    assert nonces == [message.payload["nonce"] for _, message in present.words(CARD, said)]
    later = present.words(CARD, [_words(3, "Rock.")])[0][1].payload["nonce"]
    other_duel = present.words(replace(CARD, duel_id="b"), said)[0][1].payload["nonce"]
    assert len({*nonces, later, other_duel}) == 4


@settings(deadline=None)
@given(_hostile, _hostile, _hostile)
def test_no_words_break_a_message(who: str, move: str, text: str) -> None:
    for _, message in present.words(CARD, [_words(1, text, who, move), _words(2, who, text, move)]):
        assert problems(message) == []


def test_a_notice_mentions_whom_it_is_for_and_nobody_else() -> None:
    ann = Person("p", "discord", "11", "Ann")
    told = present.notice(Notice(CLUB, "5", "k", "<@22> wants to play.", ((Button("Accept", "duel", "show"),),), ann))
    assert told.payload["content"].startswith("<@11> \\<")
    assert told.payload["allowed_mentions"] == {"parse": [], "users": ["11"]}
    assert problems(told) == []
    open_to_all = present.notice(Notice(CLUB, "5", "k", "<@22> wants to play."))
    assert open_to_all.payload["allowed_mentions"] == {"parse": []}
    assert open_to_all.payload["nonce"] == told.payload["nonce"]


@settings(deadline=None)
@given(_hostile)
def test_no_text_breaks_a_notice(text: str) -> None:
    ann = Person("p", "discord", "9" * 20, text)
    assert problems(present.notice(Notice(CLUB, "5", text, text + ".", (), ann))) == []


def test_a_nonce_tells_messages_apart() -> None:
    assert present.nonce("a", 0) == present.nonce("a", 0)
    assert len({present.nonce("a", 0), present.nonce("a", 1), present.nonce("a|0"), present.nonce("b", 0)}) == 4
    assert len(present.nonce("a")) == 25
