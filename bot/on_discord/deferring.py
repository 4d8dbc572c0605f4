"""The acknowledgement of an interaction whose answer comes later: apart from the answers, so that it costs nothing.

Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object
"""

from __future__ import annotations

from typing import Any, Final

from bot.commands import Acknowledged
from bot.on_discord.parse import Command

EPHEMERAL: Final = 1 << 6
_DEFERRED: Final = 5


def is_public(asked: Command) -> bool:
    """Whether everybody in the channel sees the answer."""
    return asked.verb.acknowledged is Acknowledged.PUBLIC


def deferral(private: bool) -> dict[str, Any]:
    """“Thinking …”. Whether the answer is private is fixed from here."""
    return {"type": _DEFERRED, "data": {"flags": EPHEMERAL} if private else {}}
