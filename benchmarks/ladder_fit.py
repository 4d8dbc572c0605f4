"""How long a ladder of 500 players and 100,000 duels takes to fit from its rows in memory.

Alone, and with all that a leaderboard shows: results and effort of everybody. Compared with the same number of duels
folded one after another into Elo ratings, which is what most arenas do.
"""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable

from engine.arena.standings import Ladder, rated
from engine.model import Community
from engine.ports import Effort, PairCount
from engine.ratings import Row, fit

LADDER = Ladder(Community("web", "main"), "1", "chess", "standard", "none")
PLAYERS, DUELS, ROUNDS = 500, 100_000, 15


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


def stored(table: list[Row]) -> list[PairCount]:
    """The same rows as a store gives them."""
    effort = [(30 * (wins + draws + losses), 1, 0, 60_000, 2_000_000) for _, _, wins, draws, losses in table]
    return [PairCount(str(LADDER), *row, Effort(*one), Effort(*one)) for row, one in zip(table, effort, strict=True)]


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


class Timed:
    """Wall and processor milliseconds of the same work, done :data:`ROUNDS` times.

    Others' work on the machine lengthens both, the wall's time most: the best round is nearest to what the work costs.
    """

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.processor: list[float] = []

    def run(self, work: Callable[[], object]) -> None:
        """Once more."""
        began, used = time.perf_counter(), time.process_time()
        work()
        self.wall.append(1000 * (time.perf_counter() - began))
        self.processor.append(1000 * (time.process_time() - used))

    def __str__(self) -> str:
        return "; ".join(
            f"{name} {min(times):.0f} ms at best, {statistics.median(times):.0f} in the median"
            for name, times in (("wall", self.wall), ("processor", self.processor))
        )


def main() -> None:
    """Rounds side by side."""
    table = rows()
    kept = stored(table)
    ours, boards, theirs = Timed(), Timed(), Timed()
    for _ in range(ROUNDS):
        ours.run(lambda: fit(table))
        boards.run(lambda: rated(LADDER, kept, 0))
        theirs.run(lambda: accumulated(table))
    ratio = min(ours.processor) / min(theirs.processor)
    print(f"{len(table):,} rows of {PLAYERS} players, {DUELS:,} duels; {ROUNDS} rounds")
    print(f"fitted with intervals: {ours}")
    print(f"the whole leaderboard: {boards}")
    print(f"accumulated Elo:       {theirs}: the fit takes {ratio:.1f} times the processor's time")


if __name__ == "__main__":
    main()
