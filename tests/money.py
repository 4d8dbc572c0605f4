"""Players that cost money, and stores that crash, for tests of budgets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from support import StandingClock

from engine.arena.communities import Communities
from engine.arena.context import Context
from engine.arena.ledger import Ledger, from_body
from engine.model import NANO, Community, Spoken
from engine.ports import Answer, Chosen, MoveRequest, Rates, Store

# A ply reads and writes at most 1,000 tokens at a nano-dollar each.
CEILING = 2_000
RATES = Rates(1_000_000, 1_000_000, 1_000, 1_000, 100)


class Dear:
    """Plays any legal move and bills for it, up to the ceiling; ``billed`` is the truth."""

    def __init__(self, seed: int = 0, clock: StandingClock | None = None, seconds: float = 0.0) -> None:
        self.billed = 0
        self.calls = 0
        self._rng = random.Random(seed)
        self._clock = clock
        self._seconds = seconds

    async def choose(self, request: MoveRequest) -> Answer:
        cost = self._rng.choice([1, 50, CEILING // 2, CEILING])
        self.billed += cost
        self.calls += 1
        await asyncio.sleep(0)
        if self._clock:
            self._clock.pass_seconds(self._seconds)
        moves = list(request.game.propose(request.position, request.seat))
        return Chosen(moves[request.draw(len(moves))], Spoken("", 10, 10, 1, cost))

    async def close(self) -> None:
        """Nothing to close."""


class Crash(BaseException):
    """The process is gone: nobody catches it."""


class CrashingStore:
    """A store whose ``at``-th call fails: before it is done, or after it is with the answer lost."""

    def __init__(self, store: Store, at: int, after: bool, error: Callable[[], BaseException] = Crash) -> None:
        self.store = store
        self.calls = 0
        self._at = at
        self._after = after
        self._error = error

    def __getattr__(self, name: str) -> Any:
        method: Callable[..., Awaitable[Any]] = getattr(self.store, name)

        async def called(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls != self._at:
                return await method(*arguments, **named)
            if self._after:
                await method(*arguments, **named)
            raise self._error()

        return called


async def cap(context: Context, community: Community, nano_usd: int, request: str = "cap") -> None:
    """Set a community's money-cap."""
    await Communities(context).change(community, "money-cap", f"{nano_usd / NANO:.9f}", "eve", request)


async def ledgers(context: Context, community: Community) -> dict[str, Ledger]:
    """Every month's ledger."""
    found = await context.store.documents(community, "budget")
    return {document.key: from_body(document.body) for document in found}


async def total(context: Context, community: Community) -> int:
    """What is spent in all months."""
    return sum(ledger.total for ledger in (await ledgers(context, community)).values())
