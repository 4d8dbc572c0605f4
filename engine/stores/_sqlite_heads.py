"""Heads as rows of a table, so that a condition on a head is a condition of one SQL statement.

Each function here runs inside the writer's transaction: it decides with its first statement, and changes nothing
when it refuses.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from engine.codec import (
    community_from_text,
    dumps,
    encode_entry,
    loads,
    outcome_from_json,
    outcome_to_json,
    reading,
    shown_from_json,
    shown_to_json,
    terms_from_json,
    terms_to_json,
)
from engine.errors import Conflict
from engine.model import Community, Entry, Head, Lease, Seat, Shown, Status, Terms
from engine.ports import PairCount
from engine.ports.counts import FIGURES

_NAMES: Final = (
    "status",
    "version",
    "lease_worker",
    "lease_until_ms",
    "waiting_for",
    "deadline_ms",
    "outcome",
    "plies",
    "ended_ms",
)
COLUMNS: Final = ", ".join(("duel_id", "terms", "created_ms", *_NAMES, "shown"))
QUALIFIED: Final = ", ".join(f"heads.{name}" for name in COLUMNS.split(", "))

_CREATE: Final = f"""
    INSERT INTO heads (duel_id, terms, created_ms, {", ".join(_NAMES)}, shown, unshown, community, wake_at_ms)
    VALUES (?, ?, ?{", ?" * len(_NAMES)}, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of columns, no input
_UPDATE: Final = f"""
    UPDATE heads SET {", ".join(f"{name} = ?" for name in _NAMES)}, terms = ?, wake_at_ms = ?
    WHERE duel_id = ? AND version = ?
"""  # noqa: S608
_CLAIM: Final = f"""
    UPDATE heads SET lease_worker = ?1, lease_until_ms = ?2, wake_at_ms = ?2, version = version + 1
    WHERE duel_id = ?3 AND status = 'live'
        AND (lease_worker IS NULL OR lease_worker = ?1 OR lease_until_ms <= ?4)
    RETURNING {COLUMNS}
"""  # noqa: S608
_FINISH: Final = """
    UPDATE heads SET status = 'over', outcome = ?, ended_ms = ?, plies = ?, version = version + 1,
        lease_worker = NULL, lease_until_ms = NULL, waiting_for = '', deadline_ms = NULL, wake_at_ms = NULL
    WHERE duel_id = ? AND status <> 'over'
"""
_RULE: Final = """
    UPDATE heads SET outcome = ?, version = version + 1 WHERE duel_id = ? AND version = ? AND status = 'over'
"""
PAIR_COLUMNS: Final = ", ".join(("ladder", "first", "second", *FIGURES))
_COUNT: Final = f"""
    INSERT INTO pair_counts ({PAIR_COLUMNS}) VALUES (?, ?, ?{", ?" * len(FIGURES)})
    ON CONFLICT DO UPDATE SET {", ".join(f"{name} = {name} + excluded.{name}" for name in FIGURES)}
"""  # noqa: S608


def read(row: Sequence[Any]) -> Head:
    """A head from a row of ``COLUMNS``. :raises CorruptLog: when the row holds nonsense."""
    duel_id, terms, created_ms, status, version, worker, until_ms, waiting_for = row[:8]
    deadline_ms, outcome, plies, ended_ms, shown = row[8:]
    with reading("a head"):
        return Head(
            duel_id=duel_id,
            terms=_terms(terms),
            status=Status(status),
            created_ms=created_ms,
            version=version,
            lease=Lease(worker, until_ms) if worker is not None else None,
            waiting_for=frozenset(Seat(seat) for seat in waiting_for.split()),
            deadline_ms=deadline_ms,
            shown=_shown(shown),
            outcome=outcome_from_json(loads(outcome)) if outcome is not None else None,
            plies=plies,
            ended_ms=ended_ms,
        )


@lru_cache(maxsize=64)
def _terms(text: str) -> Terms:
    """Terms never change, and a duel's head is read several times."""
    return terms_from_json(loads(text))


def insert(connection: sqlite3.Connection, head: Head) -> bool:
    """A whole head, its version and what is shown included; ``False`` when the duel exists."""
    fixed = (head.duel_id, dumps(terms_to_json(head.terms)), head.created_ms)
    community = head.terms.community
    shown = (_written(head.shown), _unshown_on(community, head.shown))
    values = (*fixed, *_changing(head, head.version), *shown, str(community), head.wake_at_ms)
    return bool(connection.execute(_CREATE, values).rowcount)


def create(connection: sqlite3.Connection, head: Head, entry: Entry) -> bool:
    """Head and entry 0; ``False`` when the duel exists."""
    if not insert(connection, head):
        return False
    for player in {str(player) for player in head.terms.players.values()}:
        connection.execute(
            "INSERT INTO played (player, created_ms, duel_id) VALUES (?, ?, ?)",
            (player, head.created_ms, head.duel_id),
        )
    row = (head.duel_id, entry.number, encode_entry(entry))
    connection.execute("INSERT INTO entries (duel_id, number, body) VALUES (?, ?, ?)", row)
    return True


def update(connection: sqlite3.Connection, head: Head) -> int:
    """Write what may change of a head. Gives the next version. :raises Conflict: when the version has moved on."""
    version = head.version + 1
    terms = dumps(terms_to_json(head.terms))
    values = (*_changing(head, version), terms, head.wake_at_ms, head.duel_id, head.version)
    if not connection.execute(_UPDATE, values).rowcount:
        raise Conflict(f"Version {head.version} of duel {head.duel_id} is not the stored one.")
    return version


def show(connection: sqlite3.Connection, duel_id: str, shown: Shown) -> None:
    """Write what is shown of a duel."""
    found = connection.execute("SELECT community FROM heads WHERE duel_id = ?", (duel_id,)).fetchone()
    if found:
        community = community_from_text(found[0])
        values = (_written(shown), _unshown_on(community, shown), duel_id)
        connection.execute("UPDATE heads SET shown = ?, unshown = ? WHERE duel_id = ?", values)


def _unshown_on(community: Community, shown: Shown) -> str | None:
    """The platform that may have something to show, as the index knows it."""
    return community.platform if shown.waits else None


def _written(shown: Shown) -> str:
    return dumps(shown_to_json(shown)) if shown != _NOWHERE else ""


@lru_cache(maxsize=64)
def _shown(written: str) -> Shown:
    return shown_from_json(loads(written)) if written else _NOWHERE


_NOWHERE: Final = Shown()


def claim(connection: sqlite3.Connection, duel_id: str, lease: Lease, now_ms: int) -> Head | None:
    """Take or renew the lease of a live duel."""
    row = connection.execute(_CLAIM, (lease.worker, lease.until_ms, duel_id, now_ms)).fetchone()
    return read(row) if row else None


def finish(connection: sqlite3.Connection, head: Head, counts: Sequence[PairCount]) -> bool:
    """Mark the duel over, add rows to ladders, drop its seals, also when it was over. What is shown stays as stored."""
    outcome = head.outcome
    if outcome is None:
        raise ValueError(f"duel {head.duel_id} cannot be over without an outcome")
    connection.execute("DELETE FROM seals WHERE duel_id = ?", (head.duel_id,))
    values = (dumps(outcome_to_json(outcome)), head.ended_ms, head.plies, head.duel_id)
    if not connection.execute(_FINISH, values).rowcount:
        return False
    _count(connection, counts)
    return True


def rule(connection: sqlite3.Connection, head: Head, entries: Sequence[Entry], counts: Sequence[PairCount]) -> int:
    """Another outcome for a duel that is over. Gives the next version. :raises Conflict: and nothing is written."""
    outcome = dumps(outcome_to_json(head.outcome)) if head.outcome else None
    numbers = [entry.number for entry in entries]
    taken = f"SELECT 1 FROM entries WHERE duel_id = ? AND number IN ({', '.join('?' * len(numbers))})"  # noqa: S608
    if connection.execute(taken, (head.duel_id, *numbers)).fetchone():
        raise Conflict(f"Duel {head.duel_id} has another entry {entries[0].number}.")
    if not connection.execute(_RULE, (outcome, head.duel_id, head.version)).rowcount:
        raise Conflict(f"Version {head.version} of duel {head.duel_id} is not the stored one, or it is not over.")
    rows = [(head.duel_id, entry.number, encode_entry(entry)) for entry in entries]
    connection.executemany("INSERT INTO entries (duel_id, number, body) VALUES (?, ?, ?)", rows)
    _count(connection, counts)
    return head.version + 1


def _count(connection: sqlite3.Connection, counts: Sequence[PairCount]) -> None:
    connection.executemany(_COUNT, [(row.ladder, row.first, row.second, *row.figures) for row in counts])


def pair_count(row: Sequence[Any]) -> PairCount:
    """A row of :data:`PAIR_COLUMNS`."""
    return PairCount.of(row[0], row[1], row[2], dict(zip(FIGURES, row[3:], strict=True)))


def release(connection: sqlite3.Connection, workers: Sequence[str]) -> int:
    """End the leases of those workers."""
    marks = ", ".join("?" * len(workers))
    ended = f"""
        UPDATE heads SET lease_worker = NULL, lease_until_ms = NULL, version = version + 1,
            wake_at_ms = CASE status WHEN 'live' THEN 0 ELSE wake_at_ms END
        WHERE lease_worker IN ({marks})
    """  # noqa: S608 - question marks
    return connection.execute(ended, tuple(workers)).rowcount


def _changing(head: Head, version: int) -> tuple[Any, ...]:
    lease = head.lease
    return (
        head.status,
        version,
        lease.worker if lease else None,
        lease.until_ms if lease else None,
        " ".join(sorted(head.waiting_for)),
        head.deadline_ms,
        dumps(outcome_to_json(head.outcome)) if head.outcome else None,
        head.plies,
        head.ended_ms,
    )
