"""The chess rules against a bare python-chess loop that does the same work, in the same run.

Each ply of both loops: all legal moves, a random one of them, its SAN, the move played, and whether the game is over
(mate, stalemate, material, fifty moves, threefold repetition). Ours also encodes and decodes the move as the log holds
it, and leaves every old position valid. Three rivals differ only in how they find a repetition:

- *no repetition*: ``outcome()``, which leaves repetition and fifty moves out, as if nobody ever claimed;
- *this position*: ``is_repetition(3)`` beside it, what ours does;
- *claimable*: ``outcome(claim_draw=True)``, python-chess's own way, which also looks a ply ahead.

Run: ``python benchmarks/chess_rules.py [--games 40] [--rounds 5]``
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import time
from collections.abc import Callable
from statistics import median

import chess

from engine.games import game

MAX_PLIES = 200
BAR = 0.8


def ours(seed: int) -> int:
    rules = game("chess")
    rng = random.Random(seed)
    position = rules.start({}, seed)
    for ply in range(MAX_PLIES):
        movers = rules.to_move(position)
        if not movers:
            return ply
        (seat,) = movers
        move = rng.choice(rules.legal_moves(position, seat) or ())
        rules.show(position, move)
        position = rules.play(position, {seat: rules.decode(position, rules.encode(move))})
        rules.outcome(position)
    return MAX_PLIES


def bare(is_over: Callable[[chess.Board], bool]) -> Callable[[int], int]:
    def loop(seed: int) -> int:
        rng = random.Random(seed)
        board = chess.Board()
        for ply in range(MAX_PLIES):
            move = rng.choice(list(board.legal_moves))
            board.san(move)
            board.push(move)
            if is_over(board):
                return ply + 1
        return MAX_PLIES

    return loop


LOOPS = {
    "ours": ours,
    "bare, no repetition": bare(lambda board: board.outcome() is not None),
    "bare, this position": bare(
        lambda board: board.outcome() is not None or board.is_fifty_moves() or board.is_repetition(3)
    ),
    "bare, claimable": bare(lambda board: board.outcome(claim_draw=True) is not None),
}


def plies_per_second(loop: Callable[[int], int], games: int) -> float:
    started = time.perf_counter()
    plies = sum(loop(seed) for seed in range(games))
    return plies / (time.perf_counter() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for loop in LOOPS.values():
        loop(0)  # imports and first uses are not what is compared
    speeds: dict[str, list[float]] = {name: [] for name in LOOPS}
    for _ in range(arguments.rounds):
        for name, loop in LOOPS.items():
            speeds[name].append(plies_per_second(loop, arguments.games))
    print(f"python {platform.python_version()}, python-chess {chess.__version__}, {platform.machine()}")
    print(f"{'loop':<24}{'plies/s':>10}{'ours / it':>12}")
    own = median(speeds["ours"])
    for name, measured in speeds.items():
        print(f"{name:<24}{median(measured):>10,.0f}{own / median(measured):>12.2f}")
    ratio = own / median(speeds["bare, this position"])
    print(f"bar: ours / bare, this position >= {BAR}: {'met' if ratio >= BAR else 'MISSED'} ({ratio:.2f})")
    return 0 if ratio >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
