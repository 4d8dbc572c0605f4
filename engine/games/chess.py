"""Chess by the FIDE Laws of 2023, and Chess960, on python-chess.

Threefold repetition (FIDE 9.2) and the fifty-move rule (9.3) end the game by themselves, without a claim; so the
fivefold repetition and the seventy-five moves of 9.6 never come up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import chess

from engine.board import Board
from engine.errors import CorruptLog, OutOfTurn
from engine.games import Record, Search
from engine.games._chess_evaluation import captures_first, share
from engine.games._chess_pgn import to_pgn
from engine.games._chess_position import SIDE_NAME, Position
from engine.games._chess_reply import meant
from engine.games._chess_start import CHESS960, OPTIONS, STANDARD, beginning, read_fen
from engine.games._chess_view import picture, told
from engine.model import SEATS, Outcome, Seat, Termination
from engine.options import Option
from engine.sentences import say

_NOBODY: Final[frozenset[Seat]] = frozenset()
_ONLY: Final = {seat: frozenset({seat}) for seat in SEATS}
_COLOUR: Final = {Seat.FIRST: chess.WHITE, Seat.SECOND: chess.BLACK}


class Chess:
    """White is the first seat. A move is a :class:`chess.Move`."""

    name = "chess"
    title = say("Chess")
    summary = say("The royal game; also from named openings, from any position, or as Chess960.")
    rules_version = "1"
    options: Sequence[Option] = OPTIONS
    seats: Mapping[Seat, str] = {seat: SIDE_NAME[colour] for seat, colour in _COLOUR.items()}
    open_ended = False
    usual_plies = 80
    engines: Mapping[str, Search] = {
        "novice": Search(depth=2, nodes=2_000, blunder=0.15),
        "club": Search(depth=3, nodes=12_000),
    }
    exports: Mapping[str, Callable[[Record], str]] = {"pgn": to_pgn}

    def variant(self, options: Mapping[str, Any]) -> str:
        """``standard`` or ``chess960``."""
        return CHESS960 if options.get("variant") == CHESS960 else STANDARD

    def start(self, options: Mapping[str, Any], seed: int) -> Position:
        """The array, or the position after the opening's moves. :raises UserError: when options contradict."""
        return beginning(options, seed).position()

    def read_position(self, text: str) -> Position:
        """A FEN; empty text is the usual array. :raises BadOption: when it is none."""
        return Position(read_fen(text))

    def to_move(self, position: Position) -> frozenset[Seat]:
        """The side with the turn; nobody once it is over."""
        return _ONLY[position.seat] if position.outcome is None else _NOBODY

    def legal_moves(self, position: Position, seat: Seat) -> Sequence[chess.Move]:
        """All legal moves of the side with the turn, in python-chess's order; none for the other side."""
        return position.legal if seat is position.seat and position.outcome is None else ()

    def propose(self, position: Position, seat: Seat) -> Sequence[chess.Move]:
        """The legal moves, captures and promotions first."""
        return captures_first(position.board, tuple(self.legal_moves(position, seat)))

    def parse(self, position: Position, seat: Seat, text: str) -> chess.Move:
        """The legal move that a reply means.

        :raises MoveRefused: with the rule that is broken, the moves it may mean, or what could not be read.
        :raises OutOfTurn: when it is not that seat's turn.
        """
        if seat not in self.to_move(position):
            raise OutOfTurn(say("It is not {side}'s turn.", side=self.seats[seat]))
        return meant(position, text)

    def encode(self, move: chess.Move) -> str:
        """UCI. Castling is the king's own two-square step, or in Chess960 the king taking its rook."""
        return move.uci()

    def decode(self, position: Position, text: str) -> chess.Move:
        """The legal move of that UCI text. :raises CorruptLog: when it is none."""
        try:
            move = chess.Move.from_uci(text)
        except ValueError:
            raise CorruptLog(f"“{text}” is not a chess move.") from None
        if not position.has(move):
            raise CorruptLog(f"“{text}” is not a legal move in {position.board.fen()}.")
        return move

    def uci_board(self, position: Position) -> chess.Board:
        """A board of the caller's own, for engines that speak UCI. Its past is not on it."""
        return position.board.copy(stack=False)

    def show(self, position: Position, move: chess.Move) -> str:
        """SAN."""
        return position.board.san(move)

    def describe(self, position: Position, move: chess.Move) -> Mapping[str, Any]:
        """``move`` in UCI and ``san``."""
        return {"move": move.uci(), "san": position.board.san(move)}

    def play(self, position: Position, moves: Mapping[Seat, chess.Move]) -> Position:
        """The position after the move of the side with the turn."""
        return position.after(moves[position.seat])

    def outcome(self, position: Position) -> Outcome | None:
        """Mate, stalemate, insufficient material, the fifty-move rule or a threefold repetition."""
        return position.outcome

    def overruled(self, position: Position, move: chess.Move) -> None:
        """The rules judge, and nobody overrules them."""

    def adjudicate(self, position: Position) -> Outcome:
        """A draw: who stands better is no result."""
        return position.outcome or Outcome(None, Termination.MAX_PLIES, say("The limit of plies is reached."))

    def evaluate(self, position: Position, seat: Seat) -> float:
        """Material and squares, squashed by tanh; ±1 for mate, 0 for a draw."""
        outcome = position.outcome
        if outcome is not None:
            return 0.0 if outcome.winner is None else 1.0 if outcome.winner is seat else -1.0
        value = share(position.board)
        return value if seat is Seat.FIRST else -value

    def prompt(self, position: Position, seat: Seat) -> str:
        """The side, the position as diagram, FEN and words, and how to answer."""
        return told(position, seat)

    def board(self, position: Position, seat: Seat | None = None) -> Board:
        """Eight by eight from White's side, a8 first."""
        return picture(position, seat)

    def score(self, position: Position) -> Mapping[Seat, str]:
        """Chess keeps none."""
        return dict.fromkeys(SEATS, "")


GAME: Final = Chess()
