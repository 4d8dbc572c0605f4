"""A tournament's record as a table: what the formats without a bracket rank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from engine.tournaments import tie_breaks
from engine.tournaments.matches import score, whole
from engine.tournaments.model import Bye, ByeKind, Entrant, Pairing, Played, Result, Standing
from engine.tournaments.tie_breaks import How, Line, Rules, Table

_SHARES: Final = {ByeKind.FULL: 1.0, ByeKind.WALKOVER: 1.0, ByeKind.HALF: 0.5, ByeKind.ZERO: 0.0}
_HOWS: Final = {
    ByeKind.FULL: How.BYE,
    ByeKind.WALKOVER: How.WALKOVER,
    ByeKind.HALF: How.REQUESTED,
    ByeKind.ZERO: How.REQUESTED,
}


def lines(entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]) -> dict[str, list[Line]]:
    """Everybody's rounds in order, as far as they have a result; a rest is no round."""
    table: dict[str, list[Line]] = {entrant.id: [] for entrant in entrants}
    for one in played:
        for entrant, line in _of_round(one, options):
            table[entrant].append(line)
    return table


def _of_round(one: Played, options: Mapping[str, Any]) -> Iterator[tuple[str, Line]]:
    for pairing in one.round.pairings:
        if result := one.results.get(pairing.table):
            yield from _of_match(pairing, result, options)
    for bye in one.round.byes:
        if bye.kind is not ByeKind.REST:
            yield bye.entrant, of_bye(bye, options)


def of_bye(bye: Bye, options: Mapping[str, Any]) -> Line:
    """A round without a match."""
    return Line(_HOWS[bye.kind], _SHARES[bye.kind] * whole(options), bye.opponent)


def _of_match(pairing: Pairing, result: Result, options: Mapping[str, Any]) -> Iterator[tuple[str, Line]]:
    first, second = score(options, pairing, result)
    for side, other, points in ((pairing.first, pairing.second, first), (pairing.second, pairing.first, second)):
        if result.cancelled:
            yield side, Line(How.BYE, points)
        elif result.played:
            yield side, Line(How.PLAYED, points, other)
        else:
            yield side, Line(How.ABSENT if side in result.absent else How.WALKOVER, points, other)


def rules(options: Mapping[str, Any]) -> Rules:
    """How its tie-breaks count."""
    return Rules(whole(options), options["tie-break-edition"] == "2026")


def standings(
    entrants: Sequence[Entrant],
    table: Table,
    played: Sequence[Played],
    options: Mapping[str, Any],
    unplaced: frozenset[str] = frozenset(),
) -> tuple[Standing, ...]:
    """The table, best first. Without a place, at the end: the disqualified, those who never took part, ``unplaced``.

    ``played`` are the matches that count.
    """
    by_id = {entrant.id: entrant for entrant in sorted(entrants, key=lambda one: one.seed)}
    inside = {one: table[one] for one in by_id if by_id[one].entered}
    matches_of = counts(played)
    placed: list[Standing] = []
    last: list[Standing] = []
    for group in tie_breaks.ranked(inside, tie_breaks.parse(options["tie-breaks"]), rules(options)):
        place = len(placed) + 1
        for one, values in group:
            ranks = not by_id[one].disqualified and one not in unplaced
            points = sum(line.points for line in table[one])
            standing = Standing(by_id[one], place if ranks else None, points, *matches_of[one], tie_breaks=values)
            (placed if ranks else last).append(standing)
    outside = (Standing(one, None, 0.0, 0, 0, 0) for one in by_id.values() if not one.entered)
    return (*placed, *sorted(last, key=lambda one: one.entrant.disqualified), *outside)


def counts(played: Sequence[Played]) -> Mapping[str, tuple[int, int, int]]:
    """Matches won, drawn and lost, of those that were played."""
    found: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for pairing, result in matches(played):
        if result.played:
            lead = (result.first > result.second) - (result.first < result.second)
            for side, ahead in ((pairing.first, lead), (pairing.second, -lead)):
                won, drawn, lost = found[side]
                found[side] = (won + (ahead > 0), drawn + (ahead == 0), lost + (ahead < 0))
    return found


def matches(played: Sequence[Played]) -> Iterator[tuple[Pairing, Result]]:
    """Every match that has a result."""
    for one in played:
        for pairing in one.round.pairings:
            if pairing.table in one.results:
                yield pairing, one.results[pairing.table]


def without(played: Sequence[Played], gone: frozenset[str]) -> list[Played]:
    """The rounds without what any of those had to do with: their matches, and walkovers against them."""
    if not gone:
        return [*played]
    return [
        Played(
            replace(
                one.round,
                pairings=tuple(pairing for pairing in one.round.pairings if not pairing.both & gone),
                byes=tuple(bye for bye in one.round.byes if not {bye.entrant, bye.opponent} & gone),
            ),
            one.results,
        )
        for one in played
    ]
