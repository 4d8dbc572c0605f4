"""What the in-process queue promises beyond the contract of all queues: exact order, and nothing twice."""

from __future__ import annotations

import asyncio

import pytest

from engine.queues.local import LocalQueue


async def test_duels_come_in_the_order_in_which_they_were_put() -> None:
    queue = LocalQueue()
    for duel_id in ("a", "b", "c"):
        await queue.put(duel_id)
    assert [await queue.get() for _ in range(3)] == ["a", "b", "c"]


async def test_a_queued_duel_is_not_queued_twice() -> None:
    queue = LocalQueue()
    await queue.put("a")
    await queue.put("a")
    assert await queue.get() == "a"
    queue.done("a")
    await assert_empty(queue)


async def test_a_duel_put_twice_while_it_is_worked_on_comes_once_more() -> None:
    queue = LocalQueue()
    await queue.put("a")
    await queue.get()
    await queue.put("a")
    await queue.put("a")
    await assert_empty(queue)
    queue.done("a")
    assert await queue.get() == "a"
    queue.done("a")
    await assert_empty(queue)


async def assert_empty(queue: LocalQueue) -> None:
    """A queue has no size, so one asks, lets everything run that can, and is not answered."""
    waiting = asyncio.ensure_future(queue.get())
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
