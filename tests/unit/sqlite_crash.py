"""Kills a process that appends to the store, at random moments, and looks at what is left in the file.

A child tells every append that has returned through a pipe; then it is killed. Whatever it told must be in the log.
A script of its own, because a process may only fork while it has one thread.

Usage: ``sqlite_crash.py FOLDER KILLS SEED durable|early``. Prints one JSON object. ``early`` removes the guard: the
store answers before it commits.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from engine.model import Agreed, Entry, Head, Player, Seat, Status, Terms, Turn
from engine.stores import sqlite
from engine.stores._sqlite_writer import Job, Writer, _tell

DUELS: Final = 20
LIVES_A_DUEL: Final = 10  # then new ones begin: a life reads its logs, which may not grow for ever
LONGEST_LIFE_SECONDS: Final = 0.08
ALARM_SECONDS: Final = 30

Place = tuple[int, int]  # a duel and the number of an entry


class EarlyWriter(Writer):
    """Answers before the commit: what a store must not do.

    The commit follows with the next group. If it followed at once, a kill would rarely find the moment: what has been
    handed to the system survives the process, and only the flush takes long.
    """

    _behind: Sequence[Job] = ()

    def _process(self, batch: Sequence[Job]) -> None:
        _tell([(future, True) for future, _ in batch])
        self._commit(self._behind)
        self._behind = batch


def main() -> None:
    folder, kills, seed, writer = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    if writer == "early":
        sqlite.Writer = EarlyWriter  # type: ignore[misc]
    rng = random.Random(seed)
    path = folder / "arena.db"
    acknowledged: dict[Place, str] = {}
    for life in range(kills):
        told = live_and_die(path, life, rng.uniform(0, LONGEST_LIFE_SECONDS))
        for duel, number in told:  # the first answer counts: a later life may write anew what was lost
            acknowledged.setdefault((duel, number), entry_id(life, number))
    log = stored(path)
    lost = [place for place, written in acknowledged.items() if log.get(place) != written]
    gaps = [duel for duel, numbers in numbered(log).items() if not gapless(numbers)]
    print(json.dumps({"kills": kills, "acknowledged": len(acknowledged), "lost": len(lost), "gaps": len(gaps)}))


def live_and_die(path: Path, life: int, seconds: float) -> set[Place]:
    """Fork a child, kill it that long after its first append has returned, and give back what it told."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(reads)
        asyncio.run(play(path, life, writes))
        os._exit(1)
    os.close(writes)
    told = os.read(reads, 1 << 16)
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if select.select([reads], [], [], left)[0]:
            told += os.read(reads, 1 << 16)
    os.kill(child, signal.SIGKILL)
    while said := os.read(reads, 1 << 16):
        told += said
    os.close(reads)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL, "the child ended by itself"
    duels_and_numbers = (line.split() for line in told.decode().splitlines())
    return {(int(duel), int(number)) for duel, number in duels_and_numbers}


async def play(path: Path, life: int, pipe: int) -> None:
    """Append to every duel for ever, each after what its log holds already."""
    signal.alarm(ALARM_SECONDS)
    store = sqlite.SqliteStore.open(path)

    async def duel(index: int) -> None:
        name = f"duel-{index}"
        terms = Terms("chess", {seat: Player("engine", "novice") for seat in Seat}, index)
        await store.create(Head(name, terms, Status.LIVE, 0), Entry(0, f"{name}-0", 0, Agreed(terms)))
        number = len(await store.entries(name))
        while True:
            await store.append(name, Entry(number, entry_id(life, number), life, Turn({Seat.FIRST: "e2e4"})))
            os.write(pipe, f"{index} {number}\n".encode())
            number += 1

    first = life // LIVES_A_DUEL * DUELS
    await asyncio.gather(*map(duel, range(first, first + DUELS)))


def entry_id(life: int, number: int) -> str:
    """Whose entry it is: a later life writes again what an earlier one has lost, but under another id."""
    return f"{life}-{number}"


def stored(path: Path) -> dict[Place, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT duel_id, number, body FROM entries").fetchall()
    return {(int(duel.removeprefix("duel-")), number): json.loads(body)["id"] for duel, number, body in rows}


def numbered(log: Iterable[Place]) -> dict[int, list[int]]:
    numbers: dict[int, list[int]] = {}
    for duel, number in log:
        numbers.setdefault(duel, []).append(number)
    return numbers


def gapless(numbers: list[int]) -> bool:
    return sorted(numbers) == list(range(len(numbers)))


if __name__ == "__main__":
    main()
