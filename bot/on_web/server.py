"""The embedded web server: the API's handlers and the pages of ``site/`` under aiohttp."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.on_web.api import Api
from bot.on_web.guard import TOKEN_COOKIE, Guard
from bot.on_web.http import SECURITY_HEADERS, Request, Response, error_json, error_response
from bot.on_web.language import language_asked
from engine.errors import UserError
from engine.sentences import say

SITE: Final = Path(__file__).resolve().parents[2] / "site"
GLYPHS: Final = Path(__file__).resolve().parents[2] / "engine" / "render" / "glyphs"
LARGEST_BODY: Final = 64 * 1024


class Metrics(NamedTuple):
    """What ``/metrics`` answers, and of which type it is."""

    page: Callable[[], bytes]
    media: str


def application(api: Api, guard: Guard, site: Path = SITE, metrics: Metrics | None = None) -> web.Application:
    """An aiohttp application that serves API, pages, glyphs and, when there are any, metrics."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_guarded(guard)])
    app.router.add_route("*", "/api/{rest:.*}", _answering(api))
    if metrics:
        app.router.add_get("/metrics", _measured(metrics))
    app.router.add_get("/", _page(site / "index.html"))
    app.router.add_static("/glyphs", GLYPHS)
    app.router.add_static("/", site)
    return app


def _plain(request: web.Request, body: bytes = b"") -> Request:
    return Request(
        request.method,
        request.path,
        dict(request.query),
        {name.lower(): value for name, value in request.headers.items()},
        dict(request.cookies),
        body,
        # What a proxy says in X-Forwarded-Proto, anybody can say; the transport cannot lie.
        request.secure,
    )


def _answering(api: Api) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        return _sent(await api.answer(_plain(request, await request.read())))

    return answer


def _measured(metrics: Metrics) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def measured(_request: web.Request) -> web.Response:
        return web.Response(
            body=metrics.page(), headers={"Content-Type": metrics.media, "Cache-Control": "private, no-store"}
        )

    return measured


def _sent(response: Response) -> web.Response:
    return web.Response(status=response.status, body=response.body, headers=dict(response.headers))


def _page(file: Path) -> Callable[[web.Request], Awaitable[web.FileResponse]]:
    async def page(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(file)

    return page


def _guarded(guard: Guard) -> Middleware:
    @web.middleware
    async def guarded(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        plain = _plain(request)
        refused = guard.refusal(plain)
        if refused:
            status, text = refused
            return _sent(error_json("Refused", text, status, language_asked(plain)))
        introduced = bool(guard.token and plain.query.get("token"))
        is_page = request.method == "GET" and not request.path.startswith("/api/")
        response = _without_token(request) if introduced and is_page else await _handled(request, handler)
        response.headers.update(
            {**SECURITY_HEADERS, "Cache-Control": response.headers.get("Cache-Control", "no-cache")}
        )
        if introduced:
            _keep_token(response, guard.token, request.secure)
        return response

    return guarded


def _without_token(request: web.Request) -> web.Response:
    """On to the same page at an address that may be shown, kept in a history and passed on."""
    rest = request.rel_url.without_query_params("token").raw_query_string
    # An address that starts with two slashes, or what a browser takes for them, would lead to another host.
    path = "/" + request.rel_url.raw_path.lstrip("/\\")
    location = f"{path}?{rest}" if rest else path
    return web.Response(status=303, headers={"Location": location, "Cache-Control": "private, no-store"})


def _keep_token(response: web.StreamResponse, token: str, secure: bool) -> None:
    # Lax, since a browser sends no Strict cookie where a link from elsewhere led it; POST is held by its Origin.
    response.set_cookie(TOKEN_COOKIE, token, httponly=True, samesite="Lax", max_age=31_536_000, secure=secure or None)


async def _handled(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Errors of aiohttp (no such file, body too large) and of ours as an answer like any other."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _sent(error_json("Refused", error.reason, error.status))
    except web.RequestPayloadError:
        return _sent(error_json("Refused", say("The body cannot be read."), 400, language_asked(_plain(request))))
    except ConnectionError:
        raise  # the browser hung up: nobody is left to be told, and nothing went wrong here
    except Exception as error:  # noqa: BLE001 - logged there, whatever it is
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            return _sent(error_json("Refused", "Not Found", 404))  # aiohttp looked for a file of that name
        return _sent(error_response(error, language_asked(_plain(request))))


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """The server listens while the block runs; gives the port. :raises UserError: when the port is taken."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await _start(site, host, port)
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _start(site: web.TCPSite, host: str, port: int) -> None:
    try:
        await site.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(
                say(
                    "Port {port} on {host} is in use. Stop what listens there, or set ARENA_PORT to another port.",
                    port=port,
                    host=host,
                )
            ) from error
        raise UserError(
            say("Cannot listen on {host}:{port}: {why}.", host=host, port=port, why=error.strerror)
        ) from error
