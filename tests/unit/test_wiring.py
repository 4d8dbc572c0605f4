"""What an arena of one process leaves behind when it ends."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from support import start

from bot.settings import Settings, read
from bot.wiring import embedded
from engine.errors import StoreError
from engine.model import Lease
from engine.stores.sqlite import SqliteStore
from engine.stores.workers import dead_workers

LEASE_MS = 900_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read({"HOME": str(tmp_path), "ARENA_DATA_DIR": str(tmp_path)})


async def leave_a_leased_duel(settings: Settings, why: KeyError | None = None) -> str:
    """Start a duel, claim it, and end the arena; the duel's id."""
    duel_id = ""
    with contextlib.suppress(KeyError):
        async with embedded(settings) as arena:
            duel_id = (await start(arena, "chess", "engine/random", "engine/random")).duel_id
            assert await arena.context.claim(duel_id, LEASE_MS)
            if why:
                raise why
    return duel_id


async def lease(settings: Settings, duel_id: str) -> Lease | None:
    store = SqliteStore.open(settings.database)
    try:
        head = await store.head(duel_id)
        assert head
        return head.lease
    finally:
        await store.close()


@pytest.mark.parametrize("why", [None, KeyError("a bug")])
async def test_leases_end_with_the_arena(why: KeyError | None, settings: Settings) -> None:
    duel_id = await leave_a_leased_duel(settings, why)
    assert await lease(settings, duel_id) is None
    assert dead_workers(settings.data_dir) == []


async def test_leases_that_the_store_could_not_end_are_ended_by_the_next_arena(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    release = SqliteStore.release

    async def full(store: SqliteStore, workers: list[str]) -> int:
        if workers:
            raise StoreError("The disk is full.")
        return 0

    monkeypatch.setattr(SqliteStore, "release", full)
    duel_id = await leave_a_leased_duel(settings)
    assert "The disk is full." in caplog.text
    assert await lease(settings, duel_id)
    assert len(dead_workers(settings.data_dir)) == 1
    monkeypatch.setattr(SqliteStore, "release", release)
    async with embedded(settings):
        assert await lease(settings, duel_id) is None
