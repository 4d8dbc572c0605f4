"""Tie-breaks by name, as FIDE defines them.

Source: FIDE Handbook C.07, Play-Off and Tie-Break Regulations, edition of 1 August 2024; articles are cited by number.
The edition of 1 March 2026 differs in one rule here, the cap on a dummy opponent (articles 16.4.1 and 16.4.2), which
``capped`` asks for. A "win's points" are those of a match won without a loss, a "draw's points" half of them, so that
the articles hold for matches of several games as they do for single ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Final

from engine.errors import UnknownName
from engine.options import Option
from engine.sentences import say


class How(StrEnum):
    """How a round went for somebody (article 16.2).

    PLAYED: against an opponent.
    BYE: not played, and not their choice: the pairing's bye (16.2.1).
    WALKOVER: the opponent did not come (16.2.2).
    REQUESTED: a round before they came or after they left (16.1.1).
    ABSENT: they did not come (16.2.4).
    """

    PLAYED = "played"
    BYE = "bye"
    WALKOVER = "walkover"
    REQUESTED = "requested"
    ABSENT = "absent"

    @property
    def voluntary(self) -> bool:
        """Whether it is a voluntary unplayed round (16.1.2)."""
        return self in (How.REQUESTED, How.ABSENT)


@dataclass(frozen=True, slots=True)
class Line:
    """One round of one entrant: points scored, and against whom; a bye has no opponent."""

    how: How
    points: float
    opponent: str | None = None


Table = Mapping[str, Sequence[Line]]
"""Everybody's rounds, from the first."""
Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a win counts (``full``), and whether the cap of 2026 holds."""

    full: float = 1.0
    capped: bool = False


def points(table: Table) -> dict[str, float]:
    """What everybody scored."""
    return {one: sum(line.points for line in lines) for one, lines in table.items()}


def adjusted(table: Table, rules: Rules) -> dict[str, float]:
    """Scores as opponents count them: requested byes with no round played after them are draws (16.2.5, 16.3.2)."""
    return {one: _adjusted(lines, rules.full) for one, lines in table.items()}


def _adjusted(lines: Sequence[Line], full: float) -> float:
    last = max((n for n, line in enumerate(lines, 1) if not line.how.voluntary), default=0)
    tail = (full / 2 if line.how is How.REQUESTED else line.points for line in lines[last:])
    return sum(line.points for line in lines[:last]) + sum(tail)


@dataclass(frozen=True, slots=True)
class _Contribution:
    """What one round adds: the opponent's score, or a dummy's, and the points scored against it."""

    opponent: float
    scored: float
    voluntary: bool


def _contributions(table: Table, rules: Rules) -> dict[str, list[_Contribution]]:
    own, theirs = points(table), adjusted(table, rules)
    return {
        one: [
            _Contribution(_opponents(line, own[one], theirs, rules, len(lines)), line.points, line.how.voluntary)
            for line in lines
        ]
        for one, lines in table.items()
    }


def _opponents(line: Line, own: float, theirs: Values, rules: Rules, rounds: int) -> float:
    if line.how is How.PLAYED:
        return theirs[line.opponent or ""]
    if not rules.capped:  # 16.4: a dummy with the participant's own score
        return own
    if line.opponent is not None:  # 16.4.1 of 2026
        return min(own, theirs[line.opponent])
    return min(own, rules.full / 2 * rounds)  # 16.4.2 of 2026


def buchholz(table: Table, rules: Rules) -> dict[str, float]:
    """Article 8.1: the sum of the opponents' scores."""
    return {one: sum(part.opponent for part in parts) for one, parts in _contributions(table, rules).items()}


def buchholz_cut_1(table: Table, rules: Rules) -> dict[str, float]:
    """Articles 8.1 and 14.1: without the lowest score; of a voluntary unplayed round, if there is one (16.5)."""
    return {one: _cut(parts) for one, parts in _contributions(table, rules).items()}


def _cut(parts: Sequence[_Contribution]) -> float:
    voluntary = [part.opponent for part in parts if part.voluntary]
    return sum(part.opponent for part in parts) - min(voluntary or [part.opponent for part in parts], default=0.0)


def sonneborn_berger(table: Table, rules: Rules) -> dict[str, float]:
    """Article 9.1: each opponent's score times the points scored against them, a win being 1."""
    return {
        one: sum(part.opponent * part.scored for part in parts) / rules.full
        for one, parts in _contributions(table, rules).items()
    }


def wins(table: Table, rules: Rules) -> dict[str, float]:
    """Article 7.1: rounds with a win's points, played or not; of a match, more points than the opponent's."""
    return {one: float(sum(line.points > rules.full / 2 for line in lines)) for one, lines in table.items()}


def direct_encounter(table: Table, tied: Sequence[str], full: float = 1.0) -> list[list[str]]:
    """Article 6: the tied in order, best first; who stays tied is in one list.

    6.1: when all of them have met, by the points from these encounters, several between the same two averaged.
    6.2: when not, whoever stands alone at the top however the missing ones end comes first, and the article is applied
    again to the others (6.3). Rounds that were not played are no encounters. ``full`` is what a win counts.
    """
    left = list(tied)
    order: list[list[str]] = []
    while left:
        met = {one: _encounters(table[one], {*left} - {one}) for one in left}
        if all(len(scores) == len(left) - 1 for scores in met.values()):
            return [*order, *_grouped(left, {one: sum(scores.values()) for one, scores in met.items()})]
        ahead = _alone_on_top(met, full)
        if ahead is None:
            return [*order, left]
        order.append([ahead])
        left.remove(ahead)
    return order


def _encounters(lines: Iterable[Line], others: set[str]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for line in lines:
        if line.how is How.PLAYED and line.opponent in others:
            found.setdefault(line.opponent or "", []).append(line.points)
    return {other: sum(scores) / len(scores) for other, scores in found.items()}


def _alone_on_top(met: Mapping[str, Values], full: float) -> str | None:
    least = {one: sum(scores.values()) for one, scores in met.items()}
    most = {one: least[one] + full * (len(met) - 1 - len(scores)) for one, scores in met.items()}
    for one in met:
        if all(least[one] > most[other] for other in met if other != one):
            return one
    return None


def _grouped(ids: Iterable[str], values: Values) -> list[list[str]]:
    """Those with equal values together, highest first; within a group in the order given."""
    ids = list(ids)
    return [
        [one for one in ids if values[one] == value] for value in sorted({values[one] for one in ids}, reverse=True)
    ]


_BY_VALUE: Final[Mapping[str, Callable[[Table, Rules], dict[str, float]]]] = {
    "buchholz": buchholz,
    "buchholz-cut-1": buchholz_cut_1,
    "sonneborn-berger": sonneborn_berger,
    "wins": wins,
}
DIRECT: Final = "direct-encounter"
NAMES: Final = (*_BY_VALUE, DIRECT)


def option(default: str) -> Option:
    """The option that lists the tie-breaks in their order."""
    return Option(
        "tie-breaks",
        say("Tie-breaks in order, with commas between; what they leave tied shares the place."),
        default=default,
    )


EDITION: Final = Option(
    "tie-break-edition",
    say("Which edition of FIDE's C.07 counts unplayed rounds: that of 2024, or of 2026 with its cap."),
    default="2024",
    choices=("2024", "2026"),
)


def parse(text: str) -> tuple[str, ...]:
    """The names in a list with commas; spaces and underscores are hyphens. :raises UnknownName: with the nearest."""
    given = (part.strip().casefold().replace(" ", "-").replace("_", "-") for part in text.split(","))
    found = tuple(dict.fromkeys(part for part in given if part))
    for one in found:
        if one not in NAMES:
            raise UnknownName(say("tie-break"), one, NAMES)
    return found


Ranked = list[list[tuple[str, tuple[tuple[str, float], ...]]]]


def ranked(table: Table, names: Sequence[str], rules: Rules) -> Ranked:
    """Everybody by points and then by the tie-breaks, with the values that were asked for.

    Who is equal in everything is in one list, in the order of the table. A direct encounter counts, for each of the
    tied, how many of them it puts behind.
    """
    groups = _grouped(table, points(table))
    values: dict[str, list[tuple[str, float]]] = {one: [] for one in table}
    for name in names:
        found = _BY_VALUE[name](table, rules) if name != DIRECT else None
        groups = [part for group in groups for part in _broken(table, name, group, found, rules.full, values)]
    return [[(one, tuple(values[one])) for one in group] for group in groups]


def _broken(
    table: Table,
    name: str,
    group: list[str],
    found: Values | None,
    full: float,
    values: dict[str, list[tuple[str, float]]],
) -> list[list[str]]:
    if found is None:
        parts = direct_encounter(table, group, full)
        behind = accumulate((len(part) for part in reversed(parts)), initial=0)
        found = {one: float(count) for part, count in zip(reversed(parts), behind, strict=False) for one in part}
    else:
        parts = _grouped(group, found)
    for one in group:
        values[one].append((name, found[one]))
    return parts
