"""Another store's changes as rows. Runs inside the writer's transaction, so that the mark moves with what it marks."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from engine.codec import dumps, loads, reading, shown_from_json
from engine.model import Document
from engine.ports import Change
from engine.ports.archive import DUEL, LATER, MIGRATION, NAMED, SHOWN
from engine.stores import _sqlite_archive as archive
from engine.stores import _sqlite_documents as documents
from engine.stores import _sqlite_heads as heads
from engine.stores import _sqlite_persons as persons

_PERSON: Final = "person"


def take_over(connection: sqlite3.Connection, changes: Sequence[Change], mark: Document) -> bool:
    """Make the changes and write the mark; whether something was erased. Whatever it raises, nothing is written."""
    connection.execute("SAVEPOINT mirror")
    try:
        documents.put(connection, mark)
        erased = [_read(connection, change) for change in changes]
    except BaseException:
        connection.execute("ROLLBACK TO mirror")
        raise
    finally:
        connection.execute("RELEASE mirror")
    return any(erased)


def _read(connection: sqlite3.Connection, change: Change) -> bool:
    with reading(f"a {change.kind}"):
        return _make(connection, change)


def _make(connection: sqlite3.Connection, change: Change) -> bool:
    """Make one; whether a person was erased."""
    key = loads(change.key)
    if change.kind == SHOWN:
        _show(connection, key, change.body)
    elif change.kind == NAMED:
        _name(connection, key, change.body)
    elif change.kind == _PERSON and change.body is None:
        return persons.forget(connection, _id_of(connection, key))
    elif change.whole or change.kind not in (DUEL, _PERSON):
        _replace(connection, change, key)
    elif change.kind == DUEL:
        _head(connection, change, key)
    else:
        _person(connection, change, key)
    return False


def _replace(connection: sqlite3.Connection, change: Change, key: Sequence[Any]) -> None:
    table = archive.TABLES[change.kind]
    names = ", ".join(table.key)
    connection.execute(f"DELETE FROM {table.name} WHERE ({names}) = ({table.marks})", key)  # noqa: S608 - ours
    if change.body is not None:
        table.insert(connection, key, change.body)


def _head(connection: sqlite3.Connection, change: Change, key: Sequence[Any]) -> None:
    """The head's new row, with what was shown of it before."""
    row = connection.execute("SELECT shown, unshown FROM heads WHERE duel_id = ?", key).fetchone()
    _replace(connection, change, key)
    if row is not None and change.body is not None:
        connection.execute("UPDATE heads SET shown = ?, unshown = ? WHERE duel_id = ?", (*row, *key))
    elif (shown := _kept(connection, SHOWN, change.key)) is not None:
        _show(connection, key, shown)


def _show(connection: sqlite3.Connection, key: Sequence[Any], body: str | None) -> None:
    if body is None:
        return
    if connection.execute("SELECT 1 FROM heads WHERE duel_id = ?", key).fetchone():
        heads.show(connection, key[0], shown_from_json(loads(body)))
        _drop(connection, SHOWN, dumps(list(key)))
    else:
        _keep(connection, SHOWN, dumps(list(key)), body)


def _person(connection: sqlite3.Connection, change: Change, key: Sequence[Any]) -> None:
    """Under a new name, in the order that is known of it; a further account of one id cannot be."""
    assert change.body is not None  # noqa: S101 - the caller has looked
    body, (platform, platform_id) = loads(change.body), key
    known = connection.execute("SELECT folded, seen FROM persons WHERE id = ?", (body["id"],)).fetchone()
    connection.execute("DELETE FROM persons WHERE id = ? OR (platform, platform_id) = (?, ?)", (body["id"], *key))
    folded = persons.folded(body["name"])
    kept = _kept(connection, NAMED, _digest(platform, folded, body["id"]))
    seen = loads(kept)["seen"] if kept else known[1] if known and known[0] == folded else 1
    row = dumps({"id": body["id"], "name": body["name"], "seen": seen})
    archive.TABLES[_PERSON].insert(connection, [platform, platform_id], row)


def _name(connection: sqlite3.Connection, key: Sequence[Any], body: str | None) -> None:
    """Kept beside the person, whose own change may come before it or after it."""
    name = _digest(*key)
    if body is None:
        _drop(connection, NAMED, name)
        return
    platform, folded, person_id = key
    _keep(connection, NAMED, name, body)
    values = (loads(body)["seen"], person_id, platform, folded)
    connection.execute("UPDATE persons SET seen = ? WHERE id = ? AND platform = ? AND folded = ?", values)


def _digest(*named: str) -> str:
    """What a name is kept under: nobody would erase the name itself from there."""
    return hashlib.sha256(dumps(list(named)).encode("utf-8", "surrogatepass")).hexdigest()


def _id_of(connection: sqlite3.Connection, key: Sequence[Any]) -> str:
    found = connection.execute("SELECT id FROM persons WHERE (platform, platform_id) = (?, ?)", key).fetchone()
    return str(found[0]) if found else ""


def _keep(connection: sqlite3.Connection, kind: str, key: str, body: str) -> None:
    connection.execute(
        "INSERT INTO documents (community, kind, key, body, version) VALUES (?, ?, ?, ?, 1) "
        "ON CONFLICT DO UPDATE SET body = excluded.body",
        (str(MIGRATION), LATER, f"{kind} {key}", body),
    )


def _kept(connection: sqlite3.Connection, kind: str, key: str) -> str | None:
    query = "SELECT body FROM documents WHERE community = ? AND kind = ? AND key = ?"
    found = connection.execute(query, (str(MIGRATION), LATER, f"{kind} {key}")).fetchone()
    return str(found[0]) if found else None


def _drop(connection: sqlite3.Connection, kind: str, key: str) -> None:
    where = (str(MIGRATION), LATER, f"{kind} {key}")
    connection.execute("DELETE FROM documents WHERE community = ? AND kind = ? AND key = ?", where)
