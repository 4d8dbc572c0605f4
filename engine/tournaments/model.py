"""What a tournament is made of. All values are frozen: a format reads the record and answers with new ones.

The unit of play is a *pair of games*: two duels on the same opening and seed with seats swapped. A match is one such
pair or several (:mod:`engine.tournaments.matches`); points are those of its games, a win 1 and a draw ½.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

WIN: Final = 2.0
"""Points of a pair of games won twice: what a bye counts, for each pair of a match."""


class Leaving(StrEnum):
    """Why somebody is no longer paired."""

    WITHDRAWN = "withdrawn"
    DISQUALIFIED = "disqualified"


@dataclass(frozen=True, slots=True)
class Entrant:
    """Somebody who takes part.

    Attributes:
        id: the arena's own id, unique in the tournament.
        seed: 1 is the strongest; unique. It decides every order that nothing else decides.
        joined: number of the first round in which they may be paired; more than 1 is a late entry.
        left: number of the first round in which they are no longer paired; 1 means that they never took part.
            Never changes once set, so that a format can rely on it.
        why: how they left; ``None`` exactly when ``left`` is.
        gate: in a gauntlet, one of those whom everybody else has to play.
    """

    id: str
    seed: int
    joined: int = 1
    left: int | None = None
    why: Leaving | None = None
    gate: bool = False

    def plays(self, number: int) -> bool:
        """Whether they may be paired in that round."""
        return self.joined <= number and (self.left is None or number < self.left)

    @property
    def entered(self) -> bool:
        """Whether they were ever in: not gone before the first round that they could have played."""
        return self.left is None or self.joined < self.left

    @property
    def disqualified(self) -> bool:
        """Whether they are listed last, without a place."""
        return self.why is Leaving.DISQUALIFIED


@dataclass(frozen=True, slots=True)
class Pairing:
    """A match to be played. ``round`` and ``table`` (from 1) name it for ever; duels' ids derive from them.

    Attributes:
        first: has the first seat in the first game of each pair.
        seed: of the first pair's opening; further pairs derive theirs from it.
        node: the bracket's name for the match, else empty.
    """

    round: int
    table: int
    first: str
    second: str
    seed: int
    node: str = ""

    @property
    def both(self) -> frozenset[str]:
        """The two of them."""
        return frozenset((self.first, self.second))


class ByeKind(StrEnum):
    """Why somebody has no match, and what it counts.

    FULL: the pairing's own bye (FIDE C.04.1 art. 3): the points of a match won, at most once each.
    WALKOVER: the opponent is gone: the points of a match won.
    REST: an odd field in a schedule where everybody rests equally often: nothing.
    HALF, ZERO: a round before a late entry: half the points of a match won, or none.
    """

    FULL = "full"
    WALKOVER = "walkover"
    REST = "rest"
    HALF = "half"
    ZERO = "zero"


@dataclass(frozen=True, slots=True)
class Bye:
    """Nobody to play in this round. ``opponent`` is who is gone, of a walkover; ``node`` as of a pairing."""

    entrant: str
    kind: ByeKind
    opponent: str | None = None
    node: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it was paired: once, and never again. Numbers start at 1."""

    number: int
    pairings: tuple[Pairing, ...]
    byes: tuple[Bye, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """How a match ended, or stands.

    Attributes:
        first, second: points of each side from its games: halves.
        pairs: pairs of games that were played, those played again included.
        absent: who did not play. One absent loses to the other, who scores a match won; with both, nobody scores.
        cancelled: not played, and nobody's fault (a provider that is down, a budget at its end): a draw in a table,
            and in a bracket the higher seed goes on.
    """

    first: float = 0.0
    second: float = 0.0
    pairs: int = 1
    absent: frozenset[str] = frozenset()
    cancelled: bool = False

    @property
    def played(self) -> bool:
        """Whether it counts as a match between the two."""
        return not self.absent and not self.cancelled


@dataclass(frozen=True, slots=True)
class Played:
    """A round with the results so far, by table."""

    round: Round
    results: Mapping[int, Result]

    @property
    def complete(self) -> bool:
        """Whether every match has ended."""
        return all(pairing.table in self.results for pairing in self.round.pairings)


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of the table.

    Attributes:
        place: 1 is first. Who is equal in everything shares the place, and the next place counts on from there.
            ``None`` for the disqualified, those who never took part, and the gates of a gauntlet.
        points: from matches, byes and walkovers.
        won, drawn, lost: matches that were played.
        tie_breaks: name and value, in the order in which they decided.
    """

    entrant: Entrant
    place: int | None
    points: float
    won: int
    drawn: int
    lost: int
    tie_breaks: tuple[tuple[str, float], ...] = ()


class From(StrEnum):
    """Where a bracket's match gets a side from."""

    SEED = "seed"
    WINNER = "winner"
    LOSER = "loser"


@dataclass(frozen=True, slots=True)
class Source:
    """A side of a bracket's match: ``of`` is a place in the seeding, from 1, or the name of another match."""

    kind: From
    of: int | str


@dataclass(frozen=True, slots=True)
class Node:
    """A match of a bracket as it stands.

    Attributes:
        name: ``W1-2`` is the second match of the winners' first round; ``L``, ``GF``, ``GF2``, ``3RD`` likewise.
        level: column in which to draw it, from 1; each side of a double elimination counts its own.
        sides: where its two sides come from.
        entrants: who they are; ``None`` while it is not known, and when there is nobody (see ``closed``).
        result: of a match that was played or is being played.
        winner, loser: once decided; either may stay ``None`` when there is nobody.
        closed: nothing more can happen in it.
        winner_to, loser_to: the match where they go on, with the side 0 or 1; ``None``: nowhere.
    """

    name: str
    level: int
    sides: tuple[Source, Source]
    entrants: tuple[str | None, str | None] = (None, None)
    result: Result | None = None
    winner: str | None = None
    loser: str | None = None
    closed: bool = False
    winner_to: tuple[str, int] | None = None
    loser_to: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Bracket:
    """All matches of a knockout, in an order in which each comes after those that it needs."""

    nodes: tuple[Node, ...]

    def node(self, name: str) -> Node:
        """:raises KeyError: when there is none of that name."""
        return {node.name: node for node in self.nodes}[name]
