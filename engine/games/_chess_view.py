"""A chess position as a picture, and as the words that a model is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import chess

from engine.board import Board, Cell, Choice
from engine.games._chess_names import PIECE, PIECES
from engine.games._chess_position import SIDE, SIDE_NAME, Position
from engine.model import Seat
from engine.sentences import both, joined, say

# From most to least valuable: the order in which people list a side's men.
_MEN: Final = (chess.KING, chess.QUEEN, chess.ROOK, chess.BISHOP, chess.KNIGHT, chess.PAWN)

_ANSWER: Final = "Answer with your move in SAN or UCI, for example Nf3 or g1f3, on the last line as: Move: <your move>"


_ANSWER_960: Final = f"Castling is O-O or O-O-O; in UCI the king takes its own rook. {_ANSWER}"


def picture(position: Position, seat: Seat | None) -> Board:
    """The board from White's side, with the clickable moves of ``seat`` when it is to move."""
    choices = tuple(_choices(position)) if seat is position.seat and position.outcome is None else ()
    return Board(
        alt=in_words(position),
        rows=8,
        columns=8,
        cells=tuple(_cells(position)),
        captions=tuple(_captions(position)),
        choices=choices,
    )


def _cells(position: Position) -> Iterator[Cell]:
    board = position.board
    touched = {position.last.from_square, position.last.to_square} if position.last else set()
    checked = board.king(board.turn) if board.is_check() else None
    for rank in reversed(range(8)):
        for file in range(8):
            square = chess.square(file, rank)
            mark = "check" if square == checked else "last" if square in touched else ""
            yield Cell(
                chess.square_name(square),
                7 - rank,
                file,
                glyph=_glyph(board.piece_at(square)),
                shade="light" if (file + rank) % 2 else "dark",
                mark=mark,
            )


def _glyph(piece: chess.Piece | None) -> str:
    return f"{SIDE_NAME[piece.color].lower()}-{chess.piece_name(piece.piece_type)}" if piece else ""


def _captions(position: Position) -> Iterator[str]:
    if position.opening:
        yield position.opening
    if position.last:
        yield say("Last move: {move}", move=_numbered(position))
    if position.outcome:
        yield position.outcome.why
    else:
        yield say("Move {number}: {turn}", number=position.board.fullmove_number, turn=_turn(position))


def _numbered(position: Position) -> str:
    """The last move with its number: ``12. Nf3``, ``12... Nf6``."""
    board = position.board
    if board.turn == chess.BLACK:
        return f"{board.fullmove_number}. {position.last_san}"
    return f"{board.fullmove_number - 1}... {position.last_san}"


def _turn(position: Position) -> str:
    side = SIDE_NAME[position.board.turn]
    if position.board.is_check():
        return say("{side}, in check, to move", side=side)
    return say("{side} to move", side=side)


def _choices(position: Position) -> Iterator[Choice]:
    for move in position.legal:
        to_square = move.to_square
        path = (chess.square_name(move.from_square), chess.square_name(to_square))
        yield Choice(move.uci(), position.board.san(move), path)


def in_words(position: Position) -> str:
    """Everything on the board, for those who cannot see it."""
    sides = (say("{side}: {men}.", side=SIDE_NAME[colour], men=men(position.board, colour)) for colour in chess.COLORS)
    last = say("Last move: {move}.", move=_numbered(position)) if position.last else ""
    end = position.outcome.why if position.outcome else say("{turn}.", turn=_turn(position))
    return joined([say("Chess board."), *sides, last, end])


def men(board: chess.Board, colour: chess.Color) -> str:
    """A side's men by kind: ``king e1, rooks a1 and h1, pawns a2 and b2``."""
    groups = []
    for kind in _MEN:
        squares = [chess.square_name(square) for square in board.pieces(kind, colour)]
        if squares:
            groups.append(joined([(PIECE if len(squares) == 1 else PIECES)[kind], both(squares)]))
    return joined(groups, ", ")


def told(position: Position, seat: Seat) -> str:
    """What a model is told: the rules in brief, the position three ways, and how to answer."""
    board = position.board
    colour = next(colour for colour, its in SIDE.items() if its is seat)
    variant = "Chess960" if board.chess960 else "chess"
    parts = [
        f"You are playing {variant} as {SIDE_NAME[colour]}. "
        "Standard rules: castling, en passant and promotion; a third repetition or fifty moves without a capture or a "
        "pawn move is a draw.",
        f"The board, White's pieces in capitals, Black's in small letters:\n{_diagram(board)}",
        f"FEN: {board.fen()}",
        f"White: {men(board, chess.WHITE)}.\nBlack: {men(board, chess.BLACK)}.",
        _standing(position),
        _ANSWER_960 if board.chess960 else _ANSWER,
    ]
    return "\n\n".join(parts)


def _diagram(board: chess.Board) -> str:
    ranks = str(board).splitlines()
    return "\n".join([*(f"{8 - row} {rank}" for row, rank in enumerate(ranks)), "  a b c d e f g h"])


def _standing(position: Position) -> str:
    return " ".join([f"Move {position.board.fullmove_number}: {_turn(position)}.", *_particulars(position)])


def _particulars(position: Position) -> Iterator[str]:
    """What the diagram does not show."""
    board = position.board
    if position.last:
        yield f"The last move was {_numbered(position)}."
    for colour in chess.COLORS:
        wings = [wing for wing, has in _RIGHTS if has(board, colour)]
        if wings:
            yield f"{SIDE_NAME[colour]} still has the right to castle {' and '.join(wings)}."
    if board.ep_square is not None and board.has_legal_en_passant():
        yield f"An en passant capture on {chess.square_name(board.ep_square)} is possible."
    if position.repetitions > 1:
        yield "This position has come up before; at its third time the game is a draw."


_RIGHTS: Final = (
    ("kingside", chess.Board.has_kingside_castling_rights),
    ("queenside", chess.Board.has_queenside_castling_rights),
)
