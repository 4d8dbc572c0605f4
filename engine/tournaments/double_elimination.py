"""Double elimination: who loses twice is out.

Losers of the winners' side drop into the losers' side, from alternating ends, so that two who have met do not soon meet
again. The last of both sides meet in the grand final; when the unbeaten one loses it, both have lost once, and a second
grand final decides (the bracket reset).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.sentences import say
from engine.tournaments._bracket import CHAMPION, Knockout, Plan, lost, won
from engine.tournaments.matches import PAIRS, REPLAYS
from engine.tournaments.model import Entrant, Source
from engine.tournaments.seeding import bracket_size
from engine.tournaments.single_elimination import tree


class DoubleElimination(Knockout):
    """See the module."""

    name = "double_elimination"
    title = say("Double elimination")
    summary = say("Who loses twice is out; a drawn match is played again.")
    options = (PAIRS, REPLAYS)

    def plan(self, entrants: int, options: Mapping[str, Any]) -> Sequence[Plan]:
        """Both sides, and the grand final with its reset."""
        winners = tree(bracket_size(entrants), "W")
        losers, last = _losers(winners)
        ((final,), level) = (winners[-1], len(winners) + 1)
        grand = Plan("GF", level, (won(final.name), last), CHAMPION - 1)
        again = Plan("GF2", level + 1, (won("GF"), lost("GF")), CHAMPION - 1, reset=True)
        return [*(plan for part in winners for plan in part), *losers, grand, again]

    def rounds(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """Twice as many as the field halves, and the reset."""
        return 2 * (bracket_size(sum(one.entered for one in entrants)).bit_length() - 1) + 1

    def matches(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """Everybody loses twice but the winner, who may lose once."""
        return 2 * sum(one.entered for one in entrants) - 1


def _losers(winners: Sequence[Sequence[Plan]]) -> tuple[list[Plan], Source]:
    """The losers' side, and where its last comes from. Every other level takes in those who lost a level above."""
    if len(winners) == 1:
        return [], lost(winners[0][0].name)
    plans: list[Plan] = []
    left = [lost(plan.name) for plan in winners[0]]
    level = 0
    for depth, above in enumerate(winners[1:]):
        dropped = [lost(plan.name) for plan in above]
        dropped = dropped if depth % 2 else dropped[::-1]
        for drops in (False, True):
            level += 1
            pairs = zip(dropped, left, strict=True) if drops else zip(left[::2], left[1::2], strict=True)
            here = [Plan(f"L{level}-{n}", level, sides, level) for n, sides in enumerate(pairs, 1)]
            left = [won(plan.name) for plan in here]
            plans += here
    return plans, left[0]


FORMAT: Final = DoubleElimination()
