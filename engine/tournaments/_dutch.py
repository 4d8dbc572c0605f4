"""FIDE's Dutch system (Handbook C.04.3) without colours, by py4swiss.

A match is pairs of games with seats swapped, so both sides have both colours equally often and nobody prefers one. What
is left of the system are scores, who has met whom, byes and floats. py4swiss reads a tournament as a report file, in
which every game has a colour and every colour a preference; so its players are made here directly, without any, and
paired by its own brackets. Its pairing takes the criteria in force until 31 January 2026. Of those in force now, the
bye's score (C5: as low as the round can be completed with) and what makes a float are reckoned here before; what is
left is that of several equally low, who had the fewest unplayed rounds is not preferred (C9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING

from engine.errors import NotConfigured
from engine.sentences import say

if TYPE_CHECKING:
    from py4swiss.engines.dutch.player import Player
    from py4swiss.engines.dutch.validity_matcher import ValidityMatcher


class Float(StrEnum):
    """Whom somebody met in a round: one with fewer points (or nobody, for points), one with more, or an equal."""

    DOWN = "down"
    UP = "up"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody to be paired.

    Attributes:
        number: their pairing number, 1 the strongest; unique.
        points: in whole units, so that differences are exact.
        floats: of all rounds, the last one last.
        met: numbers of those whom they cannot meet again.
        had_bye: they have scored a match won without playing, so that they get no bye (C.04.1 art. 4).
    """

    number: int
    points: int
    floats: Sequence[Float]
    met: Set[int]
    had_bye: bool


def pair(cards: Sequence[Card], number: int) -> list[tuple[int, int | None]] | None:
    """The pairs of round ``number`` with the better one first, best first, and the bye last with ``None``.

    ``None`` when nobody can be paired without meeting again or having a second bye. Holds the interpreter's lock
    while it matches: for seconds with 1,000 entrants, so that a large field belongs into a process of its own (see
    ``docs/decisions/0025-tournaments.md``).

    :raises NotConfigured: where py4swiss is not installed, already for the first round, which needs nothing of it.
    """
    if find_spec("py4swiss") is None:
        raise NotConfigured(
            say(
                "Swiss rounds cannot be paired on this machine: there is no py4swiss for its processor. Choose another "
                "format, or ask the arena's host for a machine of x86_64."
            )
        )
    if _is_first(cards):
        return _first_round(cards)
    # It brings pydantic and compiled parts, which a start of the bot need not pay for.
    from py4swiss.engines.dutch.bracket import BracketPairer, Brackets
    from py4swiss.engines.dutch.engine import Engine

    players = sorted(map(_player, cards), reverse=True)
    validity = _completed(players)
    if validity is None:
        return None
    brackets, pairs = Brackets(players, number), []
    while not brackets.is_finished():
        found = Engine._get_bracket_pairs(BracketPairer(brackets.get_current_bracket(), validity, True))
        if found is None:
            brackets.collapse()
        else:
            brackets.apply_bracket_pairings(found)
            pairs += found
    ranks = {player.id: rank for rank, player in enumerate(players)}
    return _ordered(((one.id, other.id) for one, other in pairs), ranks)


def _completed(players: Sequence[Player]) -> ValidityMatcher | None:
    """The matcher of a round that can be completed; whoever has more points than the bye can go to gets none (C5)."""
    from py4swiss.engines.dutch.validity_matcher import ValidityMatcher

    able = [player for player in players if not player.bye_received]
    scores = sorted({player.points for player in able}) if len(players) % 2 else [0]
    for score in scores:
        for player in able:
            player.bye_received = player.points > score
        validity = ValidityMatcher([*players], set())
        if validity.is_valid_matching():
            return validity
    return None


def _player(card: Card) -> Player:
    from py4swiss.engines.common import ColorPreference, ColorPreferenceSide, ColorPreferenceStrength
    from py4swiss.engines.common import Float as Theirs
    from py4swiss.engines.dutch.player import Player

    floats = [Theirs[one.name] for one in card.floats]
    last, before = ([Theirs.NONE, Theirs.NONE, *floats])[:-3:-1]
    return Player(
        id=card.number,
        number=card.number,
        points=card.points,
        points_with_acceleration=card.points,
        color_preference=ColorPreference(side=ColorPreferenceSide.NONE, strength=ColorPreferenceStrength.NONE),
        color_difference=0,
        color_double=False,
        float_1=last,
        float_2=before,
        opponents=set(card.met),
        colors=[],
        bye_received=card.had_bye,
        top_scorer=False,  # matters for colours alone
    )


def _ordered(pairs: Iterable[tuple[int, int]], ranks: Mapping[int, int]) -> list[tuple[int, int | None]]:
    """Best pair first, and in each the better one; py4swiss writes a bye as a pair with oneself."""
    sorted_pairs = sorted(sorted(pair, key=ranks.__getitem__) for pair in pairs)
    by_rank = sorted(sorted_pairs, key=lambda pair: (pair[0] == pair[1], ranks[pair[0]]))
    return [(one, None if one == other else other) for one, other in by_rank]


def _is_first(cards: Sequence[Card]) -> bool:
    return not any(card.points or card.met or card.had_bye or card.floats for card in cards)


def _first_round(cards: Sequence[Card]) -> list[tuple[int, int | None]]:
    """Without history the system has one answer: the upper half against the lower, in order; the last has the bye."""
    numbers = sorted(card.number for card in cards)
    half = len(numbers) // 2
    pairs: list[tuple[int, int | None]] = [*zip(numbers[:half], numbers[half : 2 * half], strict=True)]
    return pairs + [(one, None) for one in numbers[2 * half :]]
