"""Who does something in Slack: name, language and rights, asked of Slack now and then.

Source: https://docs.slack.dev/reference/methods/users.info
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from bot.on_slack.escape import person_name
from bot.on_slack.rest import Rest
from engine.arena.people import People
from engine.errors import PlatformDown
from engine.model import Person, Role
from engine.ports import Clock

PLATFORM: Final = "slack"
NAMELESS: Final = "member"
KEPT_MS: Final = 10 * 60_000
MOST_KEPT: Final = 4096
PATIENCE_SECONDS: Final = 1.5
"""A modal must open within three seconds of the press, so its language is not waited for any longer."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """What Slack says of a person. ``name`` is empty when it says none that can be shown."""

    name: str = ""
    locale: str = ""
    role: Role = Role.MEMBER
    bot: bool = False


class Members:
    """Looks people up, and remembers them for some minutes."""

    def __init__(self, rest: Rest, people: People, clock: Clock) -> None:
        self._rest = rest
        self._people = people
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], tuple[int, Facts]] = OrderedDict()

    async def facts(self, team: str, user: str) -> Facts:
        """What Slack says; nothing at all when it does not answer in time."""
        until_ms, facts = self._kept.get((team, user), (0, Facts()))
        if self._clock.now_ms() < until_ms:
            return facts
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._rest.call(team, "users.info", {"user": user, "include_locale": True})
        except (PlatformDown, TimeoutError) as error:
            log.info("a user is not known for now: %s", error)
            return facts
        return self._keep(team, user, read(answer.get("user") or {}, team))

    async def person(self, team: str, user: str) -> Person:
        """The person behind an id; one who is known keeps their name when Slack gives none."""
        name, platform_id = (await self.facts(team, user)).name, f"{team}:{user}"
        if not name and (known := await self._people.known(PLATFORM, platform_id)):
            return known
        return await self._people.seen(PLATFORM, platform_id, name or NAMELESS)

    def _keep(self, team: str, user: str, facts: Facts) -> Facts:
        self._kept[team, user] = (self._clock.now_ms() + KEPT_MS, facts)
        self._kept.move_to_end((team, user))
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return facts


def read(user: dict[str, Any], team: str) -> Facts:
    """What ``users.info`` says. Who is an admin elsewhere (Slack Connect) is none here."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    name = next(filter(None, (person_name(str(one)) for one in names if one)), "")
    theirs = user.get("team_id", team) == team and not user.get("is_stranger")
    leads = any(user.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))
    role = Role.MODERATOR if theirs and leads else Role.MEMBER
    return Facts(name, str(user.get("locale") or ""), role, bool(user.get("is_bot")))
