"""A thread for each duel of a tournament, with its board and its words in it.

The thread stands on a line of the channel, which says who plays and leads there, as long as the duel goes on; then the
line is taken away and the thread is closed: people find it among the channel's threads, and a server may have a
thousand open ones. A thread could be made without a line, but not once: only a message has a nonce, and its thread has
the message's id.

Source: https://discord.com/developers/docs/topics/threads
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import replace
from typing import Final

from bot.on_discord import present
from bot.on_discord.rest import (
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    Refused,
    Rest,
    cannot_thread,
    is_final,
)
from bot.on_discord.standing import Standing, unless_refused
from bot.presenting import Card
from engine.errors import CannotPost
from engine.model import Shown
from engine.sentences import say

_KEPT: Final = 4096

log = logging.getLogger(__name__)


class DuelThreads:
    """Shows boards in threads of their own."""

    def __init__(self, rest: Rest, standing: Standing) -> None:
        self._rest = rest
        self._standing = standing
        self._gone: OrderedDict[str, str] = OrderedDict()  # threads that somebody has deleted

    async def board(self, card: Card, shown: Shown) -> Shown:
        """Post or edit the board in its thread. A deleted thread is given up.

        Where there is no thread yet, that alone is made and given back: it must be known before a board stands in it,
        or a process that dies in between leaves a line and a thread that nobody takes away.

        :raises CannotPost: where threads may not be made, or not be written in; no line of it stays in the channel.
        """
        if not shown.thread_id:
            return replace(shown, thread_id=await self._begin(card, shown))
        new = shown if card.duel_id in self._gone else await self._show(card, shown)
        if card.over:
            await self._standing.take_away(new.channel, new.thread_id)
        return replace(new, entry=card.entry)

    async def _begin(self, card: Card, shown: Shown) -> str:
        line = await self._standing.posted(shown.channel, present.beginning(card))
        line_id = str(line["id"])
        try:
            return await self._rest.start_thread(shown.channel, line_id, present.thread(card))
        except Refused as refused:
            if not is_final(refused) or refused.code == UNKNOWN_MESSAGE:  # somebody has deleted the line: another one
                raise
            await self._standing.take_away(shown.channel, line_id)
            raise cannot_thread(refused) or _unknown(refused) from refused

    async def _show(self, card: Card, shown: Shown) -> Shown:
        try:
            return await self._standing.show(card.duel_id, present.board(card), shown, shown.thread_id)
        except CannotPost as error:
            refused = error.__cause__
            if isinstance(refused, Refused) and refused.code == UNKNOWN_CHANNEL:
                log.info("the thread of duel %s is gone, so it is not shown any more", card.duel_id)
                _keep(self._gone, card.duel_id, shown.thread_id)
                return shown
            if not shown.message_id:
                await self._standing.take_away(shown.channel, shown.thread_id)
                await self.close(shown.thread_id)
                if isinstance(refused, Refused):
                    raise cannot_thread(refused) or error from refused
            raise

    async def close(self, thread_id: str) -> None:
        """Close a thread: it can be read, and opened again."""
        if thread_id:
            await unless_refused(self._rest.archive(thread_id))


def _unknown(refused: Refused) -> CannotPost:
    """Discord's no for a reason of which nothing is known but its number."""
    return CannotPost(
        say(
            "Discord starts no threads here (its code {code}), so the duels of the tournament are not shown.",
            code=refused.code,
        )
    )


def _keep(memory: OrderedDict[str, str], duel_id: str, thread_id: str) -> None:
    memory[duel_id] = thread_id
    while len(memory) > _KEPT:
        memory.popitem(last=False)
