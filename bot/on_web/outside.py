"""What stands before the API of a place to watch: health, a private one's token, CORS, and the headers of all answers.

Sources: https://fetch.spec.whatwg.org/#http-cors-protocol, RFC 9110, RFC 6265.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot import __version__
from bot.on_web.guard import TOKEN_COOKIE
from bot.on_web.http import JSON, SECURITY_HEADERS, Request, Response, error_json, failed, json_body
from bot.on_web.language import language_asked
from bot.on_web.looking import WATCHED
from bot.on_web.place import Place
from engine.sentences import say

Answer = Callable[[Request], Awaitable[Response]]

HEALTH: Final = "/health"
ENTER: Final = "/api/enter"
METHODS: Final = "GET, HEAD, OPTIONS"
HEADERS: Final = {**SECURITY_HEADERS, "Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
PREFLIGHT_SECONDS: Final = 600
COOKIE_SECONDS: Final = 31_536_000
_PRIVATE: Final = {"Cache-Control": "private, no-store"}
_LET_READ: Final = {"Access-Control-Expose-Headers": "ETag, X-Now-Ms"}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": METHODS,
    # A page elsewhere brings no cookie (credentials are not allowed), so a private place asks it for the token itself.
    "Access-Control-Allow-Headers": "Authorization, If-None-Match",
    "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
}


class Outside:
    """Answers every request that comes from outside; what is left to look up goes to ``answer``."""

    def __init__(self, place: Place, answer: Answer) -> None:
        self._place = place
        self._answer = answer

    async def respond(self, request: Request) -> Response:
        """The answer, whole: security headers, CORS, and no body to a HEAD."""
        response = await self._responded(request)
        body = b"" if request.method == "HEAD" else response.body
        return Response(response.status, body, {**response.headers, **self._added(request, response)})

    async def _responded(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(204, b"", {"Allow": METHODS, "Cache-Control": "no-store"})
        if request.method not in ("GET", "HEAD"):
            return _refused("NotAllowed", WATCHED, 405, request, {"Allow": METHODS})
        if request.path == HEALTH:
            return Response(200, _HEALTHY, {"Content-Type": JSON, "Cache-Control": "no-store"})
        if request.path == ENTER:
            return self._entered(request)
        if not self._is_let_in(request):
            return _refused("Refused", _CLOSED, 401, request, {"WWW-Authenticate": "Bearer", **_PRIVATE})
        try:
            return await self._answer(request)
        except Exception as error:  # noqa: BLE001 - the table cannot be opened: strangers are not told why, the log is
            return failed(error, language_asked(request))

    def _entered(self, request: Request) -> Response:
        """On to the pages, at an address that may be shown; the cookie keeps the token from here on."""
        token = request.query.get("token", "")
        if self._place.token_sha256 and not self._place.admits(token):
            return _refused("Refused", _CLOSED, 401, request, _PRIVATE)
        kept = f"{TOKEN_COOKIE}={token}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; Secure; SameSite=Lax"
        cookie = {"Set-Cookie": kept} if self._place.token_sha256 else {}
        return Response(303, b"", {"Location": "/", **_PRIVATE, **cookie})

    def _is_let_in(self, request: Request) -> bool:
        if not self._place.token_sha256:
            return True
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        offered = [request.cookies.get(TOKEN_COOKIE, ""), bearer.strip() if scheme.lower() == "bearer" else ""]
        return any(map(self._place.admits, offered))

    def _added(self, request: Request, response: Response) -> dict[str, str]:
        varies = ", ".join(dict.fromkeys([*filter(None, [response.headers.get("Vary", "")]), "Origin"]))
        return {**HEADERS, "Vary": varies, **self._shared(request)}

    def _shared(self, request: Request) -> Mapping[str, str]:
        """The site's pages may read the answer where they are served from another address; nobody else's may."""
        if not self._place.origin or request.headers.get("origin", "") != self._place.origin:
            return {}
        more = _PREFLIGHT if request.method == "OPTIONS" else _LET_READ
        return {"Access-Control-Allow-Origin": self._place.origin, **more}


def _refused(kind: str, text: str, status: int, request: Request, headers: Mapping[str, str]) -> Response:
    refusal = error_json(kind, text, status, language_asked(request))
    return Response(status, refusal.body, {**refusal.headers, "Vary": "Accept-Language", **headers})


_HEALTHY: Final = json_body({"status": "ok", "version": __version__})
_CLOSED: Final = say("This arena is private. Open it with the link that its host has given to your server.")
