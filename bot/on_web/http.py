"""Requests and responses as plain values, so that the same handlers serve aiohttp and API Gateway."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.errors import ArenaError, NotAllowed, StalePosition, StoreFull, UnknownName, UserError

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are in lower case; ``cookies`` are decoded."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        """The body as an object. :raises UserError: when it is none."""
        if self.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise UserError("Send JSON, with Content-Type application/json.")
        try:
            value = json.loads(self.body)
        except ValueError:
            raise UserError("The body is not valid JSON.") from None
        if not isinstance(value, dict):
            raise UserError("The body must be a JSON object.")
        return value


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON that nobody caches without asking again."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    kept = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-cache", **(headers or {})}
    return Response(status, body, kept)


def tagged(request: Request, response: Response) -> Response:
    """With an ``ETag``, or 304 when the asker has that very answer."""
    tag = f'"{hashlib.blake2b(response.body, digest_size=12).hexdigest()}"'
    headers = {**response.headers, "ETag": tag}
    if tag in (part.strip() for part in request.headers.get("if-none-match", "").split(",")):
        return Response(304, b"", {"ETag": tag, "Cache-Control": headers["Cache-Control"]})
    return Response(response.status, response.body, headers)


def error_response(error: ArenaError) -> Response:
    """A person's mistake as a sentence; anything else without its inside."""
    text = error.text if isinstance(error, UserError) else str(error)
    kind = type(error).__name__
    return json_response({"error": {"kind": kind, "text": text}}, status_of(error))


def status_of(error: ArenaError) -> int:
    """The HTTP status of an error; the most special class wins."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


_STATUS: Final[tuple[tuple[type[ArenaError], int], ...]] = (
    (StalePosition, 409),
    (NotAllowed, 403),
    (UnknownName, 404),
    (UserError, 400),
    (StoreFull, 503),
    (ArenaError, 500),
)
