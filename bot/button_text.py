"""A button's text taken apart: ``duel.move?duel=…&at=12&move=e4``, with a ``!`` in front when a yes is wanted first."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import parse_qsl

CONFIRM: Final = "!"


class ButtonText(NamedTuple):
    """What a button's text says, whether there is such a command or not."""

    command: str
    verb: str
    options: dict[str, str]
    confirm: bool


def split(text: str) -> ButtonText:
    """Any text can be taken apart; what is no button of ours names no command."""
    path, _, query = text.removeprefix(CONFIRM).partition("?")
    name, _, verb = path.partition(".")
    return ButtonText(name, verb, dict(parse_qsl(query, keep_blank_values=True)), text.startswith(CONFIRM))
