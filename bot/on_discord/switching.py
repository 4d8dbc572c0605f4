"""Discord's record of the application: interactions go to an address, or to the gateway.

Discord allows one of the two: an application with an interactions endpoint is sent none over the gateway. An address is
taken only if it answers a signed ping, and refuses one that is signed wrongly.

Source: https://discord.com/developers/docs/resources/application#edit-current-application and
https://discord.com/developers/docs/interactions/overview#preparing-for-interactions
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.checked import Check
from bot.on_discord.gateway import rest
from bot.on_discord.rest import Refused, Rest
from bot.settings import DiscordSettings
from engine.errors import BadOption, NotConfigured
from engine.sentences import say

_INVALID = 400


class DiscordApplication:
    """Fulfils :class:`bot.switching.Application`."""

    title = "Discord"
    here = say("the gateway")

    def __init__(self, settings: DiscordSettings, api: Rest) -> None:
        self._settings = settings
        self._api = api

    async def endpoint(self) -> str:
        """See :meth:`bot.switching.Application.endpoint`."""
        return str((await self._api.application()).get("interactions_endpoint_url") or "").rstrip("/")

    async def checks(self, url: str) -> AsyncIterator[Check]:
        """Whether token, application and public key belong together."""
        found = await self._api.application()
        yield Check(True, say("The token is that of the application {name}.", name=str(found["name"])))
        wanted = {"DISCORD_APPLICATION_ID": (self._settings.application_id, str(found["id"]))}
        if url:
            wanted["DISCORD_PUBLIC_KEY"] = (self._settings.public_key, str(found.get("verify_key", "")))
        for variable, (ours, theirs) in wanted.items():
            if not ours:
                yield Check(False, say("{variable} is not set: it is {value}.", variable=variable, value=theirs), True)
            elif ours != theirs:
                yield Check(
                    False,
                    say("{variable} is another application’s: this one’s is {value}.", variable=variable, value=theirs),
                )

    def forged(self) -> tuple[dict[str, str], bytes]:
        """A ping that nobody has signed."""
        body = json.dumps({"type": 1, "id": "0", "application_id": self._settings.application_id}).encode()
        signed = {"x-signature-ed25519": "0" * 128, "x-signature-timestamp": str(int(time.time()))}
        return {"content-type": "application/json", **signed}, body

    async def send_to(self, url: str) -> None:
        """See :meth:`bot.switching.Application.send_to`."""
        try:
            await self._api.send_interactions_to(url)
        except Refused as refused:
            if refused.status != _INVALID:
                raise
            raise BadOption(
                say(
                    "Discord does not take {url}: a signed ping must be answered within three seconds, and one that is "
                    "signed wrongly with 401. Is its DISCORD_PUBLIC_KEY this application’s? ({cause})",
                    url=url,
                    cause=str(refused),
                )
            ) from refused


@asynccontextmanager
async def application(settings: DiscordSettings) -> AsyncIterator[DiscordApplication]:
    """The application that the bot's token belongs to. :raises NotConfigured: without a token, or with a wrong one."""
    settings.check()
    if not settings.bot_token:
        raise NotConfigured(say("Set DISCORD_BOT_TOKEN to your bot's token first."))
    async with rest(settings) as api:
        yield DiscordApplication(settings, api)
