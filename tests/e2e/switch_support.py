"""The functions behind one address: what API Gateway hands to each handler, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from ended import ended

from bot import __version__

Handler = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@asynccontextmanager
async def api(handlers: Mapping[str, Sequence[Handler]], version: str = __version__) -> AsyncIterator[str]:
    """Its address; ``POST /NAME`` goes to a handler of that name, and ``/health`` says the version.

    Each handler is that of one execution environment, which is handed one request at a time.
    """

    def route(environments: Sequence[Handler]) -> Callable[[web.Request], Any]:
        idle: asyncio.Queue[Handler] = asyncio.Queue()
        for one in environments:
            idle.put_nowait(one)

        async def answer(request: web.Request) -> web.Response:
            event = {"headers": dict(request.headers), "body": (await request.read()).decode()}
            handler = await idle.get()
            try:
                made = await asyncio.to_thread(handler, event)
            finally:
                idle.put_nowait(handler)
            return web.Response(status=made["statusCode"], text=made["body"], headers=made.get("headers"))

        return answer

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "version": version})

    app = web.Application()
    app.router.add_get("/health", health)
    for name, environments in handlers.items():
        app.router.add_post(f"/{name}", route(environments))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await ended(runner)
