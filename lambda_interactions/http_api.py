"""What API Gateway hands a webhook, and what it takes as the answer: HTTP APIs, payload format 2.0.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

Response = dict[str, Any]

FRESH_SECONDS: Final = 300
_DIGITS: Final = 10


class Malformed(ValueError):
    """The request is not what the platform sends; the text is for the log."""


class Request:
    """One request: its ``body`` byte by byte as it was signed, and its headers whatever their case."""

    __slots__ = ("_headers", "body")

    def __init__(self, event: Any) -> None:
        """:raises Malformed: when the event holds no request, or its base64 is not canonical."""
        try:
            self._headers = _by_name(event.get("headers") or {})
            self.body = _bytes(event.get("body") or "", encoded=bool(event.get("isBase64Encoded")))
        except (AttributeError, TypeError, ValueError) as error:
            raise Malformed(f"no request of an HTTP API: {error}") from error

    def header(self, name: str) -> str:
        """The only value of that header; empty when there is none, or more than one (API Gateway joins by commas)."""
        value = self._headers.get(name, "")
        return "" if "," in value else value

    def text(self) -> str:
        """The body as text. :raises Malformed: when it is not UTF-8."""
        try:
            return self.body.decode()
        except UnicodeDecodeError as error:
            raise Malformed("the body is not UTF-8") from error


def _by_name(headers: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        found[key] = f"{found[key]},{value}" if key in found else value
    return found


def _bytes(body: str, *, encoded: bool) -> bytes:
    if not encoded:
        return body.encode()
    decoded = binascii.a2b_base64(body, strict_mode=True)
    # Strict mode still takes any bits in the last character that are cut off.
    if binascii.b2a_base64(decoded, newline=False).decode() != body:
        raise ValueError("base64 is not canonical")
    return decoded


def fresh(timestamp: str, now: float) -> bool:
    """Whether it is ten digits, so that no byte of the body passes for one of them, and within five minutes of now."""
    if len(timestamp) != _DIGITS or not (timestamp.isascii() and timestamp.isdigit()):
        return False
    return abs(now - int(timestamp)) <= FRESH_SECONDS


def json_object(text: str) -> dict[str, Any]:
    """:raises Malformed: when it is no JSON object, or one nested deeper than can be read."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON") from error
    if not isinstance(found, dict):
        raise Malformed("the body is no JSON object")
    return found


def answered(payload: Any) -> Response:
    """200 with a JSON body."""
    return answered_as(json.dumps(payload))


def answered_as(text: str) -> Response:
    """200 with a body that is JSON already."""
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": text}


def empty(status: int) -> Response:
    """A status alone."""
    return {"statusCode": status, "body": ""}
