"""Modals made from the declared options."""

from __future__ import annotations

import pytest
from slack_limits import view_problems

from bot.commands import Verb, commands
from bot.on_slack import forms, parse
from bot.on_slack.parse import Asker, Form, Here
from engine.options import Kind, Option

ASKER = Asker("T0001", "U0ANN", "C0001", "r1", "1.2", "https://hooks.slack.test/1")
VERBS = [(spec.name, verb) for spec in commands() for verb in spec.verbs if verb.options]


async def _nothing(*_: object) -> None: ...


def _form(*asks: Option) -> forms.View:
    return forms.form(Form(ASKER, "duel", Verb("test", "A test.", _nothing, asks), {}, asks), "en")  # type: ignore[arg-type]


def _element(option: Option) -> dict[str, object]:
    view = _form(option)
    assert view_problems(view) == []
    return view["blocks"][0]["element"]


@pytest.mark.parametrize(("name", "verb"), VERBS, ids=lambda value: getattr(value, "name", value))
def test_every_verb_has_a_form_that_slack_takes(name: str, verb: Verb) -> None:
    for language in ("en", "de"):
        view = forms.form(Form(ASKER, name, verb, {}, verb.options), language)
        assert view_problems(view) == []
        assert view["submit"]["text"]


@pytest.mark.parametrize(
    ("option", "kind"),
    [
        (Option("x", "A text."), "plain_text_input"),
        (Option("x", "A number.", Kind.INTEGER), "number_input"),
        (Option("x", "A share.", Kind.NUMBER), "number_input"),
        (Option("x", "A switch.", Kind.BOOLEAN), "static_select"),
        (Option("x", "One of two.", choices=("a", "b")), "static_select"),
        (Option("x", "Somebody.", completes="people"), "users_select"),
        (Option("x", "A player.", completes="players"), "external_select"),
    ],
)
def test_each_kind_of_option_has_its_field(option: Option, kind: str) -> None:
    assert _element(option)["type"] == kind


def test_bounds_are_the_options() -> None:
    assert _element(Option("x", "A number.", Kind.INTEGER, least=2, most=2**48)) == {
        "type": "number_input",
        "action_id": "x",
        "is_decimal_allowed": False,
        "min_value": "2",
        "max_value": "281474976710656",
    }
    assert _element(Option("x", "A text.", most=400))["max_length"] == 400


def test_required_fields_come_first_and_must_be_filled() -> None:
    view = _form(Option("a", "May."), Option("b", "Must.", required=True))
    assert [(block["block_id"], block["optional"]) for block in view["blocks"]] == [("b", False), ("a", True)]


def test_a_menu_that_completes_says_what() -> None:
    element = _element(Option("first", "Who.", completes="players"))
    assert parse.suggestion({"action_id": element["action_id"]}).completes == "players"


def test_it_remembers_what_it_was_opened_with() -> None:
    form = Form(ASKER, "duel", VERBS[0][1], {"duel": "d1"}, VERBS[0][1].options)
    kept = forms.form(form, "en")["private_metadata"]
    for part in ('"duel": "d1"', '"C0001"', ASKER.response_url):
        assert part in kept


def test_the_message_menu_offers_what_can_be_done_in_a_duel() -> None:
    view = forms.command_form(Here(ASKER, "d1", "1.1", ""), "d1", "en")
    assert view_problems(view) == []
    offered = [option["value"] for option in view["blocks"][0]["element"]["options"]]
    assert "duel move" in offered
    assert "duel start" not in offered


def test_without_a_duel_it_offers_everything() -> None:
    view = forms.command_form(Here(ASKER, "", "1.1", ""), "", "en")
    assert view_problems(view) == []
    assert "duel start" in [option["value"] for option in view["blocks"][0]["element"]["options"]]


def test_offers_are_what_slack_takes() -> None:
    found = forms.options([("a", "a"), ("b", "B " * 80), ("x" * 200, "too long"), ("", "nothing")], "en")
    assert [option["value"] for option in found] == ["a", "b"]
    assert [len(option["text"]["text"]) <= 75 for option in found] == [True, True]
    assert found[0]["text"]["text"] == "a"
