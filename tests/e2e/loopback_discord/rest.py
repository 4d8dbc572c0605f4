"""The HTTP API: who may ask, how often, what bad luck does to it, and how refusals look."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from loopback_discord import buckets, errors
from loopback_discord.body import answer
from loopback_discord.faults import Fault
from loopback_discord.gateway import Gateway
from loopback_discord.rest_commands import Commands
from loopback_discord.rest_interactions import Interactions
from loopback_discord.rest_messages import Messages
from loopback_discord.state import State

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_BY_TOKEN: Final = ("/interactions/", "/webhooks/")
_RETRY_SECONDS: Final = 0.05
_INVALID: Final = frozenset({401, 403, 429})
MOST_INVALID: Final = 10_000


class Rest:
    """Stands before every handler, as a middleware of aiohttp."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.invalid = 0

    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count, admit, strike, answer."""
        resource = request.match_info.route.resource
        path = (resource.canonical if resource else request.path).removeprefix("/api/v10")
        route = f"{request.method} {path}"
        if self._state.down:
            self._state.requests[route] += 1
            self._state.world.changed()
            return web.Response(status=503, text="upstream connect error", content_type="text/plain")
        if path.startswith(("/gw", "/cdn")):
            return await handler(request)
        self._state.requests[route] += 1
        response = await self._within_limits(request, handler, route)
        if response.status in _INVALID and response.headers.get("X-RateLimit-Scope") != "shared":
            self.invalid += 1
            if self.invalid >= MOST_INVALID:
                self._state.violate("10,000 invalid requests: the address would be banned")
        return response

    async def _within_limits(self, request: web.Request, handler: Handler, route: str) -> web.StreamResponse:
        fault = self._state.faults.strike(route) if self._state.faults else None
        if fault is Fault.LIMITED:
            return _limited(_RETRY_SECONDS, "shared")
        if fault in (Fault.FAILED, Fault.GATEWAY):
            return web.Response(status=int(fault), text="a bad day", content_type="text/plain")
        if fault is Fault.CUT_BEFORE:
            return _cut(request)
        response = await self._counted(request, handler, route)
        return _cut(request) if fault is Fault.CUT_AFTER else response

    async def _counted(self, request: web.Request, handler: Handler, route: str) -> web.StreamResponse:
        if route.endswith("/callback"):
            return await self._answered(request, handler, route)
        now = time.monotonic()
        limits = self._state.buckets
        if not _by_token(request) and (wait := limits.overall(now)):
            self._state.limited[route] += 1
            return _limited(wait, "global")
        bucket = limits.of(route, _major(request))
        if bucket.ignored(now):
            self._state.violate(f"{route}: asked again before Retry-After was over")
        if not bucket.take(now):
            bucket.closed_at, bucket.until = now, bucket.resets
            self._state.limited[route] += 1
            refused = _limited(bucket.resets - now, "user")
            refused.headers.update(buckets.headers(bucket, route, now))
            return refused
        response = await self._answered(request, handler, route)
        response.headers.update(buckets.headers(bucket, route, time.monotonic()))
        return response

    async def _answered(self, request: web.Request, handler: Handler, route: str) -> web.StreamResponse:
        try:
            self._admit(request)
            return await handler(request)
        except errors.Refused as refusal:
            self._state.refusals[refusal.code] += 1
            self._state.world.changed()
            if refusal.code == errors.INVALID_BODY[1] and refusal.problems:
                self._state.violate(f"{route}: {'; '.join(refusal.problems)}")
            response = answer(refusal.body(), refusal.status)
            if refusal.status == 429:
                response.headers.update({"Via": "1.1 loopback", "Retry-After": "1"})
            return response

    def _admit(self, request: web.Request) -> None:
        """:raises Refused: without the bot's token, where it is needed."""
        if _by_token(request):
            return
        if request.headers.get("Authorization") != f"Bot {self._state.token}":
            raise errors.Refused(errors.UNAUTHORIZED)
        if not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
            self._state.violate(f"{request.method} {request.path}: User-Agent is not “DiscordBot (url, version)”")


def _by_token(request: web.Request) -> bool:
    return request.path.removeprefix("/api/v10").startswith(_BY_TOKEN)


def _major(request: web.Request) -> str:
    """What has a window of its own: a channel, a guild, or a webhook with its token."""
    found = (request.match_info.get(key, "") for key in ("channel", "guild", "token"))
    return "/".join(found)


def _limited(seconds: float, scope: str) -> web.Response:
    """A 429. Clients take it for Cloudflare's, which bans, when it has no ``Via``."""
    body = {"message": "You are being rate limited.", "retry_after": round(seconds, 3), "global": scope == "global"}
    response = answer(body, 429)
    response.headers.update({"Retry-After": str(max(1, round(seconds))), "X-RateLimit-Scope": scope, "Via": "1.1 loop"})
    if scope == "global":
        response.headers["X-RateLimit-Global"] = "true"
    return response


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def application(state: State, gateway: Gateway) -> web.Application:
    """Everything under one address: ``/api/v10``, ``/gw/`` and ``/cdn``."""
    rest = Rest(state)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await rest.guard(request, handler)

    app = web.Application(middlewares=[guard], client_max_size=1 << 28)
    for path in ("/gw", "/gw/"):
        app.router.add_get(path, gateway.handle)
    for part in (Messages(state, gateway), Interactions(state, gateway), Commands(state)):
        for (method, path), handler in part.routes().items():
            app.router.add_route(method, f"/api/v10{path}", handler)
    return app
