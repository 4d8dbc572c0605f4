"""How fast chat is: ``arena run`` as a process of its own, against platforms on the loopback of this machine.

Three figures: from a platform's event to our acknowledgement while 256 people act at once; from a press of a button to
the new board's arrival at the platform (the press, the move, its durable write, the picture and the request: more than
from the ply decided); from the process's start to the line that says it is ready. Usage:
``python benchmarks/chat_latency.py [ROUNDS]``.
"""

from __future__ import annotations

import asyncio
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "scenarios"), str(ROOT / "tests")]

from loopback_discord.interactions import Interaction  # noqa: E402
from loopback_discord.server import LoopbackDiscord  # noqa: E402
from loopback_discord.world import Channel, Guild, Message, User  # noqa: E402
from loopback_slack import LoopbackSlack  # noqa: E402
from server import Server  # noqa: E402

from bot.on_discord.register import registration  # noqa: E402

AT_ONCE = 256
PRESSES = 40
PAUSE_SECONDS = 1.1
"""Longer than the shortest time between two edits of a duel: the platform's limits are not what is measured."""


@dataclass(frozen=True)
class Running:
    """The arena connected to both platforms, and how many seconds it took to be."""

    discord: LoopbackDiscord
    slack: LoopbackSlack
    server: Server
    ready_seconds: float


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Running]:
    """Both platforms with the arena connected to them."""
    async with LoopbackDiscord() as discord, LoopbackSlack(pace=100) as slack:
        discord.register(registration())
        discord.guild()
        environment = {
            "DISCORD_BOT_TOKEN": discord.state.token,
            "DISCORD_API_URL": discord.state.api_url,
            "DISCORD_GATEWAY_URL": discord.state.gateway_url,
            "SLACK_BOT_TOKEN": slack.tokens.bot,
            "SLACK_APP_TOKEN": slack.tokens.app,
            "SLACK_API_URL": slack.api_url,
        }
        started = time.perf_counter()
        async with Server(folder, **environment) as server:
            yield Running(discord, slack, server, time.perf_counter() - started)


async def readiness(folder: Path, rounds: int) -> list[float]:
    """Seconds from the start of the process to its ready line, with an empty folder each time."""
    seconds = []
    for number in range(rounds):
        async with serving(folder / str(number)) as running:
            line = running.server.ready
            assert "on Discord" in line, line
            assert "on Slack" in line, line
            seconds.append(running.ready_seconds)
    return seconds


async def on_discord(discord: LoopbackDiscord, guild: Guild, rounds: int) -> list[float]:
    """Milliseconds from each event to its acknowledgement."""
    people = [guild.member(f"Member {number}") for number in range(AT_ONCE)]
    channels = [guild.channel(f"arena-{number}") for number in range(16)]
    waits = []
    for _ in range(rounds):
        asked = [_act(discord, person, channels[number % 16], number) for number, person in enumerate(people)]
        await asyncio.gather(*(one.acknowledged() for one in asked))
        waits += [one.ack.milliseconds for one in asked if one.ack]
        await asyncio.gather(*(one.reply(60) for one in asked))
    return waits


async def on_slack(slack: LoopbackSlack, rounds: int) -> list[float]:
    """The same on Slack."""
    people = [slack.workspace.add_user(f"member{number}") for number in range(AT_ONCE)]
    channels = [slack.workspace.add_channel(f"arena{number}") for number in range(16)]
    texts = ("start tic_tac_toe me engine/novice", "list", "help", "challenges")
    waits: list[float] = []
    for _ in range(rounds):
        typed = [
            slack.slash(person, channels[number % 16], "/duel", texts[number % 4])
            for number, person in enumerate(people)
        ]
        done = await asyncio.gather(*typed)
        waits += [one.ack_ms for one in done if one.ack_ms is not None]
        await asyncio.gather(*(one.reply(60) for one in done))
    return waits


def _act(discord: LoopbackDiscord, person: User, channel: Channel, number: int) -> Interaction:
    """A quarter of all start a duel, the others look at something."""
    match number % 4:
        case 0:
            return discord.typed(person, channel, "duel start", game="tic_tac_toe", first="me", second="engine/novice")
        case 1:
            return discord.typed(person, channel, "duel list")
        case 2:
            return discord.typed(person, channel, "arena help")
        case _:
            return discord.typed(person, channel, "duel challenges")


async def boards(discord: LoopbackDiscord, guild: Guild) -> list[float]:
    """Milliseconds from a press to the edited board."""
    ann, channel = guild.member("Ann"), guild.channel("boards")
    dice, waits = random.Random(7), []
    message = await _fresh(discord, ann, channel, None)
    for _ in range(PRESSES):
        moves = [button for button in message.buttons if ".move?" in button.custom_id]
        if not moves:
            message = await _fresh(discord, ann, channel, message)
            continue
        await asyncio.sleep(PAUSE_SECONDS)
        edits = message.edits
        started = time.perf_counter()
        await discord.press(ann, message, dice.choice(moves))
        await channel.wait_for(lambda one, edits=edits, message=message: one is message and one.edits > edits)
        waits.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(PAUSE_SECONDS)
    return waits


async def _fresh(discord: LoopbackDiscord, ann: User, channel: Channel, old: Message | None) -> Message:
    await discord.command(ann, channel, "duel start", game="tic_tac_toe", first="me", second="engine/random")
    return await channel.wait_for(lambda one: one is not old and any(".move?" in b.custom_id for b in one.buttons))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def main(rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        ready = await readiness(Path(name) / "ready", 3)
        async with serving(Path(name) / "run") as running:
            (guild,) = running.discord.world.guilds.values()
            shown = await boards(running.discord, guild)
            waits = {
                "Discord": await on_discord(running.discord, guild, rounds),
                "Slack": await on_slack(running.slack, rounds),
            }
    print(f"# {platform.python_version()}, {platform.machine()}")
    print(f"ready after start, Discord and Slack on, median of {len(ready)}: {statistics.median(ready):.2f} s (bar 2)")
    for platform_name, each in waits.items():
        print(
            f"acknowledged on {platform_name}, {AT_ONCE} at once, {len(each)} in all: "
            f"p50 {percentile(each, 0.5):.0f} ms, p99 {percentile(each, 0.99):.0f} ms, "
            f"most {max(each):.0f} ms (bar p99 250)"
        )
    print(
        f"press to board, {len(shown)}: p50 {percentile(shown, 0.5):.0f} ms, "
        f"p95 {percentile(shown, 0.95):.0f} ms (bar p50 60)"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
