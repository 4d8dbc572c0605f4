"""The look-ahead player: finds what is there to be found, within its limits, the same way every time."""

from __future__ import annotations

import asyncio
import functools
import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import pytest

from engine import games
from engine.games import AnyGame, Search
from engine.model import MoveMode, Seat
from engine.players import lookahead
from engine.players.equilibrium import solve
from engine.players.lookahead import LookAhead, best_move
from engine.ports import Chosen, GaveUp, MoveRequest

TIC_TAC_TOE = games.game("tic_tac_toe")


@dataclass
class Tree:
    """A game given as a tree: lists are positions, their items moves, numbers the first seat's result."""

    turns: Sequence[Seat] = (Seat.FIRST, Seat.SECOND)
    looked_at: int = 0

    def to_move(self, position: Any) -> frozenset[Seat]:
        tree, ply = position
        return frozenset({self.turns[ply % len(self.turns)]}) if isinstance(tree, list) else frozenset()

    def propose(self, position: Any, seat: Seat) -> Sequence[int]:
        tree, _ = position
        return range(len(tree))

    def play(self, position: Any, moves: dict[Seat, int]) -> Any:
        tree, ply = position
        (move,) = moves.values()
        self.looked_at += 1
        return (tree[move], ply + 1)

    def evaluate(self, position: Any, seat: Seat) -> float:
        tree, _ = position
        value = 0.0 if isinstance(tree, list) else float(tree)
        return value if seat is Seat.FIRST else -value


class Matrix:
    """Simultaneous choices: a position is a matrix, of which the first seat chooses the row, or the result."""

    def to_move(self, position: Any) -> frozenset[Seat]:
        return frozenset(Seat) if isinstance(position, list) else frozenset()

    def propose(self, position: Any, seat: Seat) -> Sequence[int]:
        return range(len(position) if seat is Seat.FIRST else len(position[0]))

    def play(self, position: Any, moves: dict[Seat, int]) -> Any:
        return position[moves[Seat.FIRST]][moves[Seat.SECOND]]

    def evaluate(self, position: Any, seat: Seat) -> float:
        value = 0.0 if isinstance(position, list) else float(position)
        return value if seat is Seat.FIRST else -value


def best(game: object, position: Any, search: Search, seat: Seat = Seat.FIRST, seed: int = 0) -> Any:
    return best_move(cast(AnyGame, game), position, seat, search, random.Random(seed))


def request(game: AnyGame, position: Any, seat: Seat, seed: int = 0) -> MoveRequest:
    async def history() -> list[Any]:
        return []

    return MoveRequest("d", game, position, seat, 0, MoveMode.FREE, seed, history)


def test_it_sees_the_best_reply() -> None:
    tree = [[0.9, -0.9], [0.2, 0.3], [0.1]]
    assert best(Tree(), (tree, 0), Search(2, 100)) == 1
    assert best(Tree(turns=(Seat.SECOND, Seat.FIRST)), (tree, 0), Search(2, 100), Seat.SECOND) == 2


def test_a_seat_may_move_twice_in_a_row() -> None:
    assert best(Tree(turns=(Seat.FIRST, Seat.FIRST)), ([[0.9, -0.9], [0.2, 0.3]], 0), Search(2, 100)) == 0


def test_alpha_beta_agrees_with_plain_minimax_on_random_trees() -> None:
    rng = random.Random(3)

    def grown(depth: int) -> Any:
        return [grown(depth - 1) for _ in range(3)] if depth else rng.uniform(-1, 1)

    def minimax(tree: Any, mine: bool) -> float:
        if not isinstance(tree, list):
            return float(tree)
        return (max if mine else min)(minimax(child, not mine) for child in tree)

    for _ in range(30):
        tree = grown(4)
        values = [minimax(child, mine=False) for child in tree]
        assert values[best(Tree(), (tree, 0), Search(4, 10_000))] == max(values)


def test_it_wins_at_once_and_loses_late() -> None:
    assert best(Tree(), ([[[1.0]], 1.0], 0), Search(3, 100)) == 1
    assert best(Tree(), ([[[-1.0]], -1.0], 0), Search(3, 100)) == 0
    assert {best(Matrix(), [[[[1.0]]], [1.0]], Search(2, 100), seed=seed) for seed in range(20)} == {1}
    assert {best(Matrix(), [[[[-1.0]]], [-1.0]], Search(2, 100), seed=seed) for seed in range(20)} == {0}


def test_it_looks_at_no_more_positions_than_it_may() -> None:
    game = Tree()
    wide = [[[float(i + j) / 99 for j in range(10)] for i in range(10)] for _ in range(10)]
    assert best(game, (wide, 0), Search(3, 57)) in range(10)
    assert game.looked_at == 57


def test_what_an_unfinished_depth_has_found_counts() -> None:
    game = Tree()
    assert best(game, ([0.0, 0.5, [[0.9]]], 0), Search(9, 5), seed=1) in (1, 2)


def test_equally_good_moves_are_chosen_evenly() -> None:
    seen = Counter(best(Tree(), ([0.5, 0.5, 0.1, 0.5], 0), Search(1, 100), seed=seed) for seed in range(600))
    assert set(seen) == {0, 1, 3}
    assert all(150 < times < 250 for times in seen.values())


def test_blunders_come_at_their_share() -> None:
    seen = Counter(best(Tree(), ([1.0, 0.0], 0), Search(1, 100, blunder=0.5), seed=seed) for seed in range(1_000))
    assert 200 < seen[1] < 300


def test_the_same_generator_gives_the_same_move() -> None:
    position = TIC_TAC_TOE.start({}, 0)
    search = Search(1, 100, blunder=0.5)
    assert [best(TIC_TAC_TOE, position, search, seed=seed) for seed in range(20)] == [
        best(TIC_TAC_TOE, position, search, seed=seed) for seed in range(20)
    ]


@pytest.mark.parametrize(
    ("payoffs", "strategy", "value"),
    [
        ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], (1 / 3, 1 / 3, 1 / 3), 0),
        ([[2, -1], [-1, 1]], (2 / 5, 3 / 5), 1 / 5),
        ([[1, 2], [3, 0]], (3 / 4, 1 / 4), 3 / 2),
        ([[3, 1], [3, 5]], (0, 1), 3),
        ([[0.5, 0.5], [0.5, 0.5]], (1 / 2, 1 / 2), 0.5),
        ([[-0.2]], (1,), -0.2),
    ],
)
def test_equilibria_of_known_matrices(payoffs: list[list[float]], strategy: tuple[float, ...], value: float) -> None:
    found = solve(payoffs)
    assert found.strategy == pytest.approx(strategy, abs=0.02)
    assert found.value == pytest.approx(value, abs=0.005)


def test_no_reply_gains_on_the_equilibria_of_random_matrices() -> None:
    rng = random.Random(5)
    for _ in range(40):
        payoffs = [[rng.uniform(-1, 1) for _ in range(4)] for _ in range(3)]
        found = solve(payoffs)
        against = [sum(share * row[i] for share, row in zip(found.strategy, payoffs, strict=True)) for i in range(4)]
        assert sum(found.strategy) == pytest.approx(1)
        assert min(against) > found.value - 0.01


@pytest.mark.parametrize(("seat", "shares"), [(Seat.FIRST, (0.4, 0.6)), (Seat.SECOND, (0.4, 0.6))])
def test_simultaneous_choices_follow_the_equilibrium(
    seat: Seat, shares: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = functools.cache(solve)  # the same payoffs each time: only the choice among them differs
    monkeypatch.setattr(lookahead, "solve", lambda payoffs: solved(tuple(map(tuple, payoffs))))
    seen = Counter(best(Matrix(), [[0.2, -0.1], [-0.1, 0.1]], Search(1, 100), seat, seed) for seed in range(500))
    assert seen[0] / 500 == pytest.approx(shares[0], abs=0.08)


def test_too_few_positions_for_the_payoffs_is_any_move() -> None:
    seen = {best(Matrix(), [[1, 1], [0, 0]], Search(1, 3), seed=seed) for seed in range(50)}
    assert seen == {0, 1}


async def test_a_long_search_leaves_the_event_loop_free() -> None:
    threads = set()

    class Watched(type(TIC_TAC_TOE)):  # type: ignore[misc]
        def evaluate(self, position: Any, seat: Seat) -> float:
            threads.add(threading.get_ident())
            return super().evaluate(position, seat)

    ask = request(Watched(), TIC_TAC_TOE.read_position("XO./.../..."), Seat.FIRST)
    await LookAhead(Search(3, 100_000)).choose(ask)
    assert threading.get_ident() not in threads
    await LookAhead(Search(3, 100)).choose(ask)
    assert threading.get_ident() in threads


async def test_it_gives_up_only_where_nothing_is_proposed() -> None:
    player = LookAhead(Search(1, 10))
    over = TIC_TAC_TOE.read_position("XXX/OO./...")
    assert isinstance(await player.choose(request(TIC_TAC_TOE, over, Seat.SECOND)), GaveUp)
    winning = TIC_TAC_TOE.read_position("XX./OO./...")
    answer = await player.choose(request(TIC_TAC_TOE, winning, Seat.FIRST))
    assert isinstance(answer, Chosen)
    assert answer.move == 3
    await player.close()


async def test_a_perfect_first_ply_is_no_wait() -> None:
    """Counted in positions, which no other load on the machine changes: about 24,000, some 40 ms."""
    looked_at = 0

    class Counting(type(TIC_TAC_TOE)):  # type: ignore[misc]
        def play(self, position: Any, moves: Any) -> Any:
            nonlocal looked_at
            looked_at += 1
            return super().play(position, moves)

    await asyncio.wait_for(
        LookAhead(TIC_TAC_TOE.engines["perfect"]).choose(request(Counting(), TIC_TAC_TOE.start({}, 0), Seat.FIRST)), 30
    )
    assert looked_at < 40_000
