"""The word judge: which English words there are, which are the same word, and which belong together.

It works offline from one table, ``games/words.bin``, which ``tools/build_word_table.py`` makes and describes.
Sums are of integers and the few divisions are IEEE's own, so a judgement is the same on every machine. A score
is a *standardised* cosine: how many standard deviations two words are closer than either is to common words.
"""

from __future__ import annotations

import hashlib
import lzma
import math
import mmap
import struct
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import chain
from operator import mul
from pathlib import Path
from typing import Final

from engine.errors import NotConfigured

PATH: Final = Path(__file__).parent / "games" / "words.bin"
MAX_WORDS: Final = 3

_HEADER: Final = struct.Struct("<8sHH16sIIIHi6I32s")
_MAGIC: Final = b"LDAWORDS"
_FORMAT: Final = 1
_NO_VECTOR: Final = 0xFFFF
_CODES: Final = [(2 * (byte & 15) - 15, 2 * (byte >> 4) - 15) for byte in range(256)]
_EDGES: Final = ".,;:!?\"'()[]{}<>*_`~…“”«»"
_SIGNS: Final = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})
_CONTRACTIONS: Final = ("n't", "'ll", "'re", "'ve", "'d", "'m")
_PLURALS: Final = (("ies", "y"), ("s", ""), ("es", ""))


class Reason(StrEnum):
    """Why an answer was accepted or refused. ``REPEATED``: it adds no word to the word before."""

    RELATED = "related"
    UNRELATED = "unrelated"
    NOT_A_WORD = "not-a-word"
    TOO_MANY_WORDS = "too-many-words"
    FUNCTION_WORD = "function-word"
    REPEATED = "repeated"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Judgement:
    """``score`` is in standard deviations above chance, rounded to 3 places; ``why`` is a sentence for people."""

    accepted: bool
    reason: Reason
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class _Vector:
    """A row: odd integers from -15 to 15, their sum of squares, and what its cosines with common words are."""

    numbers: tuple[int, ...]
    square: int
    mean: float
    deviation: float


class Lexicon:
    """A loaded table. Words stay packed bytes; nothing but the words asked for becomes a ``str``."""

    _size: int
    _count: int
    _rows: int
    _block: int

    def __init__(self, table: bytes | mmap.mmap) -> None:
        """:raises NotConfigured: when the table is of another format or damaged."""
        head = _HEADER.unpack(table[: _HEADER.size])
        magic, form, self._size, version, self._count, self._rows, blocks, self._block, least = head[:9]
        lengths, checksum = head[9:15], head[15]
        with memoryview(table) as whole:
            sound = hashlib.sha256(whole[_HEADER.size :]).digest() == checksum
        if magic != _MAGIC or form != _FORMAT or not sound:
            raise NotConfigured(f"The word table {PATH.name} is damaged: install the arena again.")
        self.version = version.rstrip(b"\0").decode()
        self.threshold: float = least / 1000
        ends = [_HEADER.size + sum(lengths[: k + 1]) for k in range(6)]
        words, starts, rows, roots, common = (
            table[end - length : end] for end, length in zip(ends[:5], lengths[:5], strict=True)
        )
        self._table, self._at = table, int(ends[4])
        self._text = lzma.decompress(words)
        self._starts = _integers("I", starts)
        self._row = _integers("H", lzma.decompress(rows))
        self._root = _integers("i", lzma.decompress(roots))
        self._common = _integers("I", lzma.decompress(common))
        if (len(self._starts), len(self._row)) != (blocks, self._count):
            raise NotConfigured(f"The word table {PATH.name} is damaged: install the arena again.")
        self._vector = lru_cache(maxsize=4096)(self._read_vector)

    def __len__(self) -> int:
        return self._count

    def knows(self, word: str) -> bool:
        """Whether this is one English word, in any case, with or without accents, ``'s`` or a hyphen."""
        tokens = self._tokens(word)
        return bool(tokens) and all(self._place(token) >= 0 or _contracted(token) for token in tokens)

    def is_function_word(self, word: str) -> bool:
        """Whether it only holds a sentence together (``the``, ``with``, ``something``, ``don't``)."""
        tokens = self._tokens(word)
        return bool(tokens) and all(map(self._holds_together, tokens))

    def stem(self, word: str) -> str:
        """The word that all its inflections share (``pyramids`` and ``Pyramid's``: ``pyramid``).

        A word that is not known is its own, in lower case.
        """
        return " ".join(self._stem(token) for token in self._tokens(word))

    def stems(self, phrase: str) -> frozenset[str]:
        """The stems of a phrase's words, without function words and words that are not known."""
        content = (token for token in self._tokens(phrase) if self._row_of(token) >= 0)
        return frozenset(map(self._stem, content))

    def count(self, phrase: str) -> int:
        """How many words a phrase has; ``mother-in-law`` has three, ``e-mail`` one."""
        return len(self._tokens(phrase))

    def rank(self, word: str) -> int | None:
        """0 for the commonest word that is no function word, 1 for the next; ``None`` past the 20,000th."""
        return self._ranks().get(self._place(self.stem(word)))

    def common(self, start: int, stop: int) -> list[str]:
        """The words of these ranks, the commonest first."""
        return [self._word(place) for place in self._common[start:stop]]

    def judge(self, previous: str, answer: str) -> Judgement:
        """Whether an answer of 1 to 3 words is related to the word before, which may be a phrase.

        Words of the answer that are function words, or inflections of words of ``previous``, count for nothing.
        """
        tokens = self._tokens(answer)
        shown, before = _quoted(answer), _quoted(previous)
        if not tokens:
            return _refused(Reason.EMPTY, "Nothing was said.")
        if len(tokens) > MAX_WORDS:
            return _refused(Reason.TOO_MANY_WORDS, f"{shown} is {len(tokens)} words; at most {MAX_WORDS} are allowed.")
        for token in tokens:
            if self._place(token) < 0 and not _contracted(token):
                return _refused(Reason.NOT_A_WORD, f"“{token[:40]}” is not an English word that the table knows.")
        if all(map(self._holds_together, tokens)):
            return _refused(Reason.FUNCTION_WORD, f"{shown} says nothing of its own; say a noun, verb or adjective.")
        known = self.stems(previous)
        fresh = [token for token in tokens if self._row_of(token) >= 0 and self._stem(token) not in known]
        if not fresh:
            return _refused(Reason.REPEATED, f"{shown} only repeats {before}.")
        return self._related(before, shown, self.score(previous, " ".join(fresh)))

    def _related(self, before: str, shown: str, score: float) -> Judgement:
        figures = f"({score:.2f}, needs {self.threshold:.2f})"
        if score >= self.threshold:
            return Judgement(True, Reason.RELATED, score, f"{shown} is related to {before} {figures}.")
        why = f"{shown} is not related closely enough to {before} {figures}."
        return Judgement(False, Reason.UNRELATED, score, why)

    def score(self, first: str, second: str) -> float:
        """How closely two phrases belong together; 0 is chance, and 0 when either has no word to compare.

        The standardised cosines of all pairs are added and divided by what such a sum deviates by: more words
        alone raise no score, and words that mean the same count once.
        """
        left, right = self._vectors(first), self._vectors(second)
        if not (left and right):
            return 0.0
        total = math.fsum(_standardised(one, other) for one in left for other in right)
        return round(total / (_breadth(left) * _breadth(right)), 3)

    def nearest(self, phrase: str, ranks: range) -> list[tuple[float, str]]:
        """The common words of these ranks with their scores, the most closely related to a phrase first."""
        left = self._vectors(phrase)
        broad = _breadth(left) if left else 1.0
        found = []
        for place in self._common[ranks.start : ranks.stop : ranks.step]:
            other = self._vector(self._row[place])
            score = math.fsum(_standardised(one, other) for one in left) / broad
            found.append((round(score, 3), self._word(place)))
        return sorted(found, key=lambda each: (-each[0], each[1]))

    def _vectors(self, phrase: str) -> list[_Vector]:
        rows = dict.fromkeys(self._row_of(token) for token in self._tokens(phrase))
        return [self._vector(row) for row in rows if row >= 0]

    def _read_vector(self, row: int) -> _Vector:
        width = self._size // 2
        start = self._at + row * width
        numbers = tuple(chain.from_iterable(map(_CODES.__getitem__, self._table[start : start + width])))
        aside = self._at + self._rows * width + row
        mean, deviation = self._table[aside] / 500 - 0.1, self._table[aside + self._rows] / 1500
        return _Vector(numbers, sum(map(mul, numbers, numbers)), mean, deviation)

    def _tokens(self, text: str) -> list[str]:
        """The words of a text, folded: no case, no accents, no possessive, no signs at the edges."""
        pieces = (piece.strip(_EDGES) for piece in _fold(text).split())
        return [token for piece in pieces if piece for token in self._parts(piece.removesuffix("'s"))]

    def _parts(self, piece: str) -> list[str]:
        """A hyphenated word as one when it is known without its hyphens, else as its parts."""
        joined = piece.replace("-", "").replace("'", "")
        if joined != piece and not _contracted(piece) and self._find(joined) >= 0:
            return [joined]
        return [part for part in piece.replace("/", "-").split("-") if part]

    def _place(self, token: str) -> int:
        """The place of a word, or of what an unlisted plural is the plural of; -1 when it is none."""
        place = self._find(token)
        for suffix, ending in _PLURALS if place < 0 else ():
            base = token.removesuffix(suffix) + ending
            if token.endswith(suffix) and len(base) > 3 and not base.endswith("s") and self._row_of(base) >= 0:
                return self._find(base)
        return place

    def _find(self, token: str) -> int:
        key = token.encode()
        block = bisect_right(range(len(self._starts)), key, key=self._first) - 1
        if block < 0:
            return -1
        words = self._words(block)
        return block * self._block + words.index(key) if key in words else -1

    def _first(self, block: int) -> bytes:
        start = self._starts[block]
        return self._text[start : self._text.find(b"\n", start)]

    def _words(self, block: int) -> list[bytes]:
        end = self._starts[block + 1] - 1 if block + 1 < len(self._starts) else len(self._text)
        return self._text[self._starts[block] : end].split(b"\n")

    def _word(self, place: int) -> str:
        block, at = divmod(place, self._block)
        return self._words(block)[at].decode()

    def _row_of(self, token: str) -> int:
        """The row of a word's vector; -1 for function words and for what is no word."""
        place = self._place(token)
        return -1 if place < 0 or self._row[place] == _NO_VECTOR else self._row[place]

    def _holds_together(self, token: str) -> bool:
        place = self._place(token)
        return self._row[place] == _NO_VECTOR if place >= 0 else _contracted(token)

    def _stem(self, token: str) -> str:
        place = self._place(token)
        return self._word(place + self._root[place]) if place >= 0 else token

    @cache  # noqa: B019 - there is one lexicon a process
    def _ranks(self) -> dict[int, int]:
        return {place: at for at, place in enumerate(self._common)}


@cache
def lexicon() -> Lexicon:
    """The shipped table, loaded once. :raises NotConfigured: when it is missing or damaged."""
    try:
        with PATH.open("rb") as file:
            return Lexicon(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError, struct.error, lzma.LZMAError) as error:
        raise NotConfigured(f"The word table {PATH.name} cannot be read: install the arena again.") from error


def _standardised(one: _Vector, other: _Vector) -> float:
    dot: int = sum(map(mul, one.numbers, other.numbers))
    cosine = dot / math.sqrt(one.square * other.square)
    return ((cosine - one.mean) / one.deviation + (cosine - other.mean) / other.deviation) / 2


def _breadth(vectors: Sequence[_Vector]) -> float:
    """The length of the sum of the vectors, taken as of length 1: 1 for one, less than ``n`` for ``n`` apart."""
    total = [0.0] * len(vectors[0].numbers)
    for vector in vectors:
        length = math.sqrt(vector.square)
        total = [so_far + number / length for so_far, number in zip(total, vector.numbers, strict=True)]
    return max(1.0, math.sqrt(math.fsum(number * number for number in total)))


def _contracted(token: str) -> bool:
    return token.endswith(_CONTRACTIONS)


def _fold(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.translate(_SIGNS).casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _quoted(text: str) -> str:
    clean = " ".join(text.split())
    return f"“{clean if len(clean) <= 40 else clean[:39] + '…'}”"


def _refused(reason: Reason, why: str) -> Judgement:
    return Judgement(False, reason, 0.0, why)


def _integers(kind: str, raw: bytes) -> array[int]:
    """Little-endian integers. On a big-endian machine they are turned."""
    found: array[int] = array(kind, raw)
    if struct.pack("=H", 1) != struct.pack("<H", 1):
        found.byteswap()
    return found
