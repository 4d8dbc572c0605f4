"""Swiss: in each round, equal scores meet, and never the same two again; FIDE's Dutch system.

With an odd field the lowest who has had none gets the bye, which counts as a match won; at most one each. Who has left
is no longer paired; their matches stand. Until half of the rounds are paired, others may come in; each round that they
have missed counts as the option says. When no round without a repeated match is left (a small field and many rounds, or
many who have left), it ends there. A match that somebody missed is not played again either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from engine.errors import NotAllowed
from engine.options import Kind, Option
from engine.sentences import say
from engine.tournaments import _dutch, _table, tie_breaks
from engine.tournaments._defaults import Defaults
from engine.tournaments.matches import PAIRS, SCORING, opening_seed, require_complete, score, seeds
from engine.tournaments.model import Bye, ByeKind, Entrant, Pairing, Played, Round, Standing

ROUNDS: Final = Option(
    "rounds",
    say("Number of rounds; 0: as many as it takes for one to win them all."),
    Kind.INTEGER,
    default=0,
    least=0,
    most=100,
)
MISSED: Final = Option(
    "missed",
    say("What each round before a late entry counts: half of a match won, or nothing."),
    default="half",
    choices=(ByeKind.HALF.value, ByeKind.ZERO.value),
)
_FREE: Final = frozenset({ByeKind.FULL, ByeKind.WALKOVER})
DEFAULT: Final = "buchholz-cut-1, buchholz, sonneborn-berger, direct-encounter, wins"


class Swiss(Defaults):
    """See the module."""

    name = "swiss"
    title = say("Swiss")
    summary = say("Equal scores meet in each round, and nobody meets the same one twice.")
    options = (ROUNDS, PAIRS, SCORING, MISSED, tie_breaks.option(DEFAULT), tie_breaks.EDITION)

    def rounds(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """As set, but no more than can be without meeting again; late entries do not change it."""
        count = sum(one.joined == 1 and one.entered for one in entrants)
        most = count - 1 + count % 2
        return min(options["rounds"] or max(1, (count - 1).bit_length()), most)

    def matches(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """Half of the field in each round."""
        return sum(one.entered for one in entrants) // 2 * self.rounds(entrants, options)

    def latest(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """The middle round, or the one behind the middle."""
        return self.rounds(entrants, options) // 2 + 1

    def next_round(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], seed: int
    ) -> Round | None:
        """Takes up to a minute for 1,000 entrants: not for the event loop."""
        require_complete(played)
        ordered = self._field(entrants, options)
        number = len(played) + 1
        here = [one for one in ordered if one.plays(number)]
        if number > self.rounds(entrants, options) or len(here) < 2:
            return None
        numbers = {one.id: place for place, one in enumerate(ordered, 1)}
        cards = _cards(here, numbers, completed(ordered, played, options), options)
        pairs = _dutch.pair(cards, number)
        return None if pairs is None else _round(number, pairs, ordered, played, seed)

    def _field(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> list[Entrant]:
        seeds(entrants)
        latest = self.latest(entrants, options)
        ordered = sorted((one for one in entrants if one.entered), key=lambda one: one.seed)
        if late := [one.id for one in ordered if one.joined > latest]:
            raise NotAllowed(
                say("{name} is too late: nobody can enter after round {latest}.", name=min(late), latest=latest)
            )
        if len(ordered) < 2:
            raise NotAllowed(say("A tournament needs at least two entrants."))
        return ordered

    def standings(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> tuple[Standing, ...]:
        """By points, then the tie-breaks."""
        whole = completed(entrants, played, options)
        return _table.standings(entrants, _table.lines(entrants, whole, options), played, options)

    def depends(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], number: int, table: int
    ) -> bool:
        """Once the next round is paired: every pairing depends on every score."""
        return number < len(played)


def completed(entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]) -> list[Played]:
    """The rounds with a bye for all who were not yet, or no longer, there."""
    missed = ByeKind(options["missed"])
    full = []
    for one in played:
        there = {side for pairing in one.round.pairings for side in pairing.both} | {
            bye.entrant for bye in one.round.byes
        }
        absent = (entrant for entrant in entrants if entrant.entered and entrant.id not in there)
        number = one.round.number
        byes = tuple(Bye(entrant.id, missed if number < entrant.joined else ByeKind.ZERO) for entrant in absent)
        full.append(replace(one, round=replace(one.round, byes=one.round.byes + byes)))
    return full


def _cards(
    here: Sequence[Entrant], numbers: Mapping[str, int], played: Sequence[Played], options: Mapping[str, Any]
) -> list[_dutch.Card]:
    scores = dict.fromkeys(numbers, 0.0)
    floats: dict[str, list[_dutch.Float]] = {one: [] for one in numbers}
    met: dict[str, set[int]] = {one: set() for one in numbers}
    free: set[str] = set()
    for one in played:
        before = dict(scores)
        for pairing in one.round.pairings:
            result = one.results[pairing.table]
            sides = (pairing.first, pairing.second)
            for side, other, points in zip(sides, sides[::-1], score(options, pairing, result), strict=True):
                met[side].add(numbers[other])
                scores[side] += points
                floats[side].append(_float(before[side], before[other]) if result.played else _unplayed(points))
                free |= {side} - result.absent if result.absent else set()
        for bye in one.round.byes:
            points = _table.of_bye(bye, options).points
            scores[bye.entrant] += points
            floats[bye.entrant].append(_unplayed(points))
            free |= {bye.entrant} if bye.kind in _FREE else set()
    return [
        _dutch.Card(numbers[one.id], round(2 * scores[one.id]), floats[one.id], met[one.id], one.id in free)
        for one in here
    ]


def _float(mine: float, theirs: float) -> _dutch.Float:
    """C.04.3 art. 1.4 (2026): after two with different scores have met."""
    if mine == theirs:
        return _dutch.Float.NONE
    return _dutch.Float.DOWN if mine > theirs else _dutch.Float.UP


def _unplayed(points: float) -> _dutch.Float:
    """C.04.3 art. 1.4.3 (2026): who scores without playing has floated down."""
    return _dutch.Float.DOWN if points else _dutch.Float.NONE


def _round(
    number: int,
    pairs: Sequence[tuple[int, int | None]],
    ordered: Sequence[Entrant],
    played: Sequence[Played],
    seed: int,
) -> Round:
    """The first seat goes to whoever has had it less often, or else to the better one at odd tables."""
    firsts = Counter(pairing.first for one in played for pairing in one.round.pairings)
    pairings, byes = [], []
    for table, (one, other) in enumerate(pairs, 1):
        better = ordered[one - 1].id
        if other is None:
            byes.append(Bye(better, ByeKind.FULL))
            continue
        worse = ordered[other - 1].id
        swap = (firsts[better] - firsts[worse], table % 2 == 0) > (0, False)
        first, second = (worse, better) if swap else (better, worse)
        pairings.append(Pairing(number, table, first, second, opening_seed(seed, number, table)))
    return Round(number, tuple(pairings), tuple(byes))


FORMAT: Final = Swiss()
