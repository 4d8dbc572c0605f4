"""Cards, words, notices and answers as Slack's blocks, within Slack's limits, with nothing alive in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from slack_limits import alive, live_in_mrkdwn, problems, texts

from bot.commands import Button, Picture, Reply, Style
from bot.on_slack import present
from bot.on_slack.block_ids import duel_of
from bot.presenting import Card, Notice, SeatLine, Words
from engine.board import Board
from engine.model import Community, Seat

CLUB = Community("slack", "T0001")
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
    png=b"png",
)
LONG = "word " * 3000


def sound(message: present.Message) -> None:
    """Within the limits, said to those who cannot see, and dead."""
    assert problems(message.blocks) == []
    assert 1 <= len(message.text) <= 4000
    assert alive(message.blocks) == []
    assert live_in_mrkdwn(message.text) == []


def test_a_board_is_a_title_lines_and_a_picture() -> None:
    message = present.board(CARD, "en-US", 0, "F0001")
    sound(message)
    header, lines, picture, countdown, actions = message.blocks
    assert header["text"] == {"type": "plain_text", "text": "Chess", "emoji": False}
    assert lines["text"]["text"] == "\n".join(CARD.lines)
    assert (picture["slack_file"], picture["alt_text"]) == ({"id": "F0001"}, "A board.")
    date = "<!date^1800000123^{date_short_pretty} {time}|2027-01-15 08:02 UTC>"
    assert countdown["elements"][0]["text"] == f"Time for this move ends {date}"
    assert [button["text"]["text"] for button in actions["elements"]] == ["e4", "Resign"]


def test_without_a_picture_the_board_is_text_in_a_fixed_width() -> None:
    message = present.board(replace(CARD, png=None, text_board="r n b\n. . `"), "en", 0)
    sound(message)
    (fixed,) = message.blocks[2]["elements"]
    assert (fixed["type"], fixed["elements"][0]["text"]) == ("rich_text_preformatted", "r n b\n. . `")


def test_a_picture_that_cannot_be_sent_leaves_a_board_of_text() -> None:
    message = present.board(CARD, "en", 0)
    sound(message)
    assert message.blocks[2]["type"] == "rich_text"


def test_at_the_end_there_is_a_summary_and_no_clock() -> None:
    message = present.board(replace(CARD, over=True, summary=("Ann won.", "Length: 9 plies.")), "en", 0, "F1")
    sound(message)
    assert "Ann won.\nLength: 9 plies." in list(texts(message.blocks))
    assert "Ann won." in message.text
    assert "<!date" not in str(message.blocks)


def test_what_a_button_asks_first_is_slacks_own_dialog() -> None:
    *_, actions = present.board(CARD, "en", 0, "F1").blocks
    move, resign = actions["elements"]
    assert "confirm" not in move
    assert resign["confirm"]["title"]["text"] == "Resign"
    # The dialog has asked: the value must not ask again.
    assert (move["value"], resign["value"]) == ("duel.move?move=e4", "duel.resign?")


def test_a_message_tells_its_duel() -> None:
    assert duel_of(present.board(CARD, "en", 0, "F1").blocks) == CARD.duel_id
    (_, message), *_ = present.words(CARD, [Words(4, "White (Ann)", "e4", "Hello")])
    assert duel_of(message.blocks) == CARD.duel_id
    assert duel_of([{"type": "section", "block_id": "abc"}, {"type": "divider"}]) == ""


def test_boards_that_replace_one_another_have_keys_of_their_own() -> None:
    keys = {present.board(CARD, "en", replaced).key for replaced in range(3)}
    assert len(keys) == 3
    arguments = present.board(CARD, "en", 1).arguments()
    assert arguments["metadata"]["event_payload"] == {"key": f"board:{CARD.duel_id}:1"}
    assert (arguments["parse"], arguments["link_names"]) == ("none", False)


def test_everything_long_at_once_fits_and_keeps_its_buttons() -> None:
    rows = tuple(tuple(Button(LONG, "duel", "move", {"move": str(row * 5 + n)}) for n in range(5)) for row in range(5))
    full = replace(
        CARD, title=LONG, lines=(LONG,) * 9, alt=LONG, summary=(LONG,) * 9, buttons=rows, text_board="x" * 9000
    )
    for picture in ("", "F1"):
        message = present.board(full, "en", 0, picture)
        sound(message)
        assert sum(block["type"] == "actions" for block in message.blocks) == 5


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_dead_everywhere(text: str) -> None:
    card = replace(
        CARD,
        title=text,
        lines=(text, text),
        alt=text,
        summary=(text,),
        text_board=text,
        countdown=text,
        buttons=((Button(text, "duel", "resign", confirm=True),),),
    )
    for message in (
        present.board(card, "en", 0, "F1"),
        present.board(replace(card, png=None), "en", 0),
        *(message for _, message in present.words(card, [Words(4, text, text, text)])),
        present.notice(Notice(CLUB, "C1", "key", text, card.buttons)),
        present.reply(
            Reply(text, lines=[("a", "b"), (text, text)], buttons=card.buttons, picture=Picture("t.png", b"png", text)),
            "en",
            "F1",
        ),
    ):
        sound(message)


@given(st.text(max_size=400), st.lists(st.lists(st.text(max_size=90), min_size=1, max_size=4), max_size=30))
def test_any_answer_is_sound(text: str, lines: list[list[str]]) -> None:
    sound(present.reply(Reply(text, lines=lines), "en"))


def test_words_are_told_together_and_in_order() -> None:
    said = [Words(number, f"White {number}", "e4", f"words {number}") for number in range(1, 4)]
    ((last, message),) = present.words(CARD, said)
    sound(message)
    assert last == 3
    assert list(texts(message.blocks)) == [
        *("White 1: e4", "words 1"),
        *("White 2: e4", "words 2"),
        *("White 3: e4", "words 3"),
    ]


def test_many_long_words_are_several_messages() -> None:
    messages = present.words(CARD, [Words(number, "White", "e4", LONG) for number in range(1, 12)])
    assert [last for last, _ in messages] == [4, 8, 11]
    for _, message in messages:
        sound(message)
    assert len({message.key for _, message in messages}) == len(messages)


def test_both_sides_may_speak_in_one_entry() -> None:
    ((_, message),) = present.words(CARD, [Words(4, "White", "rock", "a"), Words(4, "Black", "paper", "b")])
    sound(message)


def test_a_narrow_table_is_aligned() -> None:
    message = present.reply(Reply("Games:", lines=[("game", "seats"), ("chess", "2"), ("racing", "2")]), "en")
    sound(message)
    table = message.blocks[1]["elements"][0]["elements"][0]["text"]
    assert table.split("\n") == ["game    seats", "──────  ─────", "chess   2", "racing  2"]


def test_a_long_cell_makes_lines_of_a_narrow_table() -> None:
    message = present.reply(Reply("Help:", lines=[("a", "b"), ("x" * 31, "y")]), "en")
    sound(message)
    assert message.blocks[1]["elements"][0]["type"] == "rich_text_section"


def test_of_a_wide_table_every_row_is_a_line_and_nothing_is_cut() -> None:
    message = present.reply(Reply("Help:", lines=[("command", "what"), ("/duel start " + "X " * 40, "Starts.")]), "en")
    sound(message)
    first, rest = message.blocks[1]["elements"][0]["elements"]
    assert first["style"] == {"bold": True}
    assert rest["text"] == " — Starts.\n"
    assert first["text"] == ("/duel start " + "X " * 40).strip()


def test_an_answer_longer_than_a_message_keeps_its_buttons() -> None:
    lines = [("a", "b"), *((f"row {number}", LONG) for number in range(200))]
    message = present.reply(Reply(LONG, lines=lines, buttons=[[Button("More", "duel", "list")]]), "en")
    sound(message)
    assert message.blocks[-1]["type"] == "actions"


def test_a_direct_message_says_which_channel_it_is_about() -> None:
    message = present.about(present.notice(Notice(CLUB, "C0001", "key", "Hello <#C0002> <@U0EVE>")), "C0001")
    assert alive(message.blocks) == [str({"type": "channel", "channel_id": "C0001"})]


def test_more_buttons_than_a_row_holds_are_more_rows() -> None:
    row = tuple(Button(str(number), "duel", "move", {"move": str(number)}, Style.SUCCESS) for number in range(60))
    message = present.notice(Notice(CLUB, "C1", "key", "Choose", (row,)))
    sound(message)
    assert [len(block["elements"]) for block in message.blocks[1:]] == [25, 25]
