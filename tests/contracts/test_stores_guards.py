"""Each race of the contract finds more winners once the store's guard is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from stores_support import (
    claims,
    finishes,
    first_versions,
    namesakes,
    next_versions,
    started,
    turn,
    updates,
    winners,
    winning_bursts,
)

from engine.errors import Conflict
from engine.ports import Store
from engine.stores import _sqlite_documents, _sqlite_heads, _sqlite_persons, _sqlite_writer
from engine.stores.sqlite import SqliteStore


class TestGuards:
    """Each check above that counts winners finds more of them once the store's guard is gone."""

    @pytest.fixture
    async def bare(self) -> AsyncIterator[Store]:
        opened = SqliteStore.open(":memory:")
        yield opened
        await opened.close()

    async def test_an_append_that_overwrites_is_caught(self, bare: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        guarded = _sqlite_writer._insertion

        def overwriting(rows: int) -> str:
            return guarded(rows).replace("INSERT", "INSERT OR REPLACE").replace("ON CONFLICT DO NOTHING", "")

        monkeypatch.setattr(_sqlite_writer, "_insertion", overwriting)
        assert await winners(bare) == 64

    async def test_a_burst_that_is_written_in_part_is_caught(
        self, bare: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def careless(connection: sqlite3.Connection, rows: Sequence[_sqlite_writer.Row]) -> None:
            if not _sqlite_writer._write(connection, rows):
                raise Conflict("all are taken")

        monkeypatch.setattr(_sqlite_writer, "_insert_all", careless)
        assert await winning_bursts(bare) > 1

    async def test_a_retry_that_is_not_recognised_is_caught(self, bare: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_sqlite_writer.Writer, "_verify", lambda self, row: Conflict("not mine"))
        await started(bare)
        await bare.append("duel", turn(1))
        with pytest.raises(Conflict):
            await bare.append("duel", turn(1))

    async def test_a_name_that_is_not_looked_up_is_caught(self, bare: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_sqlite_persons, "_NAMESAKE", "SELECT 1 WHERE ? || ? || ? IS NULL")
        assert await namesakes(bare) == 64

    @pytest.mark.parametrize(
        ("statement", "guard", "count"),
        [
            ("_UPDATE", "AND version = ?", updates),
            ("_CLAIM", "AND (lease_worker IS NULL OR lease_worker = ?1 OR lease_until_ms <= ?4)", claims),
            ("_FINISH", "AND status <> 'over'", finishes),
        ],
    )
    async def test_a_missing_condition_is_caught(
        self,
        bare: Store,
        monkeypatch: pytest.MonkeyPatch,
        statement: str,
        guard: str,
        count: Callable[[Store], Awaitable[int]],
    ) -> None:
        guarded = getattr(_sqlite_heads, statement)
        always = "AND ? IS NOT NULL" if guard.endswith("= ?") else "AND ?4 IS NOT NULL" if "?4" in guard else ""
        assert guard in guarded
        monkeypatch.setattr(_sqlite_heads, statement, guarded.replace(guard, always))
        assert await count(bare) == 64

    @pytest.mark.parametrize(
        ("statement", "guard", "without", "count"),
        [
            ("_INSERT", "ON CONFLICT DO NOTHING", "ON CONFLICT DO UPDATE SET body = excluded.body", first_versions),
            ("_UPDATE", "AND version = ?", "AND ? IS NOT NULL", next_versions),
        ],
    )
    async def test_a_document_that_is_overwritten_is_caught(
        self,
        bare: Store,
        monkeypatch: pytest.MonkeyPatch,
        statement: str,
        guard: str,
        without: str,
        count: Callable[[Store], Awaitable[int]],
    ) -> None:
        guarded = getattr(_sqlite_documents, statement)
        assert guard in guarded
        monkeypatch.setattr(_sqlite_documents, statement, guarded.replace(guard, without))
        with pytest.raises(AssertionError):
            assert await count(bare) == 1
