"""Profiles, head-to-head, reports, cancelling: what members and moderators see and may do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from journeys import Members, members
from support import CHANNEL, Line, start

from bot import notices
from bot.commands import Reply
from bot.presenting import Notice, Presenter
from engine.arena import records
from engine.arena.records import Tally
from engine.arena.reports import A_DAY, AGAIN_MS
from engine.errors import BadOption, NotAllowed, OutOfTurn, StalePosition, UnknownName, UserError
from engine.model import Adjourn, Community, Document, Head, Player, Seat, Termination


async def played(here: Members, first: str, second: str, loser: str, game: str = "tic_tac_toe") -> Head:
    """A duel between two members that one of them resigns."""
    reply = await here.type(first, f"/duel challenge <@{second}> {game} seat:first")
    assert reply.private
    reply = await here.type(second, "/duel accept")
    await here.type(loser, f"/duel resign duel:{reply.duel_id}")
    here.clock.pass_seconds(1)
    return await here.arena.context.head(str(reply.duel_id))


async def started_by(here: Members, who: str) -> str:
    """The id of a casual duel that a member has just started against a program."""
    return str((await here.type(who, "/duel start tic_tac_toe me engine/random")).duel_id)


def table(reply: Reply) -> list[tuple[str, ...]]:
    return [tuple(map(str, line)) for line in reply.lines[1:]]


class TestProfile:
    async def test_it_counts_by_game_and_seat(self) -> None:
        async with members() as here:
            await played(here, "ann", "bob", loser="bob")
            await played(here, "bob", "ann", loser="ann")
            await played(here, "bob", "eve", loser="eve")
            await here.type("ann", "/duel start racing me engine/random rated:no")
            await here.type("ann", "/duel resign")
            reply = await here.type("eve", "/duel profile <@ann>")
            assert table(reply) == [
                ("Racing", "casual", "0–0–1", "0–0–1", "0–0–0"),
                ("Tic-Tac-Toe", "rated", "1–0–1", "1–0–0", "0–0–1"),
            ]
            assert not reply.private
            assert reply.text.startswith("The record of Ann here\nThe newest duels:\n")
            assert "Tic-Tac-Toe: Ann – Bob: Ann won (resignation)" in reply.text

    async def test_without_a_name_it_is_the_own(self) -> None:
        async with members() as here:
            assert (await here.type("ann", "/duel profile")).text == "Ann has played no duel here yet."
            await played(here, "ann", "bob", loser="bob")
            assert table(await here.type("ann", "/duel profile")) == table(await here.type("bob", "/duel profile @Ann"))

    @pytest.mark.parametrize("name", ["Bob", "bob", "@Bob", "<@bob>"])
    async def test_a_member_is_named_the_same_everywhere(self, name: str) -> None:
        async with members() as here:
            await here.type("ann", f"/duel challenge {name} tic_tac_toe seat:first")
            reply = await here.type("bob", "/duel accept")
            await here.type("ann", f"/duel resign duel:{reply.duel_id}")
            assert "Bob" in (await here.type("eve", f"/duel profile {name}")).text
            assert "Ann against Bob" in (await here.type("eve", f"/duel versus Ann {name}")).text
            assert "You challenged Bob" in (await here.type("ann", f"/duel start tic_tac_toe me {name}")).text
            compared = await here.type("eve", f"/leaderboard compare Ann {name}")
            assert compared.lines[0] == ("", "Ann", "Bob")
            assert (await here.type("ann", f"/arena price tic_tac_toe me {name}")).text == "This duel is free."
            with pytest.raises(BadOption, match="Only a model or an engine"):
                await here.type("ann", f"/duel autoplay {name} duel:{await started_by(here, 'ann')}")

    async def test_a_bare_name_is_a_program_s_where_one_is_called_so(self) -> None:
        async with members() as here:
            await here.arena.people.seen("web", "mallory", "Random")
            with pytest.raises(UnknownName, match="no player “random”"):
                await here.type("ann", "/duel start tic_tac_toe me random")

    async def test_a_bare_name_says_how_to_pick_a_member_where_namesakes_can_exist(self) -> None:
        async with members() as here:
            with pytest.raises(BadOption, match="For a member, type @ and pick them"):
                await here.type("ann", "/duel profile Bob", unique_names=False)

    async def test_a_model_shows_how_often_it_fell_out(self) -> None:
        async with members({"x/m": Line("1", None)}) as here:
            head = await start(here.arena, "tic_tac_toe", "x/m", "engine/random")
            await here.arena.turns.play(head.duel_id)
            reply = await here.type("ann", "/duel profile x/m")
            assert "1 duel forfeited for want of a legal move" in reply.text
            assert "0 failed attempts in 2 moves of the newest duel\n" in reply.text

    async def test_a_seat_left_to_a_program_is_no_result_of_the_person(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start tic_tac_toe me engine/random")
            await here.type("ann", "/duel autoplay engine/perfect")
            (head,) = await here.arena.context.store.duels(CHANNEL)
            await here.arena.turns.play(head.duel_id)
            reply = await here.type("ann", "/duel profile")
            assert table(reply) == []
            assert "1 seat left to a program" in reply.text
            assert "No duel is finished yet that counts." in reply.text

    async def test_a_program_answers_for_its_own_moves_alone(self) -> None:
        async with members({"x/m": Line("5", None)}) as here:
            await here.type("ann", "/duel start tic_tac_toe me <@bob> rated:no")
            await here.type("bob", "/duel accept")
            for who, typed in (("ann", "1"), ("bob", "2"), ("ann", "4"), ("bob", "3")):
                await here.type(who, f"/duel move {typed}")
            await here.type("ann", "/duel autoplay x/m")
            (head,) = await here.arena.context.store.duels(CHANNEL)
            await here.arena.turns.play(head.duel_id)
            await here.type("bob", "/duel resign")
            players = [str(player) for player, _ in records.said(await here.arena.context.store.entries(head.duel_id))]
            assert players.count("x/m") == 1
            assert len(players) == 5

    async def test_void_and_running_duels_are_no_results(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start tic_tac_toe me engine/random")
            await here.type("ann", "/duel start chess me engine/random")
            await here.type("ann", "/duel cancel last")
            reply = await here.type("ann", "/duel profile")
            assert table(reply) == []
            assert "being played" in reply.text

    async def test_duels_of_another_community_are_its_own(self) -> None:
        async with members() as here:
            elsewhere = Community("web", "elsewhere")
            ann = f"human/{here.id('ann')}"
            await start(here.arena, "tic_tac_toe", ann, "engine/random", community=elsewhere)
            assert "no duel here yet" in (await here.type("ann", "/duel profile")).text

    async def test_many_duels_are_counted_once_and_the_rest_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "MOST", 7)
        monkeypatch.setattr(records, "PAGE", 3)
        async with members() as here:
            for number in range(9):
                head = await start(here.arena, "tic_tac_toe", "engine/random", "engine/random", f"r{number}")
                await here.arena.duels.call_off(head.duel_id, "For a test.")
                here.clock.pass_seconds(number // 4)  # several in a millisecond, across the edges of pages
            record = await here.arena.records.profile(CHANNEL, Player("engine", "random"))
            assert (record.counted, record.more) == (7, True)
            assert (
                "Only the newest 7 duels are counted." in (await here.type("ann", "/duel profile engine/random")).text
            )

    async def test_a_player_who_is_busy_elsewhere_is_not_looked_for_without_end(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(records, "MOST_ANYWHERE", 3)
        async with members() as here:
            await start(here.arena, "tic_tac_toe", "engine/random", "engine/random", "here")
            here.clock.pass_seconds(1)
            for number in range(3):
                elsewhere = Community("web", "elsewhere")
                await start(here.arena, "racing", "engine/random", "engine/random", f"r{number}", community=elsewhere)
            record = await here.arena.records.profile(CHANNEL, Player("engine", "random"))
            assert (record.counted, record.more) == (0, True)

    async def test_all_duels_are_found_when_pages_are_full_of_one_millisecond(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(records, "PAGE", 2)
        async with members() as here:
            for number in range(7):
                await start(here.arena, "tic_tac_toe", "engine/random", "engine/perfect", f"r{number}")
            record = await here.arena.records.profile(CHANNEL, Player("engine", "random"))
            assert (record.counted, record.more) == (7, False)


class TestVersus:
    async def test_two_people_see_who_leads(self) -> None:
        async with members() as here:
            await played(here, "ann", "bob", loser="bob")
            await played(here, "ann", "bob", loser="bob")
            await played(here, "bob", "ann", loser="ann")
            await played(here, "ann", "eve", loser="ann")
            reply = await here.type("eve", "/duel versus <@ann> @Bob")
            assert table(reply) == [("Tic-Tac-Toe", "rated", "2–0–1", "2–0–0", "0–0–1")]
            mirrored = await here.type("eve", "/duel versus <@bob> <@ann>")
            assert table(mirrored) == [("Tic-Tac-Toe", "rated", "1–0–2", "1–0–0", "0–0–2")]

    async def test_programs_and_people_alike(self) -> None:
        async with members() as here:
            head = await start(here.arena, "tic_tac_toe", "engine/perfect", "engine/random")
            await here.arena.turns.play(head.duel_id)
            (row,) = table(await here.type("ann", "/duel versus engine/perfect engine/random"))
            assert row[2] in {"1–0–0", "0–1–0"}
            text = (await here.type("ann", "/duel versus me engine/perfect")).text
            assert text == "Ann and engine/perfect have not met here yet."
            with pytest.raises(BadOption, match="two different players"):
                await here.type("ann", "/duel versus me @Ann")

    def test_a_tally_adds_up(self) -> None:
        assert Tally(1, 2, 3).duels == 6


class Desk(Presenter):
    """Shows notices to moderators."""

    platform = "web"

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    async def notice(self, notice: Notice) -> str:
        self.notices.append(notice)
        return ""


class TestReports:
    async def test_moderators_read_and_dismiss_them(self) -> None:
        async with members() as here:
            head = await start(here.arena, "tic_tac_toe", "engine/random", "engine/perfect")
            reply = await here.type("ann", f"/duel report {head.duel_id[:8]} it is rude to everyone")
            assert reply.private
            listed = await here.moderate("bob", "/duel reports")
            assert listed.text == "1 report. Strike it with /duel dismiss."
            (row,) = table(listed)
            assert row[1:3] == (head.duel_id[:8], "Ann")
            assert row[4] == "it is rude to everyone"
            assert head.duel_id[:8] in (await here.moderate("bob", f"/duel dismiss {row[0]}")).text
            assert (await here.moderate("bob", "/duel reports")).text == "There are no reports."
            with pytest.raises(UnknownName):
                await here.moderate("bob", f"/duel dismiss {row[0]}")

    @pytest.mark.parametrize("typed", ["/duel reports", "/duel dismiss x"])
    async def test_members_do_not(self, typed: str) -> None:
        async with members() as here:
            with pytest.raises(NotAllowed, match="Only moderators"):
                await here.type("ann", typed)

    async def test_five_a_day_and_one_a_duel_also_at_once(self) -> None:
        async with members() as here:
            heads = [await start(here.arena, "racing", "engine/random", "engine/random", f"r{n}") for n in range(8)]
            asks = [here.type("ann", f"/duel report {head.duel_id} rude") for head in heads]
            answers = await asyncio.gather(*asks, return_exceptions=True)
            assert sum(isinstance(answer, Reply) for answer in answers) == A_DAY
            with pytest.raises(UserError, match="5 reports today"):
                await here.type("ann", f"/duel report {heads[-1].duel_id} rude")
            await here.type("bob", f"/duel report {heads[0].duel_id} rude")
            with pytest.raises(UserError, match="reported this duel already"):
                await here.type("bob", f"/duel report {heads[0].duel_id} again")
            here.clock.pass_seconds(86_400)
            await here.type("ann", f"/duel report {heads[-1].duel_id} rude")

    async def test_a_repeated_request_reports_once(self) -> None:
        async with members() as here:
            head = await start(here.arena, "tic_tac_toe", "engine/random", "engine/perfect")
            for _ in range(2):
                await here.type("ann", f"/duel report {head.duel_id} rude", request_id="the-same")
            assert len(await here.arena.reports.listed(CHANNEL)) == len(here.notes.documents) == 1

    @pytest.mark.parametrize("channel", ["", "C9"])
    async def test_they_are_told_where_their_channel_is(self, channel: str) -> None:
        async with members() as here:
            if channel:
                for name, value in (("moderators-channel", channel), ("blocked-words", "rude")):
                    await here.arena.communities.change(CHANNEL, name, value, here.id("bob"), name)
                here.notes.documents.clear()
            head = await start(here.arena, "tic_tac_toe", "engine/random", "engine/perfect")
            await here.type("ann", f"/duel report {head.duel_id} this is rude")
            desk = Desk()
            for document in here.notes.documents:
                await notices.show(document, here.arena, desk, "en")
            assert [(notice.channel, notice.to) for notice in desk.notices] == ([("C9", None)] if channel else [])
            if channel:
                (notice,) = desk.notices
                (stored,) = await here.arena.context.store.documents(CHANNEL, "report")
                assert (stored.body["told"], stored.wake_at_ms) == (True, None)
                assert f"Ann reports duel {head.duel_id[:8]}: this is " in notice.text
                assert "rude" not in notice.text
                verbs = [button.verb for row in notice.buttons for button in row]
                assert verbs == ["show", "cancel", "dismiss"]

    async def test_the_reporters_name_is_shown_without_blocked_words_too(self) -> None:
        async with members() as here:
            for name, value in (("moderators-channel", "C9"), ("blocked-words", "ann")):
                await here.arena.communities.change(CHANNEL, name, value, here.id("bob"), name)
            here.notes.documents.clear()
            head = await start(here.arena, "tic_tac_toe", "engine/random", "engine/perfect")
            await here.type("ann", f"/duel report {head.duel_id} odd")
            desk = Desk()
            await notices.show(here.notes.documents[0], here.arena, desk, "en")
            assert "Ann" not in desk.notices[0].text

    async def test_what_a_platform_would_not_take_is_told_again_until_it_is(self) -> None:
        async with members() as here:
            await here.arena.communities.change(CHANNEL, "moderators-channel", "C9", here.id("bob"), "r")
            store, head = here.arena.context.store, await start(here.arena, "racing", "engine/random", "engine/random")
            await store.put_document(Document(CHANNEL, "report", "odd", {"odd": 1}, wake_at_ms=5))
            await here.type("ann", f"/duel report {head.duel_id} rude")
            here.notes.documents.clear()
            for _ in range(2):
                here.clock.pass_seconds(AGAIN_MS / 1000)
                await here.arena.reports.sweep()
            again = [one for one in here.notes.documents if one.key != "odd"]
            assert len(again) == 2
            desk = Desk()
            for _ in range(2):
                (newest,) = [one for one in await store.documents(CHANNEL, "report") if one.key != "odd"]
                await notices.show(newest, here.arena, desk, "en")
            assert len(desk.notices) == 1
            here.clock.pass_seconds(AGAIN_MS / 1000)
            assert await here.arena.reports.sweep() == 0

    async def test_after_a_day_the_list_of_reports_is_enough(self) -> None:
        async with members() as here:
            head = await start(here.arena, "racing", "engine/random", "engine/random")
            await here.type("ann", f"/duel report {head.duel_id} rude")
            swept = 0
            for _ in range(200):
                here.clock.pass_seconds(AGAIN_MS / 1000)
                swept += await here.arena.reports.sweep()
            assert 100 < swept < 150
            assert len(table(await here.moderate("bob", "/duel reports"))) == 1


class TestCancelling:
    async def test_a_moderator_cancels_a_rated_duel_with_a_reason(self) -> None:
        async with members() as here:
            head = await start(here.arena, "tic_tac_toe", "engine/random", "engine/perfect", started_by="x")
            reply = await here.moderate("bob", f"/duel cancel {head.duel_id} the theme is not for children")
            over = await here.arena.context.head(head.duel_id)
            assert over.outcome is not None
            assert (over.outcome.void, over.outcome.termination) == (True, Termination.CANCELLED)
            assert reply.text == "A moderator cancelled the duel: the theme is not for children"

    async def test_a_moderator_does_not_escape_a_loss(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start tic_tac_toe me <@bob>")
            reply = await here.type("bob", "/duel accept")
            await here.type("ann", "/duel move 1")
            with pytest.raises(NotAllowed, match="cannot be cancelled by who plays in it"):
                await here.moderate("bob", f"/duel cancel {reply.duel_id} I am losing")
            await here.moderate("eve", f"/duel cancel {reply.duel_id}")

    async def test_a_moderator_names_the_duel_that_is_not_theirs(self) -> None:
        async with members() as here:
            reply = await here.type("ann", "/duel start tic_tac_toe engine/random engine/perfect")
            with pytest.raises(UserError, match="No duel that you started"):
                await here.moderate("eve", "/duel cancel")
            with pytest.raises(BadOption, match="by its id"):
                await here.moderate("eve", "/duel cancel last")
            assert (await here.arena.context.head(str(reply.duel_id))).outcome is None
            await here.moderate("eve", f"/duel cancel {reply.duel_id}")

    async def test_without_a_name_the_only_one_that_they_started_is_meant(self) -> None:
        async with members() as here:
            own = await here.type("ann", "/duel start tic_tac_toe engine/random engine/perfect")
            await here.type("bob", "/duel start tic_tac_toe engine/random engine/perfect")
            assert (await here.type("ann", "/duel cancel")).duel_id == own.duel_id
            for _ in range(2):
                await here.type("ann", "/duel start tic_tac_toe engine/random engine/perfect")
            with pytest.raises(UserError, match="several duels"):
                await here.type("ann", "/duel cancel")

    async def test_a_member_cancels_their_own_alone(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start tic_tac_toe engine/random engine/perfect")
            with pytest.raises(NotAllowed, match="Only who started"):
                await here.type("bob", "/duel cancel last")
            assert "cancelled by its starter" in (await here.type("ann", "/duel cancel last")).text
            with pytest.raises(OutOfTurn, match="over"):
                await here.type("ann", "/duel cancel last")

    async def test_an_adjourned_duel_can_be_cancelled_and_resigned(self) -> None:
        async with members() as here:
            for number, typed in enumerate(("/duel cancel", "/duel resign")):
                reply = await here.type("ann", "/duel start tic_tac_toe me engine/random", request_id=f"r{number}")
                duel_id = str(reply.duel_id)
                state = await here.arena.context.load(duel_id)
                await here.arena.context.append(duel_id, state, Adjourn("No money is left."), "adjourned")
                await here.arena.turns.play(duel_id)
                await here.type("ann", f"{typed} {duel_id}")
                assert (await here.arena.context.head(duel_id)).outcome

    async def test_the_arena_calls_off_once(self) -> None:
        async with members() as here:
            head = await start(here.arena, "tic_tac_toe", "engine/random", "engine/perfect")
            for _ in range(2):
                state = await here.arena.duels.call_off(head.duel_id, "It could not be shown.")
                assert state.outcome is not None
                assert (state.outcome.void, state.outcome.why) == (True, "It could not be shown.")


class TestChoosing:
    async def test_choices_are_buttons_for_their_player_alone(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start rock_paper_scissors me <@bob>")
            await here.type("bob", "/duel accept")
            reply = await here.type("ann", "/duel choose")
            assert reply.private
            assert "Nobody sees it" in reply.text
            ((rock, *_),) = reply.buttons
            assert (rock.label, rock.verb, rock.options["move"], rock.options["at"]) == ("Rock", "move", "rock", "0")
            sealed = await here.type("ann", f"/duel move {rock.options['move']} duel:{rock.options['duel']} at:0")
            assert "Your choice is sealed" in sealed.text
            with pytest.raises(OutOfTurn, match="sealed already"):
                await here.type("ann", "/duel choose")
            await here.type("bob", "/duel move paper")
            with pytest.raises(StalePosition):
                await here.type("ann", "/duel choose at:0")

    @pytest.mark.parametrize("game", ["rock_paper_scissors", "racing", "tic_tac_toe", "chess"])
    async def test_every_button_is_a_move(self, game: str) -> None:
        async with members() as here:
            await here.type("ann", f"/duel start {game} me engine/random")
            reply = await here.type("ann", "/duel choose")
            buttons = [button for row in reply.buttons for button in row]
            assert 0 < len(buttons) <= 25
            assert max(map(len, reply.buttons)) <= 5
            state = await here.arena.context.load(buttons[0].options["duel"])
            moves = {state.game.parse(state.position, Seat.FIRST, button.options["move"]) for button in buttons}
            assert len(moves) == len(buttons)

    async def test_where_any_word_may_be_a_move_it_is_typed(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start word_association me engine/random")
            reply = await here.type("ann", "/duel choose")
            assert (reply.buttons, "type /duel move" in reply.text) == ((), True)


class TestStale:
    @pytest.mark.parametrize("typed", ["/duel resign at:0", "/duel draw at:0", "/duel draw accept at:0"])
    async def test_a_click_on_an_older_board_does_nothing(self, typed: str) -> None:
        async with members() as here:
            await here.type("ann", "/duel start tic_tac_toe me <@bob>")
            reply = await here.type("bob", "/duel accept")
            await here.type("ann", "/duel move 1 at:0")
            with pytest.raises(StalePosition, match="That position is gone"):
                await here.type("ann", typed)
            assert (await here.arena.context.load(str(reply.duel_id))).outcome is None

    async def test_a_click_on_the_newest_board_counts(self) -> None:
        async with members() as here:
            await here.type("ann", "/duel start tic_tac_toe me <@bob>")
            await here.type("bob", "/duel accept")
            await here.type("ann", "/duel move 1 at:0")
            await here.type("ann", "/duel draw at:1")
            reply = await here.type("bob", "/duel draw accept at:1")
            assert reply.text == "The players agreed to a draw."


async def test_lists_say_what_there_is_and_what_to_do_when_there_is_nothing() -> None:
    async with members() as here:
        empty: Sequence[tuple[str, str]] = (
            ("/duel list", "No duels here yet"),
            ("/duel list over", "No duel here is over"),
        )
        for typed, text in empty:
            assert text in (await here.type("ann", typed)).text
        await here.type("ann", "/duel start tic_tac_toe me engine/random")
        assert "No move has been made yet." in (await here.type("ann", "/duel replay")).text
        await here.type("ann", "/duel move 1")
        assert table(await here.type("ann", "/duel replay")) == [("1.", "1", "")]
        assert "being played" in (await here.type("ann", "/duel show")).text
        with pytest.raises(UserError, match="no duel “zzzz”"):
            await here.type("ann", "/duel show zzzz")


async def test_the_duel_of_the_channel_is_meant_before_those_elsewhere() -> None:
    async with members() as here:
        for channel in ("C1", "C2", "C2"):
            await here.type("ann", "/duel start tic_tac_toe me engine/random", channel=channel)
        for channel in ("", "C2", "C3"):
            with pytest.raises(UserError, match="several duels"):
                await here.type("ann", "/duel move 1", channel=channel)
        reply = await here.type("ann", "/duel move 1", channel="C1")
        assert (await here.arena.context.head(str(reply.duel_id))).shown.channel == "C1"


class TestHelp:
    async def test_it_fits_a_message_and_shows_what_the_asker_may_do(self) -> None:
        async with members() as here:
            rows = table(await here.type("ann", "/arena help"))
            shown = [row[0] for row in rows]
            assert "/duel start" in shown
            assert "/duel reports" not in shown
            assert sum(len(" ".join(row)) + 4 for row in rows) < 4096
            more = [row[0] for row in table(await here.moderate("ann", "/arena help"))]
            assert more[: len(shown)] == shown
            assert "/duel reports" in more[len(shown) :]

    @pytest.mark.parametrize("about", ["duel start", "/duel start", "Duel Start", "start"])
    async def test_one_command_is_told_in_full(self, about: str) -> None:
        async with members() as here:
            reply = await here.type("ann", f"/arena help {about}")
            assert reply.text.startswith("/duel start GAME FIRST SECOND [moves:…]")
            assert ("game", "Which game.") in table(reply)

    async def test_a_group_is_listed_and_nonsense_is_said_to_be_none(self) -> None:
        async with members() as here:
            rows = table(await here.type("ann", "/arena help duel"))
            assert {row[0].split()[0] for row in rows} == {"/duel"}
            assert "no help on “nonsense”" in (await here.type("ann", "/arena help nonsense")).text
            assert "no help on “reports”" in (await here.type("ann", "/arena help reports")).text
