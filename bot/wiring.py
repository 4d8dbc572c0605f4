"""Puts the parts together. The only file that chooses what stands behind the engine's ports."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import SystemRandom

from bot.clock import SystemClock
from bot.closed import refused
from bot.deferred import Deferred
from bot.hub import Hub
from bot.settings import SECRET_BYTES, SQLITE, Settings, StoreAddress
from engine import providers
from engine.arena import Arena, gate
from engine.arena.context import Context
from engine.arena.gate import Why
from engine.errors import BadOption, StoreError
from engine.players.roster import Roster
from engine.ports import UNMETERED, ArchivedStore, Journal, Meter, Store
from engine.providers.lookups import Lookups
from engine.providers.own import vendors as own_vendors
from engine.queues.local import LocalQueue
from engine.sentences import say
from engine.stores.sqlite import SqliteStore
from engine.stores.workers import WorkerLock, dead_workers, forget

log = logging.getLogger(__name__)


def roster(settings: Settings, meter: Meter = UNMETERED, *, programs: bool = True) -> Roster:
    """Everyone who can play with these settings; connects to nobody yet.

    Without ``programs``, nobody who needs a program or weights on this machine: UCI engines and the local model.
    """
    vendors = providers.configured(settings.environment)
    if not programs:
        del vendors[providers.LOCAL]
    engines = settings.engines if programs else None
    return Roster(vendors, engines, SystemClock(), own=own_vendors(Lookups()), meter=meter)


@asynccontextmanager
async def embedded(
    settings: Settings, hub: Hub | None = None, meter: Meter = UNMETERED, *, begins: bool = True
) -> AsyncIterator[Arena]:
    """The arena of one process over SQLite or DynamoDB, open while the block runs. ``hub`` is told of every change.

    However the block ends, the leases of its worker end with it: another process goes on with its duels at once.
    Whoever ``begins`` opens a store that was copied here; one that only reads leaves it closed, or the functions would
    play on in it before their host says so.

    :raises StoreError: a damaged or unreadable database, or a folder that cannot be written.
    :raises NotConfigured: over DynamoDB, without the installation's secret.
    :raises NotAllowed: when the store is closed: it is half a copy, a mirror, or was moved elsewhere.
    """
    _make_folder(settings.data_dir)
    table = settings.aws.table
    # Machines that share a table must share the secret: a choice that one has sealed, another opens.
    secret = settings.aws.installation_secret() if table else _secret(settings.data_dir)
    store: ArchivedStore = _dynamodb(table, settings) if table else SqliteStore.open(settings.database)
    worker = f"{os.getpid()}-{secrets.token_hex(4)}"
    seats = roster(settings, meter)
    try:
        with WorkerLock(settings.data_dir, worker) as lock:
            await release_dead(store, settings.data_dir)
            try:
                ports = (store, LocalQueue(), seats, SystemClock(), hub or Hub())
                arena = Arena.over(Context(*ports, secret, worker, meter))
                await _begin(arena, str(settings.address), opens=begins)
                yield arena
            finally:
                await _give_back(store, lock, worker)
    finally:
        await seats.close()
        await store.close()


async def _begin(arena: Arena, name: str, *, opens: bool) -> None:
    """Take over a store that was copied here, with the time given back that ran out meanwhile."""
    store = arena.context.store
    closed = await gate.closed_store(store)
    if closed is None:
        return
    if closed.why is not Why.COPIED:
        raise refused(name, closed)
    if opens:
        await arena.turns.resume()
        await gate.reopen(store)


@asynccontextmanager
async def serverless(settings: Settings, hub: Hub, meter: Meter = UNMETERED) -> AsyncIterator[tuple[Arena, Deferred]]:
    """The arena over DynamoDB and SQS, open while the block runs, and the queue of what it leaves to others.

    :raises NotConfigured: when the table, the queue or the installation's secret is not set.
    """
    # boto3 takes longer to import than an embedded arena to start.
    from engine.queues.sqs import SqsQueue
    from engine.stores.remembering import RememberingStore

    aws, clock = settings.aws, SystemClock()
    aws.check()
    store = RememberingStore.open(aws.table, clock, aws.endpoint_url or None, aws.region or None, meter)
    queue = SqsQueue.connect(
        aws.turns_queue_url, clock, SystemRandom(), region=aws.region, endpoint_url=aws.endpoint_url
    )
    seats = roster(settings, meter, programs=False)
    try:
        deferred = Deferred(queue, store.clear)
        ports = (store, deferred, seats, clock, hub)
        yield Arena.over(Context(*ports, aws.installation_secret(), secrets.token_hex(8), meter)), deferred
    finally:
        await seats.close()
        await queue.close()
        await store.close()


@asynccontextmanager
async def looking(settings: Settings, meter: Meter = UNMETERED) -> AsyncIterator[Arena]:
    """An arena over DynamoDB to look at, open while the block runs: it writes nothing and nobody can play in it.

    It has no secret of the installation's, no keys of vendors and no queue.

    :raises NotConfigured: when the table is not set.
    """
    from engine.stores.looking import LookingStore

    aws, clock = settings.aws, SystemClock()
    aws.check_table()
    store = LookingStore.open(aws.table, clock, aws.endpoint_url or None, aws.region or None, meter)
    try:
        nothing_opens = secrets.token_bytes(SECRET_BYTES)
        yield Arena.over(
            Context(store, LocalQueue(), Roster({}, None, clock), clock, Hub(), nothing_opens, meter=meter)
        )
    finally:
        await store.close()


@asynccontextmanager
async def archived(address: StoreAddress, settings: Settings, *, made: bool) -> AsyncIterator[ArchivedStore]:
    """The store at an address, open while the block runs; with ``made``, a file that is missing is made.

    :raises StoreError: when there is none, or it cannot be opened.
    """
    store = _sqlite(address.name, made) if address.kind == SQLITE else _dynamodb(address.name, settings)
    try:
        yield store
    finally:
        await store.close()


def _sqlite(path: str, made: bool) -> ArchivedStore:
    if not made and not Path(path).exists():
        usual = say("an arena keeps its database as arena.sqlite3 in its data folder (arena doctor says where)")
        raise StoreError(say("There is no file {file}: {usual}.", file=path, usual=usual))
    return SqliteStore.open(path)


def _dynamodb(table: str, settings: Settings) -> ArchivedStore:
    from engine.stores.dynamodb import DynamoStore

    return DynamoStore.open(table, SystemClock(), settings.aws.endpoint_url or None, settings.aws.region or None)


def journal(address: StoreAddress, settings: Settings) -> Journal:
    """What the table at an address tells of its changes. :raises BadOption: of a file, which tells nothing."""
    if address.kind == SQLITE:
        raise BadOption(say("Only a table of DynamoDB can be mirrored: copy a file with “arena migrate”."))
    from engine.stores.dynamo_journal import DynamoJournal

    return DynamoJournal.open(
        address.name, SystemClock(), settings.aws.endpoint_url or None, settings.aws.region or None
    )


async def release_dead(store: Store, data_dir: Path) -> None:
    """End the leases of processes on this data folder that are gone, however they ended."""
    if dead := dead_workers(data_dir):
        await store.release(dead)
        forget(data_dir, dead)


async def _give_back(store: Store, lock: WorkerLock, worker: str) -> None:
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
            say(
                "{folder} cannot be made ({why}): set ARENA_DATA_DIR to another folder.",
                folder=str(folder),
                why=str(error.strerror),
            )
        ) from error


def _secret(folder: Path) -> bytes:
    """The installation's secret, made once; it salts hidden choices. Readable by this user alone.

    :raises StoreError: when it cannot be read or made, or is not whole: an empty key would hide nothing.
    """
    path = folder / "secret"
    try:
        if not path.exists():
            _make_secret(path)
        secret = path.read_bytes()
    except OSError as error:
        raise StoreError(
            say("{file} cannot be read or made ({why}): set ARENA_DATA_DIR.", file=str(path), why=str(error.strerror))
        ) from error
    if len(secret) != SECRET_BYTES:
        raise StoreError(
            say(
                "{file} is damaged ({found} bytes, not {wanted}): put a copy of it back, or delete it and start again, "
                "which makes a new one.",
                file=str(path),
                found=len(secret),
                wanted=SECRET_BYTES,
            )
        )
    return secret


def _make_secret(path: Path) -> None:
    made = path.with_name(f"secret.{secrets.token_hex(4)}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    # A link is made whole or not at all, so a second process never reads half a secret; and what it leads to is on
    # the disk already, so neither does the start after a power cut.
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(made)
    made.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
