"""One HTTP request after another, each with a limit in seconds; redirects are answers, and are not followed."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from engine.errors import ArenaError, BadOption
from engine.sentences import say

MOST_BYTES: Final = 8_000_000
_CONNECTIONS: Final = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class Unreachable(ArenaError):
    """Nobody answered, or not in time, or nothing that is HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Names of headers are in lower case; one that came twice has its values joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        """The type of the body without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Mapping[str, Any]:
        """The body's object; empty when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def base(option: str, url: str) -> str:
    """An address without the slash at its end. :raises BadOption: when it is none of the web."""
    parts = urlsplit(url)
    if parts.scheme not in _CONNECTIONS or not parts.netloc or parts.query or parts.fragment:
        raise BadOption(
            say("{option} wants an address such as https://arena.example, not “{url}”.", option=option, url=url)
        )
    return url.rstrip("/")


class Client:
    """Keeps a connection to each host that it has asked."""

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout = timeout_seconds
        self._kept: dict[tuple[str, str], http.client.HTTPConnection] = {}

    def ask(
        self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """:raises Unreachable: when there is no answer."""
        parts = urlsplit(url)
        key = (parts.scheme, parts.netloc)
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        known = key in self._kept
        connection = self._kept.setdefault(key, _CONNECTIONS[parts.scheme](parts.netloc, timeout=self._timeout))
        try:
            return _answered(connection, method, target, headers or {}, body)
        except (OSError, http.client.HTTPException) as error:
            self._kept.pop(key).close()
            if known and not isinstance(error, TimeoutError):
                return self.ask(url, method, headers, body)  # the other side had ended what was kept
            raise Unreachable(str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Let go of all connections."""
        for connection in self._kept.values():
            connection.close()
        self._kept.clear()


def _answered(
    connection: http.client.HTTPConnection, method: str, target: str, headers: Mapping[str, str], body: bytes | None
) -> Answer:
    connection.request(method, target, body, {"User-Agent": "arena-smoke", **headers})
    response = connection.getresponse()
    content = response.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise http.client.HTTPException(f"{target} is larger than {MOST_BYTES} bytes")
    found: dict[str, str] = {}
    for name, value in response.getheaders():
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return Answer(response.status, found, content)
