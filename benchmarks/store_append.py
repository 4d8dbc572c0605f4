"""Durable appends a second: the store under a hundred duels, against bare sqlite3 on the same disk.

Every append of a duel waits for the one before, as in play. The rivals run in turn with the store, so that a busy
machine slows all alike; the medians are compared. Usage: ``python benchmarks/store_append.py [SECONDS]``.
"""

from __future__ import annotations

import asyncio
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import Final

from engine.codec import encode_entry
from engine.model import Entry, Seat, Turn
from engine.stores.sqlite import SqliteStore

DUELS: Final = 100
ROUNDS: Final = 5
IDS: Final = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"duel-{n}")) for n in range(DUELS)]
INSERT: Final = "INSERT INTO entries (duel_id, number, body) VALUES (?, ?, ?)"

Rate = Callable[[Path, float], float]


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rates: dict[str, list[float]] = {name: [] for name in RIVALS}
    for _ in range(ROUNDS):
        for name, measure in RIVALS.items():
            with tempfile.TemporaryDirectory() as folder:
                rates[name].append(measure(Path(folder) / "arena.db", seconds))
    store, *_ = rates
    base = statistics.median(rates[store])
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}, {DUELS} duels\n")
    print(f"{'durable appends':<52}{'a second':>12}{'the store is':>16}")
    for name, measured in rates.items():
        rate = statistics.median(measured)
        print(f"{name:<52}{rate:>12,.0f}{base / rate:>14.2f} x")
    print(f"\nthe loop's thread works {loop_microseconds():.1f} us an append")


def group_commit(path: Path, seconds: float) -> float:
    return asyncio.run(played(path, seconds))


async def played(path: Path, seconds: float) -> float:
    store = SqliteStore.open(path)
    written = 0
    end = time.perf_counter() + seconds

    async def duel(duel_id: str) -> None:
        nonlocal written
        for number in count():
            if time.perf_counter() > end:
                return
            await store.append(duel_id, turn(duel_id, number))
            written += 1

    start = time.perf_counter()
    await asyncio.gather(*map(duel, IDS))
    rate = written / (time.perf_counter() - start)
    await store.close()
    return rate


def one_by_one(path: Path, seconds: float) -> float:
    """A transaction an append: what a store without group commit does."""
    with closing(prepared(path)) as connection:
        written, start = 0, time.perf_counter()
        for row in rows():
            connection.execute(INSERT, row)
            written += 1
            if (taken := time.perf_counter() - start) > seconds:
                break
    return written / taken


def in_batches(path: Path, seconds: float) -> float:
    """A hundred rows a transaction by ``executemany``, nobody waiting for any: the upper bound."""
    with closing(prepared(path)) as connection:
        endless, written = rows(), 0
        start = time.perf_counter()
        while (taken := time.perf_counter() - start) < seconds:
            connection.execute("BEGIN")
            connection.executemany(INSERT, islice(endless, DUELS))
            connection.execute("COMMIT")
            written += DUELS
    return written / taken


def prepared(path: Path) -> sqlite3.Connection:
    asyncio.run(SqliteStore.open(path).close())
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def rows() -> Iterator[tuple[str, int, str]]:
    for number in count():
        for duel_id in IDS:
            yield duel_id, number, encode_entry(turn(duel_id, number))


def turn(duel_id: str, number: int) -> Entry:
    seat = Seat.SECOND if number % 2 else Seat.FIRST
    return Entry(number, duel_id, 1_790_000_000_000 + number, Turn({seat: "g1f3"}))


def loop_microseconds(appends: int = 20_000) -> float:
    """CPU time of the loop's thread for one append in memory, its duel's own loop included."""

    async def run() -> float:
        store = SqliteStore.open(":memory:")

        async def duel(duel_id: str) -> None:
            for number in range(appends // DUELS):
                await store.append(duel_id, turn(duel_id, number))

        start = time.thread_time()
        await asyncio.gather(*map(duel, IDS))
        spent = time.thread_time() - start
        await store.close()
        return spent / appends * 1e6

    return asyncio.run(run())


RIVALS: Final[dict[str, Rate]] = {
    "this store: 100 duels, FULL, group commit": group_commit,
    "bare sqlite3: FULL, a transaction an append": one_by_one,
    "bare sqlite3: FULL, executemany of 100, no waiting": in_batches,
}

if __name__ == "__main__":
    main()
