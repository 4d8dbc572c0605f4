"""Fulfils :class:`bot.presenting.Presenter`: boards that are edited in place, words in threads, notices, answers."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.commands import Reply
from bot.on_discord import answers, present
from bot.on_discord.duel_threads import DuelThreads
from bot.on_discord.parse import PLATFORM
from bot.on_discord.rest import TOO_LATE, Refused, Rest, cannot_post, is_final, is_gone
from bot.on_discord.standing import Standing
from bot.presenting import Card, Notice, Words
from engine.model import Shown
from engine.ports import Clock

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
        self._standing = Standing(rest, clock)
        self._threads = DuelThreads(rest, self._standing)
        self._silent: OrderedDict[str, int] = OrderedDict()  # duels whose thread is given up
        self._progress: OrderedDict[str, int] = OrderedDict()  # the last entry told when the rest was not

    async def board(self, card: Card, shown: Shown) -> Shown:
        """Post or edit a duel's message; see :meth:`bot.presenting.Presenter.board`."""
        if card.within:
            return await self._threads.board(card, shown)
        return replace(await self._standing.show(card.duel_id, present.board(card), shown), entry=card.entry)

    async def live(self, notice: Notice, shown: Shown) -> Shown:
        """Post or edit a notice; see :meth:`bot.presenting.Presenter.live`."""
        return await self._standing.show(f"live {notice.key}", present.live(notice), shown, alone=True)

    async def withdraw(self, notice: Notice, shown: Shown) -> None:  # noqa: ARG002 - its channel says where
        """Take it away again; see :meth:`bot.presenting.Presenter.withdraw`."""
        await self._standing.take_away(shown.channel, shown.message_id)

    async def words(self, card: Card, words: Sequence[Words], shown: Shown) -> Shown:
        """Post what was said in the duel's thread; see :meth:`bot.presenting.Presenter.words`."""
        after = self._progress.get(card.duel_id, shown.told)
        new = [one for one in words if one.entry > after]
        told = replace(shown, told=max([shown.told, *(one.entry for one in words)]))
        if new and shown.message_id and card.duel_id not in self._silent:
            thread_id = await self._tell(card, new, shown)
            # Where the board stands in it, a thread that takes no words is still the board's.
            told = replace(told, thread_id=shown.thread_id if card.within else thread_id)
        if card.within and card.over:
            await self._threads.close(shown.thread_id)
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
            if not is_final(refused):
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
        return str((await self._standing.posted(notice.channel, present.notice(notice)))["id"])

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


def _keep(memory: OrderedDict[str, int], duel_id: str, entry: int) -> None:
    memory[duel_id] = entry
    while len(memory) > _KEPT:
        memory.popitem(last=False)
