"""The chain of Word Association: what was said, what it scored, and how it is told to people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from engine.board import Link
from engine.games._word_forms import base_forms
from engine.lexicon import Judgement, Reason, lexicon
from engine.model import SEATS, Outcome, Seat
from engine.sentences import counted, joined, say

NAMES: Final = {Seat.FIRST: say("First"), Seat.SECOND: say("Second")}
POINTS: Final = 10
RARE_POINTS: Final = 5
RARE_RANK: Final = 3_000
NOTES: Final = {
    Reason.RELATED: "",
    Reason.UNRELATED: say("not related"),
    Reason.NOT_A_WORD: say("not an English word"),
    Reason.TOO_MANY_WORDS: say("too many words"),
    Reason.FUNCTION_WORD: say("says nothing of its own"),
    Reason.REPEATED: say("used before"),
    Reason.RULED_IN: "",
    Reason.RULED_OUT: say("refused by a moderator"),
}
"""The reasons that a played answer can have, as its note in the chain."""

_ACCEPTED: Final = frozenset({Reason.RELATED, Reason.RULED_IN})
# Words taken at random score 0 with a deviation of 1: a phrase that holds one from far below is stuffed.
_FAR_FETCHED: Final = -1.5
_USED: Final = Judgement(False, Reason.REPEATED, 0.0, say("It was used before."))


class Answer(NamedTuple):
    """What was said, in lower case, and the verdict. ``score`` is the judge's, ``points`` are the game's."""

    text: str
    reason: Reason
    score: float
    points: int

    @property
    def accepted(self) -> bool:
        """Whether it counts and becomes the word before."""
        return self.reason in _ACCEPTED


class Position(NamedTuple):
    """The theme, the limits, and all answers so far; the seats take turns, so the first is of the first seat."""

    theme: str
    strikes: int
    rounds: int
    answers: tuple[Answer, ...] = ()

    @property
    def before(self) -> str:
        """The word before: the last accepted answer, at first the theme."""
        return next((said.text for said in reversed(self.answers) if said.accepted), self.theme)

    @property
    def chain(self) -> tuple[str, ...]:
        """The theme and all accepted answers."""
        return (self.theme, *(said.text for said in self.answers if said.accepted))

    @property
    def is_over(self) -> bool:
        """Whether a seat has all its strikes, or both have given all their answers."""
        ended = len(self.answers) >= 2 * self.rounds
        return ended or any(self.struck(seat) >= self.strikes for seat in SEATS)

    def of(self, seat: Seat) -> tuple[Answer, ...]:
        """A seat's answers."""
        return self.answers[SEATS.index(seat) :: 2]

    def points(self, seat: Seat) -> int:
        """A seat's points."""
        return sum(said.points for said in self.of(seat))

    def struck(self, seat: Seat) -> int:
        """A seat's strikes."""
        return sum(not said.accepted for said in self.of(seat))


def used(position: Position) -> frozenset[str]:
    """The base forms of the theme's words and of those of all accepted answers."""
    return frozenset(base for said in position.chain for base in base_forms(said).values())


def judged(position: Position, text: str) -> Answer:
    """An answer with its verdict. Words that were used before lend nothing: the rest is judged alone."""
    words, before = lexicon(), position.before
    known = used(position)
    content = base_forms(text)
    fresh = sorted(stem for stem, base in content.items() if base not in known)
    verdict = words.judge(before, text)
    if verdict.reason in (Reason.RELATED, Reason.UNRELATED) and len(fresh) < len(content):
        verdict = words.judge(before, " ".join(fresh)) if fresh else _USED
    if verdict.accepted and len(fresh) > 1:
        lowest = min(words.score(before, stem) for stem in fresh)
        if lowest < _FAR_FETCHED:
            return Answer(text, Reason.UNRELATED, lowest, 0)
    return Answer(text, verdict.reason, verdict.score, points(frozenset(fresh)) if verdict.accepted else 0)


def overruled(position: Position, said: Answer) -> Answer:
    """The answer as a moderator decides against the judge: refused, or worth what its new words are."""
    if said.accepted:
        return said._replace(reason=Reason.RULED_OUT, points=0)
    known = used(position)
    fresh = frozenset(stem for stem, base in base_forms(said.text).items() if base not in known)
    return said._replace(reason=Reason.RULED_IN, points=points(fresh))


def points(content: frozenset[str]) -> int:
    """What an accepted answer with these new words is worth."""
    ranks = (lexicon().rank(word) for word in content)
    return POINTS + (RARE_POINTS if all(rank is None or rank >= RARE_RANK for rank in ranks) else 0)


def by_points(position: Position, termination: str, ended: str) -> Outcome:
    """More points win, equal points are a draw."""
    first, second = map(position.points, SEATS)
    if first == second:
        return Outcome(None, termination, say("{ended} at {points} points each.", ended=ended, points=first))
    winner = Seat.FIRST if first > second else Seat.SECOND
    why = say(
        "{ended}: {side} has {more} points to {less}.",
        ended=ended,
        side=NAMES[winner],
        more=max(first, second),
        less=min(first, second),
    )
    return Outcome(winner, termination, why)


def links(position: Position) -> Iterator[Link]:
    """The answers for the board."""
    for at, said in enumerate(position.answers):
        note = f"+{said.points}" if said.accepted else NOTES[said.reason]
        yield Link(said.text, SEATS[at % 2], said.accepted, note)


def standing(position: Position) -> str:
    """Round, points and strikes as a sentence."""
    seats = (
        say(
            "{side} {points} points, {strikes}",
            side=NAMES[seat],
            points=position.points(seat),
            strikes=strikes(position.struck(seat)),
        )
        for seat in SEATS
    )
    number = min(len(position.answers) // 2 + 1, position.rounds)
    return say("Round {number} of {rounds}. {seats}.", number=number, rounds=position.rounds, seats=joined(seats, "; "))


def strikes(number: int) -> str:
    """``1 strike``, ``2 strikes``."""
    return counted("{n} strike", "{n} strikes", n=number)
