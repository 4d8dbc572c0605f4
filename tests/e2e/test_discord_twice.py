"""What comes twice, at once or not at all on Discord happens once: presses, deliveries, answers, invitations, edits."""

from __future__ import annotations

from pathlib import Path

import pytest
from discord_support import Club, Quick, brisk_buckets, club, running_bot
from loopback_discord import Fault, Faults, LoopbackDiscord, Permission
from support import Line

from bot.on_discord.register import registration

ANSWER = "PATCH /webhooks/{application}/{token}/messages/{message}"
CUTS = [Fault.CUT_AFTER, Fault.CUT_BEFORE]


async def test_a_double_click_plays_once() -> None:
    async with club({"test/line": Line("9", "8")}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        pressed = [here.discord.pressed(here.ann, board, "1 (top left)") for _ in range(2)]
        told = [(await one.reply()).seen for one in pressed]
        assert told.count("Played.") == 1
        await here.board("Last move, turn 2: 9 (O)")
        assert "3 (top right)" in [button.label for button in board.buttons]


async def test_two_different_moves_at_once_play_one() -> None:
    async with club({"test/line": Line("9", "8")}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        pressed = [here.discord.pressed(here.ann, board, label) for label in ("1 (top left)", "2 (top centre)")]
        told = [(await one.reply()).seen for one in pressed]
        assert told.count("Played.") == 1
        await here.board("Last move, turn 2: 9 (O)")


async def test_an_interaction_that_is_delivered_twice_starts_one_duel() -> None:
    async with club({"test/line": Line()}) as here:
        asked = await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        await here.board("Ann is to move.")
        again = {key: one for key, one in asked.payload.items() if key != "focused_type"}
        here.discord.gateway.dispatch("INTERACTION_CREATE", again, here.channel.guild)
        await here.discord.world.wait_for(lambda: here.discord.state.refusals[40060])
        listed = await here.type(here.ann, "duel list")
        assert listed.seen.count("tic_tac_toe") == 1
        assert len(here.channel.messages) == 1


@pytest.mark.parametrize("fault", CUTS)
async def test_an_answer_that_was_cut_is_given_again(fault: Fault) -> None:
    struck = Faults(share=1, kinds=[fault], routes=[ANSWER], most=1)
    async with club({"test/line": Line("4")}, faults=struck) as here:
        asked = await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        assert "The duel begins." in asked.seen
        board = await here.board("Ann is to move.")
        assert (await here.press(here.ann, board, "1 (top left)")).seen == "Played."
        assert struck.struck[fault] == 1


@pytest.mark.parametrize("fault", CUTS)
async def test_an_invitation_whose_post_was_cut_is_there_once_and_is_taken_away(fault: Fault) -> None:
    struck = Faults(share=1, kinds=[fault], routes=["POST /channels"], most=1)
    async with club(faults=struck) as here:
        await here.type(here.ann, "duel challenge", opponent=here.ben, game="tic_tac_toe", seat="first")
        invitation = await here.channel.wait_for(lambda message: "challenges you" in message.seen)
        assert here.channel.messages == [invitation]
        await here.press(here.ben, invitation, "Accept")
        board = await here.board("Ann is to move.")
        await here.discord.world.wait_for(lambda: here.channel.messages == [board])


async def test_a_challenge_that_two_answers_race_for_is_accepted_or_declined() -> None:
    async with club() as here:
        asked = await here.type(here.ann, "duel challenge", opponent=here.ben, game="tic_tac_toe", seat="first")
        invitation = await here.channel.wait_for(lambda message: "challenges you" in message.seen)
        accepted = here.discord.pressed(here.ben, invitation, "Accept")
        declined = here.discord.pressed(here.ben, invitation, "Decline")
        told = [(await one.reply()).seen for one in (accepted, declined)]
        await here.discord.world.wait_for(lambda: "your challenge" in asked.seen)
        begun = [one for one in told if "The duel begins." in one]
        refused = [one for one in told if one == "You declined the challenge."]
        assert len(begun) + len(refused) == 1


async def test_a_deleted_thread_costs_the_words_and_nothing_else() -> None:
    async with club({"test/line": Line("I take 4", "I take 5")}) as here:
        await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        board = await here.board("Ann is to move.")
        await here.press(here.ann, board, "1 (top left)")
        await here.discord.world.wait_for(lambda: board.thread and board.thread.messages)
        assert board.thread
        board.thread.deleted = True
        await here.press(here.ann, board, "2 (top centre)")
        await here.board("Last move, turn 4: 5 (O)")
        await here.press(here.ann, board, "3 (top right)")
        await here.board("Ann won.")
        assert here.discord.state.refusals[10003] == 1


async def test_many_quick_moves_are_few_edits_and_the_last_is_shown() -> None:
    async with club({"test/a": Quick(), "test/b": Quick()}) as here:
        await here.start(here.ann, "chess", "test/a", "test/b", max_plies=80, seed=5)
        over = await here.board("Length: 80 plies")
        assert here.channel.messages == [over]
        assert over.edits < 40
        assert here.discord.state.refusals[0] == 0


async def test_a_member_who_is_challenged_where_the_bot_may_not_post_is_not_waited_for_in_silence() -> None:
    async with club() as here:
        here.channel.bot_may &= ~Permission.SEND_MESSAGES
        asked = await here.type(here.ann, "duel challenge", opponent=here.ben, game="tic_tac_toe")
        await here.discord.world.wait_for(lambda: "Send Messages" in asked.seen)
        assert asked.private


async def test_a_sealed_choice_stands_and_an_old_choice_plays_nothing() -> None:
    async with club({"test/line": Line("paper", "paper", "paper")}) as here:
        await here.start(here.ann, "rock_paper_scissors", "me", "test/line", settings="rounds:3")
        board = await here.board("Player 2 has chosen.")
        first = (await here.press(here.ann, board, "Choose")).original
        assert first
        await here.press(here.ann, first, "Scissors")
        await here.board("Last move, turn 1: Scissors (Player 1), Paper (Player 2)")
        late = await here.press(here.ann, first, "Rock")
        assert late.private
        assert "sealed" not in late.seen
        assert "Last move, turn 1:" in board.seen


async def test_a_command_of_an_older_registration_says_what_there_is() -> None:
    async with club() as here:
        older = registration()
        duel = next(command for command in older if command["name"] == "duel")
        dance = {"type": 1, "name": "dance", "description": "Gone", "options": []}
        which = {"type": 3, "name": "which", "description": "Which", "autocomplete": True}
        duel["options"] = [{**dance, "options": [which]}]
        here.discord.register(older)
        asked = await here.type(here.ann, "duel dance")
        assert asked.private
        assert "dance" in asked.seen
        assert not await here.discord.autocomplete(here.ann, here.channel, "duel dance", "which", "x")


async def test_a_challenge_is_accepted_after_a_restart_and_its_challenger_is_told(tmp_path: Path) -> None:
    async with LoopbackDiscord(buckets=brisk_buckets(), identify_seconds=0) as discord:
        guild = discord.guild()
        ann, ben, channel = guild.member("Ann"), guild.member("Ben"), guild.channel("arena")
        store = tmp_path / "arena.sqlite3"
        async with running_bot(discord, path=store) as bot:
            here = Club(discord, channel, ann, ben, bot)
            asked = await here.type(ann, "duel challenge", opponent=ben, game="tic_tac_toe", seat="first")
            invitation = await channel.wait_for(lambda message: "challenges you" in message.seen)
        async with running_bot(discord, path=store) as bot:
            here = Club(discord, channel, ann, ben, bot)
            await here.press(ben, invitation, "Accept")
            board = await here.board("Ann is to move.")
            await discord.world.wait_for(lambda: "Ben accepted your challenge" in asked.seen)
            await discord.world.wait_for(lambda: channel.messages == [board])
