"""Our bot on the loopback Discord: the real gateway client, the real arena, players made for the test."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from loopback_discord import Buckets, Button, Channel, Interaction, LoopbackDiscord, Message, User
from support import arena_over

from bot.chat import Chat
from bot.hub import Hub
from bot.on_discord.gateway import ArenaClient
from bot.on_discord.register import registration
from bot.serve import sweep
from bot.settings import Settings, read
from engine.arena import Arena
from engine.model import Community, Status
from engine.ports import Answer, Chosen, MoveRequest, MoveSource

SPEED: Final = 20


class BriskClock:
    """The time of the loopback's clock; who sleeps on it wakes ``SPEED`` times sooner."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self._discord = discord

    def now_ms(self) -> int:
        return round(self._discord.clock.now() * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)


def brisk_buckets() -> Buckets:
    """Discord's five requests in five seconds, at the speed of the bot's clock."""
    return Buckets(limit=5, seconds=5 / SPEED)


@dataclass
class Bot:
    """A running bot."""

    arena: Arena
    chat: Chat


def settings_for(discord: LoopbackDiscord, folder: str) -> Settings:
    """What a host would set."""
    return read(
        {
            "DISCORD_BOT_TOKEN": discord.state.token,
            "DISCORD_API_URL": discord.state.api_url,
            "DISCORD_GATEWAY_URL": discord.state.gateway_url,
            "ARENA_DATA_DIR": folder,
        }
    )


@asynccontextmanager
async def running_bot(
    discord: LoopbackDiscord, players: Mapping[str, MoveSource] | None = None, path: str | Path = ":memory:"
) -> AsyncIterator[Bot]:
    """The bot as ``arena run`` has it, connected; its commands are registered."""
    discord.register(registration())
    with tempfile.TemporaryDirectory() as folder:
        async with arena_over(path, players, clock=BriskClock(discord)) as arena:
            settings = settings_for(discord, folder)
            chat = Chat(settings, arena)
            hub = arena.context.announcer
            assert isinstance(hub, Hub)
            hub.add(chat.announcing)
            await arena.turns.resume()
            work = [arena.turns.work(), sweep(arena, settings, chat), *map(chat.run, chat.names)]
            tasks = [asyncio.create_task(one) for one in work]
            try:
                await discord.connected(discord.state.shards, seconds=20)
                await chat.tried()
                assert chat.connected == ["discord"]
                yield Bot(arena, chat)
            finally:
                await stop(tasks)
                await chat.announcing.close()


def identify_at_once(monkeypatch: pytest.MonkeyPatch, seconds: float = 0) -> None:
    """discord.py lets five seconds pass between two shards' IDENTIFY, as Discord wants; the loopback need not."""

    async def soon(client: ArenaClient, shard_id: int | None, *, initial: bool = False) -> None:
        await asyncio.sleep(0 if initial else seconds)

    monkeypatch.setattr(ArenaClient, "before_identify_hook", soon)


async def stop(tasks: list[asyncio.Task[Any]]) -> None:
    """End them."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Quick:
    """Any legal move, each in a moment of its own."""

    async def choose(self, request: MoveRequest) -> Answer:
        await asyncio.sleep(0.005)
        moves = request.game.legal_moves(request.position, request.seat)
        assert moves
        return Chosen(moves[request.draw(len(moves))])

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class Club:
    """A server with a channel, two members and a moderator, and the bot in it."""

    discord: LoopbackDiscord
    channel: Channel
    ann: User
    ben: User
    bot: Bot

    async def start(self, user: User, game: str, first: str, second: str, **options: Any) -> Interaction:
        """``/duel start``; waits for the answer."""
        return await self.type(user, "duel start", game=game, first=first, second=second, **options)

    async def press(self, user: User, message: Message, wanted: str | Button) -> Interaction:
        """Press a button and wait for what it says, unless that is a form."""
        asked = await self.discord.press(user, message, wanted)
        if asked.modal is None:
            await asked.reply()
        return asked

    async def type(self, user: User, path: str, **options: Any) -> Interaction:
        """Type a command and wait for its answer."""
        asked = await self.discord.command(user, self.channel, path, **options)
        await asked.reply()
        return asked

    async def board(self, part: str = "") -> Message:
        """The newest board of the channel that says ``part``."""
        return await self.channel.wait_for(lambda message: message.embeds and part in message.seen)


@asynccontextmanager
async def club(
    players: Mapping[str, MoveSource] | None = None,
    path: str | Path = ":memory:",
    locale: str = "en-US",
    **settings: Any,
) -> AsyncIterator[Club]:
    """A server with our bot in it, on a Discord of its own."""
    async with LoopbackDiscord(**{"buckets": brisk_buckets(), **settings}) as discord:
        guild = discord.guild("Club", locale)
        channel = guild.channel("arena")
        ann, ben = guild.member("Ann"), guild.member("Ben")
        async with running_bot(discord, players, path) as bot:
            yield Club(discord, channel, ann, ben, bot)


async def ended(here: Club) -> None:
    """Wait until the newest duel is over: a worker writes the end after the move that decides it."""
    arena = here.bot.arena
    guild = here.channel.guild
    assert guild is not None
    (head,) = await arena.context.store.duels(Community("discord", str(guild.id)), limit=1)
    hub = arena.context.announcer
    assert isinstance(hub, Hub)
    async for _ in hub.changes(head.duel_id):
        if (await arena.context.head(head.duel_id)).status is Status.OVER:
            return
