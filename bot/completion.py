"""What can be typed next: names of games, players and duels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine import games
from engine.arena import Arena
from engine.model import Community
from engine.sentences import joined, say

MOST: Final = 25


async def complete(arena: Arena, community: Community, what: str, typed: str, game: str) -> list[tuple[str, str]]:
    """At most 25 pairs of value and label that contain what was typed, those that start with it first."""
    if what == "games":
        found = [(name, games.game(name).title) for name in games.names()]
    elif what == "players":
        found = _players(arena, game)
    elif what == "duels":
        found = await _duels(arena, community)
    else:
        found = []
    return _matching(found, typed.casefold())[:MOST]


def _players(arena: Arena, game: str) -> list[tuple[str, str]]:
    name = game if game in games.names() else "chess"
    known = arena.context.roster.names(games.game(name))
    return [("me", say("you"))] + [
        (player.name, player.about if player.ready else say("not ready: {need}", need=player.missing))
        for player in known
    ]


async def _duels(arena: Arena, community: Community) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = [("last", say("the newest duel"))]
    heads = await arena.context.store.duels(community, limit=MOST)
    names = await arena.people.of([head.terms for head in heads])
    for head in heads:
        versus = joined(names.seats(head.terms).values(), " – ")
        found.append((head.duel_id[:8], joined([head.terms.game, versus], ": ")))
    return found


def _matching(found: Sequence[tuple[str, str]], typed: str) -> list[tuple[str, str]]:
    first = [pair for pair in found if pair[0].casefold().startswith(typed)]
    return first + [pair for pair in found if pair not in first and typed in pair[0].casefold()]
