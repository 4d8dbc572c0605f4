"""How good a chess position is, from material and the squares that pieces stand on: fast, not deep."""

from __future__ import annotations

from collections.abc import Callable
from math import tanh
from typing import Final

import chess

PIECE_CENTIPAWNS: Final = {
    chess.PAWN: 100,
    chess.KNIGHT: 310,
    chess.BISHOP: 330,
    chess.ROOK: 500,
    chess.QUEEN: 920,
    chess.KING: 0,
}
# A pawn up is worth about .12, a rook .55, a queen .82.
SQUASH_CENTIPAWNS: Final = 800.0
# From here on down the king comes out: two rooks and two minor pieces, both sides together.
_ENDGAME_CENTIPAWNS: Final = 1_700

_Place = Callable[[int, int], float]


def _middle(file: int, rank: int) -> int:
    """0 in a corner to 6 on the four central squares."""
    return min(file, 7 - file) + min(rank, 7 - rank)


def _pawn(file: int, rank: int) -> float:
    central = 14 if file in (3, 4) and rank in (3, 4) else 6 if file in (2, 5) and rank == 3 else 0
    return (0, 0, 2, 8, 18, 40, 80, 0)[rank] + central


def _rook(file: int, rank: int) -> float:
    return 22 if rank == 6 else 2 * min(file, 7 - file)


def _sheltered_king(file: int, rank: int) -> float:
    return (8, 24, 24, -8, -8, -8, 24, 8)[file] - 24 * min(rank, 4)


_PLACES: Final[dict[chess.PieceType, _Place]] = {
    chess.PAWN: _pawn,
    chess.KNIGHT: lambda file, rank: 9 * _middle(file, rank) - 30,
    chess.BISHOP: lambda file, rank: 5 * _middle(file, rank) - 14,
    chess.ROOK: _rook,
    chess.QUEEN: lambda file, rank: 2 * _middle(file, rank) - 6,
}


def _table(centipawns: int, place: _Place) -> tuple[float, ...]:
    """By square, as White sees it. Black reads it with the rank mirrored."""
    return tuple(centipawns + place(square & 7, square >> 3) for square in chess.SQUARES)


_TABLES: Final = tuple(_table(PIECE_CENTIPAWNS[piece], place) for piece, place in _PLACES.items())
_MIDDLEGAME_KING: Final = _table(0, _sheltered_king)
_ENDGAME_KING: Final = _table(0, lambda file, rank: 8 * _middle(file, rank))
_MIRROR: Final = 56


def balance(board: chess.Board) -> float:
    """Centipawns in White's favour."""
    white, black = board.occupied_co[chess.WHITE], board.occupied_co[chess.BLACK]
    total = 0.0
    boards = (board.pawns, board.knights, board.bishops, board.rooks, board.queens)
    for table, pieces in zip(_TABLES, boards, strict=True):
        total += _sum(table, pieces & white, 0) - _sum(table, pieces & black, _MIRROR)
    king = _ENDGAME_KING if _is_endgame(board) else _MIDDLEGAME_KING
    return total + _sum(king, board.kings & white, 0) - _sum(king, board.kings & black, _MIRROR)


def share(board: chess.Board) -> float:
    """White's prospects from -1 to 1: ``tanh(balance / SQUASH_CENTIPAWNS)``."""
    return tanh(balance(board) / SQUASH_CENTIPAWNS)


def _sum(table: tuple[float, ...], pieces: chess.Bitboard, mirror: int) -> float:
    total = 0.0
    while pieces:
        lowest = pieces & -pieces
        total += table[lowest.bit_length() - 1 ^ mirror]
        pieces ^= lowest
    return total


def _is_endgame(board: chess.Board) -> bool:
    minor = (board.knights | board.bishops).bit_count()
    heavy = 500 * board.rooks.bit_count() + 920 * board.queens.bit_count()
    return 320 * minor + heavy <= _ENDGAME_CENTIPAWNS


def captures_first(board: chess.Board, moves: tuple[chess.Move, ...]) -> list[chess.Move]:
    """Most valuable victim by least valuable attacker, promotions among them; quiet moves after, in their order."""
    return sorted(moves, key=lambda move: -_gain(board, move))


def _gain(board: chess.Board, move: chess.Move) -> int:
    victim = board.piece_type_at(move.to_square)
    if victim is None or board.color_at(move.to_square) == board.turn:
        return PIECE_CENTIPAWNS[move.promotion] if move.promotion else 0
    attacker = board.piece_type_at(move.from_square) or chess.PAWN
    return 10 * PIECE_CENTIPAWNS[victim] - PIECE_CENTIPAWNS[attacker] // 10 + (move.promotion or 0)
