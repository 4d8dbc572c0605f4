"""Gauntlet: every challenger meets every gate, mostly an engine of known strength; gates do not meet one another.

The gates are marked; without a mark, the first seed is the only one. Only challengers are placed. What was scored
against a gate that leaves before it has met everybody counts for nobody, so that all are measured alike. A challenger
who leaves keeps what was scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.errors import NotAllowed
from engine.options import Kind, Option
from engine.sentences import say
from engine.tournaments import _schedule, _table, tie_breaks
from engine.tournaments.matches import PAIRS, SCORING, require_complete
from engine.tournaments.model import Entrant, Played, Round, Standing

CYCLES: Final = Option(
    "cycles", say("How often every challenger meets every gate."), Kind.INTEGER, default=1, least=1, most=20
)


def sides(entrants: Sequence[Entrant]) -> tuple[list[Entrant], list[Entrant]]:
    """Challengers and gates, by seed."""
    inside = sorted((entrant for entrant in entrants if entrant.entered), key=lambda one: one.seed)
    marked = any(entrant.gate for entrant in entrants)
    gates = [entrant for entrant in inside if entrant.gate] if marked else inside[:1]
    return [entrant for entrant in inside if entrant not in gates], gates


class Gauntlet(_schedule.Scheduled):
    """See the module."""

    name = "gauntlet"
    title = say("Gauntlet")
    summary = say("Every challenger meets every gate, mostly engines of known strength.")
    options = (CYCLES, PAIRS, SCORING, tie_breaks.option("wins, sonneborn-berger"), tie_breaks.EDITION)

    def rounds(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """As many as the greater side has, times the cycles."""
        return max(map(len, sides(entrants))) * int(options["cycles"])

    def matches(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """Challengers times gates times cycles."""
        challengers, gates = sides(entrants)
        return len(challengers) * len(gates) * int(options["cycles"])

    def next_round(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], seed: int
    ) -> Round | None:
        """Both sides shifted by one against each other. Challengers without a gate in a round just wait."""
        require_complete(played)
        _schedule.field(entrants)
        challengers, gates = sides(entrants)
        if not challengers or not gates:
            raise NotAllowed(say("A gauntlet needs both: somebody to challenge, and somebody to be challenged."))
        number, rounds = len(played) + 1, self.rounds(entrants, options)
        here = [any(entrant.plays(number) for entrant in side) for side in (challengers, gates)]
        if number > rounds or not all(here):
            return None
        size = max(len(challengers), len(gates))
        cycle, shift = divmod(number - 1, size)
        meetings = [
            (challenger.id, gates[(index + shift) % size].id)
            for index, challenger in enumerate(challengers)
            if (index + shift) % size < len(gates)
        ]
        swapped = [(b, a) if (number + cycle) % 2 else (a, b) for a, b in meetings]
        return _schedule.paired(entrants, number, swapped, seed)

    def standings(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> tuple[Standing, ...]:
        """The challengers by points, then the tie-breaks; the gates behind them, without a place."""
        _, gates = sides(entrants)
        rounds = self.rounds(entrants, options)
        unfinished = frozenset(gate.id for gate in gates if gate.left is not None and gate.left <= rounds)
        counted = _table.without(played, unfinished)
        table = _table.lines(entrants, counted, options)
        return _table.standings(entrants, table, counted, options, frozenset(gate.id for gate in gates))


FORMAT: Final = Gauntlet()
