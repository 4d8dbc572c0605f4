"""A key that an API quotes back, or that an SDK puts into its exception, is in no line of the log and in no duel."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from ended import close
from support import StandingClock, start

from bot import logs
from bot.hub import Hub
from bot.settings import read
from engine import providers
from engine.arena import Arena
from engine.arena.context import Context
from engine.model import Player, Seat
from engine.players.llm import Policy
from engine.players.roster import Roster
from engine.players.vendor import Vendor
from engine.ports import Ask, Completion
from engine.queues.local import LocalQueue
from engine.stores.sqlite import SqliteStore

CANARY: Final = "canary-8d41e6b20c97"


class Careless:
    """An SDK that fails in an unexpected way, with the header that it could not send."""

    def check(self, model: str, constrained: bool) -> None:
        """It can."""

    async def complete(self, ask: Ask) -> Completion:
        raise ValueError(f"Illegal header value b'Bearer {CANARY}'") from KeyError(CANARY)

    async def close(self) -> None:
        """Nothing to close."""


async def quoting(request: web.Request) -> web.Response:
    """An API that quotes the key in its refusal."""
    said = f"Incorrect API key provided: {request.headers['Authorization']}"
    return web.json_response({"error": {"message": said, "code": said}}, status=int(request.match_info["status"]))


@asynccontextmanager
async def api() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/{status}/chat/completions", quoting)
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await close(server)


@contextmanager
def log_of(hide: logs.Hide) -> Iterator[io.StringIO]:
    """All that anybody logs meanwhile, in both forms."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers = [logging.StreamHandler(stream) for _ in range(2)]
    for handler, formatter in zip(handlers, (logs.JsonLines(hide), logs.TextLines(hide)), strict=True):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)


async def fail_in_every_way(folder: Path, environment: dict[str, str], address: str) -> None:
    """A duel for each way in which an API can refuse the key, and one whose SDK breaks."""
    clock = StandingClock()
    vendors = {"careless": Vendor(Careless)}
    for status in (400, 401, 404, 429, 500):
        settings = {**environment, "OPENAI_BASE_URL": f"{address}/{status}"}
        vendors[f"api{status}"] = providers.configured(settings)["openai"]
    store = SqliteStore.open(folder / "arena.sqlite3")
    roster = Roster(vendors, {}, clock, Policy(outage_seconds=3))
    arena = Arena.over(Context(store, LocalQueue(), roster, clock, Hub(), b"a secret of tests"))
    try:
        for name in vendors:
            head = await start(arena, "tic_tac_toe", f"{name}/gpt", "engine/random", name)
            await arena.turns.play(head.duel_id)
            over = await arena.context.head(head.duel_id)
            assert over.outcome is not None
            assert over.outcome.void
            assert over.terms.players[Seat.FIRST] == Player(name, "gpt")
    finally:
        await roster.close()
        await store.close()


def holding(folder: Path, text: str) -> list[str]:
    """The files of a folder that hold a text."""
    return [file.name for file in folder.iterdir() if text.encode() in file.read_bytes()]


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_key_is_in_no_line_and_in_no_duel(tmp_path: Path, guarded: bool) -> None:
    environment = {"HOME": str(tmp_path), "OPENAI_API_KEY": CANARY}
    hide = logs.hiding(read(environment).secrets) if guarded else str
    with log_of(hide) as stream:
        async with api() as address:
            await fail_in_every_way(tmp_path, environment, address)
    written = stream.getvalue()
    assert "careless/gpt failed" in written
    # Without its guard the log would hold it: what is tried here is not empty.
    assert (CANARY in written) is not guarded
    assert not holding(tmp_path, CANARY)
