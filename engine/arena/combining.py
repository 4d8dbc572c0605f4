"""Changes of one document that are asked for at the same moment are made with one write.

Ten duels that begin together set money aside in one ledger: one by one, nine of their writes would find that another
was first, and each of them is paid for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")

Step = Callable[[V], V]
Write = Callable[[Step[V]], Awaitable[None]]
"""Writes what a step makes of the stored value, as often as it takes until nobody else was first."""


class Combining(Generic[V]):
    """For one loop. A step may be applied more than once, and has its effect once."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, list[tuple[Step[V], asyncio.Future[None]]]] = {}
        self._writing: dict[Hashable, asyncio.Task[None]] = {}

    async def change(self, key: Hashable, step: Step[V], write: Write[V]) -> None:
        """Apply a step to the value of that key. Raises what the step or the write has raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append((step, done))
        if key not in self._writing:
            self._writing[key] = asyncio.create_task(self._write(key, write), name=f"writes {key}")
        await done

    async def _write(self, key: Hashable, write: Write[V]) -> None:
        try:
            while together := self._waiting.pop(key, None):
                await self._write_together(together, write)
        finally:
            del self._writing[key]
            for _, done in self._waiting.pop(key, ()):  # this task is given up, and nobody waits for ever
                done.cancel()

    async def _write_together(self, together: list[tuple[Step[V], asyncio.Future[None]]], write: Write[V]) -> None:
        refused: dict[int, Exception] = {}

        def all_of_them(value: V) -> V:
            refused.clear()
            for number, (step, _) in enumerate(together):
                try:
                    value = step(value)
                except Exception as error:  # noqa: BLE001 - raised again where it was asked for
                    refused[number] = error
            return value

        failed: BaseException | None = None
        try:
            await write(all_of_them)
        except BaseException as error:  # noqa: BLE001 - raised again where it was asked for
            failed = error
        for number, (_, done) in enumerate(together):
            if done.done():
                continue  # whoever asked does not wait any more
            if isinstance(failed, asyncio.CancelledError):
                done.cancel()
            elif problem := refused.get(number) or failed:
                done.set_exception(problem)
            else:
                done.set_result(None)
        if isinstance(failed, asyncio.CancelledError):
            raise failed
