"""What Slack sends: https://docs.slack.dev/reference/interaction-payloads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback_slack.blocks import Block
from loopback_slack.views import facts
from loopback_slack.workspace import APP, TEAM, Channel, Message, User, View


def slash(user: User, channel: Channel, command: str, text: str, trigger: str, response_url: str) -> dict[str, Any]:
    """A slash command."""
    return {
        "token": "loopback",
        "team_id": TEAM,
        "team_domain": "loopback",
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def person(user: User) -> dict[str, Any]:
    """Whoever did it."""
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM}


def interaction(kind: str, user: User, trigger: str, **more: Any) -> dict[str, Any]:
    """What all interactions share."""
    return {
        "type": kind,
        "user": person(user),
        "api_app_id": APP,
        "token": "loopback",
        "team": {"id": TEAM, "domain": "loopback"},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": trigger,
        **more,
    }


def place(message: Message) -> dict[str, Any]:
    """Where a message stands; an ephemeral one is not sent along, since Slack does not keep it."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    shown = {} if message.ephemeral_to else {"message": message.payload}
    return {
        "container": container,
        "channel": {"id": message.channel.id, "name": message.channel.name},
        "state": {"values": {}},
        **shown,
    }


def action(block: Block, element: Block, at: float, **more: Any) -> dict[str, Any]:
    """One thing that was pressed or chosen."""
    said: Block = {key: element[key] for key in ("type", "action_id", "text", "value", "style") if key in element}
    return {**said, "block_id": block["block_id"], "action_ts": f"{at:.6f}", **more}


def state(view: View, given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The values of a view's inputs. ``given`` is by label, block or action.

    :raises AssertionError: when something is given that the view does not ask for, or a person could not give.
    """
    left = dict(given)
    values: dict[str, dict[str, Any]] = {}
    for block in view.inputs:
        element = block["element"]
        names = {block["label"]["text"], block["block_id"], element.get("action_id")}
        named = next((name for name in left if name in names), None)
        chosen = left.pop(named) if named is not None else initial(element)
        if chosen in (None, "", []) and not block.get("optional"):
            raise AssertionError(f"“{block['label']['text']}” must be filled in")
        values[block["block_id"]] = {element["action_id"]: filled(view, element, chosen)}
    assert not left, f"the modal does not ask for {', '.join(left)}; it asks for {', '.join(view.labels)}"
    return values


def initial(element: Block) -> Any:
    """What stands in an input before anybody touches it."""
    if "initial_option" in element:
        return element["initial_option"]["value"]
    return element.get("initial_value", element.get("initial_user"))


def filled(view: View, element: Block, chosen: Any) -> dict[str, Any]:
    """An input's value as Slack reports it."""
    kind = element["type"]
    if kind in {"plain_text_input", "number_input"}:
        return {"type": kind, "value": _typed(element, chosen)}
    if kind == "users_select":
        return {"type": kind, "selected_user": chosen}
    options = [option for option in offered(view, element) if option["value"] == chosen]
    assert options or chosen is None, f"“{chosen}” is not offered"
    if kind == "checkboxes":
        return {"type": kind, "selected_options": options}
    return {"type": kind, "selected_option": options[0] if options else None}


def offered(view: View, element: Block) -> list[Block]:
    """The options of a menu: its own, those of its groups, or those that were suggested."""
    groups = [option for group in element.get("option_groups", []) for option in group["options"]]
    first = [element["initial_option"]] if "initial_option" in element else []
    return [*element.get("options", []), *groups, *view.suggested.get(element["action_id"], []), *first]


def _typed(element: Block, text: Any) -> str | None:
    if text in (None, ""):
        return None
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    assert least <= len(text) <= most, f"an input takes {least} to {most} characters"
    return str(text)


def view_submission(view: View, values: dict[str, Any], trigger: str) -> dict[str, Any]:
    """A modal's button was pressed."""
    shown = {**facts(view), "state": {"values": values}}
    return interaction("view_submission", view.user, trigger, view=shown, response_urls=[])
