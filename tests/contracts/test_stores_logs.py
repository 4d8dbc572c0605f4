"""What every store promises of a log: a number is taken once, and written again it is a success."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from stores_support import (
    TERMS,
    first_of,
    started,
    turn,
    winners,
    winning_bursts,
)

from engine.errors import Conflict
from engine.model import (
    Entry,
    Head,
    Lease,
    Outcome,
    Seat,
    Shown,
    Spoken,
    Status,
    Turn,
)
from engine.ports import Store


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
