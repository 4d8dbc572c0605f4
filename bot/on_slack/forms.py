"""Modals: a command's options as fields, and a line to type a command in where slash commands do not work.

Source: https://docs.slack.dev/surfaces/modals, https://docs.slack.dev/reference/views/modal-views
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from bot.catalogue import said
from bot.commands import Verb, commands
from bot.on_slack import escape
from bot.on_slack.parse import COMMAND_FORM, FORM, TEXT_FIELD, VERB_FIELD, Form, Here, metadata
from engine.options import Kind, Option
from engine.sentences import say

View = dict[str, Any]

TITLE: Final = 24
OPTION_LABEL: Final = 75
OPTION_VALUE: Final = 150
MOST_OPTIONS: Final = 100
MOST_FIELDS: Final = 50
MOST_TYPED: Final = 3_000
LABEL: Final = 150
FIELD_ERROR: Final = 300
PERSON: Final = "people"


def form(asked: Form, language: str) -> View:
    """The modal of a command whose options are not all there. :raises BadOption: when Slack could not carry it."""
    kept = metadata(
        asked.asker, command=asked.command, verb=asked.verb.name, options=dict(asked.options), language=language
    )
    ordered = sorted(asked.asks, key=lambda option: not option.required)
    fields = [_field(option, language) for option in ordered[:MOST_FIELDS]]
    return _modal(FORM, f"/{asked.command} {asked.verb.name}", fields, kept, language)


def command_form(asked: Here, duel_id: str, language: str) -> View:
    """The modal of the message menu: which command, and what is typed behind it."""
    offered = [
        _option(f"/{spec.name} {verb.name} – {said(verb.help, language)}", f"{spec.name} {verb.name}")
        for spec in commands()
        for verb in spec.verbs
        if not duel_id or _is_of_a_duel(verb)
    ][:MOST_OPTIONS]
    first = next((one for one in offered if one["value"] == "duel move"), offered[0])
    menu = {"type": "static_select", "action_id": VERB_FIELD, "options": offered, "initial_option": first}
    line = {"type": "plain_text_input", "action_id": TEXT_FIELD, "max_length": MOST_TYPED, "focus_on_load": True}
    fields = [
        _input(VERB_FIELD, said(say("What do you want to do?"), language), menu, optional=False),
        _input(
            TEXT_FIELD,
            said(say("What you would type behind the command: a move, for example"), language),
            line,
            optional=True,
        ),
    ]
    return _modal(
        COMMAND_FORM,
        said(say("Duel command"), language),
        fields,
        metadata(asked.asker, duel=duel_id, language=language),
        language,
    )


def options(found: Iterable[tuple[str, str]], language: str) -> list[dict[str, Any]]:
    """What a menu offers, from pairs of value and label; the value stands before a label that says more."""
    return [
        _option(value if said(label, language) == value else f"{value} – {said(label, language)}", value)
        for value, label in found
        if 0 < len(value) <= OPTION_VALUE
    ][:MOST_OPTIONS]


def _is_of_a_duel(verb: Verb) -> bool:
    return any(option.name == "duel" for option in verb.options)


def _modal(callback_id: str, title: str, blocks: Sequence[dict[str, Any]], kept: str, language: str) -> View:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": _plain(title, TITLE),
        "submit": _plain(said(say("Send"), language), TITLE),
        "close": _plain(said(say("Cancel"), language), TITLE),
        "private_metadata": kept,
        "blocks": list(blocks),
    }


def _field(option: Option, language: str) -> dict[str, Any]:
    return _input(option.name, said(option.help, language), _element(option, language), optional=not option.required)


def _element(option: Option, language: str) -> dict[str, Any]:
    if option.choices:
        return {
            "type": "static_select",
            "action_id": option.name,
            "options": [_option(choice, choice) for choice in option.choices[:MOST_OPTIONS]],
        }
    if option.completes == PERSON:
        return {"type": "users_select", "action_id": option.name}
    if option.completes:
        return {"type": "external_select", "action_id": f"{option.completes}/{option.name}", "min_query_length": 0}
    return _ELEMENTS[option.kind](option, language)


def _yes_no(option: Option, language: str) -> dict[str, Any]:
    offered = [_option(said(say("yes"), language), "yes"), _option(said(say("no"), language), "no")]
    return {"type": "static_select", "action_id": option.name, "options": offered}


def _number(option: Option, _language: str) -> dict[str, Any]:
    bounds = {"min_value": option.least, "max_value": option.most}
    return {
        "type": "number_input",
        "action_id": option.name,
        "is_decimal_allowed": option.kind is Kind.NUMBER,
        **{name: f"{bound:.15g}" for name, bound in bounds.items() if bound is not None},
    }


def _line(option: Option, _language: str) -> dict[str, Any]:
    most = MOST_TYPED if option.most is None else min(MOST_TYPED, int(option.most))
    return {"type": "plain_text_input", "action_id": option.name, "max_length": most}


_ELEMENTS: Final = {Kind.STRING: _line, Kind.INTEGER: _number, Kind.NUMBER: _number, Kind.BOOLEAN: _yes_no}


def _input(block_id: str, label: str, element: dict[str, Any], *, optional: bool) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label, LABEL),
        "element": element,
        "optional": optional,
    }


def _option(label: str, value: str) -> dict[str, Any]:
    return {"text": _plain(label, OPTION_LABEL), "value": value}


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": escape.one_line(text, most) or "–", "emoji": False}
