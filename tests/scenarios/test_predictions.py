"""Predictions: points on who wins, until the third ply; paid once, given back when nobody can win, and paid anew."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from journeys import members
from staked import HERE, account, begun, labels, points, pool, stakes, watched

from bot import _prediction_notice
from bot.presenting import Notice
from engine.arena import staking
from engine.arena.points import LOOK_AGAIN_MS, POOL, TELLING_MS
from engine.arena.pools import START, Member
from engine.arena.rights import Rights
from engine.arena.staking import MOST_OPEN
from engine.errors import BadOption, NotAllowed, OutOfTurn, UserError
from engine.model import Head, Shown


class TestStaking:
    async def test_what_is_staked_is_shown_and_paid_to_who_was_right(self) -> None:
        async with watched() as (here, duel_id):
            shown = await here.type("ann", f"/predict show {duel_id}")
            assert shown.private
            assert "You have 1000 points." in shown.text
            assert labels(shown)[:4] == ["x/a: 10", "x/a: 50", "x/a: 200", "x/a: …"]
            staked = await here.type("ann", f"/predict stake first 100 {duel_id}")
            assert "You staked 100 points on x/a (Tic-Tac-Toe, x/a – x/b). You have 900 points left." in staked.text
            await stakes(here, duel_id, bob="second 40", eve="first 300")
            shown = await here.type("ann", f"/predict show {duel_id}")
            assert shown.lines[1:] == [
                ("x/a", "400", "91%", "2"),
                ("a draw", "0", "0%", "0"),
                ("x/b", "40", "9%", "1"),
            ]
            assert "Your stake: 100 points on x/a." in shown.text
            assert labels(shown)[-1] == "Take it back"
            await here.arena.turns.play(duel_id)
            assert await points(here) == {"ann": START + 10, "bob": START - 40, "eve": START + 30}
            assert "It is paid: x/a." in (await here.type("bob", f"/predict show {duel_id}")).text

    async def test_a_button_of_what_was_shown_stakes(self) -> None:
        async with watched() as (here, duel_id):
            shown = await here.type("ann", f"/predict show {duel_id}")
            button = shown.buttons[2][1]
            typed = " ".join(f"{name}:{value}" for name, value in button.options.items())
            await here.type("ann", f"/{button.command} {button.verb} {typed}")
            assert (await pool(here, duel_id)).on("second") == 50

    async def test_another_stake_takes_the_place_of_the_first(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 600")
            await stakes(here, duel_id, ann="second 700")
            assert (await account(here, "ann")).points == START - 700
            assert (await pool(here, duel_id)).on("first") == 0

    async def test_the_duel_that_is_meant_is_the_newest_that_takes_stakes(self) -> None:
        async with watched() as (here, duel_id):
            with pytest.raises(UserError, match="no stake that could"):
                await here.type("ann", "/predict withdraw")
            await stakes(here, duel_id, ann="first 10")
            over = (await here.type("bob", "/duel start tic_tac_toe engine/random engine/perfect")).duel_id
            assert over is not None
            await here.arena.turns.play(over)
            assert (await here.type("ann", "/predict show")).duel_id == duel_id
            assert (await here.type("bob", "/predict stake second 5")).duel_id == duel_id
            here.clock.pass_seconds(1)
            newer = await begun(here)
            assert (await here.type("ann", "/predict show")).duel_id == newer
            await here.type("ann", "/predict withdraw")
            assert (await pool(here, duel_id)).on("first") == 0
            for one in (duel_id, newer):
                await here.moderate("eve", f"/duel cancel {one}")
            with pytest.raises(UserError, match="No duel takes stakes now"):
                await here.type("ann", "/predict show")

    async def test_it_is_taken_back_while_stakes_are_open(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 600", bob="second 10")
            reply = await here.type("ann", f"/predict withdraw {duel_id}")
            assert reply.text == "You took your stake back, and have 1000 points."
            with pytest.raises(UserError, match="staked nothing"):
                await here.type("ann", f"/predict withdraw {duel_id}")
            await here.arena.turns.play(duel_id)
            assert await points(here) == dict.fromkeys(here.people, START)
            with pytest.raises(OutOfTurn, match="over"):
                await here.type("bob", f"/predict withdraw {duel_id}")

    async def test_nobody_stakes_more_than_they_have(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 1000")
            other = await begun(here)
            with pytest.raises(BadOption, match="You have 0 points"):
                await stakes(here, other, ann="first 1")
            assert "x/a: 10" not in labels(await here.type("ann", f"/predict show {other}"))

    async def test_many_stakes_at_once_are_never_more_than_they_have(self) -> None:
        async with watched() as (here, duel_id):
            ids = [duel_id, *[await begun(here) for _ in range(5)]]
            each = [here.arena.staking.stake(one, here.id("ann"), "first", 300, one) for one in ids]
            done = await asyncio.gather(*each, return_exceptions=True)
            assert [type(one) for one in done].count(Member) == 3
            assert (await account(here, "ann")).points == START - 900
            assert sum([(await here.arena.staking.offer(one, here.id("bob"))).pool.on("first") for one in ids]) == 900

    async def test_so_many_stakes_may_be_open(self) -> None:
        async with watched() as (here, _):
            for _ in range(MOST_OPEN):
                await stakes(here, await begun(here), ann="first 1")
            with pytest.raises(UserError, match=f"{MOST_OPEN} stakes"):
                await stakes(here, await begun(here), ann="first 1")

    async def test_until_the_third_ply_is_played(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel challenge <@bob> tic_tac_toe seat:first")
            duel_id = (await here.type("bob", "/duel accept")).duel_id
            assert duel_id is not None
            for who, move in (("ann", "1"), ("bob", "5")):
                await stakes(here, duel_id, eve=f"first {move}0")
                await here.type(who, f"/duel move {move} duel:{duel_id}")
            await stakes(here, duel_id, eve="first 70")
            await here.type("ann", f"/duel move 2 duel:{duel_id}")
            for typed in ("stake second 10", "withdraw"):
                with pytest.raises(OutOfTurn, match="before the third single move"):
                    await here.type("eve", f"/predict {typed} duel:{duel_id}")
            shown = await here.type("eve", f"/predict show {duel_id}")
            assert "Too late" in shown.text
            assert not shown.buttons
            assert (await account(here, "eve")).points == START - 70

    async def test_nobody_stakes_on_a_duel_they_play_in(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel challenge <@bob> tic_tac_toe seat:first")
            duel_id = (await here.type("bob", "/duel accept")).duel_id
            assert duel_id is not None
            await here.moderate("eve", "/moderate merge <@eve> <@bob> why sure:yes")
            for who in ("ann", "bob", "eve"):
                with pytest.raises(NotAllowed, match="You play in this duel"):
                    await stakes(here, duel_id, **{who: "first 10"})

    async def test_nor_on_a_casual_one_nor_where_it_is_not_wanted_nor_when_barred(self) -> None:
        async with watched() as (here, duel_id):
            casual = (await here.type("ann", "/duel start tic_tac_toe x/a x/b rated:no")).duel_id
            assert casual is not None
            with pytest.raises(UserError, match="casual"):
                await stakes(here, casual, ann="first 10")
            await here.moderate("eve", "/moderate bar <@bob> They cheat. sure:yes")
            with pytest.raises(NotAllowed, match="They cheat"):
                await stakes(here, duel_id, bob="first 10")
            await here.moderate("eve", "/arena set predictions no")
            with pytest.raises(NotAllowed, match="no predictions"):
                await stakes(here, duel_id, ann="first 10")


class TestPaying:
    async def test_a_pool_that_all_have_staked_on_alike_is_given_back(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="second 100", bob="second 50")
            await here.arena.turns.play(duel_id)
            assert await points(here) == dict.fromkeys(here.people, START)
            shown = await here.type("ann", f"/predict show {duel_id}")
            assert "All had staked on the same result, so all stakes are given back." in shown.text

    async def test_a_duel_that_is_cancelled_gives_back(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100", bob="second 50")
            await here.moderate("eve", f"/duel cancel {duel_id}")
            assert await points(here) == dict.fromkeys(here.people, START)

    async def test_rulings_pay_anew_and_to_the_last_digit(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100", bob="second 50", eve="draw 7")
            await here.arena.turns.play(duel_id)
            won = await points(here)
            assert won == {"ann": START + 57, "bob": START - 50, "eve": START - 7}
            await here.moderate("eve", f"/moderate void {duel_id} why sure:yes")
            assert await points(here) == dict.fromkeys(here.people, START)
            await here.moderate("eve", f"/moderate restore {duel_id} sure:yes")
            assert await points(here) == won
            await here.moderate("eve", f"/moderate correct {duel_id} second why sure:yes")
            assert await points(here) == {"ann": START - 100, "bob": START + 107, "eve": START - 7}

    async def test_the_sweeper_pays_what_another_process_took(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100", bob="second 50")
            here.arena.context.predicted.clear()
            await here.arena.turns.play(duel_id)
            assert not (await pool(here, duel_id)).is_paid
            here.clock.pass_seconds(LOOK_AGAIN_MS / 1000)
            assert await here.arena.predictions.sweep() == 1
            assert (await pool(here, duel_id)).returned == {here.id("ann"): 150, here.id("bob"): 0}

    async def test_the_sweeper_looks_at_a_duel_that_goes_on_more_and_more_seldom(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100")
            looks = 0
            for _ in range(180):
                here.clock.pass_seconds(60)
                looks += await here.arena.predictions.sweep()
            assert 60 <= looks <= 75, looks

    async def test_what_was_paid_is_told_once_and_again_after_a_ruling(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100", bob="second 50")
            await here.arena.turns.play(duel_id)

            def noted() -> int:
                return sum(document.kind == POOL for document in here.notes.documents)

            assert noted() == 1
            head = await here.arena.context.head(duel_id)
            await here.arena.predictions.told(head.terms, await pool(here, duel_id))
            here.clock.pass_seconds(TELLING_MS)
            assert await here.arena.predictions.sweep() == 0
            await here.moderate("eve", f"/moderate void {duel_id} why sure:yes")
            assert noted() == 2
            for _ in range(3):
                here.clock.pass_seconds(60)
                assert await here.arena.predictions.sweep() == 1
            assert noted() == 5, "nobody has shown it"
            here.clock.pass_seconds(TELLING_MS / 1000)
            await here.arena.predictions.sweep()
            assert await here.arena.predictions.sweep() == 0, "it is given up after a day"


class TestWhoTurnsOutToPlay:
    async def test_their_stake_is_given_back_and_counts_for_nobody(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel challenge <@bob> tic_tac_toe seat:first")
            duel_id = (await here.type("bob", "/duel accept")).duel_id
            assert duel_id is not None
            cat = here.people["cat"] = await here.arena.people.seen("web", "cat", "Cat")
            await stakes(here, duel_id, eve="second 900", cat="first 100")
            await here.moderate("ann", "/moderate merge <@eve> <@bob> They are one. sure:yes")
            await here.type("ann", f"/duel resign duel:{duel_id}")
            assert (await pool(here, duel_id)).returned == {here.id("eve"): 900, cat.id: 100}

    async def test_they_can_take_it_back_themselves(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, eve="second 900")
            await here.moderate("ann", "/moderate merge <@eve> <@bob> They are one. sure:yes")
            assert "1000 points" in (await here.type("eve", f"/predict withdraw {duel_id}")).text


class TestTable:
    async def test_members_by_points_and_a_season_has_its_own(self) -> None:
        async with watched(2) as (here, duel_id):
            empty = await here.type("ann", "/predict table")
            assert "Nobody has staked points in season 1." in empty.text
            await stakes(here, duel_id, ann="first 100", bob="second 50", eve="second 50")
            await here.arena.turns.play(duel_id)
            shown = await here.type("ann", "/predict table")
            assert not shown.private
            assert shown.lines[1] == ("1", "Ann", "1100", "1 of 1")
            assert sorted(shown.lines[2:]) == [("2", "Bob", "950", "0 of 1"), ("2", "Eve", "950", "0 of 1")]
            await here.moderate("eve", "/moderate hide <@bob> why sure:yes")
            assert [row[1] for row in (await here.type("ann", "/predict table")).lines[1:]] == ["Ann", "Eve"]
            await here.moderate("eve", "/season open sure:yes")
            assert "season 2" in (await here.type("ann", "/predict table")).text
            later = await begun(here)
            await stakes(here, later, ann="first 1000", bob="second 1")
            await here.arena.turns.play(later)
            assert (await here.type("ann", "/predict table")).lines[1][:3] == ("1", "Ann", "1001")
            assert (await here.type("ann", "/predict table season:1")).lines[1][:3] == ("1", "Ann", "1100")
            here.clock.pass_seconds(3600)
            await here.arena.seasons.sweep()
            closed = (await here.type("ann", "/season show 1")).text
            assert "Predictions: 1. Ann 1100, 2. Eve 950" in closed

    async def test_ids_that_are_merged_count_together(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100", bob="second 50", eve="second 50")
            await here.arena.turns.play(duel_id)
            await here.moderate("bob", "/moderate merge <@eve> <@ann> why sure:yes")
            assert [row[1:3] for row in (await here.type("ann", "/predict table")).lines[1:]] == [
                ("Ann", "1050"),
                ("Bob", "950"),
            ]
            for who in ("ann", "eve"):
                mine = (await here.type(who, "/predict mine")).text
                assert "You have 1050 points in season 1. 1 of 2 predictions were right." in mine
            member = await here.arena.predictions.member(HERE, "1", here.id("eve"))
            assert member.left_for("another") == START + 50

    async def test_pages(self) -> None:
        async with watched() as (here, duel_id):
            for number in range(17):
                name = f"m{number}"
                here.people[name] = await here.arena.people.seen("web", name, name)
                await stakes(here, duel_id, **{name: f"first {number + 1}"})
            shown = await here.type("ann", "/predict table")
            assert "17 members have staked points. Page 1 of 2." in shown.text
            assert [(button.label, button.options["page"]) for button in shown.buttons[0]] == [("Next", "2")]
            assert len((await here.type("ann", "/predict table page:9")).lines) == 1 + 2

    async def test_ones_own(self) -> None:
        async with watched() as (here, duel_id):
            assert "press “Predict”" in (await here.type("ann", "/predict mine")).text
            await stakes(here, duel_id, ann="first 100", bob="second 50")
            shown = await here.type("ann", "/predict mine")
            assert shown.private
            assert "You have 900 points in season 1." in shown.text
            assert shown.lines[1] == (duel_id[:8], "Tic-Tac-Toe, x/a – x/b", "x/a", "100", "open")
            await here.arena.turns.play(duel_id)
            shown = await here.type("ann", "/predict mine")
            assert "You have 1050 points in season 1. 1 of 1 predictions were right." in shown.text
            assert shown.lines[1][-1] == "150"

    async def test_open_stakes_come_first_however_many_are_decided(self) -> None:
        async with watched(18) as (here, _):
            for _ in range(17):
                over = await begun(here)
                await stakes(here, over, ann="first 1", bob="second 1")
                await here.arena.turns.play(over)
            running = await begun(here)
            await stakes(here, running, ann="first 5")
            over = await begun(here)
            await stakes(here, over, ann="first 1", bob="second 1")
            await here.arena.turns.play(over)
            shown = await here.type("ann", "/predict mine")
            assert [row[0] for row in shown.lines[1:3]] == [running[:8], over[:8]]
            assert "4 older stakes are not shown." in shown.text

    async def test_a_season_that_is_none_is_refused(self) -> None:
        async with watched() as (here, _):
            for verb in ("mine", "table"):
                with pytest.raises(UserError, match="nope"):
                    await here.type("ann", f"/predict {verb} season:nope")

    async def test_what_was_staked_is_in_an_export_of_ones_own(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100")
            person = here.people["ann"]
            exported = json.loads(await Rights(here.arena.context).export(person, HERE))
            (season,) = exported["predictions"]
            assert (season["points"], season["stakes"][duel_id]["points"]) == (900, 100)


class Board:
    """A channel that keeps what it is told."""

    platform = "web"

    def __init__(self) -> None:
        self.told: list[Notice] = []

    async def notice(self, notice: Notice) -> str:
        self.told.append(notice)
        return "m"


class TestTelling:
    @pytest.mark.parametrize("tournament", ["", "a-tournament"])
    async def test_a_channel_is_told_once_and_not_of_a_tournaments_duels(self, tournament: str) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100", bob="second 50")
            await here.moderate("eve", "/moderate hide <@bob> why sure:yes")
            await here.arena.turns.play(duel_id)
            store, board = here.arena.context.store, Board()
            head = await store.head(duel_id)
            assert head is not None
            shown = replace(head, terms=replace(head.terms, tournament=tournament), shown=Shown(channel="arena"))
            here.arena.context.store.head = lambda _: _soon(shown)  # type: ignore[method-assign, assignment]
            for _ in range(2):
                document = await store.document(HERE, POOL, duel_id)
                assert document is not None
                await _prediction_notice.show(document, here.arena, board, "en")  # type: ignore[arg-type]
            texts = [notice.text for notice in board.told]
            assert len(texts) == (0 if tournament else 1)
            assert all("gets all 150 points.\nAnn +50" in text and "Bob" not in text for text in texts)


async def _soon(head: Head) -> Head:
    return head


class TestRulings:
    async def test_a_ruling_says_first_that_stakes_are_paid_anew(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100", bob="second 50")
            await here.arena.turns.play(duel_id)
            shown = await here.moderate("eve", f"/moderate void {duel_id} why")
            assert "2 members have staked 150 points on it, which are paid anew." in shown.text

    async def test_one_that_changes_nothing_for_who_staked_is_no_news(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100")
            await here.arena.turns.play(duel_id)
            await here.arena.predictions.told((await here.arena.context.head(duel_id)).terms, await pool(here, duel_id))
            await here.moderate("eve", f"/moderate void {duel_id} why sure:yes")
            assert [document.kind for document in here.notes.documents].count(POOL) == 1

    async def test_a_closed_season_keeps_who_came_first_when_all_were_paid(self) -> None:
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 100", bob="second 50")
            await here.moderate("eve", "/season open sure:yes")
            here.arena.context.predicted.clear()
            await here.arena.turns.play(duel_id)
            here.clock.pass_seconds(3600)
            await here.arena.seasons.sweep()
            told = "Predictions: 1. Ann 1050, 2. Bob 950"
            assert told in (await here.type("ann", "/season show 1")).text
            await here.moderate("eve", f"/moderate void {duel_id} why sure:yes")
            assert told in (await here.type("ann", "/season show 1")).text


class TestBounds:
    async def test_a_pool_takes_so_many_members_and_their_changes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(staking, "MOST_STAKES", 2)
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 10", bob="second 10")
            with pytest.raises(UserError, match="its pool is full"):
                await stakes(here, duel_id, eve="first 10")
            await stakes(here, duel_id, ann="first 20")
            assert await points(here) == {"ann": START - 20, "bob": START - 10, "eve": START}

    async def test_an_account_takes_so_many_stakes_of_a_season(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(staking, "MOST_STAKES", 1)
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 10")
            with pytest.raises(UserError, match="as many as fit"):
                await stakes(here, await begun(here), ann="first 10")
            await stakes(here, duel_id, ann="first 30")
            assert (await account(here, "ann")).points == START - 30

    async def test_a_process_remembers_so_many_duels_that_are_staked_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(staking, "_NOTED", 1)
        async with watched() as (here, duel_id):
            await stakes(here, duel_id, ann="first 10", bob="second 10")
            newer = await begun(here)
            await stakes(here, newer, ann="first 10", bob="second 10")
            assert here.arena.context.predicted == {newer}
            await here.arena.turns.play(newer)
            assert here.arena.context.predicted == set(), "it is paid"
            await here.arena.turns.play(duel_id)
            assert not (await pool(here, duel_id)).is_paid, "that one is the sweeper's"
            here.clock.pass_seconds(LOOK_AGAIN_MS / 1000)
            await here.arena.predictions.sweep()
            assert (await pool(here, duel_id)).is_paid
