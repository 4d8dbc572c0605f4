"""Reading a request's body: JSON, or a form of ``payload_json`` and files."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import BodyPartReader, web

from loopback_discord import errors

_FILE: Final = re.compile(r"files\[(\d+)\]")


@dataclass
class Body:
    """``files`` are (name, content) by their number."""

    payload: Any
    files: dict[int, tuple[str, bytes]] = field(default_factory=dict)


async def read(request: web.Request) -> Body:
    """:raises Refused: for another content type, or what is no JSON."""
    kind = request.headers.get("Content-Type", "")
    if kind == "application/json":
        return Body(_parsed(await request.text()))
    if kind.startswith("multipart/form-data"):
        return await _form(request)
    raise errors.Refused(errors.INVALID_BODY, [f"Content-Type {kind!r} is neither application/json nor a form"])


async def _form(request: web.Request) -> Body:
    body = Body({})
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        name = part.name or ""
        if name == "payload_json":
            body.payload = _parsed((await part.read()).decode())
        elif found := _FILE.fullmatch(name):
            body.files[int(found[1])] = (part.filename or "", bytes(await part.read()))
        else:
            raise errors.Refused(errors.INVALID_BODY, [f"a form with a part {name!r}"])
    return body


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise errors.Refused(errors.INVALID_BODY, [f"no JSON: {error}"]) from error


def answer(data: Any, status: int = 200) -> web.Response:
    """Exactly ``application/json``: discord.py reads nothing else as JSON."""
    response = web.json_response(data, status=status)
    response.headers["Content-Type"] = "application/json"
    return response


def nothing() -> web.Response:
    """204."""
    return web.Response(status=204)
