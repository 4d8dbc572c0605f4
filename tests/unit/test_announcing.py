"""The projection: newest state only, one message under way, the end always, and nothing lost by a platform's faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from support import Line, StandingClock, arena_over, start

from bot._lagging import LEFT_MS, may_rest
from bot._projection import AT_ONCE, Pacing
from bot.announcing import Announcing
from bot.cards import HouseStyle
from bot.commands import Reply
from bot.hub import Hub
from bot.presenting import Card, Notice, Presenter, Words
from engine.arena import Arena
from engine.arena.decisions import void
from engine.errors import CannotPost, PlatformDown
from engine.model import Community, Document, Head, Seat, Shown, Status

GUILD = Community("discord", "7")


class Channel:
    """A platform that keeps what it is shown, and fails as it is told: an exception among ``faults`` is raised."""

    platform = "discord"

    def __init__(self) -> None:
        self.cards: list[Card] = []
        self.told: list[Words] = []
        self.faults: list[Exception | None] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.under_way = 0
        self.begun = asyncio.Event()
        self.arrived = asyncio.Event()

    async def board(self, card: Card, shown: Shown) -> Shown:
        self.under_way += 1
        self.begun.set()
        assert self.under_way == 1, "two messages of one duel at once"
        try:
            await self.gate.wait()
            if self.faults and (fault := self.faults.pop(0)):
                raise fault
            self.cards.append(card)
            self.arrived.set()
        finally:
            self.under_way -= 1
        return replace(shown, message_id=shown.message_id or "m1", posted_ms=1)

    async def words(self, card: Card, words: Sequence[Words], shown: Shown) -> Shown:
        self.told += words
        return replace(shown, thread_id="t1", told=words[-1].entry)

    async def notice(self, notice: Notice) -> str:
        return "n1"

    async def retract(self, channel: str, message_id: str) -> None:
        """Nothing to take away."""

    async def answer(self, answer_to: str, reply: Reply) -> None:
        """Nobody listens."""


@asynccontextmanager
async def shown_on(arena: Arena, channel: Channel, pacing: Pacing = AT_ONCE) -> AsyncIterator[Announcing]:
    async def style(head: Head) -> HouseStyle:
        return HouseStyle(pictures=False)

    async def notify(document: Document, presenter: Presenter) -> None:
        raise AssertionError("no documents here")

    announcing = Announcing(arena, {"discord": channel}, style, notify, pacing)
    hub = arena.context.announcer
    assert isinstance(hub, Hub)
    hub.add(announcing)
    try:
        yield announcing
    finally:
        await announcing.close()


async def final(arena: Arena, duel_id: str) -> Shown:
    """What is shown once the end is."""
    for _ in range(10_000):
        head = await arena.context.head(duel_id)
        if head.shown.final:
            return head.shown
        await asyncio.sleep(0)
    raise AssertionError(f"the end was never shown: {head}")


async def play(arena: Arena, **more: object) -> str:
    head = await start(arena, "tic_tac_toe", "engine/perfect", "engine/perfect", community=GUILD, channel="c1", **more)
    await arena.turns.play(head.duel_id)
    return head.duel_id


async def test_the_end_is_shown_and_remembered() -> None:
    async with arena_over() as arena:
        channel = Channel()
        async with shown_on(arena, channel):
            duel_id = await play(arena)
            shown = await final(arena, duel_id)
        assert channel.cards[-1].over
        assert channel.cards[-1].summary[0] == "A draw."
        assert shown.message_id == "m1"
        assert shown.entry == channel.cards[-1].entry
        assert await arena.context.store.unshown("discord") == []


async def test_changes_while_a_message_is_under_way_become_one() -> None:
    async with arena_over() as arena:
        channel = Channel()
        channel.gate.clear()
        async with shown_on(arena, channel):
            duel_id = await play(arena)
            channel.gate.set()
            await final(arena, duel_id)
        entries = [card.entry for card in channel.cards]
        assert len(entries) <= 2
        assert entries == sorted(entries)


@pytest.mark.parametrize("fault", [PlatformDown("away"), PlatformDown("slow down", 3.0)])
async def test_a_platform_that_is_down_is_asked_again(fault: PlatformDown) -> None:
    async with arena_over() as arena:
        channel = Channel()
        channel.faults = [fault, fault, None]
        before = arena.context.clock.now_ms()
        async with shown_on(arena, channel):
            await final(arena, await play(arena))
        asked = fault.retry_after_seconds
        assert arena.context.clock.now_ms() - before >= (6000 if asked else 3000)
        assert channel.cards[-1].over


async def test_whoever_waits_for_the_first_board_learns_what_to_grant() -> None:
    async with arena_over(players={"x/slow": Line("5", "1", "2")}) as arena:
        channel = Channel()
        channel.faults = [CannotPost("Grant me Send Messages here.")]
        async with shown_on(arena, channel) as announcing:
            head = await start(arena, "tic_tac_toe", "human/ann", "x/slow", community=GUILD, channel="c1")
            assert await announcing.obstacle(head.duel_id) == "Grant me Send Messages here."


async def test_a_board_that_stands_is_no_obstacle() -> None:
    async with arena_over() as arena, shown_on(arena, Channel()) as announcing:
        head = await start(arena, "tic_tac_toe", "human/ann", "engine/perfect", community=GUILD, channel="c1")
        assert await announcing.obstacle(head.duel_id) == ""


async def test_after_a_crash_the_next_process_goes_on_with_the_same_message() -> None:
    async with arena_over() as arena:
        duel_id = await play(arena)
        await arena.context.store.show(duel_id, Shown("c1", "en", "m1", posted_ms=1, entry=2))
        channel = Channel()
        async with shown_on(arena, channel) as announcing:
            assert await announcing.resume() == 1
            shown = await final(arena, duel_id)
        assert shown.message_id == "m1"
        assert [card.over for card in channel.cards] == [True]


async def test_a_duel_of_another_platform_or_without_a_channel_is_left_alone() -> None:
    async with arena_over() as arena:
        channel = Channel()
        async with shown_on(arena, channel) as announcing:
            for request, place in (("1", Community("web", "main")), ("2", GUILD)):
                head = await start(arena, "tic_tac_toe", "engine/perfect", "engine/perfect", request, community=place)
                await arena.turns.play(head.duel_id)
                assert await announcing.obstacle(head.duel_id) == ""
        assert channel.cards == []


async def test_words_go_to_the_thread_once_and_in_order() -> None:
    said = [f"I take {square} because it is mine." for square in (5, 1, 8)]
    players = {"x/first": Line(*(f"{text} Move: {text[7]}" for text in said))}
    async with arena_over(players=players) as arena:
        channel = Channel()
        async with shown_on(arena, channel):
            head = await start(arena, "tic_tac_toe", "x/first", "human/ann", community=GUILD, channel="c1")
            await arena.turns.play(head.duel_id)
            for request, square in enumerate(("2", "9")):
                await arena.duels.move(head.duel_id, "ann", square, f"m{request}")
                await arena.turns.play(head.duel_id)
            await arena.duels.resign(head.duel_id, "ann", "give up")
            await final(arena, head.duel_id)
        assert [words.text[:8] for words in channel.told] == ["I take 5", "I take 1", "I take 8"]
        assert [words.entry for words in channel.told] == sorted({words.entry for words in channel.told})
        assert channel.told[0].who == "X (x/first)"


async def test_a_person_on_move_has_buttons_for_that_position_alone() -> None:
    async with arena_over() as arena:
        channel = Channel()
        async with shown_on(arena, channel):
            head = await start(arena, "tic_tac_toe", "human/ann", "engine/perfect", community=GUILD, channel="c1")
            await arena.turns.play(head.duel_id)
            await channel.arrived.wait()
        moves = [button for row in channel.cards[-1].buttons for button in row if button.verb == "move"]
        assert len(moves) == 9
        assert {(button.options["duel"], button.options["at"]) for button in moves} == {(head.duel_id, "0")}
        assert (await arena.context.head(head.duel_id)).status is Status.WAITING


async def test_a_side_that_fails_shows_its_attempts() -> None:
    async with arena_over(players={"x/mute": Line(None)}) as arena:
        channel = Channel()
        async with shown_on(arena, channel):
            head = await start(arena, "chess", "x/mute", "engine/novice", community=GUILD, channel="c1")
            await arena.turns.play(head.duel_id)
            await final(arena, head.duel_id)
        card = channel.cards[-1]
        assert card.summary[0] == "engine/novice won."
        assert card.seats[0].seat is Seat.FIRST
        assert [words.text for words in channel.told] == ["I do not know."]


async def test_the_thread_never_tells_what_the_board_does_not_show_yet() -> None:
    """A person's answer comes while the board of the move before it is on its way."""
    async with arena_over(players={"x/talker": Line("I take 5. Move: 5", "I take 1. Move: 1")}) as arena:
        channel = Channel()
        order: list[int] = []
        ahead: list[int] = []
        on_its_way = asyncio.Event()
        board, words = channel.board, channel.words

        async def ordered_board(card: Card, shown: Shown) -> Shown:
            order.append(card.entry)
            if card.entry == 1:
                on_its_way.set()
            return await board(card, shown)

        async def ordered_words(card: Card, told: Sequence[Words], shown: Shown) -> Shown:
            ahead.extend(one.entry for one in told if one.entry > order[-1])
            return await words(card, told, shown)

        channel.board, channel.words = ordered_board, ordered_words  # type: ignore[method-assign]
        async with shown_on(arena, channel):
            await arena.context.is_closed()  # read once: else the board of entry 0 is what is on its way
            head = await start(arena, "tic_tac_toe", "x/talker", "human/ann", community=GUILD, channel="c1")
            channel.gate.clear()
            await arena.turns.play(head.duel_id)
            await on_its_way.wait()
            await arena.duels.move(head.duel_id, "ann", "2", "m1")
            await arena.turns.play(head.duel_id)
            channel.gate.set()
            await arena.duels.resign(head.duel_id, "ann", "r1")
            await final(arena, head.duel_id)
        assert ahead == []
        assert [one.text[:8] for one in channel.told] == ["I take 5", "I take 1"]


async def test_an_end_that_was_refused_is_shown_once_it_may_be() -> None:
    async with arena_over() as arena:
        channel = Channel()
        async with shown_on(arena, channel):
            head = await start(arena, "tic_tac_toe", "human/ann", "engine/perfect", community=GUILD, channel="c1")
            await arena.turns.play(head.duel_id)
            await channel.arrived.wait()
            channel.faults = [CannotPost("Grant me View Channel."), CannotPost("Grant me View Channel.")]
            await arena.duels.resign(head.duel_id, "ann", "r1")
            shown = await final(arena, head.duel_id)
        assert channel.cards[-1].over
        assert shown.entry == channel.cards[-1].entry


async def test_a_channel_that_refuses_is_asked_ever_more_seldom() -> None:
    async with arena_over() as arena:
        channel = Channel()
        channel.faults = [CannotPost("Grant me View Channel.") for _ in range(1000)]
        async with shown_on(arena, channel):
            head = await start(arena, "chess", "human/ann", "human/ben", community=GUILD, channel="c1")
            before = arena.context.clock.now_ms()
            while arena.context.clock.now_ms() - before < 6 * 3_600_000:
                arena.context.announcer.changed(head.duel_id, 1)
                await asyncio.sleep(0)
        assert 1000 - len(channel.faults) <= 17


async def test_an_end_that_nobody_ever_saw_is_given_up_where_it_may_not_be_posted() -> None:
    async with arena_over() as arena:
        channel = Channel()
        channel.faults = [CannotPost("Grant me View Channel.") for _ in range(10_000)]
        async with shown_on(arena, channel):
            await final(arena, await play(arena))
        assert channel.cards == []


SELDOM = Pacing(words_seconds=60, keep_seconds=60)
THINKS = "My move: {}".format


class TestSettle:
    async def test_shows_tells_and_stores_all_that_waits_and_leaves_nothing_running(self) -> None:
        async with arena_over(players={"x/a": Line("My move: 1"), "x/b": Line("4")}) as arena:
            channel = Channel()
            async with shown_on(arena, channel, SELDOM) as announcing:
                head = await start(arena, "tic_tac_toe", "x/a", "human/bob", community=GUILD, channel="c1")
                await arena.turns.play(head.duel_id)
                assert await announcing.settle(5)
                shown = (await arena.context.head(head.duel_id)).shown
                assert shown.entry == channel.cards[-1].entry == 1
                assert [one.text for one in channel.told] == ["My move: 1"]
                assert shown.told == 1
                assert not announcing._tasks

    async def test_gives_up_on_a_platform_that_does_not_answer(self) -> None:
        async with arena_over() as arena:
            channel = Channel()
            channel.gate.clear()
            async with shown_on(arena, channel) as announcing:
                duel_id = await play(arena)
                assert not await announcing.settle(0.01)
                assert not announcing._tasks
            assert await arena.context.store.unshown("discord") == [duel_id]

    async def test_goes_on_afterwards_from_what_is_stored(self) -> None:
        async with arena_over(players={"x/a": Line("1", "2", "3"), "x/b": Line("4", "5")}) as arena:
            channel = Channel()
            async with shown_on(arena, channel) as announcing:
                head = await start(arena, "tic_tac_toe", "x/a", "x/b", community=GUILD, channel="c1")
                assert await announcing.settle(5)
                await arena.context.store.show(head.duel_id, Shown("c1", message_id="another's"))
                await arena.turns.play(head.duel_id)
                assert (await final(arena, head.duel_id)).message_id == "another's"


class TestPacing:
    async def test_how_far_a_message_has_come_is_stored_with_the_message_and_then_seldom(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stored: list[Shown] = []
        async with arena_over(
            players={"x/a": Line(*map(THINKS, (1, 2, 3))), "x/b": Line(*map(THINKS, (4, 5)))}
        ) as arena:
            store, channel = arena.context.store, Channel()
            show = store.show

            async def counted(duel_id: str, shown: Shown) -> None:
                stored.append(shown)
                await show(duel_id, shown)

            monkeypatch.setattr(store, "show", counted)
            async with shown_on(arena, channel, SELDOM):
                head = await start(arena, "tic_tac_toe", "x/a", "x/b", community=GUILD, channel="c1")
                await arena.turns.play(head.duel_id)
                await final(arena, head.duel_id)
        assert len(channel.told) == 5
        assert len(stored) <= 3
        assert stored[-1].final


class TestMend:
    async def test_takes_up_what_nobody_is_at_and_nothing_else(self) -> None:
        async with arena_over(players={"x/a": Line("1", "2"), "x/b": Line("4")}) as arena:
            clock, channel = arena.context.clock, Channel()
            assert isinstance(clock, StandingClock)
            over = await play(arena, request_id="over")
            waits = await start(arena, "tic_tac_toe", "x/a", "human/bob", "waits", community=GUILD, channel="c1")
            await arena.turns.play(waits.duel_id)
            await start(arena, "tic_tac_toe", "x/a", "x/b", "live", community=GUILD, channel="c1")
            async with shown_on(arena, channel) as announcing:
                assert await announcing.mend() == 0
                clock.pass_seconds(LEFT_MS / 1000)
                assert await announcing.mend() == 2
                assert await announcing.settle(5)
                assert {card.duel_id for card in channel.cards} == {over, waits.duel_id}
                assert await announcing.mend() == 0


@asynccontextmanager
async def waiting() -> AsyncIterator[tuple[Arena, Channel, Announcing, str]]:
    """A duel that waits for bob, its board shown."""
    async with arena_over(players={"x/a": Line("1", "2")}) as arena:
        channel = Channel()
        async with shown_on(arena, channel) as announcing:
            await arena.context.is_closed()  # read once: the duel then comes to its wait before its first board is sent
            head = await start(arena, "tic_tac_toe", "x/a", "human/bob", community=GUILD, channel="c1")
            await arena.turns.play(head.duel_id)
            assert await announcing.obstacle(head.duel_id) == ""
            yield arena, channel, announcing, head.duel_id


class TestRest:
    """A message of a duel that waits for a person is looked at by nobody until the duel changes."""

    async def test_a_settled_message_rests_and_the_sweeper_reads_nothing_of_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with waiting() as (arena, _, announcing, _):
            store = arena.context.store
            assert await store.unshown("discord") != []
            assert await announcing.settle(5)
            assert await store.unshown("discord") == []
            monkeypatch.delattr(type(store), "head")
            monkeypatch.delattr(type(store), "entries")
            assert await announcing.mend() == 0

    async def test_it_does_not_while_its_log_is_newer_or_its_duel_goes_on(self) -> None:
        async with waiting() as (arena, _, _, duel_id):
            shown = (await arena.context.head(duel_id)).shown
            assert await may_rest(arena, duel_id, shown)
            assert not await may_rest(arena, duel_id, replace(shown, entry=shown.entry - 1))
            live = await start(arena, "tic_tac_toe", "x/a", "human/bob", "live", community=GUILD, channel="c1")
            assert not await may_rest(arena, live.duel_id, replace(shown, entry=0))

    async def test_a_change_takes_the_rest_away_before_it_is_shown(self) -> None:
        async with waiting() as (arena, channel, announcing, duel_id):
            assert await announcing.settle(5)
            channel.gate.clear()
            channel.begun.clear()
            await arena.duels.resign(duel_id, "bob", "resigns")
            await channel.begun.wait()
            assert await arena.context.store.unshown("discord") == [duel_id]
            channel.gate.set()
            assert (await final(arena, duel_id)).final

    async def test_one_that_was_shown_but_never_put_to_rest_is_by_the_sweeper(self) -> None:
        async with waiting() as (arena, _, announcing, duel_id):
            await announcing.close()
            assert await arena.context.store.unshown("discord") == [duel_id]
            assert await announcing.mend() == 0
            assert await arena.context.store.unshown("discord") == []


async def test_a_ruling_is_shown_on_a_board_that_had_shown_the_end() -> None:
    async with arena_over() as arena:
        channel = Channel()
        async with shown_on(arena, channel):
            duel_id = await play(arena)
            await final(arena, duel_id)
            shown = len(channel.cards)
            await arena.rulings.rule(duel_id, void("It was rigged."), "void", "eve", "It was rigged.", "r1")
            await final(arena, duel_id)
        assert len(channel.cards) == shown + 1
        assert "A moderator voided the duel: It was rigged." in " ".join(channel.cards[-1].summary)
