"""Round robin: everybody meets everybody, once or more often, by the Berger tables (FIDE Handbook C.05, annex 1).

Who leaves before half of their matches are played is taken out of the table, with all that others scored against them;
who leaves later stays in it, and the others score the rest without playing (FIDE's rule for round robins). Until a
round is paired nobody can enter; after that, nobody can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from engine.options import Kind, Option
from engine.sentences import say
from engine.tournaments import _schedule, _table, tie_breaks
from engine.tournaments.matches import PAIRS, SCORING, require_complete
from engine.tournaments.model import Entrant, Played, Round, Standing
from engine.tournaments.tie_breaks import How, Line

CYCLES: Final = Option("cycles", say("How often everybody meets everybody."), Kind.INTEGER, default=1, least=1, most=20)


def berger(entrants: int, number: int) -> tuple[list[tuple[int, int]], int | None]:
    """Round ``number`` of the table: pairs of places from 1, first seat first; and who rests in an odd field.

    Two places below the last meet in the round that is their sum less one, modulo the number of rounds; the last
    place meets whoever would meet themselves. Every other cycle swaps the seats.
    """
    size = entrants + entrants % 2
    cycle, index = divmod(number - 1, size - 1)
    pairs = [
        (size, one) if one > size // 2 else (one, size) for one in range(1, size) if not _sum(one, one, index, size)
    ]
    pairs += [
        (one, other) if (one + other) % 2 else (other, one)
        for one in range(1, size)
        for other in range(one + 1, size)
        if not _sum(one, other, index, size)
    ]
    rests = next((min(pair) for pair in pairs if max(pair) > entrants), None)
    pairs = [pair for pair in pairs if max(pair) <= entrants]
    return [(b, a) if cycle % 2 else (a, b) for a, b in pairs], rests


def _sum(one: int, other: int, index: int, size: int) -> int:
    return (one + other - 2 - index) % (size - 1)


class RoundRobin(_schedule.Scheduled):
    """See the module."""

    name = "round_robin"
    title = say("Round robin")
    summary = say("Everybody meets everybody.")
    options: Sequence[Option] = (
        CYCLES,
        PAIRS,
        SCORING,
        tie_breaks.option("sonneborn-berger, direct-encounter, wins"),
        tie_breaks.EDITION,
    )

    def rounds(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """One less than there are, for an odd field as many; times the cycles."""
        count = sum(entrant.entered for entrant in entrants)
        return (count - 1 + count % 2) * int(options["cycles"])

    def matches(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """Every two, times the cycles."""
        count = sum(entrant.entered for entrant in entrants)
        return count * (count - 1) // 2 * int(options["cycles"])

    def next_round(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], seed: int
    ) -> Round | None:
        """The table's next round."""
        require_complete(played)
        inside = _schedule.field(entrants)
        if _schedule.is_over(inside, played, self.rounds(entrants, options)):
            return None
        number = len(played) + 1
        pairs, rests = berger(len(inside), number)
        meetings = [(inside[a - 1].id, inside[b - 1].id) for a, b in pairs]
        return _schedule.paired(inside, number, meetings, seed, () if rests is None else (inside[rests - 1].id,))

    def standings(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> tuple[Standing, ...]:
        """By points, then the tie-breaks, in which a match that somebody missed counts as played."""
        annulled = self._annulled(entrants, played, options)
        counted = _table.without(played, annulled)
        table = {one: [_as_played(line) for line in lines] for one, lines in _lines(entrants, counted, options)}
        return _table.standings(entrants, table, counted, options, annulled)

    def _annulled(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> frozenset[str]:
        due = (sum(entrant.entered for entrant in entrants) - 1) * options["cycles"]
        done = [side for pairing, result in _table.matches(played) if result.played for side in pairing.both]
        return frozenset(one.id for one in entrants if one.left is not None and 2 * done.count(one.id) < due)


def _lines(
    entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
) -> list[tuple[str, list[Line]]]:
    return [*_table.lines(entrants, played, options).items()]


def _as_played(line: Line) -> Line:
    return replace(line, how=How.PLAYED) if line.how in (How.ABSENT, How.WALKOVER) else line


FORMAT: Final = RoundRobin()
