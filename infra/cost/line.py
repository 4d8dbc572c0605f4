"""A game of chess of so many plies that ends by itself, so that the duels which are counted are rated ones.

A limit of plies of one's own would make them casual, and what ladders cost would be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import chess

LEAST: Final = 8
"""Each side moves a piece out and back twice: the start then stands for the third time (FIDE Laws of Chess, 9.6)."""

MOST: Final = 200
"""What rated duels are limited to."""
_PAWNS_AFTER: Final = 60


def line(plies: int) -> Mapping[str, str]:
    """The move for each position, both as the players see them: FEN and UCI.

    ``plies`` is from :data:`LEAST` to :data:`MOST`.

    Quiet moves to positions that were not there before; the last eight bring one back twice, which is a draw.
    """
    board, seen = chess.Board(), set[str]()
    moves: dict[str, str] = {}

    def play(move: chess.Move) -> None:
        moves[board.fen()] = move.uci()
        board.push(move)

    for _ in range(plies - LEAST):
        seen.add(_placed(board))
        play(next(move for move in _quiet(board) if _is_new(board, move, seen)))
    for move in 2 * _there_and_back(board, seen):
        play(move)
    return moves


def _quiet(board: chess.Board) -> Iterator[chess.Move]:
    """Moves that take nothing and attack no king; pawns seldom, but before fifty moves pass without one."""
    pawns_first = 1 if board.halfmove_clock < _PAWNS_AFTER else -1
    order = sorted(board.legal_moves, key=lambda move: (pawns_first * _is_pawn(board, move), move.uci()))
    quiet = (move for move in order if not board.is_capture(move) and not board.gives_check(move))
    return (move for move in quiet if not move.promotion)


def _is_pawn(board: chess.Board, move: chess.Move) -> bool:
    return board.piece_type_at(move.from_square) == chess.PAWN


def _is_new(board: chess.Board, move: chess.Move, seen: set[str]) -> bool:
    """Whether a move leads to a position that was not there, and from which both can go there and back."""
    board.push(move)
    try:
        return _placed(board) not in seen and bool(_there_and_back(board, seen))
    finally:
        board.pop()


def _there_and_back(board: chess.Board, seen: set[str]) -> list[chess.Move]:
    """Four plies over new positions after which everything stands as before."""
    for mine in _reversible(board):
        board.push(mine)
        try:
            for theirs in _reversible(board):
                if _is_quiet(board, seen, theirs, _back(mine), _back(theirs)):
                    return [mine, theirs, _back(mine), _back(theirs)]
        finally:
            board.pop()
    return []


def _reversible(board: chess.Board) -> list[chess.Move]:
    return [move for move in _quiet(board) if board.piece_type_at(move.from_square) == chess.KNIGHT]


def _is_quiet(board: chess.Board, seen: set[str], *moves: chess.Move) -> bool:
    played = 0
    try:
        for move in moves:
            legal = board.is_legal(move) and not board.is_capture(move) and not board.gives_check(move)
            if not legal or _placed(board) in seen:
                return False
            board.push(move)
            played += 1
        return True
    finally:
        for _ in range(played):
            board.pop()


def _back(move: chess.Move) -> chess.Move:
    return chess.Move(move.to_square, move.from_square)


def _placed(board: chess.Board) -> str:
    return board.epd()
