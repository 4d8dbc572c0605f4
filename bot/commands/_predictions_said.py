"""What people read of predictions: results, points, and why stakes are given back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.model import Seat
from engine.sentences import Sentence, counted, say

_REFUNDED: Final[Mapping[str, Sentence]] = {
    "void": say("The duel is void, so all stakes are given back."),
    "casual": say("The duel does not count, so all stakes are given back."),
    "one-sided": say("All had staked on the same result, so all stakes are given back."),
    "nobody-right": say("Nobody had staked on this result, so all stakes are given back."),
}


def result(on: str, names: Mapping[Seat, str]) -> str:
    """A result as it is staked on."""
    return names[Seat(on)] if on in (Seat.FIRST, Seat.SECOND) else say("a draw")


def points(number: int) -> str:
    """So many points."""
    return counted("{n} point", "{n} points", n=number)


def share(staked: int, pot: int) -> str:
    """A result's share of all that is staked."""
    return f"{staked / pot:.0%}" if pot else "–"


def why_refunded(refund: str) -> str:
    """Why nobody wins."""
    return _REFUNDED[refund]
