"""Answers to interactions as Discord takes them: replies, forms, questions, completions.

Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from bot import buttons
from bot.catalogue import language_of, said
from bot.commands import Button, Reply, Style
from bot.on_discord.deferring import EPHEMERAL
from bot.on_discord.escape import clean, code_block, markdown, plain, units
from bot.on_discord.parse import Form, Question, Refusal
from bot.on_discord.present import ALT, CONTENT, EMBED_DESCRIPTION, NOBODY, attachments, rows, styled, text_file
from bot.on_discord.rest import Message, Upload
from engine.options import Kind, Option
from engine.sentences import say

_MESSAGE, _CHOICES, _MODAL = 4, 8, 9
_ROW, _SELECT, _TEXT_INPUT, _USER_SELECT, _LABEL = 1, 3, 4, 5, 18

FIELDS: Final = 5
FIELD_LABEL: Final = 45
FIELD_HELP: Final = 100
MODAL_TITLE: Final = 45
CHOICES: Final = 25
CHOICE: Final = 100
_LONGEST_INPUT: Final = 4000
_PARAGRAPH: Final = 200
_CELL: Final = 60

Payload = dict[str, Any]


def private(text: str, components: Sequence[Payload] = ()) -> Payload:
    """A sentence that only the asker sees, at once."""
    data = {
        "content": markdown(text, CONTENT) or "…",
        "flags": EPHEMERAL,
        "allowed_mentions": NOBODY,
        "components": list(components),
    }
    return {"type": _MESSAGE, "data": data}


def at_once(asked: Form | Question | Refusal) -> Payload:
    """The answer to what needs no command to run."""
    language = language_of(asked.asker.locale)
    try:
        if isinstance(asked, Form):
            return modal(asked, language)
        if isinstance(asked, Question):
            return question(asked, language)
    except ValueError:
        return private(said(say("That is too long for a form. Give every option in the command instead."), language))
    return private(said(asked.text, language))


def question(asked: Question, language: str) -> Payload:
    """The verb's question, with a button that means yes."""
    sure = asked.verb.question or say("Are you sure?")
    pressed = Button("", asked.command, asked.verb.name, asked.options)
    yes = styled(said(say("Yes"), language), Style.DANGER, buttons.encode(pressed, confirm=False))
    return private(said(sure, language), [{"type": _ROW, "components": [yes]}])


def modal(form: Form, language: str) -> Payload:
    """A form with a field an option. :raises ValueError: when what is given already is too long to carry."""
    asks = form.asks[:FIELDS]
    names = {option.name for option in asks}
    carried = {name: str(value) for name, value in form.options.items() if name not in names}
    data = {
        "custom_id": buttons.encode(Button("", form.command, form.verb.name, carried)),
        "title": plain(said(form.verb.help, language), MODAL_TITLE),
        "components": [_field(option, str(form.options.get(option.name, "")), language) for option in asks],
    }
    return {"type": _MODAL, "data": data}


def _field(option: Option, value: str, language: str) -> Payload:
    return {
        "type": _LABEL,
        "label": plain(option.name, FIELD_LABEL),
        "description": plain(said(option.help, language), FIELD_HELP),
        "component": _input(option, value),
    }


def _input(option: Option, value: str) -> Payload:
    shared = {"custom_id": option.name, "required": option.required}
    if option.completes == "people":
        return {**shared, "type": _USER_SELECT}
    choices = ("yes", "no") if option.kind is Kind.BOOLEAN else option.choices
    if 0 < len(choices) <= CHOICES:
        given = value or str(option.default)
        chosen = _YES_NO.get(given, given)
        options = [{"label": one, "value": one, "default": one == chosen} for one in map(str, choices)]
        return {**shared, "type": _SELECT, "options": options}
    most = int(option.most) if option.kind is Kind.STRING and option.most else _LONGEST_INPUT
    style = 2 if most > _PARAGRAPH and option.most is not None else 1
    shown = plain(value, min(most, _LONGEST_INPUT))
    filled = {"value": shown} if shown else {}
    return {**shared, **filled, "type": _TEXT_INPUT, "style": style, "max_length": min(most, _LONGEST_INPUT)}


_YES_NO: Final = {"True": "yes", "False": "no"}


def choices(found: Iterable[tuple[str, str]], language: str) -> Payload:
    """What can be typed next; a value that is too long to be sent back is left out."""
    offered = [
        {"name": _choice(value, said(label, language)), "value": value}
        for value, label in found
        if 0 < units(value) <= CHOICE
    ]
    return {"type": _CHOICES, "data": {"choices": offered[:CHOICES]}}


def _choice(value: str, label: str) -> str:
    same = value.casefold() == label.casefold().replace(" ", "_").replace("-", "_")
    return plain(label if same or not value else f"{value}: {label}", CHOICE) or "…"


def reply(answer: Reply) -> Message:
    """A command's answer, in the asker's language already. A table that is too long goes along as a file."""
    text = markdown(answer.text, CONTENT)
    table = _table(answer.lines)
    fixed, listed = code_block(table, CONTENT), _list(answer.lines)
    uploads = [text_file(*answer.file)] if answer.file else []
    embeds: list[Payload] = [{"description": listed}] if listed else []
    if answer.picture:
        uploads.append(Upload(answer.picture.name, answer.picture.png, plain(answer.picture.alt, ALT)))
        embeds.append({"image": {"url": f"attachment://{answer.picture.name}"}})
    fits = len(table) <= CONTENT and units(text) + units(fixed) < CONTENT
    if not listed and not fits:
        uploads.append(text_file("table.txt", table))
    payload = {
        "content": "\n".join(filter(None, [text, fixed if fits and not listed else ""])) or "…",
        "embeds": embeds,
        "attachments": attachments(uploads),
        "components": rows(answer.buttons),
        "allowed_mentions": NOBODY,
    }
    return Message(payload, tuple(uploads))


def _list(lines: Sequence[Sequence[str]]) -> str:
    """A table of two columns as a list, which wraps well on a phone; empty for others, and when it is too long."""
    if not lines or any(len(line) != _PAIR for line in lines):
        return ""
    listed = "\n".join(f"**{markdown(name, _CELL)}** {markdown(about, _ABOUT)}" for name, about in lines[1:])
    return listed if units(listed) <= EMBED_DESCRIPTION else ""


_PAIR: Final = 2
_ABOUT: Final = 300


def placeholder() -> Message:
    """What an answer shows for a moment, before it is taken away."""
    return Message({"content": "…", "allowed_mentions": NOBODY})


def privately(message: Message) -> Message:
    """The message as a further answer that only the asker sees."""
    return Message({**message.payload, "flags": EPHEMERAL}, message.uploads)


def _table(lines: Sequence[Sequence[str]]) -> str:
    """Rows in columns of a fixed width."""
    cells = [[" ".join(clean(cell).split())[:_CELL] for cell in line] for line in lines]
    widths: Mapping[int, int] = {
        column: max(_width(row[column]) for row in cells if column < len(row))
        for column in range(max(map(len, cells), default=0))
    }
    return "\n".join(
        "  ".join(cell + " " * (widths[column] - _width(cell)) for column, cell in enumerate(row)).rstrip()
        for row in cells
    )


def _width(text: str) -> int:
    """How many columns it takes in a fixed width."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
