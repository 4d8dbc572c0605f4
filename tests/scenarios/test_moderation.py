"""Moderation: every decision is shown before it is done, noted with who, when and why, and undone to the last digit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from journeys import Members, members
from support import Line

from bot.commands import Reply, run
from engine.arena import audit, ladders
from engine.arena.adjournments import VOID_AFTER_MS
from engine.arena.audit import Change
from engine.arena.conduct import conduct_of
from engine.arena.intents import INTENT, STANDS_MS
from engine.arena.ladders import FRESH_MS, INSTALLATION
from engine.errors import BadOption, NotAllowed, OutOfTurn, UserError
from engine.model import Community, Document, Player, Role, Ruling, Status
from engine.ports import PairCount

HERE = Community("web", "main")
WON = "/duel challenge <@{loser}> {game} seat:first"


async def won(here: Members, winner: str, loser: str, game: str = "tic_tac_toe") -> str:
    """A rated duel between two members that one of them resigns; minutes pass."""
    await here.type(winner, WON.format(loser=loser, game=game))
    reply = await here.type(loser, "/duel accept")
    await here.type(loser, f"/duel resign duel:{reply.duel_id}")
    here.clock.pass_seconds(FRESH_MS // 1000)
    assert reply.duel_id is not None
    return reply.duel_id


async def table(here: Members, *, everywhere: bool = False) -> list[PairCount]:
    """All rows of this community's ladders, or of the installation's."""
    place = INSTALLATION if everywhere else HERE
    boards = await here.arena.ladders.of(place)
    return [row for board in boards for row in await here.arena.context.store.pair_counts(str(board.ladder))]


async def yes(here: Members, who: str, shown: Reply) -> Reply:
    """Press the button under what was shown."""
    ((button,),) = shown.buttons
    return await here.moderate(who, f"/{button.command} {button.verb} {button.options['intent']}")


class TestRulings:
    async def test_what_a_ruling_changes_is_shown_on_the_ladder_of_all_servers_too(self) -> None:
        async with members({"x/a": Line("1", "2", "3"), "x/b": Line("4", "5")}) as here:
            duel_id = (await here.type("ann", "/duel start tic_tac_toe x/a x/b")).duel_id
            assert duel_id is not None
            await here.arena.turns.play(duel_id)
            here.clock.pass_seconds(FRESH_MS // 1000)
            shown = await here.moderate("eve", f"/moderate void {duel_id} Why.")
            where = [row[0] for row in shown.lines[1:]]
            assert where == [*["Tic-Tac-Toe, season 1"] * 2, *["Tic-Tac-Toe, all servers"] * 2]

    async def test_a_void_duel_is_shown_first_and_then_counts_for_nobody(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            before = await table(here)
            shown = await here.moderate("eve", f"/moderate void {duel_id[:8]} They played the same person.")
            assert "Now: Ann won (resignation)." in shown.text
            assert "Then: void, and it counts for nobody." in shown.text
            assert [row[1] for row in shown.lines[1:]] == ["Ann", "Bob"]
            assert [row[3] for row in shown.lines[1:]] == ["–", "–"], "neither has another duel"
            assert await table(here) == before
            done = await yes(here, "eve", shown)
            assert done.text == f"Duel {duel_id[:8]}: void. Undo it with /moderate restore {duel_id[:8]}."
            assert [row.duels for row in await table(here)] == [0]
            assert "No rated duel" not in (await here.type("ann", "/leaderboard show")).text
            head = await here.arena.context.head(duel_id)
            assert head.outcome is not None
            assert head.outcome.why == "A moderator voided the duel: They played the same person."

    async def test_voiding_and_restoring_changes_nothing_to_the_last_digit(self) -> None:
        async with members() as here:
            ids = [await won(here, *pair) for pair in (("ann", "bob"), ("bob", "ann"), ("ann", "bob"))]
            rows, board = await table(here), (await here.arena.ladders.of(HERE))[0]
            before = await here.arena.ladders.board(board.ladder)
            for duel_id in ids:
                await here.moderate("eve", f"/moderate void {duel_id} why sure:yes")
            assert (await here.arena.ladders.board(board.ladder)).standings == ()
            for duel_id in reversed(ids):
                await here.moderate("eve", f"/moderate restore {duel_id} sure:yes")
            assert await table(here) == rows
            after = await here.arena.ladders.board(board.ladder)
            assert replace(after, fitted_ms=0) == replace(before, fitted_ms=0)

    async def test_a_corrected_result_counts_as_corrected_and_is_in_the_log(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            reply = await here.moderate("eve", f"/moderate correct {duel_id} second The clocks were wrong. sure:yes")
            assert reply.text.startswith(f"Duel {duel_id[:8]}: Bob won (ruling).")
            assert [(row.wins, row.draws, row.losses) for row in await table(here)] == [(0, 0, 1)]
            entry = (await here.arena.context.store.entries(duel_id))[-1]
            assert isinstance(entry.body, Ruling)
            assert (entry.body.by, entry.body.why) == (here.id("eve"), "The clocks were wrong.")
            with pytest.raises(UserError, match="already"):
                await here.moderate("eve", f"/moderate correct {duel_id} second again sure:yes")

    async def test_duels_of_programs_count_for_all_servers_too(self) -> None:
        async with members({"x/a": Line("1", "2", "3"), "x/b": Line("4", "5")}) as here:
            reply = await here.type("ann", "/duel start tic_tac_toe x/a x/b")
            assert reply.duel_id is not None
            await here.arena.turns.play(reply.duel_id)
            assert await table(here, everywhere=True) == [
                replace(row, ladder=f"{INSTALLATION}{row.ladder.removeprefix(str(HERE))}") for row in await table(here)
            ]
            (row,) = await table(here)
            assert (row.wins, row.first_effort.plies, row.second_effort.plies) == (1, 3, 2)
            await here.moderate("eve", f"/moderate void {reply.duel_id} why sure:yes")
            assert [row.duels for row in await table(here, everywhere=True)] == [0]
            text = (await here.type("eve", "/leaderboard show where:everywhere")).text
            assert text.endswith("Nobody of that kind is on this ladder yet.")

    async def test_nobody_rules_on_a_duel_of_their_own(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            for sure in ("", " sure:yes"):
                with pytest.raises(NotAllowed, match="another moderator"):
                    await here.moderate("bob", f"/moderate void {duel_id} I was away.{sure}")
            assert [row.duels for row in await table(here)] == [1]

    async def test_nor_under_another_id_or_when_a_program_has_taken_over(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            await here.moderate("ann", "/moderate merge <@eve> <@bob> why sure:yes")
            with pytest.raises(NotAllowed, match="another moderator"):
                await here.moderate("eve", f"/moderate correct {duel_id} second why sure:yes")

    async def test_what_a_crash_behind_a_ruling_has_left_is_finished_by_the_sweeper(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            with monkeypatch.context() as broken:

                async def die(*_: object) -> None:
                    raise RuntimeError("killed")

                broken.setattr(type(here.arena.rulings), "_tell", die)
                with pytest.raises(RuntimeError):
                    await here.moderate("eve", f"/moderate void {duel_id} Rigged. sure:yes")
            assert await here.arena.moderation.log(HERE) == []
            here.clock.pass_seconds(120)
            assert await here.arena.rulings.sweep() == 1
            assert [line.what for line in await here.arena.moderation.log(HERE)] == ["void"]
            assert await here.arena.rulings.sweep() == 0

    async def test_a_duel_of_before_there_was_effort_takes_no_more_away_than_was_counted(self) -> None:
        async with members({"x/a": Line("1", "2", "3"), "x/b": Line("4", "5")}) as here:
            reply = await here.type("ann", "/duel start tic_tac_toe x/a x/b")
            assert reply.duel_id is not None
            await here.arena.turns.play(reply.duel_id)
            store = here.arena.context.store
            (row,) = await table(here)
            (everywhere,) = await table(here, everywhere=True)
            bare = replace(row.taken_away, wins=0)  # as if an older arena had counted the win alone
            head = await here.arena.context.head(reply.duel_id)
            await store.rule(head, [], [bare, everywhere.taken_away])
            await here.moderate("eve", f"/moderate void {reply.duel_id} why sure:yes")
            assert [figure for one in await table(here) for figure in one.figures if figure] == []
            assert [figure for one in await table(here, everywhere=True) for figure in one.figures if figure] == []

    async def test_a_server_gives_nobody_points_on_the_ladder_of_all_servers(self) -> None:
        async with members({"x/a": Line("1", "2", "3"), "x/b": Line("4", "5")}) as here:
            reply = await here.type("ann", "/duel start tic_tac_toe x/a x/b")
            assert reply.duel_id is not None
            await here.arena.turns.play(reply.duel_id)
            before = await table(here, everywhere=True)
            await here.moderate("eve", f"/moderate correct {reply.duel_id} second why sure:yes")
            assert [row.duels for row in await table(here, everywhere=True)] == [0]
            assert [row.losses for row in await table(here)] == [1]
            await here.moderate("eve", f"/moderate restore {reply.duel_id} sure:yes")
            assert await table(here, everywhere=True) == before

    async def test_a_duel_that_is_being_played_is_cancelled_and_not_voided(self) -> None:
        async with members() as here:
            reply = await here.type("ann", "/duel start racing me engine/random")
            with pytest.raises(UserError, match="/duel cancel"):
                await here.moderate("eve", f"/moderate void {reply.duel_id} why")

    async def test_a_request_that_comes_again_rules_once(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            asked = here.asked("eve", f"/moderate void {duel_id} why sure:yes", role=Role.MODERATOR)
            first, second = await run(asked, here.arena), await run(asked, here.arena)
            assert first == second
            assert [row.duels for row in await table(here)] == [0]
            rulings = [
                entry for entry in await here.arena.context.store.entries(duel_id) if isinstance(entry.body, Ruling)
            ]
            assert len(rulings) == 1
            assert len(await here.arena.moderation.log(HERE)) == 1

    async def test_members_decide_nothing(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            for typed in (f"/moderate void {duel_id} why", "/moderate pause why", "/moderate log", "/season open"):
                with pytest.raises(NotAllowed, match="moderators"):
                    await here.type("eve", typed)


class TestConfirming:
    async def test_only_who_asked_confirms_and_only_for_a_while(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            shown = await here.moderate("eve", f"/moderate void {duel_id} why")
            with pytest.raises(NotAllowed, match="Only who typed"):
                await yes(here, "ann", shown)
            here.clock.pass_seconds(STANDS_MS // 1000)
            with pytest.raises(OutOfTurn, match="too long ago"):
                await yes(here, "eve", shown)
            assert await here.arena.intents.sweep() == 1
            assert await here.arena.context.store.documents(HERE, INTENT) == []

    async def test_what_is_confirmed_is_what_was_shown(self) -> None:
        async with members() as here:
            first = await won(here, "ann", "bob")
            shown = await here.moderate("eve", "/moderate void last Rigged.")
            second = await won(here, "bob", "ann")
            await yes(here, "eve", shown)
            outcomes = [(await here.arena.context.head(one)).outcome for one in (first, second)]
            assert [outcome is not None and outcome.void for outcome in outcomes] == [True, False]

    async def test_pressed_twice_it_is_done_once(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            shown = await here.moderate("eve", f"/moderate void {duel_id} why")
            assert await yes(here, "eve", shown) == await yes(here, "eve", shown)
            assert [row.duels for row in await table(here)] == [0]

    async def test_a_mention_means_the_same_person_when_it_is_confirmed(self) -> None:
        async with members() as here:
            shown = await here.moderate("eve", "/moderate bar <@bob> Spam.")
            assert shown.text.startswith("Bob will start no duel here")
            assert (await yes(here, "eve", shown)).text == "Bob is barred here. Undo it with /moderate unbar."


class TestPlayers:
    async def test_who_is_barred_starts_nothing_and_is_told_why(self) -> None:
        async with members() as here:
            await here.moderate("eve", "/moderate bar <@bob> Spam. sure:yes")
            with pytest.raises(NotAllowed, match="Spam"):
                await here.type("bob", "/duel start racing me engine/random")
            with pytest.raises(NotAllowed, match="Spam"):
                await here.type("ann", "/duel challenge <@bob> racing")
            await here.moderate("eve", "/moderate bar engine/random It is too weak. sure:yes")
            with pytest.raises(NotAllowed, match="engine/random here: It is too weak"):
                await here.type("ann", "/duel start racing me engine/random")
            with pytest.raises(UserError, match="barred already"):
                await here.moderate("eve", "/moderate bar <@bob> Again. sure:yes")
            await here.moderate("eve", "/moderate unbar <@bob>")
            await here.type("bob", "/duel start racing me engine/novice")

    async def test_who_is_hidden_is_on_no_board_and_counts_for_the_others(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            shown = await here.moderate("eve", "/moderate hide <@bob> Asked for it.")
            assert shown.text.startswith("Bob will not be shown on 1 leaderboard.")
            await yes(here, "eve", shown)
            lines = (await here.type("ann", "/leaderboard show")).lines
            assert [row[1] for row in lines[1:]] == ["Ann"]
            assert lines[1][4] == "1"
            await here.moderate("eve", "/moderate unhide <@bob>")
            assert len((await here.type("ann", "/leaderboard show")).lines) == 3

    async def test_two_ids_of_one_person_count_as_one_until_they_are_split(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            await won(here, "ann", "eve")
            await won(here, "eve", "bob")
            rows = await table(here)
            await here.moderate("ann", "/moderate merge <@eve> <@bob> One person. sure:yes")
            lines = (await here.type("ann", "/leaderboard show")).lines[1:]
            assert [(row[1], row[4]) for row in lines] == [("Ann", "2"), ("Bob", "2")], "theirs with themselves is none"
            assert await table(here) == rows
            await here.moderate("ann", "/moderate bar <@eve> Two ids. sure:yes")
            with pytest.raises(NotAllowed, match="Two ids"):
                await here.type("bob", "/duel start racing me engine/random")
            await here.moderate("ann", "/moderate split <@eve>")
            assert len((await here.type("ann", "/leaderboard show")).lines) == 4

    async def test_a_split_undoes_one_merge_and_those_before_it_stand_as_they_did(self) -> None:
        async with members() as here:
            for winner, loser in (("ann", "bob"), ("bob", "eve"), ("eve", "ann")):
                await won(here, winner, loser)
            await here.moderate("ann", "/moderate merge <@ann> <@bob> why sure:yes")
            before = (await here.type("ann", "/leaderboard show")).lines
            conduct = await conduct_of(here.arena.context, HERE)
            here.clock.pass_seconds(1)
            await here.moderate("ann", "/moderate merge <@bob> <@eve> why sure:yes")
            assert len((await here.type("ann", "/leaderboard show")).lines) == 0  # all three are one person
            here.clock.pass_seconds(1)
            reply = await here.moderate("ann", "/moderate split <@bob>")
            assert reply.text == "Bob counts for themselves again. As theirs still count: Ann."
            assert (await here.type("ann", "/leaderboard show")).lines == before
            assert (await conduct_of(here.arena.context, HERE)).links == conduct.links

    async def test_splits_may_come_in_any_order(self) -> None:
        async with members() as here:
            names = {who: f"human/{here.id(who)}" for who in ("ann", "bob", "eve")}
            await here.moderate("ann", "/moderate merge <@bob> <@eve> why sure:yes")
            await here.moderate("ann", "/moderate merge <@ann> <@bob> why sure:yes")  # and not Eve, whom Bob counts as
            await here.moderate("ann", "/moderate split <@bob>")
            assert (await conduct_of(here.arena.context, HERE)).merged == {names["ann"]: names["bob"]}
            with pytest.raises(UserError, match="split it first"):
                await here.moderate("ann", "/moderate merge <@ann> <@eve> why sure:yes")

    async def test_who_was_barred_before_a_merge_is_freed_under_either_id(self) -> None:
        async with members() as here:
            await here.moderate("eve", "/moderate bar <@ann> Two ids. sure:yes")
            await here.moderate("eve", "/moderate merge <@ann> <@bob> why sure:yes")
            with pytest.raises(NotAllowed, match="Two ids"):
                await here.type("bob", "/duel start racing me engine/random")
            await here.moderate("eve", "/moderate unbar <@bob>")
            assert not (await conduct_of(here.arena.context, HERE)).barred

    async def test_what_an_arena_before_merged_flat_is_read_as_it_stood(self) -> None:
        async with members() as here:
            names = {who: f"human/{here.id(who)}" for who in ("ann", "bob", "eve")}
            flat = {names["ann"]: names["eve"], names["bob"]: names["eve"]}
            await here.arena.context.store.put_document(Document(HERE, "conduct", "main", {"merged": flat}))
            assert (await conduct_of(here.arena.context, HERE)).merged == flat

    async def test_merging_makes_no_circle(self) -> None:
        async with members() as here:
            await here.moderate("ann", "/moderate merge <@ann> <@bob> why sure:yes")
            await here.moderate("ann", "/moderate merge <@bob> <@eve> why sure:yes")
            names = {who: f"human/{here.id(who)}" for who in ("ann", "bob", "eve")}
            conduct = await conduct_of(here.arena.context, HERE)
            assert conduct.merged == {names["ann"]: names["eve"], names["bob"]: names["eve"]}
            with pytest.raises(UserError, match="already"):
                await here.moderate("ann", "/moderate merge <@eve> <@ann> why sure:yes")
            with pytest.raises(UserError, match="Only ids of people"):
                await here.moderate("ann", "/moderate merge engine/random <@ann> why sure:yes")


class TestPause:
    async def test_play_rests_until_moderators_let_it_go_on(self) -> None:
        async with members() as here:
            waiting = (await here.type("ann", "/duel start tic_tac_toe me engine/perfect")).duel_id
            assert waiting is not None
            await here.arena.turns.play(waiting)
            live = (await here.type("bob", "/duel start tic_tac_toe engine/perfect me")).duel_id
            assert live is not None
            shown = await here.moderate("eve", "/moderate pause Maintenance.")
            assert "2 duels will be adjourned." in shown.text
            assert (await yes(here, "eve", shown)).text.startswith("All play rests: 2 duels are adjourned.")
            await here.arena.turns.play(live)
            heads = [await here.arena.context.head(one) for one in (waiting, live)]
            assert [head.status for head in heads] == [Status.ADJOURNED] * 2
            with pytest.raises(NotAllowed, match="Maintenance"):
                await here.type("ann", "/duel start racing me engine/random")
            with pytest.raises(OutOfTurn, match="Maintenance"):
                await here.type("ann", f"/duel move 5 duel:{waiting}")
            assert "still wait" in (await here.moderate("eve", "/arena resume")).text, "nor by another command"
            assert (await here.moderate("eve", "/moderate go-on")).text == "Play goes on, with 2 duels."
            for one in (waiting, live):
                await here.arena.turns.play(one)
            await here.type("ann", f"/duel move 5 duel:{waiting}")

    async def test_a_duel_that_nobody_lets_go_on_is_void_after_seven_days(self) -> None:
        async with members() as here:
            duel_id = (await here.type("ann", "/duel start tic_tac_toe me engine/perfect")).duel_id
            assert duel_id is not None
            await here.moderate("eve", "/moderate pause Maintenance. sure:yes")
            here.clock.pass_seconds(VOID_AFTER_MS // 1000)
            await here.arena.adjournments.sweep()
            head = await here.arena.context.head(duel_id)
            assert head.outcome is not None
            assert head.outcome.void


class TestLog:
    async def test_every_decision_has_a_line_with_who_when_and_why(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            await here.moderate("eve", f"/moderate void {duel_id} Rigged. sure:yes")
            here.clock.pass_seconds(1)
            await here.moderate("eve", "/moderate bar <@bob> Rigging. sure:yes")
            reply = await here.moderate("ann", "/moderate log")
            assert [row[1:] for row in reply.lines[1:]] == [
                ("Eve", "bar", "Bob", "Rigging."),
                ("Eve", "void", duel_id[:8], "Rigged. · first wins → void"),
            ]
            status = await here.moderate("ann", "/moderate status")
            assert [tuple(row) for row in status.lines[1:]] == [("barred", "Bob", "Rigging.")]

    async def test_an_empty_log_and_status_say_so(self) -> None:
        async with members() as here:
            assert (await here.moderate("eve", "/moderate log")).text == "Moderators have decided nothing here yet."
            assert "Nobody is barred" in (await here.moderate("eve", "/moderate status")).text

    async def test_it_has_pages_of_the_newest_first(self) -> None:
        async with members() as here:
            for _ in range(9):
                await here.moderate("eve", "/moderate bar <@bob> why sure:yes")
                await here.moderate("eve", "/moderate unbar <@bob>")
                here.clock.pass_seconds(1)
            first = await here.moderate("eve", "/moderate log")
            assert len(first.lines) == 16
            assert len((await here.moderate("eve", "/moderate log page:2")).lines) == 4


class TestVerdicts:
    async def test_a_refused_answer_of_a_running_duel_counts_after_all(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel challenge <@bob> word_association settings:theme:egypt seat:first rated:no")
            duel_id = (await here.type("bob", "/duel accept")).duel_id
            assert duel_id is not None
            await here.type("ann", f"/duel move carburetor duel:{duel_id}")
            shown = await here.moderate("eve", f"/moderate overrule {duel_id} 1 It is a band.")
            assert "“carburetor”: it was refused, and will count. The duel goes on." in shown.text
            await yes(here, "eve", shown)
            state = await here.arena.context.load(duel_id)
            assert state.position.answers[0].accepted
            assert state.position.before == "carburetor"
            with pytest.raises(UserError, match="which one"):
                await here.moderate("eve", f"/moderate overrule {duel_id} 7 why")

    async def test_the_result_of_a_duel_that_is_over_follows_and_is_restored(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel challenge <@bob> word_association seat:first settings:strikes:1")
            duel_id = (await here.type("bob", "/duel accept")).duel_id
            assert duel_id is not None
            await here.type("ann", f"/duel move carburetor duel:{duel_id}")
            await here.arena.turns.play(duel_id)
            head = await here.arena.context.head(duel_id)
            assert head.status is Status.OVER
            rows = await table(here)
            await here.moderate("eve", f"/moderate overrule {duel_id} 1 It is a band. sure:yes")
            ruled = (await here.arena.context.head(duel_id)).outcome
            assert ruled is not None
            assert ruled.winner == "first", "ten points to none"
            assert [(row.wins, row.losses) for row in await table(here)] == [(1, 0)]
            await here.moderate("eve", f"/moderate restore {duel_id} sure:yes")
            assert (await here.arena.context.head(duel_id)).outcome == head.outcome
            assert await table(here) == rows
            assert not (await here.arena.context.load(duel_id)).position.answers[0].accepted

    async def test_a_game_without_a_judge_says_so(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel challenge <@bob> tic_tac_toe seat:first")
            duel_id = (await here.type("bob", "/duel accept")).duel_id
            await here.type("ann", f"/duel move 5 duel:{duel_id}")
            with pytest.raises(UserError, match="no judge"):
                await here.moderate("eve", f"/moderate overrule {duel_id} 1 why")


class TestSeasons:
    async def test_ladders_begin_anew_and_those_of_before_are_kept_and_told(self) -> None:
        async with members() as here:
            duel_id = await won(here, "ann", "bob")
            shown = await here.moderate("eve", "/season open")
            assert shown.text.startswith("Season 1 closes, and duels start in season 2. 1 leaderboard of it is kept.")
            assert (await yes(here, "eve", shown)).text.startswith("Season 2 is open.")
            here.clock.pass_seconds(300)
            assert await here.arena.seasons.sweep() == 1
            final = await here.type("ann", "/season show 1")
            assert "1. Ann" in final.text
            assert [document.key for document in here.notes.documents if document.kind == "season"] == ["1"]
            await won(here, "bob", "ann")
            board = await here.type("ann", "/leaderboard show")
            assert "season 2: 1 rated duel." in board.text
            assert [row[1] for row in board.lines[1:]] == ["Bob", "Ann"]
            old = await here.type("ann", "/leaderboard show season:1")
            assert "This season is closed." in old.text
            await here.moderate("eve", f"/moderate void {duel_id} Late. sure:yes")
            assert "1 duel was ruled on after that" in (await here.type("ann", "/leaderboard show season:1")).text
            assert "Amended since: 1 duel" in (await here.type("ann", "/season show 1")).text
            assert "1. Ann" in (await here.type("ann", "/season show 1")).text, "what was told stays"

    async def test_closing_waits_for_the_duels_that_are_being_played(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            reply = await here.type("ann", "/duel start tic_tac_toe me engine/perfect")
            opened = await here.moderate("eve", "/season open Winter sure:yes")
            assert "1 duel of season 1 is being played" in opened.text
            for _ in range(3):
                here.clock.pass_seconds(300)
                await here.arena.seasons.sweep()
            assert [season.closed_ms for season in await here.arena.seasons.listed(HERE) if season.name == "1"] == [
                None
            ]
            await here.type("ann", f"/duel resign duel:{reply.duel_id}")
            here.clock.pass_seconds(300)
            await here.arena.seasons.sweep()
            states = [tuple(row[:2]) for row in (await here.type("ann", "/season list")).lines[1:]]
            assert states == [("Winter", "open"), ("1", "closed")]

    async def test_an_archived_season_is_shown_to_who_asks_for_it(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            with pytest.raises(UserError, match="not closed"):
                await here.moderate("eve", "/season archive 1")
            await here.moderate("eve", "/season open sure:yes")
            here.clock.pass_seconds(300)
            await here.arena.seasons.sweep()
            await here.moderate("eve", "/season archive 1")
            assert "of that kind" in (await here.type("ann", "/leaderboard show")).text
            assert "season 1" in (await here.type("ann", "/leaderboard show season:1")).text
            await here.moderate("eve", "/season unarchive 1")
            assert "season 1" in (await here.type("ann", "/leaderboard show")).text

    async def test_names_that_will_not_do_are_refused(self) -> None:
        async with members() as here:
            await here.moderate("eve", "/season open Winter sure:yes")
            with pytest.raises(BadOption, match="name"):
                await here.moderate("eve", "/season open")
            for name in ("1", "Winter"):
                with pytest.raises(BadOption, match="already"):
                    await here.moderate("eve", f"/season open {name}")
            with pytest.raises(BadOption, match="letters"):
                await here.moderate("eve", "/season open a|b")

    async def test_a_crash_before_the_switch_is_mended_by_the_sweeper(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async with members() as here:
            with monkeypatch.context() as broken:

                async def die(*_: object) -> None:
                    raise RuntimeError("killed")

                broken.setattr(type(here.arena.seasons), "_switch", die)
                with pytest.raises(RuntimeError):
                    await here.moderate("eve", "/season open sure:yes")
            assert (await conduct_of(here.arena.context, HERE)).season == "1"
            here.clock.pass_seconds(300)
            await here.arena.seasons.sweep()
            assert (await conduct_of(here.arena.context, HERE)).season == "2"


async def test_the_installation_keeps_no_people() -> None:
    async with members() as here:
        duel_id = await won(here, "ann", "bob")
        terms = (await here.arena.context.head(duel_id)).terms
        assert [str(ladder.community) for ladder in ladders.of(terms)] == ["web:main"]
        assert await table(here, everywhere=True) == []


class TestALongLog:
    async def test_the_newest_come_first_page_by_page_and_no_more_is_read_than_is_shown(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with members() as here:
            for number in range(40):
                line = Change(1_000 + number, here.id("eve"), f"decision {number}", key=f"key-{number}")
                await audit.note(here.arena.context, HERE, line)
            read = list[str]()
            documents = here.arena.context.store.last_documents

            async def watched(*asked: Any) -> list[Document]:
                found = await documents(*asked)
                read.extend(one.key for one in found)
                return found

            monkeypatch.setattr(here.arena.context.store, "last_documents", watched)
            shown = list[str]()
            for page, (buttons, most) in enumerate([(1, 16), (2, 31), (1, 40)], 1):
                reply = await here.moderate("eve", f"/moderate log page:{page}")
                assert reply.text == f"The newest decisions first, page {page}."
                shown += [row[2] for row in reply.lines[1:]]
                assert sum(map(len, reply.buttons)) == buttons
                assert len(read) == most
                read.clear()
            assert shown == [f"decision {number}" for number in reversed(range(40))]
            assert (await here.moderate("eve", "/moderate log page:99")).text.endswith("page 3.")

    async def test_behind_many_thousands_the_newest_are_still_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(audit, "MOST_LINES", 3)
        async with members() as here:
            for number in range(9):
                line = Change(1_000 + number, here.id("eve"), f"decision {number}", key=f"key-{number}")
                await audit.note(here.arena.context, HERE, line)
            (newest, *_) = await here.arena.moderation.log(HERE)
            assert newest.what == "decision 8"
            assert await audit.is_made(here.arena.context, HERE, "key-8")

    async def test_settings_are_listed_however_much_was_decided_since(self) -> None:
        async with members() as here:
            await here.moderate("ann", "/arena set pictures no")
            for number in range(150):
                line = Change(1 << 50 | number, here.id("eve"), "void", key=f"key-{number}")
                await audit.note(here.arena.context, HERE, line)
            lines = (await here.moderate("ann", "/arena changes")).lines
            assert [row[2] for row in lines[1:]] == ["pictures"]


class TestMergedIds:
    async def test_a_ban_stays_with_the_id_that_it_named_when_merged_ids_are_split(self) -> None:
        async with members() as here:
            await here.moderate("ann", "/moderate merge <@eve> <@bob> why sure:yes")
            await here.moderate("ann", "/moderate bar <@eve> Rigging. sure:yes")
            conduct = await conduct_of(here.arena.context, HERE)
            assert all(conduct.why_barred(Player("human", here.id(who))) for who in ("eve", "bob"))
            await here.moderate("ann", "/moderate split <@eve>")
            conduct = await conduct_of(here.arena.context, HERE)
            assert conduct.why_barred(Player("human", here.id("eve"))) == "Rigging."
            assert not conduct.why_barred(Player("human", here.id("bob")))

    async def test_who_is_hidden_is_hidden_under_whatever_id_they_count(self) -> None:
        async with members() as here:
            await won(here, "ann", "bob")
            await here.moderate("eve", "/moderate hide <@bob> Asked for it. sure:yes")
            await here.moderate("ann", "/moderate merge <@bob> <@eve> why sure:yes")
            here.clock.pass_seconds(FRESH_MS // 1000)
            assert [row[1] for row in (await here.type("ann", "/leaderboard show")).lines[1:]] == ["Ann"]
            with pytest.raises(UserError, match="already"):
                await here.moderate("ann", "/moderate hide <@eve> Again. sure:yes")
            await here.moderate("ann", "/moderate unhide <@eve>")
            here.clock.pass_seconds(FRESH_MS // 1000)
            shown = await here.type("ann", "/leaderboard show")
            assert sorted(row[1] for row in shown.lines[1:]) == ["Ann", "Eve"]
