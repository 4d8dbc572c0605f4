"""What the parts of the loopback share: its settings, its world, and what went wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from loopback_discord.buckets import Buckets
from loopback_discord.faults import Faults
from loopback_discord.interactions import Interaction
from loopback_discord.world import World

TOKEN = "a-token-of-tests"


@dataclass(eq=False)
class State:
    """One loopback Discord.

    Attributes:
        shards: how many Discord asks for; who identifies with fewer is turned away.
        deadline_seconds: until when an interaction can be acknowledged.
        lifetime_seconds: how long an interaction's token lives.
        old_edits: how many edits a message over an hour old allows.
        most_threads: how many threads of a guild can be active at once.
        endpoint_url: where interactions go instead of the gateway, as the application says.
        down: whether every request is answered 503.
        violations: the rules that the bot broke; a test with one fails.
        requests: how often each route was asked for.
        refusals: how often each of Discord's error codes was the answer.
        limited: how often each route was refused because its window, or that of all, was used up.
    """

    world: World
    token: str = TOKEN
    shards: int = 1
    max_concurrency: int = 1
    identify_seconds: float = 0.2
    privileged: int = 0
    deadline_seconds: float = 3.0
    lifetime_seconds: float = 900.0
    old_edits: int = 2
    most_threads: int = 1000
    buckets: Buckets = field(default_factory=Buckets)
    faults: Faults | None = None
    address: str = ""
    endpoint_url: str | None = None
    down: bool = False
    commands: dict[int | None, list[dict[str, Any]]] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    nonces: dict[tuple[int, str], int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    refusals: Counter[int] = field(default_factory=Counter)
    limited: Counter[str] = field(default_factory=Counter)

    @property
    def gateway_url(self) -> str:
        """Where the gateway is."""
        return f"ws://{self.address}/gw/"

    @property
    def api_url(self) -> str:
        """Where the REST API is."""
        return f"http://{self.address}/api/v10"

    @property
    def cdn_url(self) -> str:
        """Where files are."""
        return f"http://{self.address}/cdn"

    def violate(self, text: str) -> None:
        """The bot broke a rule."""
        self.violations.append(text)
