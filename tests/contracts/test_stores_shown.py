"""What every store promises of what a platform shows: only ``show`` writes it, and ``unshown`` finds what is left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from stores_support import TERMS, WON, ended, first_of, head_of, started

from engine.model import Community, Head, Lease, Shown, Status, Terms
from engine.ports import Store

BOARD = Shown("channel", "de", "message “1”", "thread", 7, 4, 3, replaced=2)


async def update(store: Store, head: Head) -> None:
    await store.update(replace(head, plies=9, shown=Shown("another", "en", "other")))


async def claim(store: Store, head: Head) -> None:
    assert await store.claim(head.duel_id, Lease("w", 200), now_ms=100)


async def release(store: Store, head: Head) -> None:
    await claim(store, head)
    assert await store.release(["w"]) == 1


async def finish(store: Store, head: Head) -> None:
    assert await store.finish(replace(ended(head), shown=Shown("another")))


class TestShow:
    @pytest.mark.parametrize("write", [update, claim, release, finish])
    async def test_outlives_every_other_write(
        self, store: Store, write: Callable[[Store, Head], Awaitable[None]]
    ) -> None:
        head = await started(store)
        await store.show("duel", BOARD)
        await write(store, head)
        assert (await stored(store)).shown == BOARD

    async def test_changes_nothing_else_and_no_version(self, store: Store) -> None:
        head = await started(store)
        await store.show("duel", BOARD)
        assert await stored(store) == replace(head, shown=BOARD)
        assert (await store.update(head)).version == head.version + 1

    async def test_of_an_unknown_duel_is_nothing(self, store: Store) -> None:
        await store.show("nobody", BOARD)
        assert await store.head("nobody") is None
        assert await store.unshown("web") == []

    async def test_a_duel_may_be_shown_from_its_start(self, store: Store) -> None:
        head = replace(head_of("duel"), shown=Shown("channel", "de"))
        await store.create(head, first_of(head))
        assert (await stored(store)).shown == Shown("channel", "de")
        assert await store.unshown("web") == ["duel"]

    async def test_among_racing_writers_of_the_head_nothing_is_lost(self, store: Store) -> None:
        await started(store)

        async def announce() -> None:
            for entry in range(32):
                await store.show("duel", replace(BOARD, entry=entry))

        claims = [store.claim("duel", Lease("w", 200 + n), now_ms=100) for n in range(32)]
        await asyncio.gather(announce(), *claims)
        head = await stored(store)
        assert (head.shown, head.version) == (replace(BOARD, entry=31), 32)


class TestUnshown:
    async def test_holds_what_has_a_channel_until_the_end_is_shown_oldest_first(self, store: Store) -> None:
        for created_ms, duel_id in enumerate(("c", "b", "a")):
            await started(store, duel_id, created_ms)
            await store.show(duel_id, BOARD)
        await started(store, "nowhere", 0)
        assert await store.unshown("web") == ["c", "b", "a"]
        await store.show("b", replace(BOARD, final=True))
        assert await store.unshown("web") == ["c", "a"]

    async def test_holds_no_message_that_rests(self, store: Store) -> None:
        await started(store)
        await store.show("duel", BOARD)
        await store.show("duel", replace(BOARD, resting=True))
        assert await store.unshown("web") == []
        assert (await stored(store)).shown.resting
        await store.show("duel", BOARD)
        assert await store.unshown("web") == ["duel"]

    async def test_the_end_of_the_duel_alone_does_not_show_it(self, store: Store) -> None:
        head = await started(store)
        await store.show("duel", BOARD)
        await store.finish(ended(head, WON))
        assert (await stored(store)).status is Status.OVER
        assert await store.unshown("web") == ["duel"]

    async def test_a_platform_sees_all_of_its_servers_and_no_other(self, store: Store) -> None:
        for place in (Community("discord", "1"), Community("discord", "2"), Community("slack", "1")):
            terms: Terms = replace(TERMS, community=place)
            await started(store, str(place), terms=terms)
            await store.show(str(place), BOARD)
        assert await store.unshown("discord") == ["discord:1", "discord:2"]
        assert await store.unshown("slack") == ["slack:1"]
        assert await store.unshown("web") == []


async def stored(store: Store) -> Head:
    head = await store.head("duel")
    assert head is not None
    return head
