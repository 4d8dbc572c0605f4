"""Commands as JSON: what was asked for, the declarations, and replies with their buttons."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.catalogue import said
from bot.commands import Acknowledged, Button, CommandSpec, Reply, Verb, command
from bot.on_web.views import Json, option_json
from bot.typed import read
from engine.errors import BadOption
from engine.sentences import say

if TYPE_CHECKING:
    from engine.render.figures import Figure


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


async def answer_json(reply: Reply, language: str) -> Json:
    """An answer to a command, with its figure drawn in that language."""
    return {**reply_json(reply), "picture": await _picture_json(reply.figure, language) if reply.figure else None}


async def _picture_json(figure: Figure, language: str) -> Json:
    """A figure for the page's two looks, as addresses that hold the picture itself; and what it shows, in words."""
    from engine.render.drawn import figure_svg
    from engine.render.theme import THEMES

    told = partial(said, language=language)

    def drawn() -> Json:
        return {name: _data(figure_svg(figure, theme=theme, told=told)) for name, theme in THEMES.items()}

    return {**await asyncio.to_thread(drawn), "alt": told(figure.alt)}


def _data(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def reply_json(reply: Reply) -> Json:
    """An answer to a command, without its figure."""
    return {
        "text": reply.text,
        "private": reply.private,
        "duel": reply.duel_id,
        "lines": [list(line) for line in reply.lines] or None,
        "file": list(reply.file) if reply.file else None,
        "buttons": [[button_json(button) for button in row] for row in reply.buttons],
        "form": None,
        "picture": None,
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
