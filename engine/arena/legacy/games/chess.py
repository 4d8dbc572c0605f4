"""The predecessor's chess: moves in UCI or SAN, or a PGN. A FEN alone tells where it ended, not how."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any, Final

import chess

from engine.arena.legacy.playing import MOVES, Playing, Reading, require_end
from engine.arena.legacy.told import POSITION_ONLY, Said, Told
from engine.errors import NotUnderstood
from engine.model import Seat
from engine.sentences import say

GAME: Final = "chess"

_FEN: Final = re.compile(r"(?:[1-8pnbrqkPNBRQK]+/){7}[1-8pnbrqkPNBRQK]+(?: .*)?")
_NUMBER: Final = re.compile(r"\d+\.(?:\.\.)?")
_RESULTS: Final = frozenset({"1-0", "0-1", "1/2-1/2", "*"})
_COMPARED: Final = 3  # pieces, turn, castling: programs write the other fields of a FEN differently


def reading(told: Told) -> Reading:
    """:raises NotUnderstood: when the moves are missing, not legal, or lead elsewhere."""
    start, moves, position = _moves(told)
    played = Playing.of(GAME, {"fen": start} if start else {}).all(moves, _move)
    if isinstance(position, str) and _FEN.fullmatch(position):
        require_end(played.position.board.fen().split()[:_COMPARED], position.split()[:_COMPARED])
    return played.reading()


def _moves(told: Told) -> tuple[str, Sequence[Said], Any]:
    """Where it began, the moves, and where it ended."""
    pgn = told.document.get("pgn") or told.text
    if told.moves is not None and (told.moves or not told.document.get("pgn")):
        return told.start, told.moves, told.position
    if isinstance(pgn, str) and _FEN.fullmatch(pgn.strip()):
        return _unmoved(pgn.strip())
    if isinstance(pgn, str) and "[" in pgn:
        return *_of_pgn(pgn), told.position
    if isinstance(pgn, str) and pgn:
        words = _NUMBER.sub(" ", pgn).replace(",", " ").replace(";", " ").split()
        return told.start, [Said(word) for word in words if word not in _RESULTS], told.position
    return _unmoved(told.position)


def _unmoved(position: Any) -> tuple[str, Sequence[Said], Any]:
    """A game of no moves. :raises NotUnderstood: when the position is another than the array."""
    if not isinstance(position, str) or position.split()[:2] != chess.STARTING_FEN.split()[:2]:
        raise NotUnderstood(POSITION_ONLY, say("The row keeps the last position alone; the moves are not in it."))
    return "", (), position


def _of_pgn(text: str) -> tuple[str, Sequence[Said]]:
    from chess.pgn import GameBuilder, read_game

    class Strict(GameBuilder[Any]):
        def handle_error(self, error: Exception) -> None:
            raise NotUnderstood(MOVES, say("Its PGN holds a move that is not legal.")) from error

    try:
        game = read_game(io.StringIO(text), Visitor=Strict)
    except (ValueError, RecursionError):
        game = None
    if game is None:
        raise NotUnderstood(MOVES, say("Its PGN cannot be read."))
    return game.headers.get("FEN", ""), [Said(move.uci()) for move in game.mainline_moves()]


def _move(position: Any, seat: Seat, said: Said) -> str:  # noqa: ARG001 - the board knows whose turn it is
    """UCI; castling written as the king taking its rook is the king's own step, as logs have it."""
    try:
        return str(position.board.parse_uci(said.text.lower()).uci())
    except ValueError:
        pass
    try:
        return str(position.board.parse_san(said.text).uci())
    except ValueError:
        return said.text
