"""``arena run`` and ``arena register discord`` as processes against the loopback Discord, as a host runs them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import warm
from loopback_discord import TOKEN, Guild, LoopbackDiscord

from bot.on_discord.register import registration

ROOT: Final = Path(__file__).resolve().parents[2]
READY_SECONDS: Final = 15.0


def environment(discord: LoopbackDiscord, folder: Path, token: str = TOKEN) -> dict[str, str]:
    """What a host would set, and nothing of the tests' own."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "ARENA_DATA_DIR": str(folder),
        "ARENA_PORT": "0",
        "DISCORD_BOT_TOKEN": token,
        "DISCORD_API_URL": discord.state.api_url,
        "DISCORD_GATEWAY_URL": discord.state.gateway_url,
    }


async def begun(*arguments: str, env: dict[str, str]) -> warm.Process:
    return await warm.begin(arguments, env)


async def ready(process: warm.Process) -> str:
    """Wait for the line that says so."""
    return (await asyncio.wait_for(process.stdout.readline(), READY_SECONDS)).decode()


async def ended(*arguments: str, env: dict[str, str]) -> tuple[int | None, str, str]:
    """Run ``arena`` to its end: its code, and what it said on both streams."""
    process = await begun(*arguments, env=env)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def running(discord: LoopbackDiscord, folder: Path) -> AsyncIterator[warm.Process]:
    """``arena run``, connected; it is stopped at the end as a host stops it."""
    process = await begun("run", env=environment(discord, folder))
    try:
        await ready(process)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(process.communicate(), 20)
        sys.stdout.write(out.decode())
    assert process.returncode == 0
    assert err.decode() == ""


async def test_a_duel_outlives_a_killed_process_on_the_same_board(tmp_path: Path) -> None:
    async with LoopbackDiscord(identify_seconds=0) as discord:
        discord.register(registration())
        guild = discord.guild()
        ann, channel = guild.member("Ann"), guild.channel("arena")
        killed = await begun("run", env=environment(discord, tmp_path))
        await ready(killed)
        players = {"game": "tic_tac_toe", "first": "me", "second": "engine/random"}
        await discord.command(ann, channel, "duel start", **players)
        board = await channel.wait_for(lambda message: "Ann is to move." in message.seen, READY_SECONDS)
        killed.kill()
        await killed.communicate()
        async with running(discord, tmp_path):
            played = await discord.press(ann, board, "5 (centre)")
            assert (await played.reply()).seen == "Played."
            await channel.wait_for(lambda message: "Last move, turn 2" in message.seen, READY_SECONDS)
            assert channel.messages == [board]


async def test_the_bot_is_ready_soon_and_says_so(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        discord.guild()
        started = time.monotonic()
        process = await begun("run", env=environment(discord, tmp_path))
        line = await ready(process)
        sys.stdout.write(f"ready after {time.monotonic() - started:.2f} s: {line}")
        assert "on Discord" in line
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(process.communicate(), 20)
        assert (process.returncode, err.decode()) == (0, "")
        assert TOKEN not in line + out.decode()


async def test_a_wrong_token_ends_the_process_with_a_sentence(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        code, out, err = await ended("run", env=environment(discord, tmp_path, "another-token"))
        assert code not in (0, None)
        assert "DISCORD_BOT_TOKEN" in err
        assert "Traceback" not in err
        assert "another-token" not in out + err


async def test_commands_are_registered_everywhere_or_in_one_server(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        guild: Guild = discord.guild()
        env = environment(discord, tmp_path)
        assert (await ended("register", "discord", "--guild", str(guild.id), env=env))[0] == 0
        assert (await ended("register", "discord", env=env))[0] == 0
        names = [command["name"] for command in registration()]
        assert {"duel", "arena"} <= set(names)
        for scope in (guild.id, None):
            assert [command["name"] for command in discord.state.commands[scope]] == names


async def test_commands_that_are_there_twice_can_be_removed_from_one_server(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        guild: Guild = discord.guild()
        env = environment(discord, tmp_path)
        for scope in (("--guild", str(guild.id)), ()):
            assert (await ended("register", "discord", *scope, env=env))[0] == 0
        code, out, _ = await ended("register", "discord", "--guild", str(guild.id), "--remove", env=env)
        assert (code, out) == (0, f"The commands that were registered in server {guild.id} are removed.\n")
        assert discord.state.commands[guild.id] == []
        assert len(discord.state.commands[None]) == len(registration())


async def test_a_registration_that_reaches_nobody_says_so_once(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "ARENA_DATA_DIR": str(tmp_path)}
    nowhere = {"DISCORD_BOT_TOKEN": "test", "DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}
    code, _, err = await ended("register", "discord", env={**env, **nowhere})
    assert code == 2
    assert err.startswith("Discord cannot be reached: Cannot connect to host 127.0.0.1:9")
    assert err.count("cannot be reached") == 1


async def test_a_server_that_the_bot_is_not_in_is_named(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        code, _, err = await ended(
            "register", "discord", "--guild", "123456789012345678", env=environment(discord, tmp_path)
        )
        assert code not in (0, None)
        assert "123456789012345678" in err
        assert "Traceback" not in err


async def test_printing_the_registration_calls_nobody(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord:
        env = {key: one for key, one in environment(discord, tmp_path).items() if key != "DISCORD_BOT_TOKEN"}
        code, out, _ = await ended("register", "discord", "--print", env=env)
        assert code == 0
        assert json.loads(out) == registration()
        assert not discord.state.requests
