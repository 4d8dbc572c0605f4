"""What an arena of one process leaves behind when it ends."""

from __future__ import annotations

import contextlib
import os
import stat
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


async def test_a_secret_is_made_once_for_this_user_alone(settings: Settings) -> None:
    secrets = []
    for _ in range(2):
        async with embedded(settings) as arena:
            secrets.append(arena.context.secret)
    assert secrets[0] == secrets[1]
    assert len(secrets[0]) == 32
    assert (settings.data_dir / "secret").stat().st_mode & 0o777 == 0o600
    assert len(list(settings.data_dir.glob("secret*"))) == 1


@pytest.mark.parametrize("content", [b"", b"half of it", bytes(33)], ids=len)
async def test_a_secret_that_is_not_whole_is_refused(content: bytes, settings: Settings) -> None:
    (settings.data_dir / "secret").write_bytes(content)
    with pytest.raises(StoreError, match=rf"secret is damaged \({len(content)} bytes, not 32\): put a copy of it back"):
        async with embedded(settings):
            pass
    assert (settings.data_dir / "secret").read_bytes() == content


async def test_a_secret_is_on_the_disk_before_it_has_its_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = settings.data_dir / "secret", []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        facts = os.fstat(descriptor)
        synced.append((stat.S_ISDIR(facts.st_mode), facts.st_size if stat.S_ISREG(facts.st_mode) else 0, path.exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    async with embedded(settings):
        pass
    assert synced == [(False, 32, False), (True, 0, True)]
