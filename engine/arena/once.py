"""Requests that are carried out once, however often they are delivered.

A command is idempotent by its request's id already; this keeps a request that was delivered again from being answered
again, and one that is still being carried out from being carried out twice at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from enum import Enum
from typing import Any, Final

from engine.arena.context import Context
from engine.errors import Conflict
from engine.model import Community, Document

KIND: Final = "request"
BUSY_MS: Final = 120_000
"""Whoever carries a request out is taken for dead after so long, and it is carried out again."""
KEPT_MS: Final = 24 * 3_600_000
"""Longer than any queue delivers a message again, or a platform takes a signature for fresh."""


class Turn(Enum):
    """Whose turn a request is."""

    OURS = "ours"
    BUSY = "busy"
    DONE = "done"


class Once:
    """The ids of requests that have been carried out."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @asynccontextmanager
    async def carrying_out(self, platform: str, request_id: str) -> AsyncIterator[Turn]:
        """While it is :attr:`Turn.OURS` the block carries the request out; it has, once it ends without an error."""
        turn, document = await self._begun(platform, request_id)
        try:
            yield turn
        except BaseException:
            if turn is Turn.OURS:
                with suppress(Conflict):
                    await self._context.store.delete_document(document)
            raise
        if turn is Turn.OURS:
            with suppress(Conflict):
                await self._context.store.put_document(replace(document, body={"done": True}))

    async def _begun(self, platform: str, request_id: str) -> tuple[Turn, Document]:
        store, now = self._context.store, self._context.clock.now_ms()
        key = (Community(platform, ""), KIND, request_id)
        body: dict[str, Any] = {"until": now + BUSY_MS}
        known: Document | None = None
        while True:
            # Written before it is looked for: almost every request is new.
            with suppress(Conflict):
                return Turn.OURS, await store.put_document(
                    Document(*key, body, known.version if known else 0, now + KEPT_MS)
                )
            known = await store.document(*key)
            if known and known.body.get("done"):
                return Turn.DONE, known
            if known and now < int(known.body.get("until", 0)):
                return Turn.BUSY, known

    async def sweep(self, limit: int = 100) -> int:
        """Forget requests that nobody delivers any more; how many."""
        old = await self._context.store.due_documents(KIND, self._context.clock.now_ms(), limit)
        await asyncio.gather(*map(self._forget, old))
        return len(old)

    async def _forget(self, document: Document) -> None:
        with suppress(Conflict):
            await self._context.store.delete_document(document)
