"""Where predictions are kept: a document for each pool, and one for each member's account of a season."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeVar

from engine.arena.context import Context
from engine.arena.documents import readable
from engine.arena.pools import Account, Placed, Pool
from engine.errors import Conflict
from engine.model import Community, Document, Terms

POOL: Final = "pool"
LOOK_AGAIN_MS: Final = 60_000
TELLING_MS: Final = 86_400_000
"""A payment that could not be told for so long is not told any more."""
MOST_MEMBERS: Final = 5_000
_AT_ONCE: Final = 16

T = TypeVar("T")


class Points:
    """Reads and writes them, wherever others have come to: what a step raises is raised, and nothing is written."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def pool(self, terms: Terms, duel_id: str) -> Pool:
        """A duel's pool; one without stakes where there is none."""
        document = await self._context.store.document(terms.community, POOL, duel_id)
        return Pool.of(document) if document else Pool(duel_id, terms.season)

    async def account(self, community: Community, season: str, person: str) -> Account:
        """A member's account; a new one where there is none."""
        document = await self._context.store.document(community, _accounts(season), person)
        return Account.of(season, document) if document else Account(season, person)

    async def accounts(self, community: Community, season: str) -> list[Account]:
        """The accounts of a season."""
        documents = await self._context.store.documents(community, _accounts(season), MOST_MEMBERS)
        return readable(documents, lambda document: Account.of(season, document))

    async def change_pool(self, terms: Terms, duel_id: str, step: Callable[[Pool], Pool]) -> Pool:
        """The pool after a step. One that is not paid or not told wakes."""
        missing = Document(terms.community, POOL, duel_id, Pool(duel_id, terms.season).to_body())
        return await self._change(missing, Pool.of, step, self._written)

    async def change_account(
        self, community: Community, season: str, person: str, step: Callable[[Account], Account]
    ) -> Account:
        """A member's account after a step."""
        return await self._change(
            Document(community, _accounts(season), person, {}),
            lambda document: Account.of(season, document),
            step,
            lambda document, account: replace(document, body=account.to_body()),
        )

    async def pay(self, community: Community, pool: Pool) -> None:
        """Write what a pool paid into each account; what stands there already is not written again."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def pay(person: str) -> None:
            stake = pool.stakes[person]
            result = pool.result if stake.sure else ""
            placed = Placed(stake.on, stake.points, stake.key, pool.returned[person], pool.entry, result)
            async with gate:
                await self.change_account(
                    community, pool.season, person, lambda account: account.settled(pool.duel_id, placed)
                )

        await asyncio.gather(*map(pay, pool.returned))

    async def rest(self, community: Community, pool: Pool) -> Document | None:
        """Let a paid pool wake for nothing but to be told; its document, ``None`` when it is paid anew meanwhile."""
        while document := await self._context.store.document(community, POOL, pool.duel_id):
            stored = Pool.of(document)
            if stored.entry > pool.entry:
                return None
            rested = self._written(document, stored)
            if rested == document:
                return document
            with suppress(Conflict):
                return await self._context.store.put_document(rested)
        return None

    def _written(self, stored: Document, pool: Pool) -> Document:
        now = self._context.clock.now_ms()
        if not pool.is_paid:
            return replace(stored, body=pool.to_body(), wake_at_ms=stored.wake_at_ms or now + LOOK_AGAIN_MS)
        untold = pool.told < pool.entry and now - pool.paid_ms < TELLING_MS
        return replace(stored, body=pool.to_body(), wake_at_ms=now + LOOK_AGAIN_MS if untold else None)

    async def _change(
        self,
        missing: Document,
        read: Callable[[Document], T],
        step: Callable[[T], T],
        write: Callable[[Document, T], Document],
    ) -> T:
        store = self._context.store
        while True:
            document = await store.document(missing.community, missing.kind, missing.key) or missing
            old = read(document)
            new = step(old)
            if new == old:
                return old
            with suppress(Conflict):
                await store.put_document(write(document, new))
                return new


def _accounts(season: str) -> str:
    """The kind of a season's accounts, which are documents by person."""
    return f"points {season}"
