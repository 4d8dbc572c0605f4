"""What a written move says of the move it means, and which legal moves fit that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import chess


class Wing(Enum):
    """Where to castle; ``EITHER`` when the text does not say."""

    KINGSIDE = "kingside"
    QUEENSIDE = "queenside"
    EITHER = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One reading of a written move; whatever is ``None`` or empty is left open.

    Attributes:
        piece: the kind of piece that moves.
        to_square: where to; ``None`` for castling and for captures that name only the victim.
        from_square: where from, or only ``from_file`` and ``from_rank``, counted from 0.
        captures: whether the text says that it captures. Silence does not deny it.
        victim: the kind of piece that is captured.
        promotion: the kind of piece that a pawn becomes.
        castling: the wing, when it is castling by name.
        straight: a pawn move written as its square alone, which is never a capture.
    """

    piece: chess.PieceType | None = None
    to_square: chess.Square | None = None
    from_square: chess.Square | None = None
    from_file: int | None = None
    from_rank: int | None = None
    captures: bool = False
    victim: chess.PieceType | None = None
    promotion: chess.PieceType | None = None
    castling: Wing | None = None
    straight: bool = False

    def may_start_from(self, board: chess.Board, square: chess.Square) -> bool:
        """Whether the piece on that square is one the claim can speak of."""
        return (
            (self.piece is None or self.piece == board.piece_type_at(square))
            and (self.from_square is None or self.from_square == square)
            and (self.from_file is None or self.from_file == chess.square_file(square))
            and (self.from_rank is None or self.from_rank == chess.square_rank(square))
        )


def fitting(board: chess.Board, claim: Claim, legal: Sequence[chess.Move]) -> list[chess.Move]:
    """The legal moves that a claim describes.

    Castling is found by its name, and by the king's way to its new square or onto its own rook; but an ordinary
    king move to that square comes first, which in Chess960 there may be.
    """
    ordinary = [move for move in legal if not board.is_castling(move) and _fits(board, claim, move)]
    return ordinary or [move for move in legal if board.is_castling(move) and _castles(board, claim, move)]


def _fits(board: chess.Board, claim: Claim, move: chess.Move) -> bool:
    if claim.castling is not None or not claim.may_start_from(board, move.from_square):
        return False
    return (
        claim.to_square in (None, move.to_square)
        and claim.promotion in (None, move.promotion)
        and not (claim.captures and not board.is_capture(move))
        and (claim.victim is None or claim.victim == victim_of(board, move))
        and not (claim.straight and chess.square_file(move.from_square) != chess.square_file(move.to_square))
    )


def victim_of(board: chess.Board, move: chess.Move) -> chess.PieceType | None:
    """The kind of piece that a move captures, if any."""
    return chess.PAWN if board.is_en_passant(move) else board.piece_type_at(move.to_square)


def _castles(board: chess.Board, claim: Claim, move: chess.Move) -> bool:
    wing = Wing.KINGSIDE if board.is_kingside_castling(move) else Wing.QUEENSIDE
    if claim.castling is not None:
        return claim.castling in (wing, Wing.EITHER)
    if claim.captures or claim.promotion or not claim.may_start_from(board, move.from_square):
        return False
    # Without a piece letter, only the king's own square says that the king is meant.
    if claim.piece is None and claim.from_square is None:
        return False
    targets = {king_target(move, wing)} | ({rook_square(board, wing)} if claim.from_square is not None else set())
    return claim.to_square in targets


def king_target(move: chess.Move, wing: Wing) -> chess.Square:
    """Where the king ends up."""
    file = _KING_FILE[wing]
    return chess.square(file, chess.square_rank(move.from_square))


def rook_square(board: chess.Board, wing: Wing) -> chess.Square | None:
    """The square of the rook that the side to move may still castle with on that wing."""
    king = board.king(board.turn)
    rooks = board.castling_rights & (chess.BB_RANK_1 if board.turn == chess.WHITE else chess.BB_RANK_8)
    if king is None:
        return None
    outward = [square for square in chess.SquareSet(rooks) if (square > king) == (wing is Wing.KINGSIDE)]
    return outward[0] if outward else None


_KING_FILE: Final = {Wing.KINGSIDE: 6, Wing.QUEENSIDE: 2}
