"""Seeds: who is thought how strong, and where a bracket puts them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.errors import BadOption
from engine.sentences import joined, say
from engine.tournaments.model import Entrant


def by_rating(ids: Iterable[str], ratings: Mapping[str, float], seed: int) -> tuple[Entrant, ...]:
    """Entrants with seeds from the highest rating down. Equal ratings, and those without one, are drawn by lot.

    The lot depends on the seed and the names alone, not on the order in which they signed up.
    """
    drawn = sorted(ids)
    random.Random(f"seeding/{seed}").shuffle(drawn)  # noqa: S311 (no secret)
    ranked = sorted(drawn, key=lambda one: (one not in ratings, -ratings.get(one, 0.0)))
    return tuple(Entrant(one, place) for place, one in enumerate(ranked, 1))


def by_hand(entrants: Sequence[Entrant], order: Sequence[str]) -> tuple[Entrant, ...]:
    """The entrants with those in ``order`` first, in that order, and the others behind in theirs.

    :raises BadOption: when ``order`` names somebody twice or somebody who is not entered.
    """
    known = {entrant.id for entrant in entrants}
    if wrong := [one for n, one in enumerate(order) if one not in known or one in order[:n]]:
        raise BadOption(
            say("Seeding by hand names each entrant at most once; look at {names}.", names=joined(wrong, ", "))
        )
    rest = [entrant.id for entrant in sorted(entrants, key=lambda one: one.seed) if entrant.id not in order]
    places = {one: place for place, one in enumerate((*order, *rest), 1)}
    return tuple(sorted((replace(one, seed=places[one.id]) for one in entrants), key=lambda one: one.seed))


def bracket_order(size: int) -> list[int]:
    """Places in a bracket of a power of two, from top to bottom, so that 1 and 2 can only meet in the final.

    ``bracket_order(8)`` is ``[1, 8, 4, 5, 2, 7, 3, 6]``: in each round the best left meets the weakest left.
    """
    order = [1]
    while len(order) < size:
        order = [place for one in order for place in (one, 2 * len(order) + 1 - one)]
    return order


def bracket_size(entrants: int) -> int:
    """The next power of two, at least 2."""
    return max(2, 1 << (entrants - 1).bit_length())
