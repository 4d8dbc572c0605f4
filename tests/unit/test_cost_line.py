"""The game that counted duels play: of so many plies, and over by itself, whatever the number."""

from __future__ import annotations

import chess
import pytest

from engine import games
from infra.cost.line import LEAST, MOST, line

CHESS = games.game("chess")


@pytest.mark.parametrize("plies", [LEAST, 9, 20, 79, 80, MOST])
def test_it_ends_with_that_ply_and_never_before(plies: int) -> None:
    moves, position = line(plies), CHESS.start({}, 1)
    assert len(moves) == plies
    for _ in range(plies):
        assert CHESS.outcome(position) is None
        (seat,) = CHESS.to_move(position)
        fen = CHESS.prompt(position, seat).rpartition("\nFEN: ")[2].partition("\n")[0]
        position = CHESS.play(position, {seat: CHESS.parse(position, seat, moves[fen])})
    outcome = CHESS.outcome(position)
    assert outcome is not None
    assert outcome.termination == "threefold-repetition"


def test_nothing_is_taken_at_all() -> None:
    board = chess.Board()
    for fen, move in line(80).items():
        assert board.fen() == fen
        board.push_uci(move)
    assert len(board.piece_map()) == 32
