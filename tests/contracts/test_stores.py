"""What every store promises: conditional, idempotent, counted once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

import pytest

from engine.errors import Conflict
from engine.model import (
    Agreed,
    Community,
    Entry,
    Head,
    Lease,
    Outcome,
    Person,
    Player,
    Seal,
    Seat,
    Shown,
    Spoken,
    Status,
    Terms,
    Turn,
)
from engine.ports import PairCount, Store
from engine.stores import _sqlite_heads, _sqlite_persons, _sqlite_writer
from engine.stores.sqlite import SqliteStore

NOVICE, STOCKFISH = Player("engine", "novice"), Player("engine", "stockfish:elo=1500")
TERMS: Final = Terms(
    "chess", {Seat.FIRST: NOVICE, Seat.SECOND: STOCKFISH}, seed=7, options={"opening": "C50"}, started_by="member"
)
WON: Final = Outcome(Seat.FIRST, "checkmate", "Mate.")
DRAWN: Final = Outcome(None, "stalemate")
LADDER: Final = "web:main/1/chess/standard/free"


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


class TestCreate:
    async def test_writes_head_and_entry_0(self, store: Store) -> None:
        head = await started(store)
        assert await store.head("duel") == head
        assert await store.entries("duel") == [first_of(head)]

    async def test_a_repeated_request_starts_nothing_twice(self, store: Store) -> None:
        head = await started(store)
        other = replace(head, created_ms=2000, terms=replace(TERMS, seed=8))
        assert not await store.create(other, first_of(other))
        assert await store.head("duel") == head
        assert await store.entries("duel") == [first_of(head)]

    async def test_a_head_comes_back_as_it_was(self, store: Store) -> None:
        full = Head(
            "full",
            TERMS,
            Status.WAITING,
            created_ms=5,
            version=3,
            lease=Lease("w", 99),
            waiting_for=frozenset(Seat),
            deadline_ms=70,
            shown=Shown("c", "de", "m “1”", "t", 7, 4, 3, replaced=2),
            outcome=Outcome(Seat.SECOND, "forfeit", "It gave up.", void=True),
            plies=6,
            ended_ms=80,
        )
        await store.create(full, first_of(full))
        assert await store.head("full") == full

    async def test_there_is_no_head_of_an_unknown_duel(self, store: Store) -> None:
        assert await store.head("nobody") is None
        assert await store.entries("nobody") == []


class TestFinding:
    async def test_duels_by_the_start_of_their_ids(self, store: Store) -> None:
        for duel_id in ("abcd1", "abcd2", "abce", "b"):
            await started(store, duel_id)
        await started(store, "abcd3", terms=replace(TERMS, community=Community("discord", "1")))
        found = await store.duels_starting(TERMS.community, "abcd", 10)
        assert [head.duel_id for head in found] == ["abcd1", "abcd2"]
        assert len(await store.duels_starting(TERMS.community, "ab", 1)) == 1
        assert await store.duels_starting(TERMS.community, "%", 10) == []

    async def test_the_unfinished_duels_of_a_player(self, store: Store) -> None:
        player = Player("human", 'an"n')
        terms = replace(TERMS, players={Seat.FIRST: player, Seat.SECOND: NOVICE})
        await started(store, "old", 1, terms)
        await started(store, "new", 2, terms)
        over = await started(store, "over", 3, terms)
        await store.finish(ended(over), None)
        await started(store, "others", 4)
        await started(store, "elsewhere", 5, replace(terms, community=Community("discord", "1")))
        assert [head.duel_id for head in await store.seated(TERMS.community, player)] == ["new", "old"]
        assert await store.seated(TERMS.community, Player("human", "an")) == []


class TestAppendAll:
    async def test_entries_follow_in_order(self, store: Store) -> None:
        head = await started(store)
        log = [first_of(head), *(turn(number) for number in range(1, 9))]
        await store.append_all("duel", log[1:5])
        await store.append_all("duel", log[5:])
        assert await store.entries("duel") == log

    async def test_written_again_it_is_a_success(self, store: Store) -> None:
        await started(store)
        burst = [turn(number) for number in range(1, 4)]
        await store.append_all("duel", burst)
        await store.append_all("duel", burst)
        assert len(await store.entries("duel")) == 4

    async def test_a_conflict_writes_none_of_it(self, store: Store) -> None:
        head = await started(store)
        await store.append("duel", turn(1, "somebody-else"))
        with pytest.raises(Conflict):
            await store.append_all("duel", [turn(number) for number in range(1, 4)])
        assert await store.entries("duel") == [first_of(head), turn(1, "somebody-else")]

    async def test_a_part_of_ours_is_not_all_of_ours(self, store: Store) -> None:
        await started(store)
        await store.append("duel", turn(1))
        with pytest.raises(Conflict):
            await store.append_all("duel", [turn(1), turn(2)])

    async def test_many_at_once(self, store: Store) -> None:
        await started(store)
        burst = [turn(number) for number in range(1, 101)]
        await store.append_all("duel", burst)
        assert await store.entries("duel", after=0) == burst

    async def test_racing_bursts_have_one_winner(self, store: Store) -> None:
        await started(store)
        bursts = [[turn(number, f"{racer}-{number}") for number in range(1, 5)] for racer in range(16)]
        results = await asyncio.gather(*(store.append_all("duel", one) for one in bursts), return_exceptions=True)
        assert sum(result is None for result in results) == 1
        written = await store.entries("duel", after=0)
        assert written in bursts

    async def test_of_64_bursts_one_is_in_the_log(self, store: Store) -> None:
        assert await winning_bursts(store) == 1


async def winning_bursts(store: Store) -> int:
    """64 writers of one entry or of several: how many of them have an entry in the log."""
    await started(store)
    bursts = [[turn(number, f"{writer}-{number}") for number in range(1, 2 + writer % 5)] for writer in range(64)]
    results = await asyncio.gather(*(store.append_all("duel", burst) for burst in bursts), return_exceptions=True)
    assert {type(result) for result in results} <= {type(None), Conflict}
    return len({entry.id.partition("-")[0] for entry in await store.entries("duel", after=0)})


class TestAppend:
    async def test_the_log_is_in_order(self, store: Store) -> None:
        head = await started(store)
        log = [first_of(head), *(turn(number) for number in range(1, 12))]
        for entry in log[1:]:
            await store.append("duel", entry)
        assert await store.entries("duel") == log
        assert await store.entries("duel", after=8) == log[9:]
        assert await store.entries("duel", after=11) == []

    async def test_the_same_entry_again_is_a_success(self, store: Store) -> None:
        await started(store)
        for _ in range(3):
            await store.append("duel", turn(1))
        assert len(await store.entries("duel")) == 2

    async def test_another_entry_of_that_number_is_a_conflict(self, store: Store) -> None:
        await started(store)
        await store.append("duel", turn(1))
        with pytest.raises(Conflict):
            await store.append("duel", turn(1, "other"))
        assert (await store.entries("duel"))[1] == turn(1)

    async def test_of_64_writers_one_wins(self, store: Store) -> None:
        assert await winners(store) == 1

    async def test_a_conflict_undoes_nobody_else(self, store: Store) -> None:
        duels = [await started(store, f"duel-{n}") for n in range(20)]
        entries = [turn(0 if n % 3 == 0 else 1) for n in range(20)]
        results = await asyncio.gather(
            *(store.append(head.duel_id, entry) for head, entry in zip(duels, entries, strict=True)),
            return_exceptions=True,
        )
        assert [isinstance(result, Conflict) for result in results] == [n % 3 == 0 for n in range(20)]
        lengths = [len(await store.entries(head.duel_id)) for head in duels]
        assert lengths == [1 if n % 3 == 0 else 2 for n in range(20)]

    async def test_a_cancelled_caller_harms_no_other(self, store: Store) -> None:
        await started(store)
        tasks = [asyncio.ensure_future(store.append("duel", turn(number))) for number in range(1, 9)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        async with asyncio.timeout(5):
            await asyncio.gather(*tasks, return_exceptions=True)
        assert [entry.number for entry in await store.entries("duel")] == list(range(9))

    async def test_words_of_every_kind_come_back(self, store: Store) -> None:
        await started(store)
        words = "“Ü” 車 🏁 \x00 \ud83c \\ \" '; DROP TABLE entries; --"
        entry = Entry(1, "words", 5, Turn({Seat.FIRST: "e2e4"}, {Seat.FIRST: Spoken(words)}))
        await store.append("duel", entry)
        assert (await store.entries("duel"))[1] == entry


async def winners(store: Store) -> int:
    """How many of 64 writers of the same number were told that theirs is the one."""
    await started(store)
    writes = (store.append("duel", turn(1, f"writer-{n}")) for n in range(64))
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(result) for result in results} <= {type(None), Conflict}
    return results.count(None)


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


async def updates(store: Store) -> int:
    head = await started(store)
    writes = (store.update(replace(head, plies=n)) for n in range(64))
    results = await asyncio.gather(*writes, return_exceptions=True)
    return sum(isinstance(result, Head) for result in results)


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


async def claims(store: Store) -> int:
    await started(store)
    results = await asyncio.gather(*(store.claim("duel", Lease(f"worker-{n}", 200), 100) for n in range(64)))
    return sum(result is not None for result in results)


class TestFinish:
    async def test_marks_the_duel_over(self, store: Store) -> None:
        await started(store)
        claimed = await store.claim("duel", Lease("w", 200), now_ms=100)
        assert claimed is not None
        assert await store.finish(ended(claimed), LADDER)
        over = await store.head("duel")
        assert over is not None
        assert over == replace(ended(claimed), status=Status.OVER, lease=None, version=over.version)
        assert over.version > claimed.version
        assert await store.due(1 << 50) == []

    async def test_of_64_finishers_one_counts(self, store: Store) -> None:
        assert await finishes(store) == 1
        assert await store.pair_counts(LADDER) == [PairCount(LADDER, str(NOVICE), str(STOCKFISH), wins=1)]

    async def test_the_first_outcome_stays(self, store: Store) -> None:
        head = await started(store)
        await store.finish(ended(head), LADDER)
        assert not await store.finish(ended(head, DRAWN), LADDER)
        over = await store.head("duel")
        assert over is not None
        assert over.outcome == WON

    async def test_what_was_announced_meanwhile_stays(self, store: Store) -> None:
        head = await started(store)
        await store.show(head.duel_id, Shown("c", "de", "m", entry=5))
        await store.finish(ended(head), None)
        over = await store.head("duel")
        assert over is not None
        assert over.shown == Shown("c", "de", "m", entry=5)

    async def test_a_ladder_sums_each_ordered_pair(self, store: Store) -> None:
        swapped = replace(TERMS, players={Seat.FIRST: STOCKFISH, Seat.SECOND: NOVICE})
        lost = Outcome(Seat.SECOND, "resignation")
        results = [(TERMS, WON), (TERMS, WON), (TERMS, DRAWN), (TERMS, lost), (swapped, lost)]
        for n, (terms, outcome) in enumerate(results):
            head = await started(store, f"duel-{n}", terms=terms)
            await store.finish(ended(head, outcome), LADDER)
        rows = {(row.first, row.second): row for row in await store.pair_counts(LADDER)}
        assert rows == {
            (str(NOVICE), str(STOCKFISH)): PairCount(LADDER, str(NOVICE), str(STOCKFISH), 2, 1, 1),
            (str(STOCKFISH), str(NOVICE)): PairCount(LADDER, str(STOCKFISH), str(NOVICE), 0, 0, 1),
        }
        assert await store.pair_counts("another") == []

    @pytest.mark.parametrize(
        ("outcome", "ladder"), [(WON, None), (Outcome(None, "provider-down", "Down.", void=True), LADDER)]
    )
    async def test_casual_and_void_duels_do_not_count(self, store: Store, outcome: Outcome, ladder: str | None) -> None:
        assert await store.finish(ended(await started(store), outcome), ladder)
        assert await store.pair_counts(LADDER) == []

    async def test_an_unknown_duel_does_not_count(self, store: Store) -> None:
        assert not await store.finish(ended(head_of("nobody")), LADDER)
        assert await store.pair_counts(LADDER) == []


async def finishes(store: Store) -> int:
    head = await started(store)
    return sum(await asyncio.gather(*(store.finish(ended(head), LADDER) for _ in range(64))))


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
        await store.finish(ended(head), None)
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
        await store.finish(ended(heads["y"]), None)
        assert await store.unfinished() == ["c", "b", "a", "z"]


class TestDuels:
    async def test_a_community_sees_its_own_newest_first(self, store: Store) -> None:
        there = replace(TERMS, community=Community("discord", "42"))
        for n in (2, 3, 1):
            await started(store, f"duel-{n}", created_ms=n)
        await started(store, "elsewhere", created_ms=9, terms=there)
        assert [head.created_ms for head in await store.duels(TERMS.community)] == [3, 2, 1]
        assert [head.duel_id for head in await store.duels(there.community)] == ["elsewhere"]
        assert await store.duels(Community("web", "other")) == []

    async def test_pages_and_filters(self, store: Store) -> None:
        heads = [await started(store, f"duel-{n}", created_ms=n) for n in range(6)]
        await store.finish(ended(heads[4]), None)
        await store.finish(ended(heads[1]), None)
        here = TERMS.community
        assert [head.created_ms for head in await store.duels(here, limit=2)] == [5, 4]
        assert [head.created_ms for head in await store.duels(here, before_ms=4, limit=2)] == [3, 2]
        assert [head.created_ms for head in await store.duels(here, Status.OVER)] == [4, 1]
        assert [head.created_ms for head in await store.duels(here, Status.LIVE, before_ms=3)] == [2, 0]


async def namesakes(store: Store) -> int:
    """How many of 64 who want the same name have it."""
    asked = (store.person("web", str(n), "Bob", f"p{n}", unique=True) for n in range(64))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in answers} <= {Person, Conflict}
    return sum(isinstance(answer, Person) for answer in answers)


class TestPeople:
    async def test_one_person_per_platform_id(self, store: Store) -> None:
        ann = await store.person("discord", "1", "Ann", "p1")
        assert ann == Person("p1", "discord", "1", "Ann")
        assert await store.person("discord", "1", "Ann", "p2") == ann
        assert (await store.person("slack", "1", "Ann", "p3")).id == "p3"
        assert await store.person_of("discord", "1") == ann
        assert await store.person_of("discord", "2") is None

    async def test_a_new_name_is_kept(self, store: Store) -> None:
        await store.person("discord", "1", "Ann", "p1")
        assert await store.person("discord", "1", "Anna", "p2") == Person("p1", "discord", "1", "Anna")
        assert await store.people(["p1"]) == {"p1": Person("p1", "discord", "1", "Anna")}
        assert await store.person_named("discord", "Ann") is None

    async def test_64_sightings_make_one_person(self, store: Store) -> None:
        seen = await asyncio.gather(*(store.person("discord", "1", "Ann", f"p{n}") for n in range(64)))
        assert len({person.id for person in seen}) == 1

    async def test_unknown_ids_are_left_out(self, store: Store) -> None:
        ann = await store.person("discord", "1", "Ann", "p1")
        assert await store.people(["p1", "erased"]) == {"p1": ann}
        assert await store.people([]) == {}

    async def test_a_name_is_found_whatever_its_case(self, store: Store) -> None:
        strasse = await store.person("discord", "1", "Straße", "p1")
        assert await store.person_named("discord", "STRASSE") == strasse
        assert await store.person_named("slack", "Straße") is None

    async def test_of_namesakes_the_one_seen_last_is_meant(self, store: Store) -> None:
        await store.person("discord", "1", "Ann", "p1")
        await store.person("discord", "2", "ann", "p2")
        assert (await store.person_named("discord", "Ann")) == Person("p2", "discord", "2", "ann")
        await store.person("discord", "1", "Ann", "p1")
        assert (await store.person_named("discord", "Ann")) == Person("p1", "discord", "1", "Ann")

    async def test_a_unique_name_is_refused_to_the_second(self, store: Store) -> None:
        bob = await store.person("web", "1", "Bob", "p1", unique=True)
        for name in ("Bob", "BOB", "\uff22\uff4f\uff42", "B\u1d52b"):  # full width, and a superscript o
            with pytest.raises(Conflict):
                await store.person("web", "2", name, "p2", unique=True)
        assert await store.person_of("web", "2") is None
        assert await store.person("slack", "2", "Bob", "p3", unique=True) == Person("p3", "slack", "2", "Bob")
        assert await store.person("web", "1", "bob", "p4", unique=True) == Person("p1", "web", "1", "bob")
        assert await store.person_named("web", "Bob") == Person(bob.id, "web", "1", "bob")

    async def test_a_refused_name_leaves_the_old_one(self, store: Store) -> None:
        await store.person("web", "1", "Bob", "p1", unique=True)
        ann = await store.person("web", "2", "Ann", "p2", unique=True)
        with pytest.raises(Conflict):
            await store.person("web", "2", "Bob", "p3", unique=True)
        assert await store.person_of("web", "2") == ann

    async def test_of_64_who_want_a_unique_name_one_has_it(self, store: Store) -> None:
        assert await namesakes(store) == 1


class TestGuards:
    """Each check above that counts winners finds more of them once the store's guard is gone."""

    @pytest.fixture
    async def bare(self) -> AsyncIterator[Store]:
        opened = SqliteStore.open(":memory:")
        yield opened
        await opened.close()

    async def test_an_append_that_overwrites_is_caught(self, bare: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        guarded = _sqlite_writer._insertion

        def overwriting(rows: int) -> str:
            return guarded(rows).replace("INSERT", "INSERT OR REPLACE").replace("ON CONFLICT DO NOTHING", "")

        monkeypatch.setattr(_sqlite_writer, "_insertion", overwriting)
        assert await winners(bare) == 64

    async def test_a_burst_that_is_written_in_part_is_caught(
        self, bare: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def careless(connection: sqlite3.Connection, rows: Sequence[_sqlite_writer.Row]) -> None:
            if not _sqlite_writer._write(connection, rows):
                raise Conflict("all are taken")

        monkeypatch.setattr(_sqlite_writer, "_insert_all", careless)
        assert await winning_bursts(bare) > 1

    async def test_a_retry_that_is_not_recognised_is_caught(self, bare: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_sqlite_writer.Writer, "_verify", lambda self, row: Conflict("not mine"))
        with pytest.raises(Conflict):
            await TestAppend().test_the_same_entry_again_is_a_success(bare)

    async def test_a_name_that_is_not_looked_up_is_caught(self, bare: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_sqlite_persons, "_NAMESAKE", "SELECT 1 WHERE ? || ? || ? IS NULL")
        assert await namesakes(bare) == 64

    @pytest.mark.parametrize(
        ("statement", "guard", "count"),
        [
            ("_UPDATE", "AND version = ?", updates),
            ("_CLAIM", "AND (lease_worker IS NULL OR lease_worker = ?1 OR lease_until_ms <= ?4)", claims),
            ("_FINISH", "AND status <> 'over'", finishes),
        ],
    )
    async def test_a_missing_condition_is_caught(
        self,
        bare: Store,
        monkeypatch: pytest.MonkeyPatch,
        statement: str,
        guard: str,
        count: Callable[[Store], Awaitable[int]],
    ) -> None:
        guarded = getattr(_sqlite_heads, statement)
        always = "AND ? IS NOT NULL" if guard.endswith("= ?") else "AND ?4 IS NOT NULL" if "?4" in guard else ""
        assert guard in guarded
        monkeypatch.setattr(_sqlite_heads, statement, guarded.replace(guard, always))
        assert await count(bare) == 64
