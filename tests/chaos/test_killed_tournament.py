"""A tournament's process is killed again and again: every duel is played once, and the table is that of a calm run."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import warm
from aiohttp import web
from ended import ended
from support import share

from engine.arena.paging import every
from engine.model import Community, End, Status
from engine.stores.sqlite import SqliteStore

HERE = Community("web", "main")
LISTED = "Your legal moves: "


@asynccontextmanager
async def models() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """An API whose models answer by what they are asked and who they are; its address, and a sign of each answer."""
    asked = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        question = "\n".join(message["content"] for message in body["messages"])
        moves = question.rpartition(LISTED)[2].partition("\n")[0].split(", ")
        drawn = hashlib.sha256(f"{body['model']}/{question}".encode()).digest()[0]
        message = {"role": "assistant", "content": f"Move: {moves[drawn % len(moves)]}"}
        asked.set()
        return web.json_response(
            {
                "id": "c",
                "object": "chat.completion",
                "created": 0,
                "model": body["model"],
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }
        )

    application = web.Application()
    application.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1", asked
    finally:
        await ended(runner)


class Hosted:
    """``arena tournament run`` over a data folder."""

    def __init__(self, folder: Path, entrants: int, url: str) -> None:
        self.folder = folder
        self.file = folder.parent / "cup.toml"
        players = ", ".join(f'"openai/m{n:02}"' for n in range(entrants))
        self.file.write_text(
            f'format = "round_robin"\ngame = "tic_tac_toe"\nmoves = "listed"\nat_once = 8\nplayers = [{players}]\n'
        )
        self.environment = {
            **os.environ,
            "ARENA_DATA_DIR": str(folder),
            "OPENAI_BASE_URL": url,
            "OPENAI_API_KEY": "k" * 40,
        }

    async def start(self) -> warm.Process:
        return await warm.begin(["tournament", "run", str(self.file), "--json"], self.environment)

    async def finish(self) -> dict[str, Any]:
        """Run it to its end; what it writes."""
        process = await self.start()
        out, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        return dict(json.loads(out))


@pytest.mark.torture
async def test_sigkills_change_nothing_and_no_duel_is_played_twice(tmp_path: Path) -> None:
    entrants, kills, rng = share(32, 6), share(30, 3), random.Random(5)
    async with models() as (url, asked):
        calm = Hosted(tmp_path / "calm", entrants, url)
        (tmp_path / "calm").mkdir()
        (tmp_path / "killed").mkdir()
        for folder in ("calm", "killed"):  # the seeds of a tournament are the installation's
            (tmp_path / folder / "secret").write_bytes(bytes(range(32)))
            (tmp_path / folder / "secret").chmod(0o600)
        wanted = await calm.finish()

        killed = Hosted(tmp_path / "killed", entrants, url)
        done = 0
        while done < kills:
            process = await killed.start()
            asked.clear()
            for _ in range(rng.randrange(1, 8 * entrants)):
                answered = asyncio.create_task(asked.wait())
                ended = asyncio.create_task(process.wait())
                await asyncio.wait([answered, ended], return_when=asyncio.FIRST_COMPLETED)
                answered.cancel()
                ended.cancel()
                if process.returncode is not None:
                    break
                asked.clear()
            if process.returncode is not None:
                break
            process.kill()
            await process.wait()
            done += 1
        found = await killed.finish()
    assert done == kills, f"the tournament was over after {done} kills"
    assert found["standings"] == wanted["standings"]
    assert found["matches"] == wanted["matches"]
    assert len(found["duels"]) == len(wanted["duels"]) == entrants * (entrants - 1)
    await _each_duel_once(tmp_path / "killed", entrants)
    shutil.rmtree(tmp_path, ignore_errors=True)


async def _each_duel_once(folder: Path, entrants: int) -> None:
    """Every ordered pair has met once, every log has one end, and the ladder has counted each once."""
    store = SqliteStore.open(folder / "arena.sqlite3")
    heads = [head async for head in every(lambda before, limit: store.duels(HERE, None, before, limit))]
    assert all(head.status is Status.OVER for head in heads)
    met = Counter(tuple(map(str, head.terms.players.values())) for head in heads)
    assert len(met) == entrants * (entrants - 1)
    assert set(met.values()) == {1}
    for head in heads:
        ends = [entry for entry in await store.entries(head.duel_id) if isinstance(entry.body, End)]
        assert len(ends) == 1
    rows = await store.pair_counts("web:main|1|tic_tac_toe/standard|listed")
    assert {row.duels for row in rows} == {1}
    assert len(rows) == len(heads)
    await store.close()
