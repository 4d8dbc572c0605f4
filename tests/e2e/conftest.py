"""A fresh arena for each test, and who asks it: a real browser (one Chromium for all) or plain calls of the API."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, async_playwright
from site_support import Site
from support import Cast, Line, arena_over
from web_support import Client

from bot.clock import SystemClock
from bot.on_web.api import Api
from bot.on_web.guard import Guard
from bot.on_web.server import application, serving
from engine.arena import Arena
from engine.model import Community, Role

_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The address bar's suggestions are two pages that each new window loads, though nobody sees a bar here: they took
    # more than half of what a visit costs (1.8 s of processor time, 0.8 s without). A Chromium that knows none of these
    # names ignores them.
    # Nor does a visit need a renderer in reserve for the next one: every visit starts two then, and uses one.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,PreloadTopChromeWebUI,SpareRendererForSitePerProcess",
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        # The same Chromium without a window's frame, where it is installed: a visit costs a third less.
        program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = await driver.chromium.launch(executable_path=program, args=_SWITCHES)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site(chromium: Browser) -> AsyncIterator[Site]:
    async with arena_over(clock=SystemClock()) as arena:
        cast = arena.context.roster
        assert isinstance(cast, Cast)
        worker = asyncio.create_task(arena.turns.work())
        async with serving(application(Api(arena), Guard()), "127.0.0.1", 0) as port:
            site = Site(f"http://127.0.0.1:{port}", arena, cast.players, chromium)
            yield site
            for context in chromium.contexts:
                await context.close()
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
    assert not site.complaints


@pytest.fixture
async def arena() -> AsyncIterator[Arena]:
    async with arena_over(players={"x/b": Line("4", "5", "6"), "x/a": Line("1", None)}) as made:
        yield made


@pytest.fixture
async def connect(arena: Arena) -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    """Makes browsers: each has its own cookies, so each is another member."""
    clients = []

    async def make(guard: Guard = Guard(), role: Role = Role.MEMBER) -> Client:  # noqa: B008
        api = Api(arena, Community("web", "main"), role)
        client: Client = TestClient(TestServer(application(api, guard)), cookie_jar=CookieJar(unsafe=True))
        await client.start_server()
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.close()


@pytest.fixture
async def client(connect: Callable[..., Awaitable[Client]]) -> Client:
    return await connect()
