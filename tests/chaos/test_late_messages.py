"""Every message comes ten times, shuffled, up to half an hour late: the logs are those of a day without any of that.

The models are asked anew when they are asked twice, and then play something else: a ply that was asked for twice, or
written twice, cannot hide.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from local_aws import LocalAws
from support import Cast, StandingClock, share
from workshop import MODEL, OTHER, Moody, Post, Watching, Worker, clicks, duel_of, starts, told, worker

from engine.model import Status
from engine.ports import Store
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.remembering import RememberingStore
from engine.stores.sqlite import SqliteStore

COPIES: Final = 10
LATEST_MS: Final = 30 * 60_000
HIDDEN_MS: Final = 6 * 60_000
"""A message that failed comes again after so long."""
SWEEPS_MS: Final = 5 * 60_000
WORKERS: Final = 4
MESSAGES: Final = 10
"""At most so many come to a worker at once."""
Logs = Mapping[str, list[object]]
Opening = Callable[[], Awaitable[Store]]


@dataclass
class Day:
    """All workers of a day, and the people who watch what they do."""

    workers: list[Worker]
    post: Post
    clock: StandingClock
    hub: Watching
    model: Moody
    clicked: set[str] = field(default_factory=set)

    async def react(self) -> list[str]:
        """What is sent after a while: by workers, and by people who see that they are to move."""
        context, sent = self.workers[0].arena.context, self.post.taken()
        seen, self.hub.seen = sorted(self.hub.seen), set()
        for duel_id in seen:
            sent += clicks(duel_id, await context.load(duel_id))
        new = [body for body in dict.fromkeys(sent) if '"hops"' in body or body not in self.clicked]
        self.clicked |= set(new)
        return new

    async def logs(self, count: int) -> Logs:
        store = self.workers[0].arena.context.store
        found = {}
        for duel_id in (duel_of(f"r{number}") for number in range(count)):
            head = await store.head(duel_id)
            assert head, duel_id
            assert head.status is Status.OVER, (head.terms.game, head)
            found[duel_id] = told(await store.entries(duel_id))
        return found


@asynccontextmanager
async def day(opening: Opening, workers: int) -> AsyncIterator[Day]:
    post, clock, hub, model = Post(), StandingClock(), Watching(), Moody()
    roster = Cast({MODEL: model, OTHER: model})
    stores = [await opening() for _ in range(workers)]
    made = [worker(store, post, roster, clock, f"w{number}", hub=hub) for number, store in enumerate(stores)]
    try:
        yield Day(made, post, clock, hub, model)
    finally:
        for store in {id(store): store for store in stores}.values():
            await store.close()


async def calm(here: Day, bodies: Iterable[str]) -> None:
    """Each message once, in order."""
    waiting = list(bodies)
    while waiting:
        now, waiting = waiting[:MESSAGES], waiting[MESSAGES:]
        assert not await here.workers[0].work(now)
        waiting += await here.react()


async def rough(here: Day, bodies: Iterable[str], seed: int) -> int:
    """Each message ten times, at any moment of the next half hour, to whichever worker; how many came."""
    rng, ties, came = random.Random(seed), itertools.count(), 0
    due: list[tuple[int, int, str]] = []

    def send(body: str, copies: int, least_ms: int, most_ms: int) -> None:
        for _ in range(copies):
            heapq.heappush(due, (here.clock.ms + rng.randint(least_ms, most_ms), next(ties), body))

    for body in bodies:
        send(body, COPIES, 0, LATEST_MS)
    swept = here.clock.ms
    while due:
        here.clock.ms = max(here.clock.ms, due[0][0])
        if here.clock.ms - swept >= SWEEPS_MS:
            swept = here.clock.ms
            await here.workers[0].arena.turns.sweep(1000)
        batches: list[list[str]] = []
        while due and len(batches) < WORKERS:
            batches.append([heapq.heappop(due)[2] for _ in range(min(len(due), rng.randint(1, MESSAGES)))])
        came += sum(map(len, batches))
        for failed in await asyncio.gather(*map(Worker.work, here.workers, batches)):
            for body in failed:
                send(body, 1, HIDDEN_MS, HIDDEN_MS)
        for body in await here.react():
            send(body, COPIES, 0, LATEST_MS)
    return came


async def difference(opening: Callable[[], Opening], duels: int, seed: int = 1) -> tuple[list[str], int, int]:
    """The duels that a rough day told otherwise, how many messages came, and how many questions were repeated."""
    async with day(opening(), 1) as quiet:
        await calm(quiet, starts(duels))
        wanted = await quiet.logs(duels)
    async with day(opening(), WORKERS) as loud:
        came = await rough(loud, starts(duels), seed)
        found = await loud.logs(duels)
    return [duel for duel in wanted if wanted[duel] != found[duel]], came, loud.model.repeated


def in_memory(around: Callable[[Store], Store] = lambda store: store) -> Opening:
    """One store for all workers."""
    store = around(SqliteStore.open(":memory:"))

    async def opened() -> Store:
        return store

    return opened


@pytest.mark.torture
async def test_late_and_repeated_messages_change_no_log() -> None:
    duels = share(1000, 20)
    wrong, came, repeated = await difference(in_memory, duels)
    print(f"{duels} duels of 1000: {came} messages came, {len(wrong)} logs differ, {repeated} questions were repeated")
    assert came > COPIES * duels
    assert not wrong
    assert not repeated


@pytest.mark.torture
async def test_on_dynamodb_too(local_aws: LocalAws) -> None:
    """Where each worker remembers what it thinks it alone may change."""
    duels = share(200, 4)
    names: list[str] = []

    def opening() -> Opening:
        name = names.pop()

        async def opened() -> Store:
            clock = StandingClock()  # of the store's memory and of its retries alone
            return RememberingStore(Client(local_aws.shared("dynamodb"), name, clock, random.Random(0)))

        return opened

    with local_aws.table(table("arena")) as one, local_aws.table(table("arena")) as two:
        names += [one, two]
        wrong, came, repeated = await difference(opening, duels)
    print(f"{duels} duels of 200 on DynamoDB: {came} messages, {len(wrong)} logs differ, {repeated} questions repeated")
    assert came > COPIES * duels
    assert not wrong
    assert not repeated


class Leaseless:
    """A store whose lease keeps nobody away."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def claim(self, duel_id: str, lease: Any, now_ms: int) -> Any:
        return await self._store.claim(duel_id, lease, 1 << 60)


async def test_without_a_lease_the_logs_differ() -> None:
    """The guard removed: two workers ask for the same ply, and the model answers otherwise the second time."""
    wrong, _, repeated = await difference(lambda: in_memory(Leaseless), 15)
    assert repeated
    assert wrong
