"""What can be typed next: names of games, players and duels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bot.catalogue import languages
from engine import games
from engine.arena import Arena
from engine.arena.admission import is_allowed
from engine.arena.community_settings import SETTINGS
from engine.arena.setting_values import DEFAULT
from engine.model import Community, Player
from engine.sentences import joined, say

Found = list[tuple[str, str]]
Offer = Callable[[Arena, Community, str], Awaitable[Found]]

MOST: Final = 25


async def complete(arena: Arena, community: Community, what: str, typed: str, about: str) -> list[tuple[str, str]]:
    """At most 25 pairs of value and label that contain what was typed, those that start with it first.

    ``about`` is what else has been typed and matters: the game for a player, the setting for its value.
    """
    offer = _OFFERED.get(what)
    found = await offer(arena, community, about) if offer else []
    return _matching(found, typed.casefold())[:MOST]


async def _games(_arena: Arena, _community: Community, _about: str) -> Found:
    return [(name, games.game(name).title) for name in games.names()]


async def _players(arena: Arena, community: Community, game: str) -> Found:
    await arena.own_keys.load(community)
    settings = await arena.communities.settings(community)
    name = game if game in games.names() else "chess"
    known = arena.context.roster.of(community).names(games.game(name))
    return [("me", say("you"))] + [
        (player.name, player.about if player.ready else say("not ready: {need}", need=player.missing))
        for player in known
        if is_allowed(settings, Player.named(player.name))
    ]


async def _settings(_arena: Arena, _community: Community, _about: str) -> Found:
    return [(row.name, row.help) for row in SETTINGS.values()]


async def _values(_arena: Arena, _community: Community, name: str) -> Found:
    row = SETTINGS.get(name)
    if row is None:
        return []
    choices = languages() if row.holds == "language" else row.choices
    return [(choice, choice) for choice in (*choices, DEFAULT)]


async def _keys(arena: Arena, community: Community, _about: str) -> Found:
    return [(facts.name, facts.address) for facts in await arena.own_keys.listed(community)]


async def _duels(arena: Arena, community: Community, _about: str) -> Found:
    found: Found = [("last", say("the newest duel"))]
    heads = await arena.context.store.duels(community, limit=MOST)
    names = await arena.people.of([head.terms for head in heads])
    for head in heads:
        versus = joined(names.seats(head.terms).values(), " – ")
        found.append((head.duel_id[:8], joined([head.terms.game, versus], ": ")))
    return found


def _matching(found: Sequence[tuple[str, str]], typed: str) -> list[tuple[str, str]]:
    first = [pair for pair in found if pair[0].casefold().startswith(typed)]
    return first + [pair for pair in found if pair not in first and typed in pair[0].casefold()]


_OFFERED: Final[Mapping[str, Offer]] = {
    "games": _games,
    "players": _players,
    "duels": _duels,
    "settings": _settings,
    "values": _values,
    "keys": _keys,
}
