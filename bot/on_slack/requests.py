"""Where a request of Slack's comes from, and what tells it from others: all that a webhook must read of most.

An id is the same when Slack sends the same thing again. What is asked for, :mod:`bot.on_slack.parse` reads.
Source: https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]


def team(body: Payload) -> str:
    """The workspace of whoever acts; empty when it is not told."""
    return str(
        body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id") or ""
    )


def slash(body: Payload) -> str:
    """A typed command's id."""
    return f"slash:{body.get('trigger_id', '')}"


def press(body: Payload) -> str:
    """A pressed button's: the message or modal, the moment, and which of its buttons."""
    pressed, container = (body.get("actions") or [{}])[0], body.get("container") or {}
    place = f"{container.get('message_ts') or container.get('view_id', '')}:{pressed.get('action_ts', '')}"
    return f"press:{place}:{pressed.get('action_id', '')}"


def shortcut(body: Payload) -> str:
    """That of a message's menu."""
    return f"shortcut:{body.get('trigger_id', '')}"


def view(body: Payload) -> str:
    """That of a modal that was handed in: a modal is answered once."""
    return f"view:{(body.get('view') or {}).get('id', '')}"


def event(body: Payload) -> str:
    """An event's (https://docs.slack.dev/apis/events-api)."""
    return f"event:{body.get('event_id', '')}"
