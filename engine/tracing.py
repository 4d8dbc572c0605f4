"""What is being worked on just now, so that a log's lines can say it without each being told.

It follows a task and the tasks that it starts (:mod:`contextvars`), and is never shared between two duels.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final, NamedTuple


class Work(NamedTuple):
    """A piece of work. Each field is empty when it is not known, or is nothing that this work is about."""

    duel: str = ""
    community: str = ""
    request: str = ""


IDLE: Final = Work()

_work: Final[ContextVar[Work]] = ContextVar("work", default=IDLE)
# Apart from the rest: it changes with every ply, and setting it must cost next to nothing.
_ply: Final[ContextVar[int | None]] = ContextVar("ply", default=None)


class working_on:  # noqa: N801 - read as the function that contextlib would make of it, at a third of the time
    """The block is that work, and no part of the work around it: a board that is shown is not the move's request."""

    __slots__ = ("_outer", "_outer_ply", "_work")

    def __init__(self, *, duel: str = "", community: str = "", request: str = "") -> None:
        self._work = Work(duel, community, request)

    def __enter__(self) -> None:
        self._outer, self._outer_ply = _work.set(self._work), _ply.set(None)

    def __exit__(self, *_: object) -> None:
        _ply.reset(self._outer_ply)
        _work.reset(self._outer)


def found(*, duel: str = "", community: str = "", request: str = "") -> None:
    """What the work that is going on is about, as has turned out meanwhile; what is not given stays as it is."""
    known = _work.get()
    _work.set(Work(duel or known.duel, community or known.community, request or known.request))


def at_ply(ply: int) -> None:
    """The work that is going on has come to that ply."""
    _ply.set(ply)


def current() -> tuple[Work, int | None]:
    """What is being worked on, and at which ply; ``None`` where no ply is played."""
    return _work.get(), _ply.get()
