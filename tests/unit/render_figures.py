"""One figure of every kind, with text of every kind."""

from __future__ import annotations

from typing import Final

from render_boards import HOSTILE

from engine.options import check
from engine.render.figures import Column, Figure, Interval, Knockout, Plot, Point, Row, Series, Table
from engine.tournaments import named
from engine.tournaments.model import Bracket, Entrant, Played, Result

TABLE: Final = Table(
    "table",
    "Who is how good",
    "Ann leads.",
    (Column("rank", True), Column("player"), Column("95 %"), Column("failed attempts per 100 plies", True)),
    tuple(
        Row((str(rank), name, Interval(elo - 80.0, elo, elo + 60.0), f"{rank}.5"), rank)
        for rank, (name, elo) in enumerate([("Ann", 1600.0), ("Bob", 1550.0), ("Eve", 1500.0), ("Dan", 1400.0)], 1)
    ),
    "Four duels.",
)
PLOT: Final = Plot(
    "plot",
    "Ratings",
    "Ann rises.",
    tuple(
        Series(f"player {line}", tuple(Point(n * 86_400_000, 1500.0 + line * n, 1400.0, 1650.0) for n in range(5)))
        for line in range(6)
    ),
)
NASTY_TABLE: Final = Table(HOSTILE, HOSTILE, HOSTILE, (Column(HOSTILE),), (Row((HOSTILE,), 1),), HOSTILE)
NASTY_PLOT: Final = Plot("plot", HOSTILE, HOSTILE, (Series(HOSTILE, (Point(0, 1500.0, 1500.0, 1500.0),)),), HOSTILE)


def bracket(format_: str, entrants: int, rounds: int, **given: object) -> Bracket:
    """A bracket in which the first side has won every match of so many rounds."""
    rules = named(format_)
    options = check(rules.options, given)
    here = [Entrant(f"player {seed}", seed) for seed in range(1, entrants + 1)]
    played: list[Played] = []
    while len(played) < rounds and (found := rules.next_round(here, played, options, 7)):
        played.append(Played(found, {one.table: Result(1.5, 0.5) for one in found.pairings}))
    drawn = rules.bracket(here, played, options)
    assert drawn is not None
    return drawn


def knockout(format_: str = "single_elimination", entrants: int = 8, rounds: int = 1, **given: object) -> Knockout:
    return Knockout("bracket", "Cup", "A cup.", bracket(format_, entrants, rounds, **given))


NASTY_KNOCKOUT: Final = Knockout(
    "bracket",
    HOSTILE,
    HOSTILE,
    bracket("double_elimination", 5, 2),
    {f"player {seed}": HOSTILE for seed in range(1, 6)},
)
FIGURES: Final[dict[str, Figure]] = {
    "table": TABLE,
    "plot": PLOT,
    "single": knockout(),
    "third": knockout(entrants=4, rounds=2, **{"third-place": True}),
    "double": knockout("double_elimination", 6, 3),
    "pair": knockout(entrants=2, rounds=0),
    "nasty table": NASTY_TABLE,
    "nasty plot": NASTY_PLOT,
    "nasty knockout": NASTY_KNOCKOUT,
}
