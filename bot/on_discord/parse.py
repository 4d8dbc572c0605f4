"""What Discord sends becomes what is asked for. Knows neither gateway nor webhook: it reads the raw interaction.

Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot import buttons
from bot.acknowledged import asked_first
from bot.commands import Verb, command
from bot.on_discord.deferring import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, in_server, sub_command
from bot.on_discord.escape import before_grapheme, clean, is_mark
from engine.errors import UserError
from engine.model import LONGEST_NAME, Role
from engine.options import Option
from engine.sentences import say

PLATFORM: Final = "discord"
NAMELESS: Final = "member"
_USER = 6
_USER_SELECT = 5
_ADMINISTRATOR, _MANAGE_GUILD = 1 << 3, 1 << 5
_MENTION: Final = re.compile(r"<@!?(\d{1,20})>")

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where, and how they can be answered.

    Attributes:
        names: what the payload calls the people in it, by Discord's id.
        message_id: of the message whose button was pressed.
    """

    request_id: str
    application_id: str
    token: str = field(repr=False)
    guild_id: str
    channel_id: str
    user_id: str
    name: str
    role: Role
    locale: str
    guild_locale: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run: typed, pressed, or a form that was handed in."""

    asker: Asker
    command: str
    verb: Verb
    options: Mapping[str, Any]

    def mentions(self) -> dict[str, str]:
        """Discord's ids of the people whom the options mention, by the token for them."""
        texts = [value for value in self.options.values() if isinstance(value, str)]
        return {found.group(): found.group(1) for text in texts for found in _MENTION.finditer(text)}


@dataclass(frozen=True, slots=True)
class Form:
    """A command that needs a form first. ``options`` are given already, ``asks`` are its fields."""

    asker: Asker
    command: str
    verb: Verb
    options: Mapping[str, Any]
    asks: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A button that wants a yes first."""

    asker: Asker
    command: str
    verb: Verb
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Typing:
    """An option is being typed: ``completes`` says what belongs there."""

    asker: Asker
    completes: str
    typed: str
    game: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing that can be done; a sentence says why."""

    asker: Asker
    text: str


Asked = Command | Form | Question | Typing | Refusal


def parse(payload: Payload) -> Asked:
    """What an interaction asks for. Never raises for what a person did: that is a :class:`Refusal`."""
    asker = _asker(payload)
    try:
        read = _READERS[payload["type"]]
        if payload["type"] != AUTOCOMPLETE and not in_server(payload):
            return Refusal(asker, say("Duels are played in servers. Type this command in a server's channel."))
        return read(asker, payload["data"])
    except UserError as error:
        return Refusal(asker, error.text)


def _typed(asker: Asker, data: Payload) -> Asked:
    verb, options = _verb(data)
    return _command_or_form(asker, data["name"], verb, _values(options))


def _completing(asker: Asker, data: Payload) -> Typing:
    try:
        verb, options = _verb(data)
    except UserError:
        # A command of an older registration: nothing can be said while somebody types, and nothing is offered.
        return Typing(asker, "", "", "")
    focused = next(option for option in options if option.get("focused"))
    completes = {option.name: option.completes for option in verb.options}
    given = _values(options)
    about = given.get("game", given.get("name", ""))
    return Typing(asker, completes.get(focused["name"], ""), str(focused.get("value", "")), str(about))


def _pressed(asker: Asker, data: Payload) -> Asked:
    pressed = buttons.decode(data["custom_id"])
    if pressed.confirm:
        return Question(asker, pressed.command, pressed.verb, pressed.options)
    return _command_or_form(asker, pressed.command, pressed.verb, pressed.options)


def _handed_in(asker: Asker, data: Payload) -> Command:
    form = buttons.decode(data["custom_id"])
    filled = {name: value for name, value in _fields(data.get("components", ())) if value}
    return Command(asker, form.command, form.verb, {**form.options, **filled})


def _command_or_form(asker: Asker, name: str, verb: Verb, options: Mapping[str, Any]) -> Command | Form:
    names = asked_first(verb.acknowledged, verb.form, options)
    asks = tuple(option for option in verb.options if option.name in names)
    return Form(asker, name, verb, options, asks) if asks else Command(asker, name, verb, options)


def _verb(data: Payload) -> tuple[Verb, list[Payload]]:
    """The sub-command, and its options as they came. :raises UserError: when there is no such command any more."""
    name, options = sub_command(data)
    return command(data["name"]).verb(name), options


def _values(options: Iterable[Payload]) -> dict[str, Any]:
    return {
        option["name"]: _mention(option["value"]) if option["type"] == _USER else option["value"] for option in options
    }


def _fields(components: Iterable[Payload]) -> Iterable[tuple[str, Any]]:
    """Name and value of each field, whether it stands in a label (``component``) or in a row (``components``)."""
    for component in components:
        if "component" in component:
            yield from _fields([component["component"]])
        yield from _fields(component.get("components", ()))
        if "value" in component:
            yield component["custom_id"], component["value"]
        elif component.get("values"):
            chosen = component["values"][0]
            yield component["custom_id"], _mention(chosen) if component["type"] == _USER_SELECT else chosen


def _mention(user_id: str) -> str:
    return f"<@{user_id}>"


_READERS: Final = {COMMAND: _typed, COMPONENT: _pressed, AUTOCOMPLETE: _completing, MODAL: _handed_in}


def _asker(payload: Payload) -> Asker:
    member = payload.get("member") or {}
    user = member.get("user") or payload.get("user") or {}
    channel = payload.get("channel") or {}
    return Asker(
        request_id=str(payload["id"]),
        application_id=str(payload["application_id"]),
        token=payload["token"],
        guild_id=str(payload.get("guild_id") or ""),
        channel_id=str(payload.get("channel_id") or channel.get("id") or ""),
        user_id=str(user.get("id", "")),
        name=display_name(member, user),
        role=_role(int(member.get("permissions") or 0)),
        locale=locale(payload),
        guild_locale=payload.get("guild_locale") or "",
        names=_names((payload.get("data") or {}).get("resolved") or {}),
        message_id=str((payload.get("message") or {}).get("id", "")),
    )


def locale(payload: Payload) -> str:
    """The asker's, else the server's; empty when neither is told."""
    return str(payload.get("locale") or payload.get("guild_locale") or "")


def _role(permissions: int) -> Role:
    # Who hosts the arena is not known to Discord, so nobody is a host here.
    return Role.MODERATOR if permissions & (_ADMINISTRATOR | _MANAGE_GUILD) else Role.MEMBER


def _names(resolved: Payload) -> dict[str, str]:
    members = resolved.get("members") or {}
    users = resolved.get("users") or {}
    people = {one: user for one, user in users.items() if not user.get("bot")}
    return {str(one): display_name(members.get(one) or {}, user) for one, user in people.items()}


def display_name(member: Payload, user: Payload) -> str:
    """What a person is called in that server, as the arena can keep it: 1 to 32 printable characters."""
    names = (member.get("nick"), user.get("global_name"), user.get("username"))
    return next(filter(None, (_presentable(name) for name in names if name)), NAMELESS)


def _presentable(name: str) -> str:
    """The name without what cannot be printed; empty when nothing visible is left."""
    printable = "".join(character if character.isprintable() else " " for character in clean(name))
    shown = " ".join(printable.translate(_BLANK).split())
    cut = shown[: before_grapheme(shown, LONGEST_NAME)].strip() if len(shown) > LONGEST_NAME else shown
    return cut if any(not is_mark(character) for character in cut) else ""


_BLANK: Final = dict.fromkeys(map(ord, "\u115f\u1160\u3164\uffa0\u2800"), " ")
"""Letters that look like nothing."""
