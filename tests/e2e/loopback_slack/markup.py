"""What Slack would bring to life in a message: mentions, links, formatting.

Read from https://docs.slack.dev/messaging/formatting-message-text. In doubt it takes text to be alive: a control
sequence counts inside code too, since Slack resolves ``<…>`` before it looks at backticks, and so does a bare
``@here`` in mrkdwn that is not verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

_CONTROL: Final = re.compile(r"<([^<>\n]+)>")
_CODE: Final = re.compile(r"```.+?```|`[^`\n]+`", re.DOTALL)
_BARE_PING: Final = re.compile(r"(?<![\w@<!])@(?:here|channel|everyone|group)\b", re.IGNORECASE)
_BARE_LINK: Final = re.compile(
    r"(?:https?|ftp|slack|file)://[^\s<>|]+|(?:mailto|tel):[\w+][^\s<>|]*"
    r"|(?<![\w.@/-])[\w.+-]+@[\w-]+\.[a-z]{2,}"
    r"|(?<![\w.@/-])(?:[a-z0-9][a-z0-9-]*\.)+"
    r"(?:com|net|org|io|dev|app|co|me|gg|ru|de|uk|fr|nl|us|ca|au|xyz|info|biz|eu|to|ly|tv|ai|sh|gov|edu|link|site|zip|mov)\b"
    r"(?:/[^\s<>|]*)?",
    re.IGNORECASE,
)
_STYLES: Final = (
    re.compile(r"(?<![\w*])\*(?![\s*])[^*\n]*(?<!\s)\*(?![\w*])"),
    re.compile(r"(?<![^\W_])_(?![\s_])[^_\n]*(?<!\s)_(?![^\W_])"),
    re.compile(r"(?<![\w~])~(?![\s~])[^~\n]*(?<!\s)~(?![\w~])"),
    re.compile(r"^\s*(?:>|&gt;).*$", re.MULTILINE),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A text as it is shown.

    ``mrkdwn``: control sequences are read; ``styled``: formatting is, too; ``verbatim``: nothing is made a link by
    itself.
    """

    text: str
    mrkdwn: bool
    verbatim: bool = False
    styled: bool = True


def runs(message: dict[str, Any]) -> Iterator[Run]:
    """Every text of a message or view. With blocks, the ``text`` beside them is read in notifications only.

    ``mrkdwn: false`` switches formatting off, and is not trusted with more.
    """
    if message.get("text"):
        yield Run(message["text"], True, bool(message.get("blocks")), message.get("mrkdwn", True))
    yield from _runs(message.get("blocks", []))


def live_pings(message: dict[str, Any], allow: Collection[str] = ()) -> list[str]:
    """Mentions that would notify or name somebody, except those in ``allow`` (``<@U1>``)."""
    return [ping for ping in [*_each(message, _pings), *_rich(message, _PINGS)] if ping not in allow]


def links(message: dict[str, Any], ours: Collection[str] = ()) -> list[str]:
    """Addresses that would be links, except those that start with one of ``ours``; those of buttons too."""
    found = [*_each(message, _links), *_rich(message, {"link": "url"}), *_button_links(message.get("blocks", []))]
    return [link for link in found if not any(link.startswith(one) for one in ours)]


def formatting(message: dict[str, Any]) -> list[str]:
    """Pieces of mrkdwn that would be shown bold, in italics, struck out, as code or as a quotation."""
    return list(_each(message, _formatting))


def shown(text: str) -> str:
    """mrkdwn as a person reads it, control sequences left as they are."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


_PINGS: Final = {"user": "user_id", "usergroup": "usergroup_id", "broadcast": "range", "channel": "channel_id"}


def _each(message: dict[str, Any], find: Callable[[Run], Iterator[str]]) -> Iterator[str]:
    for run in runs(message):
        if run.mrkdwn:
            yield from find(run)


def _runs(node: Any) -> Iterator[Run]:
    if isinstance(node, list):
        for item in node:
            yield from _runs(item)
    elif isinstance(node, dict) and node.get("type") in {"mrkdwn", "plain_text"} and isinstance(node.get("text"), str):
        yield Run(node["text"], node["type"] == "mrkdwn", bool(node.get("verbatim")))
    elif isinstance(node, dict):
        yield from _runs(list(node.values()))


def _pings(run: Run) -> Iterator[str]:
    for control in _CONTROL.finditer(run.text):
        if control[1][0] in "@#!" and not control[1].startswith("!date^"):
            yield control[0]
    if not run.verbatim:
        yield from _BARE_PING.findall(_CODE.sub(" ", _CONTROL.sub(" ", run.text)))


def _links(run: Run) -> Iterator[str]:
    for control in _CONTROL.finditer(run.text):
        if control[1].startswith("!date^"):
            # <!date^timestamp^text^link|fallback>: the link is optional
            yield from (part for part in control[1].split("|")[0].split("^")[3:] if part)
        elif control[1][0] not in "@#!":
            yield control[1].split("|")[0]
    if not run.verbatim:
        yield from _BARE_LINK.findall(shown(_CODE.sub(" ", _CONTROL.sub(" ", run.text))))


def _formatting(run: Run) -> Iterator[str]:
    if not run.styled:
        return
    text = _CONTROL.sub("x", run.text)
    yield from _CODE.findall(text)
    for style in _STYLES:
        yield from style.findall(_CODE.sub("x", text))


def _rich(node: Any, kinds: dict[str, str]) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _rich(item, kinds)
    elif isinstance(node, dict):
        if node.get("type") in kinds and kinds[node["type"]] in node:
            yield str(node[kinds[node["type"]]])
        yield from _rich(list(node.values()), kinds)


def _button_links(node: Any) -> Iterator[str]:
    yield from _rich(node, {"button": "url"})
