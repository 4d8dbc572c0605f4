"""Every implementation of a port, so that one suite holds for all of them: to add one, add a line here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Final

import pytest
from local_aws import LocalAws

from bot.clock import SystemClock
from engine.ports import Queue, Store
from engine.queues.local import LocalQueue
from engine.queues.sqs import SqsQueue
from engine.stores.sqlite import SqliteStore


async def sqlite_file(folder: Path) -> Store:
    return SqliteStore.open(folder / "arena.db")


async def sqlite_memory(_: Path) -> Store:
    return SqliteStore.open(":memory:")


@asynccontextmanager
async def local_queue(_: pytest.FixtureRequest) -> AsyncIterator[Queue]:
    yield LocalQueue()


@asynccontextmanager
async def sqs_queue(request: pytest.FixtureRequest) -> AsyncIterator[Queue]:
    aws: LocalAws = request.getfixturevalue("local_aws")
    with aws.queue() as url:
        opened = SqsQueue(aws.client("sqs"), url, SystemClock(), Random(7), poll_seconds=1)
        yield opened
        await opened.close()


STORES: Final[dict[str, Callable[[Path], Awaitable[Store]]]] = {
    "sqlite-file": sqlite_file,
    "sqlite-memory": sqlite_memory,
}
QUEUES: Final[dict[str, Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Queue]]]] = {
    "local": local_queue,
    "sqs": sqs_queue,
}


@pytest.fixture(params=STORES.values(), ids=STORES.keys())
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await request.param(tmp_path)
    yield opened
    await opened.close()


@pytest.fixture(params=QUEUES.values(), ids=QUEUES.keys())
async def queue(request: pytest.FixtureRequest) -> AsyncIterator[Queue]:
    async with request.param(request) as opened:
        yield opened
