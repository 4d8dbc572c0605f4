"""The store against a model in plain dictionaries: whatever is done in whatever order, both agree."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.errors import Conflict
from engine.model import Agreed, Document, Entry, Head, Lease, Outcome, Player, Seal, Seat, Shown, Status, Terms, Turn
from engine.stores.sqlite import SqliteStore

TERMS: Final = Terms("chess", {Seat.FIRST: Player("engine", "a"), Seat.SECOND: Player("engine", "b")}, 1)
LADDER: Final = "ladder"

duels = st.sampled_from(["x", "y"])
workers = st.sampled_from(["w", "v"])
numbers = st.integers(0, 4)
times = st.integers(0, 20)
keys = st.sampled_from(["a", "B", "ä"])
outcomes = st.builds(Outcome, st.none() | st.sampled_from(Seat), st.just("end"), void=st.booleans())


class StoreMachine(RuleBasedStateMachine):
    """Each rule does the same to the store and to the model, and compares what both answer."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.store = SqliteStore.open(":memory:")
        self.heads: dict[str, Head] = {}
        self.logs: dict[tuple[str, int], Entry] = {}
        self.seals: dict[tuple[str, int, Seat], Seal] = {}
        self.counts: Counter[str] = Counter()
        self.documents: dict[str, Document] = {}

    def teardown(self) -> None:
        self.run(self.store.close())
        self.runner.close()

    def run(self, call: Any) -> Any:
        return self.runner.run(call)

    def stored(self, duel: str) -> Head:
        return self.heads.get(duel, Head(duel, TERMS, Status.LIVE, 0))

    @rule(duel=duels, created_ms=times)
    def create(self, duel: str, created_ms: int) -> None:
        head, entry = Head(duel, TERMS, Status.LIVE, created_ms), Entry(0, "agreed", created_ms, Agreed(TERMS))
        if (duel, 0) in self.logs and duel not in self.heads:
            return  # an arena never appends to what it has not created
        assert self.run(self.store.create(head, entry)) is (duel not in self.heads)
        if duel not in self.heads:
            self.heads[duel], self.logs[duel, 0] = head, entry

    @rule(duel=duels, number=numbers, writer=workers)
    def append(self, duel: str, number: int, writer: str) -> None:
        entry = Entry(number, writer, number, Turn({Seat.FIRST: f"{writer}{number}"}))
        kept = self.logs.setdefault((duel, number), entry)
        assert self.refused(self.store.append(duel, entry)) is (kept.id != entry.id)

    @rule(duel=duels, age=st.integers(0, 1), status=st.sampled_from(Status), deadline_ms=st.none() | times)
    def update(self, duel: str, age: int, status: Status, deadline_ms: int | None) -> None:
        stored = self.stored(duel)
        head = replace(stored, version=stored.version - age, status=status, deadline_ms=deadline_ms)
        right = duel in self.heads and not age
        assert self.refused(self.store.update(head)) is not right
        if right:
            self.heads[duel] = replace(head, version=head.version + 1)

    @rule(duel=duels, worker=workers, now_ms=times, length_ms=times)
    def claim(self, duel: str, worker: str, now_ms: int, length_ms: int) -> None:
        stored, lease = self.stored(duel), Lease(worker, now_ms + length_ms)
        free = stored.lease is None or stored.lease.worker == worker or stored.lease.until_ms <= now_ms
        if duel in self.heads and stored.status is Status.LIVE and free:
            self.heads[duel] = replace(stored, lease=lease, version=stored.version + 1)
            assert self.run(self.store.claim(duel, lease, now_ms)) == self.heads[duel]
        else:
            assert self.run(self.store.claim(duel, lease, now_ms)) is None

    @rule(dead=st.lists(workers, unique=True))
    def release(self, dead: list[str]) -> None:
        freed = [duel for duel, head in self.heads.items() if head.lease and head.lease.worker in dead]
        assert self.run(self.store.release(dead)) == len(freed)
        for duel in freed:
            self.heads[duel] = replace(self.heads[duel], lease=None, version=self.heads[duel].version + 1)

    @rule(duel=duels, outcome=outcomes, ladder=st.sampled_from([None, LADDER]))
    def finish(self, duel: str, outcome: Outcome, ladder: str | None) -> None:
        stored = self.stored(duel)
        right = duel in self.heads and stored.status is not Status.OVER
        over = replace(stored, outcome=outcome, ended_ms=9, plies=3)
        assert self.run(self.store.finish(over, ladder)) is right
        if right:
            self.heads[duel] = replace(
                over, status=Status.OVER, lease=None, deadline_ms=None, version=stored.version + 1
            )
            self.seals = {key: seal for key, seal in self.seals.items() if key[0] != duel}
            if ladder and not outcome.void:
                self.counts[outcome.winner or "draw"] += 1

    @rule(duel=duels, number=numbers, seat=st.sampled_from(Seat), move=workers)
    def put_seal(self, duel: str, number: int, seat: Seat, move: str) -> None:
        seal = Seal(number, seat, move, "salt", move)
        assert self.run(self.store.put_seal(duel, seal)) == self.seals.setdefault((duel, number, seat), seal)

    @rule(duel=duels, shown=st.sampled_from([Shown(), Shown("c"), Shown("c", final=True)]))
    def show(self, duel: str, shown: Shown) -> None:
        self.run(self.store.show(duel, shown))
        if duel in self.heads:
            self.heads[duel] = replace(self.heads[duel], shown=shown)

    @rule(key=keys, version=st.integers(0, 3), wake_at_ms=st.none() | times)
    def put_document(self, key: str, version: int, wake_at_ms: int | None) -> None:
        stored = self.documents.get(key)
        document = Document(TERMS.community, "note", key, {"was": version}, version, wake_at_ms)
        right = version == (stored.version if stored else 0)
        assert self.refused(self.store.put_document(document)) is not right
        if right:
            self.documents[key] = replace(document, version=version + 1)

    @rule(key=keys, version=st.integers(0, 3))
    def delete_document(self, key: str, version: int) -> None:
        stored = self.documents.get(key)
        document = Document(TERMS.community, "note", key, {}, version)
        assert self.refused(self.store.delete_document(document)) is (stored is not None and stored.version != version)
        if stored and stored.version == version:
            del self.documents[key]

    @rule(status=st.none() | st.sampled_from(Status), before_ms=st.none() | times)
    def listed(self, status: Status | None, before_ms: int | None) -> None:
        found = self.run(self.store.duels(TERMS.community, status, before_ms))
        wanted = {
            duel
            for duel, head in self.heads.items()
            if status in (None, head.status) and (before_ms is None or head.created_ms < before_ms)
        }
        assert {head.duel_id for head in found} == wanted
        assert [head.created_ms for head in found] == sorted((head.created_ms for head in found), reverse=True)

    @invariant()
    def agree(self) -> None:
        for duel in ("x", "y"):
            assert self.run(self.store.head(duel)) == self.heads.get(duel)
            log = [entry for (owner, _), entry in sorted(self.logs.items()) if owner == duel]
            assert self.run(self.store.entries(duel)) == log
            sealed = {seat: seal for (owner, entry, seat), seal in self.seals.items() if (owner, entry) == (duel, 1)}
            assert self.run(self.store.seals(duel, 1)) == sealed
        for now_ms in (0, 10, 1 << 50):
            self.agree_on_due(now_ms)
        waiting = [head for head in self.heads.values() if head.shown.channel and not head.shown.final]
        assert set(self.run(self.store.unshown("web"))) == {head.duel_id for head in waiting}
        rows = self.run(self.store.pair_counts(LADDER))
        counted = [(row.wins, row.draws, row.losses) for row in rows]
        wanted = (self.counts[Seat.FIRST], self.counts["draw"], self.counts[Seat.SECOND])
        assert counted == ([wanted] if any(wanted) else [])

    def agree_on_due(self, now_ms: int) -> None:
        waking = {duel: head.wake_at_ms for duel, head in self.heads.items() if head.wake_at_ms is not None}
        found = self.run(self.store.due(now_ms))
        assert set(found) == {duel for duel, wake_at_ms in waking.items() if wake_at_ms <= now_ms}
        assert [waking[duel] for duel in found] == sorted(waking[duel] for duel in found)

    @invariant()
    def agree_on_documents(self) -> None:
        for key in ("a", "B", "ä"):
            assert self.run(self.store.document(TERMS.community, "note", key)) == self.documents.get(key)
        by_key = [document for _, document in sorted(self.documents.items())]
        assert self.run(self.store.documents(TERMS.community, "note")) == by_key
        due = self.run(self.store.due_documents("note", 10))
        wakes = [document.wake_at_ms for document in due]
        assert wakes == sorted(wakes)
        overdue = [one for one in by_key if one.wake_at_ms is not None and one.wake_at_ms <= 10]
        assert sorted(due, key=lambda document: document.key) == overdue

    def refused(self, call: Any) -> bool:
        try:
            self.run(call)
        except Conflict:
            return True
        return False


StoreMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestStore = StoreMachine.TestCase
