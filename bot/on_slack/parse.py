"""What Slack sends becomes what is asked for. Knows neither socket nor webhook: it reads the payloads.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot import buttons, typed
from bot.commands import Acknowledged, Verb, command
from bot.on_slack import requests
from bot.on_slack.block_ids import duel_of
from bot.on_slack.tokens import mentions, unescaped, written
from engine.errors import BadOption, UserError
from engine.options import Option, convert
from engine.sentences import say

Payload = requests.Payload

FORM: Final = "form"
COMMAND_FORM: Final = "command"
SHORTCUT: Final = "duel_here"
VERB_FIELD: Final = "verb"
TEXT_FIELD: Final = "text"
MOST_METADATA: Final = 3_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where, and how they can be answered.

    Attributes:
        request_id: the same when Slack sends the same thing again.
        trigger_id: opens one modal within three seconds.
        thread: the thread in which the message stands whose button or menu was used.
    """

    team: str
    user: str
    channel: str
    request_id: str
    trigger_id: str = field(default="", repr=False)
    response_url: str = field(default="", repr=False)
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run: typed, pressed, or a form that was handed in."""

    asker: Asker
    command: str
    verb: Verb
    options: Mapping[str, Any]

    def mentions(self) -> dict[str, str]:
        """Slack's ids of the people whom the options mention, by the token for them."""
        return mentions(self.options)


@dataclass(frozen=True, slots=True)
class Form:
    """A command that needs a form first. ``options`` are given already, ``asks`` are its fields."""

    asker: Asker
    command: str
    verb: Verb
    options: Mapping[str, Any]
    asks: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Here:
    """The menu of a message was used: a command is to be written for its duel, if it shows one.

    ``message_ts`` and ``thread_ts`` find the duel when the message itself does not tell it.
    """

    asker: Asker
    duel_id: str
    message_ts: str
    thread_ts: str


@dataclass(frozen=True, slots=True)
class Typing:
    """A field is being typed: ``completes`` says what belongs there."""

    team: str
    completes: str
    typed: str
    game: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing that can be done; a sentence says why. ``field`` names the form's field that is wrong."""

    asker: Asker
    text: str
    field: str = ""


Asked = Command | Form | Here | Refusal


def slash(body: Payload) -> Command | Form | Refusal:
    """``/duel start chess …``, as it was typed."""
    asker = _asker(body, str(body.get("channel_id", "")), requests.slash(body))
    name, text = str(body.get("command", "")).lstrip("/"), written(str(body.get("text") or ""))
    try:
        if text in {"", "help"} and name != _HELP:
            return Command(asker, _HELP, command(_HELP).verb("help"), {"about": name})
        read = typed.read(f"/{name} {text or 'help'}")
        return _command_or_form(asker, read.spec.name, read.verb, unescaped(read.options), bare=not read.options)
    except UserError as error:
        return Refusal(asker, error.text)


def action(body: Payload) -> Command | Form | Refusal:
    """A button was pressed. Whoever was asked “are you sure?” has said yes in Slack's own dialog."""
    pressed = (body.get("actions") or [{}])[0]
    container, message = body.get("container") or {}, body.get("message") or {}
    thread = str(container.get("thread_ts") or message.get("thread_ts") or "")
    top = thread if thread != str(container.get("message_ts", "")) else ""
    asker = _asker(body, _channel(body), requests.press(body), top)
    try:
        button = buttons.decode(str(pressed.get("value") or ""))
        return _command_or_form(asker, button.command, button.verb, button.options, bare=True)
    except UserError as error:
        return Refusal(asker, error.text)


def shortcut(body: Payload) -> Here:
    """The menu of a message, which also works where slash commands do not: in threads."""
    message = body.get("message") or {}
    ts, thread = str(message.get("ts") or body.get("message_ts") or ""), str(message.get("thread_ts") or "")
    asker = _asker(body, _channel(body), requests.shortcut(body), thread)
    return Here(asker, duel_of(message.get("blocks") or ()), ts, thread)


def submitted(body: Payload) -> Command | Form | Refusal:
    """A modal was handed in. A repeat has the same id: a modal is answered once."""
    view = body.get("view") or {}
    kept = _kept(view)
    asker = Asker(
        team=requests.team(body),
        user=str((body.get("user") or {}).get("id", "")),
        channel=kept.get("channel", ""),
        request_id=requests.view(body),
        trigger_id=str(body.get("trigger_id") or ""),
        response_url=kept.get("url", ""),
        thread=kept.get("thread", ""),
    )
    try:
        return (
            _written_command(asker, view, kept) if view.get("callback_id") == COMMAND_FORM else _form(asker, view, kept)
        )
    except UserError as error:
        return Refusal(asker, error.text, TEXT_FIELD if view.get("callback_id") == COMMAND_FORM else first_field(body))


def suggestion(body: Payload) -> Typing:
    """A menu asks what it may offer. Its action's id is what it completes and its option's name."""
    view = body.get("view") or {}
    completes = str(body.get("action_id", "")).partition("/")[0]
    game = _values(view).get("game") or _kept(view).get("options", {}).get("game", "")
    return Typing(requests.team(body), completes, str(body.get("value") or ""), str(game))


def language(body: Payload) -> str:
    """The language that the modal was made in which a payload is about; empty when it does not tell."""
    return str(_kept(body.get("view") or {}).get("language", ""))


def at_home(body: Payload, teams: Collection[str]) -> Payload:
    """The payload in a workspace of ours: somebody of another one (Slack Connect) acts in a channel of ours."""
    return body if requests.team(body) in teams or not teams else {**body, "team_id": next(iter(teams))}


def metadata(asker: Asker, **kept: Any) -> str:
    """What a modal carries so that its answer finds its way. :raises BadOption: when it is too much for Slack."""
    text = json.dumps({"channel": asker.channel, "url": asker.response_url, "thread": asker.thread, **kept})
    if len(text) > MOST_METADATA:
        raise BadOption(say("That is too much text for a form. Type the whole command in one line instead."))
    return text


_HELP: Final = "arena"


def _command_or_form(asker: Asker, name: str, verb: Verb, options: Mapping[str, Any], *, bare: bool) -> Command | Form:
    asks = _asks(verb, options, bare=bare)
    return Form(asker, name, verb, options, asks) if asks else Command(asker, name, verb, options)


def _asks(verb: Verb, options: Mapping[str, Any], *, bare: bool) -> tuple[Option, ...]:
    """The fields of the modal that is needed first; none when the command can run as it is."""
    if verb.acknowledged is Acknowledged.MODAL:
        return verb.asks({}) or verb.options
    missing = any(option.required and option.name not in options for option in verb.options)
    if bare and verb.form:
        return verb.asks(options)
    if not missing:
        return ()
    return verb.asks(options) or tuple(option for option in verb.options if option.name not in options)


def _form(asker: Asker, view: Payload, kept: Payload) -> Command | Refusal:
    if not {"command", "verb"} <= kept.keys():
        raise BadOption(say("This form is of an older version. Close it and open it again."))
    verb = command(kept["command"]).verb(kept["verb"])
    declared = {option.name: option for option in verb.options}
    filled = {name: value for name, value in _values(view).items() if name in declared and value not in (None, "")}
    for name, value in filled.items():
        try:
            convert(declared[name], value)
        except UserError as error:
            return Refusal(asker, error.text, name)
    return Command(asker, kept["command"], verb, {**kept.get("options", {}), **filled})


def _written_command(asker: Asker, view: Payload, kept: Payload) -> Command | Form:
    values = _values(view)
    name, _, verb_name = str(values.get(VERB_FIELD) or "").partition(" ")
    read = typed.read(f"/{name} {verb_name} {written(str(values.get(TEXT_FIELD) or ''))}")
    options = unescaped(read.options)
    if kept.get("duel") and any(option.name == "duel" for option in read.verb.options):
        options.setdefault("duel", kept["duel"])
    return _command_or_form(asker, name, read.verb, options, bare=not read.options)


def _values(view: Payload) -> dict[str, Any]:
    """The fields of a view by their block, which has the option's name."""
    blocks: Mapping[str, Payload] = (view.get("state") or {}).get("values") or {}
    return {name: _value(element) for name, elements in blocks.items() for element in elements.values()}


def _value(element: Payload) -> Any:
    if element.get("selected_user"):
        return f"<@{element['selected_user']}>"
    if element.get("selected_option"):
        return element["selected_option"]["value"]
    return element.get("value")


def _kept(view: Payload) -> dict[str, Any]:
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def first_field(body: Payload) -> str:
    """The first field of the modal that a payload is about; empty when it has none."""
    blocks: Iterable[Payload] = (body.get("view") or {}).get("blocks") or ()
    return next((str(block.get("block_id", "")) for block in blocks if block.get("type") == "input"), "")


def _asker(body: Payload, channel: str, request_id: str, thread: str = "") -> Asker:
    return Asker(
        team=requests.team(body),
        user=str(body.get("user_id") or (body.get("user") or {}).get("id", "")),
        channel=channel,
        request_id=request_id,
        trigger_id=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        thread=thread,
    )


def _channel(body: Payload) -> str:
    return str((body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or "")
