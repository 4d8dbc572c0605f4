"""The calls that this bot makes to Discord's REST API, whoever carries them.

Source: https://discord.com/developers/docs/reference and, for the codes,
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from engine.errors import CannotPost, PlatformDown
from engine.sentences import say

UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_WEBHOOK: Final = 10015
UNKNOWN_INTERACTION: Final = 10062
ALREADY_ACKNOWLEDGED: Final = 40060
MISSING_ACCESS: Final = 50001
MISSING_PERMISSIONS: Final = 50013
WRONG_CHANNEL: Final = 50024
EXPIRED_TOKEN: Final = 50027
THREAD_ARCHIVED: Final = 50083
TOO_OLD_TO_EDIT: Final = 30046
THREAD_EXISTS: Final = 160004
TOO_MANY_THREADS: Final = 160006

TOO_LATE: Final = frozenset({UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, EXPIRED_TOKEN})
"""An interaction, or the answer to it, that is gone."""


class Refused(PlatformDown):
    """Discord said no. ``code`` is its own error code, 0 when it gave none."""

    def __init__(self, status: int, code: int, text: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(f"Discord answered {status}, code {code}: {text}", retry_after_seconds)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes with a message; ``alt`` says in words what a picture shows."""

    name: str
    content: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message's payload as Discord takes it, and the files it speaks of."""

    payload: Mapping[str, Any]
    uploads: Sequence[Upload] = ()


class Transport(Protocol):
    """Carries one call: keeps the rate limits, and tries again what was limited, failed or cut."""

    async def __call__(
        self, method: str, path: str, payload: Any = None, uploads: Sequence[Upload] = (), **ids: str
    ) -> Any:
        """What Discord answers. ``path`` holds the names of ``ids`` in braces.

        :raises Refused: when Discord says no. :raises PlatformDown: when it does not answer.
        """
        ...


class Rest:
    """Messages, threads, answers to interactions, commands."""

    def __init__(self, transport: Transport) -> None:
        self._call = transport

    async def post(self, channel_id: str, message: Message) -> Mapping[str, Any]:
        """A new message as it stands now: with a nonce that was used before, it is what was posted then."""
        made = await self._call("POST", _MESSAGES, message.payload, message.uploads, channel_id=channel_id)
        return dict(made)

    async def edit(self, channel_id: str, message_id: str, message: Message) -> None:
        """Replace what a message of ours shows."""
        ids = {"channel_id": channel_id, "message_id": message_id}
        await self._call("PATCH", _MESSAGE, message.payload, message.uploads, **ids)

    async def delete(self, channel_id: str, message_id: str) -> None:
        """Take a message away."""
        await self._call("DELETE", _MESSAGE, channel_id=channel_id, message_id=message_id)

    async def start_thread(self, channel_id: str, message_id: str, payload: Mapping[str, Any]) -> str:
        """A thread on a message, made once; its id, which is the message's."""
        try:
            made = await self._call(
                "POST", f"{_MESSAGE}/threads", payload, channel_id=channel_id, message_id=message_id
            )
        except Refused as refused:
            if refused.code != THREAD_EXISTS:
                raise
            return message_id
        return str(made["id"])

    async def archive(self, thread_id: str, *, archived: bool = True) -> None:
        """Close a thread of ours, or open it again. A closed one is still read, and does not count as an active one."""
        await self._call("PATCH", "/channels/{channel_id}", {"archived": archived}, channel_id=thread_id)

    async def respond(self, interaction_id: str, token: str, payload: Mapping[str, Any]) -> None:
        """The first answer to an interaction, due within three seconds."""
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        await self._call("POST", path, payload, webhook_id=interaction_id, webhook_token=token)

    async def edit_answer(self, application_id: str, token: str, message: Message) -> None:
        """Replace the first answer to an interaction."""
        ids = {"webhook_id": application_id, "webhook_token": token}
        await self._call("PATCH", f"{_WEBHOOK}/messages/@original", message.payload, message.uploads, **ids)

    async def delete_answer(self, application_id: str, token: str) -> None:
        """Take the first answer to an interaction away."""
        await self._call("DELETE", f"{_WEBHOOK}/messages/@original", webhook_id=application_id, webhook_token=token)

    async def follow_up(self, application_id: str, token: str, message: Message) -> None:
        """A further answer to an interaction."""
        ids = {"webhook_id": application_id, "webhook_token": token}
        await self._call("POST", _WEBHOOK, message.payload, message.uploads, **ids)

    async def member(self, guild_id: str, user_id: str) -> Mapping[str, Any] | None:
        """A member of a server; ``None`` when there is none of that id."""
        try:
            found = await self._call("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild_id, user_id=user_id)
        except Refused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise
        return dict(found)

    async def application_id(self) -> str:
        """The id of the application that the token belongs to."""
        return str((await self._call("GET", "/oauth2/applications/@me"))["id"])

    async def application_name(self) -> str:
        """What the application is called that the token belongs to."""
        return str((await self._call("GET", "/oauth2/applications/@me"))["name"])

    async def application(self) -> Mapping[str, Any]:
        """The application that the token belongs to, as it stands."""
        return dict(await self._call("GET", "/applications/@me"))

    async def send_interactions_to(self, url: str) -> None:
        """Have interactions sent to an address, or to the gateway when it is empty.

        :raises Refused: with status 400 when Discord has tried the address and does not take it.
        """
        await self._call("PATCH", "/applications/@me", {"interactions_endpoint_url": url or None})

    async def put_commands(self, application_id: str, guild_id: str, commands: Sequence[Mapping[str, Any]]) -> int:
        """Replace all commands of the application, everywhere or in one server; how many there are now."""
        ids = {"application_id": application_id}
        path = "/applications/{application_id}/commands"
        if guild_id:
            path, ids = "/applications/{application_id}/guilds/{guild_id}/commands", {**ids, "guild_id": guild_id}
        return len(await self._call("PUT", path, commands, (), **ids))


_LOCKED: Final = say("The thread is closed and locked. Use a channel, or ask a moderator to open it.")
_MESSAGES: Final = "/channels/{channel_id}/messages"
_MESSAGE: Final = "/channels/{channel_id}/messages/{message_id}"
_WEBHOOK: Final = "/webhooks/{webhook_id}/{webhook_token}"
_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND, _LIMITED, _SERVER_ERROR = 400, 403, 404, 429, 500


def is_gone(refused: Refused) -> bool:
    """Whether the message, or its channel, is not there any more."""
    return refused.code in {UNKNOWN_MESSAGE, UNKNOWN_CHANNEL}


def cannot_thread(refused: Refused) -> CannotPost | None:
    """The error for a channel in which the bot may not start threads; ``None`` when it is something else."""
    if refused.code == WRONG_CHANNEL:
        return CannotPost(say("Here no threads can be started, so the duels of the tournament are not shown."))
    if refused.code == TOO_MANY_THREADS:
        return CannotPost(say("This server has as many open threads as Discord allows. Close some of them."))
    if refused.status == _FORBIDDEN:
        return CannotPost(
            say(
                "I may not start threads in this channel. A moderator must grant me Create Public Threads and "
                "Send Messages in Threads in it."
            )
        )
    return None


def is_final(refused: Refused) -> bool:
    """Whether asking again cannot help."""
    return _BAD_REQUEST <= refused.status < _SERVER_ERROR and refused.status != _LIMITED


def cannot_open(refused: Refused) -> CannotPost | None:
    """The error for a closed thread that the bot may not open again; ``None`` when it is something else."""
    return CannotPost(_LOCKED) if refused.status == _FORBIDDEN else cannot_post(refused)


def cannot_post(refused: Refused) -> CannotPost | None:
    """The error for a channel that the bot may not post in, or that is gone; ``None`` when it is something else."""
    if refused.code == UNKNOWN_CHANNEL:
        return CannotPost(say("The channel is gone. Use another one."))
    if refused.code == THREAD_ARCHIVED:
        return CannotPost(_LOCKED)
    if refused.code == MISSING_ACCESS:
        return CannotPost(
            say("I cannot see this channel. A moderator must grant me View Channel and Send Messages in it.")
        )
    if refused.status == _FORBIDDEN:
        return CannotPost(
            say(
                "I may not post in this channel. A moderator must grant me View Channel, Send Messages, Embed Links, "
                "Attach Files, Create Public Threads and Send Messages in Threads in it."
            )
        )
    return None
