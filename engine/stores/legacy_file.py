"""The predecessor's database file, read without leaving a trace in or beside it."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Self

from engine.errors import StoreDamaged, StoreError
from engine.sentences import say
from engine.stores._sqlite_file import BUSY_SECONDS, DAMAGE, LOCKED, kind_of, open_reader

GAMES: Final = "games"
USERS: Final = "users"

_MAGIC: Final = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat2.html, 1.3
_WAL: Final = b"\2\2"  # the read and write versions, at offset 18
_AT_ONCE: Final = 50


class LegacyFile:
    """The rows of an open file. Close it when done."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """:raises StoreError: when the file is missing, locked, damaged, or no database of the predecessor."""
        try:
            header = _header(path)
        except OSError as error:
            raise StoreError(say("{file} cannot be read ({why}).", file=str(path), why=str(error.strerror))) from error
        if header[: len(_MAGIC)] != _MAGIC:
            raise StoreDamaged(say("{file} is no SQLite database: give the predecessor's .db file.", file=str(path)))
        # With a write-ahead log SQLite would make files beside it, unless nobody else has it open: then there is none.
        unshared = header[18:20] == _WAL and not Path(f"{path}-wal").exists()
        with _reading(path):
            connection = open_reader(str(path), unshared=unshared)
            try:
                opened = cls(connection, path)
                opened._check()
            except BaseException:
                connection.close()
                raise
        return opened

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def count(self) -> int:
        """How many games there are."""
        with _reading(self._path):
            return int(self._connection.execute(f"SELECT count(*) FROM {GAMES}").fetchone()[0])  # noqa: S608

    def games(self) -> Iterator[Mapping[str, Any]]:
        """Every row of the games, in the order of the file. :raises StoreError: when it cannot be read to its end."""
        return self._rows(GAMES)

    def users(self) -> Iterator[Mapping[str, Any]]:
        """Every row of the users; none when there is no such table."""
        return self._rows(USERS) if USERS in self._tables() else iter(())

    def _check(self) -> None:
        self._connection.text_factory = _text
        verdict = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise _damaged(self._path, str(verdict).splitlines()[-1])
        if GAMES not in self._tables():
            raise StoreError(
                say(
                    "{file} has no table “{table}”: it is no database of the predecessor.",
                    file=str(self._path),
                    table=GAMES,
                )
            )

    def _tables(self) -> set[str]:
        found = self._connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        return {str(name) for (name,) in found}

    def _rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        with _reading(self._path), closing(self._connection.execute(f"SELECT * FROM {table}")) as cursor:  # noqa: S608
            names = [str(column[0]) for column in cursor.description]
            while rows := cursor.fetchmany(_AT_ONCE):
                for row in rows:
                    yield dict(zip(names, row, strict=True))


def _header(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        return b""  # a pipe would be waited for, for ever
    with path.open("rb") as file:
        return file.read(20)


def _text(value: bytes) -> str | bytes:
    """A text as it is meant; what is no UTF-8 stays bytes, so that nothing of it is lost."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """SQLite's errors as one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        kind = kind_of(error)
        if kind in DAMAGE:
            raise _damaged(path, str(error)) from error
        if kind in LOCKED:
            raise StoreError(
                say(
                    "Another program has kept {file} locked for {seconds:g} s: close it and try again.",
                    file=str(path),
                    seconds=BUSY_SECONDS,
                )
            ) from error
        raise StoreError(
            say(
                "{file} cannot be read ({why}): stop the predecessor, open the file once with sqlite3, and try again.",
                file=str(path),
                why=str(error),
            )
        ) from error


def _damaged(path: Path, why: str) -> StoreDamaged:
    return StoreDamaged(
        say(
            "{file} is damaged ({why}): save what can be saved with “sqlite3 {file} .recover”, and import that.",
            file=str(path),
            why=why,
        )
    )
