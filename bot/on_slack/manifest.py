"""The app's manifest, made from the declared commands: what Slack needs to know to create or update the app.

Source: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from typing import Any, Final, Literal

import yaml

from bot.commands import CommandSpec, commands
from bot.on_slack.parse import SHORTCUT

Mode = Literal["socket", "http"]

REQUEST_URL: Final = "https://arena.example/slack/events"
NAME: Final = "LLM Duel Arena"
HANDLE: Final = "arena"
MOST_DESCRIPTION: Final = 140
MOST_HINT: Final = 140
"""Slack takes 1,000 characters, and shows one line."""

SCOPES: Final = {
    "commands": "adds the slash commands and the menu of a message",
    "chat:write": "posts the boards, edits them, and sends private answers",
    "files:write": "uploads the pictures of boards, leaderboards and brackets and the files of finished duels",
    "users:read": "asks for people's names, their language, and whether they are admins",
}
"""What the app asks for, each with its reason; nothing lets it read a message."""

OPTIONAL_SCOPES: Final = {
    "channels:history": "looks for a message whose sending was interrupted before it is sent again, in public channels",
    "groups:history": "the same in private channels",
}
"""What a host may grant besides. Without them, an interrupted message may appear twice."""


def manifest(mode: Mode, request_url: str = REQUEST_URL) -> str:
    """The manifest as YAML. ``http`` is for a deployment that Slack reaches at ``request_url``."""
    text: str = yaml.safe_dump(described(mode, request_url), sort_keys=False, allow_unicode=True, width=100)
    return text


def described(mode: Mode, request_url: str = REQUEST_URL) -> dict[str, Any]:
    """The manifest as it is before it is written down."""
    http = mode == "http"
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": "Language models, engines and people duel in your channels.",
            "long_description": _LONG,
            "background_color": "#2c2d30",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": HANDLE, "always_online": True},
            "shortcuts": [
                {
                    "name": "Duel command",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Play or answer in the duel of this message",
                }
            ],
            "slash_commands": [_slash(spec, request_url if http else "") for spec in commands()],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": {"is_enabled": True, **(_addresses(request_url) if http else {})},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not http,
            "token_rotation_enabled": False,
        },
    }


def _slash(spec: CommandSpec, request_url: str) -> dict[str, Any]:
    names = " | ".join(verb.name for verb in spec.verbs)
    return {
        "command": f"/{spec.name}",
        **({"url": request_url} if request_url else {}),
        "description": _cut(str(spec.help), MOST_DESCRIPTION),
        "usage_hint": _cut(f"help | {names}" if "help" not in names else names, MOST_HINT),
        "should_escape": True,
    }


def _addresses(request_url: str) -> dict[str, str]:
    """Menus that are filled while somebody types ask an address of their own; here it is the same."""
    return {"request_url": request_url, "message_menu_options_url": request_url}


def _cut(text: str, most: int) -> str:
    """The whole words of a text that fit."""
    return text if len(text) <= most else f"{text[: most - 1].rpartition(' ')[0].rstrip(' |')} …"


_LONG: Final = (
    "LLM Duel Arena pits two players against each other in Chess, Tic-Tac-Toe, Rock-Paper-Scissors, Racing or Word "
    "Association. A player is a language model, a game engine or a person. The board appears in the channel and is "
    "edited in place as moves are played; what the players say stands in its thread. Type /duel help to see what you "
    "can do, and /arena help for the rest. The app reads no messages: it sees only what is typed behind its own "
    "commands and what is pressed on its own messages."
)
