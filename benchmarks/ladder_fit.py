"""How long a ladder of 500 players and 100,000 duels takes to fit from its rows in memory.

Compared with the same number of duels folded one after another into Elo ratings, which is what most arenas do.
"""

from __future__ import annotations

import math
import random
import statistics
import time

from engine.ratings import Row, fit

PLAYERS, DUELS, ROUNDS = 500, 100_000, 7


def rows() -> list[Row]:
    """Duels of random pairs, one row a pair as the store has them."""
    rng = random.Random(1)
    strengths = {f"player-{n:03}": rng.gauss(1500, 200) for n in range(PLAYERS)}
    names = sorted(strengths)
    counts: dict[tuple[str, str], list[int]] = {}
    for _ in range(DUELS):
        first, second = rng.sample(names, 2)
        half = (strengths[first] - strengths[second] + 30) * math.log(10) / 800
        (result,) = rng.choices(range(3), [math.exp(half), 0.6, math.exp(-half)])
        counts.setdefault((first, second), [0, 0, 0])[result] += 1
    return [Row(*pair, *found) for pair, found in counts.items()]


def accumulated(table: list[Row]) -> dict[str, float]:
    """Elo with K = 16, a duel after another."""
    ratings: dict[str, float] = {}
    for first, second, wins, draws, losses in table:
        for score, times in ((1.0, wins), (0.5, draws), (0.0, losses)):
            for _ in range(times):
                a, b = ratings.get(first, 1500.0), ratings.get(second, 1500.0)
                change = 16 * (score - 1 / (1 + 10 ** ((b - a) / 400)))
                ratings[first], ratings[second] = a + change, b - change
    return ratings


def main() -> None:
    """Medians of some rounds, side by side."""
    table = rows()
    ours, theirs, processor = [], [], []
    for _ in range(ROUNDS):
        began, used = time.perf_counter(), time.process_time()
        fit(table)
        ours.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
        began = time.perf_counter()
        accumulated(table)
        theirs.append(time.perf_counter() - began)
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{len(table):,} rows of {PLAYERS} players, {DUELS:,} duels; median of {ROUNDS}")
    print(f"fitted with intervals: {1000 * mine:.0f} ms (processor {1000 * statistics.median(processor):.0f} ms)")
    print(f"accumulated Elo:       {1000 * other:.0f} ms: the fit takes {mine / other:.1f} times as long")


if __name__ == "__main__":
    main()
