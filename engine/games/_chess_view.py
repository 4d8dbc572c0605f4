"""A chess position as a picture, and as the words that a model is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import chess

from engine.board import Board, Cell, Choice
from engine.games._chess_position import SIDE, SIDE_NAME, Position
from engine.model import Seat

# From most to least valuable: the order in which people list a side's men.
_MEN: Final = (chess.KING, chess.QUEEN, chess.ROOK, chess.BISHOP, chess.KNIGHT, chess.PAWN)
_PLURALS: Final = {chess.PAWN: "pawns", chess.KNIGHT: "knights", chess.BISHOP: "bishops", chess.ROOK: "rooks"}

_ANSWER: Final = "Answer with your move in SAN or UCI, for example Nf3 or g1f3, on the last line as: Move: <your move>"
_CASTLING: Final = (
    (chess.WHITE, "White", "kingside", chess.Board.has_kingside_castling_rights),
    (chess.WHITE, "White", "queenside", chess.Board.has_queenside_castling_rights),
    (chess.BLACK, "Black", "kingside", chess.Board.has_kingside_castling_rights),
    (chess.BLACK, "Black", "queenside", chess.Board.has_queenside_castling_rights),
)


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
    board = position.board
    if position.opening:
        yield position.opening
    if position.last:
        number = board.fullmove_number - (board.turn == chess.WHITE)
        yield f"{number}{'...' if board.turn == chess.WHITE else '.'} {position.last_san}"
    if position.outcome:
        yield position.outcome.why
        return
    check = " is in check and" if board.is_check() else " is"
    yield f"Move {board.fullmove_number}: {SIDE_NAME[board.turn]}{check} to move"


def _choices(position: Position) -> Iterator[Choice]:
    for move in position.legal:
        to_square = move.to_square
        path = (chess.square_name(move.from_square), chess.square_name(to_square))
        yield Choice(move.uci(), position.board.san(move), path)


def in_words(position: Position) -> str:
    """Everything on the board, for those who cannot see it."""
    board = position.board
    sides = " ".join(f"{SIDE_NAME[colour]}: {men(board, colour)}." for colour in chess.COLORS)
    last = f" The last move was {position.last_san}." if position.last else ""
    turn = position.outcome.why if position.outcome else f"{SIDE_NAME[board.turn]} to move."
    check = " in check," if board.is_check() and not position.outcome else ""
    return f"Chess board. {sides}{last} {turn}".replace(" to move.", f",{check} to move." if check else " to move.")


def men(board: chess.Board, colour: chess.Color) -> str:
    """A side's men by kind: ``king e1, rooks a1 and h1, pawns a2 and b2``."""
    groups = []
    for kind in _MEN:
        squares = [chess.square_name(square) for square in board.pieces(kind, colour)]
        if squares:
            name = chess.piece_name(kind) if len(squares) == 1 else _PLURALS.get(kind, f"{chess.piece_name(kind)}s")
            groups.append(f"{name} {_listed(squares)}")
    return ", ".join(groups)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


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
        _ANSWER,
    ]
    return "\n\n".join(parts)


def _diagram(board: chess.Board) -> str:
    ranks = str(board).splitlines()
    return "\n".join([*(f"{8 - row} {rank}" for row, rank in enumerate(ranks)), "  a b c d e f g h"])


def _standing(position: Position) -> str:
    board = position.board
    may = [f"{side} may still castle {wing}." for colour, side, wing, has in _CASTLING if has(board, colour)]
    said = f"Move {board.fullmove_number}, {SIDE_NAME[board.turn]} to move."
    last = f" The last move was {position.last_san}." if position.last else ""
    check = " The king is in check." if board.is_check() else ""
    passing = (
        f" A pawn may capture en passant on {chess.square_name(board.ep_square)}."
        if board.ep_square is not None and board.has_legal_en_passant()
        else ""
    )
    repeated = (
        f" This position stands for the {_ORDINALS[position.repetitions]} time." if position.repetitions > 1 else ""
    )
    return " ".join([said + last + check + passing + repeated, *may])


_ORDINALS: Final = {2: "second", 3: "third"}
