"""Files: pictures that only a message of ours shows, and files that people get.

Source: https://docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from bot.on_slack import escape
from bot.on_slack.rest import Refused, Rest
from bot.presenting import Card
from engine.errors import PlatformDown

MOST_ALT: Final = 950
MOST_DUELS: Final = 4096
PICTURE_NAME: Final = "board.png"

log = logging.getLogger(__name__)


class Files:
    """Sends files to Slack. They belong to the app alone until they are shared."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def send(self, team: str, name: str, content: bytes, alt: str = "", **share: str) -> str:
        """Upload a file, and share it when ``channel_id`` is given; its id.

        :raises Refused: when Slack does not take it. :raises PlatformDown: when it cannot be sent now.
        """
        described = {"alt_txt": escape.one_line(alt, MOST_ALT)} if alt else {}
        wanted = {"filename": name, "length": str(len(content)), **described}
        place = await self._rest.call(team, "files.getUploadURLExternal", wanted)
        await self._rest.upload(place["upload_url"], content)
        files = [{"id": place["file_id"], "title": name}]
        await self._rest.call(team, "files.completeUploadExternal", {"files": files, **share})
        return str(place["file_id"])

    async def delete(self, team: str, file_id: str) -> None:
        """Take a file away; one that stays does no harm."""
        try:
            await self._rest.call(team, "files.delete", {"file": file_id})
        except PlatformDown as error:
            log.info("file %s stays: %s", file_id, error)


@dataclass(slots=True)
class _Picture:
    """A duel's newest picture, by its content, and the older ones that no message will show any more."""

    digest: bytes
    file_id: str
    old: list[str] = field(default_factory=list)
    pinned: bool = False

    def replaced(self) -> list[str]:
        """What may be deleted once another picture is shown."""
        return self.old if self.pinned else [*self.old, self.file_id]


class Pictures:
    """The pictures of the boards: one that shows the same is not sent twice, one that is replaced is deleted."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._newest: OrderedDict[str, _Picture] = OrderedDict()
        self._deleting: set[asyncio.Task[None]] = set()

    async def of(self, card: Card) -> str:
        """Slack's id of the card's picture; empty without one. :raises PlatformDown: when it cannot be sent now."""
        if card.png is None:
            return ""
        digest = hashlib.sha256(card.png).digest()
        last = self._newest.get(card.duel_id)
        if last and last.digest == digest:
            return last.file_id
        try:
            sent = await self._files.send(card.community.id, PICTURE_NAME, card.png, card.alt)
        except Refused as refused:
            # Without the scope, or with uploads forbidden or storage full, people still see the board as text.
            log.warning("the board of duel %s is shown as text: %s", card.duel_id, refused)
            return ""
        self._keep(card.duel_id, _Picture(digest, sent, last.replaced() if last else []))
        return sent

    def shown(self, card: Card) -> None:
        """The message shows the newest picture now: delete the ones before it. Returns at once."""
        picture = self._newest.get(card.duel_id)
        if picture is None:
            return
        for old in picture.old:
            self._delete(card.community.id, old)
        picture.old = []

    def forget(self, card: Card) -> None:
        """The duel is over and shown: its last picture stays."""
        self._newest.pop(card.duel_id, None)

    def pin(self, card: Card) -> None:
        """A copy of the message may stand somewhere, unknown: its picture is never deleted."""
        if picture := self._newest.get(card.duel_id):
            picture.pinned = True

    async def close(self) -> None:
        """Let deletions that are under way be given up."""
        for task in self._deleting:
            task.cancel()
        await asyncio.gather(*self._deleting, return_exceptions=True)

    def _delete(self, team: str, file_id: str) -> None:
        task = asyncio.create_task(self._files.delete(team, file_id))
        self._deleting.add(task)
        task.add_done_callback(self._deleting.discard)

    def _keep(self, duel_id: str, picture: _Picture) -> None:
        self._newest[duel_id] = picture
        self._newest.move_to_end(duel_id)
        while len(self._newest) > MOST_DUELS:
            self._newest.popitem(last=False)


def is_not_ready(refused: Refused) -> bool:
    """Whether a message was refused because Slack has not looked at its picture yet."""
    return refused.error == "invalid_blocks" and "slack file" in refused.details.casefold()
