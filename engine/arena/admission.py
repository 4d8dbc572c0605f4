"""Whether a duel may start here: a community's settings, kept to in one place, each refusal naming the setting."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from engine import games
from engine.arena.budgets import Budgets
from engine.arena.communities import settings_of
from engine.arena.conduct import Conduct, conduct_of
from engine.arena.context import Context
from engine.arena.masking import holds_blocked
from engine.arena.slots import Slots
from engine.arena.starting import Start
from engine.community_settings import CommunitySettings, Starters
from engine.errors import NotAllowed
from engine.model import Community, Player, Role
from engine.sentences import joined, say

_ENGINE: Final = "engine"


class Admission:
    """Asked before a duel starts, in whatever way it does."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def admit(self, start: Start, duel_id: str) -> None:
        """Look whether a duel may start, and count it among those that are running; the same duel counts once.

        :raises NotAllowed: with the setting that forbids it, and what it would allow.
        """
        settings = await self.look(start)
        await Slots(self._context).take(start.community, duel_id, start.started_by, settings)

    async def look(self, start: Start) -> CommunitySettings:
        """Look whether a duel could start, and count nothing; the settings. :raises NotAllowed: as :meth:`admit`."""
        settings = await settings_of(self._context, start.community)
        conduct = await conduct_of(self._context, start.community)
        _require_play(conduct)
        _require_unbarred(conduct, [Player("human", start.started_by), *start.players.values()])
        _require_starter(settings, start.role)
        _require_game(settings, start.game)
        _require_players(settings, start.players.values())
        if not start.tournament:  # its host is a moderator, and chose the channel
            _require_channel(settings, start.channel)
        _require_clean(settings, start)
        await Budgets(self._context).require(start.community, start.players.values(), settings.cap_nano_usd)
        return settings

    async def admit_player(self, community: Community, player: Player, role: Role | None = None) -> None:
        """Look whether a player may take over a seat of a running duel; with a role, whether that one may start any.

        :raises NotAllowed: as :meth:`admit`.
        """
        settings = await settings_of(self._context, community)
        conduct = await conduct_of(self._context, community)
        _require_unbarred(conduct, [player])
        if role is not None:
            _require_starter(settings, role)
        _require_players(settings, [player])
        await Budgets(self._context).require(community, [player], settings.cap_nano_usd)


def is_allowed(settings: CommunitySettings, player: Player) -> bool:
    """Whether a model or engine may play here; people always may. Who allows an engine allows all its strengths."""
    if player.is_human or not settings.models:
        return True
    # Behind the colon an engine has its strength; a model has another model there, at another price.
    names = {str(player), str(player).partition(":")[0] if player.provider == _ENGINE else str(player)}
    return any(fnmatchcase(name, pattern) for pattern in settings.models for name in names)


def _require_play(conduct: Conduct) -> None:
    if conduct.paused:
        raise NotAllowed(say("Moderators have paused all duels here: {why}", why=conduct.paused))


def _require_unbarred(conduct: Conduct, players: Iterable[Player]) -> None:
    for player in players:
        if why := conduct.why_barred(player):
            if player.is_human:
                raise NotAllowed(say("Moderators have barred a player of this duel here: {why}", why=why))
            raise NotAllowed(say("Moderators have barred {player} here: {why}", player=str(player), why=why))


def _require_starter(settings: CommunitySettings, role: Role) -> None:
    if settings.start == Starters.MODERATORS and not role.covers(Role.MODERATOR):
        raise NotAllowed(say("Only moderators start duels here (setting “start”). Ask one of them."))


def _require_game(settings: CommunitySettings, name: str) -> None:
    if settings.games and name not in settings.games:
        titles = [games.game(one).title for one in settings.games]
        raise NotAllowed(
            say(
                "{game} is not played here (setting “games”). Allowed: {games}.",
                game=games.game(name).title,
                games=joined(titles, ", "),
            )
        )


def _require_players(settings: CommunitySettings, players: Iterable[Player]) -> None:
    for player in players:
        if not is_allowed(settings, player):
            raise NotAllowed(
                say(
                    "{player} does not play here (setting “models”). Allowed: {models}.",
                    player=str(player),
                    models=joined(settings.models, ", "),
                )
            )


def _require_channel(settings: CommunitySettings, channel: str) -> None:
    """A duel that is shown in no channel, as on the web, may be anywhere."""
    if settings.channel and channel and channel != settings.channel:
        raise NotAllowed(
            say("Duels are played in another channel here (setting “channel”): {channel}.", channel=settings.channel)
        )


def _require_clean(settings: CommunitySettings, start: Start) -> None:
    for name, value in start.options.items():
        if isinstance(value, str) and holds_blocked(value, settings.blocked_words):
            raise NotAllowed(
                say(
                    "“{option}” holds a word that is blocked here (setting “blocked-words”). Choose another.",
                    option=name,
                )
            )
