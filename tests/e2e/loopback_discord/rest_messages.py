"""Channels, messages, threads, members and users over HTTP: https://discord.com/developers/docs/resources/message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import web

from loopback_discord import body as bodies
from loopback_discord import errors, payloads, rules
from loopback_discord.body import answer, nothing
from loopback_discord.gateway import Gateway, Intent
from loopback_discord.permissions import Permission
from loopback_discord.posting import Posting, demand, needed_for
from loopback_discord.state import State
from loopback_discord.world import Channel, Guild, Message

_DAYS: Final = (60, 1440, 4320, 10080)
_THREAD: Final = {"name", "auto_archive_duration", "rate_limit_per_user"}
_NONCE_SECONDS: Final = 300.0
_HISTORY: Final = Permission.READ_MESSAGE_HISTORY


class Messages:
    """The routes of a bot that posts."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state, self._world, self._gateway = state, state.world, gateway
        self._posting = Posting(state, gateway)

    def routes(self) -> Mapping[tuple[str, str], Callable[[web.Request], Awaitable[web.Response]]]:
        """By method and path."""
        return {
            ("GET", "/channels/{channel}"): self.show_channel,
            ("PATCH", "/channels/{channel}"): self.change_channel,
            ("DELETE", "/channels/{channel}"): self.delete_channel,
            ("POST", "/channels/{channel}/messages"): self.create,
            ("GET", "/channels/{channel}/messages"): self.history,
            ("GET", "/channels/{channel}/messages/{message}"): self.show,
            ("PATCH", "/channels/{channel}/messages/{message}"): self.edit,
            ("DELETE", "/channels/{channel}/messages/{message}"): self.delete,
            ("POST", "/channels/{channel}/messages/{message}/threads"): self.thread,
            ("POST", "/channels/{channel}/typing"): self.typing,
            ("GET", "/guilds/{guild}"): self.show_guild,
            ("GET", "/guilds/{guild}/members/{user}"): self.member,
            ("GET", "/users/{user}"): self.user,
            ("POST", "/users/@me/channels"): self.direct,
        }

    async def show_channel(self, request: web.Request) -> web.Response:
        """One channel."""
        channel = self._channel(request)
        demand(channel)
        return answer(payloads.channel(channel))

    async def change_channel(self, request: web.Request) -> web.Response:
        """Only whether a thread of the bot's own is archived."""
        channel = self._channel(request)
        data = (await bodies.read(request)).payload
        if channel.type != 11:
            raise errors.Refused(errors.MISSING_PERMISSIONS)
        if set(data) != {"archived"} or not isinstance(data["archived"], bool):
            raise errors.Refused(errors.INVALID_BODY, [f"thread {data}: only archived can be changed"])
        demand(channel)
        channel.archived = data["archived"]
        self._world.changed()
        return answer(payloads.channel(channel))

    async def delete_channel(self, request: web.Request) -> web.Response:
        """Only threads: a bot of ours has no business with other channels."""
        channel = self._channel(request)
        if channel.type != 11:
            raise errors.Refused(errors.MISSING_PERMISSIONS)
        channel.deleted = True
        return answer(payloads.channel(channel))

    async def create(self, request: web.Request) -> web.Response:
        """Post. The same nonce with ``enforce_nonce`` gives the message that is there already."""
        channel = self._channel(request)
        read = await bodies.read(request)
        demand(channel, *needed_for(channel, read))
        nonce = str(read.payload.get("nonce") or "") if isinstance(read.payload, dict) else ""
        if nonce and read.payload.get("enforce_nonce") and (before := self._posted(channel, nonce)):
            return answer(self._posting.answer(before))
        channel.archived = False  # whoever writes in a closed thread opens it
        message = self._posting.create(channel, read, rules.CREATE)
        if nonce:
            self._state.nonces[channel.id, nonce] = message.id
        return answer(self._posting.answer(message))

    def _posted(self, channel: Channel, nonce: str) -> Message | None:
        """Discord knows a nonce for a few minutes: https://discord.com/developers/docs/resources/message."""
        found = channel.kept.get(self._state.nonces.get((channel.id, nonce), 0))
        return found if found and self._world.clock.now() - found.created < _NONCE_SECONDS else None

    async def history(self, request: web.Request) -> web.Response:
        """The newest messages, newest first."""
        channel = self._channel(request)
        demand(channel, _HISTORY)
        newest = channel.messages[::-1][: int(request.query.get("limit", "50"))]
        return answer([self._posting.answer(one) for one in newest])

    async def show(self, request: web.Request) -> web.Response:
        """One message."""
        channel = self._channel(request)
        demand(channel, _HISTORY)
        return answer(self._posting.answer(self._message(request)))

    async def edit(self, request: web.Request) -> web.Response:
        """Edit a message of the bot's own."""
        channel = self._channel(request)
        read = await bodies.read(request)
        demand(channel)
        message = self._message(request)
        if channel.archived:
            raise errors.Refused(errors.THREAD_ARCHIVED)
        if message.author is not self._world.bot:
            raise errors.Refused(errors.NOT_THE_AUTHOR)
        self._posting.age(message)
        return answer(self._posting.answer(self._posting.change(message, read, rules.EDIT)))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a message."""
        demand(self._channel(request))
        message = self._message(request)
        if message.author is not self._world.bot:
            demand(message.channel, Permission.MANAGE_MESSAGES)
        self._posting.delete(message)
        return nothing()

    async def thread(self, request: web.Request) -> web.Response:
        """Start a thread at a message; it has the message's id, so there can be one."""
        channel = self._channel(request)
        data = (await bodies.read(request)).payload
        demand(channel, Permission.CREATE_PUBLIC_THREADS, _HISTORY)
        if channel.type != 0:
            raise errors.Refused(errors.WRONG_CHANNEL_TYPE)
        message = self._message(request)
        unknown = set(data) - _THREAD
        days = data.get("auto_archive_duration", 1440)
        if unknown or not 1 <= len(str(data.get("name") or "").strip()) <= 100 or days not in _DAYS:
            raise errors.Refused(errors.INVALID_BODY, [f"thread {data}: a name from 1 to 100, and {_DAYS} minutes"])
        if message.thread is not None:
            raise errors.Refused(errors.THREAD_EXISTS)
        others = self._world.channels.values()
        active = [one for one in others if one.type == 11 and one.guild is channel.guild and not one.archived]
        if sum(not one.deleted for one in active) >= self._state.most_threads:
            raise errors.Refused(errors.TOO_MANY_THREADS)
        made = Channel(message.id, data["name"], self._world, channel.guild, 11, channel)
        message.thread = self._world.add_channel(made)
        self._gateway.dispatch("THREAD_CREATE", payloads.channel(made), channel.guild, Intent.GUILDS)
        self._world.changed()
        return answer(payloads.channel(made), 201)

    async def typing(self, request: web.Request) -> web.Response:
        """Say that the bot writes."""
        demand(self._channel(request), Permission.SEND_MESSAGES)
        return nothing()

    async def show_guild(self, request: web.Request) -> web.Response:
        """One guild."""
        return answer(payloads.guild(self._guild(request)))

    async def member(self, request: web.Request) -> web.Response:
        """One member."""
        user = self._guild(request).members.get(int(request.match_info["user"]))
        if user is None:
            raise errors.Refused(errors.UNKNOWN_MEMBER)
        return answer(payloads.member(user))

    async def user(self, request: web.Request) -> web.Response:
        """One user, or the bot itself."""
        wanted = request.match_info["user"]
        user = self._world.bot if wanted == "@me" else self._world.users.get(_number(wanted))
        if user is None:
            raise errors.Refused(errors.UNKNOWN_USER)
        return answer(payloads.user(user))

    async def direct(self, request: web.Request) -> web.Response:
        """Open direct messages with a user."""
        data: dict[str, Any] = (await bodies.read(request)).payload
        user = self._world.users.get(_number(str(data.get("recipient_id"))))
        if user is None:
            raise errors.Refused(errors.UNKNOWN_USER)
        return answer(payloads.channel(self._world.direct(user)))

    def _channel(self, request: web.Request) -> Channel:
        channel = self._world.channels.get(_number(request.match_info["channel"]))
        if channel is None or channel.deleted or (channel.parent and channel.parent.deleted):
            raise errors.Refused(errors.UNKNOWN_CHANNEL)
        return channel

    def _message(self, request: web.Request) -> Message:
        message = self._channel(request).kept.get(_number(request.match_info["message"]))
        if message is None or message.deleted or message.private:
            raise errors.Refused(errors.UNKNOWN_MESSAGE)
        return message

    def _guild(self, request: web.Request) -> Guild:
        guild = self._world.guilds.get(_number(request.match_info["guild"]))
        if guild is None:
            raise errors.Refused(errors.UNKNOWN_GUILD)
        return guild


def _number(text: str) -> int:
    """An id; what is none is nobody's."""
    return int(text) if text.isdecimal() else 0
