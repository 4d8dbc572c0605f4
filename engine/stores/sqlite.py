"""The store of the embedded arena: one SQLite file, written by one thread.

Durable means flushed: ``journal_mode=WAL`` and ``synchronous=FULL``. Several processes may open the same file.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from engine.codec import decode_entry, dumps, encode_entry, loads, seal_from_json, seal_to_json
from engine.errors import CorruptLog
from engine.model import Community, Document, Entry, Head, Lease, Person, Player, Seal, Seat, Shown, Status
from engine.ports import Change, PairCount, Stored
from engine.stores import _sqlite_archive as archive
from engine.stores import _sqlite_documents as documents
from engine.stores import _sqlite_heads as heads
from engine.stores import _sqlite_mirror as mirror
from engine.stores import _sqlite_persons as persons
from engine.stores._names import folded
from engine.stores._sqlite_file import MEMORY, empty_log, inspect, open_reader, open_writer, translated
from engine.stores._sqlite_writer import Writer

T = TypeVar("T")

log = logging.getLogger(__name__)

_LAST: Final = "\U0010ffff"  # sorts after every character that an id can go on with

_EVER: Final = 2**62

_DECODED_AT_ONCE: Final = 100  # about a millisecond, then others have their turn


class SqliteStore:
    """Fulfils :class:`engine.ports.Store` and :class:`engine.ports.Archive`.

    Writes are handed to the writer's thread. Reads run where they are asked for, on a connection of their own: each
    is a short range of an index, mostly in memory, and costs less than a change of threads would. A write-ahead log
    never makes a reader wait. A database in memory has one connection, so there the writer's thread reads as well.
    """

    def __init__(self, writer: Writer, reader: sqlite3.Connection | None, path: str) -> None:
        self._writer = writer
        self._reader = reader
        self._path = path

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Open the file, and make it and its folder when missing; ``":memory:"`` is a store that ends with this one.

        Blocks while the file is checked, about two seconds a gigabyte. Needs no running loop.

        :raises StoreDamaged: when the file is no sound database of the arena; it is left as it is.
        :raises StoreError: when it cannot be opened, is locked, or a newer version wrote it.
        """
        path = str(path)
        connection = open_writer(path)
        reader = None if path == MEMORY else open_reader(path)
        return cls(Writer(connection, path), reader, path)

    @staticmethod
    def check(path: str | Path) -> None:
        """Look whether a file is a sound database of the arena, and change nothing. :raises StoreError: if not."""
        inspect(Path(path))

    async def create(self, head: Head, entry: Entry) -> bool:
        """See :meth:`engine.ports.Store.create`."""
        return await self._write(lambda connection: heads.create(connection, head, entry))

    async def append(self, duel_id: str, entry: Entry) -> None:
        """See :meth:`engine.ports.Store.append`."""
        await self._writer.append((duel_id, entry.number, encode_entry(entry)))

    async def append_all(self, duel_id: str, entries: Sequence[Entry]) -> None:
        """See :meth:`engine.ports.Store.append_all`."""
        rows = [(duel_id, entry.number, encode_entry(entry)) for entry in entries]
        await self._writer.append_all(rows)

    async def entries(self, duel_id: str, after: int = -1, *, newest: bool = False) -> list[Entry]:  # noqa: ARG002
        """See :meth:`engine.ports.Store.entries`."""
        query = "SELECT body FROM entries WHERE duel_id = ? AND number > ? ORDER BY number"
        rows = await self._read(query, duel_id, after)
        log: list[Entry] = []
        while len(log) < len(rows):
            log += [decode_entry(body) for (body,) in rows[len(log) : len(log) + _DECODED_AT_ONCE]]
            await asyncio.sleep(0)
        return log

    async def head(self, duel_id: str) -> Head | None:
        """See :meth:`engine.ports.Store.head`."""
        rows = await self._read(f"SELECT {heads.COLUMNS} FROM heads WHERE duel_id = ?", duel_id)  # noqa: S608
        return heads.read(rows[0]) if rows else None

    async def update(self, head: Head) -> Head:
        """See :meth:`engine.ports.Store.update`."""
        return replace(head, version=await self._write(lambda connection: heads.update(connection, head)))

    async def show(self, duel_id: str, shown: Shown) -> None:
        """See :meth:`engine.ports.Store.show`."""
        await self._write(lambda connection: heads.show(connection, duel_id, shown))

    async def unshown(self, platform: str) -> list[str]:
        """See :meth:`engine.ports.Store.unshown`."""
        query = "SELECT duel_id FROM heads WHERE unshown = ? ORDER BY created_ms"
        return [duel_id for (duel_id,) in await self._read(query, platform)]

    async def claim(self, duel_id: str, lease: Lease, now_ms: int) -> Head | None:
        """See :meth:`engine.ports.Store.claim`."""
        return await self._write(lambda connection: heads.claim(connection, duel_id, lease, now_ms))

    async def release(self, workers: Sequence[str]) -> int:
        """See :meth:`engine.ports.Store.release`."""
        return await self._write(lambda connection: heads.release(connection, workers))

    async def finish(self, head: Head, counts: Sequence[PairCount] = ()) -> bool:
        """See :meth:`engine.ports.Store.finish`."""
        return await self._write(lambda connection: heads.finish(connection, head, counts))

    async def rule(self, head: Head, entries: Sequence[Entry], counts: Sequence[PairCount]) -> Head:
        """See :meth:`engine.ports.Store.rule`."""
        version = await self._write(lambda connection: heads.rule(connection, head, entries, counts))
        return replace(head, version=version)

    async def put_seal(self, duel_id: str, seal: Seal) -> Seal:
        """See :meth:`engine.ports.Store.put_seal`."""
        key, body = (duel_id, seal.entry, seal.seat), dumps(seal_to_json(seal))

        def put(connection: sqlite3.Connection) -> str:
            insert = "INSERT INTO seals (duel_id, entry, seat, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            connection.execute(insert, (*key, body))
            query = "SELECT body FROM seals WHERE duel_id = ? AND entry = ? AND seat = ?"
            return str(connection.execute(query, key).fetchone()[0])

        return seal_from_json(loads(await self._write(put)))

    async def seals(self, duel_id: str, entry: int) -> dict[Seat, Seal]:
        """See :meth:`engine.ports.Store.seals`."""
        rows = await self._read("SELECT body FROM seals WHERE duel_id = ? AND entry = ?", duel_id, entry)
        return {seal.seat: seal for (body,) in rows for seal in [seal_from_json(loads(body))]}

    async def due(self, now_ms: int, limit: int = 100) -> list[str]:
        """See :meth:`engine.ports.Store.due`."""
        query = "SELECT duel_id FROM heads WHERE wake_at_ms <= ? ORDER BY wake_at_ms LIMIT ?"
        return [duel_id for (duel_id,) in await self._read(query, now_ms, limit)]

    async def unfinished(self) -> list[str]:
        """See :meth:`engine.ports.Store.unfinished`."""
        query = "SELECT duel_id FROM heads WHERE status IN ('live', 'waiting') ORDER BY created_ms"
        return [duel_id for (duel_id,) in await self._read(query)]

    async def duels(
        self, community: Community, status: Status | None = None, before_ms: int | None = None, limit: int = 25
    ) -> list[Head]:
        """See :meth:`engine.ports.Store.duels`."""
        conditions: list[tuple[str, Any]] = [("community = ?", str(community))]
        if status is not None:
            conditions.append(("status = ?", status))
        if before_ms is not None:
            conditions.append(("created_ms < ?", before_ms))
        where = " AND ".join(condition for condition, _ in conditions)
        query = f"SELECT {heads.COLUMNS} FROM heads WHERE {where} ORDER BY created_ms DESC, duel_id LIMIT ?"  # noqa: S608
        return self._heads(await self._read(query, *(value for _, value in conditions), limit))

    async def duels_starting(self, community: Community, prefix: str, limit: int) -> list[Head]:
        """See :meth:`engine.ports.Store.duels_starting`."""
        query = f"""
            SELECT {heads.COLUMNS} FROM heads
            WHERE community = ? AND duel_id >= ? AND duel_id < ? ORDER BY duel_id LIMIT ?
        """  # noqa: S608 - names of columns, no input
        return self._heads(await self._read(query, str(community), prefix, prefix + _LAST, limit))

    async def seated(self, community: Community, player: Player) -> list[Head]:
        """See :meth:`engine.ports.Store.seated`."""
        query = f"""
            SELECT {heads.COLUMNS} FROM heads
            WHERE community = ? AND status IN ('live', 'waiting', 'adjourned') AND instr(terms, ?)
            ORDER BY created_ms DESC
        """  # noqa: S608 - names of columns, no input
        found = self._heads(await self._read(query, str(community), dumps(str(player))))
        return [head for head in found if player in head.terms.players.values()]

    async def history(self, player: Player, before_ms: int | None = None, limit: int = 25) -> list[Head]:
        """See :meth:`engine.ports.Store.history`."""
        query = f"""
            SELECT {heads.QUALIFIED} FROM played JOIN heads ON heads.duel_id = played.duel_id
            WHERE played.player = ? AND played.created_ms < ?
            ORDER BY played.created_ms DESC, played.duel_id LIMIT ?
        """  # noqa: S608 - names of columns, no input
        return self._heads(await self._read(query, str(player), _EVER if before_ms is None else before_ms, limit))

    @staticmethod
    def _heads(rows: Sequence[Any]) -> list[Head]:
        """Heads from rows; one that cannot be read is left out and logged, so that it hides no other."""
        found = []
        for row in rows:
            try:
                found.append(heads.read(row))
            except CorruptLog:
                log.exception("the head of duel %s cannot be read", row[0])
        return found

    async def document(
        self,
        community: Community,
        kind: str,
        key: str,
        *,
        newest: bool = False,  # noqa: ARG002 - it is
    ) -> Document | None:
        """See :meth:`engine.ports.Store.document`."""
        where = "community = ? AND kind = ? AND key = ?"
        rows = await self._document_rows(where, str(community), kind, key)
        return documents.read(rows[0]) if rows else None

    async def put_document(self, document: Document) -> Document:
        """See :meth:`engine.ports.Store.put_document`."""
        await self._write(lambda connection: documents.put(connection, document))
        return replace(document, version=document.version + 1)

    async def delete_document(self, document: Document) -> None:
        """See :meth:`engine.ports.Store.delete_document`."""
        await self._write(lambda connection: documents.delete(connection, document))

    async def documents(
        self, community: Community, kind: str, limit: int = 100, *, whole: bool = False
    ) -> list[Document]:
        """See :meth:`engine.ports.Store.documents`."""
        where = "community = ? AND kind = ? ORDER BY key LIMIT ?"
        rows = await self._document_rows(where, str(community), kind, limit)
        return list(map(documents.read, rows)) if whole else documents.read_all(rows)

    async def last_documents(
        self, community: Community, kind: str, limit: int = 100, before: str | None = None
    ) -> list[Document]:
        """See :meth:`engine.ports.Store.last_documents`."""
        below, values = ("", ()) if before is None else ("AND key < ? ", (before,))
        where = f"community = ? AND kind = ? {below}ORDER BY key DESC LIMIT ?"
        return documents.read_all(await self._document_rows(where, str(community), kind, *values, limit))

    async def due_documents(self, kind: str, now_ms: int, limit: int = 100) -> list[Document]:
        """See :meth:`engine.ports.Store.due_documents`."""
        where = "kind = ? AND wake_at_ms <= ? ORDER BY wake_at_ms LIMIT ?"
        return documents.read_all(await self._document_rows(where, kind, now_ms, limit))

    async def _document_rows(self, where: str, *values: Any) -> list[Any]:
        return await self._read(f"SELECT {documents.COLUMNS} FROM documents WHERE {where}", *values)  # noqa: S608

    async def pair_counts(self, ladder: str) -> list[PairCount]:
        """See :meth:`engine.ports.Store.pair_counts`."""
        query = f"SELECT {heads.PAIR_COLUMNS} FROM pair_counts WHERE ladder = ?"  # noqa: S608 - names of columns
        return [heads.pair_count(row) for row in await self._read(query, ladder)]

    async def person(self, platform: str, platform_id: str, name: str, new_id: str, *, unique: bool = False) -> Person:
        """See :meth:`engine.ports.Store.person`."""
        person = Person(new_id, platform, platform_id, name)
        return await self._write(lambda connection: persons.write(connection, person, unique))

    async def person_of(self, platform: str, platform_id: str) -> Person | None:
        """See :meth:`engine.ports.Store.person_of`."""
        query = "SELECT id, platform, platform_id, name FROM persons WHERE platform = ? AND platform_id = ?"
        rows = await self._read(query, platform, platform_id)
        return Person(*rows[0]) if rows else None

    async def person_named(self, platform: str, name: str) -> Person | None:
        """See :meth:`engine.ports.Store.person_named`."""
        rows = await self._read(persons.NAMED, platform, folded(name))
        return Person(*rows[0]) if rows else None

    async def people(self, ids: Sequence[str]) -> Mapping[str, Person]:
        """See :meth:`engine.ports.Store.people`."""
        marks = ", ".join("?" * len(ids))
        query = f"SELECT id, platform, platform_id, name FROM persons WHERE id IN ({marks})"  # noqa: S608
        return {row[0]: Person(*row) for row in await self._read(query, *ids)}

    async def forget(self, person_id: str) -> bool:
        """See :meth:`engine.ports.Store.forget`. The bytes are gone too: from the file's free space and from its log.

        A repeated call empties the log again, in case a crash came between the two.
        """
        known = await self._write(lambda connection: persons.forget(connection, person_id))
        await self._empty_log()
        return known

    async def _empty_log(self) -> None:
        if self._reader is not None and not await asyncio.to_thread(empty_log, self._path):
            log.warning(
                "the log of %s is being read elsewhere: what was erased leaves it with a later checkpoint", self._path
            )

    def records(self, after: str = "") -> AsyncIterator[Stored]:
        """See :meth:`engine.ports.Archive.records`."""
        return archive.records(self._read, after)

    async def restore(self, records: Sequence[Stored]) -> int:
        """See :meth:`engine.ports.Archive.restore`. All of them or none."""
        return await self._write(lambda connection: archive.restore(connection, records))

    async def current(self, records: Sequence[Stored]) -> list[Stored | None]:
        """See :meth:`engine.ports.Archive.current`."""
        return await archive.current(self._read, records)

    async def take_over(self, changes: Sequence[Change], mark: Document) -> Document:
        """See :meth:`engine.ports.Mirrored.take_over`."""
        if await self._write(lambda connection: mirror.take_over(connection, changes, mark)):
            await self._empty_log()
        return replace(mark, version=mark.version + 1)

    async def close(self) -> None:
        """See :meth:`engine.ports.Store.close`. May be called twice."""
        if self._reader is not None:
            # First: whoever closes last moves the log into the file, and a reader cannot.
            self._reader.close()
        await asyncio.to_thread(self._writer.close)

    async def _write(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        return await self._writer.run(operation)

    async def _read(self, query: str, *values: Any) -> list[Any]:
        if self._reader is None:
            return await self._write(lambda connection: connection.execute(query, values).fetchall())
        try:
            return self._reader.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise translated(error, self._path) from error
