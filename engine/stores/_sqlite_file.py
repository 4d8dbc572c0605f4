"""The database file: the checks before it is trusted, and its errors in the arena's words."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from engine.errors import StoreDamaged, StoreError, StoreFull
from engine.sentences import say
from engine.stores._locks import alone_in
from engine.stores._sqlite_schema import MIGRATIONS, SCHEMA_VERSION

APPLICATION_ID: Final = 0x4475656C  # “Duel”
BUSY_SECONDS: Final = 5.0
EMPTYING_SECONDS: Final = 1.0  # nobody writes meanwhile
MEMORY: Final = ":memory:"

DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FORBIDDEN: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM})
_OUTSIDE: Final = DAMAGE | LOCKED | _FORBIDDEN | {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_MAGIC: Final = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat2.html, 1.3
_NO_SPACE_BYTES: Final = 1 << 20


def open_writer(path: str) -> sqlite3.Connection:
    """A connection that writes durably, on a sound file with today's schema; makes file and folder when missing.

    :raises StoreDamaged: when the file is no sound database of ours; it is left as it is.
    :raises StoreError: when it cannot be opened, is locked, or was written by a newer version.
    """
    if path == MEMORY:
        return _connect(path)
    _prepare(Path(path))
    with alone_in(Path(path).parent):  # SQLite does not wait when two turn on the write-ahead log at once
        return _connect(path)


def open_reader(path: str, *, unshared: bool = False) -> sqlite3.Connection:
    """A read-only connection. ``unshared`` promises that nobody else has the file open: nothing is made beside it."""
    uri = f"{Path(path).absolute().as_uri()}?mode=ro{'&immutable=1' if unshared else ''}"
    return sqlite3.connect(uri, BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=True)


def empty_log(path: str) -> bool:
    """Move all of the write-ahead log into the file and cut it to nothing; ``False`` when somebody still reads there.

    The log holds old pages, with whatever has been deleted from them since
    (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
    """
    with closing(sqlite3.connect(path, EMPTYING_SECONDS, isolation_level=None)) as connection:
        try:
            return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise translated(error, path) from error


def is_outside(error: Exception) -> bool:
    """Whether the disk or another program is to blame, so that every operation would fail alike."""
    return isinstance(error, sqlite3.Error) and kind_of(error) in _OUTSIDE


def translated(error: sqlite3.Error, path: str) -> StoreError:
    """SQLite's error as one of ours, in a sentence that says what to do."""
    code = kind_of(error)
    if code in DAMAGE:
        return _damaged(path, str(error))
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path)):
        return StoreFull(
            say("No space is left for {file}: free some, and go on; nothing acknowledged was lost.", file=path)
        )
    if code in LOCKED:
        return StoreError(
            say(
                "Another program has kept {file} locked for {seconds:g} s: close it and try again.",
                file=path,
                seconds=BUSY_SECONDS,
            )
        )
    if code in _FORBIDDEN:
        return StoreError(
            say(
                "{file} cannot be written ({why}): check its permissions, or set ARENA_DATA_DIR.",
                file=path,
                why=str(error),
            )
        )
    return StoreError(say("{file}: {why}.", file=path, why=str(error)))


def kind_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF  # above it are details


def _connect(path: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _configure(connection)
            _migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise translated(error, path) from error
    return connection


def _prepare(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The log first: another process that is making the file fills the file before its log.
        logged, size = _size(_log_of(path)), _size(path)
    except OSError as error:
        raise StoreError(
            say(
                "{folder} cannot be made or read ({why}): check its permissions, or set ARENA_DATA_DIR.",
                folder=str(path.parent),
                why=str(error.strerror),
            )
        ) from error
    if path.is_dir():
        raise StoreError(
            say("{file} is a folder and cannot be the database: move it away, or set ARENA_DATA_DIR.", file=str(path))
        )
    if size:
        inspect(path)
    elif logged:
        # SQLite would take the file for a new one and delete the log beside it.
        raise _damaged(str(path), say("it is empty, but its write-ahead log is not"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def inspect(path: Path) -> None:
    """Look at the file without a way to change it: a read-only connection neither recovers nor checkpoints.

    :raises StoreDamaged: when it is no sound database of ours. :raises StoreError: when it cannot be read.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            # A log beside it may hold every page, and SQLite would then serve those over the damage.
            raise _damaged(str(path), say("it does not start as an SQLite file does"))
    # Whoever has it open keeps a log beside it, and so does whoever was killed.
    unshared = not _log_of(path).exists()
    try:
        with closing(open_reader(str(path), unshared=unshared)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            used = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if application != APPLICATION_ID and (application or used):
                raise _damaged(str(path), say("it belongs to another program"))
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise translated(error, str(path)) from error
    if verdict != "ok":
        raise _damaged(str(path), verdict.splitlines()[-1])


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, not only unlinked
    connection.execute("PRAGMA temp_store = MEMORY")  # names stand in no other file
    connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")


def _migrate(connection: sqlite3.Connection, path: str) -> None:
    """Bring the schema to today's, once, however many processes open the file at the same time."""
    if _version(connection, path) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    for script in MIGRATIONS[_version(connection, path) :]:
        for statement in filter(str.strip, script.split(";")):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: str) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise StoreError(
            say(
                "A newer version of the arena wrote {file} (schema {version}; this one knows {known}):"
                " install that version, or set ARENA_DATA_DIR to another folder.",
                file=path,
                version=version,
                known=SCHEMA_VERSION,
            )
        )
    return version


def _damaged(path: str, why: str) -> StoreDamaged:
    return StoreDamaged(
        say(
            "{file} is not a sound database of the arena ({why}); it was left as it is:"
            " move it away or restore a backup, or set ARENA_DATA_DIR to another folder.",
            file=path,
            why=why,
        )
    )


def _log_of(path: Path) -> Path:
    return Path(f"{path}-wal")


def _is_full(path: str) -> bool:
    try:
        return shutil.disk_usage(Path(path).parent).free < _NO_SPACE_BYTES
    except OSError:
        return False
