"""Leaving a store for another: it is closed for good, and whoever is at its duels is waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.arena import gate
from engine.arena.gate import Closed, Why
from engine.errors import NotAllowed
from engine.model import Head
from engine.ports import Clock, Store
from engine.sentences import say

LOOK_SECONDS: Final = 1.0
BEGUN_SECONDS: Final = 15.0
"""So long a command may take that was let in at the last moment: a member's move has no lease to be waited for."""


def notice_seconds() -> float:
    """So long after a store is closed nobody begins anything there, and what was begun just before is written."""
    return gate.KNOWN_MS / 1000 + BEGUN_SECONDS


async def leave(
    store: Store,
    name: str,
    other: str,
    clock: Clock,
    notice_seconds: float,
    waiting: Callable[[int], None] = lambda _: None,
) -> None:
    """Close the store that people know as ``name``, since everything goes on in ``other``; again is the same.

    Returns when no worker has a lease there. Workers notice within ``notice_seconds``, which are waited for each time,
    since who was killed while waiting cannot know how long; they end with the move that they are at, and then write
    down what they have shown. The lease of one that is dead ends by itself. ``waiting`` is told the seconds.

    :raises NotAllowed: when it was left for another one already.
    """
    closed = await gate.closed_store(store)
    if closed is None or closed.why is Why.COPIED:  # which nobody has begun to work on
        await gate.close(store, Why.MOVED, other)
    elif closed != Closed(Why.MOVED, other):
        raise NotAllowed(say("{store} is closed already: it was moved to {other}.", store=name, other=closed.other))
    looked, began_ms = 0, clock.now_ms()
    while clock.now_ms() < began_ms + notice_seconds * 1000:
        looked += 1
        waiting(looked)
        await clock.sleep(min(LOOK_SECONDS, notice_seconds))
    noticed = looked
    while await at_work(store, clock) is not None:
        looked += 1
        waiting(looked)
        await clock.sleep(LOOK_SECONDS)
    if looked > noticed:
        await clock.sleep(min(BEGUN_SECONDS, notice_seconds))


async def at_work(store: Store, clock: Clock) -> Head | None:
    """A duel that a worker is at."""
    now = clock.now_ms()
    for duel_id in await store.unfinished():
        head = await store.head(duel_id)
        if head and head.lease and head.lease.until_ms > now:
            return head
    return None
