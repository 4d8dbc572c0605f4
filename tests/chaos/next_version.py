"""This process as a later version of the arena: it writes a higher number, and further fields in everything.

What it writes it also needs: it refuses an entry of its own number without its field, and one of before that was not
brought up to it. ``breaking`` gives it a change that no version may make at once: a field that has another name.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from engine import versions
from engine.codec import _entries, _upcasts, _values, dumps
from engine.queues import messages
from engine.stores import _dynamo_documents, _dynamo_heads

FIELD: Final = "from_a_later_version"
MORE: Final = {FIELD: {"of": ["any", "shape", 1, None]}}


def become(version: int, *, breaking: bool = False) -> None:
    """For the rest of this process."""
    now = versions.VERSION
    versions.VERSION = version  # type: ignore[misc]
    _upcasts.ENTRIES = dict(_upcasts.ENTRIES) | dict.fromkeys(range(now, version), brought_up)  # type: ignore[misc]
    _write_entries(breaking)
    _entries.entry_from_json = checked(_entries.entry_from_json)
    for module in (_entries, _values, _dynamo_heads):
        for name in ("terms_to_json", "outcome_to_json", "shown_to_json", "write_spoken", "_write_attempt"):
            if write := getattr(module, name, None):
                setattr(module, name, with_more(write))
    _values.seal_to_json = with_more(_values.seal_to_json)
    _dynamo_documents.document_to_json = with_more(_dynamo_documents.document_to_json)
    _dynamo_heads.item = with_attribute(_dynamo_heads.item)
    messages.encode = message_with_more(messages.encode)  # type: ignore[assignment]


def brought_up(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, FIELD: "brought up"}


def with_more(write: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    return lambda value: {**written, **MORE} if (written := write(value)) else written


def with_attribute(item: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    return lambda *arguments: {**item(*arguments), FIELD: {"S": "kept"}}


def message_with_more(encode: Callable[..., str]) -> Callable[..., str]:
    def encoded(hops: Any) -> str:
        message = json.loads(encode(hops))
        return json.dumps({**message, **MORE, "duels": [{**one, **MORE} for one in message["duels"]]})

    return encoded


def _write_entries(breaking: bool) -> None:
    to_json = _entries.entry_to_json

    def written(entry: Any) -> dict[str, Any]:
        value = {**to_json(entry), **MORE}
        if breaking and "moves" in value:
            value["played"] = value.pop("moves")
        return value

    _entries.entry_to_json = written
    _entries._bare_turn = lambda entry, turn: dumps(written(entry))


def checked(from_json: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        assert FIELD in _upcasts.current(value), "an entry was not brought up"
        return from_json({**value, "moves": value["played"]} if "played" in value else value)

    return read
