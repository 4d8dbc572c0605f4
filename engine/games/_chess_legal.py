"""All legal moves of a position, in python-chess's order, without its test of every single move where none can fail.

In most positions the side to move is not in check, no piece of its own stands alone between its king and a rook,
bishop or queen, and no en passant capture is at hand. There only the king can move into check, so only its moves are
tried. Every other position goes to python-chess, and so do pawns and castling.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import chess

# One object for each move but promotions, shared by all positions: thirty moves of one's own would take 3 KB.
_MOVES: Final = tuple(chess.Move(index >> 6, index & 63) for index in range(64 * 64))


def legal_moves(board: chess.Board) -> tuple[chess.Move, ...]:
    """All legal moves. The board must have both kings."""
    if not _pieces_are_free(board):
        return tuple(_shared(board.generate_legal_moves()))
    moves = _piece_moves(board)
    if board.castling_rights:
        moves += _shared(board.generate_castling_moves())
    moves += _shared(board.generate_pseudo_legal_moves(board.pawns))
    return tuple(moves)


def _shared(moves: Iterable[chess.Move]) -> list[chess.Move]:
    return [move if move.promotion else _MOVES[move.from_square << 6 | move.to_square] for move in moves]


def _piece_moves(board: chess.Board) -> list[chess.Move]:
    """Of free pieces: wherever they attack, and for the king where nothing attacks it."""
    own, them = board.occupied_co[board.turn], not board.turn
    moves = []
    for start in chess.scan_reversed(own & ~board.pawns):
        first, ends = start << 6, board.attacks_mask(start) & ~own
        if board.kings >> start & 1:
            moves += [_MOVES[first | end] for end in chess.scan_reversed(ends) if not board.is_attacked_by(them, end)]
        else:
            moves += [_MOVES[first | end] for end in chess.scan_reversed(ends)]
    return moves


def _pieces_are_free(board: chess.Board) -> bool:
    """Whether no move but the king's own can leave it in check."""
    king = board.king(board.turn)
    if king is None or board.ep_square is not None or board.is_check():
        return False
    them = board.occupied_co[not board.turn]
    straight = chess.BB_RANK_ATTACKS[king][0] | chess.BB_FILE_ATTACKS[king][0]
    snipers = straight & them & (board.rooks | board.queens)
    snipers |= chess.BB_DIAG_ATTACKS[king][0] & them & (board.bishops | board.queens)
    return all((chess.between(king, sniper) & board.occupied).bit_count() > 1 for sniper in chess.scan_forward(snipers))
