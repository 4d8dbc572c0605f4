"""Predictions as members see them: a button under a board that has just begun, amounts for the presser alone, and
what was won, told once in the channel; on Discord, on Slack, and over webhooks, SQS and DynamoDB."""

from __future__ import annotations

from pathlib import Path

import pytest
from discord_support import Club, club
from local_aws import LocalAws
from loopback_discord import LoopbackDiscord, Message
from loopback_discord.buckets import Buckets
from loopback_discord.permissions import Permission
from serverless_support import serverless
from slack_support import loopback, running_bot


async def rated(here: Club) -> Message:
    """Ann and Ben have begun a rated duel; its board."""
    await here.type(here.ann, "duel challenge", opponent=here.ben, game="tic_tac_toe", seat="first")
    invitation = await here.channel.wait_for(lambda message: "challenges you" in message.seen)
    await here.press(here.ben, invitation, "Accept")
    return await here.board("Ann is to move.")


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


async def test_on_discord() -> None:
    async with club() as here:
        board = await rated(here)
        assert here.channel.guild is not None
        cat, dan = here.channel.guild.member("Cat"), here.channel.guild.member("Dan")
        own = await here.press(here.ann, board, "Predict")
        assert "You play in this duel" in own.seen
        for member, wanted in ((cat, "Ann: 50"), (dan, "Ben: 200")):
            shown = await here.press(member, board, "Predict")
            assert shown.private
            assert "You have 1000 points." in shown.seen
            assert shown.original is not None
            staked = await here.press(member, shown.original, wanted)
            assert staked.private
            assert f"You staked {wanted.split()[1]} points on {wanted.split(':')[0]}" in staked.seen
        shown = await here.press(cat, board, "Predict")
        assert shown.original is not None
        form = await here.press(cat, shown.original, "Ann: …")
        assert form.modal
        refused = await here.discord.submit(form, points="lots")
        assert "whole number" in (await refused.reply()).seen
        form = await here.press(cat, shown.original, "Ann: …")
        sent = await here.discord.submit(form, points="100")
        assert "You staked 100 points on Ann" in (await sent.reply()).seen
        moves = ((here.ann, "1 (top left)"), (here.ben, "5 (centre)"), (here.ann, "2 (top centre)"))
        for turn, (user, move) in enumerate(moves, start=1):
            assert "Predict" in labels(board)
            await here.press(user, board, move)
            board = await here.board(f"Last move, turn {turn}")
        assert "Predict" not in labels(board)
        await here.type(here.ben, "duel resign")
        told = await here.channel.wait_for(lambda message: "Predictions" in message.seen)
        assert "1 of 2 had staked on Ann, and gets all 300 points.\nCat +200, Dan -200" in told.seen
        table = await here.type(dan, "predict table")
        assert not table.private
        assert sum("Predictions, Tic-Tac-Toe" in message.seen for message in here.channel.messages) == 1


async def test_a_ruling_is_told_too() -> None:
    async with club() as here:
        board = await rated(here)
        assert here.channel.guild is not None
        cat, dan = here.channel.guild.member("Cat"), here.channel.guild.member("Dan")
        for member, wanted in ((cat, "Ann: 50"), (dan, "Ben: 200")):
            shown = await here.press(member, board, "Predict")
            assert shown.original is not None
            await here.press(member, shown.original, wanted)
        await here.type(here.ben, "duel resign")
        await here.channel.wait_for(lambda message: "and gets all 250 points" in message.seen)
        eve = here.channel.guild.member("Eve", permissions=Permission.MANAGE_GUILD)
        await here.type(eve, "moderate void", duel="last", why="They are one.", sure=True)
        told = await here.channel.wait_for(lambda message: "ruling" in message.seen and "given back" in message.seen)
        assert "The duel is void, so all stakes are given back." in told.seen


async def test_on_slack(tmp_path: Path) -> None:
    async with loopback() as slack, running_bot(slack, tmp_path) as bot:
        await bot.duel(slack.ann, f"challenge {slack.bob.mention} tic_tac_toe seat:first")
        await bot.press(slack.bob, await bot.invitation(slack.bob), "Accept")
        board = await bot.board("ann is to move")
        shown = await (await bot.press(slack.carl, board, "Predict")).reply()
        assert shown.ephemeral_to == slack.carl
        assert "Du hast 1000 Punkte." in shown.says
        staked = await (await bot.press(slack.carl, shown, "bob: 200")).reply()
        assert "Du hast 200 Punkte auf bob gesetzt" in staked.says
        await bot.duel(slack.bob, "resign")
        told = await bot.until(
            lambda: next((one for one in slack.general.messages if "Predictions" in one.says), None),
            what="for the points",
        )
        assert "All had staked on the same result, so all stakes are given back." in told.says


async def test_over_webhooks(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("engine.arena.points.LOOK_AGAIN_MS", -1)
    buckets = Buckets(limit=10_000, most_a_second=10_000)
    async with LoopbackDiscord(buckets=buckets) as discord, serverless(local_aws, discord) as arena:
        channel = discord.guild().channel("arena")
        ann, ben, cat, dan = (channel.guild.member(name) for name in ("Ann", "Ben", "Cat", "Dan"))
        await discord.command(ann, channel, "duel challenge", opponent=ben, game="tic_tac_toe", seat="first")
        await arena.drain(arena.start())
        invitation = await channel.wait_for(lambda message: "challenges you" in message.seen)
        await discord.press(ben, invitation, "Accept")
        await arena.drain(arena.start())
        board = await channel.wait_for(lambda message: message.embeds and "Ann is to move" in message.seen)
        for member, wanted in ((cat, "Ann: 50"), (dan, "Ben: 200")):
            shown = await discord.press(member, board, "Predict")
            await arena.drain(arena.start())  # each time another execution environment
            assert shown.original is not None
            staked = await discord.press(member, shown.original, wanted)
            await arena.drain(arena.start())
            assert "You staked" in staked.seen
        await discord.command(ben, channel, "duel resign")
        await arena.drain(arena.start())
        assert (await arena.sweep(arena.start()))["predictions"] == 1
        told = await channel.wait_for(lambda message: "Predictions" in message.seen)
        assert "Cat +200, Dan -200" in told.seen
        assert not arena.failures
