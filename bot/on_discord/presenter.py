"""Fulfils :class:`bot.presenting.Presenter`: boards that are edited in place, words in threads, notices, answers."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.commands import Reply
from bot.on_discord import answers, present
from bot.on_discord.parse import PLATFORM
from bot.on_discord.rest import TOO_LATE, TOO_OLD_TO_EDIT, UNKNOWN_MESSAGE, Message, Refused, Rest, cannot_post, is_gone
from bot.presenting import Card, Notice, Words
from engine.errors import PlatformDown
from engine.model import Shown
from engine.ports import Clock

EDITABLE_MS: Final = 55 * 60 * 1000
"""A message over an hour old takes few more edits, so it is posted anew a little before."""
_SILENT_KEPT: Final = 4096
_PUBLIC: Final = "public"

log = logging.getLogger(__name__)


def answer_to(application_id: str, token: str, *, public: bool) -> str:
    """Where a later answer goes, as :attr:`bot.commands.Invocation.answer_to` holds it."""
    return f"{application_id}/{token}/{_PUBLIC if public else ''}"


class DiscordPresenter:
    """Shows duels and notices in Discord's channels."""

    platform: str = PLATFORM

    def __init__(self, rest: Rest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._silent: OrderedDict[str, None] = OrderedDict()

    async def board(self, card: Card, shown: Shown) -> Shown:
        """Post or edit a duel's message; see :meth:`bot.presenting.Presenter.board`."""
        message = present.board(card)
        if not shown.message_id:
            return await self._post(card, message, shown)
        if self._clock.now_ms() - shown.posted_ms < EDITABLE_MS and await self._edited(message, shown):
            return replace(shown, entry=card.entry)
        posted = await self._post(card, message, replace(shown, replaced=shown.replaced + 1))
        await self._discard(shown)
        return posted

    async def _post(self, card: Card, message: Message, shown: Shown) -> Shown:
        key = present.nonce(card.duel_id, shown.replaced)
        message_id = await self._posted(shown.channel, present.once(message, key))
        return replace(shown, message_id=message_id, posted_ms=self._clock.now_ms(), entry=card.entry)

    async def _posted(self, channel: str, message: Message) -> str:
        try:
            return await self._rest.post(channel, message)
        except Refused as refused:
            raise cannot_post(refused) or refused from refused

    async def _edited(self, message: Message, shown: Shown) -> bool:
        """``False`` when the message is gone, or takes no edits any more."""
        try:
            await self._rest.edit(shown.channel, shown.message_id, message)
        except Refused as refused:
            if refused.code in {UNKNOWN_MESSAGE, TOO_OLD_TO_EDIT}:
                return False
            raise cannot_post(refused) or refused from refused
        return True

    async def _discard(self, shown: Shown) -> None:
        """Take the old board away. Its thread stays."""
        try:
            await self._rest.delete(shown.channel, shown.message_id)
        except PlatformDown as error:
            log.info("an old board stays in channel %s: %s", shown.channel, error)

    async def words(self, card: Card, words: Sequence[Words], shown: Shown) -> Shown:
        """Post what was said in the duel's thread; see :meth:`bot.presenting.Presenter.words`."""
        told = replace(shown, told=max(one.entry for one in words)) if words else shown
        if not words or card.duel_id in self._silent:
            return told
        try:
            thread_id = shown.thread_id or await self._start_thread(card, shown)
            for message in present.words(card, words):
                await self._rest.post(thread_id, message)
        except Refused as refused:
            if not _is_refusal(refused):
                raise
            log.info("the words of duel %s are not shown: %s", card.duel_id, refused)
            self._give_up(card.duel_id)
            return replace(told, thread_id="")
        return replace(told, thread_id=thread_id)

    async def _start_thread(self, card: Card, shown: Shown) -> str:
        return await self._rest.start_thread(shown.channel, shown.message_id, present.thread(card))

    def _give_up(self, duel_id: str) -> None:
        # Asking again with every turn would be refused each time, and Discord bans for too many refused requests.
        self._silent[duel_id] = None
        while len(self._silent) > _SILENT_KEPT:
            self._silent.popitem(last=False)

    async def notice(self, notice: Notice) -> str:
        """Post a notice; the id of its message."""
        return await self._posted(notice.channel, present.notice(notice))

    async def retract(self, channel: str, message_id: str) -> None:
        """Take a notice away; nothing when it is gone."""
        try:
            await self._rest.delete(channel, message_id)
        except Refused as refused:
            if not is_gone(refused):
                raise cannot_post(refused) or refused from refused

    async def answer(self, answer_to: str, reply: Reply) -> None:
        """Tell the person behind an invocation something later; nothing when Discord has forgotten it."""
        application_id, token, public = answer_to.split("/")
        message = answers.reply(reply)
        try:
            if public and reply.private:
                await self._rest.follow_up(application_id, token, answers.privately(message))
            else:
                await self._rest.edit_answer(application_id, token, message)
        except Refused as refused:
            if refused.code not in TOO_LATE:
                raise


def _is_refusal(refused: Refused) -> bool:
    """Whether asking again cannot help."""
    return _BAD_REQUEST <= refused.status < _SERVER_ERROR and refused.status != _LIMITED


_BAD_REQUEST, _LIMITED, _SERVER_ERROR = 400, 429, 500
