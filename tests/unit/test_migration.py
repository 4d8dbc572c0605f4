"""Moving an arena: killed at every write and run again it is the same copy; a copy that is not the same is seen."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest
from killed_store import Killed, KilledStore
from support import START_MS, StandingClock, arena_over, share, start

from engine.arena import migration
from engine.arena.migration import Fingerprint, Migration, fingerprints
from engine.errors import NotAllowed, StoreError
from engine.model import Community, Document, Lease, Status
from engine.ports import ArchivedStore, Stored
from engine.stores.sqlite import SqliteStore

HERE: Final = Community("web", "main")


@pytest.fixture
async def source() -> AsyncIterator[SqliteStore]:
    """An arena that has been played in."""
    async with arena_over() as arena:
        store = arena.context.store
        assert isinstance(store, SqliteStore)
        for number in range(6):
            head = await start(arena, "tic_tac_toe", "engine/random", "engine/perfect", f"r{number}")
            if number:
                await arena.turns.play(head.duel_id)
        await arena.people.seen("web", "account", "Ann")
        await store.put_document(Document(HERE, "settings", "main", {"games": ["chess"]}))
        yield store


@pytest.fixture
async def target() -> AsyncIterator[SqliteStore]:
    opened = SqliteStore.open(":memory:")
    yield opened
    await opened.close()


def moving(source: ArchivedStore, target: Any, **more: Any) -> Migration:
    return Migration(source, target, "sqlite:/old", StandingClock(), **more)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 7)


async def test_all_of_it_is_copied_and_counted(source: SqliteStore, target: SqliteStore) -> None:
    seen: list[int] = []
    moved = await moving(source, target, copying=seen.append).run()
    assert moved.written == sum(found.count for found in moved.kinds.values())
    assert moved.kinds["duel"].count == 6
    assert moved.kinds["person"].count == 1
    assert seen[:2] == [7, 14]
    assert await fingerprints(source.records()) == await fingerprints(target.records()) == moved.kinds
    assert (await moving(source, target).run()).written == 0


async def test_what_came_since_is_copied_the_next_time(source: SqliteStore, target: SqliteStore) -> None:
    await moving(source, target).run()
    await source.put_document(Document(HERE, "note", "new", {}))
    assert (await moving(source, target).run()).written == 1


@pytest.mark.parametrize("before", [True, False])
async def test_killed_at_every_write_and_run_again_is_the_same_copy(source: SqliteStore, before: bool) -> None:
    whole = await fingerprints(source.records())
    for at in itertools.count():
        target = SqliteStore.open(":memory:")
        try:
            await moving(source, KilledStore(target, at, before=before)).run()
        except Killed:
            heads = await target.duels(HERE, limit=100)
            for head in heads:
                assert await target.entries(head.duel_id) == await source.entries(head.duel_id), "half a log is live"
            assert (await moving(source, target).run()).kinds == whole
            assert await fingerprints(target.records()) == whole
        else:
            assert at > sum(found.count for found in whole.values()) / 7
            return
        finally:
            await target.close()


@pytest.mark.torture
async def test_killed_again_and_again_it_arrives(source: SqliteStore) -> None:
    rng = random.Random(21)
    for _ in range(share(500, least=10)):
        target = SqliteStore.open(":memory:")
        kills = 0
        while True:
            killed = KilledStore(target, rng.randrange(6), before=rng.random() < 0.5)
            try:
                await moving(source, killed).run()
                break
            except Killed:
                kills += 1
            assert kills < 1000
        assert await fingerprints(target.records()) == await fingerprints(source.records())
        await target.close()


class Spoiling:
    """A target whose disk keeps something else than it was given."""

    def __init__(self, store: SqliteStore, spoil: str) -> None:
        self._store = store
        self._spoil = spoil

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def restore(self, records: Sequence[Stored]) -> int:
        kept = [record for record in records if not (self._spoil == "lost" and record.kind == "entry")]
        if self._spoil == "changed":
            kept = [replace(one, body=one.body.replace('"at_ms":1', '"at_ms":2', 1)) for one in kept]
        return await self._store.restore(kept)


@pytest.mark.parametrize("spoil", ["lost", "changed"])
async def test_a_copy_that_is_not_the_same_is_seen(source: SqliteStore, target: SqliteStore, spoil: str) -> None:
    with pytest.raises(StoreError, match="differs in records of kind entry"):
        await moving(source, Spoiling(target, spoil)).run()


async def test_a_record_that_is_changed_in_the_copy_afterwards_is_seen(
    source: SqliteStore, target: SqliteStore
) -> None:
    await moving(source, target).run()
    found = await target.document(HERE, "settings", "main")
    assert found is not None
    await target.put_document(replace(found, body={}))
    with pytest.raises(StoreError, match="Nothing was overwritten"):
        await moving(source, target).run()


async def test_a_target_that_holds_something_is_refused_unless_told_to(
    source: SqliteStore, target: SqliteStore
) -> None:
    await target.put_document(Document(HERE, "note", "mine", {}))
    with pytest.raises(NotAllowed, match="not empty"):
        await moving(source, target).run()
    assert sum(found.count for found in (await fingerprints(target.records())).values()) == 1
    moved = await moving(source, target, anyway=True).run()
    assert moved.written == sum(found.count for found in moved.kinds.values())
    assert await target.document(HERE, "note", "mine") is not None
    assert (await moving(source, target).run()).written == 0


async def test_a_running_arena_is_refused_unless_told_to(source: SqliteStore, target: SqliteStore) -> None:
    (duel_id,) = [head.duel_id for head in await source.duels(HERE) if head.status is not Status.OVER]
    await source.claim(duel_id, Lease("worker-9", START_MS + 1000), START_MS)
    with pytest.raises(NotAllowed, match="worker-9"):
        await moving(source, target).run()
    assert await fingerprints(target.records()) == {kind: Fingerprint() for kind in migration.KINDS}
    await moving(source, target, anyway=True).run()


async def test_the_hash_knows_no_order_but_every_letter() -> None:
    one, two = Stored("entry", "[1]", "a"), Stored("entry", "[2]", "b")
    assert Fingerprint().plus(one).plus(two) == Fingerprint().plus(two).plus(one)
    assert Fingerprint().plus(one) != Fingerprint().plus(replace(one, body="b"))
    assert Fingerprint().plus(one).plus(one) != Fingerprint()
    assert Fingerprint().plus(Stored("entry", "[1]a", "")) != Fingerprint().plus(one)
