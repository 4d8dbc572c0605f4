"""The Web API's door: tokens, arguments, rate limits, faults; then the method.

https://docs.slack.dev/apis/web-api. An answer is 200 with ``ok``, except 429 and 500.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from loopback_slack.faults import Fault, Faults
from loopback_slack.limiter import TIERS, Limiter
from loopback_slack.workspace import Workspace

POSTS: Final = frozenset({"chat.postMessage", "chat.postEphemeral"})
GRACE_SECONDS: Final = 0.05
ROUNDING_SECONDS: Final = 0.01
JSON_ARGUMENTS: Final = frozenset({"blocks", "view", "metadata", "files", "attachments"})

Arguments = dict[str, Any]
Method = Callable[[Arguments], Awaitable[dict[str, Any]] | dict[str, Any]]


class Refused(Exception):
    """An answer that is not ok. ``problems`` are what is wrong with blocks."""

    def __init__(self, error: str, problems: list[str] | None = None, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.body: dict[str, Any] = {"ok": False, "error": error, **more}
        if problems:
            self.body["errors"] = problems
            self.body["response_metadata"] = {"messages": [f"[ERROR] {one}" for one in problems]}


@dataclass(slots=True)
class Declared:
    """A method with the scope its token needs, and whether it wants the app's own token, or knows its tokens itself."""

    run: Method
    scopes: tuple[str, ...] = ()
    app_token: bool = False
    own_tokens: bool = False


@dataclass(slots=True)
class Tokens:
    """What a token may do."""

    bot: str = "xoxb-loopback"
    app: str = "xapp-loopback"
    signing: str = "a signing secret of tests"
    scopes: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Closed:
    """A 429: when it was answered, until when it holds, and how many came before that."""

    answered: float
    until: float
    early: int = 0


class WebApi:
    """Serves ``/api/{method}``."""

    def __init__(self, workspace: Workspace, tokens: Tokens, limiter: Limiter, faults: Faults) -> None:
        self.workspace = workspace
        self.tokens = tokens
        self.faults = faults
        self.methods: dict[str, Declared] = {}
        self.limited: Counter[str] = Counter()
        self._limiter = limiter
        self._closed: dict[tuple[str, str], Closed] = {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        method = request.match_info["method"]
        arrived = self.workspace.now()
        arguments = await _arguments(request)
        self.workspace.calls[method] += 1
        try:
            self._check(method, arguments)
            seconds = self._limited(method, arguments, arrived)
            fault = None if seconds else self.faults.meet(method)
            if seconds or fault is Fault.RATE_LIMITED:
                self.limited[method] += 1
                return self._too_many(method, arguments, seconds or 1)
            if fault is Fault.CUT_BEFORE:
                return _cut(request)
            if fault is Fault.SERVER_ERROR:
                return web.json_response({"ok": False, "error": "internal_error"}, status=500)
            answer = {"ok": True, **await self._run(method, arguments)}
        except Refused as refused:
            return web.json_response(refused.body)
        self.workspace.changed()
        return _cut(request) if fault is Fault.CUT_AFTER else web.json_response(answer)

    async def _run(self, method: str, arguments: Arguments) -> dict[str, Any]:
        answer = self.methods[method].run(arguments)
        return answer if isinstance(answer, dict) else await answer

    def _check(self, method: str, arguments: Arguments) -> None:
        declared = self.methods.get(method)
        if declared is None:
            self.workspace.violate("unknown-method", method)
            raise Refused("unknown_method", req_method=method)
        if declared.own_tokens:
            return
        token = arguments.pop("token", None)
        if token is None:
            raise Refused("not_authed")
        if token not in (self.tokens.bot, self.tokens.app):
            raise Refused("invalid_auth")
        if (token == self.tokens.app) is not declared.app_token:
            raise Refused("not_allowed_token_type")
        if declared.scopes and not self.tokens.scopes & set(declared.scopes):
            provided = ",".join(sorted(self.tokens.scopes))
            raise Refused("missing_scope", needed=declared.scopes[0], provided=provided)

    def _limited(self, method: str, arguments: Arguments, arrived: float) -> int:
        """0 when the request may pass, else the seconds to wait."""
        key = _key(method, arguments)
        closed = self._closed.get(key)
        if closed and arrived < closed.until - ROUNDING_SECONDS:
            # What was on its way before the answer came is nobody's fault: briefly, and one message a channel. Edits
            # are counted by workspace, so those of several messages may be on their way at once.
            closed.early += 1
            twice = method in POSTS and closed.early > 1
            if arrived > closed.answered + GRACE_SECONDS * self.workspace.clock.speed or twice:
                self.workspace.violate("ignored-retry-after", f"{method} {closed.until - arrived:.2f} s too early")
            if key[1]:
                return math.ceil(closed.until - arrived)
        return self._limiter.retry_after(method, key[1]) if method in TIERS else 0

    def _too_many(self, method: str, arguments: Arguments, seconds: int) -> web.Response:
        now, key = self.workspace.now(), _key(method, arguments)
        if key not in self._closed or now > self._closed[key].until - ROUNDING_SECONDS:
            self._closed[key] = Closed(now, now + seconds)
        body = {"ok": False, "error": "ratelimited"}
        return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


def _key(method: str, arguments: Arguments) -> tuple[str, str]:
    return method, str(arguments.get("channel", "")) if method.startswith("chat.") else ""


def _cut(request: web.Request) -> web.Response:
    """The connection breaks before the answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _arguments(request: web.Request) -> Arguments:
    """The query, a form or JSON; values that a form carries as JSON are read."""
    arguments: Arguments = {key: _read(key, value) for key, value in request.query.items()}
    if request.content_type == "application/json":
        arguments |= json.loads(await request.text() or "{}")
    elif request.can_read_body:
        arguments |= {key: _read(key, value) for key, value in (await request.post()).items()}
    bearer = request.headers.get("Authorization", "")
    if bearer.startswith("Bearer "):
        arguments.setdefault("token", bearer.removeprefix("Bearer "))
    return arguments


def _read(key: str, value: Any) -> Any:
    return json.loads(value) if key in JSON_ARGUMENTS and isinstance(value, str) else value


def is_set(value: Any) -> bool:
    """Whether a flag is set, as JSON or a form says it."""
    return str(value).casefold() in {"1", "true"}
