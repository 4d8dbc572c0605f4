"""What can be typed next: names of games, players, duels and whatever else an option declares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot import offering
from bot.offering import MOST, matching
from engine import games
from engine.arena import Arena
from engine.arena.admission import is_allowed
from engine.arena.communities import masked
from engine.community_settings import CommunitySettings
from engine.model import Community, Person, Player, Role
from engine.sentences import joined, say

Found = list[tuple[str, str]]

PEOPLE: Final = "people"
"""What only a platform can offer."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Where something is typed, by whom, and what has been typed beside it."""

    arena: Arena
    community: Community
    about: str
    person_id: str


Offer = Callable[[_Asked], Awaitable[Found]]


async def complete(
    arena: Arena,
    community: Community,
    what: str,
    typed: str,
    about: str,
    *,
    person: Person | None = None,
    role: Role = Role.MEMBER,
) -> list[tuple[str, str]]:
    """At most 25 pairs of value and label that contain what was typed, those that start with it first.

    ``about`` is what else has been typed and matters: the game for a player, the setting for its value. ``person`` is
    who types, when they are known, and ``role`` what the platform says of them: nothing is offered for an option whose
    verbs they may not use.
    """
    offer, person_id = OFFERED.get(what), person.id if person else ""
    if offer is None or not await _may_see(arena, community, what, person_id, role):
        return []
    return [*matching(await offer(_Asked(arena, community, about, person_id)), typed)]


async def _may_see(arena: Arena, community: Community, what: str, person_id: str, role: Role) -> bool:
    needed = offering.needed(what)
    if any(role.covers(one) for one in needed):
        return True
    own = await arena.communities.role(community, person_id, role)
    return any(own.covers(one) for one in needed)


async def _games(_asked: _Asked) -> Found:
    return [(name, games.game(name).title) for name in games.names()]


async def _players(asked: _Asked) -> Found:
    arena, community, game = asked.arena, asked.community, asked.about
    await arena.own_keys.load(community)
    settings = await arena.communities.settings(community)
    known = arena.context.roster.of(community).names(games.game(offering.game_of(game)))
    return [offering.ME] + [
        (player.name, player.about if player.ready else say("not ready: {need}", need=player.missing))
        for player in known
        if is_allowed(settings, Player.named(player.name))
    ]


async def _settings(_asked: _Asked) -> Found:
    return [*offering.settings()]


async def _values(asked: _Asked) -> Found:
    return [*offering.values(asked.about)]


async def _keys(asked: _Asked) -> Found:
    return [(facts.name, facts.name) for facts in await asked.arena.own_keys.listed(asked.community)]


async def _duels(asked: _Asked) -> Found:
    arena, community = asked.arena, asked.community
    found: Found = [offering.LAST]
    heads = await arena.context.store.duels(community, limit=MOST)
    names = await arena.people.of([head.terms for head in heads])
    settings = await arena.communities.settings(community)
    for head in heads:
        found.append((head.duel_id[:8], _versus(head.terms.game, names.seats(head.terms).values(), settings)))
    return found


async def _challenges(asked: _Asked) -> Found:
    arena = asked.arena
    mine = await arena.challenges.open_of(asked.community, asked.person_id) if asked.person_id else []
    names = await arena.people.called({person for one in mine for person in (one.challenger, one.challenged)})
    settings = await arena.communities.settings(asked.community)
    return [
        (one.key, _versus(one.start.game, map(names.person, (one.challenger, one.challenged)), settings))
        for one in mine
    ]


def _versus(game: str, names: Iterable[str], settings: CommunitySettings) -> str:
    return joined([game, joined([masked(name, settings) for name in names], " – ")], ": ")


OFFERED: Final[Mapping[str, Offer]] = {
    "games": _games,
    "players": _players,
    "duels": _duels,
    "challenges": _challenges,
    "settings": _settings,
    "values": _values,
    "keys": _keys,
}
