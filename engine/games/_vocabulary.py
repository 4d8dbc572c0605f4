"""Finding the move in a reply when the moves are few and have names (``b2``, ``rock``, ``brake``).

A clause counts as a choice only when it holds one move and otherwise nothing but words that people say around
a choice ("I'll go with …"). Every other word, above all one that denies or doubts, makes the clause mere talk.
So a new way to say "not that one" needs no rule here: what is not known to be a choice is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Generic, TypeVar

from engine.errors import Ambiguous, Unparsable
from engine.games._vocabulary_words import AROUND, DOUBTS, ECHOES, LABELS, REASONS, TAKES_BACK, VERDICTS, words
from engine.replies import Reply, read
from engine.sentences import Sentence, both, joined, say

__all__ = ["Vocabulary", "words"]

M = TypeVar("M")


_LABEL_SIGN: Final = re.compile(r"[:|>]")
_REASON_SIGN: Final = re.compile(r"because|since|so|therefore|thus|hence|as|in order to", re.I)
_CONCLUSION: Final = re.compile(r"\b(?:so|therefore|thus|hence|but|yet)\b|[.!;]\s", re.I)
_NUMBERED: Final = re.compile(r"(?:step|turn|round|move|tick) \d+")
_LIST_ITEM: Final = re.compile(r"\s|[-•]\s|\d+[.)]\s|⟪")
_QUESTIONS: Final = words("is are can may does did shall")
_ASKED: Final = re.compile(r"\?[!?.\s]*$")
_EXAMPLE: Final = re.compile(r"\be\.\s?g\b\.?", re.I)
# "… for you" and "… as Black" say who else would choose it.
_OTHERS: Final = words("black white you your opponent opponent's them they him her he she someone others said says")
_LATER: Final = words("next then later afterwards")
_OWN: Final = words("i i'll i'm i'd my so therefore thus hence")
_GOES_ON: Final = words("is was would isn't wasn't has will can can't cannot could should")
# "… to block 3" says what a move is for.
_PURPOSE: Final = words("to")
_DENIALS: Final = words("no nope not never don't won't can't cannot isn't")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")
# What comes before these words in a sentence is what the choice is not.
_CONTRAST: Final = re.compile(r"\b(?:but|yet)\b", re.I)
_CLAUSE: Final = re.compile(
    r"(->|[.,;:!()\[\]{}\"|/>]+|\s-+\s"
    r"|\b(?:because|since|so that|so|therefore|thus|hence|which|as|in order to|while)\b"
    r"|\s(?=(?:and\s+)?(?:not|instead of|rather than|over)\b)"
    r"|\s(?=to\s+(?:avoid|beat|block|build|catch|close|complete|control|counter|create|force|gain|get|give|increase|keep"
    r"|maximi[sz]e|prevent|reach|reduce|secure|set|stay|stop|threaten|win|cut|cover|crush|smash|wrap)\b)"
    r"|\s(?=for\s+(?:the|a|an|more|better|maximum)\b))",
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
        if any(ECHOES.intersection(_words_of(_around(place, reply.text)[0])) for place in reply.declared):
            raise Unparsable(self._asking(say("The reply tells how a move looks and not which it is.")))
        found = [move for place in reply.declared for move in self._declared_in(place)]
        if not found and any(_is_terse(place) for place in reply.declared):
            raise Unparsable(self._asking(say("“{said}” is not a move here.", said=_clip(reply.declared[0]))))
        if found:
            self._check_kept(found, _around(reply.declared[-1], reply.text)[1])
        return self._only(found or self._chosen_in(_besides(reply)), reply.text)

    def _check_kept(self, found: Sequence[M], after: str) -> None:
        """What a reply goes on to say may take back its declaration, or choose once more."""
        said = _words_of(after)
        denies = any(_DENIALS.intersection(_words_of(sentence)[:1]) for sentence in _SENTENCE.split(after))
        if denies or (TAKES_BACK | VERDICTS).intersection(said) or _GOES_ON.intersection(said[:1]):
            raise Unparsable(self._asking(say("The reply gives a move and then doubts it.")))
        if set(self._chosen_in(after)) - set(found):
            raise Ambiguous(self._asking(say("The reply gives a move and then another.")))

    def _only(self, found: Sequence[M], text: str) -> M:
        distinct = list(dict.fromkeys(found))
        if len(distinct) == 1:
            return distinct[0]
        mentioned = distinct or list(dict.fromkeys(self._mark(text)[1]))
        which = [self.show(move) for move in mentioned]
        if len(which) > 1:
            why = say("The reply names {moves} and does not say which is the move.", moves=both(which))
            raise Ambiguous(self._asking(why), which)
        raise Unparsable(self._asking(say("No move can be read in “{said}”.", said=_clip(text))))

    def _asking(self, why: str) -> Sentence:
        return joined([why, self.ask])

    def _declared_in(self, place: str) -> list[M]:
        """What a declaration starts with, or what it comes to: ``they like rock, so paper``."""
        *reasons, conclusion = _CONCLUSION.split(place)
        doubtful = DOUBTS.intersection(_words_of(place))
        return self._leading(place) or (self._chosen_in(conclusion) if reasons and not doubtful else [])

    def _leading(self, place: str) -> list[M]:
        """A declaration may start with its move and go on with reasons: ``5 blocks the diagonal``."""
        marked, moves = self._mark(place)
        said = _words_of(_SENTENCE.split(marked)[0])
        if DOUBTS.intersection(said):
            return moves if len(set(moves)) > 1 else []
        first = _MENTION.search(marked)
        if not first or "?" in place or not all(map(self._is_around, _words_of(marked[: first.start()]))):
            return []
        if not self._is_kept(marked[first.end() :]):
            return []
        return self._chosen_in(place) or [moves[int(first[1])]]

    def _is_kept(self, after: str) -> bool:
        """Whether what follows a declared move leaves it standing."""
        head, *pairs = _CLAUSE.split(after)
        said = _words_of(head)
        if _CONTRAST.search(after):
            return False
        if said and said[0] not in REASONS and not all(map(self._is_known, said)):
            return False
        signs, clauses = ["", *pairs[::2]], [said, *map(_words_of, pairs[1::2])]
        return not any(self._denies(sign, clause) for sign, clause in zip(signs, clauses, strict=True))

    def _denies(self, sign: str, clause: Sequence[str]) -> bool:
        """Whether a clause after a choice takes it back, or says of it what nobody says of a choice."""
        if TAKES_BACK.intersection(clause) or (clause and _names_another(sign, clause)):
            return True
        if not clause or clause[0] in REASONS or _REASON_SIGN.fullmatch(sign.strip()):
            return False
        if any(map(_MENTION.fullmatch, clause)):
            return not _DENIALS.intersection(clause) and bool(VERDICTS.intersection(clause))
        is_short = len(clause) <= _SHORT and not all(map(self._is_known, clause))
        is_short = is_short or clause[0] in _GOES_ON or "->" in sign
        return is_short or bool((VERDICTS | _DENIALS).intersection(clause))

    def _chosen_in(self, text: str) -> list[M]:
        """The moves of all clauses that choose; none when the last of them is taken back afterwards."""
        marked, moves = self._mark(text)
        chosen: list[M] = []
        foreign, is_first = False, False
        for line in filter(str.strip, marked.splitlines()):
            said = _words_of(line)
            foreign = foreign and (is_first or bool(_LIST_ITEM.match(line))) and not _OWN.intersection(said[:1])
            is_first = False
            if not foreign:
                chosen = self._chosen_on(line, chosen, moves)
            if line.rstrip().endswith(":") and not self._is_label(_words_of(_SENTENCE.split(line.strip())[-1])):
                foreign = is_first = True
        return chosen

    def _chosen_on(self, line: str, chosen: list[M], moves: Sequence[M]) -> list[M]:
        listed = _LISTED.match(line)
        after = self._chosen_after(line[listed.end() :] if listed else line, chosen, moves)
        if listed and len(after) > len(chosen):
            return [*after, moves[int(listed[1])]]
        return after

    def _chosen_after(self, line: str, chosen: list[M], moves: Sequence[M]) -> list[M]:
        for sentence in _SENTENCE.split(line):
            said = _words_of(sentence)
            if _GOES_ON.intersection(said[:1]) and sentence.lstrip()[:1].islower():
                chosen = []
            if DOUBTS.intersection(said) or _QUESTIONS.intersection(said[:1]) or _ASKED.search(sentence):
                continue
            chosen = self._chosen_by(_CONTRAST.split(sentence)[-1], chosen, moves)
        return chosen

    def _chosen_by(self, sentence: str, chosen: list[M], moves: Sequence[M]) -> list[M]:
        """What is chosen after one more sentence. A label that is not about this move silences what it heads."""
        head, *pairs = _CLAUSE.split(sentence)
        before, is_foreign, at_start = _words_of(head), False, len(chosen)
        chosen = self._heard(before, chosen, moves)
        for sign, text in zip(pairs[::2], pairs[1::2], strict=True):
            clause = _words_of(text)
            quotes = '"' in sign and _OTHERS.intersection(before)
            if quotes or ECHOES.intersection(before) or (_LABEL_SIGN.search(sign) and not self._is_label(before)):
                is_foreign = True
            elif _REASON_SIGN.fullmatch(sign.strip()) and sign.strip().casefold() not in ("because", "since", "as"):
                is_foreign = False
            if len(chosen) > at_start and self._denies(sign, clause):
                chosen = []
                at_start = 0
            if not is_foreign:
                chosen = self._heard(clause, chosen, moves)
            before = clause or before
        return chosen

    def _heard(self, clause: Sequence[str], chosen: list[M], moves: Sequence[M]) -> list[M]:
        """What is chosen after one more clause."""
        mentions = [moves[int(found[1])] for word in clause if (found := _MENTION.fullmatch(word))]
        if (
            mentions
            and clause[0] not in _PURPOSE
            and not _is_about_another(clause)
            and all(self._is_known(word) or word in _LATER for word in clause)
        ):
            # "Then rock" alone is a plan; after a choice it is a second one.
            return [*chosen, *mentions] if chosen or not _LATER.intersection(clause) else chosen
        taken_back = TAKES_BACK if mentions else TAKES_BACK | _DENIALS | VERDICTS
        return [] if taken_back.intersection(clause) else chosen

    def _is_label(self, said: Sequence[str]) -> bool:
        known = LABELS | self.around
        return _NUMBERED.fullmatch(" ".join(said)) is not None or all(
            word in known or _MENTION.fullmatch(word) for word in said
        )

    def _is_known(self, word: str) -> bool:
        return self._is_around(word) or _MENTION.fullmatch(word) is not None

    def _is_around(self, word: str) -> bool:
        return word in AROUND or word in self.around

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


_SHORT: Final = 3
_REPLIES: Final = words("answer choice counter move response reply")
_BRACKETS: Final = str.maketrans("⟦⟧⟪⟫", "    ")


def _around(place: str, text: str) -> tuple[str, str]:
    """What stands before a declared place on its line, and all that follows it."""
    found = [match.span(1) for match in re.finditer(rf"(?:[:=>→{{\"'*]|\bis|\bbe)\s*({re.escape(place)})", text, re.I)]
    start, end = found[-1] if found else (text.rfind(place), text.rfind(place) + len(place))
    if start < 0:
        return "", ""
    # What else an object holds are its reasons.
    if text.count("{", 0, start) > text.count("}", 0, start):
        end = max(end, text.find("}", end))
    return text[text.rfind("\n", 0, start) + 1 : start], text[end:]


def _besides(reply: Reply) -> str:
    """What a reply says outside its declarations, which have been judged by themselves."""
    text = _EXAMPLE.sub("example", reply.text)
    for place in reply.declared:
        text = text.replace(place, " ")
    return text


def _names_another(sign: str, clause: Sequence[str]) -> bool:
    if clause[0] in ("for", "as"):
        return bool(_OTHERS.intersection(clause[:3]))
    return sign.strip().casefold() == "as" and bool(_OTHERS.intersection(clause[:2]))


def _is_about_another(clause: Sequence[str]) -> bool:
    """``the best answer to rock`` is not rock."""
    return any(word in _REPLIES and after == "to" for word, after in pairwise(clause))


def _words_of(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _is_terse(place: str) -> bool:
    """One word or sign declared as the move is meant as a move, even when it is none: never look elsewhere."""
    said = place.split()
    return len(said) == 1 and said[0].casefold().strip(".:") not in _POINTERS


def _clip(text: str) -> str:
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= 60 else f"{line[:57]}…"
