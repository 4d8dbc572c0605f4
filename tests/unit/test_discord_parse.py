"""What Discord sends becomes what is asked for: payloads as its documentation shows them."""

from __future__ import annotations

from typing import Any

import pytest
from discord_payloads import (
    ANN,
    APPLICATION,
    BOB,
    CHANNEL,
    GUILD,
    TOKEN,
    interaction,
    press,
    slash,
    submit,
    typing,
    user,
)
from hostile import HOSTILE

from bot import commands
from bot.commands import Acknowledged, CommandSpec, Invocation, Reply, Verb
from bot.on_discord import parse as parsing
from bot.on_discord.parse import Command, Form, Question, Refusal, Typing, display_name, parse
from engine.model import LONGEST_NAME, Role
from engine.options import Option


async def _run(_asked: Invocation, _arena: Any) -> Reply:
    return Reply("done")


_WHAT = Option("what", "What.", required=True)
_MORE = Option("more", "More.")
_WHO = Option("who", "Who.", completes="people")
SPEC = CommandSpec(
    "thing",
    "Things.",
    (
        Verb("do", "Do it.", _run, (_WHAT, _MORE), form=("what", "more")),
        Verb("ask", "Ask for it.", _run, (_WHAT, _MORE), form=("what",), acknowledged=Acknowledged.MODAL),
        Verb("give", "Give it.", _run, (_WHO, _MORE)),
    ),
)


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "commands", lambda: (SPEC,))


def test_a_typed_command() -> None:
    asked = parse(slash("thing give", more="x"))
    assert isinstance(asked, Command)
    assert (asked.command, asked.verb.name, asked.options) == ("thing", "give", {"more": "x"})
    asker = asked.asker
    assert (asker.guild_id, asker.channel_id, asker.user_id, asker.name) == (GUILD, CHANNEL, ANN, "user11")
    assert (asker.application_id, asker.token, asker.locale, asker.guild_locale) == (APPLICATION, TOKEN, "en-GB", "de")
    assert TOKEN not in repr(asked)


@pytest.mark.parametrize(
    ("permissions", "role"),
    [("0", Role.MEMBER), (str(1 << 3), Role.MODERATOR), (str(1 << 5 | 1 << 11), Role.MODERATOR), ("2048", Role.MEMBER)],
)
def test_who_manages_the_server_moderates(permissions: str, role: Role) -> None:
    payload = slash("thing give")
    payload["member"]["permissions"] = permissions
    assert parse(payload).asker.role is role


def test_a_person_as_an_option_is_their_mention() -> None:
    payload = slash("thing give", resolved={"users": {BOB: user(BOB)}, "members": {BOB: {"nick": "Bobby"}}})
    payload["data"]["options"][0]["options"].append({"type": 6, "name": "who", "value": BOB})
    asked = parse(payload)
    assert isinstance(asked, Command)
    assert asked.options == {"who": "<@22>"}
    assert asked.mentions() == {"<@22>": BOB}
    assert asked.asker.names == {BOB: "Bobby"}


def test_mentions_in_texts_are_found() -> None:
    asked = parse(slash("thing give", more="<@22> and <@!33>, not <@&44> or <#5>"))
    assert isinstance(asked, Command)
    assert asked.mentions() == {"<@22>": "22", "<@!33>": "33"}


def test_a_press_with_everything_runs_at_once() -> None:
    asked = parse(press("thing.do?what=a+b&more=%26"))
    assert isinstance(asked, Command)
    assert asked.options == {"what": "a b", "more": "&"}
    assert asked.asker.message_id == "77"


def test_a_press_without_its_fields_asks_for_them() -> None:
    asked = parse(press("thing.do?what=x"))
    assert isinstance(asked, Form)
    assert (asked.options, asked.asks) == ({"what": "x"}, (_MORE,))


def test_a_press_that_needs_a_yes_is_a_question() -> None:
    asked = parse(press("!thing.give?more=x"))
    assert isinstance(asked, Question)
    assert (asked.verb.name, asked.options) == ("give", {"more": "x"})


def test_a_verb_with_a_modal_always_opens_it() -> None:
    asked = parse(slash("thing ask", what="x", more="y"))
    assert isinstance(asked, Form)
    assert asked.asks == (_WHAT,)


def test_a_form_that_is_handed_in_runs() -> None:
    label = {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "what", "value": "a"}}
    row = {"type": 1, "components": [{"type": 4, "custom_id": "more", "value": ""}]}
    asked = parse(submit("thing.ask?", label, row))
    assert isinstance(asked, Command)
    assert asked.options == {"what": "a"}


def test_a_choice_of_a_form_is_its_value_and_a_person_their_mention() -> None:
    chosen = {"type": 18, "component": {"type": 3, "custom_id": "what", "values": ["b"]}}
    person = {"type": 18, "component": {"type": 5, "custom_id": "who", "values": [BOB]}}
    none = {"type": 18, "component": {"type": 3, "custom_id": "more", "values": []}}
    asked = parse(submit("thing.do?", chosen, person, none))
    assert isinstance(asked, Command)
    assert asked.options == {"what": "b", "who": "<@22>"}


def test_what_is_typed_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Option("first", "First.", completes="players")
    game = Option("game", "Game.", completes="games")
    spec = CommandSpec("thing", "", (Verb("start", "", _run, (game, first)),))
    monkeypatch.setattr(commands, "commands", lambda: (spec,))
    asked = parse(typing("thing start", "first", "sto", game="chess"))
    assert isinstance(asked, Typing)
    assert (asked.completes, asked.typed, asked.game) == ("players", "sto", "chess")


def test_typing_into_a_command_that_is_gone_offers_nothing() -> None:
    asked = parse(typing("gone start", "game", "ch"))
    assert isinstance(asked, Typing)
    assert not asked.completes


@pytest.mark.parametrize(
    "payload",
    [
        slash("gone start"),
        slash("thing gone"),
        press("duel.gone?x=1"),
        press("a button of another bot"),
        press(""),
        interaction(2, {"name": "thing", "type": 1}),
    ],
    ids=["command", "verb", "button", "foreign", "empty", "bare"],
)
def test_what_is_not_ours_any_more_is_refused(payload: dict[str, Any]) -> None:
    assert isinstance(parse(payload), Refusal)


def test_there_are_no_duels_in_direct_messages() -> None:
    payload = slash("thing give")
    del payload["guild_id"], payload["member"]
    asked = parse({**payload, "user": user()})
    assert isinstance(asked, Refusal)
    assert "server" in asked.text
    assert asked.asker.user_id == ANN


@pytest.mark.parametrize(
    ("member", "account", "name"),
    [
        ({"nick": "Nick"}, user(global_name="Global"), "Nick"),
        ({}, user(global_name="Global"), "Global"),
        ({}, user(), "user11"),
        ({"nick": "\u202e\u200b"}, user(), "user11"),
        ({"nick": "\u3164"}, user(global_name="\n\t"), "user11"),
        ({"nick": "\u0301" * 80}, user(username="\u0300"), "member"),
        ({"nick": "a\nb\u202ec"}, user(), "a bc"),
        ({"nick": "x" * 40}, user(), "x" * 32),
        ({}, {}, "member"),
    ],
)
def test_names_are_what_the_arena_can_keep(member: dict[str, Any], account: dict[str, Any], name: str) -> None:
    assert display_name(member, account) == name


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_is_refused(text: str) -> None:
    name = display_name({"nick": text}, user())
    assert 1 <= len(name) <= LONGEST_NAME
    assert name.isprintable()
    assert name == " ".join(name.split())


def test_every_kind_of_interaction_is_read() -> None:
    assert set(parsing._READERS) == {2, 3, 4, 5}
