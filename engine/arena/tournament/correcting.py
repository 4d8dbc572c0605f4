"""Correcting a match's result: what it needs, and what follows from it."""

from __future__ import annotations

from typing import Any

from engine.arena.tournament.log import Phase, State, advance, resulted
from engine.errors import NotAllowed, OutOfTurn, UserError
from engine.sentences import say
from engine.tournaments.model import Result


def correction(state: State, number: int, table: int, points: tuple[float, float], by: str, why: str) -> dict[str, Any]:
    """The entry that gives a match another result.

    Where a tournament that was over lacks a match then (a second grand final, when the unbeaten one has lost the
    first), the entry reopens it, so that the match is played.

    :raises UserError: when there is no such result, the points do not fit, or a later round depends on it.
    """
    pairing = state.pairing(number, table)
    if pairing is None or table not in state.played[number - 1].results:
        raise UserError(say("There is no result of table {table} in round {round}.", table=table, round=number))
    if f"human/{by}" in pairing.both:
        raise NotAllowed(say("You play in this match: another moderator has to correct it."))
    if state.phase is Phase.CANCELLED:
        raise OutOfTurn(say("This tournament is cancelled."))
    plan = state.plan
    if plan.played_as.depends(state.entrants, state.played, plan.options, number, table):
        raise UserError(
            say("Later rounds were paired by that result, so it stays: correct what followed from it instead.")
        )
    pairs = max(1, state.played[number - 1].results[table].pairs)
    if sum(points) != 2 * pairs or any(2 * one % 1 for one in points):
        raise UserError(say("The match had {n} games: points are halves, and make {n} together.", n=2 * pairs))
    body = resulted(pairing, Result(*points, pairs=pairs)) | {"kind": "corrected", "by": by, "why": why}
    return body | ({"reopens": True} if state.phase is Phase.OVER and _lacks_a_match(advance(state, body)) else {})


def _lacks_a_match(state: State) -> bool:
    plan = state.plan
    return plan.played_as.next_round(state.entrants, state.played, plan.options, plan.seed) is not None
