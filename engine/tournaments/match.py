"""Match: pairs of games until a sequential test says who is better, or that nobody is by as much as would matter.

Two players, or more, each two of whom play on until their own test has ended. After every pair of games both are asked
about: is the one better by ``elo1``, rather than by ``elo0``; and is the other? It ends when either is accepted, when
both are refused (nobody is better by that much), or when ``cycles`` pairs have been played. The five results of a pair
(0, ½, 1, 1½, 2 points) are counted, since both games share an opening.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, Final

from engine.options import Kind, Option
from engine.ratings import Bounds, Sequential, sprt
from engine.sentences import counted, say
from engine.tournaments import _schedule, tie_breaks
from engine.tournaments.matches import SCORING, opening_seed, require_complete
from engine.tournaments.model import Bye, ByeKind, Entrant, Pairing, Played, Round
from engine.tournaments.round_robin import RoundRobin

CYCLES: Final = Option(
    "cycles", say("Pairs of games that two players play at most."), Kind.INTEGER, default=50, least=1, most=1000
)
PAIRS: Final = Option("pairs", say("Pairs of games between two looks: one."), Kind.INTEGER, default=1, least=1, most=1)
ELO0: Final = Option("elo0", say("“No better than this”, in Elo."), Kind.NUMBER, default=0.0, least=-500, most=500)
ELO1: Final = Option(
    "elo1",
    say("“Better by at least this”, in Elo; smaller takes longer."),
    Kind.NUMBER,
    default=50.0,
    least=1,
    most=500,
)
CHANCE: Final = Option(
    "chance", say("How often each answer may be wrong."), Kind.NUMBER, default=0.05, least=0.001, most=0.4
)
_PENTANOMIAL: Final = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the results of two players say. ``first`` and ``second`` are the tests of either being better."""

    one: str
    other: str
    pairs: int
    first: Sequential
    second: Sequential

    @property
    def better(self) -> str | None:
        """Who is better, if somebody is."""
        if self.first.accepted == 1:
            return self.one
        return self.other if self.second.accepted == 1 else None

    @property
    def is_decided(self) -> bool:
        """Whether one is better, or neither is by as much as was asked."""
        return self.better is not None or (self.first.accepted == 0 and self.second.accepted == 0)


class Match(RoundRobin):
    """See the module."""

    name = "match"
    title = say("Match")
    summary = say("Pairs of games until it is clear who is better, or that nobody is.")
    options = (
        CYCLES,
        PAIRS,
        ELO0,
        ELO1,
        CHANCE,
        SCORING,
        tie_breaks.option("wins"),
        tie_breaks.EDITION,
    )

    def rounds(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """A round for each pair of games, at worst."""
        return self.matches(entrants, options)

    def next_round(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], seed: int
    ) -> Round | None:
        """Those whose test has not ended, the ones who have met least first; the rest of them wait."""
        require_complete(played)
        inside = _schedule.field(entrants)
        number = len(played) + 1
        here = [one.id for one in inside if one.plays(number)]
        decided = {
            frozenset((one.one, one.other)) for one in self.verdicts(entrants, played, options) if one.is_decided
        }
        # A pair of games that was not played has been tried: nobody is waited for without end.
        times = Counter(pairing.both for one in played for pairing in one.round.pairings)
        open_ = [
            pair
            for pair in combinations(here, 2)
            if frozenset(pair) not in decided and times[frozenset(pair)] < options["cycles"]
        ]
        if not open_:
            return None
        pairings: list[Pairing] = []
        busy: set[str] = set()
        for pair in sorted(open_, key=lambda one: times[frozenset(one)]):
            if busy.isdisjoint(pair):
                busy.update(pair)
                first, second = pair if times[frozenset(pair)] % 2 == 0 else pair[::-1]
                table = len(pairings) + 1
                pairings.append(Pairing(number, table, first, second, opening_seed(seed, number, table)))
        return Round(number, tuple(pairings), tuple(Bye(one, ByeKind.REST) for one in here if one not in busy))

    def depends(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], number: int, table: int
    ) -> bool:
        """Every result has a say in whether its match goes on."""
        return number < len(played)

    def remarks(
        self,
        entrants: Sequence[Entrant],
        played: Sequence[Played],
        options: Mapping[str, Any],
        names: Mapping[str, str],
    ) -> tuple[str, ...]:
        """What the test says of every two."""
        return tuple(_remark(one, names, options["cycles"]) for one in self.verdicts(entrants, played, options))

    def verdicts(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> list[Verdict]:
        """The tests of every two who have met, in the order of their seeds."""
        places = {entrant.id: entrant.seed for entrant in entrants}
        counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * _PENTANOMIAL)
        for one, other, points in _pairs_of_games(played):
            if places[one] < places[other]:
                counts[one, other][round(2 * points)] += 1
            else:
                counts[other, one][round(2 * (2 - points))] += 1
        bounds = Bounds(options["elo0"], options["elo1"], options["chance"], options["chance"])
        return [
            Verdict(one, other, sum(found), _tested(tuple(found), bounds), _tested(tuple(found[::-1]), bounds))
            for (one, other), found in sorted(counts.items(), key=lambda row: [places[name] for name in row[0]])
        ]

    def _annulled(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> frozenset[str]:
        """Nobody: who leaves early may have been beaten long before."""
        return frozenset()


def _remark(verdict: Verdict, names: Mapping[str, str], most: int) -> str:
    one, other, found = names[verdict.one], names[verdict.other], verdict.first
    elo = say(
        "{elo:+.0f} ± {error:.0f} Elo after {n} pairs of games", elo=found.elo, error=found.elo_error, n=verdict.pairs
    )
    if not math.isfinite(found.elo) or not 0 < found.elo_error < math.inf:
        elo = counted("after {n} pair of games", "after {n} pairs of games", n=verdict.pairs)
    if verdict.better == verdict.one:
        return say("{one} is better than {other}: {elo}.", one=one, other=other, elo=elo)
    if verdict.better == verdict.other:
        return say("{other} is better than {one}, which has {elo}.", one=one, other=other, elo=elo)
    if verdict.is_decided:
        return say("Neither {one} nor {other} is better by as much as was asked: {elo}.", one=one, other=other, elo=elo)
    if verdict.pairs >= most:
        return say("{one} against {other} is undecided: {elo}.", one=one, other=other, elo=elo)
    return say("{one} against {other} is open so far: {elo}.", one=one, other=other, elo=elo)


@lru_cache(maxsize=4096)
def _tested(counts: tuple[int, ...], bounds: Bounds) -> Sequential:
    """Most counts are those of the round before."""
    return sprt(counts, bounds)


def _pairs_of_games(played: Sequence[Played]) -> Iterator[tuple[str, str, float]]:
    """Both sides, and the points of the first of two."""
    for one in played:
        for pairing in one.round.pairings:
            result = one.results.get(pairing.table)
            if result is not None and result.played:
                yield pairing.first, pairing.second, result.first


FORMAT: Final = Match()
