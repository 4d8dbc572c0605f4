"""A chess position that is small, never changes for its users, and works out each fact about itself once."""

from __future__ import annotations

from hashlib import blake2b
from struct import Struct
from types import EllipsisType
from typing import Final

import chess

from engine.games._chess_legal import legal_moves
from engine.model import Outcome, Seat
from engine.sentences import say

SIDE: Final = {chess.WHITE: Seat.FIRST, chess.BLACK: Seat.SECOND}
SIDE_NAME: Final = {chess.WHITE: say("White"), chess.BLACK: say("Black")}

FIFTY_MOVES_IN_PLIES: Final = 100
THREEFOLD: Final = 3

_KEY_BYTES: Final = 8
_pack = Struct("<9QBb").pack


class Position:
    """A board without its stack, the keys of the positions that may still recur, and the last move.

    ``recurring`` holds eight bytes for each position since the last capture or pawn move, the newest last. Keys of
    one file and rank of bits are hashed with BLAKE2b, not with :func:`hash`, which is modulo 2**61 - 1 for
    integers and so takes a rook on a1 for one on f8.

    The slots whose names start with an underscore are computed on first use and kept.
    """

    __slots__ = ("_board_before", "_legal", "_outcome", "board", "last", "opening", "recurring")

    def __init__(
        self,
        board: chess.Board,
        recurring: bytes = b"",
        last: chess.Move | None = None,
        before: chess.Board | None = None,
        opening: str = "",
    ) -> None:
        self.board = board
        self.last = last
        self.opening = opening
        self.recurring = (b"" if board.halfmove_clock == 0 else recurring) + _key(board)
        self._board_before = before
        self._legal: tuple[chess.Move, ...] | None = None
        self._outcome: Outcome | EllipsisType | None = ...

    def after(self, move: chess.Move, opening: str = "") -> Position:
        """The position after a legal move, which may complete an opening of that name; this one stays as it is."""
        board = self.board.copy(stack=False)
        board.push(move)
        board.clear_stack()
        return Position(board, self.recurring, move, self.board, opening)

    @property
    def legal(self) -> tuple[chess.Move, ...]:
        """All legal moves, in python-chess's order."""
        if self._legal is None:
            self._legal = legal_moves(self.board)
        return self._legal

    def has(self, move: chess.Move) -> bool:
        """Whether a move is legal, castling being written as in :attr:`legal`."""
        # Of a king's moves python-chess takes every way to write castling for legal, and a log must have only one.
        if self._legal is None and not self.board.kings >> move.from_square & 1:
            return self.board.is_legal(move)
        start, end = move.from_square, move.to_square
        for legal in self.legal:
            if legal.to_square == end and legal.from_square == start and legal.promotion == move.promotion:
                return True
        return False

    @property
    def outcome(self) -> Outcome | None:
        """How it ended, or ``None``."""
        if isinstance(self._outcome, EllipsisType):
            self._outcome = self._judge()
        return self._outcome

    @property
    def seat(self) -> Seat:
        """Whose turn it is, or would be if the game were not over."""
        return SIDE[self.board.turn]

    @property
    def last_san(self) -> str:
        """The last move in SAN; empty at the start."""
        if self.last is None or self._board_before is None:
            return ""
        return self._board_before.san(self.last)

    @property
    def repetitions(self) -> int:
        """How many times this very position (FIDE 9.2.3) has stood on the board, now included."""
        newest = self.recurring[-_KEY_BYTES:]
        found = self.recurring.count(newest)
        if found == 1:
            return 1
        starts = range(0, len(self.recurring), _KEY_BYTES)
        return sum(self.recurring[start : start + _KEY_BYTES] == newest for start in starts)

    def _judge(self) -> Outcome | None:
        """Mate and stalemate first: FIDE 9.6.2 lets a mating move win over the move counter."""
        board = self.board
        if not self._can_move():
            return self._no_move()
        if not (board.pawns | board.rooks | board.queens) and board.is_insufficient_material():
            return Outcome(None, "insufficient-material", say("Neither side has the material left to give mate."))
        if board.halfmove_clock >= FIFTY_MOVES_IN_PLIES:
            return Outcome(None, "fifty-move-rule", say("Fifty moves by each side without a capture or a pawn move."))
        if self.repetitions >= THREEFOLD:
            return Outcome(None, "threefold-repetition", say("The same position stands for the third time."))
        return None

    def _can_move(self) -> bool:
        if self._legal is not None:
            return bool(self._legal)
        return next(self.board.generate_legal_moves(), None) is not None

    def _no_move(self) -> Outcome:
        side = SIDE_NAME[self.board.turn]
        if self.board.is_check():
            return Outcome(SIDE[not self.board.turn], "checkmate", say("{side} is checkmated.", side=side))
        return Outcome(None, "stalemate", say("{side} is not in check and has no legal move.", side=side))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Position)
            and self.recurring == other.recurring
            and self.last == other.last
            and self.board.chess960 == other.board.chess960
            and self.board == other.board
        )

    def __hash__(self) -> int:
        return hash(self.recurring[-_KEY_BYTES:])

    def __repr__(self) -> str:
        return f"Position({self.board.fen()!r})"


def _key(board: chess.Board) -> bytes:
    """FIDE 9.2.3: the same pieces, side to move, castling rights, and en passant only where it is legal."""
    en_passant = board.ep_square if board.ep_square is not None and board.has_legal_en_passant() else -1
    packed = _pack(
        board.pawns,
        board.knights,
        board.bishops,
        board.rooks,
        board.queens,
        board.kings,
        board.occupied_co[chess.WHITE],
        board.occupied_co[chess.BLACK],
        board.castling_rights,
        board.turn,
        en_passant,
    )
    return blake2b(packed, digest_size=_KEY_BYTES).digest()
