"""What every store promises of a head: versions, leases, one end, seals, and who must wake."""

from __future__ import annotations

from dataclasses import astuple, replace

import pytest
from stores_support import (
    DRAWN,
    EFFORTS,
    LADDER,
    NOVICE,
    STOCKFISH,
    TERMS,
    VOID,
    WON,
    claims,
    counted,
    ended,
    finishes,
    head_of,
    ruling,
    rulings,
    started,
    updates,
)

from engine.errors import Conflict
from engine.model import (
    Head,
    Lease,
    Outcome,
    Seal,
    Seat,
    Shown,
    Spoken,
    Status,
)
from engine.ports import Effort, PairCount, Store


class TestUpdate:
    async def test_gives_the_next_version(self, store: Store) -> None:
        head = await started(store)
        changed = replace(head, status=Status.WAITING, waiting_for=frozenset({Seat.SECOND}), deadline_ms=50, plies=1)
        written = await store.update(changed)
        assert written == replace(changed, version=1)
        assert await store.head("duel") == written

    async def test_of_64_writers_of_one_version_one_wins(self, store: Store) -> None:
        assert await updates(store) == 1

    async def test_an_unknown_duel_is_a_conflict(self, store: Store) -> None:
        with pytest.raises(Conflict):
            await store.update(head_of("nobody"))


class TestLease:
    async def test_of_64_workers_one_gets_it(self, store: Store) -> None:
        assert await claims(store) == 1

    async def test_a_claim_is_on_the_head(self, store: Store) -> None:
        await started(store)
        claimed = await store.claim("duel", Lease("w", 200), now_ms=100)
        assert claimed is not None
        assert claimed.lease == Lease("w", 200)
        assert claimed == await store.head("duel")

    async def test_its_holder_renews_it(self, store: Store) -> None:
        await started(store)
        await store.claim("duel", Lease("w", 200), now_ms=100)
        renewed = await store.claim("duel", Lease("w", 300), now_ms=150)
        assert renewed is not None
        assert renewed.lease == Lease("w", 300)

    @pytest.mark.parametrize(("now_ms", "taken"), [(199, False), (200, True)])
    async def test_another_takes_it_when_it_has_ended(self, store: Store, now_ms: int, taken: bool) -> None:
        await started(store)
        await store.claim("duel", Lease("w", 200), now_ms=100)
        assert (await store.claim("duel", Lease("v", 400), now_ms) is not None) is taken

    @pytest.mark.parametrize("status", [Status.WAITING, Status.ADJOURNED, Status.OVER])
    async def test_only_a_live_duel_has_one(self, store: Store, status: Status) -> None:
        await store.update(replace(await started(store), status=status))
        assert await store.claim("duel", Lease("w", 200), now_ms=100) is None

    async def test_an_unknown_duel_has_none(self, store: Store) -> None:
        assert await store.claim("nobody", Lease("w", 200), now_ms=100) is None

    async def test_a_claim_makes_older_heads_stale(self, store: Store) -> None:
        head = await started(store)
        await store.claim("duel", Lease("w", 200), now_ms=100)
        with pytest.raises(Conflict):
            await store.update(head)

    async def test_a_dead_workers_leases_are_released(self, store: Store) -> None:
        for duel_id, worker in (("a", "dead"), ("b", "alive"), ("c", "dead too"), ("d", "dead")):
            await started(store, duel_id)
            await store.claim(duel_id, Lease(worker, 200), now_ms=100)
        assert await store.release(["dead", "dead too", "unheard of"]) == 3
        assert sorted(await store.due(0)) == ["a", "c", "d"]
        assert await store.claim("a", Lease("alive", 300), now_ms=101) is not None
        assert await store.claim("b", Lease("other", 300), now_ms=101) is None

    async def test_releasing_nobody_releases_nothing(self, store: Store) -> None:
        assert await store.release([]) == 0

    async def test_a_waiting_duel_keeps_its_deadline_when_released(self, store: Store) -> None:
        head = await started(store)
        await store.update(replace(head, status=Status.WAITING, lease=Lease("dead", 9), deadline_ms=500))
        assert await store.release(["dead"]) == 1
        assert await store.due(499) == []
        assert await store.due(500) == ["duel"]


class TestFinish:
    async def test_marks_the_duel_over(self, store: Store) -> None:
        await started(store)
        claimed = await store.claim("duel", Lease("w", 200), now_ms=100)
        assert claimed is not None
        assert await store.finish(ended(claimed), counted())
        over = await store.head("duel")
        assert over is not None
        assert over == replace(ended(claimed), status=Status.OVER, lease=None, version=over.version)
        assert over.version > claimed.version
        assert await store.due(1 << 50) == []

    async def test_of_64_finishers_one_counts(self, store: Store) -> None:
        assert await finishes(store) == 1
        assert await store.pair_counts(LADDER) == counted()

    async def test_the_first_outcome_stays(self, store: Store) -> None:
        head = await started(store)
        await store.finish(ended(head), counted())
        assert not await store.finish(ended(head, DRAWN), counted(DRAWN))
        over = await store.head("duel")
        assert over is not None
        assert over.outcome == WON

    async def test_what_was_announced_meanwhile_stays(self, store: Store) -> None:
        head = await started(store)
        await store.show(head.duel_id, Shown("c", "de", "m", entry=5))
        await store.finish(ended(head))
        over = await store.head("duel")
        assert over is not None
        assert over.shown == Shown("c", "de", "m", entry=5)

    async def test_a_ladder_sums_each_ordered_pair(self, store: Store) -> None:
        swapped = replace(TERMS, players={Seat.FIRST: STOCKFISH, Seat.SECOND: NOVICE})
        lost = Outcome(Seat.SECOND, "resignation")
        results = [(TERMS, WON), (TERMS, WON), (TERMS, DRAWN), (TERMS, lost), (swapped, lost)]
        for n, (terms, outcome) in enumerate(results):
            head = await started(store, f"duel-{n}", terms=terms)
            await store.finish(ended(head, outcome), counted(outcome, terms=terms))
        first, second = EFFORTS
        four = [Effort(*(4 * figure for figure in astuple(effort))) for effort in EFFORTS]
        rows = {(row.first, row.second): row for row in await store.pair_counts(LADDER)}
        assert rows == {
            (str(NOVICE), str(STOCKFISH)): PairCount(LADDER, str(NOVICE), str(STOCKFISH), 2, 1, 1, *four),
            (str(STOCKFISH), str(NOVICE)): PairCount(LADDER, str(STOCKFISH), str(NOVICE), 0, 0, 1, first, second),
        }
        assert await store.pair_counts("another") == []

    async def test_a_duel_may_count_on_several_ladders_and_on_none(self, store: Store) -> None:
        assert await store.finish(ended(await started(store)), [*counted(), *counted(ladder="another")])
        assert await store.finish(ended(await started(store, "casual")))
        assert await store.pair_counts(LADDER) == counted()
        assert await store.pair_counts("another") == counted(ladder="another")

    async def test_an_unknown_duel_does_not_count(self, store: Store) -> None:
        assert not await store.finish(ended(head_of("nobody")), counted())
        assert await store.pair_counts(LADDER) == []


class TestRule:
    """A duel that is over gets another outcome: log, head and ladders in one step, or nothing."""

    async def test_everything_is_changed_and_undone_to_the_last_digit(self, store: Store) -> None:
        await store.finish(ended(await started(store)), counted())
        over = await stored(store)
        ruled = await store.rule(replace(over, outcome=VOID), [ruling(1, VOID)], [counted()[0].taken_away])
        assert await stored(store) == ruled == replace(over, outcome=VOID, version=over.version + 1)
        assert [entry.body for entry in await store.entries("duel", after=0)] == [ruling(1, VOID).body]
        assert [row.figures for row in await store.pair_counts(LADDER)] == [(0,) * 13]
        await store.rule(replace(ruled, outcome=WON), [ruling(2, WON)], counted())
        assert await store.pair_counts(LADDER) == counted()

    @pytest.mark.parametrize("wrong", ["version", "entry", "status"])
    async def test_nothing_is_changed_where_somebody_else_was_first(self, store: Store, wrong: str) -> None:
        head = await started(store)
        if wrong != "status":
            await store.finish(ended(head), counted())
        over = await stored(store)
        asked = replace(over, outcome=VOID, version=over.version - (wrong == "version"))
        with pytest.raises(Conflict):
            await store.rule(asked, [ruling(0 if wrong == "entry" else 1, VOID)], [counted()[0].taken_away])
        assert await stored(store) == over
        assert len(await store.entries("duel")) == 1
        assert await store.pair_counts(LADDER) == ([] if wrong == "status" else counted())

    async def test_of_64_who_rule_one_does(self, store: Store) -> None:
        assert await rulings(store) == 1
        assert [row.duels for row in await store.pair_counts(LADDER)] == [0]


async def stored(store: Store) -> Head:
    head = await store.head("duel")
    assert head is not None
    return head


class TestSeals:
    @staticmethod
    def seal(seat: Seat, move: str = "rock", entry: int = 1) -> Seal:
        return Seal(entry, seat, move, "salt", f"digest of {move}", Spoken("I hide.", tokens_out=3))

    async def test_the_first_choice_is_kept(self, store: Store) -> None:
        await started(store)
        rock, paper = self.seal(Seat.FIRST), self.seal(Seat.FIRST, "paper")
        assert await store.put_seal("duel", rock) == rock
        assert await store.put_seal("duel", paper) == rock
        assert await store.seals("duel", 1) == {Seat.FIRST: rock}

    async def test_each_seat_and_entry_has_its_own(self, store: Store) -> None:
        await started(store)
        seals = [self.seal(Seat.FIRST), self.seal(Seat.SECOND, "paper"), self.seal(Seat.FIRST, "scissors", 2)]
        for seal in seals:
            await store.put_seal("duel", seal)
        assert await store.seals("duel", 1) == {Seat.FIRST: seals[0], Seat.SECOND: seals[1]}
        assert await store.seals("duel", 2) == {Seat.FIRST: seals[2]}
        assert await store.seals("duel", 3) == {}

    async def test_the_end_discards_them(self, store: Store) -> None:
        head = await started(store)
        await store.put_seal("duel", self.seal(Seat.FIRST))
        await store.finish(ended(head))
        assert await store.seals("duel", 1) == {}


class TestSweep:
    async def test_the_longest_overdue_come_first(self, store: Store) -> None:
        for duel_id, deadline_ms in (("late", 300), ("later", 200), ("latest", 100), ("early", 401)):
            head = await started(store, duel_id)
            await store.update(replace(head, status=Status.WAITING, deadline_ms=deadline_ms))
        assert await store.due(400) == ["latest", "later", "late"]
        assert await store.due(400, limit=2) == ["latest", "later"]

    async def test_a_duel_without_a_lease_is_due_at_once(self, store: Store) -> None:
        await started(store)
        assert await store.due(0) == ["duel"]
        await store.claim("duel", Lease("w", 200), now_ms=100)
        assert await store.due(199) == []
        assert await store.due(200) == ["duel"]

    @pytest.mark.parametrize("status", [Status.ADJOURNED, Status.WAITING])
    async def test_nobody_wakes_what_waits_for_ever(self, store: Store, status: Status) -> None:
        await store.update(replace(await started(store), status=status))
        assert await store.due(1 << 50) == []


class TestUnfinished:
    async def test_a_restart_finds_what_goes_on_oldest_first(self, store: Store) -> None:
        heads = {name: await started(store, name, created_ms) for created_ms, name in enumerate("cbaxyz")}
        await store.update(replace(heads["b"], status=Status.WAITING, deadline_ms=None))
        await store.update(replace(heads["x"], status=Status.ADJOURNED))
        await store.finish(ended(heads["y"]))
        assert await store.unfinished() == ["c", "b", "a", "z"]
