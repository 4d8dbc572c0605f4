"""Slack's payloads, written after its reference, and what they ask for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.buttons import encode
from bot.commands import Button
from bot.on_slack import parse, tokens
from bot.on_slack.parse import Command, Form, Here, Refusal

TEAM, ANN = "T0001", "U0ANN"
GAME = {"game": "tic_tac_toe", "first": "me", "second": "engine/novice"}


def slash(text: str, command: str = "/duel") -> dict[str, Any]:
    """https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling"""
    return {
        "token": "gone",
        "team_id": TEAM,
        "team_domain": "example",
        "enterprise_id": None,
        "channel_id": "C0001",
        "channel_name": "general",
        "user_id": ANN,
        "user_name": "ann",
        "command": command,
        "text": text,
        "response_url": "https://hooks.slack.test/commands/1",
        "trigger_id": "13345224609.738474920",
        "api_app_id": "A0001",
    }


def pressed(value: str, **container: Any) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "example"},
        "user": {"id": ANN, "username": "ann", "team_id": TEAM},
        "api_app_id": "A0001",
        "container": {"type": "message", "message_ts": "17.0001", "channel_id": "C0001", **container},
        "trigger_id": "12.34",
        "channel": {"id": "C0001", "name": "general"},
        "message": {"type": "message", "ts": "17.0001", "blocks": []},
        "response_url": "https://hooks.slack.test/actions/1",
        "actions": [
            {"action_id": "press:3", "block_id": "b", "value": value, "type": "button", "action_ts": "18.0002"}
        ],
    }


def handed_in(values: dict[str, dict[str, Any]], callback_id: str = parse.FORM, **kept: Any) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    state = {name: {"any": element} for name, element in values.items()}
    blocks = [{"type": "input", "block_id": name} for name in values]
    return {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": ANN},
        "trigger_id": "56.78",
        "view": {
            "id": "V0001",
            "hash": "1.a",
            "callback_id": callback_id,
            "blocks": blocks,
            "private_metadata": json.dumps({"channel": "C0001", "url": "https://hooks.slack.test/c/1", **kept}),
            "state": {"values": state},
        },
    }


def _command(asked: parse.Asked) -> Command:
    assert isinstance(asked, Command), asked
    return asked


def test_a_typed_command() -> None:
    asked = _command(parse.slash(slash("start tic_tac_toe me engine/novice seed:7")))
    assert (asked.command, asked.verb.name) == ("duel", "start")
    assert asked.options == {**GAME, "seed": "7"}
    asker = asked.asker
    assert (asker.team, asker.user, asker.channel) == (TEAM, ANN, "C0001")
    assert asker.response_url == "https://hooks.slack.test/commands/1"


def test_a_repeated_payload_has_the_same_id() -> None:
    assert parse.slash(slash("list")).asker.request_id == parse.slash(slash("list")).asker.request_id
    again = {**slash("list"), "trigger_id": "other"}
    assert parse.slash(slash("list")).asker.request_id != parse.slash(again).asker.request_id
    value = encode(Button("x", "duel", "show", {"duel": "last"}))
    assert parse.action(pressed(value)).asker.request_id == parse.action(pressed(value)).asker.request_id


@pytest.mark.parametrize("text", ["", "  ", "help"])
def test_a_bare_command_is_the_help_of_its_group(text: str) -> None:
    asked = _command(parse.slash(slash(text)))
    assert (asked.command, asked.verb.name, asked.options) == ("arena", "help", {"about": "duel"})


def test_the_arenas_own_help() -> None:
    assert _command(parse.slash(slash("", "/arena"))).options == {}
    assert _command(parse.slash(slash("help duel move", "/arena"))).options == {"about": "duel move"}


def test_a_bare_verb_that_needs_something_opens_a_form() -> None:
    asked = parse.slash(slash("start"))
    assert isinstance(asked, Form)
    assert [option.name for option in asked.asks][:3] == ["game", "first", "second"]
    move = parse.slash(slash("move"))
    assert isinstance(move, Form)
    assert "move" in [option.name for option in move.asks]


def test_half_a_command_asks_for_the_rest() -> None:
    asked = parse.slash(slash("start chess"))
    assert isinstance(asked, Form)
    assert asked.options == {"game": "chess"}
    assert [option.name for option in asked.asks][:2] == ["first", "second"]


def test_a_verb_that_needs_nothing_runs() -> None:
    assert _command(parse.slash(slash("list"))).options == {}
    assert _command(parse.slash(slash("show"))).verb.name == "show"


def test_a_slip_is_refused_in_words() -> None:
    asked = parse.slash(slash("strat chess"))
    assert isinstance(asked, Refusal)
    assert "start" in asked.text
    assert asked.field == ""


def test_mentions_are_found_and_named_by_one_token() -> None:
    asked = _command(parse.slash(slash("start chess <@U0BOB|bob> me")))
    assert asked.options["first"] == "<@U0BOB>"
    assert asked.mentions() == {"<@U0BOB>": "U0BOB"}


def test_a_mention_with_a_space_in_its_name_is_one_word() -> None:
    asked = _command(parse.slash(slash("start chess <@W0BOB|Bob the Builder> me")))
    assert asked.options["first"] == "<@W0BOB>"


def test_written_brackets_are_no_mention() -> None:
    asked = _command(parse.slash(slash("move &lt;@U0BOB&gt; &amp;lt;")))
    assert asked.options["move"] == "<@U0BOB> &lt;"
    assert parse.slash(slash("move &lt;@U0BOB&gt;")).asker.user == ANN


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("see <https://a.example|a.example>", "see a.example"),
        ("see <https://a.example>", "see https://a.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("in <#C0001|general>", "in #general"),
        ("<!here> <!subteam^S1|@team>", "@here @team"),
        ("opening:“Sicilian Defence”", 'opening:"Sicilian Defence"'),
    ],
)
def test_slacks_tokens_are_read_as_they_were_typed(sent: str, read: str) -> None:
    assert tokens.written(sent) == read


def test_a_button_is_a_command() -> None:
    value = encode(Button("e4", "duel", "move", {"duel": "d1", "at": "3", "move": "e4"}))
    asked = _command(parse.action(pressed(value)))
    assert (asked.verb.name, asked.options) == ("move", {"duel": "d1", "at": "3", "move": "e4"})
    assert asked.asker.response_url == "https://hooks.slack.test/actions/1"


def test_a_button_that_leaves_something_out_opens_a_form() -> None:
    asked = parse.action(pressed(encode(Button("Move…", "duel", "move", {"duel": "d1", "at": "3"}))))
    assert isinstance(asked, Form)
    assert "move" in [option.name for option in asked.asks]
    assert asked.options == {"duel": "d1", "at": "3"}


@pytest.mark.parametrize("value", ["", "nonsense", "duel.gone?x=1", "x" * 5000])
def test_a_button_that_is_none_of_ours_is_refused(value: str) -> None:
    assert isinstance(parse.action(pressed(value)), Refusal)


def test_a_button_in_a_thread_is_answered_there() -> None:
    value = encode(Button("x", "duel", "show", {"duel": "last"}))
    assert parse.action(pressed(value, thread_ts="16.0001")).asker.thread == "16.0001"
    # Slack names the head of a thread as its own thread.
    assert parse.action(pressed(value, thread_ts="17.0001")).asker.thread == ""


def test_the_menu_of_a_message_knows_its_duel() -> None:
    body = {
        "type": "message_action",
        "callback_id": parse.SHORTCUT,
        "team": {"id": TEAM},
        "user": {"id": ANN},
        "channel": {"id": "C0001"},
        "trigger_id": "1.2",
        "message_ts": "17.0001",
        "message": {
            "ts": "17.0001",
            "thread_ts": "16.0001",
            "blocks": [{"block_id": "x"}, {"block_id": "duel:d1:3.0"}],
        },
        "response_url": "https://hooks.slack.test/a/1",
    }
    asked = parse.shortcut(body)
    assert (asked.duel_id, asked.message_ts, asked.thread_ts) == ("d1", "17.0001", "16.0001")
    assert asked.asker.thread == "16.0001"
    foreign = parse.shortcut({**body, "message": {"ts": "18.1", "thread_ts": "16.0001", "text": "hello"}})
    assert isinstance(foreign, Here)
    assert (foreign.duel_id, foreign.message_ts, foreign.thread_ts) == ("", "18.1", "16.0001")


def test_a_form_is_a_command() -> None:
    body = handed_in(
        {
            "game": {"type": "external_select", "selected_option": {"value": "chess"}},
            "first": {"type": "users_select", "selected_user": "U0BOB"},
            "second": {"type": "plain_text_input", "value": "me"},
            "seed": {"type": "number_input", "value": None},
        },
        command="duel",
        verb="start",
        options={},
    )
    asked = _command(parse.submitted(body))
    assert asked.options == {"game": "chess", "first": "<@U0BOB>", "second": "me"}
    assert asked.mentions() == {"<@U0BOB>": "U0BOB"}
    assert (asked.asker.channel, asked.asker.response_url) == ("C0001", "https://hooks.slack.test/c/1")
    assert asked.asker.request_id == "view:V0001"


def test_what_the_form_was_opened_with_is_not_lost() -> None:
    body = handed_in({"move": {"value": "e4"}}, command="duel", verb="move", options={"duel": "d1", "at": "3"})
    assert _command(parse.submitted(body)).options == {"duel": "d1", "at": "3", "move": "e4"}


def test_a_wrong_field_is_named() -> None:
    body = handed_in({"seed": {"value": "-1"}}, command="duel", verb="start", options=GAME)
    asked = parse.submitted(body)
    assert isinstance(asked, Refusal)
    assert asked.field == "seed"
    assert "at least 0" in asked.text


def test_a_command_written_for_a_message_gets_its_duel() -> None:
    verb = {"selected_option": {"value": "duel move"}}
    body = handed_in({"verb": verb, "text": {"value": "Nf3"}}, parse.COMMAND_FORM, duel="d1")
    assert _command(parse.submitted(body)).options == {"move": "Nf3", "duel": "d1"}


def test_a_slip_in_a_written_command_is_said_at_its_line() -> None:
    verb = {"selected_option": {"value": "duel show"}}
    asked = parse.submitted(handed_in({"verb": verb, "text": {"value": "a b c"}}, parse.COMMAND_FORM, duel="d1"))
    assert isinstance(asked, Refusal)
    assert asked.field == "text"


def test_a_written_command_without_its_text_asks_for_it() -> None:
    verb = {"selected_option": {"value": "duel move"}}
    asked = parse.submitted(handed_in({"verb": verb, "text": {"value": None}}, parse.COMMAND_FORM, duel="d1"))
    assert isinstance(asked, Form)
    assert asked.options == {"duel": "d1"}


def test_a_menu_says_what_it_completes_and_for_which_game() -> None:
    body = {
        "type": "block_suggestion",
        "team": {"id": TEAM},
        "user": {"id": ANN},
        "action_id": "players/first",
        "block_id": "first",
        "value": "eng",
        "view": handed_in({"game": {"selected_option": {"value": "racing"}}})["view"],
    }
    assert parse.suggestion(body) == parse.Typing(TEAM, "players", "eng", "racing")
    given = handed_in({}, command="duel", verb="start", options={"game": "chess"})["view"]
    assert parse.suggestion({**body, "view": given}).game == "chess"


def test_a_guest_of_a_shared_channel_asks_in_our_workspace() -> None:
    foreign = {**slash("list"), "team_id": "T0ELSE"}
    assert parse.slash(parse.at_home(foreign, ["T0001"])).asker.team == TEAM
    assert parse.slash(parse.at_home(slash("list"), ["T0002", "T0001"])).asker.team == TEAM


def test_a_form_too_large_for_slack_is_refused() -> None:
    asker = parse.slash(slash("list")).asker
    with pytest.raises(parse.BadOption):
        parse.metadata(asker, options={"move": "x" * 4000})


def test_secrets_are_not_printed() -> None:
    assert "hooks.slack.test" not in repr(parse.slash(slash("list")))


def test_a_form_of_nobody_knows_when_is_refused() -> None:
    body = handed_in({"move": {"value": "e4"}})
    assert isinstance(parse.submitted(body), Refusal)
    body["view"]["private_metadata"] = "no json"
    assert isinstance(parse.submitted(body), Refusal)
