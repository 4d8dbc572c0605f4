"""Single elimination: who loses is out. The highest seeds meet last, and get the free passes of an incomplete field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.options import Kind, Option
from engine.sentences import say
from engine.tournaments._bracket import CHAMPION, Knockout, Plan, lost, seeded, won
from engine.tournaments.matches import PAIRS, REPLAYS
from engine.tournaments.model import Entrant
from engine.tournaments.seeding import bracket_order, bracket_size

THIRD: Final = Option(
    "third-place", say("Whether the losers of the semifinals play for the third place."), Kind.BOOLEAN, default=False
)


def tree(size: int, letter: str) -> list[list[Plan]]:
    """The levels of a tree over a seeding of that size, a power of two: ``W1-1`` is the first match of the first."""
    order = bracket_order(size)
    sides = [seeded(place) for place in order]
    levels: list[list[Plan]] = []
    while len(sides) > 1:
        level = len(levels) + 1
        names = [f"{letter}{level}-{n}" for n in range(1, len(sides) // 2 + 1)]
        levels.append([Plan(name, level, (sides[2 * n], sides[2 * n + 1]), level) for n, name in enumerate(names)])
        sides = [won(name) for name in names]
    return levels


class SingleElimination(Knockout):
    """See the module."""

    name = "single_elimination"
    title = say("Single elimination")
    summary = say("Who loses is out; a drawn match is played again.")
    options = (PAIRS, REPLAYS, THIRD)

    def plan(self, entrants: int, options: Mapping[str, Any]) -> Sequence[Plan]:
        """A tree; and the match for the third place before the final."""
        levels = tree(bracket_size(entrants), "W")
        *early, (final,) = levels
        third = []
        if options["third-place"] and early:
            sides = (lost(early[-1][0].name), lost(early[-1][1].name))
            third = [Plan("3RD", final.level, sides, final.level, CHAMPION - 2)]
        out = Plan(final.name, final.level, final.sides, CHAMPION - 1)
        return [*(plan for level in early for plan in level), *third, out]

    def rounds(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """As often as the field halves until one is left."""
        return bracket_size(sum(one.entered for one in entrants)).bit_length() - 1

    def matches(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """One less than there are, and one for the third place."""
        count = sum(one.entered for one in entrants)
        return count - 1 + (bool(options["third-place"]) and count > 3)


FORMAT: Final = SingleElimination()
