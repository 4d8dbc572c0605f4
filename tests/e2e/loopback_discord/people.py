"""What people do on Discord: type commands, press buttons, fill in modals; their client refuses what it must."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from loopback_discord import endpoint, payloads
from loopback_discord import interactions as kinds
from loopback_discord import registration as types
from loopback_discord.components import LABEL, MENUS, ROW, questions
from loopback_discord.gateway import Gateway
from loopback_discord.interactions import Interaction
from loopback_discord.permissions import Permission
from loopback_discord.posting import Posting
from loopback_discord.state import State
from loopback_discord.webhook import Webhook
from loopback_discord.world import Button, Channel, Message, User

_PERSON: Final = re.compile(r"<@!?(\d+)>")
_TYPES: Final[Mapping[int, tuple[type, ...]]] = {
    types.STRING: (str,),
    types.INTEGER: (int,),
    types.BOOLEAN: (bool,),
    types.NUMBER: (int, float),
    types.USER: (User,),
}


class People:
    """Turns acts into interactions; every one of them is sent at once, to the shard of its guild."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state, self._world, self._gateway = state, state.world, gateway
        self._posting = Posting(state, gateway)
        self.webhook: Webhook | None = None
        self._endpoints: dict[str, Webhook] = {}

    def command(self, user: User, channel: Channel, path: str, given: Mapping[str, Any]) -> Interaction:
        """Type a command, with ``path`` such as ``duel start``."""
        command, levels, leaf = self._declared(channel, path)
        _assert_offered(command, user, channel)
        options = _values(leaf, given)
        missing = [one["name"] for one in leaf.get("options") or () if one.get("required") and one["name"] not in given]
        assert not missing, f"/{path} needs {missing}: the client does not send it"
        return self._send(user, channel, kinds.COMMAND, self._data(command, levels, options, given, channel))

    def autocomplete(
        self, user: User, channel: Channel, path: str, focused: str, typed: str, given: Mapping[str, Any]
    ) -> Interaction:
        """Type into an option that completes."""
        command, levels, leaf = self._declared(channel, path)
        option = _option(leaf, focused)
        assert option.get("autocomplete"), f"{focused} of /{path} does not complete"
        here = {"type": option["type"], "name": option["name"], "value": typed, "focused": True}
        options = [*_values(leaf, given), here]
        data = self._data(command, levels, options, given, channel)
        return self._send(user, channel, kinds.AUTOCOMPLETE, data, focused_type=option["type"])

    def press(self, user: User, message: Message, wanted: str | Button, values: list[str] | None) -> Interaction:
        """Press a button by its label or custom_id; a :class:`Button` stands for a press that an edit overtook."""
        button = message.button(wanted) if isinstance(wanted, str) else wanted
        assert not message.deleted, "the message is gone: nobody can press its buttons"
        assert message.only_for in (None, user), f"{user.name} does not see this message"
        assert not button.disabled, f"{button.label} is greyed out"
        data: dict[str, Any] = {"custom_id": button.custom_id, "component_type": button.kind}
        if button.kind in MENUS:
            data["values"] = values or []
        return self._send(user, message.channel, kinds.COMPONENT, data, source=message)

    def submit(self, before: Interaction, fields: Mapping[str, str]) -> Interaction:
        """Fill in the modal that an interaction was answered with; fields are named by custom_id or label."""
        assert before.modal is not None, "no modal was shown"
        parts = [_filled(question, fields) for question in questions(before.modal)]
        data = {"custom_id": before.modal["custom_id"], "components": parts}
        return self._send(before.user, before.channel, kinds.MODAL_SUBMIT, data, source=before.source)

    def _declared(self, channel: Channel, path: str) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
        name, *rest = path.split()
        guild = channel.guild.id if channel.guild else None
        known = [*self._state.commands.get(guild, ()), *self._state.commands.get(None, ())]
        command = next((one for one in known if one["name"] == name), None)
        assert command is not None, f"/{name} is not registered: {[one['name'] for one in known]}"
        levels: list[dict[str, Any]] = []
        leaf = command
        for word in rest:
            leaf = _option(leaf, word)
            levels.append(leaf)
        return command, levels, leaf

    def _data(
        self,
        command: Mapping[str, Any],
        levels: list[dict[str, Any]],
        options: list[dict[str, Any]],
        given: Mapping[str, Any],
        channel: Channel,
    ) -> dict[str, Any]:
        for level in reversed(levels):
            options = [{"type": level["type"], "name": level["name"], "options": options}]
        data = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
        people = self._people(given)
        if people:
            members = {str(one.id): payloads.member(one) for one in people}
            for member in members.values():
                del member["user"]
            data["resolved"] = {"users": {str(one.id): payloads.user(one) for one in people}, "members": members}
        return data

    def _people(self, given: Mapping[str, Any]) -> list[User]:
        """Users that are options, and those that are mentioned in texts."""
        found = [one for one in given.values() if isinstance(one, User)]
        texts = [one for one in given.values() if isinstance(one, str)]
        ids = [int(number) for text in texts for number in _PERSON.findall(text)]
        return found + [self._world.users[number] for number in ids if number in self._world.users]

    def _send(
        self,
        user: User,
        channel: Channel,
        kind: int,
        data: dict[str, Any],
        source: Message | None = None,
        focused_type: int = 0,
    ) -> Interaction:
        clock = self._world.clock
        number, token = clock.snowflake(), secrets.token_urlsafe(120)
        payload = self._payload(user, channel, kind, data) | {"id": str(number), "token": token}
        if source is not None:
            payload["message"] = self._posting.answer(source)
        made = Interaction(
            number, token, kind, user, channel, self._world, payload, clock.now(), time.monotonic(), source
        )
        self._state.interactions[token] = made
        made.payload = {**payload, "focused_type": focused_type}
        if webhook := self.webhook or self._by_endpoint():
            webhook.send(made, payload)
        else:
            self._gateway.dispatch("INTERACTION_CREATE", payload, channel.guild)
        return made

    def _by_endpoint(self) -> Webhook | None:
        """Whoever has an endpoint is sent nothing over the gateway."""
        url = self._state.endpoint_url
        if url and url not in self._endpoints:
            post = partial(endpoint.post, url, seconds=self._state.deadline_seconds)
            self._endpoints[url] = Webhook(self._state, self._gateway, post)
        return self._endpoints[url] if url else None

    def _payload(self, user: User, channel: Channel, kind: int, data: dict[str, Any]) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "application_id": str(self._world.application_id),
            "type": kind,
            "data": data,
            "version": 1,
            "channel_id": str(channel.id),
            "channel": payloads.channel(channel),
            "locale": user.locale,
            "app_permissions": str(int(channel.permissions)),
            "entitlements": [],
            "attachment_size_limit": 10 << 20,
        }
        if channel.guild is None:
            owners = {"1": str(user.id)}
            return {**payload, "user": payloads.user(user), "context": 1, "authorizing_integration_owners": owners}
        guild = channel.guild
        return {
            **payload,
            "guild_id": str(guild.id),
            "guild_locale": guild.locale,
            "context": 0,
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "member": payloads.member(user, within_interaction=True),
            "authorizing_integration_owners": {"0": str(guild.id)},
        }


def _assert_offered(command: Mapping[str, Any], user: User, channel: Channel) -> None:
    """The client shows a command only where, and to whom, its registration lets it."""
    needed = Permission(int(command.get("default_member_permissions") or 0))
    allowed = Permission.ADMINISTRATOR in user.permissions or needed in user.permissions
    assert allowed, f"/{command['name']} is not shown to {user.name}"
    contexts = command.get("contexts")
    assert contexts is None or (0 if channel.guild else 1) in contexts, f"/{command['name']} is not offered here"


def _option(level: Mapping[str, Any], name: str) -> dict[str, Any]:
    for option in level.get("options") or ():
        if option["name"] in (name, name.replace("_", "-")):
            return dict(option)
    raise AssertionError(f"no option {name!r} in {[one['name'] for one in level.get('options') or ()]}")


def _values(leaf: Mapping[str, Any], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    values = []
    for name, value in given.items():
        option = _option(leaf, name)
        assert isinstance(value, _TYPES[option["type"]]), f"{name} does not take {value!r}"
        choices = [choice["value"] for choice in option.get("choices") or ()]
        assert not choices or value in choices, f"{name} offers {choices}, not {value!r}"
        _assert_in_range(option, value)
        shown = str(value.id) if isinstance(value, User) else value
        values.append({"type": option["type"], "name": option["name"], "value": shown})
    return values


def _assert_in_range(option: Mapping[str, Any], value: Any) -> None:
    if isinstance(value, str):
        assert option.get("min_length", 0) <= len(value) <= option.get("max_length", 6000), option["name"]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        assert option.get("min_value", value) <= value <= option.get("max_value", value), option["name"]


def _filled(question: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """One answer, in the form that the question had: a row, or a label."""
    name = question["custom_id"]
    value = next((fields[key] for key in (name, question["label"]) if key in fields), question.get("value") or "")
    if question["type"] in MENUS:
        chosen = value or next((one["value"] for one in question.get("options", ()) if one.get("default")), "")
        return _wrapped(question, {"type": question["type"], "custom_id": name, "values": [chosen] if chosen else []})
    least, most = question.get("min_length") or 0, question.get("max_length") or 4000
    assert value or not question.get("required", True), f"{question['label']} must be filled in"
    assert not value or least <= len(value) <= most, f"{question['label']} takes {least} to {most} characters"
    return _wrapped(question, {"type": 4, "custom_id": name, "value": value})


def _wrapped(question: Mapping[str, Any], filled: Mapping[str, Any]) -> dict[str, Any]:
    """Within what the question stood in."""
    if question["within"] == LABEL:
        return {"type": LABEL, "id": 0, "component": {**filled, "id": 0}}
    return {"type": ROW, "id": 0, "components": [{**filled, "id": 0}]}
