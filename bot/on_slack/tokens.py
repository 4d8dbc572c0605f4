"""What people type, as Slack hands it on: mentions, channels and addresses are tokens in angle brackets.

Source: https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>")
_CHANNEL: Final = re.compile(r"<#[CGD][A-Z0-9]+(?:\|([^<>]*))?>")
_LINK: Final = re.compile(r"<((?:https?|mailto|tel|ftp|slack)[^<>|]*)(?:\|([^<>]*))?>")
_SPECIAL: Final = re.compile(r"<!(?:subteam\^[A-Z0-9]+\|)?@?([^<>|^]*)[^<>]*>")
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_QUOTES: Final = str.maketrans("“”„", '"""')


def written(text: str) -> str:
    """What a person typed, with Slack's tokens as they are written here; mentions stay as ``<@U123>``."""
    text = _MENTION.sub(lambda found: f"<@{found[1]}>", text.strip())
    text = _CHANNEL.sub(lambda found: f"#{found[1] or ''}", text)
    text = _LINK.sub(lambda found: found[2] or found[1], text)
    text = _SPECIAL.sub(lambda found: f"@{found[1]}", text)
    return text.translate(_QUOTES)


def unescaped(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with ``&amp;``, ``&lt;`` and ``&gt;`` as the characters that were typed."""
    return {name: _characters(value) if isinstance(value, str) else value for name, value in options.items()}


def _characters(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def mentions(options: Mapping[str, Any]) -> dict[str, str]:
    """Slack's ids of the people whom the options mention, by the token for them."""
    texts = [value for value in options.values() if isinstance(value, str)]
    return {found.group(): found.group(1) for text in texts for found in _MENTION.finditer(text)}
