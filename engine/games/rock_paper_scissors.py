"""Rock-Paper-Scissors: best of an odd number of rounds, both sides throwing at once.

A round ends with the first throw that is no tie, so ties are thrown again. Whoever has won the majority of the
rounds wins. After three throws a round in all, whoever is ahead wins, and level is a draw: every duel ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from engine.board import Board, Choice, Hand
from engine.errors import BadOption, CorruptLog
from engine.games import Record, Search
from engine.games._vocabulary import Vocabulary, words
from engine.model import SEATS, Outcome, Seat, Termination
from engine.options import Kind, Option, check
from engine.sentences import counted, joined, say

Throw = tuple[str, str]


class Position(NamedTuple):
    """Rounds won by each side, throws made, and the newest throws (first seat's hand, second's), oldest first."""

    rounds: int
    first: int = 0
    second: int = 0
    throws: int = 0
    recent: tuple[Throw, ...] = ()


_HANDS: Final = ("rock", "paper", "scissors")
_BEATS: Final = {"rock": "scissors", "paper": "rock", "scissors": "paper"}
_BEATEN: Final = {
    "rock": say("rock crushes scissors."),
    "paper": say("paper wraps rock."),
    "scissors": say("scissors cut paper."),
}
_RECENT: Final = 10
_THROWS_PER_ROUND: Final = 3
_BOTH: Final = frozenset(SEATS)
_NOBODY: Final[frozenset[Seat]] = frozenset()
_NAMES: Final = {Seat.FIRST: say("Player 1"), Seat.SECOND: say("Player 2")}
_SAID: Final = {"rock": say("rock"), "paper": say("paper"), "scissors": say("scissors")}
_LABELS: Final = {"rock": say("Rock"), "paper": say("Paper"), "scissors": say("Scissors")}
_SIGNS: Final = {"✊": "rock", "🪨": "rock", "✋": "paper", "📄": "paper", "✌": "scissors", "✂": "scissors"}
_MENTION: Final = re.compile(
    r"(?P<title>rock[\s,/-]+paper[\s,/-]+(?:and\s+|or\s+)?scissors\b)"
    r"|(?P<idiom>\blet'?s\s+rock\b|\bon\s+paper\b)"
    r"|(?P<hand>\b(?:rock|paper|scissor)s?\b)|(?P<letter>(?<![\w'.])[rps](?![\w']|\.\w))"
    rf"|(?P<sign>[{''.join(_SIGNS)}])\ufe0f?",
    re.I,
)


def _meaning(match: re.Match[str]) -> str | None:
    """The game's own name is no throw, an idiom neither; a letter is one only when nothing else is said."""
    if match["title"] or match["idiom"]:
        return None
    if match["letter"] and match.string.strip(" .!\n") != match[0]:
        return None
    if match["sign"]:
        return _SIGNS[match["sign"]]
    return next(hand for hand in _HANDS if hand.startswith(match[0].casefold().rstrip("s") or "s"))


_VOCABULARY: Final = Vocabulary(
    _MENTION,
    _meaning,
    say("Answer with one of rock, paper or scissors."),
    around=words("hand shoot rock paper scissors"),
)


class RockPaperScissors:
    """A move is ``rock``, ``paper`` or ``scissors``; a position holds only throws that both sides have made."""

    name = "rock_paper_scissors"
    title = say("Rock-Paper-Scissors")
    summary = say("Both choose at once; rock beats scissors, scissors beat paper, paper beats rock.")
    rules_version = "1"
    options: Sequence[Option] = (
        Option("rounds", say("Best of how many rounds (odd)"), Kind.INTEGER, default=5, least=1, most=99),
    )
    seats: Mapping[Seat, str] = _NAMES
    open_ended = False
    usual_plies = 12
    engines: Mapping[str, Search] = {"novice": Search(depth=1, nodes=100)}
    exports: Mapping[str, Callable[[Record], str]] = {}

    def variant(self, options: Mapping[str, Any]) -> str:
        """``best-of-5``: more rounds favour the better player, so ladders keep them apart."""
        return f"best-of-{check(self.options, options)['rounds']}"

    def start(self, options: Mapping[str, Any], seed: int) -> Position:
        """Level, whatever the seed. :raises BadOption: for an even number of rounds."""
        rounds = check(self.options, options)["rounds"]
        if rounds % 2 == 0:
            raise BadOption(
                say(
                    "rounds must be odd, so that somebody has the majority: try {less} or {more}.",
                    less=rounds - 1,
                    more=rounds + 1,
                )
            )
        return Position(rounds)

    def read_position(self, text: str) -> Position:
        """A score such as ``1-0``, best of five unless ``1-0 of 7`` says otherwise; empty text is the start."""
        found = re.fullmatch(r"\s*(?:(\d{1,2})\s*-\s*(\d{1,2}))?\s*(?:of\s+(\d{1,2}))?\s*", text)
        if not found:
            raise BadOption(
                say("“{text}” is not a score: write it as 1-0, or as 1-0 of 7 when it is not best of five.", text=text)
            )
        position = self.start({"rounds": int(found[3] or 5)}, 0)
        first, second = int(found[1] or 0), int(found[2] or 0)
        if max(first, second) > _majority(position) or min(first, second) == _majority(position):
            raise BadOption(
                say("{score} cannot come up in best of {rounds}.", score=f"{first}-{second}", rounds=position.rounds)
            )
        return position._replace(first=first, second=second, throws=first + second)

    def to_move(self, position: Position) -> frozenset[Seat]:
        """Both, until it is over."""
        return _NOBODY if _is_over(position) else _BOTH

    def legal_moves(self, position: Position, seat: Seat) -> Sequence[str]:
        """All three, always."""
        return () if _is_over(position) else _HANDS

    propose = legal_moves

    def parse(self, position: Position, seat: Seat, text: str) -> str:
        """The hand that the reply chooses. :raises MoveRefused: when it chooses none or several."""
        return _VOCABULARY.choice(text)

    def encode(self, move: str) -> str:
        """The hand's name."""
        return move

    def decode(self, position: Position, text: str) -> str:
        """:raises CorruptLog: when that is no hand."""
        if text not in _HANDS:
            raise CorruptLog(f"“{text}” is not rock, paper or scissors")
        return text

    def show(self, position: Position, move: str) -> str:
        """The hand's name."""
        return move

    def describe(self, position: Position, move: str) -> Mapping[str, Any]:
        """The hand's name."""
        return {"move": move}

    def play(self, position: Position, moves: Mapping[Seat, str]) -> Position:
        """One throw by both."""
        rounds, first, second, throws, recent = position
        mine, theirs = moves[Seat.FIRST], moves[Seat.SECOND]
        first += _BEATS[mine] == theirs
        second += _BEATS[theirs] == mine
        return Position(rounds, first, second, throws + 1, (*recent[-_RECENT + 1 :], (mine, theirs)))

    def outcome(self, position: Position) -> Outcome | None:
        """The majority of the rounds, or whoever is ahead when the throws are used up."""
        if not _is_over(position):
            return None
        score = {"more": max(position[1:3]), "less": min(position[1:3])}
        if max(position.first, position.second) >= _majority(position):
            side = _NAMES[_ahead(position)]
            return Outcome(_leader(position), "majority", say("{side} wins {more} to {less}.", side=side, **score))
        throws = position.throws
        if winner := _leader(position):
            why = say(
                "All {throws} throws are used up and {side} leads {more} to {less}.",
                throws=throws,
                side=_NAMES[winner],
                **score,
            )
            return Outcome(winner, "throw-limit", why)
        why = say("All {throws} throws are used up and the score is level.", throws=throws)
        return Outcome(None, "throw-limit", why)

    def overruled(self, position: Position, move: str) -> None:
        """The rules judge, and nobody overrules them."""

    def adjudicate(self, position: Position) -> Outcome:
        """Whoever is ahead wins."""
        winner = _leader(position)
        if winner:
            why = say("The limit of plies was reached when {side} was ahead.", side=_NAMES[winner])
        else:
            why = say("The limit of plies was reached when the score was level.")
        return self.outcome(position) or Outcome(winner, Termination.MAX_PLIES, why)

    def evaluate(self, position: Position, seat: Seat) -> float:
        """The lead in rounds, as a share of the majority; the result when it is over."""
        lead = position.first - position.second
        if _is_over(position):
            lead = (lead > 0) - (lead < 0)
            return float(lead if seat is Seat.FIRST else -lead)
        return (lead if seat is Seat.FIRST else -lead) / _majority(position)

    def prompt(self, position: Position, seat: Seat) -> str:
        """Rules, the score, the newest throws of both sides, and how to answer."""
        mine, theirs = (position.first, position.second)[:: 1 if seat is Seat.FIRST else -1]
        return (
            "You are playing Rock-Paper-Scissors. Both players choose at the same moment: rock beats scissors, "
            f"scissors beat paper, paper beats rock. It is best of {position.rounds} rounds: the first to win "
            f"{_majority(position)} wins. A tie is thrown again, up to {_limit(position)} throws in all.\n\n"
            f"Score: you {mine}, your opponent {theirs}. Throws made: {position.throws}.\n"
            f"{_told(position, seat)}\n"
            "Choose rock, paper or scissors. Write your move on the last line as: Move: <rock, paper or scissors>"
        )

    def board(self, position: Position, seat: Seat | None = None) -> Board:
        """The hands of the newest throw, and three buttons."""
        newest = position.recent[-1] if position.recent else ("", "")
        hands = tuple(
            Hand(side, hand, _note(hand, other), _NAMES[side])
            for side, hand, other in zip(SEATS, newest, reversed(newest), strict=True)
        )
        legal = self.legal_moves(position, seat) if seat else ()
        captions = (_heading(position), _status(self, position))
        choices = tuple(Choice(hand, _LABELS[hand]) for hand in legal)
        return Board(joined([_last(position), *captions]), hands=hands, captions=captions, choices=choices)

    def score(self, position: Position) -> Mapping[Seat, str]:
        """Rounds won."""
        wins = {Seat.FIRST: position.first, Seat.SECOND: position.second}
        return {seat: counted("{n} win", "{n} wins", n=won) for seat, won in wins.items()}


def _majority(position: Position) -> int:
    return position.rounds // 2 + 1


def _limit(position: Position) -> int:
    return position.rounds * _THROWS_PER_ROUND


def _is_over(position: Position) -> bool:
    rounds, first, second, throws, _ = position
    needed = rounds // 2 + 1
    return first >= needed or second >= needed or throws >= rounds * _THROWS_PER_ROUND


def _ahead(position: Position) -> Seat:
    return Seat.FIRST if position.first > position.second else Seat.SECOND


def _leader(position: Position) -> Seat | None:
    return None if position.first == position.second else _ahead(position)


def _note(hand: str, other: str) -> str:
    if not hand:
        return ""
    return say("tied") if hand == other else say("won") if _BEATS[hand] == other else say("lost")


def _told(position: Position, seat: Seat) -> str:
    if not position.recent:
        return "Nobody has thrown yet."
    step = 1 if seat is Seat.FIRST else -1
    lines = ("- you {}, your opponent {}".format(*throw[::step]) for throw in position.recent)
    return "\n".join(["The newest throws, oldest first:", *lines])


def _last(position: Position) -> str:
    if not position.recent:
        return say("Rock-Paper-Scissors: nobody has thrown yet.")
    first, second = position.recent[-1]
    if first == second:
        return say("Rock-Paper-Scissors: both threw {hand}, a tie.", hand=_SAID[first])
    return say(
        "Rock-Paper-Scissors: {side} threw {hand}, {other_side} threw {other_hand}; {beaten}",
        side=_NAMES[Seat.FIRST],
        hand=_SAID[first],
        other_side=_NAMES[Seat.SECOND],
        other_hand=_SAID[second],
        beaten=_BEATEN[first if _BEATS[first] == second else second],
    )


def _heading(position: Position) -> str:
    return say(
        "Best of {rounds}: {first} to {second} after {throws} of at most {limit} throws.",
        rounds=position.rounds,
        first=position.first,
        second=position.second,
        throws=position.throws,
        limit=_limit(position),
    )


def _status(game: RockPaperScissors, position: Position) -> str:
    over = game.outcome(position)
    return over.why if over else say("Both choose at the same time.")


GAME: Final = RockPaperScissors()
