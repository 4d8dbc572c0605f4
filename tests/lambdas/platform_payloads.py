"""What Discord and Slack send to a webhook, after their references."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from bot.buttons import encode
from bot.commands import Button

APPLICATION: Final = "775799577604522054"


def interaction(kind: int, data: Any, **more: Any) -> dict[str, Any]:
    """https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object"""
    return {
        "id": "786008729715212338",
        "application_id": APPLICATION,
        "type": kind,
        "token": "an-interaction-token",
        "version": 1,
        "guild_id": "290926798626357999",
        "guild_locale": "de",
        "locale": "en-GB",
        "channel_id": "645027906669510667",
        "channel": {"id": "645027906669510667", "type": 0, "name": "arena"},
        "member": {
            "user": {"id": "11", "username": "ann", "discriminator": "0"},
            "nick": None,
            "roles": [],
            "permissions": "2048",
        },
        "data": data,
        **more,
    }


def command(name: str, verb: str, *, kind: int = 2, options: tuple[dict[str, Any], ...] = (), **more: Any) -> Any:
    """A typed command, or with ``kind=4`` one that is being typed."""
    return interaction(
        kind, {"id": "1", "name": name, "type": 1, "options": [{"type": 1, "name": verb, "options": options}]}, **more
    )


def start(**more: Any) -> Any:
    """``/duel start tic_tac_toe engine/novice engine/random``."""
    given = {"game": "tic_tac_toe", "first": "engine/novice", "second": "engine/random"}
    options = tuple({"type": 3, "name": name, "value": value} for name, value in given.items())
    return command("duel", "start", options=options, **more)


def typing(verb: str, name: str, typed: str, **more: Any) -> Any:
    """An option of ``/duel`` that is being typed."""
    return command("duel", verb, kind=4, options=({"type": 3, "name": name, "value": typed, "focused": True},), **more)


def press(button: Button, **more: Any) -> Any:
    """A pressed button."""
    data = {"custom_id": encode(button), "component_type": 2}
    return interaction(3, data, message={"id": "77"}, **more)


def slash(text: str, **more: str) -> str:
    """https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling"""
    given = {
        "team_id": "T0001",
        "channel_id": "C0001",
        "user_id": "U0ANN",
        "command": "/duel",
        "text": text,
        "response_url": "https://hooks.slack.test/commands/1",
        "trigger_id": "13345224609.738474920",
        "api_app_id": "A0001",
    }
    return urlencode({**given, **more})


def payload(kind: str, **more: Any) -> str:
    """https://docs.slack.dev/reference/interaction-payloads"""
    said = {
        "type": kind,
        "team": {"id": "T0001"},
        "user": {"id": "U0ANN", "team_id": "T0001"},
        "trigger_id": "12.34",
        "channel": {"id": "C0001"},
        **more,
    }
    return urlencode({"payload": json.dumps(said)})


def pressed(value: str) -> str:
    """A pressed button of Slack's."""
    return payload(
        "block_actions",
        container={"type": "message", "message_ts": "17.0001", "channel_id": "C0001"},
        message={"ts": "17.0001", "blocks": []},
        response_url="https://hooks.slack.test/actions/1",
        actions=[{"action_id": "press:3", "value": value, "type": "button", "action_ts": "18.0002"}],
    )


def handed_in(callback_id: str, values: dict[str, Any], **kept: Any) -> str:
    """A modal that was handed in."""
    view = {
        "id": "V0001",
        "callback_id": callback_id,
        "blocks": [{"type": "input", "block_id": name} for name in values],
        "private_metadata": json.dumps({"channel": "C0001", "url": "https://hooks.slack.test/c/1", **kept}),
        "state": {"values": {name: {"any": {"value": value}} for name, value in values.items()}},
    }
    return payload("view_submission", view=view)
