"""``arena switch``: a live application moves between this machine and the functions, and back.

The order is what makes it safe to be killed anywhere: first everything is looked at and nothing changed, then the
platform is told (one call, which it takes whole or not at all), then it is read back, and only then work begins on the
store.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from bot._switch_checks import endpoint_checks, store_checks
from bot.accounts import cause
from bot.catalogue import said
from bot.checked import Check
from bot.opening import opened
from bot.settings import DYNAMODB, Settings, StoreAddress
from bot.wiring import archived
from engine.errors import BadOption, PlatformDown, UserError
from engine.sentences import joined, say

DISCORD: Final = "discord"
SLACK: Final = "slack"
WEBHOOK: Final = "webhook"
SIDES: Final = {DISCORD: ("gateway", WEBHOOK), SLACK: ("socket", WEBHOOK)}
EXIT_REFUSED: Final = 1
"""Something is amiss, and nothing was changed."""


class Application(Protocol):
    """A chat platform's record of the application: where it sends what members do."""

    @property
    def title(self) -> str:
        """What the platform is called."""
        ...

    @property
    def here(self) -> str:
        """What the connection of this machine is called."""
        ...

    async def endpoint(self) -> str:
        """The address that events are sent to; empty when they go over the connection."""
        ...

    def checks(self, url: str) -> AsyncIterator[Check]:
        """What must hold before they are sent to ``url``, or over the connection when it is empty."""
        ...

    def forged(self) -> tuple[dict[str, str], bytes]:
        """Headers and body of a request that pretends to be the platform's."""
        ...

    async def send_to(self, url: str) -> None:
        """Send events there, or over the connection when it is empty.

        :raises UserError: when the platform refuses, with its reason.
        """
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed. ``old`` is the store that was used until now."""

    platform: str
    side: str
    url: str = ""
    old: StoreAddress | None = None
    dry_run: bool = False
    yes: bool = False
    anyway: bool = False


Confirm = Callable[[str], bool]


def switch(settings: Settings, asked: Asked, confirm: Confirm | None = None) -> int:
    """Move the application; 0 when it is where it should be, 1 when something is amiss and nothing was changed.

    :raises UserError: for what cannot be asked for, and when the platform refuses.
    """
    if asked.side not in SIDES[asked.platform]:
        one, other = SIDES[asked.platform]
        raise BadOption(say("{platform} has {one} and {other}.", platform=asked.platform, one=one, other=other))
    if asked.side == WEBHOOK and not asked.url:
        raise BadOption(say("Say where the webhook is: --url https://…"))
    told = partial(said, language=settings.language)
    try:
        return asyncio.run(_Switching(settings, asked, confirm or partial(_confirmed, told), told).run())
    except PlatformDown as down:
        raise BadOption(
            say(
                "{platform} cannot be reached: {cause}. Try again later.",
                platform=asked.platform.title(),
                cause=cause(down),
            )
        ) from down


class _Switching:
    def __init__(self, settings: Settings, asked: Asked, confirm: Confirm, told: Callable[[str], str]) -> None:
        self._settings = settings
        self._asked = asked
        self._confirm = confirm
        self._told = told
        self._url = asked.url.rstrip("/") if asked.side == WEBHOOK else ""

    async def run(self) -> int:
        async with application(self._settings, self._asked.platform) as here:
            now = await here.endpoint()
            for line in self._plan(here, now):
                self._say(line)
            if not await self._checked(here):
                self._say(say("Nothing was changed."))
                return EXIT_REFUSED
            if self._asked.dry_run:
                self._say(say("This was a look: nothing was changed."))
                return 0
            if now != self._url and not await self._told_platform(here):
                return EXIT_REFUSED
        await self._begin()
        self._say(self._way_back(now))
        return 0

    def _plan(self, here: Application, now: str) -> Iterator[str]:
        old, new = (url or here.here for url in (now, self._url))
        if now == self._url:
            yield say("{platform} sends to {new} already.", platform=here.title, new=new)
            return
        yield say("{platform} sends what members do to {old}.", platform=here.title, old=old)
        yield say("It is to send it to {new}. Duels go on where they are.", new=new)

    async def _checked(self, here: Application) -> bool:
        fine = True
        async for check in self._checks(here):
            mark = "ok " if check.fine else ("-  " if check.may_pass or self._asked.anyway else "NO ")
            self._say(joined([mark, check.text]))
            fine = fine and (check.fine or check.may_pass or self._asked.anyway)
        return fine

    async def _checks(self, here: Application) -> AsyncIterator[Check]:
        async for check in here.checks(self._url):
            yield check
        if self._url:
            async for check in endpoint_checks(self._url, here.forged()):
                yield check
        async for check in store_checks(self._settings, self._asked.old, serverless=bool(self._url)):
            yield check

    async def _told_platform(self, here: Application) -> bool:
        """Tell the platform and read it back; ``False`` when the person says no."""
        if not self._asked.yes and not self._confirm(say("Go on?")):
            self._say(say("Nothing was changed."))
            return False
        await here.send_to(self._url)
        found = await here.endpoint()
        if found != self._url:
            raise UserError(
                say(
                    "{platform} took the change and says {found} all the same: look at the application's page.",
                    platform=here.title,
                    found=found or here.here,
                )
            )
        self._say(say("{platform} sends to {new} now.", platform=here.title, new=found or here.here))
        return True

    async def _begin(self) -> None:
        """Work begins on the functions' store; on this machine ``arena run`` begins it."""
        address = self._settings.address
        if self._url and address.kind == DYNAMODB:
            async with archived(address, self._settings, made=False) as store:
                self._say(await opened(self._settings, store, str(address)))
        elif not self._url:
            self._say(say("Start “arena run” with ARENA_STORE={store}, if it does not run.", store=str(address)))

    def _way_back(self, before: str) -> str:
        platform, (connection, _) = self._asked.platform, SIDES[self._asked.platform]
        if self._url:
            return say("Back: arena switch {platform} {side}", platform=platform, side=connection)
        url = before or "https://…"
        return say("Back: arena switch {platform} {side} --url {url}", platform=platform, side=WEBHOOK, url=url)

    def _say(self, line: str) -> None:
        sys.stdout.write(self._told(line) + "\n")
        sys.stdout.flush()


def application(settings: Settings, platform: str) -> AbstractAsyncContextManager[Application]:
    """The application on that platform. :raises UserError: without its tokens, or with wrong ones."""
    return _APPLICATIONS[platform](settings)


def _on_discord(settings: Settings) -> AbstractAsyncContextManager[Application]:
    from bot.on_discord.switching import application as on_discord

    return on_discord(settings.discord)


def _on_slack(settings: Settings) -> AbstractAsyncContextManager[Application]:
    from bot.on_slack.switching import application as on_slack

    return on_slack(settings)


_APPLICATIONS: Final[Mapping[str, Callable[[Settings], AbstractAsyncContextManager[Application]]]] = {
    DISCORD: _on_discord,
    SLACK: _on_slack,
}


def _confirmed(told: Callable[[str], str], question: str) -> bool:
    if not sys.stdin.isatty():
        raise BadOption(say("Nobody is here to ask: say --yes, or --dry-run to look."))
    return input(f"{told(question)} [y/N] ").strip().casefold() in {"y", "yes", "j", "ja"}
