"""What the host's log holds after a normal day of ``arena run``: nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Final

from loopback_discord import TOKEN, LoopbackDiscord
from loopback_slack import LoopbackSlack

from bot.on_discord.register import registration

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 15.0


async def test_connections_that_are_renewed_and_duels_leave_no_warning(tmp_path: Path) -> None:
    async with LoopbackDiscord(identify_seconds=0) as discord, LoopbackSlack() as slack:
        discord.register(registration())
        guild = discord.guild()
        ann, channel = guild.member("Ann"), guild.channel("arena")
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "ARENA_DATA_DIR": str(tmp_path),
            "ARENA_PORT": "0",
            "DISCORD_BOT_TOKEN": TOKEN,
            "DISCORD_API_URL": discord.state.api_url,
            "DISCORD_GATEWAY_URL": discord.state.gateway_url,
            "SLACK_BOT_TOKEN": slack.tokens.bot,
            "SLACK_APP_TOKEN": slack.tokens.app,
            "SLACK_API_URL": slack.api_url,
        }
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "run", env=env, cwd=ROOT, stdout=pipe, stderr=pipe
        )
        try:
            assert process.stdout
            ready = (await asyncio.wait_for(process.stdout.readline(), SECONDS)).decode()
            # Both platforms ask their clients every few hours to connect again; lines are cut besides.
            await slack.sockets.disconnect()
            discord.gateway.reconnect()
            await discord.world.wait_for(lambda: discord.gateway.sessions[0].resumed == 1)
            discord.gateway.drop()
            await discord.world.wait_for(lambda: discord.gateway.sessions[0].resumed == 2)
            players = {"game": "tic_tac_toe", "first": "engine/perfect", "second": "engine/perfect"}
            await discord.command(ann, channel, "duel start", **players)
            await channel.wait_for(lambda message: "draw" in message.seen.casefold(), SECONDS)
            done = await slack.slash(
                slack.ann, slack.general, "/duel", "start tic_tac_toe engine/perfect engine/perfect"
            )
            await done.reply(SECONDS)
        finally:
            process.send_signal(signal.SIGTERM)
            _, complaints = await asyncio.wait_for(process.communicate(), SECONDS)
    assert "on Discord" in ready
    assert "on Slack" in ready
    assert (process.returncode, complaints.decode()) == (0, "")
