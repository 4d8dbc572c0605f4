"""Response URLs: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from loopback_slack import content
from loopback_slack.faults import Fault, Faults
from loopback_slack.web_api import Refused
from loopback_slack.workspace import BOT_USER, Channel, Message, User, Workspace

LIFE_SECONDS: Final = 30 * 60
MOST_USES: Final = 5


@dataclass(slots=True, eq=False)
class ResponseUrl:
    """Where an app may answer one person's interaction. ``answers`` are the messages that came of it."""

    id: str
    user: User
    channel: Channel
    born: float
    original: Message | None = None
    uses: int = 0
    answers: list[Message] = field(default_factory=list)


class Responses:
    """Makes them and serves them."""

    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults
        self.base_url = ""
        self._urls: dict[str, ResponseUrl] = {}

    def made(self, user: User, channel: Channel, original: Message | None = None) -> ResponseUrl:
        """A new one; ``original`` is the message that was pressed."""
        url = ResponseUrl(secrets.token_hex(8), user, channel, self._workspace.now(), original)
        self._urls[url.id] = url
        return url

    def address(self, url: ResponseUrl) -> str:
        """As the app is told."""
        return f"{self.base_url}/response/{url.id}"

    async def serve(self, request: web.Request) -> web.Response:
        """One answer."""
        self._workspace.calls["response_url"] += 1
        url = self._urls.get(request.match_info["id"])
        fault = self._faults.meet("response_url")
        if fault is Fault.RATE_LIMITED:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
        if fault is Fault.SERVER_ERROR:
            return web.Response(status=500, text="server_error")
        if fault is Fault.CUT_BEFORE and request.transport is not None:
            request.transport.abort()
            return web.Response()
        try:
            self._use(url, await request.json())
        except Refused as refused:
            return web.json_response(refused.body, status=404)
        self._workspace.changed()
        if fault is Fault.CUT_AFTER and request.transport is not None:
            request.transport.abort()
        return web.Response(text="ok")

    def answer(self, url: ResponseUrl, said: dict[str, Any]) -> None:
        """What the app says there, or in the acknowledgement of a slash command. :raises Refused: as Slack would."""
        if said.get("delete_original"):
            self._delete(url)
            return
        content.check(self._workspace, said)
        if said.get("replace_original") and url.original is not None:
            content.put(self._workspace, url.original, said)
            url.answers.append(url.original)
            return
        public = said.get("response_type") == "in_channel"
        message = Message(url.channel, self._workspace.ts(), BOT_USER, ephemeral_to=None if public else url.user)
        message.by_response_url, message.thread_ts = True, said.get("thread_ts")
        content.put(self._workspace, message, said)
        (url.channel.everything if public else url.channel.ephemerals).append(message)
        url.answers.append(message)

    def _use(self, url: ResponseUrl | None, said: dict[str, Any]) -> None:
        if url is None:
            raise Refused("unknown_url")
        if self._workspace.now() - url.born > LIFE_SECONDS:
            raise Refused("expired_url")
        url.uses += 1
        if url.uses > MOST_USES:
            self._workspace.violate("response-url-uses", f"{url.uses} answers to one interaction")
            raise Refused("used_url")
        self.answer(url, said)

    def _delete(self, url: ResponseUrl) -> None:
        if url.original is None:
            raise Refused("message_not_found")
        url.original.deleted = True
