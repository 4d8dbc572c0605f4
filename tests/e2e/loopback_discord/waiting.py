"""Waiting for something to hold, without polling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class Waiting:
    """Looks again after every change, never in between."""

    def __init__(self) -> None:
        self._pending: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    def look(self) -> None:
        """Something has changed."""
        for look, future in list(self._pending):
            if not future.done() and (found := look()):
                future.set_result(found)

    async def until(self, look: Callable[[], Any], seconds: float) -> Any:
        """What ``look`` gives as soon as it is true. :raises TimeoutError: after so many seconds."""
        if found := look():
            return found
        pending = (look, asyncio.get_running_loop().create_future())
        self._pending.append(pending)
        try:
            async with asyncio.timeout(seconds):
                return await pending[1]
        finally:
            self._pending.remove(pending)
