"""Answers to the person who asked, by the response URL of what they did.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from bot.catalogue import language_of, said
from bot.commands import Picture, Reply
from bot.on_slack import escape, present
from bot.on_slack.files import Files
from bot.on_slack.rest import Rest
from engine.errors import PlatformDown
from engine.ports import Clock
from engine.sentences import say

LIFE_MS: Final = 29 * 60_000
"""A response URL lives 30 minutes; one is kept for clocks that differ and for the way."""
MOST_USES: Final = 5
TRIES: Final = 3
READY_SECONDS: Final = 0.25
MOST_KEPT: Final = 8192

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is answered. As text it is :attr:`bot.commands.Invocation.answer_to`; it is a secret."""

    team: str
    user: str
    channel: str
    url: str = field(repr=False)
    until_ms: int
    locale: str = ""
    thread: str = ""

    def encode(self) -> str:
        """As text."""
        return json.dumps(asdict(self))

    @classmethod
    def decode(cls, text: str) -> Address | None:
        """``None`` when it is none of ours."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None


class Answers:
    """Counts the uses of every response URL, and falls back to a message that only that person sees."""

    def __init__(self, rest: Rest, files: Files, clock: Clock) -> None:
        self._rest = rest
        self._files = files
        self._clock = clock
        self._uses: OrderedDict[str, int] = OrderedDict()

    async def later(self, answer_to: str, reply: Reply) -> None:
        """Answer what was asked some time ago; nothing when Slack's half hour is over.

        :raises PlatformDown: when Slack does not answer.
        """
        address = Address.decode(answer_to)
        if address and self._clock.now_ms() < address.until_ms:
            await self.send(address, reply)

    async def send(self, address: Address, reply: Reply) -> None:
        """Answer at once: privately unless the reply is public. :raises PlatformDown: when Slack does not answer."""
        language, public = language_of(address.locale), not reply.private
        message = present.reply(reply, language)
        # A picture is seen by whoever sees its message, and one that only its reader sees need not be kept on Slack.
        uploaded = await self._upload(address, reply.picture) if reply.picture and public else ""
        pictured = [present.reply(reply, language, uploaded)] if uploaded else []
        for one in (*pictured, message):
            if await self._by_url(address, one, public=public, fresh=one is not message):
                break
        else:
            await self._by_message(address, message)
        if reply.file:
            await self._file(address, *reply.file, private=reply.private)

    async def _upload(self, address: Address, picture: Picture) -> str:
        """Slack's id of the picture; empty when it does not take it, since the answer says the same without."""
        try:
            return await self._files.send(address.team, escape.file_name(picture.name), picture.png, picture.alt)
        except PlatformDown as down:
            log.warning("an answer's picture is left out: %s", down)
            return ""

    async def _by_url(self, address: Address, message: present.Message, *, public: bool, fresh: bool = False) -> bool:
        """Whether Slack took it. A ``fresh`` picture is not ready at once: then it is asked again after a moment."""
        payload: dict[str, Any] = {
            "response_type": "in_channel" if public else "ephemeral",
            "replace_original": False,
            "text": message.text,
            "blocks": message.blocks,
            **present.UNFURL,
            **({"thread_ts": address.thread} if address.thread else {}),
        }
        for attempt in range(TRIES):
            if fresh and attempt:
                await self._clock.sleep(READY_SECONDS * 2**attempt)
            if not address.url or not self._take(address):
                return False
            if await self._rest.respond(address.url, payload):
                return True
        return False

    def _take(self, address: Address) -> bool:
        """One use of the URL, if one is left."""
        used = self._uses.get(address.url, 0)
        if used >= MOST_USES or self._clock.now_ms() >= address.until_ms:
            return False
        self._uses[address.url] = used + 1
        self._uses.move_to_end(address.url)
        while len(self._uses) > MOST_KEPT:
            self._uses.popitem(last=False)
        return True

    async def _by_message(self, address: Address, message: present.Message) -> None:
        thread = {"thread_ts": address.thread} if address.thread else {}
        arguments = {"channel": address.channel, "user": address.user, **message.ephemeral(), **thread}
        await self._rest.call(address.team, "chat.postEphemeral", arguments)

    async def _file(self, address: Address, name: str, content: str, *, private: bool) -> None:
        """A file cannot be shown to one person in a channel, so a private one comes as a direct message."""
        data, shown = content.encode(), escape.file_name(name)
        if private:
            language = language_of(address.locale)
            message = present.reply(Reply(said(say("Your file: {name}", name=shown), language)), language)
            arguments = {"channel": address.user, **message.arguments(), **present.UNFURL}
            sent = await self._rest.call(address.team, "chat.postMessage", arguments)
            await self._files.send(address.team, shown, data, channel_id=str(sent["channel"]))
        else:
            thread = {"thread_ts": address.thread} if address.thread else {}
            await self._files.send(address.team, shown, data, channel_id=address.channel, **thread)
