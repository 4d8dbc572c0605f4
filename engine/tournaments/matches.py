"""A match: how many pairs of games it takes, and what it counts."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from engine.options import Kind, Option
from engine.sentences import say
from engine.tournaments.model import WIN, Entrant, Pairing, Played, Result

PAIRS: Final = Option(
    "pairs",
    say("Pairs of games a match: each on the same opening twice, with seats swapped."),
    Kind.INTEGER,
    default=1,
    least=1,
    most=50,
)
SCORING: Final = Option(
    "scoring",
    say("What counts in the table: points of games, or 1 for a match won and ½ for one drawn."),
    default="games",
    choices=("games", "matches"),
)
REPLAYS: Final = Option(
    "replays",
    say("How often a drawn match is played again, a pair of games each time; then the higher seed goes on."),
    Kind.INTEGER,
    default=2,
    least=0,
    most=20,
)


def goes_on(options: Mapping[str, Any], result: Result) -> bool:
    """Whether a match needs another pair of games.

    All of its pairs are played while games count (``scoring: games``); else it ends when it is decided. In a knockout a
    match drawn after its pairs goes on, up to ``replays`` pairs more, until somebody leads.
    """
    if not result.played:
        return False
    left = options["pairs"] - result.pairs
    lead = abs(result.first - result.second)
    if left > 0:
        return options.get("scoring") == "games" or lead <= WIN * left
    return lead == 0 and "replays" in options and result.pairs < options["pairs"] + options["replays"]


def most_games(options: Mapping[str, Any], matches: int) -> int:
    """How many duels that many matches are at most."""
    return 2 * matches * int(options["pairs"] + options.get("replays", 0))


def whole(options: Mapping[str, Any]) -> float:
    """Points of a match won without a loss, which is what a bye counts."""
    return 1.0 if options.get("scoring") == "matches" else WIN * options["pairs"]


def score(options: Mapping[str, Any], pairing: Pairing, result: Result) -> tuple[float, float]:
    """Points of both sides in the table."""
    full = whole(options)
    if result.cancelled:
        return full / 2, full / 2
    if result.absent:
        shares = [0.0 if side in result.absent else full for side in (pairing.first, pairing.second)]
        return shares[0], shares[1]
    if options.get("scoring") == "matches":
        return share(result.first, result.second), share(result.second, result.first)
    return result.first, result.second


def share(mine: float, theirs: float) -> float:
    """1 for more points than the other, ½ for as many, else 0."""
    return (1.0 + (mine > theirs) - (mine < theirs)) / 2


def winner(pairing: Pairing, result: Result, seeds: Mapping[str, int]) -> str | None:
    """Who goes on in a knockout: more points, else the higher seed; ``None`` when neither came."""
    present = [side for side in (pairing.first, pairing.second) if side not in result.absent]
    if len(present) == 1:
        return present[0]
    if not present:
        return None
    if result.cancelled or result.first == result.second:
        return min(present, key=lambda side: seeds[side])
    return pairing.first if result.first > result.second else pairing.second


def opening_seed(seed: int, number: int, table: int) -> int:
    """The seed of a match's first opening: the same for ever, different for every match."""
    return random.Random(f"{seed}/{number}/{table}").getrandbits(53)  # noqa: S311 (no secret)


def require_complete(played: Iterable[Played]) -> None:
    """:raises ValueError: when a round is paired before the one before it has ended: the caller's mistake."""
    for number, one in enumerate(played, 1):
        if one.round.number != number:
            raise ValueError(f"Round {one.round.number} stands where round {number} belongs")
        if not one.complete:
            raise ValueError(f"Round {number} has matches without a result")


def seeds(entrants: Sequence[Entrant]) -> dict[str, int]:
    """Everybody's seed. :raises ValueError: when two share an id or a seed."""
    found = {entrant.id: entrant.seed for entrant in entrants}
    if len(found) != len(entrants) or len({*found.values()}) != len(entrants):
        raise ValueError("Every entrant needs an id and a seed of their own")
    return found
