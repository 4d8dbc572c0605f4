"""A bare discord.py client on the loopback, with nothing of a bot in it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from loopback_discord.server import LoopbackDiscord

Handler = Callable[[discord.Interaction[Any]], Awaitable[Any]]


class Bare(discord.AutoShardedClient):
    """Hands every interaction to ``handler``."""

    def __init__(self, handler: Handler | None = None, intents: int = 1 | 1 << 9) -> None:
        super().__init__(
            intents=discord.Intents._from_value(intents),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.05,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.handler = handler

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if self.handler:
            await self.handler(interaction)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py waits five seconds between shards; the loopback's window is shorter."""
        await asyncio.sleep(0 if initial else 0.21)


@asynccontextmanager
async def addressed(loopback: LoopbackDiscord) -> AsyncIterator[None]:
    """discord.py's fixed addresses are the loopback's."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = loopback.state.api_url, yarl.URL(loopback.state.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@asynccontextmanager
async def connected(loopback: LoopbackDiscord, handler: Handler | None = None) -> AsyncIterator[Bare]:
    """A client that is ready."""
    async with addressed(loopback):
        client = Bare(handler)
        async with client:
            await client.login(loopback.state.token)
            running = asyncio.create_task(client.connect())
            try:
                await client.wait_until_ready()
                yield client
            finally:
                await client.close()
                running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await running
