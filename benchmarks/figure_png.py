"""How long figures take as PNG, and how large they are: a full leaderboard, a plot of six players, brackets.

Run ``python benchmarks/figure_png.py [FOLDER]``; with a folder the pictures are put there. The bar: at most 60 ms of a
core and 60 KB at the usual size. The time that passes is shown beside it: on a busy machine that is longer.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path

from engine.options import check
from engine.render.drawn import figure_png
from engine.render.figures import Column, Figure, Interval, Knockout, Plot, Point, Row, Series, Table
from engine.tournaments import named
from engine.tournaments.model import Entrant, Played, Result

TIMES = 20
BAR_MS = 60
BAR_KB = 60
DAY_MS = 86_400_000
NAMES = ("openai/gpt-5", "anthropic/claude-opus-4.1", "engine/stockfish:elo=1500", "local/smollm2", "google/gemini-2.5")


def leaderboard(players: int) -> Table:
    """As ``/leaderboard show`` has it."""
    headings = ("rank", "player", "rating", "95 %", "duels", "won–drawn–lost", "failed attempts per 100 plies")
    columns = (*headings, "forfeits", "seconds a duel", "cost a duel")
    rows = []
    for rank in range(1, players + 1):
        elo, wide = 1900.0 - 41 * rank, 30.0 + 9 * rank
        cells = (str(rank), f"{NAMES[rank % 5]}-{rank}", f"{elo:.0f}", Interval(elo - wide, elo, elo + wide))
        figures = ("120", "70–20–30", f"{rank * 1.7:.1f}", str(rank % 4), "48", f"${rank * 0.0123:.4f}")
        rows.append(Row((*cells, *figures), rank))
    kinds = tuple(Column(heading, index not in {1, 3, 5}) for index, heading in enumerate(columns))
    return Table("leaderboard", "Leaderboard of Chess (standard, moves: free), season 1", "", kinds, tuple(rows))


def history(players: int, points: int) -> Plot:
    """As ``/leaderboard history`` has it."""
    chance, begun = random.Random(7), 1_790_000_000_000
    lines = []
    for player in range(players):
        elo, made = 1700.0 - 60 * player, []
        for number in range(points):
            elo += chance.gauss(0, 25)
            wide = 260 / (1 + number) ** 0.5
            made.append(Point(begun + number * 2 * DAY_MS, elo, elo - wide, elo + wide))
        lines.append(Series(NAMES[player % 5], tuple(made)))
    return Plot("history", "Ratings of Chess (standard, moves: free), season 1", "", tuple(lines))


def bracket(format_: str, entrants: int, rounds: int) -> Knockout:
    """A knockout some rounds on."""
    rules, chance = named(format_), random.Random(7)
    options = check(rules.options, {})
    here = [Entrant(f"engine/player-{seed}", seed) for seed in range(1, entrants + 1)]
    played: list[Played] = []
    while len(played) < rounds and (found := rules.next_round(here, played, options, 7)):
        results = {one.table: Result(*chance.choice(((2.0, 0.0), (1.5, 0.5), (0.5, 1.5)))) for one in found.pairings}
        played.append(Played(found, results))
    drawn = rules.bracket(here, played, options)
    assert drawn is not None  # both formats have one
    return Knockout("bracket", f"Cup of {entrants}: {rules.title}", "", drawn)


FIGURES: dict[str, Figure] = {
    "leaderboard, 15 players": leaderboard(15),
    "history, 6 players, 20 points": history(6, 20),
    "single elimination, 16 entrants": bracket("single_elimination", 16, 9),
    "single elimination, 32 entrants": bracket("single_elimination", 32, 3),
    "double elimination, 13 entrants": bracket("double_elimination", 13, 4),
}


def main() -> None:
    """Measure and print the table."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else None
    print("| figure | median ms of a core | median ms | KB | within the bar |")
    print("|---|---|---|---|---|")
    for name, figure in FIGURES.items():
        drawn, worked, passed = figure_png(figure), list[float](), list[float]()
        for _ in range(TIMES):
            begun, cpu = time.perf_counter(), time.process_time()
            figure_png(figure)
            worked.append((time.process_time() - cpu) * 1000)
            passed.append((time.perf_counter() - begun) * 1000)
        kilobytes, median = len(drawn) / 1024, statistics.median(worked)
        within = "yes" if median <= BAR_MS and kilobytes <= BAR_KB else "NO"
        print(f"| {name} | {median:.1f} | {statistics.median(passed):.1f} | {kilobytes:.1f} | {within} |")
        if folder:
            (folder / f"{name.replace(', ', '-').replace(' ', '-')}.png").write_bytes(drawn)


if __name__ == "__main__":
    main()
