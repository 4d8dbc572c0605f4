"""Discord's gateway and REST by discord.py, and nothing else of it: the only file that imports it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from discord.webhook.async_ import async_context

from bot.metering.limits import counting_limits
from bot.on_discord.interactions import Answer, Interactions, Timed, metered
from bot.on_discord.parse import PLATFORM
from bot.on_discord.presenter import DiscordPresenter
from bot.on_discord.rest import Refused, Rest, Upload
from bot.presenting import Presenter
from bot.settings import DiscordSettings
from engine.arena import Arena
from engine.errors import NotConfigured, PlatformDown
from engine.ports import UNMETERED, Meter
from engine.sentences import say

READY_SECONDS: Final = 120.0
"""Ten shards take a minute: Discord lets one identify every five seconds."""
GUILDS_SECONDS: Final = 0.05
LONGEST_WAIT_SECONDS: Final = 60.0
CLOSE_SECONDS: Final = 3.0
CONNECTIONS: Final = 64
CUT_TRIES: Final = 3
CUT_SECONDS: Final = 0.25
_BAD_TOKEN_CLOSE: Final = 4004
_LIMITED: Final = 429

log = logging.getLogger(__name__)

_NETWORK: Final = (aiohttp.ClientError, OSError, TimeoutError)


@asynccontextmanager
async def serving(
    settings: DiscordSettings, arena: Arena, answer: Answer, timed: Timed | None = None
) -> AsyncIterator[Presenter]:
    """Connected to Discord, and ready, from the start of the block to its end. It reconnects by itself.

    :raises NotConfigured: when Discord refuses the token. :raises PlatformDown: when Discord cannot be reached, or the
        connection ends for good while the block runs.
    """
    _keep_the_log_clean()
    meter = arena.context.meter
    with _addressed(settings):
        client = ArenaClient(settings.gateway_url, http_trace=counting_limits(meter, PLATFORM))
        async with _session(counting_limits(meter, PLATFORM)) as session, _logged_in(client, settings):
            rest = Rest(DiscordTransport(client.http, session))
            # Before it is ready: Discord sends interactions as soon as it knows the session.
            client.interactions = interactions = Interactions(arena, answer, rest, timed or metered(meter))
            async with _connected(client):
                try:
                    yield DiscordPresenter(rest, arena.context.clock)
                finally:
                    client.interactions = None
                    await interactions.finish(CLOSE_SECONDS)


@asynccontextmanager
async def rest(settings: DiscordSettings, meter: Meter = UNMETERED) -> AsyncIterator[Rest]:
    """The REST API alone, with no connection to the gateway. :raises NotConfigured: when the token is refused."""
    _keep_the_log_clean()
    with _addressed(settings):
        client = ArenaClient(http_trace=counting_limits(meter, PLATFORM))
        async with _session(counting_limits(meter, PLATFORM)) as session, _logged_in(client, settings):
            yield Rest(DiscordTransport(client.http, session))


class ArenaClient(discord.AutoShardedClient):
    """A client that caches next to nothing and hands every interaction on."""

    def __init__(self, gateway_url: str = "", **options: Any) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=GUILDS_SECONDS,
            max_ratelimit_timeout=LONGEST_WAIT_SECONDS,
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        )
        self._gateway_url = yarl.URL(gateway_url) if gateway_url else None
        self.interactions: Interactions | None = None
        self.arrived = asyncio.Event()

    async def on_ready(self) -> None:
        """All shards have said that they are there."""
        self.arrived.set()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Hand it on as Discord sent it."""
        if self.interactions:
            await self.interactions.take(raw(interaction))

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect one shard, at the address of the settings when there is one."""
        await super().launch_shard(self._gateway_url or gateway, shard_id, initial=initial)


def raw(interaction: discord.Interaction[Any]) -> dict[str, Any]:
    """The fields of an interaction that :mod:`bot.on_discord.parse` reads, as Discord sends them."""
    user, channel = interaction.user, interaction.channel
    named = {
        "id": str(user.id),
        "username": user.name,
        "global_name": user.global_name,
    }
    payload: dict[str, Any] = {
        "id": str(interaction.id),
        "application_id": str(interaction.application_id),
        "type": interaction.type.value,
        "token": interaction.token,
        "data": interaction.data,
        "guild_id": str(interaction.guild_id) if interaction.guild_id else None,
        "channel_id": str(channel.id) if channel else None,
        "locale": str(interaction.locale.value),
        "guild_locale": str(interaction.guild_locale.value) if interaction.guild_locale else None,
        "message": {"id": str(interaction.message.id)} if interaction.message else None,
    }
    if isinstance(user, discord.Member):
        permissions = str(interaction.permissions.value)
        payload["member"] = {"user": named, "nick": user.nick, "permissions": permissions}
    else:
        payload["user"] = named
    return payload


class DiscordTransport:
    """Carries calls with discord.py's clients: one for the API, one for what hangs on an interaction's token.

    Fulfils :class:`bot.on_discord.rest.Transport`. discord.py waits out rate limits and repeats failed calls; calls
    that were cut are repeated here, since whatever is posted has a nonce or may be there twice.
    """

    def __init__(self, http: HTTPClient, session: aiohttp.ClientSession) -> None:
        self._http = http
        self._session = session

    async def __call__(
        self, method: str, path: str, payload: Any = None, uploads: Sequence[Upload] = (), **ids: str
    ) -> Any:
        """See :class:`bot.on_discord.rest.Transport`."""
        route = Route(method, path, **ids)
        # An edit of a board that was cut is made anew by whoever shows it, with what is newest then.
        most = 1 if method == "PATCH" and route.webhook_token is None else CUT_TRIES
        for tries in range(1, most + 1):
            try:
                return await self._once(route, payload, uploads)
            except discord.HTTPException as refused:
                raise _refused(refused) from refused
            except discord.RateLimited as limited:
                raise PlatformDown(str(limited), limited.retry_after) from limited
            except _NETWORK as cut:
                if tries == most:
                    raise PlatformDown(f"Discord does not answer: {cut!r}") from cut
            await asyncio.sleep(CUT_SECONDS * tries)
        raise AssertionError

    async def _once(self, route: Route, payload: Any, uploads: Sequence[Upload]) -> Any:
        # Made anew for every try: a file that was sent in part cannot be read from its start by aiohttp.
        files = [discord.File(io.BytesIO(one.content), one.name, description=one.alt or None) for one in uploads]
        form = _form(payload, files) if files else None
        if route.webhook_token is not None:
            json_body = None if form else payload
            return await async_context.get().request(
                route, self._session, payload=json_body, multipart=form, files=files
            )
        if form:
            return await self._http.request(route, form=form, files=files)
        return await (self._http.request(route) if payload is None else self._http.request(route, json=payload))


def _form(payload: Any, files: Sequence[discord.File]) -> list[dict[str, Any]]:
    """A multipart body: https://discord.com/developers/docs/reference#uploading-files."""
    body: dict[str, Any] = {"name": "payload_json", "value": json.dumps(payload)}
    parts = [
        {
            "name": f"files[{index}]",
            "value": file.fp,
            "filename": file.filename,
            "content_type": "application/octet-stream",
        }
        for index, file in enumerate(files)
    ]
    return [body, *parts]


def _refused(error: discord.HTTPException) -> Refused:
    wait = LONGEST_WAIT_SECONDS if error.status == _LIMITED else None
    return Refused(error.status, error.code, error.text, wait)


@asynccontextmanager
async def _session(*traces: aiohttp.TraceConfig) -> AsyncIterator[aiohttp.ClientSession]:
    """Connections of their own for interactions, so that no acknowledgement waits behind an upload."""
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar, trace_configs=list(traces)) as session:
        yield session


@asynccontextmanager
async def _logged_in(client: ArenaClient, settings: DiscordSettings) -> AsyncIterator[None]:
    try:
        await _log_in(client, settings)
        yield
    finally:
        await client.close()


async def _log_in(client: ArenaClient, settings: DiscordSettings) -> None:
    try:
        await client.login(settings.bot_token.reveal())
    except discord.LoginFailure as refused:
        raise _bad_token() from refused
    except (discord.HTTPException, discord.RateLimited, *_NETWORK) as error:
        raise PlatformDown(f"Discord cannot be reached: {error}") from error


def _bad_token() -> NotConfigured:
    return NotConfigured(
        say("Discord does not accept DISCORD_BOT_TOKEN. Copy the token again from your application's page, under Bot.")
    )


@asynccontextmanager
async def _connected(client: ArenaClient) -> AsyncIterator[None]:
    """The gateway, from ready to the block's end; a connection that ends for good ends the block."""
    connection = asyncio.create_task(client.connect())
    block = asyncio.current_task()
    running, ended = True, False

    def end(_connection: asyncio.Task[None]) -> None:
        nonlocal ended
        if running and block:
            ended = True
            block.cancel()

    try:
        await _ready(client, connection)
        connection.add_done_callback(end)
        yield
    except asyncio.CancelledError:
        if not ended or (block and block.uncancel()):
            raise
        raise _lost(connection) from None
    finally:
        running = False
        await client.close()
        connection.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await connection


async def _ready(client: ArenaClient, connection: asyncio.Task[None]) -> None:
    arrived = asyncio.create_task(client.arrived.wait())
    done, _ = await asyncio.wait({arrived, connection}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    arrived.cancel()
    if connection in done:
        raise _lost(connection)
    if arrived not in done:
        raise PlatformDown("Discord's gateway does not answer.")


def _lost(connection: asyncio.Task[None]) -> NotConfigured | PlatformDown:
    error = None if connection.cancelled() else connection.exception()
    if isinstance(error, discord.ConnectionClosed) and error.code == _BAD_TOKEN_CLOSE:
        return _bad_token()
    return PlatformDown(f"Discord closed the connection: {error}")


@contextmanager
def _addressed(settings: DiscordSettings) -> Iterator[None]:
    """discord.py's addresses, which are fixed in its classes, are the settings' while the block runs."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        if settings.api_url:
            Route.BASE = settings.api_url
        if settings.gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


def _keep_the_log_clean() -> None:
    """No warning that voice is not supported, and no interaction tokens, which discord.py logs at DEBUG."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    library = logging.getLogger("discord")
    if library.getEffectiveLevel() < logging.INFO:
        library.setLevel(logging.INFO)
