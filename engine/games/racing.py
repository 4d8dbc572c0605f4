"""Racing: two cars, one course, and a choice of speed each tick. The physics is in ``_racing_rules``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from engine.board import Board, Choice
from engine.errors import BadOption, CorruptLog, Illegal
from engine.games import Record, Search
from engine.games._racing_pace import ticks_left
from engine.games._racing_rules import TOP_SPEED, VARIANTS, Car, Course, Position, actions, circuit, drive
from engine.games._racing_words import NAMES, VOCABULARY, alt, captions, label, lane, refusal, told
from engine.model import SEATS, Outcome, Seat, Termination
from engine.options import Kind, Option, check
from engine.sentences import joined, say

_BOTH: Final = frozenset(SEATS)
_NOBODY: Final[frozenset[Seat]] = frozenset()
_ALONE: Final = {seat: frozenset({seat}) for seat in SEATS}
_GOOD_LEAD_TICKS: Final = 3.0


class Racing:
    """A move is the name of an action. A circuit is driven by both at once, a classic race in turn."""

    name = "racing"
    title = say("Racing")
    summary = say("Two cars choose their speed each tick; too fast into a corner is a spin.")
    rules_version = "1"
    options: Sequence[Option] = (
        Option(
            "variant",
            say("circuit (corners, both at once) or classic (in turn)"),
            default="circuit",
            choices=(*VARIANTS,),
        ),
        Option("length", say("Metres to the line (circuit 60, classic 100)"), Kind.INTEGER, least=20, most=200),
        Option("boosts", say("Boosts a car has in a circuit (3)"), Kind.INTEGER, least=0, most=9),
    )
    seats: Mapping[Seat, str] = NAMES
    open_ended = False
    usual_plies = 40
    engines: Mapping[str, Search] = {
        "novice": Search(depth=1, nodes=2_000, blunder=0.35),
        "expert": Search(depth=2, nodes=2_000),
    }
    exports: Mapping[str, Callable[[Record], str]] = {}

    def variant(self, options: Mapping[str, Any]) -> str:
        """The variant, and what is not usual in it: ``circuit``, ``circuit-120m``, ``circuit-60m-0-boosts``."""
        chosen = check(self.options, options)
        rules = VARIANTS[chosen["variant"]]
        if chosen["length"] in (None, rules.length) and chosen["boosts"] in (None, rules.boosts):
            return str(chosen["variant"])
        boosts = "" if chosen["boosts"] is None else f"-{chosen['boosts']}-boosts"
        return f"{chosen['variant']}-{chosen['length'] or rules.length}m{boosts}"

    def start(self, options: Mapping[str, Any], seed: int) -> Position:
        """Both cars stand on the line. :raises BadOption: for boosts in a classic race, which has its own rule."""
        chosen = check(self.options, options)
        rules = VARIANTS[chosen["variant"]]
        if rules.boosts is None and chosen["boosts"] is not None:
            raise BadOption(say("A classic race has no number of boosts: each costs two actions. Leave boosts out."))
        length = chosen["length"] or rules.length
        course = circuit(length, seed) if rules.has_corners else Course(chosen["variant"], length)
        boosts = rules.boosts or 0
        car = Car(0, 0, boosts if chosen["boosts"] is None else chosen["boosts"], course.budget)
        return Position(course, car, car)

    def read_position(self, text: str) -> Position:
        """Words such as ``seed=7 first=12@3 second=10@4 boosts=2,1``; what is left out is as at the start.

        Known words: ``variant``, ``length``, ``seed``, ``tick`` (driven so far), ``first`` and ``second``
        (``metres@speed``), and, for first and second car, ``boosts`` and ``left`` (actions left). ``half=yes``: in a
        classic race, the first seat has acted in this tick. :raises BadOption: otherwise.
        """
        given = dict(_word(word) for word in text.split())
        if unknown := given.keys() - {*_WORDS}:
            raise BadOption(
                say("“{word}” says nothing about a race: use {words}.", word=min(unknown), words=joined(_WORDS, ", "))
            )
        options: dict[str, Any] = {name: given[name] for name in ("variant", "length") if name in given}
        position = self.start(options, _whole(given.get("seed", "0")))
        tick = _whole(given.get("tick", "0"))
        first, second = (_car(position, given, index, seat, tick) for index, seat in enumerate(SEATS))
        half = position.course.rules.in_turn and given.get("half") == "yes"
        return Position(position.course, first, second, tick, half)

    def to_move(self, position: Position) -> frozenset[Seat]:
        """Both at once in a circuit; in turn in a classic race, past a car whose actions are used up."""
        if _is_over(position):
            return _NOBODY
        if not position.course.rules.in_turn:
            return _BOTH
        waits = position.half or not actions(position.course, position.first)
        return _ALONE[Seat.SECOND if waits else Seat.FIRST]

    def legal_moves(self, position: Position, seat: Seat) -> Sequence[str]:
        """The actions that the car's boosts and budget allow."""
        return actions(position.course, position.car(seat)) if seat in self.to_move(position) else ()

    propose = legal_moves

    def parse(self, position: Position, seat: Seat, text: str) -> str:
        """The action that the reply chooses. :raises MoveRefused: otherwise."""
        action = VOCABULARY.choice(text)
        course, car = position.course, position.car(seat)
        if action not in actions(course, car):
            raise Illegal(refusal(course, car, action))
        return action

    def encode(self, move: str) -> str:
        """The action's name."""
        return move

    def decode(self, position: Position, text: str) -> str:
        """:raises CorruptLog: when no car to move can do that."""
        if not any(text in self.legal_moves(position, seat) for seat in SEATS):
            raise CorruptLog(f"“{text}” is no action of a car here")
        return text

    def show(self, position: Position, move: str) -> str:
        """The action's name."""
        return move

    def describe(self, position: Position, move: str) -> Mapping[str, Any]:
        """The action, and what it does to the speed."""
        return {"move": move, "gain": position.course.rules.gains[move]}

    def play(self, position: Position, moves: Mapping[Seat, str]) -> Position:
        """One action by each seat that was to move."""
        course, first, second, tick, _ = position
        if Seat.FIRST in moves:
            first = drive(course, first, moves[Seat.FIRST])
        if Seat.SECOND in moves:
            second = drive(course, second, moves[Seat.SECOND])
        half = Seat.SECOND not in moves and bool(actions(course, second))
        return Position(course, first, second, tick + (not half), half)

    def outcome(self, position: Position) -> Outcome | None:
        """The further car, once one is over the line or no actions are left; a draw when they are level."""
        return _result(position, say("The actions are used up"), "distance") if _is_over(position) else None

    def overruled(self, position: Position, move: str) -> None:
        """The rules judge, and nobody overrules them."""

    def adjudicate(self, position: Position) -> Outcome:
        """The further car wins."""
        stopped = _result(position, say("The limit of plies was reached"), Termination.MAX_PLIES)
        return self.outcome(position) or stopped

    def evaluate(self, position: Position, seat: Seat) -> float:
        """The lead in ticks, both driving as well as can be from here; the result when it is over."""
        mine, theirs = position.car(seat), position.car(seat.other)
        if _is_over(position):
            return float((mine.at > theirs.at) - (mine.at < theirs.at))
        lead = ticks_left(position.course, theirs) - ticks_left(position.course, mine)
        return 0.9 * lead / (abs(lead) + _GOOD_LEAD_TICKS)

    def prompt(self, position: Position, seat: Seat) -> str:
        """Rules, both cars, the corners ahead, and how to answer."""
        return told(position, seat)

    def board(self, position: Position, seat: Seat | None = None) -> Board:
        """A lane a car, and a button an action."""
        status = _status(self, position)
        legal = self.legal_moves(position, seat) if seat else ()
        choices = tuple(Choice(action, label(position.course, action)) for action in legal)
        tracks = tuple(lane(position, side) for side in SEATS)
        return Board(alt(position, status), tracks=tracks, captions=captions(position, status), choices=choices)

    def score(self, position: Position) -> Mapping[Seat, str]:
        """Metres driven."""
        return {seat: say("{metres} m", metres=position.car(seat).at) for seat in SEATS}


_WORDS: Final = ("variant", "length", "seed", "tick", "first", "second", "boosts", "left", "half")


def _is_over(position: Position) -> bool:
    """Only between ticks, so that the second seat always answers the first seat's last action."""
    course, first, second, _, half = position
    if half:
        return False
    crossed = first.at >= course.length or second.at >= course.length
    return crossed or not (actions(course, first) or actions(course, second))


def _result(position: Position, why: str, termination: str) -> Outcome:
    course, first, second, *_ = position
    if max(first.at, second.at) >= course.length:
        termination = "finish"
        both = min(first.at, second.at) >= course.length
        why = say("Both cars crossed the line in the same tick") if both else say("The line is crossed")
    if first.at == second.at:
        return Outcome(None, termination, say("{why}, and both cars are at {metres} m.", why=why, metres=first.at))
    winner = Seat.FIRST if first.at > second.at else Seat.SECOND
    told = say(
        "{why}: {side} wins by {more} m to {less} m.",
        why=why,
        side=NAMES[winner],
        more=max(first.at, second.at),
        less=min(first.at, second.at),
    )
    return Outcome(winner, termination, told)


def _status(game: Racing, position: Position) -> str:
    if over := game.outcome(position):
        return over.why
    movers = game.to_move(position)
    if len(movers) > 1:
        return say("Both choose at the same time.")
    return say("{side} to choose.", side=NAMES[next(iter(movers))])


def _word(word: str) -> tuple[str, str]:
    name, _, value = word.casefold().partition("=")
    if not value:
        raise BadOption(say("“{word}” is not of the form name=value, such as first=12@3.", word=word))
    return name, value


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise BadOption(say("“{text}” is not a whole number.", text=text))
    return int(text)


def _of(given: Mapping[str, str], name: str, index: int, default: int) -> int:
    """The first or the second of two numbers with a comma."""
    if name not in given:
        return default
    both = given[name].split(",")
    if len(both) != len(SEATS):
        raise BadOption(say("{name} needs a number for each car, such as {name}=2,1.", name=name))
    return _whole(both[index])


def _car(position: Position, given: Mapping[str, str], index: int, seat: Seat, tick: int) -> Car:
    start = position.car(seat)
    at, _, speed = given.get(seat.value, "0@0").partition("@")
    spent = max(0, start.left - tick)
    car = Car(
        _whole(at), _whole(speed or "0"), _of(given, "boosts", index, start.boosts), _of(given, "left", index, spent)
    )
    if car.speed > TOP_SPEED or car.at > position.course.length + TOP_SPEED or car.left > start.left:
        raise BadOption(
            say(
                "{car} cannot come up: speed is at most {top}, and the line ends it.",
                car=f"{seat}={given.get(seat.value)}",
                top=TOP_SPEED,
            )
        )
    return car


GAME: Final = Racing()
