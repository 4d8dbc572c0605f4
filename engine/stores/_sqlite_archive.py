"""Everything in the file as records, and records as rows. Restoring runs inside the writer's transaction."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.codec import dumps, head_from_json, head_to_json, loads, reading
from engine.ports import PairCount, Stored
from engine.ports.archive import KINDS, MIGRATION
from engine.ports.counts import FIGURES
from engine.stores import _sqlite_heads as heads
from engine.stores._archives import another, foreign_cursor
from engine.stores._names import folded

Read = Callable[..., Awaitable[list[Any]]]
Row = Sequence[Any]

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Table:
    """How one kind of record stands in the file.

    ``key`` and ``columns`` are those of the record's name and body; ``body`` makes the body of the columns' values,
    and ``insert`` writes a row of key and body.
    """

    name: str
    key: tuple[str, ...]
    columns: str
    body: Callable[[Row], str]
    insert: Callable[[sqlite3.Connection, Row, str], object]
    where: str = "1"

    @property
    def select(self) -> str:
        """The key's columns, then the body's."""
        return f"SELECT {', '.join(self.key)}, {self.columns} FROM {self.name} WHERE {self.where}"  # noqa: S608

    @property
    def marks(self) -> str:
        """A question mark a column of the key."""
        return ", ".join("?" * len(self.key))

    def of(self, kind: str, row: Row) -> Stored:
        """The record of a row."""
        key = list(row[: len(self.key)])
        return Stored(kind, dumps(key), self.body(row[len(self.key) :]), dumps([kind, *key]))


async def records(read: Read, after: str) -> AsyncIterator[Stored]:
    """Every record after a cursor, table by table. :raises BadOption: for what is no cursor of such a file."""
    kind, *key = _place(after)
    for name in KINDS[KINDS.index(kind) :]:
        async for record in _of_table(read, name, key):
            yield record
        key = []


def _place(after: str) -> list[Any]:
    try:
        place = json.loads(after) if after else [KINDS[0]]
        if len(place) - 1 in (0, len(TABLES[place[0]].key)):
            return list(place)
    except (ValueError, TypeError, LookupError):
        pass
    raise foreign_cursor()


async def _of_table(read: Read, kind: str, key: list[Any]) -> AsyncIterator[Stored]:
    table = TABLES[kind]
    names = ", ".join(table.key)
    while True:
        after = f" AND ({names}) > ({table.marks})" if key else ""
        rows = await read(f"{table.select}{after} ORDER BY {names} LIMIT {_PAGE}", *key)
        for row in rows:
            yield table.of(kind, row)
        if len(rows) < _PAGE:
            return
        key = list(rows[-1][: len(table.key)])
        await asyncio.sleep(0)


def restore(connection: sqlite3.Connection, wanted: Sequence[Stored]) -> int:
    """Write those that are missing; how many. :raises Conflict: and nothing is written, when one is another."""
    missing = [record for record in dict.fromkeys(wanted) if not _is_there(connection, record)]
    for record in missing:
        with reading(f"a {record.kind}"):
            TABLES[record.kind].insert(connection, loads(record.key), record.body)
    return len(missing)


async def current(read: Read, wanted: Sequence[Stored]) -> list[Stored | None]:
    """Each record as it stands now."""
    found: list[Stored | None] = []
    for record in wanted:
        table = TABLES[record.kind]
        same = f"{table.select} AND ({', '.join(table.key)}) = ({table.marks})"
        rows = await read(same, *loads(record.key))
        found.append(table.of(record.kind, rows[0]) if rows else None)
    return found


def _is_there(connection: sqlite3.Connection, record: Stored) -> bool:
    table = TABLES[record.kind]
    same = f"{table.select} AND ({', '.join(table.key)}) = ({table.marks})"
    row = connection.execute(same, loads(record.key)).fetchone()
    if row is not None and table.of(record.kind, row) != record:
        raise another(record)
    return row is not None


def _inserting(table: str, columns: str) -> str:
    marks = ", ".join("?" * len(columns.split(", ")))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of ours


def _head_body(row: Row) -> str:
    return dumps(head_to_json(heads.read(row)))


def _person(connection: sqlite3.Connection, key: Row, written: str) -> None:
    body = loads(written)
    values = (*key, body["id"], body["name"], folded(body["name"]), body["seen"])
    connection.execute(_inserting("persons", "platform, platform_id, id, name, folded, seen"), values)


def _pair_count(connection: sqlite3.Connection, key: Row, written: str) -> None:
    row = PairCount.of(key[0], key[1], key[2], loads(written))
    connection.execute(_inserting("pair_counts", heads.PAIR_COLUMNS), (*key, *row.figures))


def _document(connection: sqlite3.Connection, key: Row, written: str) -> None:
    body = loads(written)
    values = (*key, body["body"], body["version"], body["wake_at_ms"])
    connection.execute(_inserting("documents", "community, kind, key, body, version, wake_at_ms"), values)


def _played(connection: sqlite3.Connection, key: Row, _: str) -> None:
    connection.execute(_inserting("played", "player, created_ms, duel_id"), key)


def _seal(connection: sqlite3.Connection, key: Row, body: str) -> None:
    connection.execute(_inserting("seals", "duel_id, entry, seat, body"), (*key, body))


def _entry(connection: sqlite3.Connection, key: Row, body: str) -> None:
    connection.execute(_inserting("entries", "duel_id, number, body"), (*key, body))


def _duel(connection: sqlite3.Connection, _: Row, body: str) -> None:
    heads.insert(connection, head_from_json(loads(body)))


def _text(row: Row) -> str:
    return str(row[0])


def _named(*names: str) -> Callable[[Row], str]:
    return lambda row: dumps(dict(zip(names, row, strict=True)))


TABLES: Final[Mapping[str, Table]] = {
    "person": Table("persons", ("platform", "platform_id"), "id, name, seen", _named("id", "name", "seen"), _person),
    "pair-count": Table(
        "pair_counts",
        ("ladder", "first", "second"),
        ", ".join(FIGURES),
        _named(*FIGURES),
        _pair_count,
    ),
    "document": Table(
        "documents",
        ("community", "kind", "key"),
        "body, version, wake_at_ms",
        _named("body", "version", "wake_at_ms"),
        _document,
        f"community <> '{MIGRATION}'",
    ),
    "played": Table("played", ("player", "created_ms", "duel_id"), "1", lambda _: "{}", _played),
    "seal": Table("seals", ("duel_id", "entry", "seat"), "body", _text, _seal),
    "entry": Table("entries", ("duel_id", "number"), "body", _text, _entry),
    "duel": Table("heads", ("duel_id",), heads.COLUMNS, _head_body, _duel),
}
