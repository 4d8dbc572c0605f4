"""An application's interactions endpoint: tried before it is taken, and then the only way for interactions.

https://discord.com/developers/docs/interactions/overview#preparing-for-interactions
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from loopback_discord.signing import signed
from loopback_discord.world import World

PING, PONG = 1, 1
SECONDS: Final = 3.0


async def post(url: str, body: bytes, headers: Mapping[str, str], seconds: float = SECONDS) -> tuple[int, bytes]:
    """One request of Discord's: status and body of the answer, 0 when there is none in time."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
            session.post(url, data=body, headers=dict(headers), allow_redirects=False) as answer,
        ):
            return answer.status, await answer.read()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return 0, repr(error).encode()


async def refused(url: str, world: World) -> bool:
    """Whether Discord does not take that address."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname != "127.0.0.1":
        return True
    number = str(world.clock.snowflake())
    ping = {"id": number, "type": PING, "application_id": str(world.application_id), "token": "ping", "version": 1}
    body = json.dumps(ping).encode()
    status, answer = await post(url, body, signed(body))
    if status != 200 or not _is_pong(answer):
        return True
    forged, _ = await post(url, body, {**signed(body), "x-signature-ed25519": "ab" * 64})
    return forged != 401


def _is_pong(answer: bytes) -> bool:
    try:
        return bool(json.loads(answer)["type"] == PONG)
    except (ValueError, KeyError, TypeError):
        return False
