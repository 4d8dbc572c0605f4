"""What a browser reads: the look-only JSON API for one community. It reads the table, and nothing else of the account.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

from bot import logs
from bot.on_web.http import Request, Response, error_json
from bot.on_web.language import language_asked
from bot.on_web.looking import LookingApi
from bot.on_web.outside import HEADERS, Outside
from bot.on_web.place import Place
from bot.settings import Settings, read
from bot.wiring import looking
from engine.sentences import say
from lambda_interactions import http_api

ANSWER_BYTES: Final = 6_291_556
"""What an invocation may answer, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
HEADERS_BYTES: Final = 4096
"""More than the headers of all answers take."""

log = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: object) -> http_api.Response:  # noqa: ARG001 - AWS hands both
    """One request of API Gateway's."""
    return _web().respond(event)


@cache
def _web() -> Web:
    settings = read(os.environ)
    logs.configure(settings.log_level, settings.log_format, settings.secrets, sys.stdout)
    return Web(settings, Place.of(os.environ))


class Web:
    """One loop for all requests of a process; the table is opened by the first that looks something up."""

    def __init__(self, settings: Settings, place: Place) -> None:
        self._settings = settings
        self._place = place
        self._outside = Outside(place, self._looked_up)
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._api: LookingApi | None = None

    def respond(self, event: Mapping[str, Any]) -> http_api.Response:
        """The answer to one request."""
        try:
            request = request_of(event)
        except http_api.Malformed as error:
            log.info("a request is refused: %s", error)
            return answer_of(Response(400, b"", HEADERS))
        return answer_of(self._runner.run(self._outside.respond(request)))

    def close(self) -> None:
        """Let go of everything: for tests, since AWS never says that a process ends."""
        self._runner.run(self._stack.aclose())
        self._runner.close()

    async def _looked_up(self, request: Request) -> Response:
        if self._api is None:
            arena = await self._stack.enter_async_context(looking(self._settings))
            self._api = LookingApi(arena, self._place.community)
        response = await self._api.answer(request)
        return response if _fits(answer_of(response)) else _too_large(request)


def request_of(event: Mapping[str, Any]) -> Request:
    """A request as the API's handlers take it. :raises Malformed: when the event holds none."""
    try:
        http = event["requestContext"]["http"]
        f"{event['rawPath']}{event.get('rawQueryString')}".encode()  # half a character stands in no answer
        headers = {name.lower(): str(value) for name, value in (event.get("headers") or {}).items()}
        return Request(
            method=http["method"],
            path=event["rawPath"],
            query=_first(parse_qsl(event.get("rawQueryString") or "", keep_blank_values=True)),
            headers=headers,
            cookies=_first([_parted(one) for one in event.get("cookies") or ()]),
            secure=True,  # an HTTP API has no other way in
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise http_api.Malformed(f"no request of an HTTP API: {error!r}") from error


def _parted(cookie: str) -> tuple[str, str]:
    name, _, value = cookie.partition("=")
    return name.strip(), value.strip()


def _first(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Of a name that comes twice, the first."""
    return dict(reversed(pairs))


def answer_of(response: Response) -> http_api.Response:
    """An answer as API Gateway takes it: text as it is, pictures in base64, a cookie in its own list."""
    headers = dict(response.headers)
    cookie = headers.pop("Set-Cookie", None)
    answer: http_api.Response = {"statusCode": response.status, "headers": headers, **_body(response.body)}
    return {**answer, "cookies": [cookie]} if cookie else answer


def _body(body: bytes) -> dict[str, Any]:
    try:
        return {"body": body.decode(), "isBase64Encoded": False}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _fits(answer: http_api.Response) -> bool:
    """Whether it may be answered once the headers of all answers are added."""
    # A character takes six bytes at most ("\\ud83d"), so what is short need not be written twice.
    return len(answer["body"]) < ANSWER_BYTES // 24 or len(json.dumps(answer)) <= ANSWER_BYTES - HEADERS_BYTES


def _too_large(request: Request) -> Response:
    log.error("the answer to %s is too large for an invocation", request.path)
    return error_json("TooLarge", _TOO_LARGE, 500, language_asked(request))


_TOO_LARGE: Final = say("This is too large to be read here. In your server, /duel export gives it to you.")
