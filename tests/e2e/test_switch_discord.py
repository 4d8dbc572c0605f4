"""``arena switch discord``: the application moves to the webhook and back; what is amiss is found before."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from local_aws import LocalAws
from loopback_discord import LoopbackDiscord
from loopback_discord.buckets import Buckets
from loopback_discord.signing import PUBLIC_KEY
from support import arena_over, start
from switch_support import api

from bot.on_discord.register import registration
from bot.sealing import sealing_key
from bot.settings import StoreAddress, read
from bot.switching import Asked, switch
from engine.arena import gate
from engine.arena.gate import Why
from engine.errors import UserError
from engine.stores._dynamo_keys import table
from engine.stores.sqlite import SqliteStore
from lambda_interactions import discord as webhook

SECRET = "5e" * 32


@dataclass
class Here:
    """A host who is about to switch."""

    discord: LoopbackDiscord
    url: str
    environment: dict[str, str]
    capsys: pytest.CaptureFixture[str]

    async def switch(self, side: str, *, confirm: Any = None, **more: Any) -> tuple[int, str]:
        url = {"url": self.url} if side == "webhook" else {}
        asked = Asked("discord", side, **{"yes": confirm is None, **url, **more})
        self.capsys.readouterr()
        code = await asyncio.to_thread(switch, read(self.environment), asked, confirm)
        return code, self.capsys.readouterr().out

    @property
    def endpoint(self) -> str | None:
        return self.discord.state.endpoint_url


@asynccontextmanager
async def made(
    aws: LocalAws, folder: Path, capsys: pytest.CaptureFixture[str], key: str = PUBLIC_KEY, **more: str
) -> AsyncIterator[Here]:
    discord = LoopbackDiscord(buckets=Buckets(limit=10_000, most_a_second=10_000))
    with aws.table(table("arena")) as name, aws.queue() as queue:
        environment = {
            **aws.environment,
            "ARENA_DATA_DIR": str(folder),
            "ARENA_STORE": f"dynamodb:{name}",
            "ARENA_SECRET": SECRET,
            "COMMANDS_QUEUE_URL": queue,
            "ARENA_SEALING_KEY": sealing_key(bytes.fromhex(SECRET)),
            "DISCORD_BOT_TOKEN": discord.state.token,
            "DISCORD_PUBLIC_KEY": key,
            "DISCORD_APPLICATION_ID": str(discord.world.application_id),
        }
        answering = webhook.Webhook.of(environment, time.time)
        try:
            async with discord, api({"discord": [answering.respond]}, **more) as url:
                environment["DISCORD_API_URL"] = discord.state.api_url
                yield Here(discord, f"{url}/discord", environment, capsys)
        finally:
            answering.close()


@pytest.fixture
async def here(
    local_aws: LocalAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Here]:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    async with made(local_aws, tmp_path, capsys) as one:
        yield one


async def test_to_the_webhook_and_back_each_said_again_is_the_same(here: Here) -> None:
    for _ in range(2):
        code, said = await here.switch("webhook")
        assert code == 0, said
        assert here.endpoint == here.url
        assert "Back: arena switch discord gateway" in said
    assert "already" in said
    for _ in range(2):
        code, said = await here.switch("gateway")
        assert code == 0, said
        assert here.endpoint is None
    assert "Start “arena run” with ARENA_STORE=dynamodb:" in said


async def test_what_is_sent_goes_one_way_only(here: Here) -> None:
    here.discord.register(registration())
    channel = here.discord.guild().channel("arena")
    await here.switch("webhook")
    asked = await here.discord.command(channel.guild.member("ann"), channel, "duel list")
    assert asked.ack
    assert not here.discord.gateway.sessions


async def test_a_look_says_all_of_it_and_changes_nothing(here: Here) -> None:
    code, said = await here.switch("webhook", dry_run=True)
    assert code == 0
    assert here.endpoint is None
    assert said.splitlines() == [
        "Discord sends what members do to the gateway.",
        f"It is to send it to {here.url}. Duels go on where they are.",
        "ok  The token is that of the application Arena.",
        f"ok  {here.url} refuses a forged request.",
        "ok  It is version 0.1.0, as this one.",
        f"ok  {here.environment['ARENA_STORE']} has 0 duels that go on.",
        "This was a look: nothing was changed.",
    ]


async def test_who_says_no_changes_nothing_and_who_says_yes_does(here: Here) -> None:
    code, said = await here.switch("webhook", confirm=lambda _: False)
    assert (code, here.endpoint) == (1, None)
    assert said.endswith("Nothing was changed.\n")
    assert (await here.switch("webhook", confirm=lambda _: True))[0] == 0
    assert here.endpoint == here.url


async def live_duel(folder: Path) -> None:
    async with arena_over(folder / "arena.sqlite3") as arena:
        await start(arena, "chess", "engine/random", "engine/random")


async def mark(here: Here, why: Why) -> None:
    from bot.wiring import archived

    settings = read(here.environment)
    async with archived(settings.address, settings, made=False) as store:
        await gate.close(store, why, "sqlite:/old")


def other_key(here: Here) -> None:
    here.environment["DISCORD_PUBLIC_KEY"] = "ab" * 32


def other_application(here: Here) -> None:
    here.environment["DISCORD_APPLICATION_ID"] = "1"


def in_a_file(here: Here) -> None:
    here.environment["ARENA_STORE"] = "sqlite:/nowhere"


def nobody_there(here: Here) -> None:
    here.url = "http://127.0.0.1:9/discord"


def no_webhook(here: Here) -> None:
    here.url = here.url.replace("/discord", "/slack")


def not_safe(here: Here) -> None:
    here.url = "http://example.com/discord"


@pytest.mark.parametrize(
    ("amiss", "says"),
    [
        (other_key, "DISCORD_PUBLIC_KEY is another application’s"),
        (other_application, "DISCORD_APPLICATION_ID is another application’s"),
        (in_a_file, "Set ARENA_STORE to the functions’ table"),
        (nobody_there, "does not answer"),
        (no_webhook, "answers a forged request with 404 and not with 401"),
        (not_safe, "is no address that starts with https://"),
    ],
)
async def test_what_is_amiss_is_found_before_anything_is_changed(
    here: Here, amiss: Callable[[Here], None], says: str
) -> None:
    amiss(here)
    code, said = await here.switch("webhook")
    assert (code, here.endpoint) == (1, None)
    assert says in said
    assert said.endswith("Nothing was changed.\n")
    assert here.discord.state.requests["PATCH /applications/@me"] == 0


async def test_a_duel_that_is_not_in_the_functions_table_holds_it_up(here: Here, tmp_path: Path) -> None:
    await live_duel(tmp_path)
    code, said = await here.switch("webhook")
    assert (code, here.endpoint) == (1, None)
    assert "1 duel of sqlite:" in said
    assert "is not there: arena migrate --close --from sqlite:" in said
    old = SqliteStore.open(tmp_path / "arena.sqlite3")
    await gate.close(old, Why.MOVED, here.environment["ARENA_STORE"])
    await old.close()
    assert (await here.switch("webhook", old=StoreAddress("sqlite", str(tmp_path / "arena.sqlite3"))))[0] == 0


async def test_half_a_copy_holds_it_up_and_a_whole_one_is_opened(here: Here) -> None:
    await mark(here, Why.COPYING)
    code, said = await here.switch("webhook")
    assert (code, here.endpoint) == (1, None)
    assert "is not whole" in said
    await mark(here, Why.COPIED)
    code, said = await here.switch("webhook")
    assert code == 0
    assert "is open: 0 duels go on where they were." in said


async def test_killed_between_the_switch_and_the_store_it_goes_on(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    await mark(here, Why.COPIED)

    async def killed(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bot.switching.opened", killed)
        with pytest.raises(KeyboardInterrupt):
            await here.switch("webhook")
    assert here.endpoint == here.url
    code, said = await here.switch("webhook")
    assert code == 0
    assert "is open" in said


async def test_another_version_holds_it_up(
    local_aws: LocalAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    async with made(local_aws, tmp_path, capsys, version="0.0.1") as here:
        code, said = await here.switch("webhook")
        assert (code, here.endpoint) == (1, None)
        assert "It is version 0.0.1, and this one is 0.1.0: deploy first." in said
        assert (await here.switch("webhook", anyway=True))[0] == 0


async def test_discord_does_not_take_a_webhook_with_another_key(
    local_aws: LocalAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this side cannot see: the function was deployed with the public key of another application."""
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    async with made(local_aws, tmp_path, capsys, key="ab" * 32) as here:
        here.environment["DISCORD_PUBLIC_KEY"] = PUBLIC_KEY
        with pytest.raises(UserError, match="Discord does not take http"):
            await here.switch("webhook")
        assert here.endpoint is None


async def test_what_discord_says_afterwards_is_read(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    from loopback_discord import rest_commands

    async def forgetful(self: Any, request: Any) -> Any:
        return await self.application(request)

    monkeypatch.setattr(rest_commands.Commands, "edit", forgetful)
    async with LoopbackDiscord() as other:  # whose routes were made with it
        here.environment["DISCORD_API_URL"] = other.state.api_url
        here.environment["DISCORD_APPLICATION_ID"] = str(other.world.application_id)
        with pytest.raises(UserError, match="took the change and says the gateway all the same"):
            await here.switch("webhook")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"side": "socket"}, "discord has gateway and webhook"),
        ({"side": "webhook", "url": ""}, "Say where the webhook is"),
        ({"side": "gateway", "token": "wrong"}, "Discord does not accept DISCORD_BOT_TOKEN"),
        ({"side": "gateway", "token": ""}, "Set DISCORD_BOT_TOKEN"),
    ],
)
async def test_a_mistake_is_a_sentence(here: Here, arguments: Mapping[str, str], says: str) -> None:
    more = {"url": arguments["url"]} if "url" in arguments else {}
    here.environment["DISCORD_BOT_TOKEN"] = arguments.get("token", here.environment["DISCORD_BOT_TOKEN"])
    with pytest.raises(UserError, match=says):
        await here.switch(arguments["side"], **more)


def test_a_discord_that_is_not_reached_is_said_once(tmp_path: Path) -> None:
    nobody = {
        "ARENA_DATA_DIR": str(tmp_path),
        "DISCORD_BOT_TOKEN": "a.b.c",
        "DISCORD_API_URL": "http://127.0.0.1:9/api",
    }
    with pytest.raises(UserError) as refused:
        switch(read(nobody), Asked("discord", "gateway"))
    assert refused.value.text.startswith("Discord cannot be reached: Cannot connect to host 127.0.0.1:9")
    assert refused.value.text.endswith(" Try again later.")
