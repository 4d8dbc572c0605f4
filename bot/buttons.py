"""Buttons as the short text that a platform carries: ``duel.move?duel=…&at=12&move=e4``.

A button is a command with its options, so a press after a restart means what it meant before. Discord allows 100
characters (https://discord.com/developers/docs/components/reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from bot import button_text
from bot.commands import Button, Verb, command
from engine.errors import BadOption, UserError
from engine.sentences import say

LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button asks for. ``confirm``: the presser must say yes first."""

    command: str
    verb: Verb
    options: Mapping[str, str]
    confirm: bool = False


def encode(button: Button, *, confirm: bool | None = None) -> str:
    """The text of a button. :raises ValueError: when it is longer than a platform carries."""
    asks = button.confirm if confirm is None else confirm
    text = f"{button_text.CONFIRM if asks else ''}{button.command}.{button.verb}?{urlencode(dict(button.options))}"
    if len(text) > LONGEST:
        raise ValueError(f"a button of {len(text)} characters: {text}")
    return text


def decode(text: str) -> Pressed:
    """What a pressed button asks for. :raises UserError: when it is none of ours, or of a version that is gone."""
    name, verb, options, confirm = button_text.split(text)
    try:
        declared = command(name).verb(verb)
    except UserError as error:
        raise BadOption(
            say("This button is of an older version. Use the newest message, or type the command.")
        ) from error
    return Pressed(name, declared, options, confirm)
