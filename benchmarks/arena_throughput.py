"""Plies and duels a second: the whole arena over a durable store, against TextArena in memory and a bare loop.

Ours counts a ply when its append has returned (``synchronous=FULL``, group commit), a hundred duels at once. The
rivals run in turn with it, so that a busy machine slows all alike; the medians are compared.
Usage: ``python benchmarks/arena_throughput.py [SECONDS] [ROUNDS]``.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import platform
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

import chess

from bot.clock import SystemClock
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.starting import Start
from engine.model import Community, Player, Seat
from engine.players.roster import Roster
from engine.queues.local import LocalQueue
from engine.stores.sqlite import SqliteStore

HERE: Final = Path(__file__).resolve().parent
AT_ONCE: Final = 100
RANDOM: Final = Player("engine", "random")
PLY_LIMIT: Final = 200


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    subprocess.run([str(HERE / "rivals.sh")], check=True)
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, python-chess {version('chess')}")
    chess_rows: dict[str, Callable[[int], float]] = {
        "arena, 100 duels at once, durable": lambda seed: ours("chess", seconds, seed)[0],
        "TextArena, in memory": lambda seed: textarena("chess", seconds, seed)["plies"],
        "bare loop: legality, SAN, outcome": lambda seed: bare(seconds, seed, True),
        "bare loop without SAN": lambda seed: bare(seconds, seed, False),
    }
    report("chess plies a second", chess_rows, rounds)
    duel_rows: dict[str, Callable[[int], float]] = {
        "arena, 100 duels at once, durable": lambda seed: ours("tic_tac_toe", seconds, seed)[1],
        "TextArena, in memory": lambda seed: textarena("tic_tac_toe", seconds, seed)["duels"],
    }
    report("Tic-Tac-Toe duels a second", duel_rows, rounds)


def report(title: str, rows: dict[str, Callable[[int], float]], rounds: int) -> None:
    """Run the rows in turn, and print medians with the ratio of the first to each."""
    measured: dict[str, list[float]] = {name: [] for name in rows}
    for seed in range(rounds):
        for name, measure in rows.items():
            measured[name].append(measure(seed))
    base = next(iter(measured.values()))
    print(f"\n{title:<40}{'median':>10}{'least':>10}{'most':>10}{'arena is':>12}")
    for name, values in measured.items():
        ratio = statistics.median(ours / theirs for ours, theirs in zip(base, values, strict=True))
        print(
            f"{name:<40}{statistics.median(values):>10,.0f}{min(values):>10,.0f}{max(values):>10,.0f}{ratio:>10.2f} x"
        )


def ours(game: str, seconds: float, seed: int) -> tuple[float, float]:
    """Plies and duels a second of the arena."""
    with tempfile.TemporaryDirectory(dir=HERE.parent) as folder:
        return asyncio.run(play(Path(folder), game, seconds, seed))


async def play(folder: Path, game: str, seconds: float, seed: int) -> tuple[float, float]:
    store, clock, counter = SqliteStore.open(folder / "arena.sqlite3"), SystemClock(), Counter()
    arena = Arena.over(Context(store, LocalQueue(), Roster({}, {}, clock), clock, counter, b"benchmark"))
    started = time.perf_counter()
    end = started + seconds
    await asyncio.gather(*(one_after_another(arena, game, f"{seed}-{lane}", end) for lane in range(AT_ONCE)))
    spent = time.perf_counter() - started
    await store.close()
    # A log of n entries after the agreement is n - 1 plies and the end.
    plies = sum(counter.newest.values()) - len(counter.newest)
    return plies / spent, len(counter.newest) / spent


class Counter:
    """An announcer that keeps the newest durable entry of each duel."""

    def __init__(self) -> None:
        self.newest: dict[str, int] = {}

    def changed(self, duel_id: str, entry: int) -> None:
        self.newest[duel_id] = entry


async def one_after_another(arena: Arena, game: str, lane: str, end: float) -> None:
    """Duels from agreement to finished head, until the time is over."""
    players = {Seat.FIRST: RANDOM, Seat.SECOND: RANDOM}
    for number in itertools.count():
        if time.perf_counter() >= end:
            return
        head = await arena.duels.start(Start(f"{lane}-{number}", Community("web", "main"), game, players, "bench"))
        await arena.turns.play(head.duel_id)


def textarena(game: str, seconds: float, seed: int) -> dict[str, float]:
    """The rival in its own environment."""
    python = HERE.parent / ".venv-rivals" / "bin" / "python"
    arguments = [str(python), str(HERE / "_rival_textarena.py"), game, str(seconds), str(seed)]
    result: dict[str, float] = json.loads(subprocess.run(arguments, check=True, capture_output=True).stdout)
    return result


def bare(seconds: float, seed: int, san: bool) -> float:
    """Plies a second of python-chess alone: the same random players, rules and draws, nothing kept."""
    rng, plies = random.Random(seed), 0
    started = time.perf_counter()
    while (spent := time.perf_counter() - started) < seconds:
        board = chess.Board()
        for _ in range(PLY_LIMIT):
            move = rng.choice(list(board.legal_moves))
            if san:
                board.san(move)
            board.push(move)
            plies += 1
            if board.outcome() or board.is_repetition(3) or board.halfmove_clock >= 100:
                break
    return plies / spent


if __name__ == "__main__":
    main()
