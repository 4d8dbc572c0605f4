"""``/duel``: start one, play it, look at it."""

from __future__ import annotations

from bot.commands import (
    CommandSpec,
    _duel_challenges,
    _duel_look,
    _duel_match,
    _duel_play,
    _duel_records,
    _duel_reports,
    _duel_start,
)
from engine.sentences import say

COMMAND = CommandSpec(
    "duel",
    say("Let two players fight: language models, engines, people."),
    (
        *_duel_start.VERBS,
        *_duel_challenges.VERBS,
        *_duel_play.VERBS,
        *_duel_look.VERBS,
        *_duel_match.VERBS,
        *_duel_records.VERBS,
        *_duel_reports.VERBS,
    ),
)
