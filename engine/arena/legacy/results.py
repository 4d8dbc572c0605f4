"""How a game ended, as the predecessor's columns ``winner`` and ``result`` say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine import duel
from engine.arena.legacy.rows import LegacyGame
from engine.arena.legacy.told import seat_named
from engine.duel import State
from engine.errors import NotUnderstood
from engine.model import SEATS, Outcome, Seat, Termination
from engine.sentences import say

RESULT: Final = "result"
RECORDED: Final = "recorded"
"""The termination of a duel that ended as the predecessor wrote, without the board showing why."""

_DRAWN: Final = re.compile(r"(?:1/2|½|0\.5|draw|tie|remis)", re.I)
_WON: Final = (
    (re.compile(r"1-0"), Seat.FIRST),
    (re.compile(r"0-1"), Seat.SECOND),
    (re.compile(r"(white|black|x|o|first|second)\b.{0,3}\bw(?:ins?|on)\b.*", re.I | re.S), None),
)
_NOTHING: Final = frozenset({"", "*", "none", "null", "ongoing", "in_progress", "unknown", "{}"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the row says: a winner, a draw, or neither."""

    winner: Seat | None = None
    drawn: bool = False

    @property
    def known(self) -> bool:
        """Whether it says anything."""
        return self.drawn or self.winner is not None


def recorded(game: LegacyGame) -> Recorded:
    """:raises NotUnderstood: when the two columns contradict one another, or cannot be read."""
    said = {_of_winner(game), _of_result(game.result)} - {Recorded()}
    if len(said) > 1:
        raise NotUnderstood(
            RESULT,
            say("winner “{winner}” and result “{result}” contradict.", winner=game.winner, result=game.result[:40]),
        )
    return said.pop() if said else Recorded()


def _of_winner(game: LegacyGame) -> Recorded:
    text = game.winner.casefold()
    if text in _NOTHING:
        return Recorded()
    if _DRAWN.match(text):
        return Recorded(drawn=True)
    named = [seat for seat in SEATS if game.names[seat].casefold() == text]
    seat = seat_named(text) or (named[0] if len(named) == 1 else None)
    if seat is None:
        raise NotUnderstood(RESULT, say("“{winner}” is neither side.", winner=game.winner[:40]))
    return Recorded(seat)


def _of_result(result: str) -> Recorded:
    if result.casefold() in _NOTHING:
        return Recorded()
    if _DRAWN.match(result):
        return Recorded(drawn=True)
    for pattern, winner in _WON:
        if found := pattern.match(result):
            return Recorded(winner or seat_named(found[1]))
    if seat := seat_named(result):
        return Recorded(seat)
    raise NotUnderstood(RESULT, say("“{result}” is no result.", result=result[:40]))


def outcome(game: LegacyGame, state: State) -> Outcome:
    """How the duel ends: as the board shows, else as the row says; void where neither does.

    :raises NotUnderstood: when the row says otherwise than the board shows.
    """
    wrote, shown = recorded(game), duel.ending(state)
    if shown:
        if wrote.known and (wrote.winner, wrote.drawn) != (shown.winner, shown.winner is None):
            raise NotUnderstood(
                RESULT, say("The row says “{result}”, but on the board: {why}", result=_quoted(game), why=shown.why)
            )
        return shown
    if wrote.winner:
        side = state.game.seats[wrote.winner]
        return Outcome(wrote.winner, RECORDED, say("{side} won, as the web predecessor recorded.", side=side))
    if wrote.drawn:
        return Outcome(None, RECORDED, say("A draw, as the web predecessor recorded."))
    if game.over:
        why = say("The web predecessor recorded no result. It counts for nobody.")
    else:
        why = say("It was not played to its end on the web predecessor. It counts for nobody.")
    return Outcome(None, Termination.CANCELLED, why, void=True)


def _quoted(game: LegacyGame) -> str:
    return (game.result or game.winner)[:40]
