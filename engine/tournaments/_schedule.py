"""What formats whose schedule is fixed before the first round share: nobody's result changes who meets whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.errors import NotAllowed
from engine.sentences import say
from engine.tournaments._defaults import Defaults
from engine.tournaments.matches import opening_seed, seeds
from engine.tournaments.model import Bye, ByeKind, Entrant, Pairing, Played, Round


def field(entrants: Sequence[Entrant]) -> tuple[Entrant, ...]:
    """Who is in the schedule, by seed.

    :raises NotAllowed: for a late entry, and for fewer than two.
    :raises ValueError: when two share an id or a seed.
    """
    seeds(entrants)
    if late := [entrant.id for entrant in entrants if entrant.joined > 1 and entrant.entered]:
        raise NotAllowed(say("Nobody can enter after the start of this format: {name} is too late.", name=min(late)))
    inside = tuple(sorted((entrant for entrant in entrants if entrant.entered), key=lambda one: one.seed))
    if len(inside) < 2:
        raise NotAllowed(say("A tournament needs at least two entrants."))
    return inside


def paired(
    entrants: Sequence[Entrant], number: int, meetings: Iterable[tuple[str, str]], seed: int, rests: Iterable[str] = ()
) -> Round:
    """That round of the schedule; whoever would meet somebody who has left gets a walkover."""
    here = {entrant.id for entrant in entrants if entrant.plays(number)}
    pairings: list[Pairing] = []
    byes = [Bye(one, ByeKind.REST) for one in rests if one in here]
    for first, second in meetings:
        if {first, second} <= here:
            table = len(pairings) + 1
            pairings.append(Pairing(number, table, first, second, opening_seed(seed, number, table)))
        elif left := {first, second} & here:
            (one,) = left
            byes.append(Bye(one, ByeKind.WALKOVER, second if one == first else first))
    return Round(number, tuple(pairings), tuple(byes))


def is_over(entrants: Sequence[Entrant], played: Sequence[Played], rounds: int) -> bool:
    """Whether the schedule is at its end, or fewer than two are left."""
    number = len(played) + 1
    return number > rounds or sum(entrant.plays(number) for entrant in entrants) < 2


class Scheduled(Defaults):
    """The parts of :class:`~engine.tournaments.Format` that are the same for every schedule."""

    def latest(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """The first: the schedule is fixed by then."""
        return 1

    def depends(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], number: int, table: int
    ) -> bool:
        """Never: a schedule does not look at results."""
        return False
