"""The duels of a tournament, found by their places: of a community's other duels none is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator

from engine.arena.context import Context, derived_id
from engine.arena.tournament.advancing import ATTEMPTS, Game
from engine.arena.tournament.log import State
from engine.model import Community, Head, Status
from engine.tournaments.model import Pairing, Result


async def duels(context: Context, community: Community, tournament_id: str, state: State) -> AsyncIterator[Head]:
    """Every duel that has begun, by round, table and game; those that turned out void, and were played again, too."""
    for played in state.played:
        for pairing in played.round.pairings:
            async for head in _of_match(context, community, tournament_id, pairing, played.results.get(pairing.table)):
                yield head


async def _of_match(
    context: Context, community: Community, tournament_id: str, pairing: Pairing, result: Result | None
) -> AsyncIterator[Head]:
    pair, found = 0, True
    while found and not (result and result.played and pair == result.pairs):
        pair, found = pair + 1, False
        for leg in (0, 1):
            for attempt in range(ATTEMPTS):
                name = Game(pairing, pair, leg, attempt).request(tournament_id)
                head = await context.store.head(derived_id(community, name))
                if head is None:
                    break
                found = True
                yield head
                if head.status is not Status.OVER or (head.outcome and not head.outcome.void):
                    break
