"""``conversations.*``, ``users.info`` and ``auth.test``."""

from __future__ import annotations

from typing import Any

from loopback_slack.chat import known_channel
from loopback_slack.web_api import Arguments, Declared, Refused, is_set
from loopback_slack.workspace import APP, BOT_ID, BOT_USER, TEAM, Channel, Message, Workspace

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


class Conversations:
    """Where the app is, who is there, and what was said."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def methods(self) -> dict[str, Declared]:
        """By name."""
        return {
            "auth.test": Declared(self.auth),
            "bots.info": Declared(self.bot, ("users:read",)),
            "users.info": Declared(self.user, ("users:read",)),
            "conversations.info": Declared(self.info, READ),
            "conversations.open": Declared(self.open, ("im:write",)),
            "conversations.history": Declared(self.history, HISTORY),
            "conversations.replies": Declared(self.replies, HISTORY),
        }

    def auth(self, arguments: Arguments) -> dict[str, Any]:
        """Who the token is."""
        return {
            "url": "https://loopback.slack.com/",
            "team": self._workspace.name,
            "team_id": TEAM,
            "user": "arena",
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def bot(self, arguments: Arguments) -> dict[str, Any]:
        """https://docs.slack.dev/reference/methods/bots.info"""
        if arguments.get("bot") != BOT_ID:
            raise Refused("bot_not_found")
        return {"bot": {"id": BOT_ID, "deleted": False, "name": "arena", "app_id": APP, "user_id": BOT_USER}}

    def user(self, arguments: Arguments) -> dict[str, Any]:
        """The locale comes only when it is asked for."""
        user = self._workspace.users.get(str(arguments.get("user")))
        if user is None:
            raise Refused("user_not_found")
        facts: dict[str, Any] = {
            "id": user.id,
            "team_id": TEAM,
            "name": user.name,
            "real_name": user.name.title(),
            "is_admin": user.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_bot": False,
            "deleted": False,
            "profile": {"display_name": user.name, "real_name": user.name.title()},
        }
        if is_set(arguments.get("include_locale", False)):
            facts["locale"] = user.locale
        return {"user": facts}

    def info(self, arguments: Arguments) -> dict[str, Any]:
        """One conversation."""
        channel = self._channel(arguments)
        return {
            "channel": {
                "id": channel.id,
                "name": channel.name,
                "is_channel": channel.im_of is None and not channel.private,
                "is_im": channel.im_of is not None,
                "is_private": channel.private,
                "is_archived": channel.archived,
                "is_member": channel.with_bot,
            }
        }

    def open(self, arguments: Arguments) -> dict[str, Any]:
        """The direct conversation with one person."""
        user = self._workspace.users.get(str(arguments.get("users")))
        if user is None:
            raise Refused("user_not_found")
        return {"channel": {"id": self._workspace.direct(user).id}}

    def history(self, arguments: Arguments) -> dict[str, Any]:
        """The channel's messages, newest first."""
        messages = self._read(arguments).messages
        return _page(list(reversed(messages)), arguments)

    def replies(self, arguments: Arguments) -> dict[str, Any]:
        """A thread with its parent, oldest first."""
        channel = self._read(arguments)
        parent = channel.message(str(arguments.get("ts")))
        if parent is None:
            raise Refused("thread_not_found")
        return _page([parent, *parent.replies], arguments)

    def _read(self, arguments: Arguments) -> Channel:
        channel = self._channel(arguments)
        if not channel.with_bot:
            raise Refused("not_in_channel")
        return channel

    def _channel(self, arguments: Arguments) -> Channel:
        return known_channel(self._workspace, str(arguments.get("channel")))


def _page(messages: list[Message], arguments: Arguments) -> dict[str, Any]:
    oldest, latest = str(arguments.get("oldest", "0")), str(arguments.get("latest", "9" * 20))
    inside = [message for message in messages if oldest <= message.ts <= latest]
    with_metadata = is_set(arguments.get("include_all_metadata", False))
    shown = [
        {key: value for key, value in message.payload.items() if with_metadata or key != "metadata"}
        for message in inside[: int(arguments.get("limit", 100))]
    ]
    return {"messages": shown, "has_more": len(inside) > len(shown)}
