"""Making and changing messages: the one way in, for the bot's own posts and for answers to interactions."""

from __future__ import annotations

from typing import Any, Final

from loopback_discord import errors, payloads, rules
from loopback_discord.body import Body
from loopback_discord.gateway import Gateway, Intent
from loopback_discord.permissions import Permission
from loopback_discord.state import State
from loopback_discord.world import EPHEMERAL, HOUR, LOADING, Attachment, Channel, Message, User

_OLD_EDIT_RETRY_SECONDS: Final = 0.02


class Posting:
    """Checks, keeps and tells of messages."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state, self._gateway = state, gateway

    def create(self, channel: Channel, body: Body, known: set[str], *, only_for: User | None = None) -> Message:
        """:raises Refused: for what Discord would not take."""
        self._check(body, known, None)
        payload = body.payload
        flags = payload.get("flags") or 0
        if not any((payload.get("content"), payload.get("embeds"), body.files, payload.get("components"))):
            raise errors.Refused(errors.EMPTY_MESSAGE)
        message = self.add(channel, flags, only_for if flags & EPHEMERAL else None)
        message.nonce = str(payload.get("nonce") or "")
        self._fill(message, body)
        self._tell("MESSAGE_CREATE", message)
        return message

    def add(self, channel: Channel, flags: int, only_for: User | None = None) -> Message:
        """A message without content yet; it loads."""
        world = self._state.world
        message = Message(world.clock.snowflake(), channel, world.bot, world.clock.now(), flags=flags)
        message.only_for = only_for
        channel.kept[message.id] = message
        return message

    def change(self, message: Message, body: Body, known: set[str]) -> Message:
        """Edit a message. :raises Refused: for what Discord would not take."""
        self._check(body, known, message)
        message.before.append(message.text)
        was_loading = message.loading
        self._fill(message, body)
        message.flags &= ~LOADING
        if not was_loading:
            message.edited = self._state.world.clock.now()
            message.edits += 1
        if not any((message.content, message.embeds, message.attachments, message.components)):
            raise errors.Refused(errors.EMPTY_MESSAGE)
        self._tell("MESSAGE_CREATE" if was_loading else "MESSAGE_UPDATE", message)
        return message

    def age(self, message: Message) -> None:
        """Count an edit of a message over an hour old. :raises Refused: after a few."""
        if self._state.world.clock.now() - message.created > HOUR:
            message.old_edits += 1
            if message.old_edits > self._state.old_edits:
                wait = {"retry_after": _OLD_EDIT_RETRY_SECONDS, "global": False}
                raise errors.Refused(errors.TOO_MANY_OLD_EDITS, more=wait)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        message.deleted = True
        self._tell("MESSAGE_DELETE", message)

    def answer(self, message: Message) -> dict[str, Any]:
        """The message as Discord sends it."""
        return payloads.message(message, self._state.cdn_url)

    def _check(self, body: Body, known: set[str], message: Message | None) -> None:
        kept = [(one.id, one.filename) for one in message.attachments] if message else []
        if problems := rules.check_message(body.payload, known, body.files, kept, message is not None):
            raise errors.Refused(errors.INVALID_BODY, problems)

    def _fill(self, message: Message, body: Body) -> None:
        payload = body.payload
        message.attachments = self._attachments(message, body)
        if "content" in payload:
            message.content = payload["content"] or ""
        if "embeds" in payload:
            message.embeds = payload["embeds"] or []
        if "components" in payload:
            message.components = payload["components"] or []
        if "allowed_mentions" in payload:
            message.allowed_mentions = payload["allowed_mentions"] or {}
        self._lost_pictures(message)

    def _attachments(self, message: Message, body: Body) -> list[Attachment]:
        """Without a list, what is there stays and new files come to it; with one, it says what stays."""
        listed = body.payload.get("attachments")
        if listed is None:
            return [*message.attachments, *(self._made(name, file) for name, file in body.files.values())]
        kept = {one.id: one for one in message.attachments}
        found = []
        for one in listed:
            number = int(one["id"])
            if number in body.files:
                name, content = body.files[number]
                found.append(self._made(one.get("filename") or name, content, one.get("description") or ""))
            else:
                found.append(kept[number])
        return found

    def _made(self, name: str, content: bytes, description: str = "") -> Attachment:
        return Attachment(self._state.world.clock.snowflake(), name, content, description)

    def _lost_pictures(self, message: Message) -> None:
        """An embed that keeps showing a picture that the edit has taken away is broken for whoever looks."""
        for embed in message.embeds:
            for key in ("image", "thumbnail"):
                url = str((embed.get(key) or {}).get("url", ""))
                if url.startswith("attachment://") and url.removeprefix("attachment://") not in message.files:
                    self._state.violate(f"an edit left an embed with {url}, which is attached no more")

    def _tell(self, event: str, message: Message) -> None:
        self._state.world.changed()
        if message.private:
            return
        channel, guild = message.channel, message.channel.guild
        intent = Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES
        data = self.answer(message)
        if event == "MESSAGE_DELETE":
            data = {key: data[key] for key in ("id", "channel_id", "guild_id") if key in data}
        elif guild:
            data["member"] = {key: one for key, one in payloads.member(message.author).items() if key != "user"}
        self._gateway.dispatch(event, {**data, "channel_id": str(channel.id)}, guild, intent)


def demand(channel: Channel, *needed: Permission) -> None:
    """:raises Refused: when the bot may not do that there."""
    if not channel.guild:
        return
    if Permission.VIEW_CHANNEL not in channel.permissions:
        raise errors.Refused(errors.MISSING_ACCESS)
    if any(one not in channel.permissions for one in needed):
        raise errors.Refused(errors.MISSING_PERMISSIONS)


def needed_for(channel: Channel, body: Body) -> tuple[Permission, ...]:
    """What posting this there takes."""
    payload = body.payload if isinstance(body.payload, dict) else {}
    needed = [Permission.SEND_MESSAGES_IN_THREADS if channel.type == 11 else Permission.SEND_MESSAGES]
    if payload.get("embeds"):
        needed.append(Permission.EMBED_LINKS)
    if body.files:
        needed.append(Permission.ATTACH_FILES)
    return tuple(needed)
