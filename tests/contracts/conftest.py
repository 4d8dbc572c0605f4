"""Every implementation of a port, so that one suite holds for all of them: to add one, add a line here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest

from engine.ports import Queue, Store
from engine.queues.local import LocalQueue
from engine.stores.sqlite import SqliteStore


async def sqlite_file(folder: Path) -> Store:
    return SqliteStore.open(folder / "arena.db")


async def sqlite_memory(_: Path) -> Store:
    return SqliteStore.open(":memory:")


async def local_queue(_: Path) -> Queue:
    return LocalQueue()


STORES: Final[dict[str, Callable[[Path], Awaitable[Store]]]] = {
    "sqlite-file": sqlite_file,
    "sqlite-memory": sqlite_memory,
}
QUEUES: Final[dict[str, Callable[[Path], Awaitable[Queue]]]] = {"local": local_queue}


@pytest.fixture(params=STORES.values(), ids=STORES.keys())
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await request.param(tmp_path)
    yield opened
    await opened.close()


@pytest.fixture(params=QUEUES.values(), ids=QUEUES.keys())
async def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Queue:
    return await request.param(tmp_path)
