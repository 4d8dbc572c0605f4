"""What becomes of a duel whose player gave no move: a forfeit, or void when its provider is to blame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine import duel
from engine.arena.context import Context
from engine.duel import State
from engine.errors import ProviderError, ProviderRefused, UserError
from engine.model import Outcome, Player, Seat, Spoken, Termination
from engine.ports import Answer, GaveUp, MoveRequest, MoveSource
from engine.sentences import both, counted, joined, say


class _Absent:
    """Sits for a player that this installation has no longer: its key or its program is gone since the start."""

    def __init__(self, why: str) -> None:
        self._why = why

    async def choose(self, _request: MoveRequest) -> Answer:
        raise ProviderRefused(self._why)

    async def close(self) -> None:
        """Nothing is held."""


def seated(context: Context, player: Player, state: State) -> MoveSource:
    """Who chooses for a player; one that says why, when it cannot be had any more."""
    try:
        return context.roster.of(state.terms.community).seat(player, state.game)
    except UserError as error:
        return _Absent(error.text)


def spent(answers: Mapping[Seat, Answer | ProviderError]) -> dict[Seat, Spoken]:
    """What every seat has spent on a ply, also one whose choice came in vain."""
    return {seat: said for seat, answer in answers.items() if (said := answer.spoken) and said != _SILENT}


def given_up(state: State, answers: Mapping[Seat, Answer | ProviderError]) -> Outcome:
    """The end of a duel in which at least one of these answers is no move.

    A provider that is down makes the duel void. Only behind a community's own key an outage loses a rated duel that
    has begun: else whoever holds the key could escape any defeat.
    """
    down = {seat: answer for seat, answer in answers.items() if isinstance(answer, ProviderError)}
    for seat, error in down.items():
        if not (state.terms.players[seat].is_own and state.terms.rated and state.ply):
            why = say("{silent} The duel is void and counts for nobody.", silent=_silent(state, seat, error))
            return Outcome(None, Termination.PROVIDER_DOWN, why, void=True)
    gave_up = {seat: answer for seat, answer in answers.items() if isinstance(answer, GaveUp)}
    whys: list[str] = [
        say("{silent} Behind a server's own key that is a loss.", silent=_silent(state, *one)) for one in down.items()
    ]
    if gave_up:
        whys.append(_no_move(state, gave_up))
    failed = [seat for seat in answers if seat in down or seat in gave_up]
    return duel.forfeited(failed, Termination.FORFEIT, joined(whys) if len(whys) > 1 else whys[0])


def _silent(state: State, seat: Seat, error: ProviderError) -> str:
    return say("{player} could not answer: {error}", player=str(state.terms.players[seat]), error=error.text)


def _no_move(state: State, gave_up: Mapping[Seat, GaveUp]) -> str:
    who = both([state.game.seats[seat] for seat in gave_up])
    tried = max(len(answer.spoken.attempts) for answer in gave_up.values())
    if tried < 2:
        return say("{who} gave no legal move.", who=who)
    return counted(
        "{who} gave no legal move in {n} attempt.", "{who} gave no legal move in {n} attempts.", n=tried, who=who
    )


_SILENT: Final = Spoken()
