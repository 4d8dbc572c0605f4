"""What a tournament's channel is told: one live message that is edited, news once, and whatever dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import pytest
from journeys import Members, members
from killed_store import Killed, KilledStore
from test_tournaments import scripted

from bot._tournament_duels import STALE_MS, Place, place, refused
from bot._tournament_notice import EDIT_SECONDS, SHOWING_SECONDS
from bot.cards import HouseStyle
from bot.notices import show
from bot.presenting import Notice
from engine.arena import Arena
from engine.arena.tournament.announced import LEASE_MS
from engine.arena.tournament.plan import plan_from_json, plan_to_json
from engine.arena.tournament.records import LOOK_AGAIN_MS, Listed
from engine.errors import CannotPost, PlatformDown
from engine.model import Document, Shown
from engine.ports import Store

PLAYERS = ("engine/perfect", "x/a", "x/b")


class Channel:
    """A platform that keeps what it is shown; an error among ``faults`` is raised, ``None`` passes."""

    platform = "web"

    def __init__(self) -> None:
        self.news: list[Notice] = []
        self.live_: list[tuple[str, str]] = []
        self.posts = 0
        self.withdrawn: list[str] = []
        self.faults: list[BaseException | None] = []
        self.afterwards: list[BaseException | None] = []

    async def live(self, notice: Notice, shown: Shown) -> Shown:
        if self.faults and (fault := self.faults.pop(0)):
            raise fault
        assert notice.channel == "c1"
        if not shown.message_id:
            self.posts += 1
        message_id = shown.message_id or f"m{self.posts}"
        self.live_.append((message_id, notice.text))
        if self.afterwards and (fault := self.afterwards.pop(0)):
            raise fault
        return replace(shown, message_id=message_id)

    async def withdraw(self, notice: Notice, shown: Shown) -> None:
        assert notice.channel == shown.channel == "c1"
        self.withdrawn.append(shown.message_id)

    async def notice(self, notice: Notice) -> str:
        self.news.append(notice)
        return "n1"

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.live_]


class Cup:
    """A tournament of three in a channel."""

    def __init__(self, here: Members) -> None:
        self.here, self.arena, self.channel = here, here.arena, Channel()
        self.steps = 0

    async def listed(self) -> Listed:
        return await self.arena.tournaments.records.find(self.here.asked("ann", "/arena help").community, "last")

    async def show(self, arena: Any = None) -> None:
        """Show what was noted, as the announcer would."""
        noted = {document.key: document for document in self.here.notes.documents if document.kind == "tournament"}
        self.here.notes.documents.clear()
        for document in noted.values():
            await show(document, arena or self.arena, self.channel, "en")  # type: ignore[arg-type]

    async def play(self, *, most: int = 1000) -> None:
        """A worker until nothing is queued, showing after each step."""
        queue = self.arena.context.queue
        for _ in range(most):
            await self.show()
            try:
                name = await asyncio.wait_for(queue.get(), 0.05)
            except TimeoutError:
                return
            await self.arena.turns.play(name)
            queue.done(name)


@asynccontextmanager
async def cup(more: str = "", *, format_: str = "round_robin") -> AsyncIterator[Cup]:
    async with members(scripted()) as here:
        made = f'/tournament create "Winter Cup" {format_} tic_tac_toe {more}'.strip()
        await here.moderate("ann", made, channel="c1")
        for name in PLAYERS:
            await here.moderate("ann", f"/tournament add {name}")
        yield Cup(here)


async def start(one: Cup) -> None:
    await one.here.moderate("ann", "/tournament start sure:yes")


async def test_one_message_is_edited_and_the_end_alone_is_told_besides() -> None:
    async with cup() as one:
        await start(one)
        await one.play()
        assert one.channel.posts == 1
        assert {message_id for message_id, _ in one.channel.live_} == {"m1"}
        rounds = [text.splitlines()[1].split(":")[0] for text in one.channel.texts]
        assert list(dict.fromkeys(rounds)) == [
            "The first round is about to be paired.",
            *(f"Round {number} of 3" for number in (1, 2, 3)),
            "It is over. First",
        ]
        last = one.channel.texts[-1].splitlines()
        assert last[last.index("Standings") + 1].startswith("1 · ")
        (news,) = one.channel.news
        assert news.text.splitlines()[1].startswith("It is over. First: ")
        assert "\n1 · " in news.text
        assert [button.label for row in news.buttons for button in row] == ["Standings"]


async def test_what_is_shown_grows_with_the_results_and_is_not_shown_twice() -> None:
    async with cup() as one:
        await start(one)
        await one.play()
        assert len(set(one.channel.texts)) == len(one.channel.texts)
        assert any("being played" in text for text in one.channel.texts)
        count = len(one.channel.live_)
        one.here.notes.documents.append((await one.listed()).document)
        await one.show()
        assert (len(one.channel.live_), len(one.channel.news)) == (count, 1)


async def test_changes_of_a_moment_are_one_edit() -> None:
    async with cup() as one:
        await start(one)
        await one.show()
        shown = len(one.channel.live_)
        for name in ("x/a", "x/b"):
            await one.here.moderate("ann", f"/tournament disqualify {name} It copies moves. sure:yes")
        documents = [document for document in one.here.notes.documents if document.kind == "tournament"]
        assert len(documents) >= 2
        before = one.arena.context.clock.now_ms()
        for document in documents:
            await show(document, one.arena, one.channel, "en")  # type: ignore[arg-type]
        assert len(one.channel.live_) == shown + 1
        assert one.arena.context.clock.now_ms() - before >= EDIT_SECONDS * 1000


@pytest.mark.parametrize("paired", [False, True])
async def test_a_pause_of_the_hosts_own_only_changes_the_live_message(paired: bool) -> None:
    async with cup() as one:
        await start(one)
        await one.show()
        if paired:
            listed = await one.listed()
            await one.arena.advancing.advance(listed.community, listed.id)
            await one.show()
            assert "being played" in one.channel.texts[-1]
        await one.here.moderate("ann", "/tournament pause Lunch time.")
        await one.show()
        assert "Paused: Lunch time." in one.channel.texts[-1]
        assert one.channel.news == []
        assert one.channel.posts == 1


async def test_a_tournament_that_the_arena_has_stopped_is_told_of_once() -> None:
    async with cup() as one:
        await start(one)
        await one.show()
        await one.here.moderate("ann", "/arena set models engine/novice")
        await one.play()
        assert "Paused: " in one.channel.texts[-1]
        (news,) = one.channel.news
        assert "does not play here (setting “models”)" in news.text
        await one.here.moderate("ann", "/arena set models default")
        await one.here.moderate("ann", "/tournament resume")
        await one.play()
        assert len(one.channel.news) == 2
        assert "It is over." in one.channel.news[-1].text


async def test_a_cancelled_one_is_told_of() -> None:
    async with cup() as one:
        await one.here.moderate("ann", "/tournament cancel Nobody came. sure:yes")
        await one.show()
        assert one.channel.live_ == []
        assert [news.text.splitlines()[1] for news in one.channel.news] == ["Cancelled: Nobody came."]


class TestDying:
    async def test_between_posting_and_storing_the_next_step_edits_what_stands(self) -> None:
        """The platform knows its post again by its key; what must not be is that nobody looks any more."""
        async with cup() as one:
            await start(one)
            one.channel.afterwards = [asyncio.CancelledError()]
            with pytest.raises(asyncio.CancelledError):
                await one.show()
            assert (await one.listed()).announced.live.message_id == ""
            one.here.clock.pass_seconds(LOOK_AGAIN_MS / 1000)
            await one.arena.advancing.sweep()
            await one.show()
            assert (await one.listed()).announced.live.message_id

    @pytest.mark.parametrize("before", [True, False])
    @pytest.mark.parametrize("at", range(5))
    async def test_at_any_write_of_showing_it_repeats_a_post_once_and_loses_nothing(
        self, at: int, before: bool
    ) -> None:
        async with cup() as one:
            await start(one)
            queue = one.arena.context.queue
            while True:  # a worker, and nobody who shows: then its end is shown, by one who dies at that write
                try:
                    name = await asyncio.wait_for(queue.get(), 0.05)
                except TimeoutError:
                    break
                await one.arena.turns.play(name)
                queue.done(name)
            store = KilledStore(one.arena.context.store, at, before=before)
            dying = Arena.over(replace(one.arena.context, store=cast("Store", store), worker="dying"))
            killed = False
            try:
                await one.show(dying)
            except Killed:
                killed = True
            assert killed is (at < 4), "it leases, keeps the live message, keeps the news, and gives the lease back"
            one.here.clock.pass_seconds(LOOK_AGAIN_MS / 1000 + 1)
            assert await one.arena.advancing.sweep() == int(killed and not (at == 3 and not before))
            await one.show()
            assert not (await one.listed()).announced.lags((await one.listed()).entry)
            assert 1 <= one.channel.posts <= 1 + killed
            assert 1 <= len(one.channel.news) <= 1 + killed
            assert "It is over." in one.channel.texts[-1]

    async def test_while_another_process_shows_it_nothing_is_posted(self) -> None:
        async with cup() as one:
            await start(one)
            other = replace(one.arena, context=replace(one.arena.context, worker="another"))
            records, listed = one.arena.tournaments.records, await one.listed()
            now = one.arena.context.clock.now_ms()
            assert await records.announce(listed, lambda there: there.leased("another", now)) is not None
            await one.show()
            assert one.channel.live_ == []
            one.here.notes.documents.append(listed.document)
            await one.show(other)
            assert one.channel.posts == 1

    async def test_whoever_died_while_showing_it_is_not_waited_for_long(self) -> None:
        async with cup() as one:
            await start(one)
            records, listed = one.arena.tournaments.records, await one.listed()
            now = one.arena.context.clock.now_ms()
            await records.announce(listed, lambda there: there.leased("another", now))
            one.here.clock.pass_seconds(LEASE_MS / 1000 + 1)
            await one.show()
            assert one.channel.posts == 1

    @pytest.mark.parametrize("how", ["killed", "down"])
    async def test_an_end_that_was_not_told_is_told_by_the_sweeper(self, how: str) -> None:
        async with cup() as one:
            await start(one)
            await one.play()
            listed = await one.listed()
            # As it stood before the end was shown.
            body = {**listed.document.body, "told": -1, "live": {**listed.document.body["live"], "entry": 1}}
            store = one.arena.context.store
            stored = await store.document(listed.community, "tournament", listed.id)
            assert stored is not None
            wakes = one.arena.context.clock.now_ms() + LOOK_AGAIN_MS
            await store.put_document(replace(stored, body=body, wake_at_ms=wakes))
            if how == "down":
                one.channel.faults = [PlatformDown("busy")]
                one.here.notes.documents.append((await one.listed()).document)
                with pytest.raises(PlatformDown):
                    await one.show()
            one.channel.news.clear()
            one.here.clock.pass_seconds(LOOK_AGAIN_MS / 1000 + 1)
            assert await one.arena.advancing.sweep() == 1
            await one.show()
            assert ["It is over." in news.text for news in one.channel.news] == [True]
            one.here.clock.pass_seconds(LOOK_AGAIN_MS / 1000 + 1)
            assert await one.arena.advancing.sweep() == 0, "nothing is left to look at"

    async def test_the_head_wakes_the_sweeper_until_the_end_is_told(self) -> None:
        async with cup() as one:
            await start(one)
            queue = one.arena.context.queue
            while True:  # a worker, and nobody who shows
                try:
                    name = await asyncio.wait_for(queue.get(), 0.05)
                except TimeoutError:
                    break
                await one.arena.turns.play(name)
                queue.done(name)
            assert (await one.listed()).document.wake_at_ms is not None
            await one.show()
            assert (await one.listed()).document.wake_at_ms is None
            assert one.channel.posts == 1
            assert len(one.channel.news) == 1


class TestSlow:
    """Showing that takes longer than its lease, and what another process does meanwhile."""

    @pytest.mark.parametrize("posted", ["before", "after"])
    async def test_of_two_messages_the_one_that_is_stored_first_stays(self, posted: str) -> None:
        async with cup() as one:
            await start(one)
            listed = await one.listed()
            other = another(one)
            real = one.channel.live

            async def slow(notice: Notice, shown: Shown) -> Shown:
                one.channel.live = real  # type: ignore[method-assign]
                done = await real(notice, shown) if posted == "before" else None
                one.here.clock.pass_seconds(LEASE_MS / 1000 + 1)
                await show(listed.document, other, one.channel, "en")  # type: ignore[arg-type]
                return done or await real(notice, shown)

            one.channel.live = slow  # type: ignore[method-assign]
            await one.show()
            assert one.channel.posts == 2
            announced = (await one.listed()).announced
            standing = {"m1", "m2"} - set(one.channel.withdrawn)
            assert standing == {announced.live.message_id}
            assert not announced.lags((await one.listed()).entry)

    async def test_a_lease_that_is_anothers_by_then_is_left_and_its_news_too(self) -> None:
        async with cup() as one:
            await start(one)
            listed = await one.listed()
            await one.here.moderate("ann", "/tournament cancel It rains. sure:yes")
            real = one.channel.live

            async def slow(notice: Notice, shown: Shown) -> Shown:
                one.here.clock.pass_seconds(LEASE_MS / 1000 + 1)
                records, now = one.arena.tournaments.records, one.arena.context.clock.now_ms()
                assert await records.announce(listed, lambda there: there.leased("another", now))
                return await real(notice, shown)

            one.channel.live = slow  # type: ignore[method-assign]
            await one.show()
            announced = (await one.listed()).announced
            assert announced.lease is not None
            assert announced.lease.worker == "another"
            assert (announced.live.message_id, announced.live.entry, one.channel.news) == ("m1", -1, [])

    async def test_it_is_given_up_while_it_has_its_lease(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert SHOWING_SECONDS * 1000 < LEASE_MS
        monkeypatch.setattr("bot._tournament_notice.SHOWING_SECONDS", 0.01)
        async with cup() as one:
            await start(one)

            async def hangs(notice: Notice, shown: Shown) -> Shown:
                await asyncio.Event().wait()
                raise AssertionError

            real, one.channel.live = one.channel.live, hangs  # type: ignore[method-assign]
            with pytest.raises(PlatformDown):
                await one.show()
            monkeypatch.undo()
            one.channel.live = real  # type: ignore[method-assign]
            one.here.notes.documents.append((await one.listed()).document)
            await one.show()
            assert one.channel.posts == 1


def another(one: Cup) -> Arena:
    """The same arena in another process."""
    return Arena.over(replace(one.arena.context, worker="another"))


async def test_what_has_to_be_shown_anew_while_it_is_being_shown_is() -> None:
    async with cup() as one:
        await start(one)
        await one.show()
        listed = await one.listed()
        await one.arena.advancing.advance(listed.community, listed.id)
        there = Place(listed, "m1", 1, "", "")
        real, said = one.channel.live, ["Grant me threads."]

        async def live(notice: Notice, shown: Shown) -> Shown:
            done = await real(notice, shown)
            if said:
                await refused(there, another(one), said.pop())
            return done

        one.channel.live = live  # type: ignore[method-assign]
        one.here.notes.documents.append(listed.document)
        await one.show()
        assert "Grant me threads." in one.channel.texts[-1]


@pytest.mark.parametrize(("done", "phase"), [("pause Lunch.", "paused"), ("cancel Rain. sure:yes", "cancelled")])
async def test_what_nobody_can_show_is_looked_at_for_a_day(done: str, phase: str) -> None:
    async with cup() as one:
        await start(one)
        await one.here.moderate("ann", f"/tournament {done}")
        assert (await one.listed()).phase == phase
        looked = []
        for _ in range(48):
            one.here.clock.pass_seconds(3600)
            looked.append(await one.arena.advancing.sweep())
        assert looked == [1] * 24 + [0] * 24


async def test_a_channel_that_takes_nothing_costs_a_try_a_change_and_no_duel() -> None:
    async with cup() as one:
        await start(one)
        one.channel.faults = [CannotPost("no")] * 1000
        await one.play()
        assert one.channel.live_ == []
        tries = 1000 - len(one.channel.faults)
        assert 1 <= tries <= 12
        assert "It is over." in (await one.here.type("bob", "/tournament status")).text


class TestEarlier:
    """Heads that an earlier version wrote: ``told`` alone, and no live message."""

    async def earlier(self, one: Cup, told: int) -> Document:
        listed = await one.listed()
        kept = ("name", "phase", "format", "game", "created_ms", "open", "entry")
        body = {name: listed.document.body[name] for name in kept} | {"told": told}
        stored = await one.arena.context.store.put_document(replace(listed.document, body=body))
        one.here.notes.documents.append(stored)
        return stored

    async def test_one_that_is_being_played_goes_on_with_a_live_message(self) -> None:
        async with cup() as one:
            await start(one)
            await one.arena.advancing.sweep()
            document = await self.earlier(one, told=0)
            assert Listed.of(document).announced.told == 0
            await one.play()
            assert one.channel.posts == 1
            assert len(one.channel.news) == 1

    async def test_one_that_is_over_stays_as_it_is(self) -> None:
        async with cup() as one:
            await start(one)
            await one.play()
            entry = (await one.listed()).entry
            one.channel.live_.clear()
            one.channel.news.clear()
            await self.earlier(one, told=entry)
            await one.show()
            assert (one.channel.live_, one.channel.news) == ([], [])

    async def test_the_plan_of_one_that_knew_no_threads_has_them(self) -> None:
        async with cup() as one:
            listed = await one.listed()
            plan = (await one.arena.tournaments.records.load(listed.community, listed.id)).plan
            old = {name: value for name, value in plan_to_json(plan).items() if name != "threads"}
            assert plan_from_json(old) == plan
            assert plan.shown_in == "c1"


@pytest.mark.parametrize(("more", "where"), [("", "c1"), ("threads:no", "")])
async def test_its_duels_know_their_channel(more: str, where: str) -> None:
    async with cup(more) as one:
        await one.here.moderate("ann", "/arena set channel c2", channel="c2")
        await start(one)
        await one.play(most=1)
        duels = await one.arena.context.store.duels((await one.listed()).community)
        assert duels
        assert {head.shown.channel for head in duels} == {where}


async def test_where_a_duel_is_shown_has_its_round_and_table_and_a_stale_one_is_not_shown() -> None:
    async with cup() as one:
        await start(one)
        await one.play()
        (head, *_) = await one.arena.context.store.duels((await one.listed()).community)
        stands = await place(head, one.arena, HouseStyle(language="de"), told_already)
        assert stands is not None
        assert (stands.message_id, stands.match) == ("m1", "Runde 3, Brett 1")
        assert stands.title.startswith("Runde 3, Brett 1: ")
        one.here.clock.pass_seconds(STALE_MS / 1000 + 1)
        assert await place(head, one.arena, HouseStyle(), told_already) is None
        seen = replace(head, shown=replace(head.shown, message_id="b1"))
        assert await place(seen, one.arena, HouseStyle(), told_already) is not None


async def test_who_meet_twice_are_shown_in_the_round_of_each_duel() -> None:
    async with cup("cycles:2") as one:
        await start(one)
        await one.play()
        listed = await one.listed()
        heads = await one.arena.context.store.duels(listed.community)
        rounds = []
        for head in sorted(heads, key=lambda head: head.created_ms):
            stands = await place(head, one.arena, HouseStyle(), told_already)
            assert stands is not None
            rounds.append(stands.round)
        assert rounds == [number for number in range(1, 7) for _ in range(2)]
        # Why the duels of a round are not shown concerns those of that round.
        await one.arena.tournaments.records.announce(listed, lambda there: replace(there, unseen=2))
        shown = [await place(head, one.arena, HouseStyle(), told_already) for head in heads]
        assert sum(stands is None for stands in shown) == 2


class Forgetful:
    """A store that remembers documents until somebody asks for the newest, or writes, as a worker's does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[tuple[Any, ...], Document | None] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def document(self, *name: Any, newest: bool = False) -> Document | None:
        if newest or name not in self._kept:
            self._kept[name] = await self._store.document(*name)
        return self._kept[name]

    async def put_document(self, document: Document) -> Document:
        self._kept.pop((document.community, document.kind, document.key), None)
        return await self._store.put_document(document)


async def test_boards_wait_for_another_workers_live_message_and_no_longer() -> None:
    async with cup() as one:
        await start(one)
        listed, records = await one.listed(), one.arena.tournaments.records
        await one.arena.advancing.advance(listed.community, listed.id)
        (head, *_) = await one.arena.context.store.duels(listed.community)
        now = one.arena.context.clock.now_ms()
        await records.announce(listed, lambda there: there.leased("another", now))
        store = cast("Store", Forgetful(one.arena.context.store))
        here = Arena.over(replace(one.arena.context, store=store))

        async def tell(document: Document) -> None:
            await show(document, here, one.channel, "en")  # type: ignore[arg-type]

        with pytest.raises(PlatformDown):
            await place(head, here, HouseStyle(), tell)
        stands = Shown("c1", message_id="theirs", entry=99)
        await records.announce(listed, lambda there: replace(there, live=stands, lease=None))
        placed = await place(head, here, HouseStyle(), tell)
        assert placed is not None
        assert placed.message_id == "theirs"
        assert one.channel.live_ == []


async def test_a_lease_that_was_given_back_elsewhere_does_not_keep_this_worker_from_showing() -> None:
    async with cup() as one:
        await start(one)
        listed, records = await one.listed(), one.arena.tournaments.records
        now = one.arena.context.clock.now_ms()
        await records.announce(listed, lambda there: there.leased("another", now))
        store = cast("Store", Forgetful(one.arena.context.store))
        here = Arena.over(replace(one.arena.context, store=store))
        await one.show(here)
        assert one.channel.live_ == []
        await records.announce(listed, lambda there: replace(there, lease=None))
        await show(listed.document, here, one.channel, "en")  # type: ignore[arg-type]
        assert one.channel.posts == 1


async def told_already(document: Document) -> None:
    raise AssertionError(f"{document.key} has a live message")


async def test_a_match_is_told_of_at_its_end_and_shows_no_duel() -> None:
    async with members(scripted()) as here:
        one = Cup(here)
        shown = await here.moderate("bob", "/duel match tic_tac_toe engine/perfect x/a", channel="c1")
        ((button,),) = shown.buttons
        await here.moderate("bob", f"/{button.command} {button.verb} {button.options['intent']}", channel="c1")
        await one.play()
        assert one.channel.live_ == []
        assert len(one.channel.news) == 1
        duels = await one.arena.context.store.duels((await one.listed()).community)
        assert {head.shown.channel for head in duels} == {""}
