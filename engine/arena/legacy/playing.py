"""Playing a predecessor's moves through today's rules, so that only what is legal there becomes a log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine import games
from engine.arena.legacy.told import Said
from engine.errors import CorruptLog, NotUnderstood, UserError
from engine.games import AnyGame
from engine.model import SEATS, Attempt, Failure, Seat, Spoken, Turn
from engine.options import check
from engine.sentences import say

MOVES: Final = "moves"
OPTIONS: Final = "start"

MADE_UP: Final = say("It gave no legal move, and the predecessor played a random one in its name.")
REFUSED: Final = say("The predecessor refused it.")

Reader = Callable[[Any, Seat, Said], str]
"""The move in a position, as :meth:`engine.games.Game.encode` writes it. :raises NotUnderstood: when it is none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A game as a log can hold it: its options, its turns, and what was spent on moves that never came about."""

    game: AnyGame
    options: Mapping[str, Any]
    turns: Sequence[Turn]
    position: Any
    unmade: Mapping[Seat, Spoken] = field(default_factory=dict)


@dataclass(slots=True)
class Playing:
    """A game under way. Refused moves wait for their seat's next one, as its failed attempts."""

    game: AnyGame
    options: Mapping[str, Any]
    position: Any
    turns: list[Turn] = field(default_factory=list)
    _failed: dict[Seat, Spoken] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, options: Mapping[str, Any]) -> Playing:
        """The start. :raises NotUnderstood: when today's game cannot be started so."""
        game = games.game(name)
        try:
            whole = check(game.options, options)
            return cls(game, whole, game.start(whole, 0))
        except UserError as error:
            raise NotUnderstood(OPTIONS, error.text) from None

    def all(self, moves: Sequence[Said], read: Reader) -> Playing:
        """Play moves that are made in turn."""
        for number, said in enumerate(moves, start=1):
            mover = self.mover(number)
            if said.error:
                self.refuse(said.seat or mover, said)
            elif said.seat not in (None, mover):
                raise NotUnderstood(MOVES, say("Move {number} is of the side that was not to move.", number=number))
            else:
                self.turn(number, {mover: read(self.position, mover, said)}, {mover: said})
        return self

    def mover(self, number: int) -> Seat:
        """Who is to make that move, or the first who is. :raises NotUnderstood: when the game was over before."""
        to_move = self.game.to_move(self.position)
        if not to_move:
            outcome = self.game.outcome(self.position)
            why = outcome.why if outcome else ""
            raise NotUnderstood(
                MOVES, say("Move {number} comes after the end that today's rules set: {why}", number=number, why=why)
            )
        return min(to_move, key=SEATS.index)

    def turn(self, number: int, moves: Mapping[Seat, str], said: Mapping[Seat, Said]) -> None:
        """One turn by every seat that is to move. :raises NotUnderstood: when a move is not legal there."""
        try:
            meant = {seat: self.game.decode(self.position, text) for seat, text in moves.items()}
        except CorruptLog:
            raise illegal(number, next(iter(said.values()))) from None
        spoken = {seat: self._spoken(seat, one) for seat, one in said.items()}
        self.turns.append(Turn(moves, {seat: one for seat, one in spoken.items() if one != _SILENT}))
        self.position = self.game.play(self.position, meant)

    def refuse(self, seat: Seat, said: Said) -> None:
        """A move that the predecessor did not take."""
        before = self._failed.get(seat, _SILENT)
        attempt = Attempt(Failure.ILLEGAL if said.text else Failure.EMPTY, said.text, REFUSED)
        self._failed[seat] = Spoken(tokens_out=before.tokens_out + said.tokens, attempts=(*before.attempts, attempt))

    def reading(self) -> Reading:
        """What was played."""
        return Reading(self.game, self.options, self.turns, self.position, self._failed)

    def _spoken(self, seat: Seat, said: Said) -> Spoken:
        before = self._failed.pop(seat, _SILENT)
        made_up = (Attempt(Failure.UNPARSABLE, "", MADE_UP),) if said.made_up else ()
        return Spoken(tokens_out=before.tokens_out + said.tokens, attempts=(*before.attempts, *made_up))


def illegal(number: int, said: Said) -> NotUnderstood:
    """The refusal of a move that today's rules do not allow."""
    return NotUnderstood(
        MOVES, say("Move {number}, “{move}”, is not legal there today.", number=number, move=said.text[:40])
    )


def require_end(found: Any, told: Any) -> None:
    """:raises NotUnderstood: when the moves lead elsewhere than the row says."""
    if found != told:
        raise NotUnderstood(MOVES, say("The moves do not lead to the position that the row ended in."))


_SILENT: Final = Spoken()
