"""What there are a few of: the two seats, the states of a duel, the ways to fail and to end, and what people may do.

Apart from the values, so that the errors, and whoever needs them alone, are imported in a moment.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Seat(StrEnum):
    """One of a duel's two sides. A game may show them as White and Black."""

    FIRST = "first"
    SECOND = "second"

    @property
    def other(self) -> Seat:
        """The opposite side."""
        return Seat.SECOND if self is Seat.FIRST else Seat.FIRST


SEATS: Final = (Seat.FIRST, Seat.SECOND)


class MoveMode(StrEnum):
    """What a language model is given to answer with; ladders do not mix modes."""

    FREE = "free"
    LISTED = "listed"
    CONSTRAINED = "constrained"


DRAW: Final = "draw"
"""Beside a seat, what can be foretold of a duel's result."""


class Status(StrEnum):
    """Where a duel stands, as its head tells."""

    LIVE = "live"
    WAITING = "waiting"
    ADJOURNED = "adjourned"
    OVER = "over"


class Failure(StrEnum):
    """Why one attempt at a ply was not a move."""

    EMPTY = "EMPTY"
    TRUNCATED = "TRUNCATED"
    UNPARSABLE = "UNPARSABLE"
    AMBIGUOUS = "AMBIGUOUS"
    ILLEGAL = "ILLEGAL"


class Role(StrEnum):
    """What a person may do in a community; each may do what those before it may."""

    MEMBER = "member"
    MODERATOR = "moderator"
    HOST = "host"

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what ``needed`` may."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


class Termination(StrEnum):
    """The ends that the arena itself decides. A game adds its own, such as ``checkmate``."""

    RESIGNATION = "resignation"
    TIMEOUT = "timeout"
    FORFEIT = "forfeit"
    AGREEMENT = "agreement"
    MAX_PLIES = "max-plies"
    CANCELLED = "cancelled"
    PROVIDER_DOWN = "provider-down"
    BUDGET = "budget"
    RULING = "ruling"
