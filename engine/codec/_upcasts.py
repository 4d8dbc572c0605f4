"""What older versions wrote, made what this one reads. No step is ever removed, since a log is never rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine import versions
from engine.codec._json import Json, mapping

Upcast = Callable[[Json], Json]

ENTRIES: Final[Mapping[int, Upcast]] = {}
"""By version: makes an entry of it one of the next. The new value; the old one is not changed."""


def current(value: Any) -> Json:
    """An entry as this version writes it, from one of any version before. One of the next is left as it is.

    :raises NewerVersion: when it is further ahead. :raises TypeError: :raises ValueError: when it is no entry.
    """
    entry = mapping(value)
    for version in range(versions.understood(entry.get("v", versions.FIRST), "an entry"), versions.VERSION):
        entry = ENTRIES[version](entry)
    return entry
