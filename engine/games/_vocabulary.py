"""Finding the move in a reply when the moves are few and have names (``b2``, ``rock``, ``brake``).

A clause counts as a choice only when it holds one move and otherwise nothing but words that people say around
a choice ("I'll go with …"). Every other word, above all one that denies or doubts, makes the clause mere talk.
So a new way to say "not that one" needs no rule here: what is not known to be a choice is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from engine.errors import Ambiguous, Unparsable
from engine.replies import read

M = TypeVar("M")


def words(text: str) -> frozenset[str]:
    """The words of a text, for lists that read better as lines."""
    return frozenset(text.split())


_AROUND: Final = words(
    "a again alright am an and answer at be best by choice choose choosing chosen decide decided decision "
    "definitely do doing final for go going gonna here hereby i i'd i'll i'm in is it it's its just let let's "
    "lock make making mark me move must my need next now ok okay on once one optimal option our pick picking "
    "place placing play playing please put putting right round say select selecting shall simply stick sticking "
    "still strongest sure take taking that the then there this throw throwing tick time to today turn us use using "
    "want we we'll well will winning with would yes"
)
# A sentence with one of these weighs a move, it does not choose it.
_DOUBTS: Final = words(
    "if unless whether maybe perhaps might could or nor either neither should suppose supposing imagine assuming had "
    "were all any anything anywhere everything nothing none"
)
# Said after a choice, these take it back.
_TAKES_BACK: Final = words(
    "actually wait scratch kidding joking nevermind psych oops sorry correction mistake however hmm unsure undecided"
)
# "… to block 3" says what a move is for.
_PURPOSE: Final = words("to")
_DENIALS: Final = words("no nope not never don't won't can't cannot isn't")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")
# What comes before these words in a sentence is what the choice is not.
_CONTRAST: Final = re.compile(r"\b(?:but|yet)\b", re.I)
_CLAUSE: Final = re.compile(
    r"[.,;:!()\[\]{}\"|/>]+|\s-+\s|->"
    r"|\b(?:because|since|so that|so|therefore|thus|hence|which|as|in order to|while)\b"
    r"|\s(?=(?:and\s+)?(?:not|instead of|rather than|over)\b)"
    r"|\s(?=to\s+(?:avoid|beat|block|build|catch|close|complete|control|counter|create|force|gain|get|give|increase|keep"
    r"|maximi[sz]e|prevent|reach|reduce|secure|set|stay|stop|threaten|win)\b)"
    r"|\s(?=for\s+(?:the|a|an|more|better|maximum)\b)",
    re.I,
)
# "My answer is below" points elsewhere.
_POINTERS: Final = words("below clear easy following follows obvious simple this")
# "1. …" may number a list or be a move where moves are numbers.
_NUMBERING: Final = re.compile(r"^[^\S\n]*(?=\d+[.)][^\S\n]*\S)", re.M)
_LISTED: Final = re.compile(r"\s*⟪(\d+)⟫\s*[.)]")
_WORD: Final = re.compile(r"⟦\d+⟧|[^\W\d_]+(?:'[a-z]+)?|\d+|[+-]\d+", re.I)
_MENTION: Final = re.compile(r"⟦(\d+)⟧")


@dataclass(frozen=True, slots=True)
class Vocabulary(Generic[M]):
    """How one game's moves are said.

    Attributes:
        pattern: matches a mention of a move anywhere in a text.
        meaning: the move of a match, or ``None`` when it is none after all.
        ask: the sentence that tells a person or a model how to answer.
        show: the move's name in an error.
        around: further words that may stand around a choice.
    """

    pattern: re.Pattern[str]
    meaning: Callable[[re.Match[str]], M | None]
    ask: str
    show: Callable[[M], str] = str
    around: frozenset[str] = field(default=frozenset())

    def choice(self, text: str) -> M:
        """The one move that a reply chooses, legal or not.

        :raises EmptyReply: :raises TruncatedReply: as :func:`engine.replies.read` does.
        :raises Ambiguous: when it chooses several. :raises Unparsable: when it chooses none.
        """
        reply = read(text)
        found = [move for place in reply.declared for move in self._declared_in(place)]
        if not found and any(_is_terse(place) for place in reply.declared):
            raise Unparsable(f"“{_clip(reply.declared[0])}” is not a move here. {self.ask}")
        return self._only(found or self._chosen_in(reply.text), reply.text)

    def _only(self, found: Sequence[M], text: str) -> M:
        distinct = list(dict.fromkeys(found))
        if len(distinct) == 1:
            return distinct[0]
        mentioned = distinct or list(dict.fromkeys(self._mark(text)[1]))
        which = [self.show(move) for move in mentioned]
        if len(which) > 1:
            raise Ambiguous(f"The reply names {_and(which)} and does not say which is the move. {self.ask}", which)
        raise Unparsable(f"No move can be read in “{_clip(text)}”. {self.ask}")

    def _declared_in(self, place: str) -> list[M]:
        chosen = self._chosen_in(place)
        return chosen or self._leading(place)

    def _leading(self, place: str) -> list[M]:
        """A declaration may start with its move and go on with reasons: ``5 blocks the diagonal``."""
        marked, moves = self._mark(place)
        said = _words_of(_SENTENCE.split(marked)[0])
        if _DOUBTS.intersection(said):
            return moves if len(set(moves)) > 1 else []
        if _TAKES_BACK.intersection(said) or "?" in place:
            return []
        for word in said:
            if mention := _MENTION.fullmatch(word):
                return [moves[int(mention[1])]]
            if not self._is_around(word):
                break
        return []

    def _chosen_in(self, text: str) -> list[M]:
        """The moves of all clauses that choose; none when the last of them is taken back afterwards."""
        marked, moves = self._mark(text)
        chosen: list[M] = []
        for line in marked.splitlines():
            listed = _LISTED.match(line)
            after = self._chosen_after(line[listed.end() :] if listed else line, chosen, moves)
            if listed and len(after) > len(chosen):
                after.append(moves[int(listed[1])])
            chosen = after
        return chosen

    def _chosen_after(self, line: str, chosen: list[M], moves: Sequence[M]) -> list[M]:
        for sentence in _SENTENCE.split(line):
            if _DOUBTS.intersection(_words_of(sentence)) or sentence.rstrip().endswith("?"):
                continue
            for clause in _CLAUSE.split(_CONTRAST.split(sentence)[-1]):
                chosen = self._heard(_words_of(clause), chosen, moves)
        return chosen

    def _heard(self, clause: Sequence[str], chosen: list[M], moves: Sequence[M]) -> list[M]:
        """What is chosen after one more clause."""
        mentions = [moves[int(found[1])] for word in clause if (found := _MENTION.fullmatch(word))]
        if (
            mentions
            and clause[0] not in _PURPOSE
            and all(self._is_around(word) or _MENTION.fullmatch(word) for word in clause)
        ):
            return [*chosen, *mentions]
        taken_back = _TAKES_BACK if mentions else _TAKES_BACK | _DENIALS
        return [] if taken_back.intersection(clause) else chosen

    def _is_around(self, word: str) -> bool:
        return word in _AROUND or word in self.around

    def _mark(self, text: str) -> tuple[str, list[M]]:
        """The text with each mention replaced by its number, and the moves by number."""
        moves: list[M] = []
        text = text.translate(_BRACKETS)
        listed = {match.end() for match in _NUMBERING.finditer(text)}

        def number(match: re.Match[str]) -> str:
            move = self.meaning(match)
            if move is None:
                return match[0]
            moves.append(move)
            mark = "⟪{}⟫" if match.start() in listed else "⟦{}⟧"
            return f" {mark.format(len(moves) - 1)} "

        return self.pattern.sub(number, text), moves


_BRACKETS: Final = str.maketrans("⟦⟧⟪⟫", "    ")


def _words_of(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _is_terse(place: str) -> bool:
    """One word or sign declared as the move is meant as a move, even when it is none: never look elsewhere."""
    said = place.split()
    return len(said) == 1 and said[0].casefold().strip(".:") not in _POINTERS


def _clip(text: str) -> str:
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= 60 else f"{line[:57]}…"


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
