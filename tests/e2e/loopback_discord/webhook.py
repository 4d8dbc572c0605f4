"""Interactions by webhook instead of the gateway: signed, and acknowledged by the answer itself.

https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from loopback_discord.body import Body
from loopback_discord.gateway import Gateway
from loopback_discord.interactions import Interaction
from loopback_discord.rest_interactions import Interactions
from loopback_discord.signing import signed
from loopback_discord.state import State

Endpoint = Callable[[bytes, Mapping[str, str]], Awaitable[tuple[int, bytes]]]
"""Takes a body and its headers to a status and the answer's body."""


class Webhook:
    """Where interactions go. What is not answered in time, or not with 200, is a rule broken."""

    def __init__(self, state: State, gateway: Gateway, endpoint: Endpoint) -> None:
        self._state = state
        self._interactions = Interactions(state, gateway)
        self._endpoint = endpoint
        self._under_way: set[asyncio.Task[None]] = set()
        self.sent: list[tuple[bytes, dict[str, str]]] = []

    def send(self, interaction: Interaction, payload: Mapping[str, Any]) -> None:
        """Send it; the acknowledgement follows."""
        task = asyncio.create_task(self._deliver(interaction, json.dumps(payload).encode()))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, interaction: Interaction, body: bytes) -> None:
        headers = signed(body)
        self.sent.append((body, headers))
        status, answer = await self._endpoint(body, headers)
        if status != 200:
            self._state.violate(f"{interaction.name}: answered {status}, {answer!r}")
            return
        if time.monotonic() - interaction.dispatched > self._state.deadline_seconds:
            self._state.violate(f"{interaction.name}: answered after {self._state.deadline_seconds} seconds")
            return
        self._interactions.acknowledge(interaction, Body(json.loads(answer), {}))
