"""Every implementation of a port, so that one suite holds for all of them: to add one, add a line here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
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
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore
from engine.stores.remembering import RememberingStore
from engine.stores.sqlite import SqliteStore


@asynccontextmanager
async def sqlite_file(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    folder: Path = request.getfixturevalue("tmp_path")
    store = SqliteStore.open(folder / "arena.db")
    yield store
    await store.close()


@asynccontextmanager
async def sqlite_memory(_: pytest.FixtureRequest) -> AsyncIterator[Store]:
    store = SqliteStore.open(":memory:")
    yield store
    await store.close()


@asynccontextmanager
async def dynamodb(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """A table of its own, so that lists over the whole installation hold nothing of other tests."""
    aws: LocalAws = request.getfixturevalue("local_aws")
    with aws.table(table("arena")) as name:
        yield DynamoStore(Client(aws.shared("dynamodb"), name, SystemClock(), Random(0)))


@asynccontextmanager
async def remembering(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    aws: LocalAws = request.getfixturevalue("local_aws")
    with aws.table(table("arena")) as name:
        yield RememberingStore(Client(aws.shared("dynamodb"), name, SystemClock(), Random(0)))


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


STORES: Final[dict[str, Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Store]]]] = {
    "sqlite-file": sqlite_file,
    "sqlite-memory": sqlite_memory,
    "dynamodb": dynamodb,
    "remembering": remembering,
}
QUEUES: Final[dict[str, Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Queue]]]] = {
    "local": local_queue,
    "sqs": sqs_queue,
}


@pytest.fixture(params=STORES.values(), ids=STORES.keys())
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    async with request.param(request) as opened:
        yield opened


@pytest.fixture(params=QUEUES.values(), ids=QUEUES.keys())
async def queue(request: pytest.FixtureRequest) -> AsyncIterator[Queue]:
    async with request.param(request) as opened:
        yield opened
