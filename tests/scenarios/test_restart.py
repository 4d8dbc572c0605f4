"""An arena that was stopped in good order goes on with its duels at the next start, not when their leases end."""

from __future__ import annotations

import asyncio
import json
import math
import signal
from pathlib import Path

import pytest
import warm
from server import Server

# A lease lasts fifteen minutes; whoever goes on at once needs a fraction of this.
AT_ONCE_SECONDS = 15
MOST_PLIES = 400
START = f"/duel start chess engine/club engine/club max-plies:{MOST_PLIES}"
IN_A_TERMINAL = ("duel", "chess", "engine/club", "engine/club", "--json", "--max-plies", str(MOST_PLIES))


async def turns(server: Server, duel_id: str) -> float:
    """How many; an end is more than any number of them."""
    shown = await server.get(f"/api/duels/{duel_id}")
    return math.inf if shown["outcome"] else len(shown["turns"])


async def grows(server: Server, duel_id: str, beyond: float) -> float:
    """Wait until a duel has more turns than that, or is over. :raises TimeoutError: when it stands still."""
    async with asyncio.timeout(AT_ONCE_SECONDS):
        while (now := await turns(server, duel_id)) <= min(beyond, MOST_PLIES):  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.01)
    return now


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stopped_arena_goes_on_at_once_when_it_is_started_again(number: signal.Signals, tmp_path: Path) -> None:
    async with Server(tmp_path) as server:
        status, reply = await server.command(START, "start-000000")
        assert status == 200, reply
        seen = await grows(server, reply["duel"], beyond=0)
        assert await server.kill(number) == 0
        await server.start()
        assert "going on with 1 duel" in server.ready, "the duel was over before the arena was stopped"
        # What the old process wrote between our last look and its end is no sign of life of the new one.
        seen = max(seen, await turns(server, reply["duel"]))
        await grows(server, reply["duel"], beyond=seen)


async def test_a_duel_that_was_left_in_the_terminal_is_gone_on_with_at_once(tmp_path: Path) -> None:
    server = Server(tmp_path)
    duel = await warm.begin(IN_A_TERMINAL, server.environment)
    lines = [json.loads(await duel.stdout.readline()) for _ in range(3)]
    duel.send_signal(signal.SIGINT)
    lines += [json.loads(line) for line in (await duel.stdout.read()).splitlines()]
    assert await duel.wait() == 130
    assert "outcome" not in lines[-1]
    async with server:
        assert "going on with 1 duel" in server.ready
        (shown,) = (await server.get("/api/duels"))["duels"]
        await grows(server, shown["id"], beyond=max(len(lines), await turns(server, shown["id"])))


async def test_a_running_arena_takes_over_a_duel_whose_terminal_was_killed(tmp_path: Path) -> None:
    async with Server(tmp_path) as server:
        duel = await warm.begin(IN_A_TERMINAL, server.environment)
        started = json.loads(await duel.stdout.readline())
        await duel.stdout.readline()
        duel.kill()
        await duel.wait()
        await grows(server, started["duel"], beyond=await turns(server, started["duel"]))
