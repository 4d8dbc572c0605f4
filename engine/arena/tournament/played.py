"""The duels of a tournament, found by their places: of a community's other duels none is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import product

from engine.arena.context import Context, derived_id
from engine.arena.tournament.advancing import ATTEMPTS, Game
from engine.arena.tournament.log import State
from engine.model import SEATS, Community, Head, Status
from engine.tournaments.model import Pairing, Result


async def duels(context: Context, community: Community, tournament_id: str, state: State) -> AsyncIterator[Head]:
    """Every duel that has begun, by round, table and game; those that turned out void, and were played again, too."""
    for played in state.played:
        for pairing in played.round.pairings:
            async for head in _of_match(context, community, tournament_id, pairing, played.results.get(pairing.table)):
                yield head


def match_of(state: State, head: Head) -> Pairing | None:
    """The match that a duel is a game of: from its place alone its id derives, and the same two may meet again."""
    both = {str(head.terms.players[seat]) for seat in SEATS}
    met = (one for played in reversed(state.played) for one in played.round.pairings if one.both == both)
    return next((one for one in met if _is_game_of(one, state, head)), None)


def _is_game_of(pairing: Pairing, state: State, head: Head) -> bool:
    most = state.plan.options["pairs"] + state.plan.options.get("replays", 0)
    games = (Game(pairing, pair + 1, leg, attempt) for pair, leg, attempt in product(*map(range, (most, 2, ATTEMPTS))))
    community, tournament = head.terms.community, head.terms.tournament
    return any(derived_id(community, game.request(tournament)) == head.duel_id for game in games)


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
