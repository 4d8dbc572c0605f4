"""What was acknowledged survives SIGKILL, and a commit is shared by all who wait."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from support import share

from engine.errors import Conflict, StoreError
from engine.model import Entry, Head, Seat, Status, Terms, Turn
from engine.stores.sqlite import SqliteStore

SCRIPT: Final = Path(__file__).with_name("sqlite_crash.py")
KILLS: Final = share(300, least=6)


HEAD: Final = Head("unknown", Terms("chess", {}, 1), Status.LIVE, 0)


def turn(number: int) -> Entry:
    return Entry(number, f"turn-{number}", number, Turn({Seat.FIRST: "e2e4"}))


def killed(folder: Path, kills: int, writer: str) -> dict[str, Any]:
    command = [sys.executable, str(SCRIPT), str(folder), str(kills), "1", writer]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60 + kills)
    report: dict[str, Any] = json.loads(done.stdout)
    print(report)
    return report


@pytest.mark.torture
def test_no_acknowledged_entry_is_lost_by_a_kill(tmp_path: Path) -> None:
    report = killed(tmp_path, KILLS, "durable")
    assert report["acknowledged"] >= KILLS
    assert (report["lost"], report["gaps"]) == (0, 0)


def test_an_answer_before_the_commit_is_caught(tmp_path: Path) -> None:
    assert killed(tmp_path, 20, "early")["lost"] > 0


def test_a_commit_is_flushed_to_the_disk(tmp_path: Path) -> None:
    """A kill cannot show it, since the system keeps what a dead process wrote: only a power cut could."""
    store = SqliteStore.open(tmp_path / "arena.db")
    connection = store._writer._connection
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,), "2 is FULL"
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    asyncio.run(store.close())


async def test_a_hundred_duels_share_few_commits(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "arena.db")
    statements: list[str] = []
    store._writer._connection.set_trace_callback(statements.append)
    appends = [store.append(f"duel-{n}", turn(1)) for n in range(100)]
    *told, refused = await asyncio.gather(*appends, store.update(HEAD), return_exceptions=True)
    await store.close()
    assert told == [None] * 100
    assert isinstance(refused, Conflict), "and a conflict among them costs nobody a commit"
    assert 1 <= statements.count("COMMIT") <= 5


async def test_a_commit_comes_before_the_answer(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "arena.db")
    statements: list[str] = []
    store._writer._connection.set_trace_callback(statements.append)
    await store.append("duel", turn(1))
    assert statements[-1] == "COMMIT"
    await store.close()


def divide(connection: sqlite3.Connection) -> float:
    return 1 / 0


def misspell(connection: sqlite3.Connection) -> sqlite3.Cursor:
    return connection.execute("SELEKT 1")


def repeat(connection: sqlite3.Connection) -> None:
    for _ in range(2):
        connection.execute("INSERT INTO seals (duel_id, entry, seat, body) VALUES ('duel', 1, 'first', '')")


@pytest.mark.parametrize(
    ("operation", "error"), [(divide, ZeroDivisionError), (misspell, StoreError), (repeat, StoreError)]
)
async def test_one_that_fails_does_not_harm_those_in_its_group(
    tmp_path: Path, operation: Callable[[sqlite3.Connection], Any], error: type[Exception]
) -> None:
    store = SqliteStore.open(tmp_path / "arena.db")
    poison = store._writer.run(operation)
    results = await asyncio.gather(
        *(store.append("duel", turn(n)) for n in range(1, 20)),
        poison,
        *(store.append("duel", turn(n)) for n in range(20, 40)),
        return_exceptions=True,
    )
    assert isinstance(results.pop(19), error)
    assert results == [None] * 39
    assert [entry.number for entry in await store.entries("duel")] == list(range(1, 40))
    assert await store.seals("duel", 1) == {}
    await store.close()


async def test_close_finishes_what_was_accepted(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "arena.db")
    appends = [asyncio.ensure_future(store.append("duel", turn(n))) for n in range(300)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*appends)
    again = SqliteStore.open(tmp_path / "arena.db")
    assert len(await again.entries("duel")) == 300
    await again.close()


@pytest.mark.parametrize("path", ["arena.db", ":memory:"])
async def test_a_closed_store_says_so(tmp_path: Path, path: str) -> None:
    store = SqliteStore.open(path if path == ":memory:" else tmp_path / path)
    await store.close()
    await store.close()
    with pytest.raises(Exception, match="closed"):
        await store.append("duel", turn(1))
    with pytest.raises(Exception, match="closed"):
        await store.entries("duel")
