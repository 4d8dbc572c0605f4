"""Commands as JSON: what was asked for, the declarations, and replies with their buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands import Acknowledged, Button, CommandSpec, Reply, Verb, command
from bot.on_web.views import Json, option_json
from bot.typed import read
from engine.errors import BadOption
from engine.sentences import say


def asked_of(body: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Command, verb and options: typed, or with their parts named. :raises UserError: when they make no sense."""
    if "text" in body:
        typed = read(str(body["text"]))
        return typed.spec.name, typed.verb.name, typed.options
    options = body.get("options") or {}
    if not isinstance(options, dict):
        raise BadOption(say("The options must be a JSON object."))
    return str(body.get("command", "")), str(body.get("verb", "")), options


def command_json(spec: CommandSpec) -> Json:
    """A command as completion, forms and help need it."""
    return {
        "name": spec.name,
        "help": spec.help,
        "verbs": [
            {
                "name": verb.name,
                "help": verb.help,
                "usage": verb.usage(spec.name),
                "role": verb.role,
                "options": [option_json(option, place < verb.positional) for place, option in enumerate(verb.options)],
            }
            for verb in spec.verbs
        ],
    }


def reply_json(reply: Reply) -> Json:
    """An answer to a command."""
    return {
        "text": reply.text,
        "private": reply.private,
        "duel": reply.duel_id,
        "lines": [list(line) for line in reply.lines] or None,
        "file": list(reply.file) if reply.file else None,
        "buttons": [[button_json(button) for button in row] for row in reply.buttons],
        "form": None,
    }


def form_json(name: str, verb: Verb, options: Mapping[str, Any]) -> Json | None:
    """The form that a verb opens before it runs, as an answer; ``None`` when it needs none."""
    asks = verb.asks(options)
    if verb.acknowledged is not Acknowledged.MODAL or not any(option.required for option in asks):
        return None
    form = {"command": name, "verb": verb.name, "options": options, "asks": [option_json(option) for option in asks]}
    return {**reply_json(Reply(verb.help)), "form": form}


def button_json(button: Button) -> Json:
    """A button: the command it runs, what is asked first, and the options that are still to be filled in."""
    verb = command(button.command).verb(button.verb)
    return {
        "label": button.label,
        "command": button.command,
        "verb": button.verb,
        "options": dict(button.options),
        "style": button.style,
        "question": verb.question if button.confirm else "",
        "asks": [option_json(option) for option in verb.asks(button.options)],
    }
