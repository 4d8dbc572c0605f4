"""``/metrics`` over HTTP: who may read it, and what it says after both platforms have asked and limited us."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import ClientSession
from loopback_discord import TOKEN, Fault, Faults, LoopbackDiscord
from loopback_slack import Fault as SlackFault
from loopback_slack import LoopbackSlack
from support_metering import samples

from bot.metering.prometheus import MEDIA, PrometheusMeter
from bot.on_discord.register import registration
from bot.on_web.api import Api
from bot.on_web.guard import Guard
from bot.on_web.server import Metrics, application, serving
from engine.arena import Arena

ROOT: Final = Path(__file__).resolve().parents[2]
SECONDS: Final = 15.0
WEB_TOKEN: Final = "a token of sixteen letters"
CANARY: Final = "canary-0f1e2d3c4b5a"


@asynccontextmanager
async def web(arena: Arena, guard: Guard) -> AsyncIterator[str]:
    """A web channel; gives the address of its metrics."""
    meter = PrometheusMeter()
    app = application(Api(arena), guard, metrics=Metrics(meter.page, MEDIA))
    async with serving(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}/metrics"


async def test_on_loopback_whoever_sits_there_may_read_it(arena: Arena) -> None:
    async with web(arena, Guard()) as address, ClientSession() as session:
        async with session.get(address) as response:
            assert response.status == 200
            assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
            assert "no-store" in response.headers["Cache-Control"]
            assert samples(await response.read())["arena_plies_total"] == 0
        # A page elsewhere that has a name of its own for this address (DNS rebinding) is told nothing.
        async with session.get(address, headers={"Host": "evil.example"}) as response:
            assert response.status == 403
            assert "arena_" not in await response.text()


async def test_elsewhere_only_who_brings_the_token(arena: Arena) -> None:
    async with web(arena, Guard(WEB_TOKEN)) as address, ClientSession() as session:
        for headers in ({}, {"Authorization": "Bearer another token of ours"}):
            async with session.get(address, headers=headers) as response:
                assert response.status == 401
                assert "arena_" not in await response.text()
        async with session.get(address, headers={"Authorization": f"Bearer {WEB_TOKEN}"}) as response:
            assert response.status == 200
            assert "arena_plies_total 0.0" in await response.text()


async def test_without_a_meter_there_is_no_such_page(arena: Arena) -> None:
    app = application(Api(arena), Guard())
    async with serving(app, "127.0.0.1", 0) as port, ClientSession() as session:
        address = f"http://127.0.0.1:{port}/metrics"
        async with session.get(address) as response:
            assert response.status == 404


@asynccontextmanager
async def arena_run(folder: Path, **more: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """``arena run`` as a host runs it; gives the address that it says."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "ARENA_DATA_DIR": str(folder), "ARENA_PORT": "0", **more}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "run", env=env, cwd=ROOT, stdout=pipe, stderr=pipe, limit=1 << 24
    )
    assert process.stdout
    try:
        ready = (await asyncio.wait_for(process.stdout.readline(), SECONDS)).decode()
        found = re.search(r"http://\S+", ready)
        assert found, ready
        yield found[0], process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def page(session: ClientSession, address: str) -> dict[str, float]:
    async with session.get(f"{address}/metrics") as response:
        return samples(await response.read())


async def test_arena_run_counts_what_platforms_ask_and_says_it_as_json_without_a_token(tmp_path: Path) -> None:
    limited = Faults(share=1, kinds=[Fault.LIMITED], routes=["/callback"], most=1)
    async with (
        LoopbackDiscord(identify_seconds=0, faults=limited) as discord,
        LoopbackSlack() as slack,
        ClientSession() as session,
    ):
        discord.register(registration())
        guild = discord.guild()
        ann, channel = guild.member("Ann"), guild.channel("arena")
        settings = {
            "DISCORD_BOT_TOKEN": TOKEN,
            "DISCORD_API_URL": discord.state.api_url,
            "DISCORD_GATEWAY_URL": discord.state.gateway_url,
            "SLACK_BOT_TOKEN": slack.tokens.bot,
            "SLACK_APP_TOKEN": slack.tokens.app,
            "SLACK_API_URL": slack.api_url,
            "OPENAI_API_KEY": CANARY,
            "ARENA_LOG_FORMAT": "json",
            "ARENA_LOG_LEVEL": "DEBUG",
        }
        async with arena_run(tmp_path, **settings) as (address, process):
            players = {"game": "tic_tac_toe", "first": "engine/perfect", "second": "engine/perfect"}
            await discord.command(ann, channel, "duel start", **players)
            await channel.wait_for(lambda message: "draw" in message.seen.casefold(), SECONDS)
            slack.faults.next("chat.postMessage", SlackFault.RATE_LIMITED)
            done = await slack.slash(
                slack.ann, slack.general, "/duel", "start tic_tac_toe engine/perfect engine/perfect"
            )
            await done.reply(SECONDS)
            found = await page(session, address)
            process.send_signal(signal.SIGTERM)
            _, written = await asyncio.wait_for(process.communicate(), SECONDS)
    assert found["arena_plies_total"] == 18
    assert found['arena_acknowledgement_seconds_count{platform="discord"}'] == 1
    assert found['arena_acknowledgement_seconds_count{platform="slack"}'] == 1
    assert 0 < found['arena_acknowledgement_seconds_sum{platform="slack"}'] < 3
    assert found['arena_throttles_total{by="discord"}'] == limited.struck[Fault.LIMITED] == 1
    assert found['arena_throttles_total{by="slack"}'] == 1
    assert found["arena_forfeits_total"] == 0
    lines = [json.loads(line) for line in written.decode().splitlines()]
    assert any(line.get("request") and line.get("community", "").startswith("discord:") for line in lines)
    for secret in (TOKEN, slack.tokens.bot, slack.tokens.app, CANARY):
        assert secret not in written.decode()


async def test_a_refused_token_is_in_no_line(tmp_path: Path) -> None:
    async with LoopbackSlack() as slack:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "ARENA_DATA_DIR": str(tmp_path),
            "ARENA_PORT": "0",
            "SLACK_BOT_TOKEN": f"xoxb-{CANARY}",
            "SLACK_APP_TOKEN": f"xapp-{CANARY}",
            "SLACK_API_URL": slack.api_url,
            "ARENA_LOG_LEVEL": "DEBUG",
        }
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "run", env=env, cwd=ROOT, stdout=pipe, stderr=pipe
        )
        said = b"".join(await asyncio.wait_for(process.communicate(), SECONDS)).decode()
    assert "SLACK_BOT_TOKEN" in said
    assert CANARY not in said
