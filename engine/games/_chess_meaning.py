"""From what a written move says to the one legal move it means, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import chess

from engine.errors import Ambiguous, Illegal, MoveRefused
from engine.games._chess_claim import Claim, fitting
from engine.games._chess_notation import Mention
from engine.games._chess_position import Position
from engine.games._chess_refusal import why_not
from engine.sentences import both, either, say


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a mention may mean: the legal ``moves`` that fit it; ``sure`` when a single one may be played."""

    mention: Mention
    moves: tuple[chess.Move, ...]
    sure: bool


def meaning(position: Position, mention: Mention) -> Meaning:
    """Weigh a mention's readings.

    ``bxc3`` is the pawn and ``Bxc3`` the bishop, by case, when that is legal. When only the other reading is legal,
    it is asked about: who writes a wrong letter may have misjudged the board. ``bc4`` is neither's usual spelling,
    and foreign letters are nobody's case, so there all readings count alike.
    """
    fits = [fitting(position.board, claim, position.legal) for claim in mention.readings]
    first = mention.readings[0]
    by_case = len(fits) == 2 and {claim.piece for claim in mention.readings} == {chess.PAWN, chess.BISHOP}
    # In capitals throughout, the case says nothing.
    if by_case and not mention.said.isupper() and (first.captures or first.piece == chess.BISHOP):
        return Meaning(mention, tuple(fits[0] or fits[1]), bool(fits[0]))
    return Meaning(mention, tuple(dict.fromkeys(move for moves in fits for move in moves)), sure=True)


def settle(position: Position, meanings: Sequence[Meaning]) -> chess.Move:
    """The one move on which all chosen mentions agree.

    A mention may be more precise than another: ``rook to d1 (Rad1)``.

    :raises Illegal: when there is none and they say one thing. :raises Ambiguous: when there are several.
    """
    common = [move for move in meanings[0].moves if all(move in other.moves for other in meanings)]
    if len(common) == 1 and any(known.sure for known in meanings):
        return common[0]
    raise _refusal(position, meanings, common)


def _refusal(position: Position, meanings: Sequence[Meaning], common: Sequence[chess.Move]) -> MoveRefused:
    said = list(dict.fromkeys(known.mention.said for known in meanings))
    board = position.board
    if common:
        which = [board.san(move) for move in common]
        return Ambiguous(_several(said[0], which, common), which)
    if len({known.mention.readings for known in meanings}) == 1 and not meanings[0].moves:
        return _illegal(said[0], _reason(board, meanings[0].mention.readings))
    if not any(known.moves for known in meanings):
        reasons = {_reason(board, known.mention.readings): known.mention.said for known in meanings}
        if len(reasons) == 1:
            return _illegal(said[0], next(iter(reasons)))
    return Ambiguous(say("The reply names {moves} as the move: give one of them.", moves=both(said)), said)


def _illegal(move: str, reason: str) -> Illegal:
    return Illegal(say("{move} is not legal: {reason}.", move=move, reason=reason))


def _several(said: str, which: Sequence[str], moves: Sequence[chess.Move]) -> str:
    if all(move.promotion for move in moves) and len({(move.from_square, move.to_square) for move in moves}) == 1:
        return say("{move} promotes a pawn: say to what, {moves}.", move=said, moves=either(which))
    if len(which) == 1:
        return say("{move} is not legal as it is written; if you mean {meant}, write that.", move=said, meant=which[0])
    return say("{move} may be {moves}: say which.", move=said, moves=either(which))


def _reason(board: chess.Board, readings: Sequence[Claim]) -> str:
    return why_not(board, readings[0])
