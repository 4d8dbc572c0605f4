"""Racing: neither seat has an advantage, spins cost more than they gain, and every race ends."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.board import Section
from engine.errors import BadOption, CorruptLog, Illegal, UserError
from engine.games._racing_pace import ticks_left
from engine.games._racing_rules import Car, Course, Position, circuit, drive
from engine.games.racing import GAME
from engine.model import SEATS, Outcome, Seat
from engine.options import check

seeds = st.integers(min_value=0, max_value=2**63 - 1)
plans = st.lists(st.integers(min_value=0, max_value=11), min_size=1, max_size=60)
variants = pytest.mark.parametrize("variant", ["circuit", "classic"])


def start(seed: int = 0, **options: Any) -> Position:
    return GAME.start(check(GAME.options, options), seed)


def race(position: Position, plans: Mapping[Seat, Sequence[int]]) -> Position:
    """Each car follows its own plan, which says which of the legal actions to take, over and over."""
    taken = Counter[Seat]()
    while movers := GAME.to_move(position):
        moves = {}
        for seat in sorted(movers):
            legal, plan = GAME.legal_moves(position, seat), plans[seat]
            moves[seat] = legal[plan[taken[seat] % len(plan)] % len(legal)]
            taken[seat] += 1
        position = GAME.play(position, moves)
    return position


def ended(position: Position) -> Outcome:
    outcome = GAME.outcome(position)
    assert outcome is not None
    return outcome


@variants
@settings(max_examples=150, deadline=None, derandomize=True)
@given(seed=seeds, mine=plans, theirs=plans)
def test_swapping_the_seats_swaps_the_result(variant: str, seed: int, mine: list[int], theirs: list[int]) -> None:
    one = race(start(seed, variant=variant), {Seat.FIRST: mine, Seat.SECOND: theirs})
    two = race(start(seed, variant=variant), {Seat.FIRST: theirs, Seat.SECOND: mine})
    assert (one.first, one.second, one.tick) == (two.second, two.first, two.tick)
    winner = ended(one).winner
    assert ended(two).winner is (winner.other if winner else None)


@variants
@settings(max_examples=50, deadline=None, derandomize=True)
@given(seed=seeds, plan=plans)
def test_the_same_driving_is_a_draw(variant: str, seed: int, plan: list[int]) -> None:
    assert ended(race(start(seed, variant=variant), dict.fromkeys(SEATS, plan))).winner is None


@variants
def test_equal_players_win_equally_often_over_seeds(variant: str) -> None:
    wins = Counter[Seat | None]()
    for seed in range(1_000):
        rng = random.Random(seed)
        drawn = {seat: [rng.randrange(12) for _ in range(60)] for seat in SEATS}
        wins[ended(race(start(seed, variant=variant), drawn)).winner] += 1
    decided = wins[Seat.FIRST] + wins[Seat.SECOND]
    assert decided > 900
    assert abs(wins[Seat.FIRST] - wins[Seat.SECOND]) < 3 * decided**0.5


@settings(max_examples=100, deadline=None, derandomize=True)
@given(seed=seeds, length=st.integers(min_value=20, max_value=200))
def test_a_circuit_is_straights_and_corners_without_a_gap(seed: int, length: int) -> None:
    sections = circuit(length, seed).sections
    assert [section.end for section in sections] == [*[section.start for section in sections[1:]], length]
    assert sections[0].start == 0
    assert [section.limit is None for section in sections] == [index % 2 == 0 for index in range(len(sections))]
    assert len(sections) % 2 == 1


def test_the_seed_makes_the_circuit() -> None:
    assert start(7) == start(7)
    assert len({start(seed).course for seed in range(50)}) > 45


CORNER = Section(20, 23, limit=5)
ONE_CORNER = Course("circuit", 60, (Section(0, 20), CORNER, Section(23, 60)))


@pytest.mark.parametrize(
    ("at", "speed", "spins"),
    [
        (10, 9, False),
        (11, 9, True),
        (18, 9, True),
        (20, 6, True),
        (22, 6, True),
        (23, 6, False),
        (19, 5, False),
        (20, 5, False),
    ],
)
def test_too_fast_into_through_or_out_of_a_corner_is_a_spin(at: int, speed: int, spins: bool) -> None:
    after = drive(ONE_CORNER, Car(at, speed, 0, 9), "maintain")
    assert after.spun is spins
    assert (after.at, after.speed) == ((at, 0) if spins else (at + speed, speed))


@pytest.mark.parametrize("seed", range(20))
def test_the_fastest_line_never_spins(seed: int) -> None:
    course = circuit(60, seed)
    car, ticks = start(seed).first, 0
    fewest = ticks_left(course, car)
    while car.at < course.length:
        legal = [drive(course, car, action) for action in course.rules.gains if action != "boost" or car.boosts]
        car, ticks = min(legal, key=lambda after: ticks_left(course, after)), ticks + 1
        assert not car.spun
    assert ticks - (car.at - course.length) / 100 == pytest.approx(fewest)


@variants
def test_cars_that_stand_still_end_in_a_draw(variant: str) -> None:
    maintain = (2,)
    final = race(start(1, variant=variant), dict.fromkeys(SEATS, maintain))
    assert ended(final).winner is None
    assert ended(final).termination == "distance"
    assert final.tick == {"circuit": 60, "classic": 20}[variant]


def test_the_further_car_wins_when_both_cross_in_the_same_tick() -> None:
    position = GAME.read_position("first=58@5 second=57@7")
    both = GAME.play(position, {Seat.FIRST: "maintain", Seat.SECOND: "maintain"})
    assert ended(both).winner is Seat.SECOND
    assert ended(both).termination == "finish"
    assert "same tick" in ended(both).why


def test_first_over_the_line_wins() -> None:
    position = GAME.read_position("first=58@2 second=56@1")
    assert ended(GAME.play(position, dict.fromkeys(SEATS, "maintain"))).winner is Seat.FIRST


def test_a_classic_race_lets_the_second_seat_finish_the_tick() -> None:
    position = GAME.read_position("variant=classic first=95@5 second=94@9 left=5,5")
    crossed = GAME.play(position, {Seat.FIRST: "maintain"})
    assert crossed.first.at == 100
    assert GAME.outcome(crossed) is None
    assert GAME.to_move(crossed) == {Seat.SECOND}
    assert ended(GAME.play(crossed, {Seat.SECOND: "maintain"})).winner is Seat.SECOND


def test_a_classic_boost_costs_two_actions_and_speed_stops_at_ten() -> None:
    car = start(variant="classic").first
    for _ in range(4):
        car = drive(start(variant="classic").course, car, "boost")
    assert (car.at, car.speed, car.left) == (3 + 6 + 9 + 10, 10, 12)


def test_a_classic_car_without_actions_is_passed_over() -> None:
    position = GAME.read_position("variant=classic first=50@5 second=50@5 left=0,2")
    assert GAME.to_move(position) == {Seat.SECOND}
    position = GAME.play(position, {Seat.SECOND: "maintain"})
    assert GAME.to_move(position) == {Seat.SECOND}
    assert (
        ended(GAME.play(position, {Seat.SECOND: "maintain"})).why
        == "The actions are used up: Car 2 wins by 60 m to 50 m."
    )


@pytest.mark.parametrize(
    ("position", "text", "why"),
    [
        ("boosts=0,1", "boost", "You have no boost left"),
        ("variant=classic", "brake", "There is no brake in a classic race"),
        ("variant=classic left=1,1", "boost", "Boost costs 2 of your actions and you have 1 left"),
    ],
)
def test_an_illegal_action_is_answered_with_its_rule(position: str, text: str, why: str) -> None:
    with pytest.raises(Illegal, match=why):
        GAME.parse(GAME.read_position(position), Seat.FIRST, text)


@pytest.mark.parametrize(
    "text",
    [
        "first",
        "first=",
        "speed=3",
        "first=x@3",
        "first=1@11",
        "first=99@1",
        "boosts=2",
        "left=61,60",
        "variant=oval",
        "seed=-1",
    ],
)
def test_texts_that_are_no_position_are_refused(text: str) -> None:
    with pytest.raises(UserError):
        GAME.read_position(text)


def test_a_position_is_read_back() -> None:
    position = GAME.read_position("seed=7 tick=4 first=12@3 second=10@4 boosts=2,1")
    assert position.course == start(7).course
    assert (position.first[:4], position.second[:4]) == ((12, 3, 2, 56), (10, 4, 1, 56))


def test_boosts_do_not_fit_a_classic_race() -> None:
    with pytest.raises(BadOption, match="each costs two actions"):
        start(variant="classic", boosts=2)


@pytest.mark.parametrize(
    ("options", "variant"),
    [
        ({}, "circuit"),
        ({"length": 60, "boosts": 3}, "circuit"),
        ({"length": 120}, "circuit-120m"),
        ({"boosts": 0}, "circuit-60m-0-boosts"),
        ({"variant": "classic"}, "classic"),
    ],
)
def test_ladders_keep_different_races_apart(options: dict[str, Any], variant: str) -> None:
    assert GAME.variant(options) == variant


def test_a_model_is_told_its_own_corners_ahead() -> None:
    told = GAME.prompt(GAME.read_position("seed=7 first=15@3 second=30@2"), Seat.FIRST)
    assert "from 19 m up to 21 m (ends before it), limit 2: 4 m ahead" in told
    assert "limit" not in GAME.prompt(start(variant="classic"), Seat.FIRST)


def test_an_unknown_action_in_a_log_is_corrupt() -> None:
    with pytest.raises(CorruptLog):
        GAME.decode(start(variant="classic"), "brake")


def test_the_board_has_a_lane_for_each_car() -> None:
    board = GAME.board(GAME.read_position("seed=7 first=12@3 second=69@9"), Seat.FIRST)
    assert [(track.at, track.speed) for track in board.tracks] == [(12, 3), (60, 9)]
    assert "Car 2 is at 69 m, over the line" in board.alt
    assert not board.choices
