"""Text for Discord: the one place where what people, models and themes write becomes harmless.

Nothing that passes here can mention, link, format, hide or overflow. A mention is broken twice, with a backslash for
the client's Markdown and with a zero-width space inside for whoever reads the raw text.
Source: https://discord.com/developers/docs/reference#message-formatting and
https://support.discord.com/hc/en-us/articles/210298617 (Markdown).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

BREAK: Final = "\u200b"
"""A zero-width space. :func:`clean` takes every one that comes from outside away, so those left are ours."""
CUT: Final = "…"
MARKS_IN_A_ROW: Final = 2
_LONGEST_INPUT: Final = 20_000

_LINE_ENDS: Final = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_UNUSUAL: Final = re.compile(r"[^\n -~]+")
_FLOOD: Final = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_LINKING_DOT: Final = r"(?i:(?<=www)|(?<=discord)|(?<=discordapp))\."
_LIVE: Final = re.compile(
    r"(?P<list>(?<![^\n]) *(?:[-+]|\d{1,10}\.))"
    rf"|(?P<link>:(?=/)|{_LINKING_DOT})"
    r"|(?P<opening>[<@])"
    r"|[\\*_~`|>#\[\]():]"
)
_LIVE_IN_CODE: Final = re.compile(rf"[<@`]|:(?=/)|{_LINKING_DOT}")


def units(text: str) -> int:
    """Its length as Discord's clients count it, in UTF-16 code units: never less than in code points."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Without control, format and surrogate characters, without towers of combining marks, with ``\\n`` line ends."""
    text = text[:_LONGEST_INPUT]
    if text.isascii() and text.isprintable():
        return text
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return _FLOOD.sub("\n\n", unicodedata.normalize("NFC", _UNUSUAL.sub(_without_towers, lines)))


def _without_towers(found: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in found.group():
        category = unicodedata.category(character)
        if category in _DROPPED:
            continue
        marks = marks + 1 if category in _STACKING else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


_DROPPED: Final = frozenset({"Cc", "Cf", "Cs"})
_STACKING: Final = frozenset({"Mn", "Me"})


def markdown(text: str, most: int) -> str:
    """Text that shows as it is where Discord reads Markdown, of at most ``most`` units; cut with ``…``."""
    return _fitting(clean(text).strip(), most, _escaped)


def code_block(text: str, most: int) -> str:
    """Text in a fixed width, fences included in ``most``; empty when there is none."""
    cleaned = clean(text).strip("\n")
    return f"```\n{_fitting(cleaned, most - _FENCES, _defused)}\n```" if cleaned.strip() else ""


_FENCES: Final = len("```\n\n```")


def plain(text: str, most: int) -> str:
    """One line for where Discord reads no Markdown: labels, choices, footers, alt texts, thread names."""
    return _fitting(" ".join(clean(text).split()), most, str)


def file_name(name: str) -> str:
    """A name that Discord keeps as it is: letters, digits, dot, dash and underscore of ASCII."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".-")
    return safe[-_LONGEST_FILE_NAME:] or "file"


_LONGEST_FILE_NAME: Final = 80


def _escaped(text: str) -> str:
    return _LIVE.sub(_harmless, text)


def _harmless(found: re.Match[str]) -> str:
    live = found.group()
    if found.lastgroup == "list":
        return f"{live[:-1]}\\{live[-1]}"
    if found.lastgroup == "link":
        return f"\\{live}{BREAK}"
    return f"\\{live}{BREAK}" if found.lastgroup == "opening" else f"\\{live}"


def _defused(text: str) -> str:
    return _LIVE_IN_CODE.sub(lambda found: found.group() + BREAK, text)


def _fitting(text: str, most: int, write: Callable[[str], str]) -> str:
    """The written text, or as many whole characters of it as fit with ``…`` behind them."""
    if len(text) <= most and units(whole := write(text)) <= most:
        return whole
    fits, too_long = 0, min(len(text), most + 1)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        fits, too_long = (middle, too_long) if units(write(text[:middle])) < most else (fits, middle)
    return write(text[: before_grapheme(text, fits)].rstrip()) + CUT


def before_grapheme(text: str, end: int) -> int:
    """The last place up to ``end`` where no character is torn from its marks (after Unicode's UAX #29, simplified)."""
    while 0 < end < len(text) and _joins(text, end):
        end -= 1
    return end


def _joins(text: str, index: int) -> bool:
    character = text[index]
    if is_mark(character) or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    flags = 0
    while flags <= index and _is_flag_letter(text[index - flags]):
        flags += 1
    return flags > 0 and flags % 2 == 0


def is_mark(character: str) -> bool:
    """Whether it is drawn on the character before it."""
    return unicodedata.category(character).startswith("M")


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
