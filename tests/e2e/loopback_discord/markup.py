"""What Discord makes of a text: the mentions, links and emoji that are live in it.

Markup in code and after a backslash is dead. The rules are those of Discord's clients
(https://support.discord.com/hc/articles/210298617), taken strictly: what might be live counts as live.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from loopback_discord.world import Message

_CODE: Final = re.compile(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\([^0-9A-Za-z\s])")
_DEAD: Final = "\ue000"
_PINGS: Final = re.compile(r"@everyone|@here|<@!?\d+>|<@&\d+>")
_OTHERS: Final = re.compile(r"<#\d+>|</[^:<>]+:\d+>|<id:\w+>|<a?:\w+:\d+>|<t:-?\d+(?::[tTdDfFsSR])?>")
_MASKED: Final = re.compile(
    r"\[[^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)*\]\(\s*<?\s*((?:[a-z][\w+.-]*:|//|www\.|discord\.gg/)[^\s)]*)", re.I
)
_BARE: Final = re.compile(r"(?:https?|discord|steam)://[^\s<>]+|\bdiscord(?:app)?\.(?:gg|com/invite)/\w+", re.I)


def _alive(text: str) -> str:
    """The text with code and escaped characters put out of action."""
    pieces = []
    end = 0
    for code in _CODE.finditer(text):
        pieces += [_ESCAPED.sub(_DEAD, text[end : code.start()]), _DEAD * len(code[0])]
        end = code.end()
    return "".join([*pieces, _ESCAPED.sub(_DEAD, text[end:])])


def mentions(text: str) -> list[str]:
    """What would ping somebody if the message allowed it."""
    return _PINGS.findall(_alive(text))


def references(text: str) -> list[str]:
    """Channels, commands, custom emoji and times."""
    return _OTHERS.findall(_alive(text))


def web_links(text: str) -> list[str]:
    """Addresses that can be clicked: masked, bare, and in angle brackets."""
    alive = _alive(text)
    masked = [found[1] for found in _MASKED.finditer(alive)]
    return [*masked, *_BARE.findall(_MASKED.sub(_DEAD, alive))]


def live_pings(message: Message) -> list[str]:
    """Mentions in its content and embeds, but for the users whom ``allowed_mentions`` names."""
    allowed = {f"<@{user}>" for user in message.allowed_mentions.get("users", ())}
    return [one for one in _every(message, mentions) if one not in allowed]


def links(message: Message, ours: Iterable[str] = ()) -> list[str]:
    """Links and references in its content and embeds that do not start with one of ``ours``."""
    own = tuple(ours)
    found = _every(message, web_links) + _every(message, references)
    return [one for one in found if not one.startswith(own)]


def _every(message: Message, look: Callable[[str], list[str]]) -> list[str]:
    return [found for text in (message.content, *message.embed_texts()) for found in look(text)]
