"""Hiding the words that a community has blocked, also when they are dressed up.

A word is found whole, whatever its case, width, accents and zero-width joiners, in letters of another script that look
the same (Unicode Technical Standard 39, part 4, in a small extract), and with the digits and signs that stand for
letters in chat ("b4d"). Parts of longer words are left alone: a filter that hides half of "Scunthorpe" is a joke.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

MASK: Final = "•••"


def masked(text: str, blocked: Sequence[str]) -> str:
    """The text with every blocked word replaced by :data:`MASK`; the same object when there is none."""
    if not blocked or not text:
        return text
    spans = _found(text, tuple(blocked))
    return _without(text, spans) if spans else text


def holds_blocked(text: str, blocked: Sequence[str]) -> bool:
    """Whether a text says a blocked word."""
    return bool(blocked) and bool(_found(text, tuple(blocked)))


def _found(text: str, blocked: tuple[str, ...]) -> list[tuple[int, int]]:
    plain, dressed = _patterns(blocked)
    spans = []
    for pattern, table in ((plain, _SCRIPTS), (dressed, _DRESSED)):
        if pattern is None:
            continue
        folded, places = _folded(text, table)
        for found in pattern.finditer(folded):
            start, end = places[found.start()], places[found.end() - 1] + 1
            # 455 is a number, whatever letters its digits may stand for.
            if pattern is plain or any(sign.isalpha() for sign in text[start:end]):
                spans.append((start, end))
    return spans


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            parts += [text[at:start], MASK]
        at = max(at, _past_marks(text, end))
    return "".join([*parts, text[at:]])


def _past_marks(text: str, end: int) -> int:
    """The end of a word with the accents and joiners that hang on its last letter."""
    while end < len(text) and unicodedata.category(text[end]) in _SILENT:
        end += 1
    return end


@lru_cache(maxsize=256)
def _patterns(blocked: tuple[str, ...]) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """The words as they are, and those with letters as their look-alikes fold to."""
    plain = {_folded(word, _SCRIPTS)[0].strip() for word in blocked}
    dressed = {_folded(word, _DRESSED)[0].strip() for word in blocked if any(map(str.isalpha, word))}
    return _pattern(plain), _pattern(dressed)


def _pattern(words: set[str]) -> re.Pattern[str] | None:
    longest_first = sorted(filter(None, words), key=lambda word: (-len(word), word))
    if not longest_first:
        return None
    alternatives = "|".join(r"\s+".join(map(re.escape, word.split())) for word in longest_first)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


def _folded(text: str, table: Mapping[str, str]) -> tuple[str, list[int]]:
    """A text as it is compared, and for each of its characters the place in the original."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        # A word may end in an exclamation mark; only inside one does it stand for a letter.
        stands = sign != "!" or text[place + 1 : place + 2].isalnum()
        for letter in _letters(sign):
            letters.append(table.get(letter, letter) if stands else letter)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _letters(sign: str) -> str:
    """One character without case, width and accents; nothing when it is only an accent or a joiner."""
    decomposed = unicodedata.normalize("NFKD", sign).casefold()
    return "".join(letter for letter in decomposed if unicodedata.category(letter) not in _SILENT)


_SILENT: Final = frozenset({"Mn", "Me", "Cf"})
# Letters of other scripts that look like a Latin one, after case folding: Cyrillic, then Greek, then the dotless i.
_SCRIPTS: Final[Mapping[str, str]] = dict(
    zip("аеорсухіјѕԁһкмтвαεορυικτνχıł", "aeopcyxijsdhkmtbaeopuiktvxil", strict=True)
)
# What stands for a letter in chat. `l` and `i` fold together, since 1, | and ! stand for both.
_DRESSED: Final[Mapping[str, str]] = {
    **_SCRIPTS,
    **dict(zip("013456789@$!|+", "oieasgtbgasiit", strict=True)),
    "l": "i",
    "ł": "i",
}
