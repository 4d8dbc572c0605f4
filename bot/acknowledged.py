"""How a platform acknowledges a command: apart from the declarations, for whoever does nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum


class Acknowledged(StrEnum):
    """How a platform acknowledges a verb before it runs; a deferral fixes who sees the answer."""

    PRIVATE = "private"
    PUBLIC = "public"
    MODAL = "modal"
    AT_ONCE = "at-once"


def asked_first(how: Acknowledged, form: Iterable[str], given: Collection[str]) -> list[str]:
    """The fields of a verb's form that a modal asks for before it runs, when these options are given."""
    return [name for name in form if how is Acknowledged.MODAL or name not in given]
