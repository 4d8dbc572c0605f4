"""What every queue promises: at least once, never with two workers of one process, and no duel in another's way.

What the in-process queue promises beyond that is in ``tests/unit/test_local_queue.py``.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from typing import TypeVar

import pytest

from engine.ports import Queue
from engine.queues.local import LocalQueue

AT_MOST_SECONDS = 20.0

T = TypeVar("T")


async def test_nothing_that_is_put_is_lost(queue: Queue) -> None:
    duels = {f"duel-{number}" for number in range(25)}
    await put_all(queue, duels)
    assert await delivered(queue, duels) == duels


async def test_get_waits_for_a_duel(queue: Queue) -> None:
    waiting = asyncio.ensure_future(queue.get())
    await asyncio.sleep(0)
    assert not waiting.done()
    await queue.put("a")
    assert await soon(waiting) == "a"


async def test_a_cancelled_get_takes_nothing(queue: Queue) -> None:
    waiting = asyncio.ensure_future(queue.get())
    await asyncio.sleep(0)
    waiting.cancel()
    await queue.put("a")
    assert await soon(queue.get()) == "a"


async def test_a_get_that_is_cancelled_when_its_duel_comes_takes_nothing(queue: Queue) -> None:
    first, second = asyncio.ensure_future(queue.get()), asyncio.ensure_future(queue.get())
    await queue.put("a")
    await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
    slow, quick = (first, second) if second.done() else (second, first)
    queue.done(quick.result())
    await queue.put("b")
    slow.cancel()
    assert await soon(queue.get()) == "b"


async def test_a_duel_put_again_while_it_is_worked_on_is_delivered_afterwards(queue: Queue) -> None:
    await queue.put("a")
    await soon(queue.get())
    await queue.put("a")
    await queue.put("marker")
    assert await soon(queue.get()) == "marker", "the duel that is worked on was handed out again"
    queue.done("marker")
    again = asyncio.ensure_future(queue.get())
    queue.done("a")
    assert await soon(again) == "a"


async def test_done_without_work_changes_nothing(queue: Queue) -> None:
    queue.done("never seen")
    await queue.put("a")
    queue.done("a")
    assert await soon(queue.get()) == "a"
    queue.done("a")
    queue.done("a")
    await queue.put("a")
    assert await soon(queue.get()) == "a"


async def test_one_duel_never_holds_up_another(queue: Queue) -> None:
    """A poisoned duel: its worker never is done with it, and it is put again and again."""
    await queue.put("poisoned")
    await soon(queue.get())
    for number in range(3):
        await queue.put("poisoned")
        await queue.put(f"duel-{number}")
    duels = {f"duel-{number}" for number in range(3)}
    assert await delivered(queue, duels) == duels


async def test_no_duel_has_two_workers(queue: Queue) -> None:
    assert await most_workers_on_one_duel(queue, handed_out=40) == 1


async def test_the_check_catches_a_queue_that_forgets_who_works() -> None:
    class Forgetful(LocalQueue):
        async def get(self) -> str:
            duel_id = await super().get()
            self._working.discard(duel_id)
            return duel_id

    assert await most_workers_on_one_duel(Forgetful(), handed_out=40) > 1


async def test_the_check_catches_a_queue_that_loses_what_comes_while_a_duel_is_worked_on() -> None:
    class Lossy(LocalQueue):
        async def put(self, duel_id: str) -> None:
            if duel_id not in self._working:
                await super().put(duel_id)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await test_a_duel_put_again_while_it_is_worked_on_is_delivered_afterwards(Lossy())


async def most_workers_on_one_duel(queue: Queue, handed_out: int) -> int:
    """Eight workers, three duels that keep being put: how many ever had the same duel at once."""
    at_work: Counter[str] = Counter()
    most, left = 0, handed_out
    enough = asyncio.Event()

    async def work() -> None:
        nonlocal most, left
        while True:
            duel_id = await queue.get()
            at_work[duel_id] += 1
            most = max(most, at_work[duel_id])
            await put_all(queue, "abc")
            await asyncio.sleep(0)
            at_work[duel_id] -= 1
            queue.done(duel_id)
            left -= 1
            if left == 0:
                enough.set()

    workers = [asyncio.ensure_future(work()) for _ in range(8)]
    await put_all(queue, "abc")
    await soon(enough.wait())
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return most


async def put_all(queue: Queue, duel_ids: Iterable[str]) -> None:
    for duel_id in duel_ids:
        await queue.put(duel_id)


async def delivered(queue: Queue, wanted: Iterable[str]) -> set[str]:
    """Take and finish duels until all of these have come; maybe in any order and some twice."""
    missing, seen = set(wanted), set[str]()
    while missing - seen:
        duel_id = await soon(queue.get())
        seen.add(duel_id)
        queue.done(duel_id)
    return seen


async def soon(awaited: Awaitable[T]) -> T:
    """What is awaited, or the test fails instead of hanging."""
    return await asyncio.wait_for(awaited, AT_MOST_SECONDS)
