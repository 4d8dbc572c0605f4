"""One POST over the standard library."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit


def connection(address: str, seconds: float) -> http.client.HTTPConnection:
    """A connection to an address's server that is made when it is used; every step of it may take ``seconds``.

    :raises ValueError: when it is no http(s) address.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"“{address}” is no http(s) address")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname, parts.port, timeout=seconds)


def posted(to: http.client.HTTPConnection, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    """Status and answer; the connection is closed when there is none. :raises OSError: then."""
    try:
        to.request("POST", path, body, dict(headers))
        response = to.getresponse()
        return response.status, response.read()
    except http.client.HTTPException as error:
        to.close()
        raise ConnectionError(f"no answer that can be read: {error!r}") from error
    except BaseException:
        to.close()
        raise
