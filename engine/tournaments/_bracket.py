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


def resolve(plans: Sequence[Plan], entrants: Sequence[Entrant], played: Sequence[Played]) -> Bracket:
    """The bracket as it stands after the rounds played, the last of which may be incomplete."""
    inside = sorted((entrant for entrant in entrants if entrant.entered), key=lambda one: one.seed)
    found: dict[From, dict[int | str, str | None]] = {
        From.SEED: {place: one.id for place, one in enumerate(inside, 1)},
        From.WINNER: {},
        From.LOSER: {},
    }
    known = _Known(inside, played)
    ways = _ways(plans)
    nodes: list[Node] = []
    for plan in plans:
        first, second = (found[side.kind].get(side.of, NOBODY) for side in plan.sides)
        if plan.reset and not _needs_reset(nodes):
            first = second = NOBODY
        sides = (first, second)
        node = known.node(Node(plan.name, plan.level, plan.sides, sides), sides)
        found[From.WINNER][plan.name] = node.winner
        found[From.LOSER][plan.name] = node.loser
        nodes.append(
            replace(
                node,
                entrants=(first or None, second or None),
                winner=node.winner or None,
                loser=node.loser or None,
                winner_to=ways.get(won(plan.name)),
                loser_to=ways.get(lost(plan.name)),
            )
        )
    return Bracket(tuple(nodes))


def _ways(plans: Sequence[Plan]) -> dict[Source, tuple[str, int]]:
    return {side: (plan.name, index) for plan in plans for index, side in enumerate(plan.sides)}


def _needs_reset(nodes: Sequence[Node]) -> bool:
    final = nodes[-1]
    return not final.closed or (final.winner is not None and final.winner == final.entrants[1])


class _Known:
    """What the record says of each match."""

    def __init__(self, entrants: Sequence[Entrant], played: Sequence[Played]) -> None:
        self._seeds = seeds(entrants)
        number = len(played) + 1
        self._gone = {entrant.id for entrant in entrants if not entrant.plays(number)}
        self._matches: dict[str, tuple[Pairing, Result | None]] = {
            pairing.node: (pairing, one.results.get(pairing.table)) for one in played for pairing in one.round.pairings
        }

    def node(self, node: Node, sides: tuple[str | None, str | None]) -> Node:
        """The match with what is known of its end; ``NOBODY`` stands for nobody, ``None`` for not yet known."""
        if node.name in self._matches:
            pairing, result = self._matches[node.name]
            if result is None:
                return node
            best = winner(pairing, result, self._seeds) or NOBODY
            worst = min(pairing.both - {best}) if best else NOBODY
            return replace(node, result=result, winner=best, loser=worst, closed=True)
        if None in sides:
            return node
        here = [side for side in sides if side and side not in self._gone]
        if len(here) == 2:
            return node
        if not here:
            return replace(node, winner=NOBODY, loser=NOBODY, closed=True)
        worst = max(side or NOBODY for side in sides if side != here[0])
        return replace(node, winner=here[0], loser=worst, closed=True)


class Knockout:
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
