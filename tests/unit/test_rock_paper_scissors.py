"""Rock-Paper-Scissors: best of N, ties thrown again, and an end in every case."""

from __future__ import annotations

import random
from collections import Counter
from itertools import product

import pytest

from engine.errors import BadOption
from engine.games.rock_paper_scissors import GAME, Position
from engine.model import SEATS, Outcome, Seat
from engine.players.lookahead import best_move


def thrown(position: Position, *throws: tuple[str, str]) -> Position:
    for first, second in throws:
        position = GAME.play(position, {Seat.FIRST: first, Seat.SECOND: second})
    return position


def ended(position: Position) -> Outcome:
    outcome = GAME.outcome(position)
    assert outcome is not None
    return outcome


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ("rock", "scissors", Seat.FIRST),
        ("scissors", "paper", Seat.FIRST),
        ("paper", "rock", Seat.FIRST),
        ("scissors", "rock", Seat.SECOND),
        ("paper", "scissors", Seat.SECOND),
        ("rock", "paper", Seat.SECOND),
        ("rock", "rock", None),
    ],
)
def test_who_beats_whom(first: str, second: str, winner: Seat | None) -> None:
    position = thrown(GAME.start({"rounds": 1}, 0), (first, second))
    assert (GAME.outcome(position) is None) == (winner is None)
    assert GAME.adjudicate(position).winner is winner


def test_the_majority_ends_it() -> None:
    position = thrown(GAME.start({}, 0), ("rock", "scissors"), ("rock", "rock"), ("rock", "scissors"))
    assert GAME.to_move(position) == frozenset(SEATS)
    assert ended(thrown(position, ("paper", "rock"))) == Outcome(Seat.FIRST, "majority", "Player 1 wins 3 to 0.")


def test_ties_do_not_count_until_the_throws_are_used_up() -> None:
    ties = thrown(GAME.start({"rounds": 3}, 0), *[("rock", "rock")] * 8)
    assert GAME.outcome(ties) is None
    assert ended(thrown(ties, ("paper", "paper"))).winner is None
    assert ended(thrown(ties, ("paper", "scissors"))).winner is Seat.SECOND
    assert ended(thrown(ties, ("paper", "scissors"))).termination == "throw-limit"


@pytest.mark.parametrize("rounds", [2, 0, 101, "many"])
def test_rounds_are_odd_and_within_bounds(rounds: object) -> None:
    with pytest.raises(BadOption):
        GAME.start({"rounds": rounds}, 0)


def test_ladders_keep_lengths_apart() -> None:
    assert GAME.variant({}) == "best-of-5"
    assert GAME.variant({"rounds": "7"}) == "best-of-7"


def test_a_score_is_a_position() -> None:
    assert GAME.read_position("1-0").first == 1
    assert GAME.read_position("2-3 of 9").second == 3
    assert ended(GAME.read_position("3-1")).winner is Seat.FIRST


@pytest.mark.parametrize("text", ["4-0", "3-3", "1:0", "1-0 of 4", "-1-0"])
def test_scores_that_cannot_come_up_are_refused(text: str) -> None:
    with pytest.raises(BadOption):
        GAME.read_position(text)


def test_swapping_the_seats_swaps_the_result() -> None:
    hands = ("rock", "paper", "scissors")
    for throws in product(product(hands, hands), repeat=3):
        ahead = GAME.adjudicate(thrown(GAME.start({"rounds": 3}, 0), *throws)).winner
        swapped = GAME.adjudicate(thrown(GAME.start({"rounds": 3}, 0), *[(b, a) for a, b in throws])).winner
        assert swapped is (ahead.other if ahead else None)


def test_the_look_ahead_player_is_even_at_any_score() -> None:
    for score in ("0-0", "2-0", "1-2"):
        position, rng = GAME.read_position(score), random.Random(1)
        seen = Counter(best_move(GAME, position, Seat.FIRST, GAME.engines["novice"], rng) for _ in range(600))
        assert all(150 < seen[hand] < 250 for hand in ("rock", "paper", "scissors"))


def test_each_seat_is_told_the_throws_from_its_own_side() -> None:
    position = thrown(GAME.start({}, 0), ("rock", "paper"))
    assert "you rock, your opponent paper" in GAME.prompt(position, Seat.FIRST)
    assert "you paper, your opponent rock" in GAME.prompt(position, Seat.SECOND)
    assert "Score: you 1, your opponent 0" in GAME.prompt(position, Seat.SECOND)


def test_a_position_stays_small_however_long_the_duel() -> None:
    position = thrown(GAME.start({"rounds": 99}, 0), *[("rock", "rock")] * 200)
    assert len(position.recent) == 10
    assert position.throws == 200


def test_the_board_shows_the_last_throw() -> None:
    board = GAME.board(thrown(GAME.start({}, 0), ("rock", "paper")), Seat.FIRST)
    assert [(hand.glyph, hand.note) for hand in board.hands] == [("rock", "lost"), ("paper", "won")]
    assert "Player 1 threw rock, Player 2 threw paper; paper wraps rock." in board.alt
    assert [choice.label for choice in board.choices] == ["Rock", "Paper", "Scissors"]
