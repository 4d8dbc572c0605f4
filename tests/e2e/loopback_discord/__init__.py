"""A Discord of our own on 127.0.0.1 that enforces the platform's rules and fails the test in which one is broken.

::

    async with LoopbackDiscord() as discord:
        guild = discord.guild()
        ann, channel = guild.member("Ann"), guild.channel("arena")
        ...  # connect a bot to discord.state.api_url and discord.state.gateway_url
        asked = await discord.command(ann, channel, "duel start", game="chess")
        assert asked.ack.ephemeral
        board = await channel.wait_for(lambda message: "White" in message.seen)
        await discord.press(ann, board, "Resign")

Nothing polls and nothing sleeps: every wait ends with the change that it waits for. Time is real, and a test lets more
of it pass with ``discord.clock.pass_seconds``. The rules come from Discord's documentation, not from any bot.
"""

from loopback_discord.buckets import Buckets
from loopback_discord.faults import Fault, Faults
from loopback_discord.gateway import Intent
from loopback_discord.interactions import Interaction
from loopback_discord.markup import links, live_pings
from loopback_discord.permissions import Permission
from loopback_discord.server import LoopbackDiscord
from loopback_discord.state import TOKEN
from loopback_discord.world import Button, Channel, Guild, Message, User

__all__ = [
    "TOKEN",
    "Buckets",
    "Button",
    "Channel",
    "Fault",
    "Faults",
    "Guild",
    "Intent",
    "Interaction",
    "LoopbackDiscord",
    "Message",
    "Permission",
    "User",
    "links",
    "live_pings",
]
