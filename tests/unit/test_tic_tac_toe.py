"""Tic-Tac-Toe: the known odds of random play, a perfect player that never loses, and what refusals say."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from functools import cache

import pytest

from engine.errors import BadOption, CorruptLog, Illegal
from engine.games.tic_tac_toe import GAME, Position
from engine.model import Seat
from engine.players.lookahead import best_move

EMPTY = GAME.start({}, 0)


def mover(position: Position) -> Seat:
    (seat,) = GAME.to_move(position)
    return seat


def after(position: Position, cell: int) -> Position:
    return GAME.play(position, {mover(position): cell})


@cache
def odds(position: Position) -> dict[Seat | None, Fraction]:
    """How random play ends from here, exactly."""
    if outcome := GAME.outcome(position):
        return {outcome.winner: Fraction(1)}
    cells = GAME.legal_moves(position, mover(position))
    total: Counter[Seat | None] = Counter()
    for cell in cells:
        for winner, share in odds(after(position, cell)).items():
            total[winner] += share / len(cells)
    return dict(total)


def test_random_play_has_the_known_odds_exactly() -> None:
    assert odds(EMPTY) == {Seat.FIRST: Fraction(737, 1260), Seat.SECOND: Fraction(121, 420), None: Fraction(8, 63)}
    assert {winner: round(float(share), 5) for winner, share in odds(EMPTY).items()} == {
        Seat.FIRST: 0.58492,
        Seat.SECOND: 0.28810,
        None: 0.12698,
    }


def test_a_simulation_converges_to_the_odds() -> None:
    rng, duels, ends = random.Random(2026), 10_000, Counter[Seat | None]()
    for _ in range(duels):
        position = EMPTY
        while GAME.to_move(position):
            position = after(position, rng.choice(GAME.legal_moves(position, mover(position))))
        ends[GAME.adjudicate(position).winner] += 1
    for winner, share in odds(EMPTY).items():
        deviation = (float(share) * (1 - float(share)) / duels) ** 0.5
        assert abs(ends[winner] / duels - float(share)) < 4 * deviation


@pytest.mark.parametrize("perfect", list(Seat))
def test_the_perfect_player_loses_to_no_sequence_of_replies(perfect: Seat) -> None:
    worst = set()
    front = [EMPTY]
    while front:
        position = front.pop()
        if outcome := GAME.outcome(position):
            worst.add(outcome.winner)
        elif mover(position) is perfect:
            chosen = best_move(GAME, position, perfect, GAME.engines["perfect"], random.Random(0))
            front.append(after(position, chosen))
        else:
            front += [after(position, cell) for cell in GAME.legal_moves(position, perfect.other)]
    assert perfect.other not in worst
    assert perfect in worst


def test_it_ends_with_a_line_and_says_which() -> None:
    outcome = GAME.outcome(GAME.read_position("XXX/OO./..."))
    assert outcome is not None
    assert (outcome.winner, outcome.termination, outcome.why) == (
        Seat.FIRST,
        "three-in-a-row",
        "X has three in a row: 1, 2, 3.",
    )


def test_a_full_board_is_a_draw() -> None:
    outcome = GAME.outcome(GAME.read_position("XOX XOO OXX"))
    assert outcome is not None
    assert (outcome.winner, outcome.termination) == (None, "full-board")


def test_a_line_on_the_last_cell_wins() -> None:
    outcome = GAME.outcome(after(GAME.read_position("XOX/OXO/OX."), 9))
    assert outcome is not None
    assert outcome.winner is Seat.FIRST


def test_a_taken_cell_is_refused_with_its_owner() -> None:
    position = GAME.read_position("X.O/.X./...")
    with pytest.raises(Illegal, match=r"Cell 5 is already taken by X\."):
        GAME.parse(position, Seat.SECOND, "Move: centre")


@pytest.mark.parametrize(
    "text", ["XXXX", "OOO/XX./XX.", "XX./.../...", "XXX/OOO/...", "hello", "XXX/OO./O..", "OO./X../..."]
)
def test_boards_that_play_cannot_reach_are_refused(text: str) -> None:
    with pytest.raises(BadOption):
        GAME.read_position(text)


@pytest.mark.parametrize("text", ["0", "5", "10", "²", "b2", ""])
def test_a_log_with_a_taken_or_unknown_cell_is_corrupt(text: str) -> None:
    with pytest.raises(CorruptLog):
        GAME.decode(after(EMPTY, 5), text)


def test_cell_names_count_from_the_top_left() -> None:
    named = {move: GAME.describe(EMPTY, move)["cell"] for move in range(1, 10)}
    assert "".join(named.values()) == "a1b1c1a2b2c2a3b3c3"
    assert all(GAME.parse(EMPTY, Seat.FIRST, name) == move for move, name in named.items())
    assert "a1 is cell 1" in GAME.prompt(EMPTY, Seat.FIRST)


def test_the_board_marks_the_last_cell_and_the_winning_line() -> None:
    position = after(GAME.read_position("XX./OO./..."), 3)
    marks = {cell.address: cell.mark for cell in GAME.board(position).cells if cell.mark}
    assert marks == {"1": "win", "2": "win", "3": "win"}
    assert {cell.address: cell.mark for cell in GAME.board(after(EMPTY, 5)).cells if cell.mark} == {"5": "last"}


def test_free_cells_show_their_numbers() -> None:
    cells = GAME.board(after(EMPTY, 5), Seat.SECOND).cells
    assert [cell.label for cell in cells] == ["1", "2", "3", "4", "", "6", "7", "8", "9"]
    assert cells[4].glyph == "cross"


def test_the_limit_of_plies_is_a_draw() -> None:
    assert GAME.adjudicate(after(EMPTY, 5)).winner is None
