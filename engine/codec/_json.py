"""JSON text, and the checks that every reader of a stored value shares."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from engine.errors import CorruptLog
from engine.model import Seat

T = TypeVar("T")

Json = dict[str, Any]

_compact: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def dumps(value: Any) -> str:
    """Compact JSON on one line, without escapes for what UTF-8 can spell.

    Half a surrogate pair, which models do send, cannot be spelled in UTF-8: such a text is escaped as a whole.
    """
    text = _compact(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text


def loads(text: str | bytes) -> Any:
    """What ``dumps`` wrote. :raises CorruptLog: when it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CorruptLog(f"A stored value is no JSON: {error}.") from None


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever goes wrong while a value is read into one CorruptLog that says what was read."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CorruptLog(f"This is not {what}: {type(error).__name__} {error}.") from error


def text(value: Any) -> str:
    """:raises TypeError: when it is no text."""
    if type(value) is not str:
        raise TypeError(f"{value!r} is no text")
    return value


def integer(value: Any) -> int:
    """:raises TypeError: when it is no whole number; ``true`` is none."""
    if type(value) is not int:
        raise TypeError(f"{value!r} is no whole number")
    return value


def natural(value: Any) -> int:
    """:raises ValueError: when it is below zero."""
    if integer(value) < 0:
        raise ValueError(f"{value!r} is below zero")
    return int(value)


def optional(value: Any) -> int | None:
    """A whole number, or nothing."""
    return None if value is None else integer(value)


def boolean(value: Any) -> bool:
    """:raises TypeError: when it is neither true nor false."""
    if type(value) is not bool:
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def mapping(value: Any) -> Json:
    """:raises TypeError: when it is no object."""
    if type(value) is not dict:
        raise TypeError(f"{value!r} is no object")
    return value


def items(value: Any) -> list[Any]:
    """:raises TypeError: when it is no list."""
    if type(value) is not list:
        raise TypeError(f"{value!r} is no list")
    return value


def by_seat(value: Any, read: Callable[[Any], T]) -> dict[Seat, T]:
    """An object whose keys are seats."""
    return {Seat(seat): read(item) for seat, item in mapping(value).items()}
