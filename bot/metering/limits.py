"""Counts the limits that are met over HTTP, also those that a platform's SDK waits out by itself."""

from __future__ import annotations

from http import HTTPStatus
from types import SimpleNamespace

import aiohttp

from engine.ports import Meter


def counting_limits(meter: Meter, by: str) -> aiohttp.TraceConfig:
    """For a client session: every answer 429 (RFC 6585, 4) that it is given is told, as asked for ``by``."""

    async def ended(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, request: aiohttp.TraceRequestEndParams
    ) -> None:
        if request.response.status == HTTPStatus.TOO_MANY_REQUESTS:
            meter.throttled(by)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace
