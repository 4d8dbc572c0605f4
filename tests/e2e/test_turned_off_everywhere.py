"""A command that the host has turned off, by each way in; what is offered while typing stays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from discord_support import club
from local_aws import LocalAws
from loopback_discord import LoopbackDiscord
from loopback_discord.buckets import Buckets
from serverless_support import serverless
from support import Line
from web_support import Client, command

from bot.settings import read
from bot.wiring import archived
from engine.arena import Arena, gate
from engine.arena.gate import Why
from engine.model import Role

GAME = {"game": "tic_tac_toe", "first": "engine/perfect", "second": "engine/random"}
ENGLISH = "/duel start is turned off for now: Back on Monday."
GERMAN = "/duel start ist zurzeit abgeschaltet: Back on Monday."


async def test_on_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "KNOWN_MS", 0)  # the sweeper has looked already
    async with club({"test/line": Line()}) as here:
        await gate.turn_off(here.bot.arena.context.store, "duel start", "Back on Monday.")
        guild = here.channel.guild
        assert guild
        for member, said in ((here.ann, ENGLISH), (guild.member("Emil", "de"), GERMAN)):
            asked = await here.type(member, "duel start", **GAME)
            assert asked.private
            assert (await asked.reply()).seen == said
        offered = await here.discord.autocomplete(here.ann, here.channel, "duel start", "game", "tic")
        assert offered
        assert not here.channel.messages


@pytest.fixture
async def discord() -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord(buckets=Buckets(limit=10_000, most_a_second=10_000)) as loopback:
        yield loopback


async def test_by_the_webhook(local_aws: LocalAws, discord: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    channel = discord.guild().channel("arena")
    emil = channel.guild.member("Emil", "de")
    async with serverless(local_aws, discord) as arena:
        settings = read(arena.environment)
        async with archived(settings.address, settings, made=False) as store:
            await gate.turn_off(store, "duel start", "Back on Monday.")
        asked = await discord.command(emil, channel, "duel start", **GAME)
        await arena.drain(arena.start())
        assert (await asked.reply()).seen == GERMAN
        assert not channel.messages
        assert not arena.failures


async def test_nothing_is_swept_while_the_store_is_closed(
    local_aws: LocalAws, discord: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    async with serverless(local_aws, discord) as arena:
        settings = read(arena.environment)
        async with archived(settings.address, settings, made=False) as store:
            await gate.close(store, Why.COPYING, "sqlite:/old")
            assert await arena.sweep(arena.start()) == {}
            await gate.reopen(store)
            assert "turns" in await arena.sweep(arena.start())


async def test_on_the_page_for_members_and_not_for_the_host(
    arena: Arena, connect: Callable[..., Awaitable[Client]]
) -> None:
    await gate.turn_off(arena.context.store, "duel start", "Back on Monday.")
    refused = await command(await connect(), "/duel start tic_tac_toe me x/b", 403)
    assert ENGLISH in str(refused)
    assert "turned off" not in str(await command(await connect(role=Role.HOST), "/duel start tic_tac_toe me x/b"))
