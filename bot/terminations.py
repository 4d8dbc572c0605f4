"""How a duel ended, in a word for lists: the arena's terminations and those of the games."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.sentences import Sentence, say

_SAID: Final[Mapping[str, Sentence]] = {
    "resignation": say("resignation"),
    "timeout": say("time"),
    "forfeit": say("forfeit"),
    "agreement": say("agreement"),
    "max-plies": say("limit of plies"),
    "cancelled": say("cancelled"),
    "provider-down": say("no answer"),
    "budget": say("budget"),
    "ruling": say("ruling"),
    "checkmate": say("checkmate"),
    "stalemate": say("stalemate"),
    "insufficient-material": say("insufficient material"),
    "fifty-move-rule": say("fifty-move rule"),
    "threefold-repetition": say("threefold repetition"),
    "three-in-a-row": say("three in a row"),
    "full-board": say("full board"),
    "majority": say("majority of rounds"),
    "throw-limit": say("limit of throws"),
    "finish": say("over the line"),
    "distance": say("distance"),
    "strikes": say("strikes"),
    "rounds": say("last round"),
    "recorded": say("recorded"),
}


def termination_said(termination: str) -> str:
    """The word for a termination; one that nobody has named yet is its own."""
    return _SAID.get(termination) or termination.replace("-", " ")
