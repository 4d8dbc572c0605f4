"""One thread writes, and whatever waits is committed together.

A commit costs a flush of the disk however much it holds, so the writer takes all that wait at once. A hundred duels
pay for one flush between them, and while it lasts the next hundred gather. Entries that follow one another go in as
one statement: ``sqlite3`` gives up the interpreter's lock once a statement, and a busy loop gives it back late.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from engine.codec import loads
from engine.errors import ArenaError, Conflict, StoreError
from engine.stores._sqlite_file import is_outside, translated

T = TypeVar("T")

Row = tuple[str, int, str]
Operation = Callable[[sqlite3.Connection], Any]
Job = tuple["asyncio.Future[Any]", Row | Operation]

_MOST_AT_ONCE: Final = 1024
_CHUNKS: Final = (64, 8, 1)  # rows a statement; few sizes, so that SQLite compiles few statements


class Writer:
    """Owns the writing connection. Operations run in the order in which they were handed in.

    An operation decides before it changes anything: when it raises, it has written nothing, and those that share
    its transaction are not undone.
    """

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._path = path
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="arena-sqlite", daemon=True)
        self._thread.start()

    def append(self, row: Row) -> asyncio.Future[None]:
        """Insert an entry; done when it is durable. An entry of the same number and id is a success."""
        return self._hand_in(row)

    def append_all(self, rows: Sequence[Row]) -> asyncio.Future[None]:
        """Insert entries that follow one another, all or none; done when they are durable."""
        return self._hand_in(lambda connection: _insert_all(connection, rows))

    def run(self, operation: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]:
        """Run an operation in a transaction; done when it is durable."""
        return self._hand_in(operation)

    def close(self) -> None:
        """Write what was handed in, then let go. Blocks until then."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _hand_in(self, work: Row | Operation) -> asyncio.Future[Any]:
        if self._closed:
            raise StoreError("The store is closed.")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._jobs.put((future, work))
        return future

    def _work(self) -> None:
        last = False
        while not last:
            batch, last = self._take()
            if batch:
                self._process(batch)
        self._connection.close()

    def _take(self) -> tuple[list[Job], bool]:
        """All that waits, at least one; and whether that was the last."""
        batch: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == _MOST_AT_ONCE or self._jobs.empty():
                return batch, False
            job = self._jobs.get()
        return batch, True

    def _process(self, batch: Sequence[Job]) -> None:
        results = self._commit(batch)
        _tell([(future, result) for (future, _), result in zip(batch, results, strict=True)])

    def _commit(self, batch: Sequence[Job]) -> list[Any]:
        """The results of a batch after one commit; an error is a result."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            results = self._apply([work for _, work in batch])
            self._connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - it is handed to whoever waits
            self._roll_back()
            if len(batch) == 1 or is_outside(error):
                return [self._as_ours(error) for _ in batch]
            # One of them is at fault: the others shall not pay for it.
            return [result for job in batch for result in self._commit([job])]
        return results

    def _apply(self, batch: Sequence[Row | Operation]) -> list[Any]:
        results: list[Any] = []
        rows: list[Row] = []
        for work in batch:
            if isinstance(work, tuple):
                rows.append(work)
                continue
            results += self._insert(rows)
            rows = []
            try:
                results.append(work(self._connection))
            except ArenaError as error:
                results.append(error)
        return results + self._insert(rows)

    def _insert(self, rows: Sequence[Row]) -> list[Conflict | None]:
        results: list[Conflict | None] = []
        for chunk in _chunks(rows):
            written = _write(self._connection, chunk) == len(chunk)
            results += [None] * len(chunk) if written else [self._verify(row) for row in chunk]
        return results

    def _verify(self, row: Row) -> Conflict | None:
        return None if _is_ours(self._connection, row) else _conflict(row)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):  # or the thread would die, and all who wait would wait for ever
                self._connection.execute("ROLLBACK")

    def _as_ours(self, error: Exception) -> Exception:
        return translated(error, self._path) if isinstance(error, sqlite3.Error) else error


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    start = 0
    while left := len(rows) - start:
        size = next(chunk for chunk in _CHUNKS if chunk <= left)
        yield rows[start : start + size]
        start += size


def _write(connection: sqlite3.Connection, rows: Sequence[Row]) -> int:
    """Insert entries whose numbers are free, in one statement; how many those were."""
    return connection.execute(_insertion(len(rows)), [value for row in rows for value in row]).rowcount


@cache
def _insertion(rows: int) -> str:
    marks = ", ".join(["(?, ?, ?)"] * rows)
    return f"INSERT INTO entries (duel_id, number, body) VALUES {marks} ON CONFLICT DO NOTHING"  # noqa: S608 - marks


def _tell(results: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    """Wake all who wait with one message to their loop."""
    loop = results[0][0].get_loop()
    try:
        loop.call_soon_threadsafe(_resolve, results)
    except RuntimeError:  # the loop is closed: nobody waits any more
        return


def _resolve(results: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, result in results:
        if future.done():  # whoever waited was cancelled
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)


def _insert_all(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """A log has no gaps: when the first number is free, so are those after it."""
    if _write(connection, rows[:1]):
        for chunk in _chunks(rows[1:]):
            _write(connection, chunk)
    elif not all(_is_ours(connection, row) for row in rows):
        raise _conflict(rows[0])


def _is_ours(connection: sqlite3.Connection, row: Row) -> bool:
    duel_id, number, body = row
    query = "SELECT body FROM entries WHERE duel_id = ? AND number = ?"
    stored = connection.execute(query, (duel_id, number)).fetchone()
    return stored is not None and bool(loads(stored[0])["id"] == loads(body)["id"])


def _conflict(row: Row) -> Conflict:
    return Conflict(f"Duel {row[0]} has another entry {row[1]}.")
