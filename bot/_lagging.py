"""Which messages lag behind their duels with nobody at them, for processes that may be frozen or end at any moment.

A message *rests* once everything is shown of a duel that waits for a person: until somebody changes the duel there is
nothing to look at, however many wait for however long. Whoever shows a change first takes the rest away, so a message
that is under way when its process dies is found; and a change that was written but never begun to be shown comes again
with its own message of a queue.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.arena import Arena
from engine.arena.safely import safely
from engine.model import Shown, Status

# What is not shown after so long is nobody's any more.
LEFT_MS: Final = 60_000
_AT_REST: Final = frozenset({Status.WAITING, Status.ADJOURNED})


async def left(arena: Arena, platform: str) -> list[str]:
    """That platform's duels whose messages nobody is at.

    A live duel is shown by the worker that has its lease, and what has just happened by whoever did it.
    """
    before_ms = arena.context.clock.now_ms() - LEFT_MS
    unshown = await arena.context.store.unshown(platform)
    return [duel_id for duel_id in unshown if await safely(_is_left(arena, duel_id, before_ms), duel_id)]


async def _is_left(arena: Arena, duel_id: str, before_ms: int) -> bool:
    head = await arena.context.store.head(duel_id)
    if head is None:
        return False
    if head.status is Status.OVER:
        return (head.ended_ms or 0) <= before_ms
    if head.status is Status.LIVE:
        return False
    if await may_rest(arena, duel_id, head.shown):
        # Shown by a process that died before it could say so: it is not looked at again until it changes.
        await arena.context.store.show(duel_id, replace(head.shown, resting=True))
        return False
    new = await arena.context.store.entries(duel_id, after=head.shown.entry)
    return bool(new) and new[0].at_ms <= before_ms


async def may_rest(arena: Arena, duel_id: str, shown: Shown) -> bool:
    """Whether a message has nothing to show for now: its duel waits for a person, and nothing in its log is newer."""
    if shown.resting or shown.final or not shown.message_id:
        return False
    store = arena.context.store
    head = await store.head(duel_id)
    return head is not None and head.status in _AT_REST and not await store.entries(duel_id, after=shown.entry)


async def stir(arena: Arena, duel_id: str, shown: Shown) -> Shown:
    """What is shown of a duel that has changed: resting no more, before anything is shown."""
    if not shown.resting:
        return shown
    stirred = replace(shown, resting=False)
    await arena.context.store.show(duel_id, stirred)
    return stirred
