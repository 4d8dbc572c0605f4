"""A Discord on 127.0.0.1 that enforces the rules, and the people on it."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from aiohttp import web
from ended import ended

from loopback_discord import payloads
from loopback_discord.gateway import Gateway, Session
from loopback_discord.interactions import Interaction
from loopback_discord.people import People
from loopback_discord.registration import check_commands
from loopback_discord.rest import application
from loopback_discord.state import State
from loopback_discord.webhook import Endpoint, Webhook
from loopback_discord.world import Button, Channel, Clock, Guild, Message, User, World


class LoopbackDiscord:
    """The whole of it, while ``async with`` lasts; a rule that the bot broke fails the test at its end.

    ``settings`` are those of :class:`State`. Every act waits until the bot has acknowledged it.
    """

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.world = World(self.clock)
        self.state = State(self.world, **settings)
        self.gateway = Gateway(self.state)
        self._people = People(self.state, self.gateway)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = application(self.state, self.gateway)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.state.address = f"{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self.gateway.connected():
            if session.socket:
                await session.socket.ws.close()
        assert self._runner is not None
        await ended(self._runner)
        if error is not None and self.state.violations:
            error.add_note("rules broken: " + "; ".join(self.state.violations))
        if error is None:
            silent = [one.name for one in self.state.interactions.values() if one.ack is None]
            assert not silent, f"never acknowledged: {silent}"
            assert not self.state.violations, "\n".join(self.state.violations)

    def send_to(self, endpoint: Endpoint) -> Webhook:
        """From now on interactions go there, and none to the gateway."""
        self._people.webhook = Webhook(self.state, self.gateway, endpoint)
        return self._people.webhook

    @property
    def violations(self) -> list[str]:
        """The rules that the bot broke so far."""
        return self.state.violations

    def forgiven(self) -> list[str]:
        """The rules that the bot broke so far, and they count no more."""
        found = list(self.state.violations)
        self.state.violations.clear()
        return found

    def guild(self, name: str = "Club", locale: str = "en-US", shard: int = 0) -> Guild:
        """A new guild; one that is made while the bot is connected is dispatched to it by :meth:`join`."""
        return self.world.guild(name, locale, (shard, self.state.shards))

    def register(self, commands: list[dict[str, Any]], guild: Guild | None = None) -> None:
        """Register commands as the bot's host would have done before. :raises AssertionError: when they are refused."""
        problems = check_commands(commands, everywhere=guild is None)
        assert not problems, "\n".join(problems)
        kept = [{"type": 1, **command, "id": str(self.clock.snowflake())} for command in commands]
        self.state.commands[guild.id if guild else None] = kept

    async def command(self, user: User, channel: Channel, path: str, **options: Any) -> Interaction:
        """``await discord.command(ann, channel, "duel start", game="chess")``."""
        return await self._people.command(user, channel, path, options).acknowledged()

    def typed(self, user: User, channel: Channel, path: str, **options: Any) -> Interaction:
        """The same without waiting for the acknowledgement."""
        return self._people.command(user, channel, path, options)

    async def autocomplete(
        self, user: User, channel: Channel, path: str, focused: str, typed: str = "", **options: Any
    ) -> list[tuple[str, Any]]:
        """What is offered while typing into an option: (name, value)."""
        asked = await self._people.autocomplete(user, channel, path, focused, typed, options).acknowledged()
        return [(choice["name"], choice["value"]) for choice in asked.choices or ()]

    async def press(
        self, user: User, message: Message, wanted: str | Button, values: list[str] | None = None
    ) -> Interaction:
        """Press a button by its label or custom_id, or choose from a menu."""
        return await self._people.press(user, message, wanted, values).acknowledged()

    def pressed(self, user: User, message: Message, wanted: str | Button) -> Interaction:
        """The same without waiting for the acknowledgement."""
        return self._people.press(user, message, wanted, None)

    async def submit(self, before: Interaction, **fields: str) -> Interaction:
        """Fill in the modal that an interaction was answered with."""
        return await self._people.submit(before, fields).acknowledged()

    async def connected(self, shards: int = 1, seconds: float = 5.0) -> list[Session]:
        """Wait until so many shards are connected."""
        found: list[Session] = await self.world.wait_for(lambda: self._connected(shards), seconds)
        return found

    def _connected(self, shards: int) -> list[Session] | None:
        sessions = self.gateway.connected()
        return sessions if len({session.shard[0] for session in sessions}) >= shards else None

    def join(self, guild: Guild) -> None:
        """The bot is invited to a guild while it is connected."""
        self.gateway.dispatch("GUILD_CREATE", payloads.guild(guild), guild)

    def thread(self, channel: Channel, name: str = "talk") -> Channel:
        """Somebody starts a thread in that channel."""
        made = Channel(self.clock.snowflake(), name, self.world, channel.guild, 11, channel)
        self.world.add_channel(made)
        self.gateway.dispatch("THREAD_CREATE", payloads.channel(made), channel.guild)
        return made

    def delete(self, message: Message) -> None:
        """A moderator takes a message away."""
        message.deleted = True
        data = {"id": str(message.id), "channel_id": str(message.channel.id)}
        self.gateway.dispatch("MESSAGE_DELETE", data, message.channel.guild)
        self.world.changed()
