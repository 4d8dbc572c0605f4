"""Tournament formats: one file a format, found by scanning this folder.

A file of this folder that is neither shared nor starts with an underscore is a format and holds ``FORMAT``, which
fulfils :class:`Format`. A format is a pure function of the tournament's record: entrants, and rounds with their
results. It keeps nothing, reads no clock and draws no lot that the seed does not decide; the same record gives the same
answer for ever. The arena writes each round down once and never asks for it again.

What may happen, and what comes of it:

=====================  =================================================================================
an odd field           a bye a round: full points in a Swiss (at most one each), a rest in a schedule, a free pass
                       for the highest seeds in a bracket
somebody leaves        their matches so far stand (a round robin annuls them when less than half were played); whom
                       they would have met gets a walkover, or in a Swiss another opponent
somebody is            as if they had left, and they are listed last, without a place
disqualified
somebody enters late   a Swiss takes them until half of its rounds are paired; other formats refuse
all but one leave      it is over; the standings are what they are
a tie                  is broken by the named tie-breaks, in their order; what they leave equal shares the place
a drawn knockout       is played again to a stated maximum; then the higher seed goes on
a match that cannot    (``cancelled``) is a draw in a table; in a bracket the higher seed goes on
be played
=====================  =================================================================================
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, Protocol, cast

from engine.errors import UnknownName
from engine.options import Option
from engine.sentences import say
from engine.tournaments.model import Bracket, Entrant, Played, Round, Standing

_SHARED: Final = frozenset({"matches", "model", "seeding", "tie_breaks"})


class Format(Protocol):
    """How a tournament is paired and ranked.

    Attributes:
        name: what it is called in commands and logs (``swiss``); the file's name.
        title: its name for people.
        summary: one sentence for the help.
        options: what may be set when a tournament is made. A format is given them checked and complete.
        knockout: whether somebody goes on from each match, so that a drawn one is played again.
    """

    name: str
    title: str
    summary: str
    options: Sequence[Option]
    knockout: bool

    def rounds(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """How many rounds there are at most."""
        ...

    def matches(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """How many matches there are at most; :func:`~engine.tournaments.matches.most_games` says how many duels."""
        ...

    def latest(self, entrants: Sequence[Entrant], options: Mapping[str, Any]) -> int:
        """The last round in which somebody may first be paired; 1: nobody can enter after the start."""
        ...

    def next_round(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], seed: int
    ) -> Round | None:
        """The round after those played; ``None`` when the tournament is over.

        :raises UserError: when the field cannot play it (fewer than two, a late entry that it does not take).
        :raises ValueError: when a round has no result yet, or two entrants share an id or a seed.
        """
        ...

    def standings(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> tuple[Standing, ...]:
        """Everybody, best first, by the results there are; rounds may be incomplete."""
        ...

    def bracket(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any]
    ) -> Bracket | None:
        """The bracket as it stands; ``None`` when the format has none."""
        ...

    def remarks(
        self,
        entrants: Sequence[Entrant],
        played: Sequence[Played],
        options: Mapping[str, Any],
        names: Mapping[str, str],
    ) -> tuple[str, ...]:
        """Sentences on what the results say beyond the table; ``names`` are what entrants are called, by id."""
        ...

    def depends(
        self, entrants: Sequence[Entrant], played: Sequence[Played], options: Mapping[str, Any], number: int, table: int
    ) -> bool:
        """Whether a round already paired depends on the result of that match, so that it cannot be corrected."""
        ...


@cache
def names() -> tuple[str, ...]:
    """The formats that exist, sorted; imports none of them."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in found if not name.startswith("_") and name not in _SHARED))


def named(name: str) -> Format:
    """The format of that name; hyphens and spaces count as underscores. :raises UnknownName: with the nearest."""
    key = name.strip().casefold().replace("-", "_").replace(" ", "_")
    if key not in names():
        raise UnknownName(say("tournament format"), name, names())
    return cast(Format, importlib.import_module(f"engine.tournaments.{key}").FORMAT)
