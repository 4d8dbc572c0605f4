"""A thousand duels live in one process: memory a duel, and how late plies are appended.

Scripted players answer after 500 ms. Memory is what the process's Python objects grow by between an idle arena and
the moment when every duel waits for an answer; lateness is from a player's answer to the return of its durable append.
Usage: ``python benchmarks/live_duels.py [DUELS] [GAME]``.
"""

from __future__ import annotations

import asyncio
import gc
import platform
import statistics
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

from bot.clock import SystemClock
from engine import games
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.starting import Start
from engine.games import AnyGame
from engine.model import Community, Limits, MoveMode, Player, Seat
from engine.ports import Answer, Candidate, Chosen, MoveRequest, MoveSource
from engine.queues.local import LocalQueue
from engine.stores.sqlite import SqliteStore

ANSWER_SECONDS = 0.5
PLIES = 8


class Slow:
    """Plays any legal move after half a second, and notes when it answered."""

    def __init__(self, answered: dict[str, float]) -> None:
        self._answered = answered

    async def choose(self, request: MoveRequest) -> Answer:
        await asyncio.sleep(ANSWER_SECONDS)
        moves = request.game.legal_moves(request.position, request.seat)
        assert moves
        self._answered[request.duel_id] = time.perf_counter()
        return Chosen(moves[request.draw(len(moves))])

    async def close(self) -> None:
        """Nothing to close."""


class Everyone:
    """A roster of one player."""

    def __init__(self, source: MoveSource) -> None:
        self._source = source

    def check(self, _player: Player, _game: AnyGame, _mode: MoveMode | None) -> MoveMode | None:
        return None

    def seat(self, _player: Player, _game: AnyGame) -> MoveSource:
        return self._source

    def canonical(self, player: Player, _game: AnyGame) -> Player:
        return player

    def priced(self, _player: Player) -> bool:
        return True

    def names(self, _game: AnyGame) -> list[Candidate]:
        return []

    def unknown(self, name: str) -> Exception:
        return LookupError(name)


class Lateness:
    """An announcer that notes how long after its answer a ply was durable."""

    def __init__(self, answered: dict[str, float]) -> None:
        self._answered = answered
        self.late_ms: list[float] = []

    def changed(self, duel_id: str, entry: int) -> None:
        since = self._answered.pop(duel_id, None)
        if since is not None and entry:
            self.late_ms.append((time.perf_counter() - since) * 1000)


async def measure(folder: Path, duels: int, game: str) -> tuple[float, list[float]]:
    """Bytes a live duel, and every ply's lateness in milliseconds."""
    answered: dict[str, float] = {}
    lateness = Lateness(answered)
    store, clock = SqliteStore.open(folder / "arena.sqlite3"), SystemClock()
    roster = Everyone(Slow(answered))
    arena = Arena.over(Context(store, LocalQueue(), roster, clock, lateness, b"benchmark"))  # type: ignore[arg-type]
    players = {Seat.FIRST: Player("x", "a"), Seat.SECOND: Player("x", "b")}
    ids = [
        (
            await arena.duels.start(Start(str(n), Community("web", "main"), game, players, "b", limits=Limits(PLIES)))
        ).duel_id
        for n in range(duels)
    ]
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    playing = [asyncio.create_task(arena.turns.play(duel_id)) for duel_id in ids]
    # After two answers every duel is in mid-play and waits for its third.
    while len(lateness.late_ms) < 2 * duels:  # noqa: ASYNC110 - a count, not an event
        await asyncio.sleep(0.01)
    gc.collect()
    bytes_a_duel = (tracemalloc.get_traced_memory()[0] - before) / duels
    tracemalloc.stop()
    lateness.late_ms.clear()
    await asyncio.gather(*playing)
    await store.close()
    return bytes_a_duel, lateness.late_ms


def main() -> None:
    duels = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    chosen = sys.argv[2:] or ["chess", "tic_tac_toe"]
    print(f"Python {platform.python_version()}, {duels} duels, answers after {ANSWER_SECONDS * 1000:.0f} ms\n")
    print(f"{'game':<20}{'KB a duel':>12}{'p50 ms late':>14}{'p95 ms late':>14}{'plies':>8}")
    for game in chosen:
        games.game(game)
        with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
            memory, late = asyncio.run(measure(Path(folder), duels, game))
        cuts = statistics.quantiles(late, n=20)
        print(f"{game:<20}{memory / 1024:>12.2f}{cuts[9]:>14.1f}{cuts[18]:>14.1f}{len(late):>8}")


if __name__ == "__main__":
    main()
