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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "scenarios")]

from loopback_discord.interactions import Interaction  # noqa: E402
from loopback_discord.server import LoopbackDiscord  # noqa: E402
from loopback_discord.world import Channel, Guild, Message, User  # noqa: E402
from server import Server  # noqa: E402

from bot.on_discord.register import registration  # noqa: E402

AT_ONCE = 256
PRESSES = 40
PAUSE_SECONDS = 1.1
"""Longer than the shortest time between two edits of a duel: the platform's limits are not what is measured."""


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[LoopbackDiscord, Server, float]]:
    """A Discord, the arena connected to it, and how many seconds it took to be ready."""
    async with LoopbackDiscord() as discord:
        discord.register(registration())
        discord.guild()
        state = discord.state
        environment = {
            "DISCORD_BOT_TOKEN": state.token,
            "DISCORD_API_URL": state.api_url,
            "DISCORD_GATEWAY_URL": state.gateway_url,
        }
        started = time.perf_counter()
        async with Server(folder, **environment) as server:
            yield discord, server, time.perf_counter() - started


async def readiness(folder: Path, rounds: int) -> list[float]:
    """Seconds from the start of the process to its ready line, with an empty folder each time."""
    seconds = []
    for number in range(rounds):
        async with serving(folder / str(number)) as (_, server, ready):
            assert "on Discord" in server.ready, server.ready
            seconds.append(ready)
    return seconds


async def acknowledgements(discord: LoopbackDiscord, guild: Guild, rounds: int) -> list[float]:
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
        async with serving(Path(name) / "run") as (discord, _, _):
            (guild,) = discord.world.guilds.values()
            shown = await boards(discord, guild)
            waits = await acknowledgements(discord, guild, rounds)
    print(f"# {platform.python_version()}, {platform.machine()}")
    print(f"ready after start, median of {len(ready)}: {statistics.median(ready):.2f} s (bar 2)")
    print(
        f"acknowledged, {AT_ONCE} at once, {len(waits)} in all: p50 {percentile(waits, 0.5):.0f} ms, "
        f"p99 {percentile(waits, 0.99):.0f} ms, most {max(waits):.0f} ms (bar p99 250)"
    )
    print(
        f"press to board, {len(shown)}: p50 {percentile(shown, 0.5):.0f} ms, "
        f"p95 {percentile(shown, 0.95):.0f} ms (bar p50 60)"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
