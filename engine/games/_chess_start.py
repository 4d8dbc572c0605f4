"""Where a chess duel starts: the usual array, a FEN, a named opening or a Chess960 start position."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import chess

from engine.errors import BadOption, UnknownName
from engine.games._chess_openings import OPENINGS, Opening
from engine.games._chess_position import Position
from engine.options import Kind, Option, check
from engine.sentences import both, joined, say

STANDARD: Final = "standard"
CHESS960: Final = "chess960"
RANDOM: Final = "random"
NO_OPENING: Final = "none"
_USUAL_ARRAY: Final = 518

OPTIONS: Final = (
    Option("variant", say("standard chess or Chess960"), default=STANDARD, choices=(STANDARD, CHESS960)),
    Option(
        "position",
        say("number of the Chess960 start position, 0 to 959; else the seed chooses"),
        kind=Kind.INTEGER,
        least=0,
        most=959,
        handpicks=True,
    ),
    Option("fen", say("start from this position, written as a FEN"), most=120, handpicks=True),
    Option(
        "opening",
        say("start after this opening: a name such as Sicilian Defence, or random (the seed chooses), or none"),
        most=80,
        handpicks=True,
        unpicked=(NO_OPENING, RANDOM),
    ),
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The array that play starts from, and the opening whose moves come before the duel's first, if any."""

    board: chess.Board
    opening: Opening | None = None

    def position(self) -> Position:
        """The position in which the duel's first move is made."""
        if self.opening is None:
            return Position(self.board)
        *moves, last = self.opening.moves()
        position = Position(self.board)
        for move in moves:
            position = position.after(move)
        return position.after(last, self.opening.name)


def beginning(options: Mapping[str, Any], seed: int) -> Beginning:
    """What the options and the seed give. :raises UserError: when they do not fit together."""
    said = check(OPTIONS, options)
    opening = said["opening"] if said["opening"] != NO_OPENING else None
    _fit(said, opening)
    if said["fen"]:
        return Beginning(read_fen(said["fen"], chess960=said["variant"] == CHESS960))
    if said["variant"] == CHESS960:
        number = said["position"] if said["position"] is not None else random.Random(seed).randrange(960)  # noqa: S311
        return Beginning(chess.Board.from_chess960_pos(number))
    return Beginning(chess.Board(), _opening(opening, seed) if opening else None)


def read_fen(fen: str, chess960: bool = False) -> chess.Board:
    """The board that a FEN, Shredder-FEN or X-FEN describes; empty is the usual array.

    :raises BadOption: when it is none, or no position that play can reach.
    """
    if not fen.strip():
        return chess.Board(chess960=chess960)
    try:
        board = chess.Board(fen.strip(), chess960=chess960)
    except ValueError as error:
        raise BadOption(say("“{fen}” is not a FEN: copy it whole from a chess program.", fen=fen)) from error
    status = board.status()
    if not chess960 and status == chess.STATUS_BAD_CASTLING_RIGHTS:
        return read_fen(fen, chess960=True)
    if status:
        raise BadOption(say("The FEN “{fen}” is not a possible position: {fault}.", fen=fen, fault=_fault(status)))
    return board


def _fit(said: Mapping[str, Any], opening: str | None) -> None:
    """:raises BadOption: when two options choose the start, or one that the variant does not have."""
    chosen = [name for name in ("fen", "position") if said[name] is not None] + (["opening"] if opening else [])
    if len(chosen) > 1:
        raise BadOption(say("{options} both choose the start: give one of them.", options=both(chosen)))
    if said["variant"] == STANDARD and said["position"] not in (None, _USUAL_ARRAY):
        raise BadOption(say("position numbers a Chess960 start: give variant chess960 with it."))
    if said["variant"] == CHESS960 and opening:
        raise BadOption(say("The openings belong to standard chess: leave out opening or variant chess960."))


def _opening(name: str, seed: int) -> Opening:
    if name == RANDOM:
        return random.Random(seed).choice(OPENINGS)  # noqa: S311
    found = {_folded(opening.name): opening for opening in OPENINGS} | {
        opening.eco.casefold(): opening for opening in OPENINGS
    }
    if _folded(name) not in found:
        raise UnknownName(say("opening"), name, [opening.name for opening in OPENINGS])
    return found[_folded(name)]


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold().replace("defense", "defence") if letter.isalnum())


_FAULTS: Final = {
    chess.STATUS_NO_WHITE_KING: say("White has no king"),
    chess.STATUS_NO_BLACK_KING: say("Black has no king"),
    chess.STATUS_TOO_MANY_KINGS: say("a side has more than one king"),
    chess.STATUS_TOO_MANY_WHITE_PAWNS: say("White has more than eight pawns"),
    chess.STATUS_TOO_MANY_BLACK_PAWNS: say("Black has more than eight pawns"),
    chess.STATUS_PAWNS_ON_BACKRANK: say("a pawn stands on the first or last rank"),
    chess.STATUS_TOO_MANY_WHITE_PIECES: say("White has more than sixteen pieces"),
    chess.STATUS_TOO_MANY_BLACK_PIECES: say("Black has more than sixteen pieces"),
    chess.STATUS_BAD_CASTLING_RIGHTS: say("a castling right is given without its king or rook in place"),
    chess.STATUS_INVALID_EP_SQUARE: say("no pawn can just have passed the en passant square"),
    chess.STATUS_OPPOSITE_CHECK: say("the side that is not to move is in check"),
    chess.STATUS_EMPTY: say("the board is empty"),
    chess.STATUS_TOO_MANY_CHECKERS: say("more pieces give check than one move can bring about"),
    chess.STATUS_IMPOSSIBLE_CHECK: say("no last move can have given this check"),
}


def _fault(status: chess.Status) -> str:
    faults = [words for flag, words in _FAULTS.items() if status & flag]
    return joined(faults, "; ") or say("it breaks the rules")
