"""The look-ahead player: plays any game from its rules, and is as strong as the game's :class:`Search` says.

It knows no game. Where one side moves it searches by alpha-beta with growing depth; where both choose at once it
plays an equilibrium of the payoffs; in an open-ended game it looks at what the game proposes. The limit is a number
of positions, never time, so the same duel gets the same moves on every machine.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Any, Final

from engine.games import AnyGame, Search
from engine.model import Seat, Spoken
from engine.players.equilibrium import Solution, solve
from engine.ports import Answer, Chosen, GaveUp, MoveRequest

# A search of up to this many positions takes a few milliseconds: less than a thread is worth.
_SHORT_NODES: Final = 1_000
# What a ply of delay costs, so that a win is taken at once and a loss put off.
_DELAY: Final = 1e-3


class LookAhead:
    """An engine of ours at one strength. Holds no state between plies; one instance serves any number of duels."""

    def __init__(self, search: Search) -> None:
        self._search = search

    async def choose(self, request: MoveRequest) -> Answer:
        """The best move found; ties and blunders are drawn from ``request.rng`` alone.

        Gives up only when the game has no move to propose, which happens in open-ended games alone. A long
        search runs in a thread, so that other duels are not held up.
        """
        if self._search.nodes <= _SHORT_NODES:
            move = best_move(request.game, request.position, request.seat, self._search, request.rng)
        else:
            move = await asyncio.to_thread(
                best_move, request.game, request.position, request.seat, self._search, request.rng
            )
        return GaveUp(Spoken()) if move is None else Chosen(move)

    async def close(self) -> None:
        """Nothing is held."""


def best_move(game: AnyGame, position: Any, seat: Seat, search: Search, rng: random.Random) -> Any | None:
    """A move of the seat, or ``None`` when none is proposed. Uses nothing but its arguments."""
    moves = list(game.propose(position, seat))
    if not moves:
        return None
    if rng.random() < search.blunder:
        return rng.choice(moves)
    # In random order the first of the equally good moves is any of them.
    rng.shuffle(moves)
    if len(game.to_move(position)) > 1:
        return rng.choices(moves, _equilibrium(game, position, seat, moves, search))[0]
    return _alpha_beta(game, position, seat, moves, search)


class _OutOfNodes(Exception):
    """The limit of positions is reached."""


class _Tree:
    """One iteration over the tree: counts positions, and notes whether the depth cut anything off."""

    __slots__ = ("cut", "game", "nodes_left", "seat")

    def __init__(self, game: AnyGame, seat: Seat, nodes: int) -> None:
        self.game = game
        self.seat = seat
        self.nodes_left = nodes
        self.cut = False

    def after(self, position: Any, moves: dict[Seat, Any]) -> Any:
        """The next position. :raises _OutOfNodes: when it is one too many."""
        if self.nodes_left <= 0:
            raise _OutOfNodes
        self.nodes_left -= 1
        return self.game.play(position, moves)

    def value(self, position: Any, depth: int, ply: int, floor: float, ceiling: float) -> float:
        """What the position is worth to the searching seat; exact between ``floor`` and ``ceiling``."""
        movers = self.game.to_move(position)
        if not movers or not depth:
            return self._at_rest(position, ply, over=not movers)
        if len(movers) > 1:
            return self._together(position, depth, ply).value
        (mover,) = movers
        moves = self.game.propose(position, mover)
        if not moves:
            return self._at_rest(position, ply, over=True)
        mine = mover is self.seat
        best = floor if mine else ceiling
        for move in moves:
            child = self.after(position, {mover: move})
            value = self.value(child, depth - 1, ply + 1, best if mine else floor, ceiling if mine else best)
            best = max(best, value) if mine else min(best, value)
            if best >= ceiling if mine else best <= floor:
                break
        return best

    def _at_rest(self, position: Any, ply: int, over: bool) -> float:
        self.cut = self.cut or not over
        return self.game.evaluate(position, self.seat) * (1 - _DELAY * ply)

    def _together(self, position: Any, depth: int, ply: int) -> Solution:
        return solve(self.payoffs(position, list(self.game.propose(position, self.seat)), depth, ply))

    def payoffs(self, position: Any, mine: Sequence[Any], depth: int, ply: int) -> list[list[float]]:
        """A row for each move of the searching seat, a column for each of the other's."""
        theirs = self.game.propose(position, self.seat.other)
        return [[self._both(position, move, reply, depth, ply) for reply in theirs] for move in mine]

    def _both(self, position: Any, move: Any, reply: Any, depth: int, ply: int) -> float:
        child = self.after(position, {self.seat: move, self.seat.other: reply})
        return self.value(child, depth - 1, ply + 1, -2.0, 2.0)


def _alpha_beta(game: AnyGame, position: Any, seat: Seat, moves: list[Any], search: Search) -> Any:
    """Deeper and deeper, the last best move first; what the last, unfinished depth has found so far still counts."""
    tree = _Tree(game, seat, search.nodes)
    for depth in range(1, search.depth + 1):
        tree.cut = False
        best = -2.0
        front = moves[0]
        try:
            for move in tuple(moves):
                value = tree.value(tree.after(position, {seat: move}), depth - 1, 1, best, 2.0)
                if value > best:
                    best, front = value, move
        except _OutOfNodes:
            return front
        moves.remove(front)
        moves.insert(0, front)
        if not tree.cut:
            break
    return moves[0]


def _equilibrium(game: AnyGame, position: Any, seat: Seat, moves: list[Any], search: Search) -> Sequence[float]:
    """How often to play each move: the equilibrium of the deepest payoffs that could be completed."""
    tree = _Tree(game, seat, search.nodes)
    strategy: Sequence[float] = [1.0] * len(moves)
    for depth in range(1, search.depth + 1):
        tree.cut = False
        try:
            strategy = solve(tree.payoffs(position, moves, depth, 0)).strategy
        except _OutOfNodes:
            break
        if not tree.cut:
            break
    return strategy
