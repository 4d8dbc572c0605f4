"""``arena open``: work begins on a store that was closed while everything was copied into it."""

from __future__ import annotations

import asyncio
import sys

from bot.catalogue import said
from bot.clock import SystemClock
from bot.closed import refused
from bot.hub import Hub
from bot.settings import Settings, StoreAddress
from bot.wiring import archived, roster
from engine.arena import gate
from engine.arena.context import Context
from engine.arena.gate import Why
from engine.arena.turns import Turns
from engine.ports import Store
from engine.queues.local import LocalQueue
from engine.sentences import counted, say

WORKER = "arena-open"


def open_store(settings: Settings, address: StoreAddress, anyway: bool) -> int:
    """:raises NotAllowed: for a store that must stay closed; one that was moved away opens ``anyway``."""
    for line in asyncio.run(_open(settings, address, anyway)):
        sys.stdout.write(said(line, settings.language) + "\n")
    return 0


async def _open(settings: Settings, address: StoreAddress, anyway: bool) -> list[str]:
    async with archived(address, settings, made=False) as store:
        return [await opened(settings, store, str(address), anyway=anyway)]


async def opened(settings: Settings, store: Store, name: str, *, anyway: bool = False) -> str:
    """Open the store, with the time given back that ran out meanwhile; what to tell. Again is the same.

    Workers find every live duel within a minute: it is due in the sweeper's index.

    :raises NotAllowed: for a store that must stay closed.
    """
    closed = await gate.closed_store(store)
    if closed is None:
        return say("{store} is open.", store=name)
    if closed.why is not Why.COPIED and not (anyway and closed.why is Why.MOVED):
        raise refused(name, closed)
    seats = roster(settings)
    try:
        # Nothing is sealed here, and nobody plays: the workers have a secret and a queue of their own.
        context = Context(store, LocalQueue(), seats, SystemClock(), Hub(), b"", WORKER)
        number = await Turns(context).resume()
        await gate.reopen(store)
    finally:
        await seats.close()
    return counted(
        "{store} is open: {n} duel goes on where it was.",
        "{store} is open: {n:,} duels go on where they were.",
        n=number,
        store=name,
    )
