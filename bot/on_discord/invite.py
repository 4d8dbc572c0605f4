"""The link that adds the bot to a server, with what it needs and nothing more.

Source: https://discord.com/developers/docs/topics/permissions and
https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from engine.sentences import say

SCOPES: Final = ("bot", "applications.commands")
PERMISSIONS: Final[Mapping[str, tuple[int, str]]] = {
    "View Channel": (1 << 10, say("to see the channels in which duels are played")),
    "Send Messages": (1 << 11, say("to post boards, invitations and reports")),
    "Embed Links": (1 << 14, say("to show a board as a card")),
    "Attach Files": (
        1 << 15,
        say("to attach pictures of boards, leaderboards and brackets, and the game record at the end"),
    ),
    "Create Public Threads": (
        1 << 35,
        say("to open a thread for what the models say, and one for each duel of a tournament"),
    ),
    "Send Messages in Threads": (1 << 38, say("to post what the models say in that thread")),
}
"""Each permission by the name that Discord shows, with its bit and why it is asked for."""


def permissions() -> int:
    """All of them as Discord's number."""
    return sum(bit for bit, _ in PERMISSIONS.values())


def invite_url(application_id: str) -> str:
    """The address where a server's administrator adds the bot."""
    query = {"client_id": application_id, "permissions": permissions(), "scope": " ".join(SCOPES)}
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"
