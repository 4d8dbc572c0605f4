"""Documents as rows of a table. Each function that writes runs inside the writer's transaction."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from engine.codec import community_from_text, document_from_json, document_to_json, dumps, loads, reading
from engine.errors import Conflict, CorruptLog
from engine.model import Document

log = logging.getLogger(__name__)

COLUMNS: Final = "community, kind, key, body, version, wake_at_ms"

_INSERT: Final = f"INSERT INTO documents ({COLUMNS}) VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT DO NOTHING"  # noqa: S608
_UPDATE: Final = """
    UPDATE documents SET body = ?, version = version + 1, wake_at_ms = ?
    WHERE community = ? AND kind = ? AND key = ? AND version = ?
"""
_DELETE: Final = "DELETE FROM documents WHERE community = ? AND kind = ? AND key = ? AND version = ?"
_EXISTS: Final = "SELECT 1 FROM documents WHERE community = ? AND kind = ? AND key = ?"


def read(row: Sequence[Any]) -> Document:
    """A document from a row of ``COLUMNS``. :raises CorruptLog: when the row holds nonsense."""
    community, kind, key, body, version, wake_at_ms = row
    with reading("a document"):
        return Document(community_from_text(community), kind, key, document_from_json(loads(body)), version, wake_at_ms)


def read_all(rows: Sequence[Sequence[Any]]) -> list[Document]:
    """Documents from rows; one that cannot be read is left out and logged, so that it hides no other."""
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except CorruptLog:
            log.exception("the %s %s of %s cannot be read", row[1], row[2], row[0])
    return found


def put(connection: sqlite3.Connection, document: Document) -> None:
    """Write the next version. :raises Conflict: when the stored one is another than the document's."""
    body = dumps(document_to_json(document.body))
    if document.version == 0:
        written = connection.execute(_INSERT, (*_key(document), body, document.wake_at_ms))
    else:
        written = connection.execute(_UPDATE, (body, document.wake_at_ms, *_key(document), document.version))
    if not written.rowcount:
        raise _conflict(document)


def delete(connection: sqlite3.Connection, document: Document) -> None:
    """Delete that version. :raises Conflict: when there is another one."""
    if connection.execute(_DELETE, (*_key(document), document.version)).rowcount:
        return
    if connection.execute(_EXISTS, _key(document)).fetchone():
        raise _conflict(document)


def _key(document: Document) -> tuple[str, str, str]:
    return str(document.community), document.kind, document.key


def _conflict(document: Document) -> Conflict:
    return Conflict(f"Version {document.version} of {document.kind} {document.key} is not the stored one.")
