"""Discord without a gateway: interactions that a webhook has acknowledged, and REST for everything else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.inbox import Answer, Inbox
from bot.on_discord.gateway import rest
from bot.on_discord.interactions import Interactions
from bot.on_discord.presenter import DiscordPresenter
from bot.settings import DiscordSettings
from engine.arena import Arena


@asynccontextmanager
async def serving(settings: DiscordSettings, arena: Arena, answer: Answer) -> AsyncIterator[Inbox]:
    """Logged in while the block runs.

    :raises NotConfigured: when Discord refuses the token. :raises PlatformDown: when Discord cannot be reached.
    """
    async with rest(settings, arena.context.meter) as api:
        interactions = Interactions(arena, answer, api)

        async def take(body: str) -> None:
            await interactions.go_on(json.loads(body))

        yield Inbox(DiscordPresenter(api, arena.context.clock), take)
