"""What answers the functions here: a Discord that takes every message, and models that take their time.

Both only answer as far as the functions listen; whether a platform's rules are kept, the tests find out elsewhere.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from infra.cost.counted import Counted

HOST: Final = "127.0.0.1"
APPLICATION: Final = "1000"
POSITION: Final = "\nFEN: "
WORDS: Final = "I have looked at checks, captures and threats.\nMove: {move}"
TOKEN_CHARACTERS: Final = 4
"""A token is about so many characters: what a model counts is its own affair."""
HEADER_BYTES: Final = 400
"""More than what goes before a request's body."""
_LARGEST: Final = 1 << 24


@dataclass
class Loopback:
    """Answers, and counts what was sent to the internet by the name that an address begins with.

    ``line`` is what models play, by the position; ``told`` is called with the number of moves that they have made.
    """

    seconds: float
    line: Mapping[str, str]
    told: Callable[[int], object]
    address: str = ""
    moves: int = 0
    _seen: defaultdict[str, Counted] = field(default_factory=lambda: defaultdict(Counted))
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(10_000))

    async def discord(self, request: web.Request) -> web.Response:
        """Any call of Discord's API: what is posted comes back with an id."""
        body = await request.read()
        seen = self._sent(request, body)
        if request.path.endswith("/users/@me"):
            return _json(_BOT)
        if request.path.endswith("/applications/@me"):
            return _json(_APPLICATION)
        seen.boards += b"board.png" in body
        return _json({**_payload(request.content_type, body), "id": str(next(self._ids))})

    async def model(self, request: web.Request) -> web.Response:
        """A chat completion after its seconds: the move of its line, and words about it."""
        body = await request.read()
        seen = self._sent(request, body)
        await asyncio.sleep(self.seconds)
        asked = json.loads(body)
        question = "\n".join(message["content"] for message in asked["messages"])
        words = WORDS.format(move=self.line[question.rpartition(POSITION)[2].partition("\n")[0]])
        read, wrote = len(question) // TOKEN_CHARACTERS, len(words) // TOKEN_CHARACTERS
        model = f"openai/{asked['model']}"
        seen.tokens.update({f"{model} in": read, f"{model} out": wrote})
        self.moves += 1
        self.told(self.moves)
        return web.json_response(
            {
                "id": "c",
                "object": "chat.completion",
                "created": 0,
                "model": asked["model"],
                "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": words}}],
                "usage": {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote},
            }
        )

    def seen(self, name: str) -> Counted:
        """What came to addresses that begin with that name."""
        return self._seen[name]

    def _sent(self, request: web.Request, body: bytes) -> Counted:
        seen = self._seen[request.match_info["name"]]
        seen.out_bytes += len(body) + HEADER_BYTES
        return seen


_BOT: Final = {"id": APPLICATION, "username": "arena", "discriminator": "0", "avatar": None, "bot": True}
_APPLICATION: Final = {
    "id": APPLICATION,
    "name": "Arena",
    "icon": None,
    "description": "",
    "flags": 0,
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "00" * 32,
    "team": None,
    "owner": _BOT,
}


def _json(value: object) -> web.Response:
    """discord.py reads JSON of exactly that type, without a charset."""
    return web.Response(body=json.dumps(value).encode(), headers={"content-type": "application/json"})


def _payload(content_type: str, body: bytes) -> dict[str, Any]:
    """The JSON of a message, also of one with files (RFC 7578: an empty line before each part's body)."""
    if content_type.startswith("multipart/"):
        body = body.partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0]
    found = json.loads(body) if body else {}
    return found if isinstance(found, dict) else {}


@asynccontextmanager
async def serving(loopback: Loopback) -> AsyncIterator[str]:
    """Its address while the block runs: ``/NAME/discord`` and ``/NAME/v1`` go behind it."""
    application = web.Application(client_max_size=_LARGEST)
    application.router.add_post("/{name}/v1/chat/completions", loopback.model)
    application.router.add_route("*", "/{name}/discord/{rest:.*}", loopback.discord)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0, backlog=512).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
