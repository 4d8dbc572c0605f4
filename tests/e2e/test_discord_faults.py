"""Bad days on Discord: deleted messages, lost permissions, old boards, dead tokens, cut requests, a dropped gateway."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest
from discord_support import SPEED, Club, brisk_buckets, club, ended, identify_at_once, running_bot
from loopback_discord import Fault, Faults, LoopbackDiscord, Message, Permission
from support import Line

from bot._projection import FIRST_REFUSED_SECONDS
from engine.model import Shown

POST = "POST /channels/{channel}/messages"
EDIT = "PATCH /channels/{channel}/messages/{message}"
LOGIN = "GET /users/{user}"
HOUR = 3600


async def waiting(here: Club) -> Message:
    """A duel in which Ann is to move; its board."""
    await here.start(here.ann, "tic_tac_toe", "me", "test/line")
    return await here.board("Ann is to move.")


async def test_buttons_work_after_a_restart_and_the_same_board_is_edited(tmp_path: Path) -> None:
    async with LoopbackDiscord(buckets=brisk_buckets(), identify_seconds=0) as discord:
        guild = discord.guild()
        ann, channel = guild.member("Ann"), guild.channel("arena")
        store = tmp_path / "arena.sqlite3"
        async with running_bot(discord, {"test/line": Line()}, store) as bot:
            here = Club(discord, channel, ann, ann, bot)
            board = await waiting(here)
        async with running_bot(discord, {"test/line": Line("4")}, store) as bot:
            here = Club(discord, channel, ann, ann, bot)
            played = await here.press(ann, board, "1 (top left)")
            assert played.seen == "Played."
            assert await here.board("Last move, turn 2: 4 (O)") is board
            assert channel.messages == [board]


async def test_what_happened_while_the_bot_was_away_is_shown_at_the_next_start(tmp_path: Path) -> None:
    async with LoopbackDiscord(buckets=brisk_buckets(), identify_seconds=0) as discord:
        guild = discord.guild()
        ann, channel = guild.member("Ann"), guild.channel("arena")
        store = tmp_path / "arena.sqlite3"
        async with running_bot(discord, {"test/line": Line()}, store) as bot:
            board = await waiting(Club(discord, channel, ann, ann, bot))
            await bot.chat.announcing.close()
            duel = (await bot.arena.context.store.unfinished())[0]
            ours = await bot.arena.people.seen("discord", str(ann.id), "Ann")
            await bot.arena.duels.resign(duel, ours.id, "elsewhere")
        async with running_bot(discord, {"test/line": Line()}, store):
            over = await channel.wait_for(lambda message: "test/line won." in message.seen)
            assert over is board


async def test_a_deleted_board_is_posted_anew() -> None:
    async with club({"test/line": Line("4")}) as here:
        board = await waiting(here)
        button = board.button("1 (top left)")
        here.discord.delete(board)
        played = await here.type(here.ann, "duel move", move="1")
        assert played.seen == "Played."
        anew = await here.board("Last move, turn 2: 4 (O)")
        assert anew is not board
        assert button.label not in [one.label for one in anew.buttons]
        assert here.channel.messages == [anew]


async def test_a_board_over_an_hour_old_is_posted_anew_and_the_old_one_is_taken_away() -> None:
    async with club({"test/line": Line("4")}) as here:
        board = await waiting(here)
        here.discord.clock.pass_seconds(HOUR + 60)
        await here.press(here.ann, board, "1 (top left)")
        anew = await here.board("Last move, turn 2: 4 (O)")
        assert anew is not board
        await here.discord.world.wait_for(lambda: board.deleted)
        assert here.channel.messages == [anew]
        assert here.discord.state.refusals[30046] == 0


async def test_a_deleted_channel_costs_no_ply_and_few_requests() -> None:
    async with club({"test/line": Line("4", "5")}) as here:
        board = await waiting(here)
        elsewhere = board.channel.guild.channel("elsewhere") if board.channel.guild else here.channel
        here.channel.deleted = True
        for move in "123":
            asked = await here.discord.command(here.ann, elsewhere, "duel move", move=move)
            assert (await asked.reply()).seen == "Played."
        await ended(here)
        shown = await here.discord.command(here.ann, elsewhere, "duel show")
        assert "Ann won" in (await shown.reply()).seen
        assert here.discord.state.refusals[10003] <= 4


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        (Permission.VIEW_CHANNEL, "View Channel"),
        (Permission.SEND_MESSAGES, "Send Messages"),
        (Permission.EMBED_LINKS, "Embed Links"),
        (Permission.ATTACH_FILES, "Attach Files"),
    ],
)
async def test_who_starts_a_duel_where_the_bot_may_not_post_is_told_what_to_grant(lost: Permission, named: str) -> None:
    async with club({"test/line": Line()}) as here:
        here.channel.bot_may &= ~lost
        asked = await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        assert asked.private
        assert named in asked.seen
        assert not await here.bot.arena.context.store.unfinished()
        assert here.discord.state.refusals.total() == 1


async def test_a_permission_lost_in_mid_duel_costs_no_ply_and_the_board_catches_up() -> None:
    async with club({"test/line": Line("4", "5")}) as here:
        board = await waiting(here)
        here.channel.bot_may &= ~Permission.VIEW_CHANNEL
        assert (await here.type(here.ann, "duel move", move="1")).seen == "Played."
        await here.discord.world.wait_for(lambda: here.discord.state.refusals[50001])
        here.channel.bot_may |= Permission.VIEW_CHANNEL
        assert (await here.type(here.ann, "duel move", move="2")).seen == "Played."
        assert await here.board("Last move, turn 4: 5 (O)") is board


async def test_without_threads_the_board_is_shown_all_the_same() -> None:
    talk = Line("I take the corner: 1", "I take 2", "I take 3"), Line("I take 4", "I take 5")
    async with club({"test/a": talk[0], "test/b": talk[1]}) as here:
        here.channel.bot_may &= ~Permission.CREATE_PUBLIC_THREADS
        await here.start(here.ann, "tic_tac_toe", "test/a", "test/b")
        board = await here.board("test/a won.")
        assert board.thread is None
        assert here.discord.state.requests["POST /channels/{channel}/messages/{message}/threads"] <= 2


async def test_a_dead_token_loses_an_answer_and_nothing_else() -> None:
    async with club({"test/line": Line("4")}, lifetime_seconds=-1) as here:
        asked = await here.discord.command(
            here.ann, here.channel, "duel start", game="tic_tac_toe", first="me", second="test/line"
        )
        board = await here.board("Ann is to move.")
        await here.discord.world.wait_for(lambda: here.discord.state.refusals[50027])
        assert asked.original
        assert asked.original.loading
        await here.discord.press(here.ann, board, "1 (top left)")
        await here.board("Last move, turn 2: 4 (O)")


async def test_a_late_acknowledgement_starts_nothing_and_the_next_command_works() -> None:
    async with club({"test/line": Line()}) as here:
        here.discord.state.deadline_seconds = -1
        here.discord.typed(here.ann, here.channel, "duel start", game="tic_tac_toe", first="me", second="test/line")
        await here.discord.world.wait_for(lambda: here.discord.state.refusals[10062])
        here.discord.forgiven()
        here.discord.state.interactions.clear()
        here.discord.state.deadline_seconds = 3
        await waiting(here)
        assert len(here.channel.messages) == 1
        assert len(await here.bot.arena.context.store.unfinished()) == 1


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.CUT_BEFORE, Fault.LIMITED])
async def test_an_acknowledgement_that_was_cut_or_limited_is_given_again(fault: Fault) -> None:
    struck = Faults(share=1, kinds=[fault], routes=["/callback"], most=1)
    async with club({"test/line": Line()}, faults=struck) as here:
        asked = await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        assert "The duel begins." in asked.seen
        assert struck.struck[fault] == 1


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.CUT_BEFORE, Fault.LIMITED, Fault.FAILED])
async def test_a_board_whose_post_met_a_fault_is_there_once(fault: Fault) -> None:
    struck = Faults(share=1, kinds=[fault], routes=[POST], most=1)
    async with club({"test/line": Line("4")}, faults=struck) as here:
        board = await waiting(here)
        await here.press(here.ann, board, "1 (top left)")
        await here.board("Last move, turn 2: 4 (O)")
        assert here.channel.messages == [board]
        assert struck.struck[fault] == 1


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.CUT_BEFORE, Fault.LIMITED])
async def test_an_edit_that_met_a_fault_is_made_again(fault: Fault) -> None:
    struck = Faults(share=1, kinds=[fault], routes=[EDIT], most=1)
    async with club({"test/line": Line("4")}, faults=struck) as here:
        board = await waiting(here)
        await here.press(here.ann, board, "1 (top left)")
        await here.board("Last move, turn 2: 4 (O)")
        assert here.channel.messages == [board]


async def test_a_dropped_gateway_is_resumed_and_what_was_pressed_meanwhile_is_answered() -> None:
    async with club({"test/line": Line("4")}) as here:
        board = await waiting(here)
        here.discord.gateway.drop()
        await here.press(here.ann, board, "1 (top left)")
        await here.board("Last move, turn 2: 4 (O)")
        assert [session.resumed for session in here.discord.gateway.sessions] == [1]


async def test_asked_to_reconnect_the_bot_resumes() -> None:
    async with club({"test/line": Line("4")}) as here:
        board = await waiting(here)
        here.discord.gateway.reconnect()
        await here.discord.world.wait_for(lambda: here.discord.gateway.sessions[0].resumed)
        await here.press(here.ann, board, "1 (top left)")
        await here.board("Last move, turn 2: 4 (O)")


async def test_after_an_invalid_session_the_bot_identifies_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    identify_at_once(monkeypatch)
    async with club({"test/line": Line("4")}, identify_seconds=0) as here:
        board = await waiting(here)
        here.discord.gateway.invalidate()
        await here.discord.world.wait_for(lambda: len(here.discord.gateway.sessions) == 2)
        await here.press(here.ann, board, "1 (top left)")
        await here.board("Last move, turn 2: 4 (O)")


async def test_a_duel_can_be_played_within_a_thread() -> None:
    async with club({"test/line": Line("I take 4", "I take 5")}) as here:
        here.channel = here.discord.thread(here.channel)
        await waiting(here)
        board = await here.board("Ann is to move.")
        await here.press(here.ann, board, "1 (top left)")
        await here.board("Last move, turn 2: 4 (O)")
        await here.press(here.ann, board, "2 (top centre)")
        await here.board("Last move, turn 4: 5 (O)")
        await here.press(here.ann, board, "3 (top right)")
        await here.board("Ann won.")
        assert here.channel.messages[0] is board
        assert here.discord.state.refusals[50024] <= 1


async def test_where_the_bot_may_not_write_in_threads_it_says_what_to_grant() -> None:
    async with club({"test/line": Line()}) as here:
        here.channel.bot_may &= ~Permission.SEND_MESSAGES_IN_THREADS
        here.channel = here.discord.thread(here.channel)
        asked = await here.start(here.ann, "tic_tac_toe", "me", "test/line")
        assert "Send Messages in Threads" in asked.seen
        assert not await here.bot.arena.context.store.unfinished()


async def test_a_server_that_invites_the_bot_while_it_runs_can_play_at_once() -> None:
    async with club({"test/line": Line()}) as here:
        guild = here.discord.guild("Newcomers")
        eve, lounge = guild.member("Eve"), guild.channel("lounge")
        here.discord.join(guild)
        asked = await here.discord.command(
            eve, lounge, "duel start", game="tic_tac_toe", first="me", second="test/line"
        )
        assert (await asked.reply()).private
        await lounge.wait_for(lambda message: "Eve is to move." in message.seen)


async def test_what_changed_while_the_connection_was_lost_for_good_is_shown_after_the_next() -> None:
    async with club({"test/line": Line("4")}, identify_seconds=0) as here:
        board = await waiting(here)
        duel = (await here.bot.arena.context.store.unfinished())[0]
        ann = await here.bot.arena.people.seen("discord", str(here.ann.id), "Ann")
        here.discord.state.down = True
        await here.discord.gateway.close(4013)
        await here.discord.world.wait_for(lambda: here.discord.state.requests[LOGIN] == 3)
        await here.bot.arena.duels.resign(duel, ann.id, "in the browser")
        await here.discord.world.wait_for(lambda: here.discord.state.requests[LOGIN] == 4)
        here.discord.state.down = False
        await here.board("test/line won.")
        assert here.channel.messages == [board]


async def test_a_board_that_is_refused_rests_however_often_the_sweeper_comes_by() -> None:
    async with club({"test/line": Line("4")}) as here:
        await waiting(here)
        here.channel.bot_may &= ~Permission.VIEW_CHANNEL
        assert (await here.type(here.ann, "duel move", move="1")).seen == "Played."
        began = time.monotonic()
        await here.discord.world.wait_for(lambda: here.discord.state.refusals[50001])
        for _ in range(200):
            await here.bot.chat.announcing.resume()
            await here.type(here.ann, "duel list")
        # Each rest is twice as long as the one before, however long a busy machine takes for all this.
        rests = math.log2(1 + SPEED * (time.monotonic() - began) / FIRST_REFUSED_SECONDS)
        assert here.discord.state.refusals[50001] <= 2 + int(rests)


async def test_a_first_board_whose_post_was_never_known_shows_the_end(tmp_path: Path) -> None:
    async with LoopbackDiscord(buckets=brisk_buckets(), identify_seconds=0) as discord:
        guild = discord.guild()
        ann, channel = guild.member("Ann"), guild.channel("arena")
        store = tmp_path / "arena.sqlite3"
        async with running_bot(discord, {"test/line": Line()}, store) as bot:
            board = await waiting(Club(discord, channel, ann, ann, bot))
            duel = (await bot.arena.context.store.unfinished())[0]
            await bot.chat.announcing.close()
            unknown = Shown(channel=str(channel.id))
            await bot.arena.context.store.show(duel, unknown)
            ours = await bot.arena.people.seen("discord", str(ann.id), "Ann")
            await bot.arena.duels.resign(duel, ours.id, "elsewhere")
        async with running_bot(discord, {"test/line": Line()}, store):
            over = await channel.wait_for(lambda message: "test/line won." in message.seen)
            assert over is board
            assert channel.messages == [board]


async def test_a_post_that_was_cut_after_it_was_applied_shows_the_newest_position() -> None:
    async with club({"test/a": Line("1", "2", "3"), "test/b": Line("4", "5")}) as here:
        cut = Faults(share=1, kinds=(Fault.CUT_AFTER,), routes=(POST,), most=3)
        here.discord.state.faults = cut
        await here.start(here.ann, "tic_tac_toe", "test/a", "test/b")
        over = await here.board("test/a won.")
        assert cut.struck.total() == 3
        assert here.channel.messages == [over]
