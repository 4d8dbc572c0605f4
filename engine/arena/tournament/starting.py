"""How a tournament begins: who has checked in, and in which order they are seeded."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from engine import games
from engine.arena.conduct import conduct_of
from engine.arena.context import Context
from engine.arena.ladders import Ladders
from engine.arena.tournament.log import SignedUp, State
from engine.model import Community, Player
from engine.sentences import say
from engine.tournaments.model import Entrant
from engine.tournaments.seeding import by_hand, by_rating


async def start_of(context: Context, community: Community, state: State, order: Sequence[str] = ()) -> dict[str, Any]:
    """The entry that starts it, with everybody's seed; or the one that cancels it, for too few are there."""
    conduct = await conduct_of(context, community)
    there = [
        one
        for one in state.signed.values()
        if is_there(state, one, context.clock.now_ms()) and not conduct.why_barred(Player.named(one.player))
    ]
    absent = [one.player for one in state.signed.values() if one not in there]
    if len(there) < 2:
        return {"kind": "cancelled", "by": "arena", "why": say("Fewer than two were there at the start.")}
    names = [one.player for one in there]
    return {"kind": "started", "order": await _seeded(context, community, state, names, order), "absent": absent}


def is_there(state: State, one: SignedUp, now_ms: int) -> bool:
    """Whether somebody takes part: once check-in has opened, people have to say so; programs are always there."""
    opens = state.plan.check_in_ms
    return one.checked_in or opens is None or now_ms < opens or not Player.named(one.player).is_human


async def _seeded(
    context: Context, community: Community, state: State, names: list[str], order: Sequence[str]
) -> list[str]:
    plan = state.plan
    if order or plan.seeding == "hand":
        signed = [Entrant(name, place) for place, name in enumerate(names, 1)]
        return [entrant.id for entrant in by_hand(signed, list(order))]
    if plan.seeding == "lot":
        drawn = sorted(names)
        random.Random(f"seeding/{plan.seed}").shuffle(drawn)  # noqa: S311 - drawn anew by whoever has the seed
        return drawn
    return [entrant.id for entrant in by_rating(names, await _ratings(context, community, state), plan.seed)]


async def _ratings(context: Context, community: Community, state: State) -> Mapping[str, float]:
    """Everybody's rating on the busiest ladder of this game and variant that has them."""
    variant = games.game(state.plan.game).variant(state.plan.game_options)
    ratings: dict[str, float] = {}
    for board in await Ladders(context).of(community):
        if (board.ladder.game, board.ladder.variant) == (state.plan.game, variant):
            for line in board.standings:
                ratings.setdefault(line.player, line.elo)
    return ratings
