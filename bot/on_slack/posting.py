"""Posting to Slack once: what is lost on its way is looked for before it is sent again, and once at most."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar

from bot.on_slack import present
from bot.on_slack.pace import CHANNEL_EDITS, POSTS, Pace
from bot.on_slack.rest import Lost, Refused, Rest
from engine.errors import PlatformDown
from engine.ports import Clock

EARLIER: Final = "arrived_earlier"
"""In an answer: the key of a message that had arrived at an earlier attempt, and shows what was newest then."""
LOOKED_THROUGH: Final = 200
SKEW_SECONDS: Final = 60
"""So far may Slack's clock be from ours."""
MOST_KEPT: Final = 4096

T = TypeVar("T")

log = logging.getLogger(__name__)


class Posting:
    """Posts messages and takes them away."""

    def __init__(self, rest: Rest, clock: Clock, pace: Pace) -> None:
        self._rest = rest
        self._clock = clock
        self._pace = pace
        self._unsure: OrderedDict[str, int] = OrderedDict()  # since when it is not known whether they arrived
        self._unreadable: set[str] = set()

    def sure(self, key: str) -> None:
        """What stands there of that key shows what is newest; it need not be looked for any more."""
        self._unsure.pop(key, None)

    async def post(
        self,
        team: str,
        channel: str,
        message: present.Message,
        thread: str = "",
        maybe_twice: Callable[[], None] = lambda: None,
    ) -> dict[str, Any]:
        """Post once: when the answer is lost, it is looked for before it is posted again, and once at most.

        ``maybe_twice`` is told when the first may stand there for ever, unknown.
        """
        if found := await self._arrived(team, channel, message.key, thread):
            return {**found, EARLIER: message.key}
        arguments = {"channel": channel, **message.arguments(), **present.UNFURL}
        if thread:
            arguments["thread_ts"] = thread
        # Whoever has waited for a picture since its turn came must not be sent beside others.
        await self._pace.turn(f"sent:{team}:{channel}", message.key, POSTS)
        sent_ms = self._clock.now_ms()
        try:
            return await self._rest.call(team, "chat.postMessage", arguments, repeat=False)
        except Lost:
            keep(self._unsure, message.key, sent_ms)
        except asyncio.CancelledError:  # of whoever waits no longer, and may come back
            keep(self._unsure, message.key, sent_ms)
            raise
        if found := await self._arrived(team, channel, message.key, thread):
            self._unsure.pop(message.key, None)
            return found
        maybe_twice()
        sent = await self._rest.call(team, "chat.postMessage", arguments, repeat=False)
        self._unsure.pop(message.key, None)
        return sent

    async def update(self, team: str, channel: str, ts: str, message: present.Message) -> dict[str, Any]:
        """Edit a message. :raises Refused: when it takes none."""
        await self._pace.turn(f"updated:{team}:{channel}", message.key, CHANNEL_EDITS)
        return await self._rest.call(team, "chat.update", {"channel": channel, "ts": ts, **message.arguments()})

    async def _arrived(self, team: str, channel: str, key: str, thread: str = "") -> dict[str, Any] | None:
        """A message whose sending was interrupted, if it stands there.

        ``None`` too when the app may not look. :raises PlatformDown: when it cannot be told now.
        """
        if key not in self._unsure or team in self._unreadable:
            return None
        method, where = ("conversations.replies", {"ts": thread}) if thread else ("conversations.history", {})
        # Replies come oldest first, and a thread may be longer than what is looked through.
        oldest = f"{self._unsure[key] / 1000 - SKEW_SECONDS:.6f}"
        wanted = {"channel": channel, "limit": str(LOOKED_THROUGH), "oldest": oldest, "include_all_metadata": True}
        try:
            newest = await self._rest.call(team, method, {**wanted, **where})
        except Refused as refused:
            if refused.error == "missing_scope":
                self._unreadable.add(team)
            return None
        for message in newest.get("messages", []):
            if ((message.get("metadata") or {}).get("event_payload") or {}).get("key") == key:
                return {"channel": channel, "ts": message["ts"], "message": message}
        return None

    async def delete(self, team: str, channel: str, ts: str) -> None:
        """Take a message away; nothing when it is gone."""
        try:
            await self._rest.call(team, "chat.delete", {"channel": channel, "ts": ts})
        except Refused as refused:
            log.info("a message is not there to be taken away: %s", refused)

    async def discard(self, team: str, channel: str, ts: str) -> None:
        """Take away what was replaced; when Slack does not answer it stays, since the new one must not be lost."""
        try:
            await self.delete(team, channel, ts)
        except PlatformDown as error:
            log.warning("message %s stays in %s: %s", ts, channel, error)


def keep(kept: OrderedDict[str, T], key: str, value: T) -> None:
    """Put it last, and forget the oldest of too many."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
