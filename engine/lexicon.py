"""The word judge: which English words there are, which are the same word, and which belong together.

It works offline from one table of words and vectors. Sums are of integers and the few divisions are IEEE's own, so
a judgement is the same on every machine. A score is a *standardised* cosine: how many standard deviations two words
are closer than either is to common words.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Final

from engine.sentences import say
from engine.wordtable import Vector, WordTable, load

MAX_WORDS: Final = 3

_EDGES: Final = ".,;:!?\"'()[]{}<>*_`~…“”«»"
_SIGNS: Final = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})
_CONTRACTIONS: Final = ("n't", "'ll", "'re", "'ve", "'d", "'m")
_PLURALS: Final = (("ies", "y"), ("s", ""), ("es", ""))


class Reason(StrEnum):
    """Why an answer was accepted or refused. ``REPEATED``: it adds no word to the word before.

    ``RULED_IN`` and ``RULED_OUT`` are not the judge's: a moderator decided otherwise.
    """

    RELATED = "related"
    UNRELATED = "unrelated"
    NOT_A_WORD = "not-a-word"
    TOO_MANY_WORDS = "too-many-words"
    FUNCTION_WORD = "function-word"
    REPEATED = "repeated"
    EMPTY = "empty"
    RULED_IN = "ruled-in"
    RULED_OUT = "ruled-out"


@dataclass(frozen=True, slots=True)
class Judgement:
    """``score`` is in standard deviations above chance, rounded to 3 places; ``why`` is a sentence for people."""

    accepted: bool
    reason: Reason
    score: float
    why: str


class Lexicon:
    """The judge over one table."""

    def __init__(self, table: WordTable) -> None:
        self._table = table
        self.version = table.version
        self.threshold = table.threshold

    def __len__(self) -> int:
        return len(self._table)

    def knows(self, word: str) -> bool:
        """Whether this is one English word, in any case, with or without accents, ``'s`` or hyphens."""
        tokens = self._tokens(word)
        return bool(tokens) and all(map(self._known, tokens))

    def is_function_word(self, word: str) -> bool:
        """Whether it only holds a sentence together (``the``, ``with``, ``something``, ``don't``)."""
        tokens = self._tokens(word)
        return bool(tokens) and all(map(self._holds_together, tokens))

    def stem(self, word: str) -> str:
        """The word that all its inflections share (``pyramids`` and ``Pyramid's``: ``pyramid``).

        A word that is not known is its own, in lower case.
        """
        return " ".join(map(self._stem, self._tokens(word)))

    def stems(self, phrase: str) -> frozenset[str]:
        """The stems of a phrase's words, without function words and words that are not known."""
        return frozenset(map(self._stem, self._content(phrase)))

    def count(self, phrase: str) -> int:
        """How many words a phrase has; ``mother-in-law`` has three, ``e-mail`` one."""
        return len(self._tokens(phrase))

    def rank(self, word: str) -> int | None:
        """0 for the commonest word that is no function word, 1 for the next; ``None`` past the 20,000th."""
        return self._ranks.get(self._place(self.stem(word)))

    def common(self, start: int, stop: int) -> list[str]:
        """The words of these ranks, the commonest first."""
        return [self._table.word(place) for place in self._table.common[start:stop]]

    def judge(self, previous: str, answer: str) -> Judgement:
        """Whether an answer of 1 to 3 words is related to the word before, which may be a phrase.

        Words of the answer that are function words, or inflections of words of ``previous``, count for nothing.
        """
        tokens = self._tokens(answer)
        names = {"answer": _clipped(answer), "before": _clipped(previous)}
        if refused := self._no_answer(tokens, names["answer"]):
            return refused
        known = self.stems(previous)
        fresh = [token for token in self._content(answer) if self._stem(token) not in known]
        if not fresh:
            return _refused(Reason.REPEATED, say("“{answer}” only repeats “{before}”.", **names))
        score = self.score(previous, " ".join(fresh))
        figures = {"score": score, "least": self.threshold}
        if score >= self.threshold:
            why = say("“{answer}” is related to “{before}” ({score:.2f}, needs {least:.2f}).", **names, **figures)
            return Judgement(True, Reason.RELATED, score, why)
        why = say(
            "“{answer}” is not related closely enough to “{before}” ({score:.2f}, needs {least:.2f}).",
            **names,
            **figures,
        )
        return Judgement(False, Reason.UNRELATED, score, why)

    def score(self, first: str, second: str) -> float:
        """How closely two phrases belong together; 0 is chance, and 0 when either has no word to compare.

        The standardised cosines of all pairs are added and divided by what such a sum deviates by: more words
        alone raise no score, and words that mean the same count once.
        """
        left, right = self._vectors(first), self._vectors(second)
        if not (left and right):
            return 0.0
        total = math.fsum(one.score(other) for one in left for other in right)
        return round(total / (_breadth(left) * _breadth(right)), 3)

    def nearest(self, phrase: str, ranks: range) -> list[tuple[float, str]]:
        """The common words of these ranks with their scores, the most closely related to a phrase first."""
        left = self._vectors(phrase)
        broad = _breadth(left) if left else 1.0
        found = []
        for place in self._table.common[ranks.start : ranks.stop : ranks.step]:
            other = self._table.vector(place)
            total = math.fsum(one.score(other) for one in left)
            found.append((round(total / broad, 3), self._table.word(place)))
        return sorted(found, key=lambda each: (-each[0], each[1]))

    def _no_answer(self, tokens: Sequence[str], shown: str) -> Judgement | None:
        """Why these cannot be an answer to anything, or ``None``."""
        if not tokens:
            return _refused(Reason.EMPTY, say("Nothing was said."))
        if len(tokens) > MAX_WORDS:
            why = say(
                "“{answer}” is {count} words; at most {most} are allowed.",
                answer=shown,
                count=len(tokens),
                most=MAX_WORDS,
            )
            return _refused(Reason.TOO_MANY_WORDS, why)
        for token in tokens:
            if not self._known(token):
                why = say("“{word}” is not an English word that the table knows.", word=_clipped(token))
                return _refused(Reason.NOT_A_WORD, why)
        if all(map(self._holds_together, tokens)):
            why = say("“{answer}” says nothing of its own: say a noun, verb or adjective.", answer=shown)
            return _refused(Reason.FUNCTION_WORD, why)
        return None

    def _vectors(self, phrase: str) -> list[Vector]:
        """The vectors of a phrase's words, each once."""
        found = (self._table.vector(self._place(token)) for token in self._content(phrase))
        return list(dict.fromkeys(found))

    def _content(self, phrase: str) -> list[str]:
        return [token for token in self._tokens(phrase) if self._table.has_vector(self._place(token))]

    def _tokens(self, text: str) -> list[str]:
        """The words of a text, folded: no case, no accents, no possessive, no signs at the edges."""
        pieces = (piece.strip(_EDGES) for piece in _fold(text).split())
        return [token for piece in pieces if piece for token in self._parts(piece.removesuffix("'s"))]

    def _parts(self, piece: str) -> list[str]:
        """A hyphenated word as one when it is known without its hyphens, else as its parts."""
        joined = piece.replace("-", "").replace("'", "")
        if joined != piece and not _contracted(piece) and self._table.find(joined) >= 0:
            return [joined]
        return [part for part in piece.replace("/", "-").split("-") if part]

    def _place(self, token: str) -> int:
        """The place of a word, or of what an unlisted plural is the plural of; -1 when it is none."""
        place = self._table.find(token)
        for suffix, ending in _PLURALS if place < 0 else ():
            base = token.removesuffix(suffix) + ending
            if token.endswith(suffix) and len(base) > 3 and not base.endswith("s"):
                found = self._table.find(base)
                if self._table.has_vector(found):
                    return found
        return place

    def _known(self, token: str) -> bool:
        return _contracted(token) or self._place(token) >= 0

    def _holds_together(self, token: str) -> bool:
        place = self._place(token)
        return _contracted(token) or (place >= 0 and not self._table.has_vector(place))

    def _stem(self, token: str) -> str:
        place = self._place(token)
        return self._table.word(self._table.root(place)) if place >= 0 else token

    @cached_property
    def _ranks(self) -> dict[int, int]:
        return {place: rank for rank, place in enumerate(self._table.common)}


@cache
def lexicon() -> Lexicon:
    """The judge over the shipped table, loaded once. :raises NotConfigured: when it is missing or damaged."""
    return Lexicon(load())


def _breadth(vectors: Sequence[Vector]) -> float:
    """The length of the sum of the vectors, each taken as of length 1, but at least 1: so much does the sum of
    their scores deviate. For ``n`` vectors that say the same it is ``n``.
    """
    if len(vectors) == 1:
        return 1.0
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


def _clipped(text: str) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= 40 else f"{clean[:39]}…"


def _refused(reason: Reason, why: str) -> Judgement:
    return Judgement(False, reason, 0.0, why)
