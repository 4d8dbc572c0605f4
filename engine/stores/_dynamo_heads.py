"""Heads as items: what is written of them, and under which condition.

Every write that replaces a head carries a token of its own, so that a write which was made twice because its answer was
lost finds itself and is a success.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from engine import versions
from engine.codec import (
    dumps,
    loads,
    outcome_from_json,
    outcome_to_json,
    reading,
    shown_from_json,
    shown_to_json,
    terms_from_json,
    terms_to_json,
)
from engine.model import Community, Head, Lease, Outcome, Seat, Shown, Status, Terms
from engine.ports import PairCount
from engine.ports.counts import FIGURES
from engine.stores import _dynamo_keys as keys
from engine.stores._dynamo_keys import Item, number, text

WRITE: Final = "write"
VERSION: Final = "schema"
"""Of the arena that wrote the head last and knew all that it wrote; missing, it is the first."""


def fresh_token() -> str:
    """Names one write."""
    return secrets.token_hex(8)


@dataclass(slots=True)
class Change:
    """An update in the making: what is set, what is removed, and under which conditions.

    Every attribute is addressed by a placeholder, since many of the names are DynamoDB's own words.
    """

    sets: dict[str, Item] = field(default_factory=dict)
    removes: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    values: dict[str, Item] = field(default_factory=dict)

    def put(self, attributes: Mapping[str, Item | None]) -> Change:
        """Set these; remove those that are ``None``."""
        for name, value in attributes.items():
            if value is None:
                self.removes.append(name)
            else:
                self.sets[name] = value
        return self

    def only_if(self, condition: str, **values: Item) -> Change:
        """Under that condition too; its names begin with ``#`` and are attributes."""
        self.conditions.append(condition)
        self.values |= {f":{name}": value for name, value in values.items()}
        return self

    def arguments(self) -> dict[str, Any]:
        """For ``UpdateItem`` and for an update in a transaction."""
        sets = ", ".join(f"#{name} = :set_{name}" for name in self.sets)
        removes = ", ".join(f"#{name}" for name in self.removes)
        update = " ".join(filter(None, (f"SET {sets}" if sets else "", f"REMOVE {removes}" if removes else "")))
        condition = " AND ".join(f"({one})" for one in self.conditions)
        values = {f":set_{name}": value for name, value in self.sets.items()} | self.values
        used = update + condition
        return {
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in _NAMES if f"#{name}" in used},
            "ExpressionAttributeValues": values,
        }


_NAMES: Final = (
    "pk",
    "terms",
    "status",
    "version",
    "worker",
    "until",
    "waiting",
    "deadline",
    "outcome",
    "plies",
    "ended",
    VERSION,
    WRITE,
    *keys.names(keys.NEWEST),
    *keys.names(keys.OPEN),
    *keys.names(keys.WAKE),
)


def item(head: Head, token: str) -> Item:
    """A new head."""
    changing = {name: value for name, value in _changing(head, head.version, token).items() if value is not None}
    return {
        **keys.head(head.duel_id),
        "created": number(head.created_ms),
        **_stamp(),
        **keys.in_newest(head.terms.community, head.created_ms, head.duel_id),
        **changing,
    }


def read(found: Item, shown: Item | None) -> Head:
    """A head from its item and that of what is shown. :raises CorruptLog: when they hold nonsense."""
    with reading("a head"):
        versions.understood(int(found[VERSION]["N"]) if VERSION in found else versions.FIRST, "a head")
        worker, outcome, ended = found.get("worker"), found.get("outcome"), found.get("ended")
        return Head(
            duel_id=keys.duel_of(found),
            terms=_terms(found["terms"]["S"]),
            status=Status(found["status"]["S"]),
            created_ms=int(found["created"]["N"]),
            version=int(found["version"]["N"]),
            lease=Lease(worker["S"], int(found["until"]["N"])) if worker else None,
            waiting_for=frozenset(Seat(seat) for seat in found["waiting"]["S"].split())
            if "waiting" in found
            else _NOBODY,
            deadline_ms=int(found["deadline"]["N"]) if "deadline" in found else None,
            shown=_shown(shown["body"]["S"]) if shown else _NOWHERE,
            outcome=outcome_from_json(loads(outcome["S"])) if outcome else None,
            plies=int(found["plies"]["N"]),
            ended_ms=int(ended["N"]) if ended else None,
        )


@lru_cache(maxsize=64)
def _terms(written: str) -> Terms:
    """Terms seldom change, and a duel's head is read several times."""
    return terms_from_json(loads(written))


@lru_cache(maxsize=64)
def _shown(written: str) -> Shown:
    return shown_from_json(loads(written))


_NOBODY: Final[frozenset[Seat]] = frozenset()
_NOWHERE: Final = Shown()


def shown_item(duel_id: str, community: Community, created_ms: int, shown: Shown) -> Item:
    """What a platform shows; in the index of what may lag unless it rests or is final."""
    index = keys.in_unshown(community.platform, created_ms, duel_id) if shown.waits else {}
    return {**keys.shown(duel_id), "body": text(dumps(shown_to_json(shown))), **index}


def updated(head: Head, token: str) -> Change:
    """The next version of a head. Creation and what is shown stay."""
    changing = Change().put(_changing(head, head.version + 1, token)).put(_stamp())
    return changing.only_if("#version = :old", old=number(head.version))


def claimed(lease: Lease, duel_id: str, now_ms: int, token: str) -> Item:
    """Arguments of an update that takes or renews the lease of a live duel.

    Not idempotent in its version: whoever finds the token has made it.
    """
    change = Change().put(
        {
            "worker": text(lease.worker),
            "until": number(lease.until_ms),
            WRITE: text(token),
            **keys.in_wake(keys.DUEL, duel_id, lease.until_ms),
        }
    )
    change.only_if("#status = :live", live=text(Status.LIVE))
    change.only_if(
        "attribute_not_exists(#worker) OR #worker = :worker OR #until <= :now",
        worker=text(lease.worker),
        now=number(now_ms),
    )
    return _counting(change)


def released(head: Head, worker: str, token: str) -> Item:
    """Arguments of an update that ends a worker's lease; a live duel is due at once."""
    wake = keys.in_wake(keys.DUEL, head.duel_id, 0) if head.status is Status.LIVE else {}
    change = Change().put({"worker": None, "until": None, WRITE: text(token), **wake})
    return _counting(change.only_if("#worker = :worker", worker=text(worker)))


def finished(head: Head, outcome: Outcome, token: str) -> Item:
    """Arguments of an update that marks a duel over, once."""
    change = Change().put(
        {
            "status": text(Status.OVER),
            "outcome": text(dumps(outcome_to_json(outcome))),
            "ended": number(head.ended_ms) if head.ended_ms is not None else None,
            "plies": number(head.plies),
            WRITE: text(token),
            **dict.fromkeys(("worker", "until", "waiting", "deadline")),
            **dict.fromkeys((*keys.names(keys.OPEN), *keys.names(keys.WAKE))),
        }
    )
    change.only_if("attribute_exists(#pk)").only_if("#status <> :over", over=text(Status.OVER))
    return _counting(change)


def _counting(change: Change) -> Item:
    """With the next version, whatever the stored one is."""
    arguments = change.arguments()
    names = {**arguments["ExpressionAttributeNames"], "#version": "version"}
    values = {**arguments["ExpressionAttributeValues"], ":one": number(1)}
    update = f"{arguments['UpdateExpression']} ADD #version :one"
    return {
        **arguments,
        "UpdateExpression": update,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def ruled(head: Head, token: str) -> Item:
    """Arguments of an update that gives a duel that is over another outcome."""
    change = Change().put(
        {
            "outcome": text(dumps(outcome_to_json(head.outcome))) if head.outcome else None,
            "version": number(head.version + 1),
            WRITE: text(token),
        }
    )
    change.only_if("#version = :old", old=number(head.version))
    return change.only_if("#status = :over", over=text(Status.OVER)).arguments()


def counted(row: PairCount) -> Item:
    """Arguments of an update that adds to a ladder's row."""
    added = {name: figure for name, figure in zip(FIGURES, row.figures, strict=True) if figure}
    adding = " ADD " + ", ".join(f"#{name} :{name}" for name in added) if added else ""
    return {
        "Key": keys.pair(row.ladder, row.first, row.second),
        "UpdateExpression": f"SET #first = :first, #second = :second{adding}",
        "ExpressionAttributeNames": {f"#{name}": name for name in ("first", "second", *added)},
        "ExpressionAttributeValues": {
            ":first": text(row.first),
            ":second": text(row.second),
            **{f":{name}": number(figure) for name, figure in added.items()},
        },
    }


def pair_count(ladder: str, row: Item) -> PairCount:
    """A row of a ladder's table."""
    figures = {name: int(row[name]["N"]) for name in FIGURES if name in row}
    return PairCount.of(ladder, row["first"]["S"], row["second"]["S"], figures)


def pair_item(row: PairCount) -> Item:
    """A row of a ladder's table, whole."""
    players = {"first": text(row.first), "second": text(row.second)}
    figures = {name: number(figure) for name, figure in zip(FIGURES, row.figures, strict=True)}
    return {**keys.pair(row.ladder, row.first, row.second), **players, **figures}


def _changing(head: Head, version: int, token: str) -> dict[str, Item | None]:
    lease, over = head.lease, head.status is Status.OVER
    wake_at_ms = head.wake_at_ms
    wake = keys.in_wake(keys.DUEL, head.duel_id, wake_at_ms) if wake_at_ms is not None else _OUT_OF_WAKE
    opened = keys.in_open(head.terms.community, head.created_ms, head.duel_id)
    return {
        "terms": text(dumps(terms_to_json(head.terms))),
        "status": text(head.status),
        "version": number(version),
        "worker": text(lease.worker) if lease else None,
        "until": number(lease.until_ms) if lease else None,
        "waiting": text(" ".join(sorted(head.waiting_for))) if head.waiting_for else None,
        "deadline": number(head.deadline_ms) if head.deadline_ms is not None else None,
        "outcome": text(dumps(outcome_to_json(head.outcome))) if head.outcome else None,
        "plies": number(head.plies),
        "ended": number(head.ended_ms) if head.ended_ms is not None else None,
        WRITE: text(token),
        **wake,
        **(dict.fromkeys(opened) if over else opened),
    }


def _stamp() -> Item:
    return {VERSION: number(versions.VERSION)} if versions.stamp() else {}


_OUT_OF_WAKE: Final[dict[str, Item | None]] = dict.fromkeys(keys.names(keys.WAKE))
