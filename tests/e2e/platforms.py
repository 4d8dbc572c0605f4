"""Both loopback platforms behind one face, for tests that do not care which."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from loopback_discord import Faults as DiscordFaults
from loopback_discord.buckets import Buckets
from loopback_discord.server import LoopbackDiscord
from loopback_slack import TEAM, LoopbackSlack
from loopback_slack import Faults as SlackFaults
from loopback_slack.clock import FastClock

from bot.on_slack.manifest import OPTIONAL_SCOPES, SCOPES
from bot.settings import Settings, read
from engine.model import Community


@dataclass(frozen=True)
class Board:
    """A duel's message as people see it."""

    text: str
    picture: bytes
    buttons: Sequence[str]


class Platform(Protocol):
    """One platform, seen from outside."""

    community: Community

    def environment(self) -> Mapping[str, str]:
        """What a host would set."""
        ...

    def channel(self, name: str) -> str:
        """A new channel's id."""
        ...

    def boards(self, channel: str) -> list[Board]:
        """The boards that stand there."""
        ...

    def requests(self) -> int:
        """How many requests boards and threads have taken."""
        ...

    def struck(self) -> int:
        """How many of them have failed by rule."""
        ...


class OnDiscord:
    """The loopback Discord. Its limits are wide here: they have tests of their own."""

    def __init__(self, share: float, seed: int) -> None:
        self._faults = DiscordFaults(share, seed, routes=("/channels/",))
        self.loopback = LoopbackDiscord(faults=self._faults, buckets=Buckets(limit=10_000, most_a_second=10_000))
        self._guild = self.loopback.guild()
        self.community = Community("discord", str(self._guild.id))

    def environment(self) -> Mapping[str, str]:
        state = self.loopback.state
        return {
            "DISCORD_BOT_TOKEN": state.token,
            "DISCORD_API_URL": state.api_url,
            "DISCORD_GATEWAY_URL": state.gateway_url,
        }

    def channel(self, name: str) -> str:
        return str(self._guild.channel(name).id)

    def boards(self, channel: str) -> list[Board]:
        standing = [one for one in self.loopback.world.channels[int(channel)].messages if one.embeds]
        return [
            Board(one.seen, one.files.get("board.png", b""), [button.label for button in one.buttons])
            for one in standing
            if not one.deleted
        ]

    def requests(self) -> int:
        return sum(count for route, count in self.loopback.state.requests.items() if "/channels/" in route)

    def struck(self) -> int:
        return self._faults.struck.total()


class OnSlack:
    """The loopback Slack, whose limits run at the speed of the test's clock."""

    def __init__(self, share: float, seed: int, speed: float) -> None:
        self._faults = SlackFaults(seed, share)
        self.loopback = LoopbackSlack(faults=self._faults, speed=speed, scopes=frozenset({*SCOPES, *OPTIONAL_SCOPES}))
        self.community = Community("slack", TEAM)

    def environment(self) -> Mapping[str, str]:
        tokens = self.loopback.tokens
        return {
            "SLACK_BOT_TOKEN": tokens.bot,
            "SLACK_APP_TOKEN": tokens.app,
            "SLACK_API_URL": self.loopback.api_url,
        }

    def channel(self, name: str) -> str:
        return self.loopback.workspace.add_channel(name).id

    def boards(self, channel: str) -> list[Board]:
        workspace = self.loopback.workspace
        standing = [one for one in workspace.channels[channel].messages if one.pictures and not one.deleted]
        return [
            Board(
                one.says,
                workspace.files[one.pictures[0]].content or b"",
                [button["text"]["text"] for button in one.buttons],
            )
            for one in standing
        ]

    def requests(self) -> int:
        return self.loopback.workspace.calls.total()

    def struck(self) -> int:
        return self._faults.happened.total()


@asynccontextmanager
async def both(share: float, seed: int, speed: float) -> AsyncIterator[tuple[Sequence[Platform], FastClock]]:
    """Discord and Slack, each failing that share of requests, and the clock of the second."""
    discord, slack = OnDiscord(share, seed), OnSlack(share, seed, speed)
    async with discord.loopback, slack.loopback:
        yield (discord, slack), slack.loopback.clock


def settings_for(platforms: Sequence[Platform], folder: Path) -> Settings:
    """The settings with all of them connected."""
    environment = {"ARENA_DATA_DIR": str(folder)}
    for platform in platforms:
        environment |= platform.environment()
    return read(environment)
