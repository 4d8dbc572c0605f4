"""``chat.*``: https://docs.slack.dev/reference/methods?family=chat."""

from __future__ import annotations

from typing import Any

from loopback_slack import content
from loopback_slack.web_api import Arguments, Declared, Refused
from loopback_slack.workspace import BOT_USER, Channel, Message, Workspace

WRITE = ("chat:write",)


class Chat:
    """Messages of the app."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def methods(self) -> dict[str, Declared]:
        """By name."""
        return {
            "chat.postMessage": Declared(self.post, WRITE),
            "chat.update": Declared(self.update, WRITE),
            "chat.postEphemeral": Declared(self.post_ephemeral, WRITE),
            "chat.delete": Declared(self.delete, WRITE),
        }

    def post(self, arguments: Arguments) -> dict[str, Any]:
        """A person's id posts to the direct conversation with them."""
        channel = self._writable(arguments)
        for flag in ("unfurl_links", "unfurl_media"):
            if arguments.get(flag) not in (False, "0", "false"):
                self._workspace.violate("unfurls", f"{flag} is not false")
        content.check(self._workspace, arguments)
        message = Message(
            channel,
            self._workspace.ts(),
            BOT_USER,
            thread_ts=thread_of(channel, arguments, strict=self._workspace.strict_threads),
        )
        content.put(self._workspace, message, arguments)
        channel.everything.append(message)
        return {"channel": channel.id, "ts": message.ts, "message": message.payload}

    def update(self, arguments: Arguments) -> dict[str, Any]:
        """Only the app's own messages, and only in a channel that is in use."""
        channel = self._known(arguments)
        if channel.archived:
            raise Refused("is_inactive")
        message = self._own(channel, arguments, "cant_update_message")
        window = self._workspace.edit_window_seconds
        if window is not None and self._workspace.now() - float(message.ts) > window:
            raise Refused("edit_window_closed")
        content.check(self._workspace, arguments, most_text=content.MOST_UPDATE_TEXT)
        content.put(self._workspace, message, arguments)
        return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.payload}

    def post_ephemeral(self, arguments: Arguments) -> dict[str, Any]:
        """Seen by one member of the channel, and never stored."""
        channel = self._writable(arguments)
        user = self._workspace.users.get(str(arguments.get("user")))
        if user is None:
            raise Refused("user_not_in_channel")
        content.check(self._workspace, arguments)
        message = Message(channel, self._workspace.ts(), BOT_USER, ephemeral_to=user)
        message.thread_ts = thread_of(channel, arguments)
        content.put(self._workspace, message, arguments)
        channel.ephemerals.append(message)
        return {"message_ts": message.ts}

    def delete(self, arguments: Arguments) -> dict[str, Any]:
        """Only the app's own messages."""
        channel = self._known(arguments)
        message = self._own(channel, arguments, "cant_delete_message")
        message.deleted = True
        return {"channel": channel.id, "ts": message.ts}

    def _own(self, channel: Channel, arguments: Arguments, refusal: str) -> Message:
        message = channel.message(str(arguments.get("ts")))
        if message is None:
            raise Refused("message_not_found")
        if message.user != BOT_USER:
            raise Refused(refusal)
        return message

    def _known(self, arguments: Arguments) -> Channel:
        return known_channel(self._workspace, str(arguments.get("channel")))

    def _writable(self, arguments: Arguments) -> Channel:
        wanted = str(arguments.get("channel"))
        if wanted in self._workspace.users:
            return self._workspace.direct(self._workspace.users[wanted])
        return writable_channel(self._workspace, wanted)


def known_channel(workspace: Workspace, wanted: str) -> Channel:
    """A private channel without the app is as good as unknown. :raises Refused: channel_not_found."""
    channel = workspace.channels.get(wanted)
    if channel is None or (channel.private and not channel.with_bot):
        raise Refused("channel_not_found")
    return channel


def writable_channel(workspace: Workspace, wanted: str) -> Channel:
    """:raises Refused: channel_not_found, is_archived, not_in_channel."""
    channel = known_channel(workspace, wanted)
    if channel.archived:
        raise Refused("is_archived")
    if not channel.with_bot:
        raise Refused("not_in_channel")
    return channel


def thread_of(channel: Channel, arguments: Arguments, *, strict: bool = False) -> str | None:
    """The thread a message goes to.

    Of a deleted message without replies nothing is left: what is meant for its thread lands in the channel, and the
    answer tells so by having no ``thread_ts`` (https://github.com/slack-go/slack/issues/1571).

    :raises Refused: for a reply's own timestamp, and with ``strict`` for a thread of which nothing is left.
    """
    wanted = str(arguments.get("thread_ts") or "")
    if not wanted:
        return None
    parent = next((message for message in channel.everything if message.ts == wanted), None)
    if parent is None or (parent.deleted and not parent.replies):
        if strict:
            raise Refused("thread_not_found")
        return None
    if parent.thread_ts is not None:
        raise Refused("cannot_reply_to_message")
    return parent.ts
