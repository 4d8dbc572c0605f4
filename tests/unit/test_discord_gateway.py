"""discord.py's side: its interactions as Discord sent them, its clients as a transport, its ends as our errors."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
import simcord
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.gateway import DiscordWebSocket
from discord.http import Route
from support import arena_over
from test_discord_present import CARD

from bot.answering import answer
from bot.commands import Acknowledged, Invocation, Reply, commands
from bot.on_discord import gateway
from bot.on_discord.gateway import ArenaClient, DiscordTransport, rest, serving
from bot.on_discord.interactions import Interactions
from bot.on_discord.presenter import DiscordPresenter
from bot.on_discord.register import registration
from bot.on_discord.rest import Refused, Rest, Upload
from bot.settings import DiscordSettings
from engine.arena import Arena
from engine.errors import NotConfigured, PlatformDown
from engine.model import Community, Shown
from engine.secret import Secret

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Club:
    """An arena on simcord's Discord, with a server, a channel and a member."""

    def __init__(self, env: simcord.Env, client: ArenaClient, arena: Arena, session: aiohttp.ClientSession) -> None:
        self.env, self.arena = env, arena
        self.rest = Rest(DiscordTransport(client.http, session))
        self.asked: list[Invocation] = []
        self.reply: Reply | None = None
        client.interactions = Interactions(arena, self.answer, self.rest)
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("arena")
        self.ann = self.guild.add_member(env.create_user("ann"))

    async def answer(self, asked: Invocation) -> Reply:
        """What the test says, else the real answer; what was asked is kept."""
        self.asked.append(asked)
        return self.reply or await answer(asked, self.arena)


# No fixture: simcord's clock belongs to the task that starts it.
@asynccontextmanager
async def club() -> AsyncIterator[Club]:
    client = ArenaClient(shard_count=1)
    async with arena_over() as arena, aiohttp.ClientSession() as session, simcord.run(client) as env:
        one = Club(env, client, arena, session)
        await one.rest.put_commands(await one.rest.application_id(), "", registration())
        yield one


async def test_a_typed_command_arrives_as_discord_sent_it() -> None:
    async with club() as one:
        result = await one.ann.slash(one.channel, "duel list")
        assert result.acknowledged
        assert result.ephemeral
        assert result.response is not None
        assert "No duels here yet" in result.response.content
        (asked,) = one.asked
        assert asked.community == Community("discord", str(one.guild.id))
        assert (asked.channel, asked.member.platform_id) == (str(one.channel.id), str(one.ann.id))
        assert (asked.locale, asked.member.name) == ("en-US", "ann")


async def test_an_error_is_private_where_success_is_public() -> None:
    async with club() as one:
        public = next(verb for spec in commands() for verb in spec.verbs if verb.acknowledged is Acknowledged.PUBLIC)
        one.reply = Reply("That cannot be done.")
        result = await one.ann.slash(one.channel, f"duel {public.name}")
        (told,) = result.followups
        assert told.ephemeral
        assert told.content == "That cannot be done."
        assert result.response is None


async def test_success_is_public_where_it_is_declared_so() -> None:
    async with club() as one:
        public = next(verb for spec in commands() for verb in spec.verbs if verb.acknowledged is Acknowledged.PUBLIC)
        one.reply = Reply("It is done.", private=False)
        result = await one.ann.slash(one.channel, f"duel {public.name}")
        assert result.response is not None
        assert (result.response.ephemeral, result.response.content) == (False, "It is done.")


async def test_completion() -> None:
    async with club() as one:
        offered = await one.ann.autocomplete(one.channel, "duel start", "game", "che")
        assert offered == [{"name": "Chess", "value": "chess"}]


async def test_a_moderator_is_known_by_their_permission() -> None:
    async with club() as one:
        role = one.guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
        bob = one.guild.add_member(one.env.create_user("bob"), roles=[role])
        await bob.slash(one.channel, "duel list")
        await one.ann.slash(one.channel, "duel list")
        assert [asked.role for asked in one.asked] == ["moderator", "member"]


async def test_an_answer_after_fifteen_minutes_is_no_error() -> None:
    async with club() as one:
        await one.ann.slash(one.channel, "duel list")
        presenter = DiscordPresenter(one.rest, one.arena.context.clock)
        await presenter.answer(one.asked[0].answer_to, Reply("In time."))
        await one.env.advance_time(16 * 60)
        await presenter.answer(one.asked[0].answer_to, Reply("Too late."))
        edits = [entry for entry in one.env.http_requests if entry.method == "PATCH"]
        assert len(edits) == 3


async def test_a_board_is_posted_edited_and_pressed() -> None:
    async with club() as one:
        presenter = DiscordPresenter(one.rest, one.arena.context.clock)
        shown = await presenter.board(CARD, Shown(channel=str(one.channel.id)))
        assert await presenter.board(CARD, shown) == shown
        board = one.channel.last_message
        assert (board.id, [file.filename for file in board.attachments]) == (int(shown.message_id), ["board.png"])
        assert board.attachments[0].description == "A board."
        result = await one.ann.click(board, label="e4")
        assert result.ephemeral
        assert one.asked[0].options == {"move": "e4"}


def answered(told: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON as discord.py recognises it: with this content type, to the letter."""
    found = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(told).encode(), status=status, headers=found)


_USER = {"id": "42", "username": "arena", "discriminator": "0", "avatar": None}


@asynccontextmanager
async def api(**routes: Handler) -> AsyncIterator[DiscordSettings]:
    """A server that takes any token and answers further ``METHOD /path`` as a test says."""

    async def ours(_request: web.Request) -> web.Response:
        return answered(_USER)

    async def application(_request: web.Request) -> web.Response:
        about = {"id": "42", "name": "arena", "icon": None, "description": "", "bot_public": True, "flags": 0}
        return answered({**about, "bot_require_code_grant": False, "verify_key": "", "owner": _USER})

    app = web.Application()
    app.router.add_get("/api/v10/users/@me", routes.pop("me", ours))
    app.router.add_get("/api/v10/oauth2/applications/@me", application)
    for method_path, handler in routes.items():
        method, _, path = method_path.partition(" ")
        app.router.add_route(method, f"/api/v10{path}", handler)
    async with TestServer(app) as server:
        yield DiscordSettings(bot_token=Secret("a-token-of-tests"), api_url=str(server.make_url("/api/v10")))


async def _cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def test_rest_alone_knows_its_application_and_leaves_no_address_behind() -> None:
    async with api() as settings:
        async with rest(settings) as discord_rest:
            assert settings.api_url == Route.BASE
            assert await discord_rest.application_id() == "42"
        assert Route.BASE == "https://discord.com/api/v10"


async def test_a_wrong_token_is_named() -> None:
    async def me(_request: web.Request) -> web.Response:
        return answered({"message": "401: Unauthorized", "code": 0}, status=401)

    async with api(me=me) as settings:
        with pytest.raises(NotConfigured, match="DISCORD_BOT_TOKEN"):
            async with rest(settings):
                pass


async def test_nobody_there_is_down() -> None:
    settings = DiscordSettings(bot_token=Secret("t"), api_url="http://127.0.0.1:9/api/v10")
    with pytest.raises(PlatformDown, match="cannot be reached"):
        async with rest(settings):
            pass


@pytest.mark.parametrize("path", ["/channels/{channel_id}/messages", "/webhooks/{webhook_id}/{webhook_token}"])
async def test_a_call_that_is_cut_is_repeated_with_its_files(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(gateway, "CUT_SECONDS", 0.001)
    seen: list[tuple[str, bytes]] = []

    async def post(request: web.Request) -> web.StreamResponse:
        fields = await request.post()
        file = fields["files[0]"]
        assert isinstance(file, web.FileField)
        seen.append((str(fields["payload_json"]), file.file.read()))
        return await _cut(request) if len(seen) < gateway.CUT_TRIES else answered({"id": "8"})

    ids = {"channel_id": "5"} if "channel" in path else {"webhook_id": "5", "webhook_token": "t"}
    async with api(**{f"POST {path.format(**ids)}": post}) as settings, rest(settings) as discord_rest:
        made = await discord_rest._call("POST", path, {"a": 1}, [Upload("board.png", b"png", "A board.")], **ids)
    assert made == {"id": "8"}
    assert seen == [('{"a": 1}', b"png")] * gateway.CUT_TRIES


async def test_who_is_cut_every_time_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "CUT_SECONDS", 0.001)
    async with api(**{"DELETE /channels/5/messages/7": _cut}) as settings, rest(settings) as discord_rest:
        with pytest.raises(PlatformDown, match="does not answer"):
            await discord_rest.delete("5", "7")


async def test_a_refusal_keeps_its_code() -> None:
    async def no(_request: web.Request) -> web.Response:
        return answered({"message": "Unknown Message", "code": 10008}, status=404)

    async with api(**{"DELETE /channels/5/messages/7": no}) as settings, rest(settings) as discord_rest:
        with pytest.raises(Refused, match="Unknown Message") as error:
            await discord_rest.delete("5", "7")
        assert (error.value.status, error.value.code) == (404, 10008)


async def test_a_limit_that_lasts_too_long_is_waited_for_outside() -> None:
    async def limited(_request: web.Request) -> web.Response:
        told = {"message": "You are being rate limited.", "retry_after": 900.0, "global": False}
        return answered(told, status=429, headers={"Via": "1.1 google"})

    async with api(**{"DELETE /channels/5/messages/7": limited}) as settings, rest(settings) as discord_rest:
        with pytest.raises(PlatformDown) as error:
            await discord_rest.delete("5", "7")
        assert error.value.retry_after_seconds == 900.0


class Line:
    """In place of the gateway: it says ready, and ends when the test says how."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ready: bool = True) -> None:
        self.end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def connect(client: ArenaClient, *, reconnect: bool = True) -> None:
            if ready:
                client.arrived.set()
            await self.end

        monkeypatch.setattr(ArenaClient, "connect", connect)


def closed(code: int) -> discord.ConnectionClosed:
    """The gateway's last word."""
    error = discord.ConnectionClosed.__new__(discord.ConnectionClosed)
    error.code, error.reason, error.shard_id = code, "", 0
    return error


async def _nothing(_asked: Invocation) -> Reply:
    return Reply("unused")


@pytest.mark.parametrize(("code", "error"), [(4004, NotConfigured), (4010, PlatformDown)])
async def test_a_connection_that_ends_for_good_ends_the_block(
    monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception]
) -> None:
    line = Line(monkeypatch)
    async with api() as settings, arena_over() as arena:
        line.end.get_loop().call_later(0.01, line.end.set_exception, closed(code))
        with pytest.raises(error):
            async with serving(settings, arena, _nothing):
                await asyncio.Event().wait()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_interactions_are_taken_before_all_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bool] = []

    async def connect(client: ArenaClient, *, reconnect: bool = True) -> None:
        taken.append(client.interactions is not None)
        client.arrived.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(ArenaClient, "connect", connect)
    async with api() as settings, arena_over() as arena, serving(settings, arena, _nothing):
        assert taken == [True]


async def test_a_connection_that_never_is_ready_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    Line(monkeypatch, ready=False)
    monkeypatch.setattr(gateway, "READY_SECONDS", 0.01)
    async with api() as settings, arena_over() as arena:
        with pytest.raises(PlatformDown, match="gateway"):
            async with serving(settings, arena, _nothing):
                pass


async def test_a_gateway_that_cannot_be_had_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch, ready=False)
    line.end.set_exception(discord.GatewayNotFound())
    async with api() as settings, arena_over() as arena:
        with pytest.raises(PlatformDown):
            async with serving(settings, arena, _nothing):
                pass


async def test_who_is_told_to_stop_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    Line(monkeypatch)
    inside = asyncio.Event()

    async def serve() -> None:
        async with api() as settings, arena_over() as arena, serving(settings, arena, _nothing) as presenter:
            assert presenter.platform == "discord"
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(serve())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_address_in_the_settings_is_where_shards_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def launch(_self: Any, address: Any, _shard_id: int, *, initial: bool = False) -> None:
        asked.append(str(address))

    monkeypatch.setattr(discord.AutoShardedClient, "launch_shard", launch)
    await ArenaClient("ws://127.0.0.1:9/gw").launch_shard(DiscordWebSocket.DEFAULT_GATEWAY, 0)
    await ArenaClient().launch_shard(DiscordWebSocket.DEFAULT_GATEWAY, 0)
    assert asked == ["ws://127.0.0.1:9/gw", str(DiscordWebSocket.DEFAULT_GATEWAY)]


async def test_a_client_keeps_next_to_nothing_and_asks_for_nothing_privileged() -> None:
    client = ArenaClient()
    assert client.intents == discord.Intents(guilds=True)
    assert client._connection.max_messages is None
    assert client._connection.member_cache_flags == discord.MemberCacheFlags.none()
    assert client.allowed_mentions is not None
    assert client.allowed_mentions.to_dict() == {"parse": []}


async def test_debugging_logs_no_tokens() -> None:
    library = logging.getLogger("discord")
    before = library.level
    try:
        library.setLevel(logging.DEBUG)
        gateway._keep_the_log_clean()
        assert library.level == logging.INFO
        library.setLevel(logging.ERROR)
        gateway._keep_the_log_clean()
        assert library.level == logging.ERROR
    finally:
        library.setLevel(before)
