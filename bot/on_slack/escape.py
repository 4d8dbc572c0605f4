"""The one place where text for Slack is made harmless. Nothing that is shown reaches Slack without passing it.

Text for people stands in ``plain_text`` and ``rich_text`` objects, which read no markup at all. Only the line that
notifications show, the ``text`` beside the blocks, is read as mrkdwn: there every character that could mean something
is written as an entity or as one that looks alike.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

CUT: Final = "…"
JOINER: Final = "\u2060"
"""WORD JOINER: takes no room, and ends whatever Slack would otherwise recognise."""
MARKS_IN_A_ROW: Final = 4
_LONGEST_INPUT: Final = 40_000
_LONGEST_FILE_NAME: Final = 80
_LONGEST_NAME: Final = 32

_LINE_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_FLOOD: Final = re.compile(r"\n{3,}")
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_STACKING: Final = frozenset({"Mn", "Me"})
_SCHEME: Final = re.compile(r"(?<=[A-Za-z0-9]):(?=//)|(?<=\bmailto):|(?<=\btel):", re.IGNORECASE)
_LINKING_DOT: Final = re.compile(r"(?<=\w)\.(?=\w)")
_EMOJI: Final = re.compile(r":(?=[\w+'-]+:)")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ALIKE: Final = {
    "*": "\N{ASTERISK OPERATOR}",
    "_": "\N{MODIFIER LETTER LOW MACRON}",
    "~": "\N{TILDE OPERATOR}",
    "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
    "@": "@" + JOINER,
}
_MARKUP: Final = re.compile(r"(?m:^[ \t]*>)|[&<>*~`@]|(?<![^\W_])_|_(?![^\W_])|(?m:^\s*(?:[-+]|\d+[.)])(?=\s))")
_BLANK: Final = dict.fromkeys(map(ord, "\u115f\u1160\u3164\uffa0\u2800"), " ")
"""Letters that look like nothing."""


def clean(text: str) -> str:
    """Without control, format and surrogate characters, without towers of combining marks, with ``\\n`` line ends."""
    text = text[:_LONGEST_INPUT]
    if text.isascii() and text.isprintable():
        return text
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return _FLOOD.sub("\n\n", unicodedata.normalize("NFC", _without_towers(lines)))


def _without_towers(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if character != "\n" and category in _DROPPED:
            continue
        marks = marks + 1 if category in _STACKING else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def literal(text: str, most: int) -> str:
    """Lines for ``plain_text`` and ``rich_text``, of at most ``most`` characters; addresses do not become links."""
    return _fitting(clean(text).strip(), most, _unlinked)


def fixed_width(text: str, most: int) -> str:
    """Lines for a preformatted ``rich_text``; their indents stay. Cut by whole lines where that is possible."""
    cleaned = clean(text).strip("\n")
    if len(_unlinked(cleaned)) <= most:
        return _unlinked(cleaned)
    head, newline, _ = _unlinked(cleaned)[: most - 1].rpartition("\n")
    return f"{head}\n{CUT}" if newline and len(head) + 2 <= most else _fitting(cleaned, most, _unlinked)


def one_line(text: str, most: int) -> str:
    """The same on one line: labels, choices, titles, descriptions of pictures."""
    return _fitting(" ".join(clean(text).split()), most, _unlinked)


def mrkdwn(text: str, most: int) -> str:
    """Text for where Slack reads mrkdwn: nothing in it is bold, a link, a mention, an emoji, a list or a quotation."""
    return _fitting(clean(text).strip(), most, _inert)


def file_name(name: str) -> str:
    """Letters, digits, dot, dash and underscore of ASCII."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".-")
    return safe[-_LONGEST_FILE_NAME:] or "file"


def person_name(name: str) -> str:
    """A name as the arena can keep it: at most 32 printable characters; empty when nothing visible is left."""
    printable = "".join(character if character.isprintable() else " " for character in clean(name))
    shown = " ".join(printable.translate(_BLANK).split())
    shown = shown[: _before_mark(shown, _LONGEST_NAME)].strip() if len(shown) > _LONGEST_NAME else shown
    return shown if any(not _is_mark(character) for character in shown) else ""


def _unlinked(text: str) -> str:
    return _SCHEME.sub(":" + JOINER, text)


def _inert(text: str) -> str:
    inert = _MARKUP.sub(_harmless, _LINKING_DOT.sub("." + JOINER, _unlinked(text)))
    return _EMOJI.sub(":" + JOINER, inert)


def _harmless(found: re.Match[str]) -> str:
    live = found.group()
    if live.strip() == ">" and (found.start() == 0 or found.string[found.start() - 1] == "\n"):
        return f"{JOINER}{live.replace('>', '&gt;')}"  # even as an entity it would make the line a quotation
    return _ENTITIES.get(live) or _ALIKE.get(live) or live + JOINER


def _fitting(text: str, most: int, write: Callable[[str], str]) -> str:
    """The written text, or as many whole characters of it as fit with ``…`` behind them."""
    whole = write(text)
    if len(whole) <= most:
        return whole
    fits, too_long = 0, min(len(text), most)  # nothing is ever written in fewer characters than it has
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        fits, too_long = (middle, too_long) if len(write(text[:middle])) < most else (fits, middle)
    return write(text[: _before_mark(text, fits)].rstrip()) + CUT


def _before_mark(text: str, end: int) -> int:
    """The last place up to ``end`` where no character is torn from the marks on it."""
    while 0 < end < len(text) and _is_mark(text[end]):
        end -= 1
    return end


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")
