"""A store whose process is killed at one of its writes, before it or right after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from engine.ports import Store

WRITES: Final = frozenset({"create", "append", "append_all", "update", "person", "put_document", "restore"})


class Killed(BaseException):
    """What a kill looks like from inside: nobody catches it."""


class KilledStore:
    """Passes everything on to another store until write ``at``, counted from 0."""

    def __init__(self, store: Store, at: int, *, before: bool) -> None:
        self._store = store
        self._left = at
        self._before = before

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return self._counted(found) if name in WRITES else found

    def _counted(self, write: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted(*arguments: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left < 0 and self._before:
                raise Killed
            done = await write(*arguments, **named)
            if self._left < 0:
                raise Killed
            return done

        return counted
