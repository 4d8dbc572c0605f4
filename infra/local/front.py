"""What a tunnel may lead to: the webhooks and nothing else.

Behind the local AWS's own port everybody could read the functions' tokens, so that port must stay on this machine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import ClientError, ClientSession, web

from infra.local.ministack import HOST, taken

PORT: Final = 8421
_OF_A_CONNECTION: Final = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


@asynccontextmanager
async def front(port: int, webhooks: Mapping[str, str]) -> AsyncIterator[str]:
    """Its address while the block runs; ``POST /NAME`` goes to the address of that name, the body untouched.

    :raises NotStarted: when the port is taken.
    """
    async with ClientSession() as session:
        application = web.Application()
        for name, address in webhooks.items():
            application.router.add_post(f"/{name}", _Forward(session, address).answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await _listen(runner, port)
            yield f"http://{HOST}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        raise taken(port, "--front", error) from error


class _Forward:
    """Takes a request to one address and its answer back."""

    def __init__(self, session: ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def answer(self, request: web.Request) -> web.Response:
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in _OF_A_CONNECTION]
        try:
            async with self._session.post(self._address, data=await request.read(), headers=headers) as found:
                content_type = found.headers.get("content-type", "application/json")
                return web.Response(
                    status=found.status, body=await found.read(), headers={"content-type": content_type}
                )
        except ClientError:
            return web.Response(status=502)
