"""Which interactions are commands to acknowledge first, and how: read at a glance, without the declarations.

A webhook does this alone for nearly every interaction, and imports nothing else. What else an interaction can be, and
what a command asks for, :mod:`bot.on_discord.parse` reads, with the same rules from here.
Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from bot import button_text
from bot.acknowledged import Acknowledged, asked_first
from bot.declared import DECLARED

if TYPE_CHECKING:
    from bot.on_discord.parse import Command

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
EPHEMERAL: Final = 1 << 6
_SUB_COMMAND: Final = 1
_DEFERRED: Final = 5

Payload = Mapping[str, Any]


def acknowledged(payload: Payload) -> Acknowledged | None:
    """How a command is acknowledged that can run as it was asked for; ``None`` for everything else.

    :raises Exception: of whatever kind, for what Discord does not send.
    """
    called = _CALLED.get(payload["type"])
    if called is None or not in_server(payload):
        return None
    name, given = called(payload["data"])
    how, form = DECLARED.get(name, _UNDECLARED)
    if form and given is not None and how and asked_first(how, form, given):
        return None
    return how


def in_server(payload: Payload) -> bool:
    """Whether it comes from a server, and not from a direct message."""
    return bool(payload.get("guild_id"))


def sub_command(data: Payload) -> tuple[str, list[Payload]]:
    """The name of the sub-command, and its options as they came; an empty name when there is none."""
    for option in data.get("options", ()):
        if option["type"] == _SUB_COMMAND:
            return option["name"], list(option.get("options", ()))
    return "", []


# Each gives a command's name, and the options that count when a form may come first: none for one that was handed in.


def _typed(data: Payload) -> tuple[str, Collection[str]]:
    name, options = sub_command(data)
    return f"{data['name']} {name}", [option["name"] for option in options]


def _pressed(data: Payload) -> tuple[str, Collection[str]]:
    button = button_text.split(data["custom_id"])
    return ("" if button.confirm else f"{button.command} {button.verb}"), button.options


def _handed_in(data: Payload) -> tuple[str, None]:
    button = button_text.split(data["custom_id"])
    return f"{button.command} {button.verb}", None


_UNDECLARED: Final = (None, ())
_CALLED: Final = {COMMAND: _typed, COMPONENT: _pressed, MODAL: _handed_in}


def is_public(asked: Command) -> bool:
    """Whether everybody in the channel sees the answer."""
    return asked.verb.acknowledged is Acknowledged.PUBLIC


def deferral(private: bool) -> dict[str, Any]:
    """“Thinking …”. Whether the answer is private is fixed from here."""
    return {"type": _DEFERRED, "data": {"flags": EPHEMERAL} if private else {}}
