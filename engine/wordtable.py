"""The word table as a file: ``games/words.bin``, which ``tools/build_word_table.py`` makes and describes.

It knows words, which word each is an inflection of, and their vectors. What follows from that is
:mod:`engine.lexicon`'s. Words stay packed bytes: nothing but the words asked for becomes a ``str``, and the vectors
stay in the file until one is asked for.
"""

from __future__ import annotations

import hashlib
import lzma
import math
import mmap
import struct
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import mul
from pathlib import Path
from typing import Final

from engine.errors import NotConfigured
from engine.sentences import say

PATH: Final = Path(__file__).parent / "games" / "words.bin"

_HEADER: Final = struct.Struct("<8sHH16sIIIHi6I")
_DIGEST_BYTES: Final = 32
_MAGIC: Final = b"LDAWORDS"
_FORMAT: Final = 1
_NO_VECTOR: Final = 0xFFFF
_CODES: Final = [(2 * (byte & 15) - 15, 2 * (byte >> 4) - 15) for byte in range(256)]
_LONGEST_WORD: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """A word's vector: odd integers from -15 to 15, the sum of their squares, and how its cosines with common
    words are distributed.
    """

    numbers: tuple[int, ...]
    square: int
    mean: float
    deviation: float

    def score(self, other: Vector) -> float:
        """The standardised cosine: how many deviations the two are closer than either is to common words."""
        dot: int = sum(map(mul, self.numbers, other.numbers))
        cosine = dot / math.sqrt(self.square * other.square)
        return ((cosine - self.mean) / self.deviation + (cosine - other.mean) / other.deviation) / 2


class WordTable:
    """A loaded table. A *place* is a word's number in alphabetical order; -1 stands for no word.

    Attributes:
        version: changes with the contents.
        threshold: the score from which on words are related.
        common: the places of the commonest words with a vector, the commonest first.
    """

    _size: int
    _count: int
    _rows: int
    _block: int

    def __init__(self, table: bytes | mmap.mmap) -> None:
        """:raises NotConfigured: when the table is of another format or damaged."""
        head = _HEADER.unpack(table[: _HEADER.size])
        magic, form, self._size, version, self._count, self._rows, blocks, self._block, least = head[:9]
        if (magic, form) != (_MAGIC, _FORMAT) or not _is_sound(table):
            raise damaged()
        self.version = version.rstrip(b"\0").decode()
        self.threshold: float = least / 1000
        self._table, self._at = table, _HEADER.size + _DIGEST_BYTES
        words, starts, rows, roots, common = (self._next(length) for length in head[9:14])
        self._text = lzma.decompress(words)
        self._starts = _integers("I", starts)
        self._row = _integers("H", lzma.decompress(rows))
        self._root = _integers("i", lzma.decompress(roots))
        self.common: Sequence[int] = _integers("I", lzma.decompress(common))
        if (len(self._starts), len(self._row)) != (blocks, self._count):
            raise damaged()
        self._vector = lru_cache(maxsize=4096)(self._read_vector)

    def __len__(self) -> int:
        return self._count

    def find(self, word: str) -> int:
        """The place of a word that is spelled exactly so, in lower case."""
        if not 0 < len(word) <= _LONGEST_WORD:
            return -1
        key = word.encode()
        block = bisect_right(range(len(self._starts)), key, key=self._first) - 1
        words = self._words(block) if block >= 0 else []
        return block * self._block + words.index(key) if key in words else -1

    def word(self, place: int) -> str:
        """The word of a place."""
        block, at = divmod(place, self._block)
        return self._words(block)[at].decode()

    def root(self, place: int) -> int:
        """The place of the word that this one is an inflection of; its own when it is none."""
        return place + self._root[place]

    def has_vector(self, place: int) -> bool:
        """False for function words and for no word."""
        return place >= 0 and self._row[place] != _NO_VECTOR

    def vector(self, place: int) -> Vector:
        """The vector of a word that has one. Rare inflections share their root's."""
        return self._vector(self._row[place])

    def _next(self, length: int) -> bytes:
        self._at += length
        return self._table[self._at - length : self._at]

    def _first(self, block: int) -> bytes:
        start = self._starts[block]
        return self._text[start : self._text.find(b"\n", start)]

    def _words(self, block: int) -> list[bytes]:
        end = self._starts[block + 1] - 1 if block + 1 < len(self._starts) else len(self._text)
        return self._text[self._starts[block] : end].split(b"\n")

    def _read_vector(self, row: int) -> Vector:
        width = self._size // 2
        start = self._at + row * width
        numbers = tuple(chain.from_iterable(map(_CODES.__getitem__, self._table[start : start + width])))
        aside = self._at + self._rows * width + row
        mean, deviation = self._table[aside] / 500 - 0.1, self._table[aside + self._rows] / 1500
        return Vector(numbers, sum(map(mul, numbers, numbers)), mean, deviation)


def load() -> WordTable:
    """The shipped table. :raises NotConfigured: when it is missing or damaged."""
    try:
        with PATH.open("rb") as file:
            return WordTable(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError, struct.error, lzma.LZMAError) as error:
        raise NotConfigured(
            say("The word table {file} cannot be read: install the arena again.", file=PATH.name)
        ) from error


def damaged() -> NotConfigured:
    """What to raise for a file that is not as it was made."""
    return NotConfigured(say("The word table {file} is damaged: install the arena again.", file=PATH.name))


def _is_sound(table: bytes | mmap.mmap) -> bool:
    """Whether the digest after the header is that of the header and of all that follows."""
    start = _HEADER.size + _DIGEST_BYTES
    with memoryview(table) as whole:
        digest = hashlib.sha256(whole[: _HEADER.size])
        digest.update(whole[start:])
    return digest.digest() == table[_HEADER.size : start]


def _integers(kind: str, raw: bytes) -> array[int]:
    """Little-endian integers; a big-endian machine turns them."""
    found: array[int] = array(kind, raw)
    if struct.pack("=H", 1) != struct.pack("<H", 1):
        found.byteswap()
    return found
