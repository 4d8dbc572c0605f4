"""How long a board takes as PNG, beside python-chess's SVG rendered by resvg in the same minute.

Run ``python benchmarks/board_png.py``. The bar: at most 25 ms and 30 KB a board at 480 px. The two take turns, so that
a busy machine is busy for both; the quickest and the median of each are shown.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib import metadata

import chess
import chess.svg
import resvg_py

from engine.games import game, names
from engine.model import SEATS
from engine.options import check
from engine.render.png import board_png

SIZE = 480
TIMES = 40
PLIES = 12
BAR_MS = 25
BAR_KB = 30
RIVAL = "chess.svg + resvg-py"

Draw = Callable[[], bytes]


def middle_game(name: str) -> Draw:
    """Our picture of a game after some plies of its first proposals."""
    rules = game(name)
    position = rules.start(check(rules.options, {}), 7)
    for _ in range(PLIES):
        moves = {seat: rules.propose(position, seat)[0] for seat in SEATS if seat in rules.to_move(position)}
        if not moves:
            break
        position = rules.play(position, moves)
    return partial(board_png, rules.board(position), size=SIZE)


def rival() -> Draw:
    """The usual way: python-chess draws an SVG, a renderer makes it a PNG."""
    position = chess.Board("r1bq1rk1/pp2bppp/2n1pn2/2pp4/3P1B2/2PBPN2/PP1N1PPP/R2QK2R w KQ - 0 8")
    move = chess.Move.from_uci("b8c6")

    def draw() -> bytes:
        drawn = chess.svg.board(position, size=SIZE, lastmove=move)
        return bytes(resvg_py.svg_to_bytes(svg_string=drawn, skip_system_fonts=True))

    return draw


def measure(contestants: dict[str, Draw]) -> dict[str, tuple[float, float, float]]:
    """For each: quickest and median milliseconds, and kilobytes."""
    sizes = {name: len(draw()) / 1024 for name, draw in contestants.items()}
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(TIMES):
        for name, draw in contestants.items():
            begun = time.perf_counter()
            draw()
            spent[name].append((time.perf_counter() - begun) * 1000)
    return {name: (min(taken), statistics.median(taken), sizes[name]) for name, taken in spent.items()}


def main() -> None:
    """Measure and print the table."""
    started = time.perf_counter()
    first = middle_game("chess")()
    cold_ms = (time.perf_counter() - started) * 1000
    results = measure({RIVAL: rival(), **{name: middle_game(name) for name in names()}})
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("chess", "resvg-py", "pillow"))
    print(f"A board at {SIZE} px, {TIMES} times each. Python {platform.python_version()}, {versions}.\n")
    print("| board | quickest ms | median ms | KB | time / rival | within the bar |")
    print("|---|---|---|---|---|---|")
    for name, (quickest, median, kilobytes) in results.items():
        within = "yes" if median <= BAR_MS and kilobytes <= BAR_KB else "NO"
        ratio = median / results[RIVAL][1]
        print(f"| {name} | {quickest:.1f} | {median:.1f} | {kilobytes:.1f} | {ratio:.2f} | {within} |")
    print(
        f"\nThe first picture of a process, imports and sprites included: {cold_ms:.0f} ms, {len(first) / 1024:.1f} KB."
    )


if __name__ == "__main__":
    main()
