"""What chess men and wings are called in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import chess

from engine.games._chess_claim import Wing
from engine.sentences import Sentence, say

PIECE: Final[Mapping[chess.PieceType | None, Sentence]] = {
    chess.PAWN: say("pawn"),
    chess.KNIGHT: say("knight"),
    chess.BISHOP: say("bishop"),
    chess.ROOK: say("rook"),
    chess.QUEEN: say("queen"),
    chess.KING: say("king"),
    None: say("piece"),
}
PIECES: Final[Mapping[chess.PieceType | None, Sentence]] = {
    chess.PAWN: say("pawns"),
    chess.KNIGHT: say("knights"),
    chess.BISHOP: say("bishops"),
    chess.ROOK: say("rooks"),
    chess.QUEEN: say("queens"),
    chess.KING: say("kings"),
    None: say("pieces"),
}
A_PIECE: Final[Mapping[chess.PieceType | None, Sentence]] = {
    chess.PAWN: say("a pawn"),
    chess.KNIGHT: say("a knight"),
    chess.BISHOP: say("a bishop"),
    chess.ROOK: say("a rook"),
    chess.QUEEN: say("a queen"),
    chess.KING: say("a king"),
    None: say("anything"),
}
WING: Final[Mapping[Wing, Sentence]] = {
    Wing.KINGSIDE: say("kingside"),
    Wing.QUEENSIDE: say("queenside"),
}
