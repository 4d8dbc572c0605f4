"""Money: nothing is spent beyond a cap, nothing that was spent is forgotten, and what waits for money goes on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from journeys import Members, members
from money import CEILING, RATES, Crash, CrashingStore, Dear, cap, ledgers, total
from support import CHANNEL, Cast, Line, StandingClock, arena_over, share, start

from bot import notices
from bot.presenting import Notice, Presenter
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.ledger import Ledger, month_before, next_month_ms
from engine.arena.purse import Purse
from engine.arena.starting import Start
from engine.errors import CannotPost, NotAllowed, OutOfTurn, ProviderDown, StoreError, StoreFull
from engine.model import Adjourn, Document, Head, Limits, Player, Resume, Seat, Status, Termination, Terms
from engine.ports import Rates, Store

DEAR = "x/dear"
A_WEEK = 7 * 86_400


def make_dear(arena: Arena, *names: str) -> None:
    cast = arena.context.roster
    assert isinstance(cast, Cast)
    cast.costs = dict.fromkeys(names or (DEAR,), RATES)


def terms(duel_id: str) -> Terms:
    return Terms("tic_tac_toe", {Seat.FIRST: Player.named(DEAR), Seat.SECOND: Player.named("x/free")}, 0)


def over(arena: Arena, store: Store, worker: str) -> Arena:
    """The same installation as another process sees it."""
    old = arena.context
    return Arena.over(Context(store, old.queue, old.roster, old.clock, old.announcer, old.secret, worker))


async def finish(arena: Arena, duel_id: str) -> Head:
    await arena.turns.play(duel_id)
    return await arena.context.head(duel_id)


class TestRace:
    @pytest.mark.parametrize("guarded", [True, False])
    async def test_sixty_four_spenders_never_go_beyond_the_cap(
        self, guarded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two processes' stores, 64 sessions, one budget. Where what is held does not count, the cap is broken."""
        if not guarded:
            monkeypatch.setattr(Ledger, "room", lambda ledger, cap: cap - ledger.total)
        limit, billed = 40 * CEILING, 0
        rng = random.Random(1)

        async def spend(arena: Arena, number: int) -> None:
            nonlocal billed
            purse = Purse(arena.context, f"duel-{number}", terms(""), [Seat.FIRST])
            for ply in range(20):
                if not purse.covers([Seat.FIRST]) and not await purse.take([Seat.FIRST], ply, {}):
                    break
                await asyncio.sleep(0)
                cost = rng.randint(1, CEILING)
                billed += cost
                purse.pay(Player.named(DEAR), cost)
            await purse.close()

        path = tmp_path / "arena.sqlite3"
        async with arena_over(path, worker="a") as one, arena_over(path, worker="b") as other:
            for arena in (one, other):
                make_dear(arena)
            await cap(one.context, CHANNEL, limit)
            await asyncio.gather(*(spend((one, other)[number % 2], number) for number in range(64)))
            assert (billed <= limit) == guarded
            assert billed > limit * 0.9
            (ledger,) = (await ledgers(one.context, CHANNEL)).values()
            assert ledger.total == billed
            assert ledger.holds == {}

    async def test_a_block_is_smaller_where_the_cap_is_near(self) -> None:
        async with arena_over() as arena:
            make_dear(arena)
            await cap(arena.context, CHANNEL, 5 * CEILING)
            first, second = (Purse(arena.context, name, terms(""), [Seat.FIRST]) for name in ("one", "two"))
            assert await first.take([Seat.FIRST], 0, {})
            assert await second.take([Seat.FIRST], 0, {})
            (ledger,) = (await ledgers(arena.context, CHANNEL)).values()
            assert [hold.block for hold in ledger.holds.values()] == [4 * CEILING, CEILING]


class TestCrashes:
    """A crash at every single call of the store, before and after it is done."""

    @staticmethod
    async def crashed(at: int, after: bool, game: str = "tic_tac_toe") -> tuple[bool, int, int]:
        """Play a duel over a crash; whether there was one, what was billed, and what is counted."""
        dear = Dear(at)
        players = {DEAR: dear, "x/also": dear}
        async with arena_over(players=players) as arena:
            make_dear(arena, *players)
            await cap(arena.context, CHANNEL, 1_000 * CEILING)
            head = await start(arena, game, DEAR, "x/also")
            store = CrashingStore(arena.context.store, at, after)
            crashed = False
            try:
                await over(arena, store, "first").turns.play(head.duel_id)
            except Crash:
                crashed = True
            clock = arena.context.clock
            assert isinstance(clock, StandingClock)
            clock.pass_seconds(901)
            next_one = over(arena, arena.context.store, "second")
            assert (await finish(next_one, head.duel_id)).status is Status.OVER
            clock.pass_seconds(2_000)
            await next_one.budgets.sweep()
            assert [ledger.holds for ledger in (await ledgers(arena.context, CHANNEL)).values()] == [{}]
            return crashed, dear.billed, await total(arena.context, CHANNEL)

    @pytest.mark.parametrize("game", ["tic_tac_toe", "rock_paper_scissors"])
    @pytest.mark.parametrize("after", [False, True])
    async def test_what_is_counted_is_never_less_and_at_most_one_question_more(self, after: bool, game: str) -> None:
        at, most = 1, 2 * CEILING if game == "rock_paper_scissors" else CEILING
        while True:
            crashed, billed, counted = await self.crashed(at, after, game)
            assert billed <= counted <= billed + most * crashed, f"call {at}"
            if not crashed:
                break
            at += 1
        assert at > 15
        assert counted == billed

    async def test_without_the_ceiling_of_a_dead_session_money_is_forgotten(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The guard removed: the same test finds what is missing."""
        recovered = Ledger.recovered

        def forgetful(ledger: Ledger, duel_id: str, logged: dict[str, int]) -> Ledger:
            hold = replace(ledger.holds[duel_id], ceiling=0)
            return recovered(ledger.holding(duel_id, hold), duel_id, logged)

        monkeypatch.setattr(Ledger, "recovered", forgetful)
        results = [await self.crashed(at, after=False) for at in range(1, 25)]
        assert any(counted < billed for _, billed, counted in results)

    @pytest.mark.torture
    @pytest.mark.parametrize("seed", range(share(500, 10)))
    async def test_many_crashes_count_at_most_one_question_each(self, seed: int) -> None:
        rng, dear = random.Random(seed), Dear(seed)
        async with arena_over(players={DEAR: dear}) as arena:
            make_dear(arena)
            await cap(arena.context, CHANNEL, 1_000 * CEILING)
            head = await start(arena, "chess", DEAR, "engine/random", limits=Limits(30))
            crashes, clock = 0, arena.context.clock
            assert isinstance(clock, StandingClock)
            for life in range(30):
                store = CrashingStore(arena.context.store, rng.randint(1, 60 if life else 12), rng.random() < 0.5)
                try:
                    await over(arena, store, f"life-{life}").turns.play(head.duel_id)
                except Crash:
                    crashes += 1
                    clock.pass_seconds(901)
            await finish(over(arena, arena.context.store, "last"), head.duel_id)
            clock.pass_seconds(2_000)
            await arena.budgets.sweep()
            counted = await total(arena.context, CHANNEL)
            assert crashes
            assert dear.billed <= counted <= dear.billed + crashes * CEILING

    @pytest.mark.parametrize("after", [False, True])
    async def test_a_store_that_fails_for_a_moment_costs_nothing(self, after: bool) -> None:
        """Settling is asked for again under the lease; a lost answer is recognised by the session's step."""
        exact = 0
        for at in range(1, 60):
            dear = Dear(at)
            async with arena_over(players={DEAR: dear}) as arena:
                make_dear(arena)
                head = await start(arena, "tic_tac_toe", DEAR, "engine/random")
                store = CrashingStore(arena.context.store, at, after, lambda: StoreError("The disk is full."))
                flaky = over(arena, store, "first")
                try:
                    await flaky.turns.play(head.duel_id)
                except StoreError:
                    await flaky.turns.play(head.duel_id)
                await arena.turns.play(head.duel_id)
                counted = await total(arena.context, CHANNEL)
                exact += counted == dear.billed
                assert dear.billed <= counted <= dear.billed + CEILING, f"call {at}"
        assert exact > 50


class TestWhoPaysNothing:
    async def test_engines_and_people_touch_no_budget(self) -> None:
        async with arena_over() as arena:
            await cap(arena.context, CHANNEL, 0)
            head = await start(arena, "tic_tac_toe", "engine/random", "engine/perfect")
            assert (await finish(arena, head.duel_id)).status is Status.OVER
            assert await ledgers(arena.context, CHANNEL) == {}

    async def test_without_a_cap_it_is_counted_all_the_same(self) -> None:
        dear = Dear()
        async with arena_over(players={DEAR: dear}) as arena:
            make_dear(arena)
            head = await start(arena, "tic_tac_toe", DEAR, "engine/random")
            await finish(arena, head.duel_id)
            standing = await arena.budgets.standing(CHANNEL)
            assert standing.spent == {DEAR: dear.billed}
            assert (standing.held, standing.cap) == (0, None)


class TestMonths:
    def test_their_names_and_borders(self) -> None:
        assert month_before("2026-01") == "2025-12"
        assert month_before("2026-12") == "2026-11"
        for now, first in (((2026, 12, 31), (2027, 1)), ((2026, 2, 1), (2026, 3))):
            moment = datetime(*now, tzinfo=UTC).timestamp() * 1000
            assert next_month_ms(round(moment)) == datetime(*first, 1, tzinfo=UTC).timestamp() * 1000

    async def test_a_duel_over_the_border_is_counted_once_in_two_months(self) -> None:
        clock = StandingClock()
        clock.ms = round(datetime(2026, 11, 30, 23, 58, tzinfo=UTC).timestamp() * 1000)
        dear = Dear(3, clock, 30)
        async with arena_over(players={DEAR: dear}, clock=clock) as arena:
            make_dear(arena)
            await cap(arena.context, CHANNEL, 100 * CEILING)
            head = await start(arena, "chess", DEAR, "engine/random", limits=Limits(30))
            await finish(arena, head.duel_id)
            months = await ledgers(arena.context, CHANNEL)
            assert list(months) == ["2026-11", "2026-12"]
            assert all(ledger.total and not ledger.holds for ledger in months.values())
            assert sum(ledger.total for ledger in months.values()) == dear.billed

    async def test_a_session_that_died_before_the_border_is_settled_after_it(self) -> None:
        clock = StandingClock()
        clock.ms = round(datetime(2026, 11, 30, 23, 58, tzinfo=UTC).timestamp() * 1000)
        dear = Dear(3)
        async with arena_over(players={DEAR: dear}, clock=clock) as arena:
            make_dear(arena)
            head = await start(arena, "tic_tac_toe", DEAR, "engine/random")
            with pytest.raises(Crash):
                await over(arena, CrashingStore(arena.context.store, 10, True), "first").turns.play(head.duel_id)
            assert (await ledgers(arena.context, CHANNEL))["2026-11"].holds
            clock.pass_seconds(901)
            await finish(arena, head.duel_id)
            months = await ledgers(arena.context, CHANNEL)
            assert months["2026-11"].holds == months["2026-12"].holds == {}
            assert dear.billed <= await total(arena.context, CHANNEL) <= dear.billed + CEILING

    async def test_what_was_set_aside_unnoticed_before_the_border_is_given_back(self) -> None:
        """The store's answer to the first block is lost just before midnight, and asked for again just after."""
        clock = StandingClock()
        clock.ms = round(datetime(2026, 11, 30, 23, 59, 58, tzinfo=UTC).timestamp() * 1000)
        dear = Dear(3)
        async with arena_over(players={DEAR: dear}, clock=clock) as arena:
            make_dear(arena)
            head = await start(arena, "tic_tac_toe", DEAR, "engine/random")

            class Forgetful:
                """The store, whose first answer about a budget does not come."""

                lost = False

                def __getattr__(self, name: str) -> object:
                    return getattr(arena.context.store, name)

                async def put_document(self, document: Document) -> Document:
                    saved = await arena.context.store.put_document(document)
                    if document.kind == "budget" and not self.lost:
                        self.lost = True
                        raise StoreFull("No answer came.")
                    return saved

            forgetful: Any = Forgetful()
            assert (await finish(over(arena, forgetful, "first"), head.duel_id)).status is Status.OVER
            assert forgetful.lost
            clock.pass_seconds(2_000)
            await arena.budgets.sweep()
            months = await ledgers(arena.context, CHANNEL)
            assert list(months) == ["2026-11", "2026-12"]
            assert all(not ledger.holds for ledger in months.values())
            assert await total(arena.context, CHANNEL) == dear.billed


class Told:
    """A presenter that only takes notices."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    async def notice(self, notice: Notice) -> str:
        self.notices.append(notice)
        return "m"


class TestWarning:
    @staticmethod
    async def told(here: Members, presenter: Told) -> list[str]:
        for document in here.notes.documents:
            if document.kind == "budget":
                shown: Presenter = presenter  # type: ignore[assignment]
                await notices.show(document, here.arena, shown, "en")
        here.notes.documents.clear()
        return [notice.text.partition(" ")[0] for notice in presenter.notices]

    async def test_moderators_are_told_once_at_four_fifths_and_once_at_the_end(self) -> None:
        async with members({DEAR: Dear(5)}) as here:
            make_dear(here.arena)
            presenter = Told()
            await here.moderate("eve", "/arena set moderators-channel 77")
            await cap(here.arena.context, CHANNEL, 20 * CEILING)
            purse = Purse(here.arena.context, "d", terms(""), [Seat.FIRST])
            said = []
            for ply in range(22):
                granted = purse.covers([Seat.FIRST]) or await purse.take([Seat.FIRST], ply, {})
                if not granted:
                    break
                purse.pay(Player.named(DEAR), CEILING)
                said.append(await self.told(here, presenter))
            assert len(said) == 20
            assert (said[15], said[16]) == ([], ["Models"])
            assert await self.told(here, presenter) == ["Models", "This"]
            assert {notice.channel for notice in presenter.notices} == {"77"}
            assert len({notice.key for notice in presenter.notices}) == 2
            assert await here.arena.budgets.sweep() == 0

    async def test_what_nobody_was_told_is_told_again(self) -> None:
        async with members({DEAR: Dear(5)}) as here:
            make_dear(here.arena)
            await here.moderate("eve", "/arena set moderators-channel 77")
            await cap(here.arena.context, CHANNEL, CEILING)
            purse = Purse(here.arena.context, "d", terms(""), [Seat.FIRST])
            assert await purse.take([Seat.FIRST], 0, {})
            purse.pay(Player.named(DEAR), CEILING)
            await purse.close()
            here.notes.documents.clear()  # the process died before it told anybody
            here.clock.pass_seconds(301)
            await here.arena.budgets.sweep()
            presenter = Told()
            assert await self.told(here, presenter) == ["Models"]
            here.clock.pass_seconds(301)
            await here.arena.budgets.sweep()
            assert await self.told(here, presenter) == ["Models"]

    @staticmethod
    async def used_up(here: Members) -> None:
        """A budget that has reached its first mark, and whose moderators have a channel."""
        make_dear(here.arena)
        await here.moderate("eve", "/arena set moderators-channel 77")
        await cap(here.arena.context, CHANNEL, CEILING)
        purse = Purse(here.arena.context, "d", terms(""), [Seat.FIRST])
        assert await purse.take([Seat.FIRST], 0, {})
        purse.pay(Player.named(DEAR), CEILING)
        await purse.close()

    async def test_what_cannot_be_told_yet_is_not_tried_at_every_look(self) -> None:
        async with members({DEAR: Dear(5)}) as here:
            await self.used_up(here)
            here.notes.documents.clear()
            for _ in range(900):
                here.clock.pass_seconds(1)
                await here.arena.budgets.sweep()
            assert [document.kind for document in here.notes.documents] == ["budget"] * 3

    async def test_where_nothing_may_be_posted_it_counts_as_told(self, caplog: pytest.LogCaptureFixture) -> None:
        class Shut:
            async def notice(self, notice: Notice) -> str:
                raise CannotPost("The bot is not in the channel.")

        async with members({DEAR: Dear(5)}) as here:
            await self.used_up(here)
            shut: Any = Shut()
            for document in here.notes.documents:
                if document.kind == "budget":
                    await notices.show(document, here.arena, shut, "en")
            assert "cannot be told in 77" in caplog.text
            here.clock.pass_seconds(301)
            assert await here.arena.budgets.sweep() == 0

    async def test_the_budget_is_shown_by_model(self) -> None:
        dear = Dear(5)
        async with members({DEAR: dear}) as here:
            make_dear(here.arena)
            await here.moderate("eve", "/arena set money-cap 1")
            head = await start(here.arena, "tic_tac_toe", DEAR, "engine/random")
            await finish(here.arena, head.duel_id)
            reply = await here.type("ann", "/arena budget")
            assert "2027-01 (UTC): $0.0000 spent, $0.00 set aside" in reply.text
            assert "Money-cap: $1.00." in reply.text
            assert [line[0] for line in reply.lines] == ["model", DEAR]


class TestWaitingForMoney:
    @staticmethod
    async def waiting(arena: Arena) -> Head:
        """A duel that has used up its money."""
        make_dear(arena)
        await cap(arena.context, CHANNEL, 2 * CEILING)
        head = await start(arena, "chess", DEAR, "engine/random", limits=Limits(40))
        head = await finish(arena, head.duel_id)
        assert head.status is Status.ADJOURNED
        return head

    async def test_it_says_so_and_goes_on_when_the_cap_is_raised(self) -> None:
        dear = Dear(2)
        async with members({DEAR: dear}) as here:
            head = await self.waiting(here.arena)
            state = await here.arena.context.load(head.duel_id)
            assert state.adjourned
            assert "goes on when moderators raise it" in state.adjourned
            assert dear.billed <= 2 * CEILING
            assert "1 duel still waits" in (await here.moderate("eve", "/arena resume")).text
            reply = await here.moderate("eve", "/arena set money-cap 1")
            assert "1 adjourned duel goes on." in reply.text
            assert await here.arena.context.queue.get() == head.duel_id
            assert (await finish(here.arena, head.duel_id)).status is Status.OVER
            kinds = [type(entry.body) for entry in await here.arena.context.store.entries(head.duel_id)]
            assert kinds.count(Adjourn) == kinds.count(Resume) == 1
            assert (await here.moderate("eve", "/arena resume")).text == "No duel waits for money here."
            assert dear.billed == await total(here.arena.context, CHANNEL)

    async def test_it_goes_on_by_itself_in_the_next_month(self) -> None:
        async with arena_over(players={DEAR: Dear(2)}) as arena:
            clock = arena.context.clock
            assert isinstance(clock, StandingClock)
            clock.ms = round(datetime(2026, 11, 28, tzinfo=UTC).timestamp() * 1000)
            head = await self.waiting(arena)
            clock.pass_seconds(86_400)
            assert await arena.adjournments.sweep() == 1
            assert (await arena.context.head(head.duel_id)).status is Status.ADJOURNED
            clock.ms = round(datetime(2026, 12, 1, tzinfo=UTC).timestamp() * 1000)
            assert await arena.adjournments.sweep() == 1
            assert (await arena.context.head(head.duel_id)).status is Status.LIVE

    async def test_after_seven_days_it_is_void(self) -> None:
        async with arena_over(players={DEAR: Dear(2)}) as arena:
            head = await self.waiting(arena)
            clock = arena.context.clock
            assert isinstance(clock, StandingClock)
            clock.pass_seconds(A_WEEK - 1)
            await arena.adjournments.sweep()
            assert (await arena.context.head(head.duel_id)).status is Status.ADJOURNED
            clock.pass_seconds(1)
            await arena.adjournments.sweep()
            over_head = await arena.context.head(head.duel_id)
            assert over_head.outcome
            assert over_head.outcome.void
            assert over_head.outcome.termination == Termination.BUDGET
            assert await arena.context.store.documents(CHANNEL, "adjourned") == []
            assert await arena.adjournments.sweep() == 0

    async def test_one_that_is_cancelled_waits_no_more(self) -> None:
        async with members({DEAR: Dear(2)}) as here:
            head = await self.waiting(here.arena)
            await here.moderate("eve", f"/duel cancel {head.duel_id}")
            assert (await here.moderate("eve", "/arena resume")).text == "No duel waits for money here."
            assert await here.arena.context.store.documents(CHANNEL, "adjourned") == []

    @pytest.mark.parametrize("after", [False, True])
    async def test_no_crash_leaves_one_that_nobody_looks_at(self, after: bool) -> None:
        """A crash at every call of adjourning and resuming: with money the duel ends in any case."""
        for at in range(1, 60):
            async with arena_over(players={DEAR: Dear(2)}) as arena:
                make_dear(arena)
                await cap(arena.context, CHANNEL, CEILING)
                head = await start(arena, "tic_tac_toe", DEAR, "engine/random")
                flaky = over(arena, CrashingStore(arena.context.store, at, after), "first")
                try:
                    await flaky.turns.play(head.duel_id)
                    await cap(flaky.context, CHANNEL, 100 * CEILING, "more")
                    await flaky.adjournments.resume(CHANNEL, "eve")
                except Crash:
                    pass
                clock = arena.context.clock
                assert isinstance(clock, StandingClock)
                await cap(arena.context, CHANNEL, 100 * CEILING, "still more")
                clock.pass_seconds(4_000)
                await arena.budgets.sweep()
                await arena.adjournments.sweep()
                await arena.turns.sweep()
                assert (await finish(arena, head.duel_id)).status is Status.OVER, f"call {at}"

    async def test_one_that_is_resumed_before_it_is_adjourned_is_not_forgotten(self) -> None:
        """Between a session's note and its log a moderator raises the cap: the duel waits all the same, and goes on."""
        async with arena_over(players={DEAR: Dear(2)}) as arena:
            make_dear(arena)
            head = await start(arena, "tic_tac_toe", DEAR, "engine/random")
            await cap(arena.context, CHANNEL, CEILING - 1)
            raised = asyncio.Event()

            class Raising:
                """The store, with a moderator who is there in the very moment."""

                def __getattr__(self, name: str) -> object:
                    return getattr(arena.context.store, name)

                async def put_document(self, document: Document) -> Document:
                    saved = await arena.context.store.put_document(document)
                    if document.kind == "adjourned" and not raised.is_set():
                        raised.set()
                        await cap(arena.context, CHANNEL, 100 * CEILING, "more")
                        assert await arena.adjournments.resume(CHANNEL, "eve") == (0, 1)
                    return saved

            raising: Any = Raising()
            adjourned = await finish(over(arena, raising, "first"), head.duel_id)
            assert raised.is_set()
            assert adjourned.status is Status.ADJOURNED
            clock = arena.context.clock
            assert isinstance(clock, StandingClock)
            clock.pass_seconds(60)
            await arena.adjournments.sweep()
            assert (await finish(arena, head.duel_id)).status is Status.OVER
            assert await arena.context.store.documents(CHANNEL, "adjourned") == []

    async def test_one_that_cannot_be_read_does_not_hold_up_the_others(self) -> None:
        async with arena_over(players={DEAR: Dear(2)}) as arena:
            head = await self.waiting(arena)
            other = await start(arena, "tic_tac_toe", "engine/random", "engine/perfect", "other")
            odd = Document(CHANNEL, "adjourned", other.duel_id, {"odd": 1}, wake_at_ms=1)
            await arena.context.store.put_document(odd)
            await cap(arena.context, CHANNEL, 1_000 * CEILING, "more")
            clock = arena.context.clock
            assert isinstance(clock, StandingClock)
            clock.pass_seconds(3_601)
            await arena.adjournments.sweep()
            assert (await arena.context.head(head.duel_id)).status is Status.LIVE

    async def test_a_cap_stops_whose_price_nobody_knows_in_running_duels_too(self) -> None:
        model = Line("1", "2")
        async with members({"unpriced/m": model}) as here:
            head = await start(here.arena, "tic_tac_toe", "unpriced/m", "human/" + here.id("ann"), rated=False)
            await finish(here.arena, head.duel_id)
            assert len(model.asked) == 1
            await here.moderate("eve", "/arena set money-cap 20")
            await here.type("ann", f"/duel move 5 duel:{head.duel_id}")
            assert (await finish(here.arena, head.duel_id)).status is Status.ADJOURNED
            assert len(model.asked) == 1
            adjourned = (await here.arena.context.load(head.duel_id)).adjourned
            assert adjourned
            assert "nobody knows the price" in adjourned
            assert "1 duel still waits" in (await here.moderate("eve", "/arena resume")).text
            await here.moderate("eve", "/arena set money-cap none")
            assert (await finish(here.arena, head.duel_id)).status is Status.WAITING
            assert len(model.asked) == 2
            assert await total(here.arena.context, CHANNEL) == 0

    async def test_what_cannot_be_paid_for_does_not_start(self) -> None:
        async with members({DEAR: Dear(), "unpriced/m": Line()}) as here:
            make_dear(here.arena)
            await cap(here.arena.context, CHANNEL, CEILING - 1)
            with pytest.raises(NotAllowed, match="This month's money is used up"):
                await here.type("ann", f"/duel start chess me {DEAR}")
            with pytest.raises(NotAllowed, match="Nobody knows the price of unpriced/m"):
                await here.type("ann", "/duel start chess me unpriced/m")
            assert (await here.type("ann", "/duel start chess me engine/random")).duel_id


class TestPrice:
    async def test_a_quote_is_half_the_usual_plies_at_a_question_and_a_reply(self) -> None:
        async with members({DEAR: Dear()}) as here:
            cast = here.arena.context.roster
            assert isinstance(cast, Cast)
            # A reply of 100 tokens at 10 nano-dollars each; questions are free. Tic-Tac-Toe mostly has 8 plies.
            cast.costs = {DEAR: Rates(0, 10_000_000, 0, 3_000, 100)}
            reply = await here.type("ann", f"/arena price tic_tac_toe {DEAR} engine/random")
            quote = await here.arena.quotes.quote(wanted(DEAR))
            assert (quote.expected_nano_usd, quote.at_most_nano_usd) == (4 * 100 * 10, 100 * 3_000 * 10)
            assert reply.text == "This duel will cost about $0.0000, and $0.0030 at most."

    async def test_a_question_is_measured(self) -> None:
        async with members({DEAR: Dear()}) as here:
            cast = here.arena.context.roster
            assert isinstance(cast, Cast)
            cast.costs = {DEAR: Rates(4_000_000, 0, 1_000, 0, 100)}
            quote = await here.arena.quotes.quote(wanted(DEAR))
            # The prompt of Tic-Tac-Toe has 667 bytes.
            assert quote.expected_nano_usd == pytest.approx(4 * 4 * 667 / 3, rel=0.1)

    async def test_limits_bound_it(self) -> None:
        async with members({DEAR: Dear()}) as here:
            make_dear(here.arena)
            for limits, most in (
                (Limits(10), 5 * CEILING),
                (Limits(200, 5_000), 5_000 + CEILING),
                (Limits(200, None, 700), 700 + CEILING),
            ):
                quote = await here.arena.quotes.quote(replace(wanted(DEAR), limits=limits))
                assert quote.at_most_nano_usd == most
                assert quote.expected_nano_usd <= most

    async def test_free_and_unknown(self) -> None:
        async with members({"unpriced/m": Line()}) as here:
            reply = await here.type("ann", "/arena price chess me engine/random")
            assert reply.text == "This duel is free."
            reply = await here.type("ann", "/arena price chess me unpriced/m")
            assert reply.text == "Nobody knows the price of unpriced/m."

    async def test_a_duel_that_costs_says_its_price_first(self) -> None:
        async with members({DEAR: Dear()}) as here:
            make_dear(here.arena)
            reply = await here.type("ann", f"/duel start chess me {DEAR} opening:random seed:7")
            assert reply.private
            assert reply.duel_id is None
            assert reply.text.startswith("This duel will cost about $")
            assert await here.arena.context.store.duels(CHANNEL) == []
            ((button,),) = reply.buttons
            press = f"/duel {button.verb} {button.options['start']}"
            with pytest.raises(NotAllowed, match="Only who asked"):
                await here.type("bob", press)
            first, again = await here.type("ann", press), await here.type("ann", press)
            assert first.duel_id == again.duel_id
            (head,) = await here.arena.context.store.duels(CHANNEL)
            assert (head.terms.seed, head.terms.options["opening"]) == (7, "random")

    async def test_a_price_stands_for_a_while(self) -> None:
        async with members({DEAR: Dear()}) as here:
            make_dear(here.arena)
            ((button,),) = (await here.type("ann", f"/duel start chess me {DEAR}")).buttons
            here.clock.pass_seconds(900)
            with pytest.raises(OutOfTurn, match="no longer stands"):
                await here.type("ann", f"/duel confirm {button.options['start']}")
            assert await here.arena.quotes.sweep() == 1
            assert await here.arena.context.store.documents(CHANNEL, "quoted") == []

    async def test_pressed_again_when_the_money_is_set_aside_it_is_the_same_duel(self) -> None:
        async with members({DEAR: Dear()}) as here:
            make_dear(here.arena)
            await cap(here.arena.context, CHANNEL, CEILING)
            ((button,),) = (await here.type("ann", f"/duel start chess me {DEAR}")).buttons
            press = f"/duel {button.verb} {button.options['start']}"
            first = await here.type("ann", press)
            assert await Purse(here.arena.context, "another", terms(""), [Seat.FIRST]).take([Seat.FIRST], 0, {})
            assert (await here.type("ann", press)).duel_id == first.duel_id

    async def test_who_knows_the_price_starts_at_once(self) -> None:
        async with members({DEAR: Dear()}) as here:
            make_dear(here.arena)
            assert (await here.type("ann", f"/duel start chess me {DEAR} price:ok")).duel_id


def wanted(first: str) -> Start:
    players = {Seat.FIRST: Player.named(first), Seat.SECOND: Player.named("engine/random")}
    return Start("r", CHANNEL, "tic_tac_toe", players, "ann")


class TestOutageBehindAnOwnKey:
    """Behind a community's own key an outage loses a rated duel that has begun; else it is void."""

    @pytest.mark.parametrize(
        ("first", "answers", "rated", "void"),
        [
            ("own/ours/m", ["b2", ProviderDown("It is down.")], True, False),
            ("own/ours/m", [ProviderDown("It is down.")], True, True),
            ("own/ours/m", ["b2", ProviderDown("It is down.")], False, True),
            ("x/m", ["b2", ProviderDown("It is down.")], True, True),
        ],
    )
    async def test_it_is_a_forfeit(
        self, first: str, answers: Sequence[str | ProviderDown], rated: bool, void: bool
    ) -> None:
        async with arena_over(players={first: Line(*answers)}) as arena:
            head = await start(arena, "tic_tac_toe", first, "engine/perfect", rated=rated)
            outcome = (await finish(arena, head.duel_id)).outcome
            assert outcome
            assert outcome.void == void
            assert outcome.winner == (None if void else Seat.SECOND)
            assert "It is down." in outcome.why
            if not void:
                assert outcome.termination == Termination.FORFEIT
                assert "own key" in outcome.why
