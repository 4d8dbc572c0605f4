"""``arena doctor`` against both loopback platforms: who is accepted, refused, and not there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from loopback_discord import TOKEN, LoopbackDiscord
from loopback_slack import LoopbackSlack

from bot import accounts
from bot.doctor import report
from bot.settings import read

NOWHERE = "http://127.0.0.1:9"


async def look(folder: Path, **environment: str) -> tuple[int, dict[str, str]]:
    """The exit code, and a line by what it is about."""
    lines: list[str] = []
    defaults = {"HOME": str(folder), "ARENA_DATA_DIR": str(folder), "ARENA_PORT": "0"}
    code = await asyncio.to_thread(report, read({**defaults, **environment}), lines.append)
    return code, {line[4:30].strip(): line for line in lines}


def discord_environment(discord: LoopbackDiscord, token: str = TOKEN) -> dict[str, str]:
    return {"DISCORD_BOT_TOKEN": token, "DISCORD_API_URL": discord.state.api_url}


def slack_environment(slack: LoopbackSlack) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.tokens.bot,
        "SLACK_APP_TOKEN": slack.tokens.app,
        "SLACK_API_URL": slack.api_url,
    }


async def test_tokens_that_are_accepted_are_told_with_whom_they_belong_to(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord, LoopbackSlack() as slack:
        code, said = await look(tmp_path, **discord_environment(discord), **slack_environment(slack))
    assert code == 0
    assert said["Discord"].startswith("ok ")
    assert "accepted as Arena" in said["Discord"]
    assert said["Slack"].startswith("ok ")
    assert "accepted as arena in the workspace" in said["Slack"]
    assert TOKEN not in "".join(said.values())


async def test_tokens_that_are_refused_are_named(tmp_path: Path) -> None:
    async with LoopbackDiscord() as discord, LoopbackSlack() as slack:
        for variable, token in (("SLACK_BOT_TOKEN", "xoxb-another"), ("SLACK_APP_TOKEN", "xapp-another")):
            environment = {**slack_environment(slack), **discord_environment(discord, "another"), variable: token}
            code, said = await look(tmp_path, **environment)
            assert code == 1
            assert said["Slack"].startswith("NO ")
            assert f"Slack refuses {variable} (invalid_auth)" in said["Slack"]
            assert said["Discord"].startswith("NO ")
            assert "Discord does not accept DISCORD_BOT_TOKEN" in said["Discord"]
            assert "another" not in said["Slack"] + said["Discord"]


async def test_platforms_that_are_not_there_keep_nobody_from_playing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.on_slack.rest.FIRST_WAIT_SECONDS", 0.001)
    environment = {"DISCORD_BOT_TOKEN": "test", "SLACK_BOT_TOKEN": "xoxb-test", "SLACK_APP_TOKEN": "xapp-test"}
    code, said = await look(tmp_path, **environment, DISCORD_API_URL=NOWHERE, SLACK_API_URL=NOWHERE)
    assert code == 0
    for title in ("Discord", "Slack"):
        assert said[title].startswith("-  ")
        assert "not reachable (" in said[title]
        assert "Cannot connect to host 127.0.0.1:9" in said[title]


async def test_silence_costs_one_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "LOGIN_SECONDS", 0.2)
    open_ends: list[asyncio.StreamWriter] = []

    async def listen(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ends.append(writer)

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    code, said = await look(tmp_path, DISCORD_BOT_TOKEN="test", DISCORD_API_URL=url)
    for writer in open_ends:
        writer.close()
    server.close()
    assert code == 0
    assert "not reachable (nothing within 0.2 s)" in said["Discord"]
