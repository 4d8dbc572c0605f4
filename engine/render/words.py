"""Text as renderers may show it: one line, no control characters, no reordering, cut to a stated length."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from engine.model import Seat
from engine.sentences import say

Told = Callable[[str], str]
"""Says a sentence in the viewer's language; ``str`` says it in English."""

ELLIPSIS: Final = "…"
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# Marks that turn the direction of the text around them: with them a word could disguise its neighbours.
_REORDERING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NONCHARACTERS: Final = frozenset("\ufffe\uffff")

SEATS_TITLED: Final[Mapping[Seat, str]] = {Seat.FIRST: say("First"), Seat.SECOND: say("Second")}
SEATS_SAID: Final[Mapping[Seat, str]] = {Seat.FIRST: say("first"), Seat.SECOND: say("second")}
_GLYPHS_SAID: Final[Mapping[str, str]] = {
    "rock": say("rock"),
    "paper": say("paper"),
    "scissors": say("scissors"),
    "hidden": say("hidden"),
}


def glyph_said(name: str) -> str:
    """A drawing in words; an unknown one is called by its name."""
    return _GLYPHS_SAID.get(name, name)


def clean(text: str) -> str:
    """``text`` on one line, fit for XML and for a terminal: nothing in it can move a cursor or reverse a line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_clean_character, " ".join(text.split())))


def _clean_character(character: str) -> str:
    if character in _REORDERING:
        return ""
    if character in _NONCHARACTERS or unicodedata.category(character) in {"Cc", "Cs"}:
        return REPLACEMENT
    return character


def cut(text: str, length: int) -> str:
    """At most ``length`` characters; an ellipsis stands for what is missing."""
    return text if len(text) <= length else text[: max(0, length - 1)].rstrip() + ELLIPSIS


def first_sentence(text: str, length: int = 120) -> str:
    """What comes before the first full stop, at most ``length`` characters."""
    return cut(text.partition(". ")[0].rstrip("."), length)


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Roughly how wide a proportional sans serif font sets ``text``; rather too much than too little."""
    return size * sum(map(_advance, text)) * (1.12 if bold else 1)


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in "iIjlft.,:;'|!()[] ":
        return 0.34
    if character in "mwMW@%—…":
        return 0.95
    return 0.7 if character.isupper() else 0.58


def elide(text: str, size: float, room: float) -> str:
    """``text``, cut with an ellipsis where it would be wider than ``room``."""
    used, fits = 0.0, 0
    for number, character in enumerate(text, start=1):
        used += size * _advance(character)
        if used > room:
            return text[:fits].rstrip() + ELLIPSIS
        if used + size * _advance(ELLIPSIS) <= room:
            fits = number
    return text


def squeeze(text: str, size: float, room: float) -> str:
    """``text``, with an ellipsis in its middle where it would be wider: of names, both ends tell one from another."""
    if width_of(text, size) <= room:
        return text
    widths = [size * _advance(character) for character in text]
    left = right = 0
    used = size * _advance(ELLIPSIS)
    while left + right < len(text):
        before = left <= right
        used += widths[left] if before else widths[-1 - right]
        if used > room:
            break
        left, right = (left + 1, right) if before else (left, right + 1)
    return text[:left].rstrip() + ELLIPSIS + text[len(text) - right :].lstrip()


def wrap(text: str, size: float, room: float, lines: int) -> Iterator[str]:
    """``text`` in at most ``lines`` lines of the width ``room``; the last one is elided."""
    words = text.split(" ")
    for number in range(1, lines + 1):
        taken = _how_many_fit(words, size, room)
        if number == lines or taken == len(words):
            yield elide(" ".join(words), size, room)
            return
        yield elide(" ".join(words[:taken]), size, room)
        words = words[taken:]


def _how_many_fit(words: Sequence[str], size: float, room: float) -> int:
    """How many words stand on one line; at least one, however long."""
    used = 0.0
    for number, word in enumerate(words):
        used += width_of(word if number == 0 else f" {word}", size)
        if used > room:
            return max(1, number)
    return len(words)
