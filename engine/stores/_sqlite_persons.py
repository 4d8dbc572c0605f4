"""Persons as rows of a table. Each function that writes runs inside the writer's transaction."""

from __future__ import annotations

import sqlite3
from typing import Final

from engine.errors import Conflict
from engine.model import Person
from engine.stores._names import folded as folded

_NAMESAKE: Final = "SELECT 1 FROM persons WHERE platform = ? AND folded = ? AND platform_id <> ?"
_UPSERT: Final = """
    INSERT INTO persons (platform, platform_id, id, name, folded, seen)
    VALUES (?1, ?2, ?3, ?4, ?5,
        (SELECT coalesce(max(seen), 0) + 1 FROM persons WHERE platform = ?1 AND folded = ?5))
    ON CONFLICT (platform, platform_id) DO UPDATE
    SET name = excluded.name, folded = excluded.folded, seen = excluded.seen
    RETURNING id, platform, platform_id, name
"""
NAMED: Final = """
    SELECT id, platform, platform_id, name FROM persons WHERE platform = ? AND folded = ? ORDER BY seen DESC LIMIT 1
"""


def write(connection: sqlite3.Connection, person: Person, unique: bool) -> Person:
    """Make the person, or give the one that is known the new name.

    :raises Conflict: when the name must be unique and is not; nothing is written.
    """
    key = folded(person.name)
    if unique and connection.execute(_NAMESAKE, (person.platform, key, person.platform_id)).fetchone():
        raise Conflict(f"Another person of {person.platform} has the name {person.name!r}.")
    values = (person.platform, person.platform_id, person.id, person.name, key)
    return Person(*connection.execute(_UPSERT, values).fetchone())


def forget(connection: sqlite3.Connection, person_id: str) -> bool:
    """Erase the person's item from table and pages; ``False`` when there was none."""
    if not connection.execute("DELETE FROM persons WHERE id = ?", (person_id,)).rowcount:
        return False
    for table in _ABOUT_PEOPLE:
        _rewrite(connection, table)
    return True


_ABOUT_PEOPLE: Final = ("persons", "documents")


def _rewrite(connection: sqlite3.Connection, table: str) -> None:
    """Write a table anew on clean pages.

    ``secure_delete`` overwrites a deleted row and a freed page, but a page that was split keeps, in the space it has
    won, a copy of the rows that moved away.
    """
    for statement in (
        f"CREATE TEMP TABLE kept AS SELECT * FROM {table}",  # noqa: S608 - a name of ours
        f"DELETE FROM {table}",  # noqa: S608
        f"INSERT INTO {table} SELECT * FROM kept",  # noqa: S608
        "DROP TABLE kept",
    ):
        connection.execute(statement)
