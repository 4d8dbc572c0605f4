"""Values, shorthands and races for the contract of the stores; each race counts its winners."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from engine.errors import Conflict
from engine.model import (
    Agreed,
    Community,
    Document,
    Entry,
    Head,
    Lease,
    Outcome,
    Person,
    Player,
    Ruling,
    Seat,
    Status,
    Terms,
    Turn,
)
from engine.ports import Effort, PairCount, Store

NOVICE, STOCKFISH = Player("engine", "novice"), Player("engine", "stockfish:elo=1500")
TERMS: Final = Terms(
    "chess", {Seat.FIRST: NOVICE, Seat.SECOND: STOCKFISH}, seed=7, options={"opening": "C50"}, started_by="member"
)
WON: Final = Outcome(Seat.FIRST, "checkmate", "Mate.")
DRAWN: Final = Outcome(None, "stalemate")
LADDER: Final = "web:main/1/chess/standard/free"
EFFORTS: Final = Effort(2, 1, 0, 1500, 70), Effort(1, 0, 1, 900, 40)


def head_of(duel_id: str, created_ms: int = 1000, terms: Terms = TERMS) -> Head:
    return Head(duel_id, terms, Status.LIVE, created_ms)


def first_of(head: Head) -> Entry:
    return Entry(0, f"{head.duel_id}-0", head.created_ms, Agreed(head.terms))


def turn(number: int, entry_id: str = "", move: str = "e2e4") -> Entry:
    return Entry(number, entry_id or f"turn-{number}", 1000 + number, Turn({Seat.FIRST: move}))


async def started(store: Store, duel_id: str = "duel", created_ms: int = 1000, terms: Terms = TERMS) -> Head:
    head = head_of(duel_id, created_ms, terms)
    assert await store.create(head, first_of(head))
    return head


def ended(head: Head, outcome: Outcome = WON) -> Head:
    return replace(head, outcome=outcome, ended_ms=9000, plies=3)


def counted(outcome: Outcome = WON, ladder: str = LADDER, terms: Terms = TERMS) -> list[PairCount]:
    """What a duel that ends so adds to a ladder."""
    players = [str(terms.players[seat]) for seat in Seat]
    results = [int(outcome.winner is winner) for winner in (Seat.FIRST, None, Seat.SECOND)]
    return [PairCount(ladder, *players, *results, *EFFORTS)]


async def winning_bursts(store: Store) -> int:
    """64 writers of one entry or of several: how many have an entry in the log, or were told that they have."""
    await started(store)
    bursts = [[turn(number, f"{writer}-{number}") for number in range(1, 2 + writer % 5)] for writer in range(64)]
    results = await asyncio.gather(*(store.append_all("duel", burst) for burst in bursts), return_exceptions=True)
    assert {type(result) for result in results} <= {type(None), Conflict}
    written = {entry.id.partition("-")[0] for entry in await store.entries("duel", after=0)}
    return max(len(written), results.count(None))


async def winners(store: Store) -> int:
    """How many of 64 writers of the same number were told that theirs is the one."""
    await started(store)
    writes = (store.append("duel", turn(1, f"writer-{n}")) for n in range(64))
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(result) for result in results} <= {type(None), Conflict}
    return results.count(None)


async def updates(store: Store) -> int:
    head = await started(store)
    writes = (store.update(replace(head, plies=n)) for n in range(64))
    results = await asyncio.gather(*writes, return_exceptions=True)
    return sum(isinstance(result, Head) for result in results)


async def claims(store: Store) -> int:
    await started(store)
    results = await asyncio.gather(*(store.claim("duel", Lease(f"worker-{n}", 200), 100) for n in range(64)))
    return sum(result is not None for result in results)


async def finishes(store: Store) -> int:
    head = await started(store)
    return sum(await asyncio.gather(*(store.finish(ended(head), counted()) for _ in range(64))))


VOID: Final = Outcome(None, "ruling", "Void.", void=True)


def ruling(number: int, outcome: Outcome = VOID, entry_id: str = "") -> Entry:
    return Entry(number, entry_id or f"ruling-{number}", 9500, Ruling(outcome, "moderator", "It was rigged."))


async def rulings(store: Store) -> int:
    """How many of 64 moderators who void the same duel were told that they have."""
    await store.finish(ended(await started(store)), counted())
    head = await store.head("duel")
    assert head is not None
    over = replace(head, outcome=VOID)
    calls = (store.rule(over, [ruling(1, VOID, f"m{n}")], [counted()[0].taken_away]) for n in range(64))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(result) for result in results} <= {Head, Conflict}
    return sum(isinstance(result, Head) for result in results)


async def namesakes(store: Store) -> int:
    """How many of 64 who want the same name have it."""
    asked = (store.person("web", str(n), "Bob", f"p{n}", unique=True) for n in range(64))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in answers} <= {Person, Conflict}
    return sum(isinstance(answer, Person) for answer in answers)


def document(
    key: str,
    body: Mapping[str, Any] | None = None,
    wake_at_ms: int | None = None,
    community: Community = TERMS.community,
    kind: str = "note",
) -> Document:
    return Document(community, kind, key, body or {}, wake_at_ms=wake_at_ms)


async def first_versions(store: Store) -> int:
    """How many of 64 who write the first version of a document were told that theirs is it."""
    return await _written(store, [document("a", {"writer": writer}) for writer in range(64)])


async def next_versions(store: Store) -> int:
    """The same for the second version."""
    made = await store.put_document(document("a"))
    return await _written(store, [replace(made, body={"writer": writer}) for writer in range(64)])


async def _written(store: Store, rivals: Sequence[Document]) -> int:
    results = await asyncio.gather(*map(store.put_document, rivals), return_exceptions=True)
    assert {type(result) for result in results} <= {Document, Conflict}
    winners = [result for result in results if isinstance(result, Document)]
    assert await store.document(TERMS.community, "note", "a") in winners
    return len(winners)


async def deletions(store: Store) -> int:
    """How many decided what becomes of a version that 32 delete and 32 change; deleting it again decides nothing."""
    made = await store.put_document(document("a"))
    calls = [
        store.put_document(replace(made, body={"n": n})) if n % 2 else store.delete_document(made) for n in range(64)
    ]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(result) for result in results} <= {Document, type(None), Conflict}
    deleted = any(result is None for result in results)
    assert (await store.document(TERMS.community, "note", "a") is None) is deleted
    return deleted + sum(isinstance(result, Document) for result in results)
