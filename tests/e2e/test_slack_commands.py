"""Every declared command on Slack is answered within the rules: alone, with a duel under way, and to moderators."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from loopback_slack import User
from slack_support import Bot, loopback, running_bot

from bot.commands import commands

VERBS = [(spec.name, verb.name) for spec in commands() for verb in spec.verbs]


async def answered(bot: Bot, user: User, command: str, text: str) -> None:
    done = await bot.slack.slash(user, bot.slack.general, f"/{command}", text)
    await bot.until(lambda: done.replies or done.views, what=f"after /{command} {text}")
    assert all(one.ephemeral_to in (user, None) for one in done.replies)


async def test_every_command_is_answered_to_members_and_to_moderators(tmp_path: Path) -> None:
    async with loopback(pace=1000) as slack, running_bot(slack, tmp_path) as bot:
        for user in (slack.ann, slack.carl, slack.mod):
            for command, verb in VERBS:
                await answered(bot, user, command, verb)


async def test_every_command_is_answered_with_a_duel_under_way(tmp_path: Path) -> None:
    async with loopback(pace=1000) as slack, running_bot(slack, tmp_path) as bot:
        await bot.duel(slack.ann, "start tic_tac_toe engine/perfect engine/random")
        await bot.board("Length:")
        await bot.duel(slack.ann, "start chess me engine/random")
        for user in (slack.bob, slack.mod):
            for command, verb in VERBS:
                await answered(bot, user, command, f"{verb} last")
        for command, verb in VERBS:
            await answered(bot, slack.ann, command, verb)


async def test_many_commands_at_once_are_all_acknowledged_and_answered(tmp_path: Path) -> None:
    async with loopback(pace=1000) as slack, running_bot(slack, tmp_path):
        people = [slack.workspace.add_user(f"u{number}") for number in range(100)]
        asked = await asyncio.gather(*(slack.slash(one, slack.general, "/duel", "list") for one in people))
        for done in asked:
            await done.reply()
        print(f"slowest acknowledgement of {len(asked)}: {max(one.ack_ms for one in asked):.0f} ms")


async def test_an_exported_duel_comes_as_a_direct_message(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        await bot.duel(slack.ann, "start tic_tac_toe engine/perfect engine/random")
        board = await bot.board("Length:")
        await bot.until(lambda: board.replies)
        await bot.duel(slack.bob, "export last json")
        direct = slack.workspace.direct(slack.bob)
        await bot.until(lambda: any(one.files for one in direct.everything))
        assert slack.general.messages == [board]


async def test_a_moderator_cancels_what_a_member_may_not(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect")
        board = await bot.board("ann is to move")
        refused = await bot.duel(slack.bob, "cancel last")
        assert refused.replies[0].ephemeral_to == slack.bob
        assert "ann is to move" in board.says
        unnamed = await bot.duel(slack.mod, "cancel last")
        assert "by its id" in unnamed.replies[0].says
        (duel,) = re.findall("Duel ([0-9a-f]{8})", board.says)
        await bot.duel(slack.mod, f"cancel {duel}")
        await bot.until(lambda: "void" in board.says)


async def test_another_plays_on_and_a_move_is_taken_back(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        await bot.duel(slack.ann, "start tic_tac_toe me engine/perfect rated:no")
        board = await bot.board("ann is to move")
        await bot.press(slack.ann, board, "5")
        await bot.until(lambda: "Last move, turn 2" in board.says and "Take back" in board.labels)
        await bot.press(slack.ann, board, "Take back")
        await bot.until(lambda: "Last move" not in board.says and "5 (centre)" in board.labels)
        await bot.duel(slack.ann, "autoplay engine/random")
        await bot.board("Length:")


@pytest.mark.parametrize("with_bot", [True, False])
async def test_a_challenge_reaches_its_person_wherever_it_was_made(tmp_path: Path, with_bot: bool) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        channel = slack.workspace.add_channel("games", with_bot=with_bot)
        await bot.duel(slack.ann, f"challenge {slack.bob.mention} tic_tac_toe seat:first", channel)
        accepted = await bot.press(slack.bob, await bot.invitation(slack.bob), "Accept")
        told = (await accepted.reply()).says
        if with_bot:
            await bot.board("ann is to move", channel=channel)
        else:
            assert "/invite @arena" in told


async def test_a_leaderboard_and_its_history_are_pictures_even_when_slack_takes_its_time(tmp_path: Path) -> None:
    async with loopback(pace=1000) as slack, running_bot(slack, tmp_path) as bot:
        await bot.duel(slack.ann, "start tic_tac_toe engine/perfect engine/novice")
        await bot.board("Length:")
        slack.files.ready_after_tries = 1
        for verb in ("show", "history"):
            done = await bot.slack.slash(slack.bob, slack.general, "/leaderboard", verb)
            (shown,) = await bot.until(lambda done=done: done.replies, what=f"after {verb}")
            assert shown.ephemeral_to is None
            (alt,) = shown.alts
            assert "engine/perfect" in alt
            assert "engine/perfect" in shown.says
