"""The chat platforms of ``arena run``: each is connected when its tokens are set, and stays so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from typing import Final

from bot import notices
from bot._projection import AT_ONCE, Pacing
from bot.accounts import cause
from bot.announcing import Announcing
from bot.answering import answer
from bot.cards import HouseStyle
from bot.catalogue import language_of, said
from bot.commands import Invocation, Reply
from bot.inbox import Answer, Inbox, Open
from bot.presenting import Presenter
from bot.settings import Settings
from engine.arena import Arena
from engine.arena.communities import masked
from engine.errors import NotConfigured, OutOfTurn, PlatformDown
from engine.model import Document, Head
from engine.sentences import say

Connect = Callable[[Answer], AbstractAsyncContextManager[Presenter]]

FIRST_RETRY_SECONDS: Final = 2.0
LAST_RETRY_SECONDS: Final = 120.0
# So long an answer waits for the first board; after that it is given without it.
PATIENCE_SECONDS: Final = 10.0

log = logging.getLogger(__name__)


class Chat:
    """The connected platforms, and what they show."""

    def __init__(self, settings: Settings, arena: Arena, pacing: Pacing = AT_ONCE) -> None:
        self._settings = settings
        self._arena = arena
        self._presenters: dict[str, Presenter] = {}
        self.announcing = Announcing(arena, self._presenters, self._style, self._notify, pacing)
        self._platforms = platforms(settings, arena)
        self._tried = {name: asyncio.Event() for name in self._platforms}
        self.absent: frozenset[str] = frozenset()
        """Platforms whose events come by webhook that could not be reached when :meth:`receiving` began."""

    @property
    def names(self) -> list[str]:
        """The platforms whose tokens are set."""
        return list(self._platforms)

    @property
    def connected(self) -> list[str]:
        """The platforms that are connected now."""
        return list(self._presenters)

    async def run(self, name: str) -> None:
        """Keep one platform connected, for ever.

        :raises NotConfigured: when its token is refused at the start. One revoked later costs the others nothing.
        """
        waits = FIRST_RETRY_SECONDS
        while True:
            try:
                async with self._platforms[name](self.answer) as presenter:
                    self._presenters[name] = presenter
                    self._tried[name].set()
                    await self.announcing.resume()
                    waits = FIRST_RETRY_SECONDS
                    await asyncio.Event().wait()
            except PlatformDown as error:
                log.warning("%s cannot be reached: %s; trying again in %g s", name.title(), cause(error), waits)
            except NotConfigured as error:
                if not self._tried[name].is_set():
                    raise
                waits = LAST_RETRY_SECONDS
                log.error("%s refuses us now: %s Trying again in %g s", name.title(), error.text, waits)  # noqa: TRY400
            finally:
                self._presenters.pop(name, None)
            self._tried[name].set()
            await self._arena.context.clock.sleep(waits)
            waits = min(2 * waits, LAST_RETRY_SECONDS)

    async def tried(self) -> None:
        """Wait until each platform is connected, or has been found out of reach once."""
        await asyncio.gather(*(event.wait() for event in self._tried.values()))

    @asynccontextmanager
    async def receiving(self) -> AsyncIterator[Mapping[str, Inbox]]:
        """The platforms whose events come by webhook, by name, while the block runs; :attr:`absent` are left out.

        One that cannot be reached must not keep the duels of the others from being played.

        :raises NotConfigured: when a token is refused.
        """
        async with AsyncExitStack() as stack:
            opened = inboxes(self._settings, self._arena)
            found = {}
            for name, one in opened.items():
                try:
                    found[name] = await stack.enter_async_context(one(self.answer))
                except PlatformDown as down:
                    log.warning("%s is left out until it can be reached: %s", name, cause(down))
            self.absent = frozenset(opened.keys() - found.keys())
            self._presenters.update({name: inbox.presenter for name, inbox in found.items()})
            yield found
            self._presenters.clear()

    async def answer(self, invocation: Invocation) -> Reply:
        """Run a command; a duel that cannot be shown in its channel is not left to run there unseen."""
        reply = await answer(invocation, self._arena)
        if reply.duel_id is None:
            return reply
        head = await self._arena.context.store.head(reply.duel_id)
        if head is None or head.shown.message_id or head.terms.community.platform not in self._presenters:
            return reply
        obstacle = await self._obstacle(reply.duel_id)
        return await self._called_off(head, invocation, obstacle) if obstacle else reply

    async def _obstacle(self, duel_id: str) -> str:
        """Why the duel cannot be shown; a platform that only takes its time is none."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self.announcing.obstacle(duel_id)
        except TimeoutError:
            return ""

    async def _called_off(self, head: Head, invocation: Invocation, obstacle: str) -> Reply:
        # Two quick engines may be done before the platform has refused their first board.
        with suppress(OutOfTurn):
            await self._arena.duels.call_off(head.duel_id, say("It could not be shown in its channel."))
        return Reply(said(obstacle, language_of(invocation.locale)))

    async def _style(self, head: Head) -> HouseStyle:
        settings = await self._arena.communities.settings(head.terms.community)
        language = language_of(settings.language or head.shown.language)
        return HouseStyle(language, settings.pictures, settings.predictions, lambda text: masked(text, settings))

    async def _notify(self, document: Document, presenter: Presenter) -> None:
        settings = await self._arena.communities.settings(document.community)
        await notices.show(document, self._arena, presenter, language_of(settings.language))


def platforms(settings: Settings, arena: Arena) -> dict[str, Connect]:
    """How to connect each platform whose tokens are set. An SDK is imported only for a platform that is used.

    :raises BadOption: when a token cannot be one.
    """
    settings.discord.check()
    settings.slack.check()
    found: dict[str, Connect] = {}
    if settings.discord.bot_token:
        from bot.on_discord.gateway import serving as on_discord

        found["discord"] = lambda answer: on_discord(settings.discord, arena, answer)
    if not settings.slack.missing:
        from bot.on_slack.socket import serving as on_slack

        found["slack"] = lambda answer: on_slack(settings.slack, arena, answer)
    return found


def inboxes(settings: Settings, arena: Arena) -> dict[str, Open]:
    """How to open each platform whose bot token is set, for events that come by webhook.

    :raises BadOption: when a token cannot be one.
    """
    settings.discord.check()
    settings.slack.check()
    found: dict[str, Open] = {}
    if settings.discord.bot_token:
        from bot.on_discord.inbox import serving as from_discord

        found["discord"] = lambda answer: from_discord(settings.discord, arena, answer)
    if settings.slack.bot_token:
        from bot.on_slack.inbox import serving as from_slack

        found["slack"] = lambda answer: from_slack(settings.slack, arena, answer)
    return found
