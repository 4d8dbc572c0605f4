"""Word Association: each answer is one to three English words related to the word before.

:mod:`engine.lexicon` judges an answer once, when it is given. The move carries its verdict into the log, so an old
duel replays under a newer table without being judged again. A refused answer is played too: it costs a strike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

from engine.board import Board, Link
from engine.errors import BadOption, CorruptLog, MoveRefused, Unparsable
from engine.games import Record, Search
from engine.games._word_answers import ASIDES, ASK, MAX_CHARACTERS, answer
from engine.games._word_chain import (
    NAMES,
    NOTES,
    POINTS,
    RARE_POINTS,
    RARE_RANK,
    Answer,
    Position,
    by_points,
    judged,
    links,
    overruled,
    points,
    standing,
    strikes,
    used,
)
from engine.games._word_forms import base_forms
from engine.games._word_themes import NOT_SAID, theme_of
from engine.lexicon import Reason, lexicon
from engine.model import SEATS, Failure, Outcome, Seat, Termination
from engine.options import Kind, Option, check
from engine.sentences import joined, say

_NOBODY: Final[frozenset[Seat]] = frozenset()
_TURN: Final = tuple(frozenset({seat}) for seat in SEATS)
_MAX_THEME_WORDS: Final = 6
_THEME: Final = re.compile(r"(?:[^\W\d_]|[ '’-])+")
_ENCODED: Final = re.compile(r"([a-z-]+) (-?\d{1,3}\.\d{3}) (\d{1,3}) ([a-z0-9][a-z0-9'& -]*)")
# Our own player looks at a part of the commonest words, which part depends on the word before.
_VOCABULARY: Final = 6_000
_PARTS: Final = 20
_CANDIDATES: Final = 12
_MISSES: Final = 3
_RULES: Final = (
    "You are playing Word Association. The players take turns; each answer is one to three English words that belong "
    "together with the word before. A word that was used before, in any form, is refused, and so are words that are "
    f"not related, not English, or say nothing of their own (the, something). An accepted answer scores {POINTS} "
    f"points, {RARE_POINTS} more when none of its words is among the {RARE_RANK:,} commonest."
)


class WordAssociation:
    """A move is an :class:`Answer`, verdict included."""

    name = "word_association"
    title = say("Word Association")
    summary = say("Answer with a word that belongs to the word before; three misses lose.")
    rules_version = "1"
    options: Sequence[Option] = (
        Option("theme", say("What the first answer must be related to"), most=MAX_CHARACTERS, handpicks=True),
        Option("strikes", say("Refused answers that lose"), Kind.INTEGER, default=3, least=1, most=9),
        Option("rounds", say("Answers a player gives at most"), Kind.INTEGER, default=20, least=1, most=50),
    )
    seats: Mapping[Seat, str] = NAMES
    open_ended = True
    usual_plies = 40
    engines: Mapping[str, Search] = {
        "novice": Search(depth=1, nodes=200, blunder=0.35),
        "expert": Search(depth=1, nodes=200),
    }
    exports: Mapping[str, Callable[[Record], str]] = {}

    def variant(self, options: Mapping[str, Any]) -> str:
        """``standard``, or the limits that are not usual: ``5-strikes-10-rounds``."""
        chosen = check(self.options, options)
        limits = (chosen["strikes"], chosen["rounds"])
        return "standard" if limits == (3, 20) else f"{limits[0]}-strikes-{limits[1]}-rounds"

    def start(self, options: Mapping[str, Any], seed: int) -> Position:
        """The theme alone, chosen by the seed unless it is given. :raises BadOption: for a theme of unknown words."""
        chosen = check(self.options, options)
        given = " ".join((chosen["theme"] or "").split())
        return Position(_theme(given) if given else theme_of(seed), chosen["strikes"], chosen["rounds"])

    def read_position(self, text: str) -> Position:
        """A theme and the answers so far, such as ``egypt: pyramid, pharaoh``; they are judged as in play.

        :raises BadOption: when the theme or an answer cannot be read, or the duel would be over before the last.
        """
        theme, _, said = text.partition(":")
        position = self.start({"theme": theme}, 0)
        for word in filter(str.strip, said.split(",")):
            seat = next(iter(self.to_move(position)), None)
            if seat is None:
                raise BadOption(say("The duel is over before “{word}”.", word=word.strip()))
            try:
                position = self.play(position, {seat: self.parse(position, seat, word)})
            except MoveRefused as refused:
                raise BadOption(refused.text) from refused
        return position

    def to_move(self, position: Position) -> frozenset[Seat]:
        """The seats in turn, the first one first."""
        return _NOBODY if position.is_over else _TURN[len(position.answers) % 2]

    def legal_moves(self, position: Position, seat: Seat) -> None:
        """Any words may be said."""

    def propose(self, position: Position, seat: Seat) -> Sequence[Answer]:
        """Common words that would be accepted, and a few that would just not be; a dozen or so, in a fixed order."""
        if seat not in self.to_move(position):
            return ()
        known = used(position)
        good: list[Answer] = []
        missed: list[Answer] = []
        start = crc32(position.before.encode())
        for part in range(_PARTS):
            for score, word in _near(position.before, (start + part) % _PARTS):
                kept = good if score >= lexicon().threshold else missed
                if (
                    len(kept) < _CANDIDATES
                    and word not in NOT_SAID
                    and word not in ASIDES
                    and known.isdisjoint(base_forms(word).values())
                ):
                    kept.append(_candidate(word, score))
            if len(good) >= _CANDIDATES // 2:
                break
        return (*good, *missed[:_MISSES])

    def parse(self, position: Position, seat: Seat, text: str) -> Answer:
        """The answer that the reply gives, judged. :raises MoveRefused: when no answer can be read in it."""
        said = judged(position, answer(text, position.before))
        if not said.accepted and said.text in ASIDES:
            raise Unparsable(joined([say("“{said}” is not taken for an answer.", said=said.text), ASK]))
        return said

    def encode(self, move: Answer) -> str:
        """The verdict and the words: ``related 6.120 15 pyramid``."""
        return f"{move.reason} {move.score:.3f} {move.points} {move.text}"

    def decode(self, position: Position, text: str) -> Answer:
        """Reads the verdict and judges nothing. :raises CorruptLog: when it is none."""
        found = _ENCODED.fullmatch(text)
        if not found or found[1] not in NOTES or len(found[4]) > MAX_CHARACTERS:
            raise CorruptLog(f"“{text[:80]}” is no judged answer")
        move = Answer(found[4], Reason(found[1]), float(found[2]), int(found[3]))
        if move.accepted != bool(move.points):
            raise CorruptLog(f"“{text[:80]}” has points that its verdict does not give")
        return move

    def show(self, position: Position, move: Answer) -> str:
        """The words."""
        return move.text

    def describe(self, position: Position, move: Answer) -> Mapping[str, Any]:
        """The words and the verdict; of a refused answer, which costs a strike, the rule it breaks."""
        said = {"before": position.before, "reason": str(move.reason), "score": move.score}
        if move.accepted:
            return {"move": move.text, "points": move.points, **said}
        why = say(
            "“{word}” after “{before}”: {reason}.", word=move.text, before=position.before, reason=NOTES[move.reason]
        )
        return {"error": Failure.ILLEGAL, "why": why, "answer": move.text, **said}

    def play(self, position: Position, moves: Mapping[Seat, Answer]) -> Position:
        """One more answer, accepted or not."""
        (move,) = moves.values()
        return position._replace(answers=(*position.answers, move))

    def outcome(self, position: Position) -> Outcome | None:
        """Too many strikes lose; after the last round more points win, and equal points are a draw."""
        for seat in SEATS:
            if position.struck(seat) >= position.strikes:
                why = say("{side} has {strikes}.", side=NAMES[seat], strikes=strikes(position.struck(seat)))
                return Outcome(seat.other, "strikes", why)
        return by_points(position, "rounds", say("The last round is over")) if position.is_over else None

    def overruled(self, position: Position, move: Answer) -> Answer:
        """The answer with the opposite verdict."""
        return overruled(position, move)

    def adjudicate(self, position: Position) -> Outcome:
        """More points win."""
        stopped = by_points(position, Termination.MAX_PLIES, say("The limit of plies was reached"))
        return self.outcome(position) or stopped

    def evaluate(self, position: Position, seat: Seat) -> float:
        """The result when it is over; before it, the lead in points, a strike counting as many as an answer."""
        over = self.outcome(position)
        if over:
            return 0.0 if over.winner is None else 1.0 if over.winner is seat else -1.0
        lead = position.points(seat) - position.points(seat.other)
        lead += POINTS * (position.struck(seat.other) - position.struck(seat))
        return 0.9 * lead / (abs(lead) + 4 * POINTS)

    def prompt(self, position: Position, seat: Seat) -> str:
        """Rules, the chain, the score, and how to answer. Words are quoted: they are said by others."""
        used_so_far = ", ".join(f'"{word}"' for word in position.chain)
        shown = used_so_far if len(used_so_far) <= 2_000 else f"… {used_so_far[-2_000:].partition(', ')[2]}"
        return (
            f"{_RULES} With {strikes(position.strikes)} (refused answers) you lose.\n\n"
            f"Used so far, in order: {shown}\n{standing(position)}\n\n"
            f'You are {NAMES[seat]}. The word before is "{position.before}". '
            "Write your answer on the last line as: Move: <one to three words>"
        )

    def board(self, position: Position, seat: Seat | None = None) -> Board:
        """The chain of answers, with the reasons of those refused."""
        chain = (Link(position.theme, None, note=say("theme")), *links(position))
        captions = (standing(position), _status(self, position))
        about = say("Word Association on the theme “{theme}”.", theme=position.theme)
        return Board(joined([about, _told(chain), *captions]), links=chain, captions=captions)

    def score(self, position: Position) -> Mapping[Seat, str]:
        """Points and strikes: ``35 points, 1 ✗``."""
        return {
            seat: say("{points} points, {strikes} ✗", points=position.points(seat), strikes=position.struck(seat))
            for seat in SEATS
        }


def _theme(given: str) -> str:
    words = lexicon()
    fits = _THEME.fullmatch(given) and words.count(given) <= _MAX_THEME_WORDS
    if not (fits and words.knows(given) and words.stems(given)):
        raise BadOption(
            say(
                "“{theme}” is no theme: give one to {most} English words that mean something.",
                theme=given,
                most=_MAX_THEME_WORDS,
            )
        )
    return given


@lru_cache(maxsize=256)
def _near(before: str, part: int) -> Sequence[tuple[float, str]]:
    """A part of the vocabulary, the most closely related first; no more of the unrelated than can be needed."""
    scored = lexicon().nearest(before, range(part, _VOCABULARY, _PARTS))
    related = sum(score >= lexicon().threshold for score, _ in scored)
    return tuple(scored[: related + 2 * _CANDIDATES])


def _candidate(word: str, score: float) -> Answer:
    """A single new word, with the verdict that :func:`judged` gives it."""
    if score >= lexicon().threshold:
        return Answer(word, Reason.RELATED, score, points(lexicon().stems(word)))
    return Answer(word, Reason.UNRELATED, score, 0)


def _status(game: WordAssociation, position: Position) -> str:
    over = game.outcome(position)
    if over:
        return over.why
    side = NAMES[next(iter(game.to_move(position)))]
    return say("{side} to answer “{before}”.", side=side, before=position.before)


def _told(chain: Sequence[Link]) -> str:
    """The answers, without the theme."""
    said = [
        say("{side}: {word} ({note})", side=NAMES[link.seat], word=link.text, note=link.note)
        for link in chain
        if link.seat
    ]
    return say("{answers}.", answers=joined(said, "; ")) if said else say("Nothing said yet.")


GAME: Final = WordAssociation()
