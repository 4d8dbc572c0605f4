"""A file of the first schema is brought to today's with all that was in it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from engine.codec import dumps, encode_entry, outcome_to_json, terms_to_json
from engine.model import Agreed, Community, Entry, Head, Lease, Outcome, Player, Seat, Shown, Status, Terms
from engine.ports import PairCount
from engine.stores import _sqlite_file
from engine.stores.sqlite import SqliteStore

ANN, BOB, NOVICE = Player("human", "ann"), Player("human", 'b"ob'), Player("engine", "novice")
HERE, THERE = Community("web", "main"), Community("web", "other")
HEADS: Final = (
    Head("live", Terms("chess", {Seat.FIRST: ANN, Seat.SECOND: NOVICE}, 1), Status.LIVE, 10, 3, Lease("w", 500)),
    Head(
        "waiting",
        Terms("tic-tac-toe", {Seat.FIRST: ANN, Seat.SECOND: BOB}, 2, {"size": 3}, started_by="ann"),
        Status.WAITING,
        20,
        1,
        waiting_for=frozenset({Seat.SECOND}),
        deadline_ms=400,
        plies=1,
    ),
    Head(
        "over",
        Terms("chess", {Seat.FIRST: NOVICE, Seat.SECOND: NOVICE}, 3, community=THERE),
        Status.OVER,
        30,
        5,
        outcome=Outcome(Seat.FIRST, "checkmate", "Mate; “matt”."),
        plies=9,
        ended_ms=90,
    ),
)


def write_first_schema(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_sqlite_file.MIGRATIONS[0])
        connection.execute(f"PRAGMA application_id = {_sqlite_file.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        for head in HEADS:
            _insert(connection, head)
        connection.execute("INSERT INTO persons VALUES ('web', 'cookie', 'ann', 'Ann', 'ann', 1)")
        connection.execute("INSERT INTO pair_counts VALUES ('ladder', 'a', 'b', 1, 2, 3)")


def _insert(connection: sqlite3.Connection, head: Head) -> None:
    """As the arena wrote a head before there was ``shown``; its announced entry and message had no reader."""
    lease = (head.lease.worker, head.lease.until_ms) if head.lease else (None, None)
    waiting = " ".join(sorted(head.waiting_for))
    outcome = dumps(outcome_to_json(head.outcome)) if head.outcome else None
    row = (
        *(str(head.terms.community), head.duel_id, dumps(terms_to_json(head.terms)), head.status, head.created_ms),
        *(head.version, *lease, waiting, head.deadline_ms, 7, "message", outcome, head.plies, head.ended_ms),
        head.wake_at_ms,
    )
    connection.execute(f"INSERT INTO heads VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608
    entry = Entry(0, "agreed", head.created_ms, Agreed(head.terms))
    connection.execute("INSERT INTO entries VALUES (?, 0, ?)", (head.duel_id, encode_entry(entry)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_first_schema(tmp_path / "arena.db")
    return tmp_path / "arena.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore.open(path)
    yield opened
    await opened.close()


async def test_heads_logs_people_and_ladders_are_what_they_were(store: SqliteStore) -> None:
    for head in HEADS:
        assert await store.head(head.duel_id) == head
        assert await store.entries(head.duel_id) == [Entry(0, "agreed", head.created_ms, Agreed(head.terms))]
    ann = await store.person_of("web", "cookie")
    assert ann is not None
    assert (ann.id, ann.name) == ("ann", "Ann")
    assert await store.pair_counts("ladder") == [PairCount("ladder", "a", "b", 1, 2, 3)]


async def test_every_list_finds_them(store: SqliteStore) -> None:
    assert [head.duel_id for head in await store.duels(HERE)] == ["waiting", "live"]
    assert [head.duel_id for head in await store.duels(THERE, Status.OVER)] == ["over"]
    assert await store.unfinished() == ["live", "waiting"]
    assert await store.due(500) == ["waiting", "live"]
    assert await store.release(["w"]) == 1
    assert [head.duel_id for head in await store.seated(HERE, BOB)] == ["waiting"]


@pytest.mark.parametrize(
    ("player", "duels"), [(ANN, ["waiting", "live"]), (BOB, ["waiting"]), (NOVICE, ["over", "live"])], ids=str
)
async def test_every_player_has_a_history(store: SqliteStore, player: Player, duels: list[str]) -> None:
    assert [head.duel_id for head in await store.history(player)] == duels


async def test_nothing_counts_as_shown_and_everything_new_works(store: SqliteStore) -> None:
    assert await store.unshown("web") == []
    await store.show("live", Shown("channel"))
    assert await store.unshown("web") == ["live"]
    head = await store.update(replace(HEADS[1], plies=2))
    assert head.version == HEADS[1].version + 1
    assert await store.documents(HERE, "settings") == []


async def test_a_head_that_cannot_be_read_does_not_lock_out_the_others(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE heads SET terms = 'scratched' WHERE duel_id = 'live'")
    store = SqliteStore.open(path)
    assert [head.duel_id for head in await store.duels(HERE)] == ["waiting"]
    assert [head.duel_id for head in await store.history(ANN)] == ["waiting"]
    await store.close()


async def test_it_happens_once(path: Path) -> None:
    for _ in range(2):
        await SqliteStore.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (_sqlite_file.SCHEMA_VERSION,)
        assert connection.execute("SELECT count(*) FROM played").fetchone() == (5,)


def test_one_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (*_sqlite_file.MIGRATIONS[:1], "ALTER TABLE heads DROP COLUMN announced; SELECT nonsense FROM nowhere;")
    monkeypatch.setattr(_sqlite_file, "MIGRATIONS", broken)
    with pytest.raises(_sqlite_file.StoreError):
        SqliteStore.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT count(announced) FROM heads").fetchone() == (3,)
