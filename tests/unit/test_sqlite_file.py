"""A file that is not ours or not sound is refused and never touched; a full or locked one is said to be so."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import Conflict, StoreDamaged, StoreError, StoreFull
from engine.model import Entry, Seat, Spoken, Turn
from engine.stores import _sqlite_file
from engine.stores.sqlite import SqliteStore


def turn(number: int, entry_id: str = "", words: str = "") -> Entry:
    body = Turn({Seat.FIRST: "e2e4"}, {Seat.FIRST: Spoken(words)} if words else {})
    return Entry(number, entry_id or f"turn-{number}", number, body)


async def fill(path: Path, entries: int = 500) -> None:
    store = SqliteStore.open(path)
    await asyncio.gather(*(store.append("duel", turn(n, words="word " * 40)) for n in range(entries)))
    await store.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "arena.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore.open(path)
    yield opened
    await opened.close()


@pytest.fixture
def rival(store: SqliteStore, path: Path) -> Iterator[sqlite3.Connection]:
    """Another program that has the file open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


class TestOpen:
    async def test_makes_the_folder(self, tmp_path: Path) -> None:
        path = tmp_path / "some" / "folder" / "arena.db"
        await fill(path, 1)
        assert path.exists()

    async def test_finds_what_was_there(self, path: Path) -> None:
        await fill(path, 3)
        store = SqliteStore.open(str(path))
        assert [entry.number for entry in await store.entries("duel")] == [0, 1, 2]
        await store.close()

    def test_an_empty_file_is_a_new_one(self, path: Path) -> None:
        path.touch()
        asyncio.run(fill(path, 1))

    def test_a_file_whose_making_was_cut_short_is_a_new_one(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        assert path.stat().st_size
        asyncio.run(fill(path, 1))

    async def test_several_may_open_a_new_file_at_once(self, path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            stores = list(pool.map(SqliteStore.open, [path] * 8))
        results = await asyncio.gather(
            *(store.append("duel", turn(1, f"store-{n}")) for n, store in enumerate(stores)), return_exceptions=True
        )
        assert results.count(None) == 1
        assert sum(isinstance(result, Conflict) for result in results) == 7
        logs = [await store.entries("duel") for store in stores]
        assert logs == [logs[0]] * 8
        for store in stores:
            await store.close()

    @pytest.mark.parametrize("place", ["file/arena.db", "."])
    def test_a_place_where_no_file_can_be_is_refused(self, tmp_path: Path, place: str) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StoreError, match="ARENA_DATA_DIR"):
            SqliteStore.open(tmp_path / place)

    def test_a_newer_schema_is_refused(self, path: Path) -> None:
        asyncio.run(fill(path, 1))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 99")
        before = path.read_bytes()
        with pytest.raises(StoreError, match="newer version") as caught:
            SqliteStore.open(path)
        assert not isinstance(caught.value, StoreDamaged)
        assert path.read_bytes() == before


def text_file(path: Path) -> None:
    path.write_text("Dear diary,\n" * 1000)


def short_file(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0 and no more")


def cut_file(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def cut_in_a_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def scratched(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 6000] = b"\xa5" * 6000
    path.write_bytes(content)


def headless(path: Path) -> None:
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


def foreign_by_its_id(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 42")


def emptied_beside_its_log(path: Path) -> None:
    path.write_bytes(b"")
    Path(f"{path}-wal").write_bytes(b"\x37\x7f\x06\x82" * 1000)


DAMAGES = [
    text_file,
    short_file,
    cut_file,
    cut_in_a_page,
    scratched,
    headless,
    foreign,
    foreign_by_its_id,
    emptied_beside_its_log,
]


@pytest.mark.parametrize("damage", DAMAGES[:-1])
async def test_a_check_finds_damage_and_changes_nothing(path: Path, damage: Callable[[Path], None]) -> None:
    await fill(path)
    SqliteStore.check(path)
    damage(path)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(StoreDamaged):
        SqliteStore.check(path)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_file_is_refused_and_left_alone(path: Path, damage: Callable[[Path], None]) -> None:
    await fill(path)
    damage(path)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    for _ in range(2):
        with pytest.raises(StoreDamaged) as caught:
            SqliteStore.open(path)
        for said in (str(path), "move it away", "backup", "ARENA_DATA_DIR"):
            assert said in str(caught.value)
        assert "\n" not in str(caught.value)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


async def test_damage_that_shows_later_is_named(store: SqliteStore, path: Path) -> None:
    await asyncio.gather(*(store.append("duel", turn(n, words="word " * 40)) for n in range(500)))
    await store._writer.run(lambda connection: None)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    scratched(path)
    with pytest.raises(StoreDamaged):
        await store.entries("duel")


class TestFull:
    async def test_says_so_loses_nothing_and_goes_on_when_there_is_space(self, store: SqliteStore) -> None:
        await store.append("duel", turn(0))
        pages = await limit_pages(store, 1)
        told = [0]
        with pytest.raises(StoreFull, match="free some"):
            await append_for_ever(store, told)
        assert [entry.number for entry in await store.entries("duel")] == told
        await limit_pages(store, pages)
        await store.append("duel", turn(len(told)))
        assert len(await store.entries("duel")) == len(told) + 1

    def test_a_failed_write_on_a_full_disk_is_one_too(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
        assert not isinstance(_sqlite_file.translated(error, str(path)), StoreFull)
        monkeypatch.setattr(_sqlite_file.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": 0}))
        assert isinstance(_sqlite_file.translated(error, str(path)), StoreFull)


async def append_for_ever(store: SqliteStore, told: list[int]) -> None:
    for number in itertools.count(1):
        await store.append("duel", turn(number, words="word " * 40))
        told.append(number)


async def limit_pages(store: SqliteStore, pages: int) -> int:
    """Let the file have that many pages more than it has; gives the limit there was."""

    def limit(connection: sqlite3.Connection) -> int:
        before = int(connection.execute("PRAGMA max_page_count").fetchone()[0])
        used = int(connection.execute("PRAGMA page_count").fetchone()[0])
        connection.execute(f"PRAGMA max_page_count = {min(used + pages, 1 << 30)}")
        return before

    return await store._writer.run(limit)


class TestOthers:
    async def test_a_long_transaction_elsewhere_is_waited_for(
        self, store: SqliteStore, rival: sqlite3.Connection
    ) -> None:
        rival.execute("BEGIN IMMEDIATE")
        waiting = asyncio.ensure_future(store.append("duel", turn(1)))
        assert await store.entries("duel") == []
        assert not waiting.done()
        rival.execute("COMMIT")
        await waiting

    async def test_one_that_lasts_too_long_is_named(self, store: SqliteStore, rival: sqlite3.Connection) -> None:
        await store._writer.run(lambda connection: connection.execute("PRAGMA busy_timeout = 20").fetchall())
        rival.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            await store.append("duel", turn(1))
        rival.execute("COMMIT")
        await store.append("duel", turn(1))

    def test_a_file_that_may_only_be_read_is_named(self, path: Path) -> None:
        asyncio.run(fill(path, 1))
        with (
            closing(_sqlite_file.open_reader(str(path))) as connection,
            pytest.raises(sqlite3.OperationalError) as caught,
        ):
            connection.execute("DELETE FROM heads")
        assert "permissions" in str(_sqlite_file.translated(caught.value, str(path)))
