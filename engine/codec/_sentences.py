"""Sentences beside the text that they make, so that a stored reason can be read in another language.

A sentence is written as ``[template]`` or ``[template, {values}]``, one with a number in it as
``[one, many, {values}]``, several in a row as ``{"parts": […], "by": "; "}``. The English text always stands beside
it; whoever cannot use the rest reads that.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from contextlib import suppress
from math import isfinite
from typing import Any, Final

from engine.codec._json import dumps
from engine.sentences import Counted, Joined, Sentence

SAID_BYTES: Final = 240
_DEEPEST: Final = 6
_SPACE: Final = " "
# The formats that our own templates use. A width could make a short log entry fill the memory.
_FORMAT: Final = re.compile(r",?(?:\.\d)?[dfg]?")


def sentence_to_json(text: str) -> Any | None:
    """What :func:`sentence_from_json` needs; ``None`` for plain text and for what would take too much room."""
    if not isinstance(text, Sentence):
        return None
    with suppress(TypeError):
        value = _written(text)
        if len(dumps(value).encode()) <= SAID_BYTES:
            return value
    return None


def sentence_from_json(text: str, value: Any) -> str:
    """The sentence that reads ``text``; the plain text when ``value`` is missing or does not make it."""
    if value is None:
        return text
    try:
        made = _read(value, _DEEPEST)
    except (TypeError, ValueError, KeyError, IndexError):
        return text
    return made if made == text else text


def _written(text: Sentence) -> Any:
    if isinstance(text, Joined):
        parts = [_value(part) for part in text.parts]
        return {"parts": parts} if text.by == _SPACE else {"parts": parts, "by": text.by}
    values = {name: _value(value) for name, value in text.values.items()}
    if isinstance(text, Counted):
        return [text.one, text.template, values]
    return [text.template, values] if values else [text.template]


def _value(value: Any) -> Any:
    """:raises TypeError: when it is neither a text nor a number."""
    if isinstance(value, Sentence):
        return _written(value)
    if isinstance(value, str):
        return str(value)
    if type(value) is int or (type(value) is float and isfinite(value)):
        return value
    raise TypeError(f"{value!r} cannot be stored")


def _read(value: Any, depth: int) -> Sentence:
    """:raises TypeError: or another error of a lookup when it is no sentence that :func:`_written` wrote."""
    if depth == 0:
        raise ValueError("too deep")
    if isinstance(value, dict):
        by = value.get("by", _SPACE)
        return Joined(tuple(_inner(part, depth) for part in value["parts"]), _plain(by))
    *templates, last = value
    values = {name: _inner(item, depth) for name, item in last.items()} if isinstance(last, dict) else {}
    if not isinstance(last, dict):
        templates.append(last)
    for template in templates:
        _check(_plain(template), values)
    if len(templates) == 2:
        if type(values["n"]) is not int:
            raise TypeError("n is no whole number")
        one, many = templates
        return Counted(one, many, values)
    (template,) = templates
    return Sentence(template, values)


def _inner(value: Any, depth: int) -> Any:
    if isinstance(value, list | dict):
        return _read(value, depth - 1)
    if type(value) in (str, int, float):
        return value
    raise TypeError(f"{value!r} is neither a text nor a number")


def _plain(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{value!r} is no text")
    return value


def _check(template: str, values: Mapping[str, Any]) -> None:
    """:raises ValueError: when it reaches for more than its values, or formats them in a way that ours do not."""
    for _, name, form, conversion in string.Formatter().parse(template) if values else ():
        if name is not None and (name not in values or conversion or not _FORMAT.fullmatch(form or "")):
            raise ValueError(template)
