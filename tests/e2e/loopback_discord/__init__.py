"""A Discord of our own on 127.0.0.1 that enforces the platform's rules and fails the test in which one is broken."""

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
