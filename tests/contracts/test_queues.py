"""What every queue promises: at least once, each duel queued once, and never with two workers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from engine.ports import Queue
from engine.queues.local import LocalQueue


async def test_duels_come_in_the_order_in_which_they_were_put(queue: Queue) -> None:
    for duel_id in ("a", "b", "c"):
        await queue.put(duel_id)
    assert [await queue.get() for _ in range(3)] == ["a", "b", "c"]


async def test_a_queued_duel_is_not_queued_twice(queue: Queue) -> None:
    await queue.put("a")
    await queue.put("a")
    assert await queue.get() == "a"
    queue.done("a")
    await assert_empty(queue)


async def test_get_waits_for_a_duel(queue: Queue) -> None:
    waiting = asyncio.ensure_future(queue.get())
    await asyncio.sleep(0)
    assert not waiting.done()
    await queue.put("a")
    assert await waiting == "a"


async def test_a_cancelled_get_takes_nothing(queue: Queue) -> None:
    waiting = asyncio.ensure_future(queue.get())
    await asyncio.sleep(0)
    waiting.cancel()
    await queue.put("a")
    assert await queue.get() == "a"


async def test_a_duel_put_again_while_it_is_worked_on_is_delivered_afterwards(queue: Queue) -> None:
    await queue.put("a")
    await queue.get()
    await queue.put("a")
    await queue.put("a")
    await assert_empty(queue)
    queue.done("a")
    assert await queue.get() == "a"
    queue.done("a")
    await assert_empty(queue)


async def test_done_without_work_changes_nothing(queue: Queue) -> None:
    queue.done("never seen")
    await queue.put("a")
    queue.done("a")
    assert await queue.get() == "a"
    await assert_empty(queue)


async def test_one_duel_never_holds_up_another(queue: Queue) -> None:
    await queue.put("a")
    await queue.get()
    await queue.put("a")
    await queue.put("b")
    assert await queue.get() == "b"


async def test_no_duel_has_two_workers(queue: Queue) -> None:
    assert await most_workers_on_one_duel(queue) == 1


async def test_the_check_catches_a_queue_that_forgets_who_works() -> None:
    class Forgetful(LocalQueue):
        async def get(self) -> str:
            duel_id = await super().get()
            self._working.discard(duel_id)
            return duel_id

    assert await most_workers_on_one_duel(Forgetful()) > 1


async def most_workers_on_one_duel(queue: Queue) -> int:
    """Eight workers, three duels that keep being put: how many ever had the same duel at once."""
    at_work: list[str] = []
    most = 0

    async def work() -> None:
        nonlocal most
        while True:
            duel_id = await queue.get()
            at_work.append(duel_id)
            most = max(most, at_work.count(duel_id))
            await put_all(queue, "abc")
            await asyncio.sleep(0)
            at_work.remove(duel_id)
            queue.done(duel_id)

    workers = [asyncio.ensure_future(work()) for _ in range(8)]
    await put_all(queue, "abc")
    for _ in range(200):
        await asyncio.sleep(0)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return most


async def put_all(queue: Queue, duel_ids: Iterable[str]) -> None:
    for duel_id in duel_ids:
        await queue.put(duel_id)


async def assert_empty(queue: Queue) -> None:
    """A queue has no size, so one asks and is not answered."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(queue.get(), 0.01)
