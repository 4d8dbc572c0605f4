"""How often a member may be asked for a duel, and how many challenges one may have open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from engine import games
from engine.arena.challenge import Challenge, Stage
from engine.sentences import Sentence, say

MOST_OPEN: Final = 3
# Who has declined is not asked again by the same member before this has passed after the challenge's own time.
PEACE_MS: Final = 600_000
# So many challenges to one member may come to nothing while they are kept.
MOST_IN_VAIN: Final = 10


def refusal(new: Challenge, others: Sequence[Challenge], now_ms: int) -> Sentence | None:
    """Why a new challenge is one too many, beside the others that are kept, open or not."""
    is_open = [other for other in others if other.stage is Stage.OPEN and now_ms < other.expires_ms]
    return _too_many(new, is_open) or _importunate(new, others, now_ms)


def _too_many(new: Challenge, others: Sequence[Challenge]) -> Sentence | None:
    """Why a new challenge is one too many, beside the others that are open."""
    pair = {new.challenger, new.challenged}
    game = games.game(new.start.game)
    for other in others:
        if {other.challenger, other.challenged} == pair and games.game(other.start.game) is game:
            if other.challenger == new.challenger:
                return say("Your challenge to this member stands already. Withdraw it first with /duel withdraw.")
            return say("This member has challenged you already. Answer with /duel accept or /duel decline.")
    if sum(other.challenger == new.challenger for other in others) >= MOST_OPEN:
        return say("You have {most} open challenges already. Withdraw one with /duel withdraw.", most=MOST_OPEN)
    return None


def _importunate(new: Challenge, others: Iterable[Challenge], now_ms: int) -> Sentence | None:
    """Why a member is to be left in peace by who asks again and again."""
    before = [one for one in others if (one.challenger, one.challenged) == (new.challenger, new.challenged)]
    if any(one.stage is Stage.DECLINED and now_ms < one.expires_ms + PEACE_MS for one in before):
        return say("This member has declined a challenge of yours. Wait some minutes before you ask again.")
    if sum(one.stage is not Stage.ACCEPTED for one in before) >= MOST_IN_VAIN:
        return say("You have asked this member often enough for now. Wait until they ask you.")
    return None
