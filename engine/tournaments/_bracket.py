"""Brackets: a plan of matches, and what the record makes of it.

A plan says where each match gets its sides from. Everything else follows from the record: who is in which match, who
won, who got through without playing because there is nobody or somebody has left. Whoever has left loses every match
that was not played before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.tournaments import _table
from engine.tournaments._defaults import Defaults
from engine.tournaments._schedule import field
from engine.tournaments.matches import opening_seed, require_complete, seeds, winner
from engine.tournaments.model import (
    Bracket,
    Bye,
    ByeKind,
    Entrant,
    From,
    Node,
    Pairing,
    Played,
    Result,
    Round,
    Source,
    Standing,
)

NOBODY: Final = ""
"""Who sits in a match's side that stays empty: no entrant has that id."""
CHAMPION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """A match of a plan.

    Attributes:
        out: how far whoever leaves the bracket by losing it has come; higher is better, the same shares a place.
        top: likewise for whoever wins it, when that leads nowhere.
        reset: played only when its first side lost the match before, which the sides name (a grand final's second).
    """

    name: str
    level: int
    sides: tuple[Source, Source]
    out: int
    top: int = CHAMPION
    reset: bool = False


def seeded(place: int) -> Source:
    """The entrant at that place of the seeding."""
    return Source(From.SEED, place)


def won(name: str) -> Source:
    """The winner of that match."""
    return Source(From.WINNER, name)


def lost(name: str) -> Source:
    """The loser of that match."""
    return Source(From.LOSER, name)


@dataclass(frozen=True, slots=True)
class _Side:
    """Who comes from a source: an id, ``NOBODY``, or ``None`` for not yet known; and since which round it is so."""

    who: str | None
    since: int = 1


def resolve(plans: Sequence[Plan], entrants: Sequence[Entrant], played: Sequence[Played]) -> Bracket:
    """The bracket as it stands after the rounds played, the last of which may be incomplete."""
    record = _Record(entrants, played)
    ways = _ways(plans)
    nodes: list[Node] = []
    for plan in plans:
        sides = tuple(map(record.side, plan.sides))
        if plan.reset and not _needs_reset(nodes[-1]):
            sides = (_Side(NOBODY), _Side(NOBODY))
        first, second = sides
        node = record.decided(Node(plan.name, plan.level, plan.sides, (first.who, second.who)), first, second)
        nodes.append(replace(node, winner_to=ways.get(won(plan.name)), loser_to=ways.get(lost(plan.name))))
    return Bracket(tuple(map(_shown, nodes)))


def _ways(plans: Sequence[Plan]) -> dict[Source, tuple[str, int]]:
    return {side: (plan.name, index) for plan in plans for index, side in enumerate(plan.sides)}


def _needs_reset(final: Node) -> bool:
    """Whether the first side, which had not lost before, lost it; or may yet."""
    return not final.closed or (final.winner != NOBODY and final.winner == final.entrants[1])


def _shown(node: Node) -> Node:
    first, second = node.entrants
    return replace(node, entrants=(first or None, second or None), winner=node.winner or None, loser=node.loser or None)


class _Record:
    """What the record says of each match. Whatever it once said it says for ever, whoever leaves after that."""

    def __init__(self, entrants: Sequence[Entrant], played: Sequence[Played]) -> None:
        inside = sorted((entrant for entrant in entrants if entrant.entered), key=lambda one: one.seed)
        self._number = len(played) + 1
        self._seeds = seeds(entrants)
        self._left = {entrant.id: entrant.left for entrant in entrants if entrant.left} | {NOBODY: 0}
        self._matches: dict[str, tuple[Pairing, Result | None]] = {
            pairing.node: (pairing, one.results.get(pairing.table)) for one in played for pairing in one.round.pairings
        }
        self._sides = {seeded(place): _Side(one.id) for place, one in enumerate(inside, 1)}

    def side(self, source: Source) -> _Side:
        """Who comes from there."""
        return self._sides.get(source, _Side(NOBODY))

    def decided(self, node: Node, first: _Side, second: _Side) -> Node:
        """The match with its end, as far as it has one."""
        end, since = self._end(node, first, second)
        self._sides[won(node.name)] = _Side(end.winner, since)
        self._sides[lost(node.name)] = _Side(end.loser, since)
        return end

    def _end(self, node: Node, first: _Side, second: _Side) -> tuple[Node, int]:
        if node.name in self._matches:
            return self._of_match(node, *self._matches[node.name])
        if first.who is None or second.who is None:
            return node, 0
        return self._unplayed(node, first.who, second.who, max(first.since, second.since))

    def _of_match(self, node: Node, pairing: Pairing, result: Result | None) -> tuple[Node, int]:
        if result is None:
            return node, 0
        best = winner(pairing, result, self._seeds) or NOBODY
        worst = min(pairing.both - {best}) if best else NOBODY
        return replace(node, result=result, winner=best, loser=worst, closed=True), pairing.round + 1

    def _unplayed(self, node: Node, first: str, second: str, met: int) -> tuple[Node, int]:
        """Decided when both were known and one of them had left; then the other goes on, unless they had left too."""
        leaves = [self._left.get(first), self._left.get(second)]
        since = max(met, min((left for left in leaves if left is not None), default=self._number + 1))
        if since > self._number:
            return node, 0
        here = [one for one, left in zip((first, second), leaves, strict=True) if left is None or left > since]
        best = here[0] if here else NOBODY
        worst = (second if best == first else first) if here else NOBODY
        return replace(node, winner=best, loser=worst, closed=True), since


class Knockout(Defaults):
    """The parts of :class:`~engine.tournaments.Format` that brackets share; a format adds its plan."""

    knockout = True

    def plan(self, entrants: int, options: Mapping[str, Any]) -> Sequence[Plan]:
        """The plan for that many; each match after those that it needs."""
        raise NotImplementedError

    def latest(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """The first: the bracket is fixed by then."""
        return 1

    def bracket(self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]) -> Bracket:
        """The bracket as it stands."""
        return resolve(self.plan(sum(one.entered for one in entrants), options), entrants, played)

    def next_round(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], seed: int
    ) -> Round | None:
        """Every match whose two sides are known; and byes for who got further without playing since the last round."""
        require_complete(played)
        field(entrants)
        nodes = self.bracket(entrants, played, options).nodes
        ready = [node for node in nodes if not node.closed and all(node.entrants)]
        if not ready:
            return None
        number = len(played) + 1
        pairings = (
            Pairing(
                number,
                table,
                node.entrants[0] or "",
                node.entrants[1] or "",
                opening_seed(seed, number, table),
                node.name,
            )
            for table, node in enumerate(ready, 1)
        )
        told = {bye.node for one in played for bye in one.round.byes}
        free = (node for node in nodes if node.closed and not node.result and node.winner and node.name not in told)
        return Round(number, tuple(pairings), tuple(map(_bye, free)))

    def standings(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> tuple[Standing, ...]:
        """By how far they came; who lost at the same stage shares the place, and so do all who are still in."""
        nodes = self.bracket(entrants, played, options).nodes
        plans = {plan.name: plan for plan in self.plan(sum(one.entered for one in entrants), options)}
        reached: dict[str, int] = {}
        for node in nodes:
            plan = plans[node.name]
            for side in filter(None, node.entrants):
                stays = not node.closed or side == node.winner
                reached[side] = plan.out if not stays else plan.top if node.closed else CHAMPION
        return tuple(_placed(entrants, reached, played))

    def depends(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], number: int, table: int
    ) -> bool:
        """Whether a match further on in the bracket is already paired, or was passed without playing."""
        (name,) = (pairing.node for pairing in played[number - 1].round.pairings if pairing.table == table)
        later = {pairing.node for one in played[number:] for pairing in one.round.pairings}
        later |= {bye.node for one in played[number:] for bye in one.round.byes}
        nodes = {node.name: node for node in self.bracket(entrants, played, options).nodes}
        ahead, seen = [name], set[str]()
        while ahead:
            node = nodes[ahead.pop()]
            further = [way[0] for way in (node.winner_to, node.loser_to) if way and way[0] not in seen]
            seen.update(further)
            ahead += further
        return bool(seen & later)


def _bye(node: Node) -> Bye:
    gone = node.loser
    return Bye(node.winner or "", ByeKind.WALKOVER if gone else ByeKind.FULL, gone, node.name)


def _placed(entrants: Sequence[Entrant], reached: Mapping[str, int], played: Sequence[Played]) -> list[Standing]:
    counts, points = _table.counts(played), _points(played)
    ordered = sorted(entrants, key=lambda one: (one.disqualified, not one.entered, -reached.get(one.id, 0), one.seed))
    stages = [reached[one.id] for one in ordered if one.entered and not one.disqualified]
    return [
        Standing(
            one,
            stages.index(reached[one.id]) + 1 if one.entered and not one.disqualified else None,
            points[one.id],
            *counts[one.id],
        )
        for one in ordered
    ]


def _points(played: Sequence[Played]) -> Mapping[str, float]:
    """Points of games: what places does not depend on them."""
    found: dict[str, float] = defaultdict(float)
    for pairing, result in _table.matches(played):
        found[pairing.first] += result.first
        found[pairing.second] += result.second
    return found
