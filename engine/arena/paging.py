"""Lists of duels that come in pages, read from the newest to the oldest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from engine.model import Head

PAGE: Final = 100
_EVER_MS: Final = 1 << 60


async def every(page_of: Callable[[int, int], Awaitable[list[Head]]], page: int = PAGE) -> AsyncIterator[Head]:
    """Every head of a list, once. ``page_of(before_ms, limit)`` gives the newest of those made before that time."""
    known, before_ms, size = set[str](), _EVER_MS, page
    while found := await page_of(before_ms, size):
        new = [head for head in found if head.duel_id not in known]
        for head in new:
            yield head
        if len(found) < size:
            return
        known |= {head.duel_id for head in new}
        # Duels of one millisecond stand on both sides of an edge, and may fill a page: then a larger one is needed.
        before_ms, size = found[-1].created_ms + 1, page if new else size * 2
        await asyncio.sleep(0)
