"""What every store promises when it is moved: all of it comes out, and goes in exactly, and nothing is overwritten."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import pytest
from stores_support import LADDER, NOVICE, TERMS, counted, document, ended, started, turn

from engine.arena.migration import fingerprints
from engine.errors import BadOption, Conflict
from engine.model import Lease, Player, Seal, Seat, Shown, Spoken, Status
from engine.ports import ArchivedStore, Stored
from engine.ports.archive import DUEL, KINDS, MIGRATION
from engine.stores.sqlite import SqliteStore


@pytest.fixture
async def other() -> AsyncIterator[ArchivedStore]:
    """Another store, as what this one is moved from and to."""
    opened = SqliteStore.open(":memory:")
    yield opened
    await opened.close()


async def everything(store: ArchivedStore, after: str = "") -> list[Stored]:
    return [record async for record in store.records(after)]


async def fill(store: ArchivedStore) -> None:
    """Something of each kind, in each of its states."""
    over = await started(store, "over")
    await store.append_all("over", [turn(1, move="e2e4"), turn(2, "words-é-😀")])
    assert await store.finish(ended(over), counted())
    live = await started(store, "live", 2000)
    await store.append("live", replace(turn(1), body=replace(turn(1).body, spoken={Seat.FIRST: Spoken("“hm” \ud83d")})))
    await store.claim("live", Lease("worker-1", 99_000), 1)
    assert live.version == 0
    waiting = await started(store, "waiting", 3000)
    people = frozenset({Seat.FIRST, Seat.SECOND})
    await store.update(replace(waiting, status=Status.WAITING, waiting_for=people, deadline_ms=50_000, plies=4))
    await store.put_seal("waiting", Seal(0, Seat.SECOND, "rock", "salt", "digest", Spoken("ha"), 7, "request"))
    await store.show("waiting", Shown("channel", "de", message_id="m", posted_ms=5, entry=3))
    left = await started(store, "left", 4000)
    taken_over = replace(TERMS, players={**TERMS.players, Seat.SECOND: NOVICE})
    await store.update(replace(left, terms=taken_over, status=Status.ADJOURNED))
    for number in range(3):
        await store.person("web", f"account-{number}", "Ann" if number else "Bob", f"p{number}")
    await store.person("web", "account-1", "ANN", "unused")
    made = await store.put_document(document("a", {"b": [1, 2.5, None, "ü"], "a": {}}, wake_at_ms=77))
    await store.put_document(replace(made, body={"long": "word " * 3000}))
    await store.put_document(document("b"))
    await store.put_document(replace(document("c"), community=MIGRATION))


async def test_everything_comes_out_once_duels_last(store: ArchivedStore) -> None:
    await fill(store)
    found = await everything(store)
    assert len({(record.kind, record.key) for record in found}) == len(found)
    counts = {kind: sum(record.kind == kind for record in found) for kind in KINDS}
    assert counts == {"person": 3, "pair-count": 1, "document": 2, "played": 8, "seal": 1, "entry": 7, "duel": 4}
    assert [record.kind for record in found].index(DUEL) == len(found) - 4
    assert all(json.loads(record.body) is not None for record in found)
    assert await everything(store) == found, "the order changed while nobody wrote"


async def test_from_a_cursor_come_those_that_follow(store: ArchivedStore) -> None:
    await fill(store)
    found = await everything(store)
    for place, record in enumerate(found):
        assert await everything(store, record.cursor) == found[place + 1 :]


async def test_each_record_is_found_as_it_stands_now(store: ArchivedStore) -> None:
    await fill(store)
    found = await everything(store)
    assert await store.current(found) == found
    gone = [replace(record, key=record.key.replace("over", "gone").replace("main", "gone")) for record in found]
    there = {(record.kind, record.key) for record in found}
    now = await store.current(gone)
    for record, one in zip(gone, now, strict=True):
        assert (one is not None) == ((record.kind, record.key) in there)
    live = await store.head("live")
    assert live
    await store.update(replace(live, plies=9))
    changed = [one for one, old in zip(await store.current(found), found, strict=True) if one != old]
    assert [one.key for one in changed if one] == ['["live"]']


async def test_an_empty_store_holds_nothing(store: ArchivedStore) -> None:
    assert await everything(store) == []
    assert await store.restore([]) == 0


@pytest.mark.parametrize("cursor", ["x", "[]", "7", '["nothing"]', "[9]", "{}"])
async def test_what_is_no_cursor_is_said(store: ArchivedStore, cursor: str) -> None:
    with pytest.raises(BadOption):
        await everything(store, cursor)


async def test_there_and_back_is_the_same(store: ArchivedStore, other: ArchivedStore) -> None:
    await fill(other)
    records = await everything(other)
    assert await store.restore(records) == len(records)
    assert await fingerprints(store.records()) == await fingerprints(other.records())
    back = SqliteStore.open(":memory:")
    try:
        await back.restore(await everything(store))
        assert await everything(back) == records
    finally:
        await back.close()


async def test_out_of_this_store_into_another(store: ArchivedStore, other: ArchivedStore) -> None:
    await fill(store)
    await other.restore(await everything(store))
    assert await fingerprints(store.records()) == await fingerprints(other.records())


async def test_what_was_restored_is_found_as_before(store: ArchivedStore, other: ArchivedStore) -> None:
    await fill(other)
    await store.restore(await everything(other))
    for duel_id in ("over", "live", "waiting", "left"):
        assert await store.head(duel_id) == await other.head(duel_id)
        assert await store.entries(duel_id) == await other.entries(duel_id)
    here = TERMS.community
    assert sorted(await store.unfinished()) == ["live", "waiting"]
    assert await store.due(99_000) == ["waiting", "live"]
    assert await store.unshown("web") == ["waiting"]
    assert [head.duel_id for head in await store.duels(here)] == ["left", "waiting", "live", "over"]
    assert [head.duel_id for head in await store.duels_starting(here, "wai", 5)] == ["waiting"]
    assert len(await store.history(Player("engine", "stockfish:elo=1500"))) == 4
    assert await store.seals("waiting", 0) == await other.seals("waiting", 0)
    assert await store.pair_counts(LADDER) == await other.pair_counts(LADDER)
    assert await store.documents(here, "note") == await other.documents(here, "note")
    assert await store.due_documents("note", 77) == await other.due_documents("note", 77)
    named = await store.person_named("web", "ann")
    assert named == await other.person_named("web", "ann")
    assert named is not None
    assert named.id == "p1", "the namesake seen last is another than before"
    assert await store.person_of("web", "account-2") == await other.person_of("web", "account-2")


async def test_what_was_restored_goes_on_as_if_it_had_never_moved(store: ArchivedStore, other: ArchivedStore) -> None:
    await fill(other)
    await store.restore(await everything(other))
    live = await store.head("live")
    assert live is not None
    with pytest.raises(Conflict):
        await store.append("live", turn(1, "somebody else's"))
    await store.append("live", turn(2))
    assert await store.claim("live", Lease("worker-2", 200_000), 50_000) is None
    assert await store.finish(ended(live), counted())
    (row,) = await store.pair_counts(LADDER)
    assert row.wins == 2
    kept = await store.document(TERMS.community, "note", "a")
    assert kept is not None
    assert (await store.put_document(kept)).version == 3
    assert (await store.person("web", "account-2", "Cy", "new")).id == "p2"
    with pytest.raises(Conflict):
        await store.person("web", "account-9", "Cy", "new", unique=True)
    assert await store.forget("p1")
    assert await store.person_named("web", "ann") is None


async def test_again_is_no_error_and_writes_nothing(store: ArchivedStore, other: ArchivedStore) -> None:
    await fill(other)
    records = await everything(other)
    await store.restore(records[:10])
    assert await store.restore([*records, *records]) == len(records) - 10
    assert await store.restore(records) == 0
    assert await fingerprints(store.records()) == await fingerprints(other.records())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "played"])
async def test_another_record_is_never_overwritten(store: ArchivedStore, other: ArchivedStore, kind: str) -> None:
    await fill(other)
    records = await everything(other)
    await store.restore(records)
    record = next(one for one in records if one.kind == kind)
    changed = replace(record, body=_changed(record))
    with pytest.raises(Conflict, match=kind):
        await store.restore([changed])
    assert await fingerprints(store.records()) == await fingerprints(other.records())


def _changed(record: Stored) -> str:
    """A body that is as sound and not the same."""
    body = json.loads(record.body)
    name = {"person": "name", "pair-count": "wins", "document": "version", "seal": "at_ms", "entry": "at_ms"}
    field = name.get(record.kind, "plies")
    body[field] = f"{body[field]}?" if isinstance(body[field], str) else body[field] + 1
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


async def test_two_who_restore_the_same_at_once_write_it_once(store: ArchivedStore, other: ArchivedStore) -> None:
    await fill(other)
    records = await everything(other)
    written = await asyncio.gather(store.restore(records), store.restore(records))
    assert sum(written) == len(records)
    assert await fingerprints(store.records()) == await fingerprints(other.records())


async def test_whoever_reads_may_stop(store: ArchivedStore) -> None:
    await fill(store)
    async with aclosing(store.records()) as records:  # type: ignore[type-var]
        assert await anext(records)
