"""Deferrals, replies, forms, questions and completions as Discord takes them."""

from __future__ import annotations

from typing import Any

import pytest
from discord_limits import problems
from discord_payloads import press, slash
from hostile import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import Button, Invocation, Picture, Reply, Verb
from bot.on_discord import answers
from bot.on_discord.deferring import deferral
from bot.on_discord.escape import units
from bot.on_discord.parse import Form, Question, Refusal, parse
from engine.options import Kind, Option


async def _run(_asked: Invocation, _arena: Any) -> Reply:
    return Reply("done")


ASKER = parse(slash("duel list")).asker
FIELDS = (
    Option("move", "Your move.", required=True, most=400),
    Option("duel", "Which duel.", most=40),
    Option("answer", "What to say.", choices=("offer", "accept"), default="offer"),
    Option("rated", "Whether it counts.", Kind.BOOLEAN, default=True),
    Option("who", "Against whom.", completes="people", required=True),
    Option("sixth", "One too many."),
)
VERB = Verb("move", "Play your move.", _run, FIELDS, form=tuple(option.name for option in FIELDS))


def test_a_deferral_fixes_who_sees_the_answer() -> None:
    assert deferral(private=True) == {"type": 5, "data": {"flags": 64}}
    assert deferral(private=False) == {"type": 5, "data": {}}


def test_a_form_has_a_field_an_option() -> None:
    form = answers.modal(Form(ASKER, "duel", VERB, {"at": 3, "move": "e4"}, FIELDS), "en")
    assert form["type"] == 9
    assert form["data"]["custom_id"] == "duel.move?at=3"
    assert form["data"]["title"] == "Play your move."
    move, duel, answer, rated, who = form["data"]["components"]
    assert {part["type"] for part in form["data"]["components"]} == {18}
    assert move["label"] == "move"
    assert move["description"] == "Your move."
    assert move["component"] == {
        "type": 4,
        "custom_id": "move",
        "style": 2,
        "required": True,
        "max_length": 400,
        "value": "e4",
    }
    assert duel["component"] == {"type": 4, "custom_id": "duel", "style": 1, "required": False, "max_length": 40}
    assert [one["value"] for one in answer["component"]["options"]] == ["offer", "accept"]
    assert [one["default"] for one in answer["component"]["options"]] == [True, False]
    assert [one["value"] for one in rated["component"]["options"]] == ["yes", "no"]
    assert [one["default"] for one in rated["component"]["options"]] == [True, False]
    assert who["component"] == {"type": 5, "custom_id": "who", "required": True}


def test_a_form_that_cannot_carry_what_is_given_says_so() -> None:
    told = answers.at_once(Form(ASKER, "duel", VERB, {"settings": "x" * 100}, FIELDS))
    assert told["type"] == 4
    assert told["data"]["flags"] == 64
    assert "too long" in told["data"]["content"]


def test_a_question_is_private_and_has_a_button_that_means_yes() -> None:
    verb = Verb("resign", "Give up.", _run, FIELDS[1:2], question="Give up this duel?")
    told = answers.at_once(Question(ASKER, "duel", verb, {"duel": "abc"}))
    assert told["type"] == 4
    assert told["data"]["flags"] == 64
    assert told["data"]["content"] == "Give up this duel?"
    ((yes,),) = [row["components"] for row in told["data"]["components"]]
    assert (yes["custom_id"], yes["style"], yes["label"]) == ("duel.resign?duel=abc", 4, "Yes")
    assert told["data"]["allowed_mentions"] == {"parse": []}


def test_a_refusal_is_a_private_sentence() -> None:
    told = answers.at_once(Refusal(ASKER, "There is no command “<@1>”."))
    assert told["data"]["flags"] == 64
    assert "<@1>" not in told["data"]["content"]


def test_the_questions_of_buttons_are_asked_in_the_askers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []
    monkeypatch.setattr(answers, "said", lambda text, language: spoken.append(language) or text)
    monkeypatch.setattr(answers, "language_of", lambda locale: f"language of {locale}")
    answers.at_once(Refusal(parse(press("x")).asker, "No."))
    assert spoken == ["language of en-GB"]


def test_choices_show_the_value_that_is_sent_back() -> None:
    found = [
        ("chess", "Chess"),
        ("tic_tac_toe", "Tic-Tac-Toe"),
        ("local/smollm2", "a model"),
        ("x" * 101, "long"),
    ]
    offered = answers.choices([*found, ("", "nothing"), *[(str(n), "") for n in range(30)]], "en")
    assert offered["type"] == 8
    shown = offered["data"]["choices"]
    assert shown[:3] == [
        {"name": "Chess", "value": "chess"},
        {"name": "Tic-Tac-Toe", "value": "tic_tac_toe"},
        {"name": "local/smollm2: a model", "value": "local/smollm2"},
    ]
    assert len(shown) == 25
    assert all(1 <= units(one["name"]) <= 100 for one in shown)


def test_a_reply_is_text_table_and_file() -> None:
    reply = Reply(
        "The newest duels:", lines=[("duel", "game", "no"), ("1234", "家", "1"), ("5", "x")], file=("a b.json", "{}")
    )
    message = answers.reply(reply)
    assert problems(message) == []
    assert message.payload["content"] == "The newest duels\\:\n```\nduel  game  no\n1234  家    1\n5     x\n```"
    assert [(one.name, one.content) for one in message.uploads] == [("a-b.json", b"{}")]


def test_a_table_that_is_too_long_goes_along_as_a_file() -> None:
    rows = [(f"{number}.", "e4 with some words", "e5") for number in range(120)]
    message = answers.reply(Reply("The moves:", lines=rows))
    assert problems(message) == []
    assert message.payload["content"] == "The moves\\:"
    assert message.uploads[0].name == "table.txt"
    assert message.uploads[0].content.decode().splitlines()[119] == "119.  e4 with some words  e5"


def test_a_table_of_two_columns_is_a_list() -> None:
    message = answers.reply(
        Reply("What you can type here:", lines=[("command", "what"), ("/duel *", "Start."), ("b", "")])
    )
    assert problems(message) == []
    assert message.payload["embeds"] == [{"description": "**/duel \\*** Start.\n**b** "}]
    assert message.payload["content"] == "What you can type here\\:"


def test_a_list_that_is_too_long_is_a_table_in_a_file() -> None:
    rows = [("command", "what it does"), *[(f"/thing {number}", "x" * 80) for number in range(60)]]
    message = answers.reply(Reply("All:", lines=rows))
    assert problems(message) == []
    assert message.payload["embeds"] == []
    assert [one.name for one in message.uploads] == ["table.txt"]


def test_a_reply_replaces_what_stood_there() -> None:
    payload = answers.reply(Reply("Played.")).payload
    assert (payload["embeds"], payload["attachments"], payload["components"]) == ([], [], [])


def test_a_reply_has_buttons() -> None:
    message = answers.reply(Reply("Ann challenges you.", buttons=[[Button("Accept", "duel", "show")]]))
    assert message.payload["components"][0]["components"][0]["custom_id"] == "duel.show?"


def test_a_further_answer_is_private() -> None:
    assert answers.privately(answers.reply(Reply("No."))).payload["flags"] == 64


_hostile = st.sampled_from(HOSTILE)


@settings(deadline=None)
@given(_hostile, _hostile)
def test_no_text_breaks_a_reply(text: str, cell: str) -> None:
    for lines in ([("a", "b"), (cell, text)], [("a",), (cell, text, cell)]):
        reply = Reply(text, lines=lines, file=(cell, text), buttons=[[Button(text, "duel", "show")]])
        assert problems(answers.reply(reply)) == []


@settings(deadline=None)
@given(_hostile)
def test_no_text_breaks_a_form_or_a_choice(text: str) -> None:
    option = Option("move", text or "x", required=True, most=100)
    verb = Verb("move", text or "x", _run, (option,), form=("move",))
    (field,) = answers.modal(Form(ASKER, "duel", verb, {"move": text}, (option,)), "en")["data"]["components"]
    assert units(field.get("description", "")) <= 100
    assert units(field["component"].get("value", "")) <= 100
    (choice,) = answers.choices([("value", text)], "en")["data"]["choices"]
    assert 1 <= units(choice["name"]) <= 100


def test_a_picture_is_attached_with_its_words_and_shown_below_the_table() -> None:
    picture = Picture("leaderboard.png", b"\x89PNG", "Ann leads. " * 200)
    lines = [("rank", "player", "rating"), ("1", "Ann", "1600")]
    message = answers.reply(Reply("Who is how good", lines=lines, picture=picture))
    assert problems(message) == []
    (upload,) = message.uploads
    assert (upload.name, upload.content) == ("leaderboard.png", b"\x89PNG")
    (attachment,) = message.payload["attachments"]
    assert attachment["filename"] == "leaderboard.png"
    assert attachment["description"].startswith("Ann leads.")
    assert message.payload["embeds"] == [{"image": {"url": "attachment://leaderboard.png"}}]
    assert "Ann" in message.payload["content"]


def test_a_picture_stands_beside_a_file_and_a_list() -> None:
    picture = Picture("table.png", b"\x89PNG", "A table")
    pairs = [("setting", "value"), ("language", "de")]
    message = answers.reply(Reply("Here", lines=pairs, file=("a.csv", "1,2"), picture=picture))
    assert problems(message) == []
    assert [upload.name for upload in message.uploads] == ["a.csv", "table.png"]
    assert [one["id"] for one in message.payload["attachments"]] == [0, 1]
    listed, image = message.payload["embeds"]
    assert "language" in listed["description"]
    assert image["image"]["url"] == "attachment://table.png"
