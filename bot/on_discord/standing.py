"""Messages that stand and are edited in place: posted once, whatever is lost, and anew where they take no edit."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any, Final

from bot.on_discord import present
from bot.on_discord.rest import (
    THREAD_ARCHIVED,
    TOO_OLD_TO_EDIT,
    UNKNOWN_MESSAGE,
    Message,
    Refused,
    Rest,
    cannot_open,
    cannot_post,
    is_final,
    is_gone,
)
from engine.errors import PlatformDown
from engine.model import Shown
from engine.ports import Clock

EDITABLE_MS: Final = 55 * 60 * 1000
"""A message over an hour old takes few more edits, so it is posted anew a little before."""

log = logging.getLogger(__name__)


class Standing:
    """Posts and edits them."""

    def __init__(self, rest: Rest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock

    async def show(self, key: str, message: Message, shown: Shown, where: str = "", *, alone: bool = False) -> Shown:
        """Post or edit the message of that key, in the channel or thread ``where`` instead of in its channel.

        ``alone``: two of them must never stand there, so that an old one is taken away before the new one is posted.

        :raises CannotPost: when somebody must grant something first.
        """
        where = where or shown.channel
        if not shown.message_id:
            return await self._post(key, message, shown, where)
        obstacle = await self._edit(message, shown, where)
        if obstacle == THREAD_ARCHIVED and where != shown.channel:
            obstacle = await self._opened(message, shown, where)
        if obstacle is None:
            return shown
        if obstacle == TOO_OLD_TO_EDIT and alone:
            await self.take_away(where, shown.message_id)
        posted = await self._post(key, message, replace(shown, replaced=shown.replaced + 1), where)
        if obstacle == TOO_OLD_TO_EDIT and not alone:
            await self._discard(shown, where)
        return posted

    async def _post(self, key: str, message: Message, shown: Shown, where: str) -> Shown:
        posted_ms = self._clock.now_ms()
        made = await self.posted(where, present.once(message, present.nonce(key, shown.replaced)))
        new = replace(shown, message_id=str(made["id"]), posted_ms=posted_ms)
        # After a post whose answer was lost, the same nonce gives back what it showed then.
        if present.shows(made, message) or await self._edit(message, new, where) is None:
            return new
        return await self._post(key, message, replace(shown, replaced=shown.replaced + 1), where)

    async def _opened(self, message: Message, shown: Shown, where: str) -> int | None:
        """Edit in a thread that was closed. :raises CannotPost: where only a moderator opens it."""
        try:
            await self._rest.archive(where, archived=False)
        except Refused as refused:
            raise cannot_open(refused) or refused from refused
        return await self._edit(message, shown, where)

    async def _edit(self, message: Message, shown: Shown, where: str) -> int | None:
        """``None`` when it is done; else Discord's code for why the message must be posted anew."""
        if self._clock.now_ms() - shown.posted_ms >= EDITABLE_MS:
            return TOO_OLD_TO_EDIT
        try:
            await self._rest.edit(where, shown.message_id, message)
        except Refused as refused:
            if refused.code in {UNKNOWN_MESSAGE, TOO_OLD_TO_EDIT, THREAD_ARCHIVED}:
                return refused.code
            raise cannot_post(refused) or refused from refused
        return None

    async def posted(self, channel: str, message: Message) -> Mapping[str, Any]:
        """Post a message; as it stands. :raises CannotPost: when somebody must grant something first."""
        try:
            return await self._rest.post(channel, message)
        except Refused as refused:
            raise cannot_post(refused) or refused from refused

    async def take_away(self, where: str, message_id: str) -> None:
        """Take a message away; nothing when it is gone, or may not be.

        :raises PlatformDown: when it is to come again.
        """
        await unless_refused(self._rest.delete(where, message_id))

    async def _discard(self, shown: Shown, where: str) -> None:
        """Take the old message away. Its thread stays."""
        try:
            await self._rest.delete(where, shown.message_id)
        except PlatformDown as error:
            log.info("an old message stays in channel %s: %s", where, error)


async def unless_refused(work: Awaitable[None]) -> None:
    """Tidy up; what is gone already, or may not be done, is left. :raises PlatformDown: when it is to come again."""
    try:
        await work
    except Refused as refused:
        if not is_final(refused):
            raise
        if not is_gone(refused):
            log.info("Discord does not tidy up: %s", refused)
