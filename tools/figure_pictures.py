"""Draw what the commands draw, for the guides: tournaments of chess engines, played now, in an arena of this process.

Usage: ``python tools/figure_pictures.py FOLDER``. Writes the leaderboard, its history and a bracket, as a chat gets
them. Needs Debian's stockfish, and takes some minutes.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from itertools import count
from pathlib import Path

from bot.answering import answer
from bot.commands import Invocation, Reply
from bot.settings import read
from bot.typed import read as typed
from bot.wiring import embedded
from engine.arena import Arena
from engine.model import Community, Person, Role

COMMUNITY = Community("web", "main")
PLAYERS = ("engine/novice", "engine/random", *(f"engine/stockfish:level={level}" for level in (0, 4, 8)))
PATIENCE_SECONDS = 1200
LOOK_SECONDS = 2


class Host:
    """Types commands as the arena's host."""

    def __init__(self, arena: Arena, person: Person) -> None:
        self._arena, self._person, self._requests = arena, person, count()

    async def type(self, text: str) -> Reply:
        """A command, answered as a chat platform is."""
        asked = typed(text)
        invocation = Invocation(
            COMMUNITY,
            self._person,
            asked.spec.name,
            asked.verb.name,
            asked.options,
            f"picture-{next(self._requests)}",
            role=Role.HOST,
        )
        reply = await answer(invocation, self._arena)
        print(f"{text}\n  {reply.text}")
        return reply

    async def tournament(self, name: str, format_: str, settings: str) -> None:
        """Play one to its end."""
        await self.type(f'/tournament create "{name}" {format_} chess settings:"{settings}"')
        for player in PLAYERS:
            await self.type(f'/tournament add {player} tournament:"{name}"')
        await self.type(f'/tournament start "{name}" sure:yes')
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self._is_over(name):  # noqa: ASYNC110 - looked at as a person does
                await asyncio.sleep(LOOK_SECONDS)

    async def _is_over(self, name: str) -> bool:
        return "It is over" in (await self.type(f'/tournament status "{name}"')).text


async def pictures(folder: Path) -> None:
    """Play, and write the pictures."""
    with tempfile.TemporaryDirectory() as data:
        async with embedded(read({"ARENA_DATA_DIR": data})) as arena:
            host = Host(arena, await arena.people.seen("web", "host", "Host"))
            workers = [asyncio.create_task(arena.turns.work()) for _ in range(2)]
            await host.tournament("Spring", "round_robin", "pairs:1")
            await host.tournament("Cup", "double_elimination", "pairs:1")
            asked = {
                "leaderboard": "/leaderboard show chess",
                "history": "/leaderboard history chess",
                "bracket": '/tournament bracket "Cup"',
            }
            for name, text in asked.items():
                picture = (await host.type(text)).picture
                if picture is None:
                    raise SystemExit(f"{text} gave no picture")
                (folder / f"{name}.png").write_bytes(picture.png)
                print(f"  {picture.alt}\n  {len(picture.png) / 1024:.1f} KB")
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(pictures(Path(sys.argv[1])))
