"""A real browser on the real web server: one Chromium for all tests, a fresh arena for each."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from site_support import Site
from support import Cast, arena_over

from bot.clock import SystemClock
from bot.on_web.api import Api
from bot.on_web.guard import Guard
from bot.on_web.server import application, serving

_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=shutil.which("chromium"), args=_SWITCHES)
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
