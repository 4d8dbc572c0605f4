"""Fulfils :class:`bot.presenting.Presenter`: boards that are edited in place, words in threads, notices, answers."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.commands import Reply
from bot.on_discord import answers, present
from bot.on_discord.parse import PLATFORM
from bot.on_discord.rest import (
    THREAD_ARCHIVED,
    TOO_LATE,
    TOO_OLD_TO_EDIT,
    UNKNOWN_MESSAGE,
    Message,
    Refused,
    Rest,
    cannot_post,
    is_gone,
)
from bot.presenting import Card, Notice, Words
from engine.errors import PlatformDown
from engine.model import Shown
from engine.ports import Clock

EDITABLE_MS: Final = 55 * 60 * 1000
"""A message over an hour old takes few more edits, so it is posted anew a little before."""
_KEPT: Final = 4096
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
        self._silent: OrderedDict[str, int] = OrderedDict()  # duels whose thread is given up
        self._progress: OrderedDict[str, int] = OrderedDict()  # the last entry told when the rest was not

    async def board(self, card: Card, shown: Shown) -> Shown:
        """Post or edit a duel's message; see :meth:`bot.presenting.Presenter.board`."""
        message = present.board(card)
        if not shown.message_id:
            return await self._post(card, message, shown)
        obstacle = await self._edit(message, shown)
        if obstacle is None:
            return replace(shown, entry=card.entry)
        posted = await self._post(card, message, replace(shown, replaced=shown.replaced + 1))
        if obstacle == TOO_OLD_TO_EDIT:
            await self._discard(shown)
        return posted

    async def _post(self, card: Card, message: Message, shown: Shown) -> Shown:
        key = present.nonce(card.duel_id, shown.replaced)
        made = await self._posted(shown.channel, present.once(message, key))
        new = replace(shown, message_id=str(made["id"]), posted_ms=self._clock.now_ms(), entry=card.entry)
        # After a post whose answer was lost, the same nonce gives back what it showed then.
        if present.shows(made, message) or await self._edit(message, new) is None:
            return new
        return await self._post(card, message, replace(shown, replaced=shown.replaced + 1))

    async def _edit(self, message: Message, shown: Shown) -> int | None:
        """``None`` when it is done; else Discord's code for why the board must be posted anew."""
        if self._clock.now_ms() - shown.posted_ms >= EDITABLE_MS:
            return TOO_OLD_TO_EDIT
        try:
            await self._rest.edit(shown.channel, shown.message_id, message)
        except Refused as refused:
            if refused.code in {UNKNOWN_MESSAGE, TOO_OLD_TO_EDIT, THREAD_ARCHIVED}:
                return refused.code
            raise cannot_post(refused) or refused from refused
        return None

    async def _posted(self, channel: str, message: Message) -> Mapping[str, Any]:
        try:
            return await self._rest.post(channel, message)
        except Refused as refused:
            raise cannot_post(refused) or refused from refused

    async def _discard(self, shown: Shown) -> None:
        """Take the old board away. Its thread stays."""
        try:
            await self._rest.delete(shown.channel, shown.message_id)
        except PlatformDown as error:
            log.info("an old board stays in channel %s: %s", shown.channel, error)

    async def words(self, card: Card, words: Sequence[Words], shown: Shown) -> Shown:
        """Post what was said in the duel's thread; see :meth:`bot.presenting.Presenter.words`."""
        after = self._progress.get(card.duel_id, shown.told)
        new = [one for one in words if one.entry > after]
        told = replace(shown, told=max([shown.told, *(one.entry for one in words)]))
        if new and shown.message_id and card.duel_id not in self._silent:
            told = replace(told, thread_id=await self._tell(card, new, shown))
        self._progress.pop(card.duel_id, None)
        return told

    async def _tell(self, card: Card, words: Sequence[Words], shown: Shown) -> str:
        """The thread in which they stand; empty when it is given up."""
        try:
            thread_id = shown.thread_id or await self._start_thread(card, shown)
            for last_entry, message in present.words(card, words):
                await self._rest.post(thread_id, message)
                _keep(self._progress, card.duel_id, last_entry)
        except Refused as refused:
            if not _is_final(refused):
                raise
            # Asking again with every turn would be refused each time, and Discord bans for too many refused requests.
            log.info("the words of duel %s are not shown: %s", card.duel_id, refused)
            _keep(self._silent, card.duel_id, shown.told)
            return ""
        return thread_id

    async def _start_thread(self, card: Card, shown: Shown) -> str:
        return await self._rest.start_thread(shown.channel, shown.message_id, present.thread(card))

    async def notice(self, notice: Notice) -> str:
        """Post a notice; the id of its message."""
        return str((await self._posted(notice.channel, present.notice(notice)))["id"])

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


def _is_final(refused: Refused) -> bool:
    """Whether asking again cannot help."""
    return _BAD_REQUEST <= refused.status < _SERVER_ERROR and refused.status != _LIMITED


_BAD_REQUEST, _LIMITED, _SERVER_ERROR = 400, 429, 500


def _keep(memory: OrderedDict[str, int], duel_id: str, entry: int) -> None:
    memory[duel_id] = entry
    while len(memory) > _KEPT:
        memory.popitem(last=False)
