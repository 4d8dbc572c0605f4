"""Why a move is not legal: the very rule that it breaks, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import chess

from engine.games._chess_claim import Claim, Wing, rook_square, victim_of
from engine.games._chess_names import A_PIECE, PIECE, PIECES, WING
from engine.games._chess_position import SIDE_NAME
from engine.sentences import both, joined, say

_SLIDERS: Final = frozenset({chess.BISHOP, chess.ROOK, chess.QUEEN})
_PROMOTIONS: Final = frozenset({chess.QUEEN, chess.ROOK, chess.BISHOP, chess.KNIGHT})
_WINGS: Final = (Wing.KINGSIDE, Wing.QUEENSIDE)


def why_not(board: chess.Board, claim: Claim) -> str:
    """The rule that forbids what a claim says; for a claim that no legal move fits."""
    if claim.castling is not None:
        wings = _WINGS if claim.castling is Wing.EITHER else (claim.castling,)
        return joined(dict.fromkeys(_no_castling(board, wing) for wing in wings), "; ")
    if claim.from_square is not None:
        return _why_not_from(board, claim, claim.from_square)
    if claim.straight and claim.to_square is not None:
        claim = replace(claim, from_file=chess.square_file(claim.to_square))
    own = [square for square in chess.SquareSet(board.occupied_co[board.turn]) if claim.may_start_from(board, square)]
    if not own:
        return say("you have no {piece}", piece=joined([PIECE[claim.piece], *_origin(claim)]))
    if claim.to_square is None:
        return say("your {piece} cannot capture {victim} now", piece=PIECE[claim.piece], victim=A_PIECE[claim.victim])
    return _why_none_of(board, claim, own, claim.to_square)


def _why_none_of(board: chess.Board, claim: Claim, own: Sequence[chess.Square], end: chess.Square) -> str:
    """One piece: what stops it. Several: what stops each of those that move that way."""
    aimed = own if len(own) == 1 else [square for square in own if _aims(board, square, end)]
    if aimed:
        return joined(dict.fromkeys(_why_not_from(board, claim, square) for square in aimed), "; ")
    pieces = joined([PIECES[claim.piece], *_origin(claim)])
    return say("none of your {pieces} can go to {square}", pieces=pieces, square=chess.square_name(end))


def _why_not_from(board: chess.Board, claim: Claim, start: chess.Square) -> str:
    at = chess.square_name(start)
    piece = board.piece_at(start)
    if piece is None:
        return say("there is no piece on {square}", square=at)
    if piece.color != board.turn:
        return say(
            "the {man} is {side}'s piece, and you play {own}",
            man=_standing(board, start),
            side=SIDE_NAME[piece.color],
            own=SIDE_NAME[board.turn],
        )
    if claim.piece not in (None, piece.piece_type):
        return _is_another(at, piece.piece_type, claim.piece)
    if claim.to_square is None:
        return say("the {man} cannot do that", man=_standing(board, start))
    return _why_not_between(board, claim, piece.piece_type, start, claim.to_square)


def _is_another(at: str, piece: chess.PieceType | None, said: chess.PieceType | None) -> str:
    return say("the piece on {square} is {piece}, not {said}", square=at, piece=A_PIECE[piece], said=A_PIECE[said])


def _why_not_between(
    board: chess.Board, claim: Claim, kind: chess.PieceType, start: chess.Square, end: chess.Square
) -> str:
    if wing := _castling_wing(board, start, end):
        return _castles_by_name(board, end, wing) or _no_castling(board, wing)
    move = _pseudo_legal(board, start, end)
    if move is not None and board.is_into_check(move):
        return _leaves_check(board, move)
    if move is not None:
        return _misdescribed(board, claim, move)
    if start == end or not _aims(board, start, end):
        return say(
            "{piece} does not move from {start} to {end}",
            piece=A_PIECE[kind],
            start=chess.square_name(start),
            end=chess.square_name(end),
        )
    return _obstructed(board, kind, start, end)


def _misdescribed(board: chess.Board, claim: Claim, move: chess.Move) -> str:
    """The move itself would do, but not as what the text calls it."""
    end = chess.square_name(move.to_square)
    if claim.promotion is not None and claim.promotion not in _PROMOTIONS:
        return say("a pawn promotes to a queen, rook, bishop or knight")
    if claim.promotion is not None and not move.promotion:
        return say("only a pawn that reaches the last rank promotes")
    if claim.captures and not board.is_capture(move):
        return say("there is nothing to capture on {square}", square=end)
    if claim.victim is not None:
        return _is_another(end, victim_of(board, move), claim.victim)
    start = chess.square_name(move.from_square)
    return say(
        "a pawn that captures is written with its file: {move}, from {square}", move=board.san(move), square=start
    )


def _obstructed(board: chess.Board, kind: chess.PieceType, start: chess.Square, end: chess.Square) -> str:
    """The piece moves that way, but something is in it, or for a pawn nothing is there."""
    for square in chess.SquareSet.between(start, end) if kind != chess.KNIGHT else ():
        if board.piece_type_at(square) is not None:
            return say(
                "the {man} is blocked by the {other}", man=_standing(board, start), other=_standing(board, square)
            )
    name, there = chess.square_name(end), board.piece_type_at(end)
    if there is not None and board.color_at(end) == board.turn:
        return say("your own {piece} stands on {square}", piece=PIECE[there], square=name)
    if there is not None:
        return say(
            "the {man} is blocked by the {other}: a pawn captures diagonally",
            man=_standing(board, start),
            other=_standing(board, end),
        )
    if chess.square_file(start) != chess.square_file(end):
        return say("a pawn moves diagonally only to capture, and there is nothing to capture on {square}", square=name)
    return say(
        "a pawn moves two squares only from its first square, and the pawn on {square} has moved",
        square=chess.square_name(start),
    )


def _aims(board: chess.Board, start: chess.Square, end: chess.Square) -> bool:
    """Whether the piece moves that way on an empty board, captures and double steps of pawns included."""
    kind = board.piece_type_at(start)
    if kind == chess.PAWN:
        forward = 1 if board.turn == chess.WHITE else -1
        ranks = (chess.square_rank(end) - chess.square_rank(start)) * forward
        files = abs(chess.square_file(end) - chess.square_file(start))
        return (ranks, files) in ((1, 0), (1, 1), (2, 0))
    alone = chess.Board(None)
    alone.set_piece_at(start, chess.Piece(kind or chess.PAWN, board.turn))
    return bool(alone.attacks_mask(start) & chess.BB_SQUARES[end])


def _pseudo_legal(board: chess.Board, start: chess.Square, end: chess.Square) -> chess.Move | None:
    found = board.generate_pseudo_legal_moves(chess.BB_SQUARES[start], chess.BB_SQUARES[end])
    return next((move for move in found if not board.is_castling(move)), None)


def _leaves_check(board: chess.Board, move: chess.Move) -> str:
    """A pseudo-legal move after which the own king could be taken."""
    after = board.copy(stack=False)
    after.push(move)
    king_moves = bool(board.kings & chess.BB_SQUARES[move.from_square])
    (king,) = after.pieces(chess.KING, board.turn)
    if board.is_check() and not king_moves:
        by = _attackers(board, king, not board.turn)
        return say("you are in check from {men}, and {move} does not answer it", men=by, move=_name(board, move))
    return say(
        "your king on {square} would be in check from {men}",
        square=chess.square_name(king),
        men=_attackers(after, king, not board.turn),
    )


def _name(board: chess.Board, move: chess.Move) -> str:
    letter = chess.piece_symbol(board.piece_type_at(move.from_square) or chess.PAWN).upper()
    ends = f"{chess.square_name(move.from_square)}-{chess.square_name(move.to_square)}"
    return ends if letter == "P" else letter + ends


def _attackers(board: chess.Board, square: chess.Square, colour: chess.Color) -> str:
    return both([say("the {man}", man=_standing(board, attacker)) for attacker in board.attackers(colour, square)])


def _standing(board: chess.Board, square: chess.Square) -> str:
    piece = PIECE[board.piece_type_at(square)]
    return say("{piece} on {square}", piece=piece, square=chess.square_name(square))


def _origin(claim: Claim) -> Iterator[str]:
    if claim.from_file is not None:
        yield say("on the {file}-file", file=chess.FILE_NAMES[claim.from_file])
    if claim.from_rank is not None:
        yield say("on rank {rank}", rank=claim.from_rank + 1)


def _castling_wing(board: chess.Board, start: chess.Square, end: chess.Square) -> Wing | None:
    """The wing that the king would castle to by going there, as it would by going two squares or onto its rook."""
    if start != board.king(board.turn) or chess.square_rank(start) != chess.square_rank(end):
        return None
    own_rook = board.piece_at(end) == chess.Piece(chess.ROOK, board.turn)
    home = chess.square_rank(start) == (0 if board.turn == chess.WHITE else 7)
    far = chess.square_distance(start, end) >= 2 and chess.square_file(end) in (2, 6)
    if not home or not (own_rook or far):
        return None
    return Wing.KINGSIDE if end > start else Wing.QUEENSIDE


def _castles_by_name(board: chess.Board, end: chess.Square, wing: Wing) -> str | None:
    """What to write instead, when castling there is legal but was written as a king's move or capture."""
    sign = "O-O" if wing is Wing.KINGSIDE else "O-O-O"
    legal = (board.san(move).rstrip("+#") for move in board.generate_castling_moves())
    if sign not in legal:
        return None
    name = chess.square_name(end)
    if board.piece_type_at(end):
        return say("your own rook stands on {square}; castle with {sign}", square=name, sign=sign)
    return say("there is nothing to capture on {square}; castle with {sign}", square=name, sign=sign)


def _no_castling(board: chess.Board, wing: Wing) -> str:
    """Why castling on a wing is not possible now (FIDE 3.8.2)."""
    king = board.king(board.turn)
    rook = rook_square(board, wing)
    return say("you cannot castle {wing}: {reason}", wing=WING[wing], reason=_no_way(board, king, rook, wing))


def _no_way(board: chess.Board, king: chess.Square | None, rook: chess.Square | None, wing: Wing) -> str:
    if king is None or rook is None:
        return say("the king or the rook of that side has moved or is gone")
    if board.is_check():
        return say("the king is in check from {men}", men=_attackers(board, king, not board.turn))
    home = chess.square_rank(king) * 8
    king_to, rook_to = (home + 6, home + 5) if wing is Wing.KINGSIDE else (home + 2, home + 3)
    ways = _way(king, king_to) | _way(rook, rook_to)
    for square in ways - chess.SquareSet([king, rook]):
        if board.piece_type_at(square) is not None:
            return say("the {man} stands in the way", man=_standing(board, square))
    return _under_attack(board, king, rook, king_to)


def _under_attack(board: chess.Board, king: chess.Square, rook: chess.Square, king_to: chess.Square) -> str:
    without_king = board.copy(stack=False)
    without_king.remove_piece_at(king)
    for square in _way(king, king_to):
        if square != king_to and (by := _attackers(without_king, square, not board.turn)):
            passed = chess.square_name(square)
            return say("the king passes through {square}, which is attacked by {men}", square=passed, men=by)
    without_king.remove_piece_at(rook)
    by = _attackers(without_king, king_to, not board.turn)
    return say("the king would be in check on {square} from {men}", square=chess.square_name(king_to), men=by)


def _way(start: chess.Square, end: chess.Square) -> chess.SquareSet:
    """Both squares and those between them."""
    return chess.SquareSet.between(start, end) | chess.SquareSet([start, end])
