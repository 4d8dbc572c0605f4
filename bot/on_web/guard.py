"""Who may talk to the web server at all: hosts, origins, and a token when it is not on loopback."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.on_web.http import Request
from engine.sentences import say

TOKEN_COOKIE: Final = "arena_token"  # noqa: S105 - its name, not its value
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


def is_loopback(host: str) -> bool:
    """Whether an address reaches this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Guard:
    """Checks made before any handler. ``token`` is empty on loopback, where the Host header is checked instead."""

    token: str = ""

    def refusal(self, request: Request) -> tuple[int, str] | None:
        """A status and a sentence, or ``None`` to let the request in."""
        # A page of another site can reach 127.0.0.1 by a name of its own (DNS rebinding): it betrays itself here.
        if not self.token and _host_name(request) not in _LOOPBACK_NAMES:
            return 403, say("This arena answers on 127.0.0.1 and localhost only.")
        if request.method != "GET" and not _is_own(request):
            return 403, say("Commands are taken from this arena's own pages only.")
        if self.token and not self._knows(request):
            return 401, say("Open this arena once with ?token=… (the ARENA_WEB_TOKEN of its host).")
        return None

    def _knows(self, request: Request) -> bool:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        offered = (bearer, request.cookies.get(TOKEN_COOKIE, ""), request.query.get("token", ""))
        return any(hmac.compare_digest(_bytes(self.token), _bytes(one)) for one in offered if one)


def _host_name(request: Request) -> str:
    """The host that was asked for, without its port; empty when it cannot be read."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _is_own(request: Request) -> bool:
    """Whether the request comes from a page of this host, or from no page at all."""
    origin = request.headers.get("origin")
    try:
        return not origin or urlsplit(origin).netloc == request.headers.get("host", "")
    except ValueError:
        return False


def _bytes(text: str) -> bytes:
    """What stood in the header or the environment, which need not have been UTF-8."""
    return text.encode(errors="surrogateescape")
