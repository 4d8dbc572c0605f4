"""Puts the parts together. The only file that chooses what stands behind the engine's ports."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.clock import SystemClock
from bot.hub import Hub
from bot.settings import Settings
from engine import providers
from engine.arena import Arena
from engine.arena.context import Context
from engine.errors import StoreError
from engine.players.roster import Roster
from engine.queues.local import LocalQueue
from engine.stores.sqlite import SqliteStore
from engine.stores.workers import WorkerLock, dead_workers, forget

log = logging.getLogger(__name__)


def roster(settings: Settings) -> Roster:
    """Everyone who can play with these settings; connects to nobody yet."""
    return Roster(providers.configured(settings.environment), settings.engines, SystemClock())


@asynccontextmanager
async def embedded(settings: Settings) -> AsyncIterator[Arena]:
    """The arena of one process over SQLite, open while the block runs.

    However the block ends, the leases of its worker end with it: another process goes on with its duels at once.

    :raises StoreError: a damaged or unreadable database, or a folder that cannot be written.
    """
    _make_folder(settings.data_dir)
    store = SqliteStore.open(settings.database)
    worker = f"{os.getpid()}-{secrets.token_hex(4)}"
    seats = roster(settings)
    try:
        with WorkerLock(settings.data_dir, worker) as lock:
            dead = dead_workers(settings.data_dir)
            await store.release(dead)
            forget(settings.data_dir, dead)
            secret = _secret(settings.data_dir)
            try:
                yield Arena.over(Context(store, LocalQueue(), seats, SystemClock(), Hub(), secret, worker))
            finally:
                await _give_back(store, lock, worker)
    finally:
        await seats.close()
        await store.close()


async def _give_back(store: SqliteStore, lock: WorkerLock, worker: str) -> None:
    """End this worker's leases; where the store cannot, its lock stays behind and the next process ends them."""
    try:
        await store.release([worker])
    except StoreError as error:
        log.warning("duels of this process wait for the next start: %s", error)
    else:
        lock.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be made ({error.strerror}): set ARENA_DATA_DIR to another folder."
        ) from error


def _secret(folder: Path) -> bytes:
    """The installation's secret, made once; it salts hidden choices. Readable by this user alone."""
    path = folder / "secret"
    if not path.exists():
        made = folder / f"secret.{secrets.token_hex(4)}"
        made.touch(mode=0o600)
        made.write_bytes(secrets.token_bytes(32))
        # A link is made whole or not at all, so a second process never reads half a secret.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(made)
        made.unlink()
    return path.read_bytes()
