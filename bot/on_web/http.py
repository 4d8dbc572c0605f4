"""Requests and responses as plain values, so that the same handlers serve aiohttp and API Gateway."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.catalogue import ENGLISH, said
from engine.errors import NotAllowed, StalePosition, StoreFull, UnknownName, UserError
from engine.sentences import say

log = logging.getLogger(__name__)

JSON: Final = "application/json; charset=utf-8"
REVALIDATED: Final = "private, no-cache"
# The same address answers in several languages, for whatever keeps answers on the way.
VARIES: Final[Mapping[str, str]] = {"Vary": "Accept-Language"}
SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are in lower case; ``cookies`` are decoded; ``secure`` when it came by https."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    secure: bool = False

    def json(self) -> dict[str, Any]:
        """The body as an object whose texts are Unicode. :raises UserError: when it is none."""
        if self.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise UserError(say("Send JSON, with Content-Type application/json."))
        try:
            value = json.loads(self.body, parse_constant=_refused)
            # "\\ud800" alone is half a character: no file, no database and no answer could hold it.
            json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise UserError(say("The body is not valid JSON.")) from None
        if not isinstance(value, dict):
            raise UserError(say("The body must be a JSON object."))
        return value


def _refused(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity, which Python reads and JSON does not have


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_body(value: Any) -> bytes:
    """A value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_response(value: Any, status: int = 200) -> Response:
    """JSON for one member, used again only after asking."""
    return Response(status, json_body(value), {"Content-Type": JSON, "Cache-Control": REVALIDATED})


def tagged(request: Request, response: Response) -> Response:
    """With an ``ETag``, or 304 when the asker has that very answer."""
    tag = f'"{hashlib.blake2b(response.body, digest_size=12).hexdigest()}"'
    headers = {**response.headers, "ETag": tag}
    if tag in (part.strip() for part in request.headers.get("if-none-match", "").split(",")):
        return Response(304, b"", {"ETag": tag, "Cache-Control": headers["Cache-Control"]})
    return Response(response.status, response.body, headers)


def error_response(error: Exception, language: str = ENGLISH) -> Response:
    """A person's mistake as its sentence. Anything else as :func:`failed` tells it: no path, no id."""
    if isinstance(error, UserError):
        return error_json(type(error).__name__, error.text, status_of(error), language)
    return failed(error, language)


def failed(error: Exception, language: str = ENGLISH) -> Response:
    """What went wrong here: logged, and told without its inside."""
    log.error("a request failed", exc_info=error)
    if isinstance(error, StoreFull):
        return error_json("StoreFull", _FULL, 503, language)
    return error_json("Internal", _INTERNAL, 500, language)


def error_json(kind: str, text: str, status: int, language: str = ENGLISH) -> Response:
    """An error in the one form that the API has."""
    return json_response({"error": {"kind": kind, "text": said(text, language)}}, status)


def status_of(error: UserError) -> int:
    """The HTTP status of a person's mistake; the most special class wins."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


_FULL: Final = say(
    "The host's disk is full: nothing was lost, but nothing can be saved until there is space. Tell the host."
)
_INTERNAL: Final = say("Something went wrong here. It has been logged; try again.")
_STATUS: Final[tuple[tuple[type[UserError], int], ...]] = (
    (StalePosition, 409),
    (NotAllowed, 403),
    (UnknownName, 404),
    (UserError, 400),
)
