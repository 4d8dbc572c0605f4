"""Modals: https://docs.slack.dev/surfaces/modals."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from loopback_slack import blocks, content
from loopback_slack.web_api import Arguments, Declared, Refused
from loopback_slack.workspace import APP, BOT_ID, TEAM, User, View, Workspace

TRIGGER_SECONDS: Final = 3.0
MOST_STACKED: Final = 3


@dataclass(slots=True)
class Trigger:
    """The right to open one modal for a person, for three seconds. ``opened`` are the views it was used for."""

    id: str
    user: User
    born: float
    used: bool = False
    opened: list[View] = field(default_factory=list)


class Views:
    """Opens, changes and closes modals."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._triggers: dict[str, Trigger] = {}

    def methods(self) -> dict[str, Declared]:
        """By name."""
        return {
            "views.open": Declared(self.open),
            "views.push": Declared(self.push),
            "views.update": Declared(self.update),
        }

    def trigger(self, user: User) -> Trigger:
        """A new one."""
        made = Trigger(f"{self._workspace.number()}.{secrets.token_hex(4)}", user, self._workspace.clock.people_now())
        self._triggers[made.id] = made
        return made

    def open(self, arguments: Arguments) -> dict[str, Any]:
        """A modal on its own."""
        payload = self.checked(arguments.get("view"))
        trigger = self._spent(arguments)
        view = self._made(trigger.user, payload)
        trigger.opened.append(view)
        return {"view": facts(view)}

    def push(self, arguments: Arguments) -> dict[str, Any]:
        """A modal on top of the person's newest one."""
        payload = self.checked(arguments.get("view"))
        trigger = self._spent(arguments)
        stack = [view for view in self._workspace.views.values() if view.user == trigger.user and not view.closed]
        if not stack:
            raise Refused("not_found")
        if len(stack) >= MOST_STACKED:
            raise Refused("push_limit_reached")
        return {"view": facts(self.put_on(stack[-1], payload))}

    def update(self, arguments: Arguments) -> dict[str, Any]:
        """Change a modal that is open; with ``hash`` only the version it was made for."""
        payload = self.checked(arguments.get("view"))
        view = self._workspace.views.get(str(arguments.get("view_id")))
        if view is None or view.closed:
            raise Refused("not_found")
        if arguments.get("hash") and arguments["hash"] != view.hash:
            raise Refused("hash_conflict")
        self.replace(view, payload)
        return {"view": facts(view)}

    def put_on(self, below: View, payload: dict[str, Any]) -> View:
        """A new modal over another."""
        return self._made(below.user, payload, root=below.root, previous=below.id)

    def replace(self, view: View, payload: dict[str, Any]) -> None:
        """Show something else in it."""
        view.payload = payload
        view.hash = secrets.token_hex(8)
        view.errors = {}

    def checked(self, payload: Any) -> dict[str, Any]:
        """:raises Refused: when it is no modal that Slack would show."""
        if found := blocks.in_view(payload):
            self._workspace.violate("invalid_view", "; ".join(found))
            raise Refused("invalid_arguments", found)
        content.check_pictures(self._workspace, payload["blocks"])
        named = [{"block_id": f"b{self._workspace.number()}", **block} for block in payload["blocks"]]
        return {**payload, "blocks": named}

    def _made(self, user: User, payload: dict[str, Any], root: str = "", previous: str | None = None) -> View:
        name = f"V0{self._workspace.number():08d}"
        view = View(name, user, payload, root or name, secrets.token_hex(8), previous)
        self._workspace.views[view.id] = view
        return view

    def _spent(self, arguments: Arguments) -> Trigger:
        trigger = self._triggers.get(str(arguments.get("trigger_id")))
        if trigger is None:
            self._workspace.violate("invalid_trigger_id", str(arguments.get("trigger_id")))
            raise Refused("invalid_trigger_id")
        if trigger.used:
            self._workspace.violate("exchanged_trigger_id", trigger.id)
            raise Refused("exchanged_trigger_id")
        if self._workspace.clock.people_now() - trigger.born > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger


def facts(view: View) -> dict[str, Any]:
    """As the Web API and interactions show it."""
    return {
        "private_metadata": "",
        "callback_id": "",
        "state": {"values": {}},
        **view.payload,
        "id": view.id,
        "team_id": TEAM,
        "app_id": APP,
        "bot_id": BOT_ID,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
    }
