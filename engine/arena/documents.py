"""Documents that cannot be read must not stand in the way of those that can."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from engine.codec import reading
from engine.errors import CorruptLog
from engine.model import Document

T = TypeVar("T")

log = logging.getLogger(__name__)


def readable(documents: Iterable[Document], read: Callable[[Document], T]) -> list[T]:
    """What ``read`` makes of each document; one that it cannot read is logged and passed over."""
    values = []
    for document in documents:
        try:
            with reading(f"a {document.kind}"):
                values.append(read(document))
        except CorruptLog as error:
            log.warning("%s %s is passed over: %s", document.kind, document.key, error)
    return values


def known(kind: type[Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields of a body that a dataclass has: the next version's may have more (:mod:`engine.versions`)."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in body.items() if name in names}
