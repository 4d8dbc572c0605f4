"""Changes that are asked for together share a write, and whoever asked learns what became of theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from engine.arena.combining import Combining, Step


class Total:
    """A number in a store; each write waits until it is let through."""

    def __init__(self, failing: BaseException | None = None) -> None:
        self.value = 0
        self.writes = 0
        self.begun = asyncio.Event()
        self.allowed = asyncio.Event()
        self._failing = failing

    async def write(self, step: Step[int]) -> None:
        self.writes += 1
        self.begun.set()
        await self.allowed.wait()
        if self._failing is not None:
            raise self._failing
        self.value = step(self.value)


class Crash(BaseException):
    """The process is gone: no ``except Exception`` sees it."""


def adding(number: int) -> Callable[[int], int]:
    return lambda value: value + number


async def test_what_is_asked_for_during_a_write_is_one_further_write() -> None:
    combining: Combining[int] = Combining()
    total = Total()
    first = asyncio.create_task(combining.change("ledger", adding(1), total.write))
    await total.begun.wait()
    others = [asyncio.create_task(combining.change("ledger", adding(10), total.write)) for _ in range(9)]
    await asyncio.sleep(0)
    total.allowed.set()
    await asyncio.gather(first, *others)
    assert (total.value, total.writes) == (91, 2)


async def test_a_step_that_refuses_refuses_its_own_asker_alone() -> None:
    combining: Combining[int] = Combining()
    total = Total()
    total.allowed.set()

    def refusing(value: int) -> int:
        raise ValueError(f"no more than {value}")

    answers = await asyncio.gather(
        combining.change("ledger", adding(1), total.write),
        combining.change("ledger", refusing, total.write),
        combining.change("ledger", adding(2), total.write),
        return_exceptions=True,
    )
    assert total.value == 3
    assert answers[0] is None
    assert isinstance(answers[1], ValueError)
    assert answers[2] is None


@pytest.mark.parametrize("failing", [OSError("no disk"), Crash("killed")])
async def test_whatever_ends_the_write_reaches_everybody_who_waits(failing: BaseException) -> None:
    combining: Combining[int] = Combining()
    total = Total(failing)
    total.allowed.set()
    asked = (combining.change("ledger", adding(1), total.write) for _ in range(3))
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*asked, return_exceptions=True)
    assert answers == [failing] * 3


async def test_a_write_that_is_given_up_leaves_nobody_waiting() -> None:
    combining: Combining[int] = Combining()
    total = Total()
    asked = [asyncio.create_task(combining.change("ledger", adding(1), total.write))]
    await total.begun.wait()
    asked.append(asyncio.create_task(combining.change("ledger", adding(1), total.write)))
    await asyncio.sleep(0)
    writing = next(task for task in asyncio.all_tasks() if task.get_name() == "writes ledger")
    writing.cancel()
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [asyncio.CancelledError] * 2
