"""How a server of the tests ends."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.test_utils import TestServer


async def ended(runner: web.AppRunner) -> None:
    """Stop it, and let none of its connections outlive it: one whose last answer nobody reads waits for that reader."""
    transports = [one.transport for one in runner.server.connections if one.transport] if runner.server else []
    await runner.cleanup()
    for transport in transports:
        transport.abort()
    await asyncio.sleep(0)  # an aborted connection is closed in the loop's next round


async def close(server: TestServer) -> None:
    """The same for a server of aiohttp's own tests."""
    if isinstance(server.runner, web.AppRunner):
        await ended(server.runner)
    await server.close()
