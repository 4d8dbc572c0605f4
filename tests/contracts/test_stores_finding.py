"""What every store promises of the lists: whose, in which order, how many."""

from __future__ import annotations

from dataclasses import replace

from stores_support import NOVICE, STOCKFISH, TERMS, WON, ended, started

from engine.model import (
    Community,
    Player,
    Seat,
    Status,
)
from engine.ports import Store


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
        await store.finish(ended(over))
        await started(store, "others", 4)
        await started(store, "elsewhere", 5, replace(terms, community=Community("discord", "1")))
        assert [head.duel_id for head in await store.seated(TERMS.community, player)] == ["new", "old"]
        assert await store.seated(TERMS.community, Player("human", "an")) == []


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
        await store.finish(ended(heads[4]))
        await store.finish(ended(heads[1]))
        here = TERMS.community
        assert [head.created_ms for head in await store.duels(here, limit=2)] == [5, 4]
        assert [head.created_ms for head in await store.duels(here, before_ms=4, limit=2)] == [3, 2]
        assert [head.created_ms for head in await store.duels(here, Status.OVER)] == [4, 1]
        assert [head.created_ms for head in await store.duels(here, Status.LIVE, before_ms=3)] == [2, 0]


class TestHistory:
    async def test_a_player_sees_their_own_of_every_community_newest_first(self, store: Store) -> None:
        ann = Player("human", "ann")
        hers = replace(TERMS, players={Seat.FIRST: ann, Seat.SECOND: NOVICE})
        await started(store, "old", 1, hers)
        await started(store, "elsewhere", 2, replace(hers, community=Community("discord", "1")))
        await started(store, "second", 3, replace(TERMS, players={Seat.FIRST: NOVICE, Seat.SECOND: ann}))
        await started(store, "others", 4)
        await started(store, "started by her", 5, replace(TERMS, started_by="ann"))
        assert await ids(store, ann) == ["second", "elsewhere", "old"]
        assert await ids(store, Player("human", "an")) == []
        assert await ids(store, NOVICE) == ["started by her", "others", "second", "elsewhere", "old"]

    async def test_both_seats_of_a_duel_make_it_one(self, store: Store) -> None:
        await started(store, terms=replace(TERMS, players=dict.fromkeys(Seat, NOVICE)))
        assert await ids(store, NOVICE) == ["duel"]

    async def test_holds_what_is_over_as_it_ended(self, store: Store) -> None:
        await store.finish(ended(await started(store)))
        (head,) = await store.history(NOVICE)
        assert (head.status, head.outcome) == (Status.OVER, WON)
        assert head == await store.head("duel")

    async def test_who_left_their_seat_to_a_program_keeps_the_duel(self, store: Store) -> None:
        ann = Player("human", "ann")
        head = await started(store, terms=replace(TERMS, players={Seat.FIRST: ann, Seat.SECOND: NOVICE}))
        left = replace(head.terms, players={Seat.FIRST: STOCKFISH, Seat.SECOND: NOVICE}, rated=False)
        await store.update(replace(head, terms=left))
        (found,) = await store.history(ann)
        assert found.terms == left
        assert await ids(store, STOCKFISH) == []

    async def test_a_page_starts_before_a_time(self, store: Store) -> None:
        for number in range(40):
            await started(store, f"duel-{number:02}", number)
        assert await ids(store, NOVICE, limit=2) == ["duel-39", "duel-38"]
        assert await ids(store, NOVICE, before_ms=38, limit=2) == ["duel-37", "duel-36"]
        assert await ids(store, NOVICE, before_ms=0) == []
        assert len(await ids(store, NOVICE)) == 25

    async def test_duels_of_one_millisecond_are_in_order_and_none_is_lost(self, store: Store) -> None:
        for duel_id, created_ms in (("c", 5), ("a", 5), ("b", 5), ("z", 6), ("y", 4)):
            await started(store, duel_id, created_ms)
        first = await ids(store, NOVICE, limit=3)
        assert first == ["z", "a", "b"]
        after = await ids(store, NOVICE, before_ms=5 + 1)
        assert [duel_id for duel_id in after if duel_id not in first] == ["c", "y"]


async def ids(store: Store, player: Player, **page: int) -> list[str]:
    return [head.duel_id for head in await store.history(player, **page)]
