"""``arena run`` is killed at random moments: no acknowledged ply is lost, none is doubled, every duel ends."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientError
from server import Server
from support import share

from engine import duel
from engine.arena.context import derived_id
from engine.model import End, Turn
from engine.stores.sqlite import SqliteStore

UNSAFE = Path(__file__).with_name("unsafe_arena.py")
# Plies enough that a duel of look-ahead players outlives several kills.
PLIES = 60
ANSWER_SECONDS = 60.0


@dataclass
class Seen:
    """What clients were told: the turns of each duel, by entry, and the ids of moves that were answered with 200."""

    duels: list[str] = field(default_factory=list)
    turns: dict[tuple[str, int], str] = field(default_factory=dict)
    played: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


async def watch(server: Server, seen: Seen, rng: random.Random, answered: asyncio.Event) -> None:
    """Remember every turn that the server shows, until it is gone; ``answered`` once it has shown a duel."""
    while True:
        for duel_id in rng.sample(seen.duels, len(seen.duels)):
            shown = await server.get(f"/api/duels/{duel_id}")
            answered.set()
            for turn in shown["turns"]:
                known = seen.turns.setdefault((duel_id, turn["entry"]), str(turn["encoded"]))
                assert known == str(turn["encoded"]), f"{duel_id}: entry {turn['entry']} changed"
        await asyncio.sleep(0)


async def click(server: Server, seen: Seen, duel_id: str, rng: random.Random) -> None:
    """Play a person's seat with random clicks, each sent twice as a nervous finger would."""
    member = (await server.get("/api/session"))["member"]["id"]
    while True:
        shown = await server.get(f"/api/duels/{duel_id}")
        if shown["outcome"]:
            return
        if not shown["your_move"]:
            await asyncio.sleep(0.001)
            continue
        move = rng.choice(shown["board"]["choices"])["move"]
        request = f"click-{duel_id[:8]}-{shown['position_entry']}-{move}"
        command = f"/duel move {move} duel:{duel_id} at:{shown['position_entry']}"
        for _ in range(2):
            status, _reply = await server.command(command, request)
            if status == 200:
                seen.played[duel_id].add(derived_id(duel_id, f"{member}:{request}"))


async def until_killed(server: Server, seen: Seen, people: list[str], rng: random.Random, seconds: float) -> None:
    """Clients at work for a random while after the first answer; then SIGKILL."""
    answered = asyncio.Event()
    clients = [asyncio.create_task(watch(server, seen, rng, answered))]
    clients += [asyncio.create_task(click(server, seen, duel_id, rng)) for duel_id in people]
    async with asyncio.timeout(ANSWER_SECONDS):
        await answered.wait()  # a server with a hundred duels to go on with may take longer than the clients' while
    await asyncio.sleep(seconds)  # the kill's moment is the input of this test, not a wait for something
    await server.kill()
    for client in clients:
        client.cancel()
    for result in await asyncio.gather(*clients, return_exceptions=True):
        if isinstance(result, BaseException) and not isinstance(result, ClientError | OSError | asyncio.CancelledError):
            raise result


async def start_duels(server: Server, seen: Seen, count: int) -> list[str]:
    """Half of them with a person in a seat; their ids."""
    people = []
    for number in range(count):
        first = "me" if number % 2 else "engine/novice"
        game = "tic_tac_toe" if number % 4 == 1 else "chess"
        text = f"/duel start {game} {first} engine/novice max-plies:{PLIES}"
        status, reply = await server.command(text, f"start-{number:06}")
        assert status == 200, reply
        seen.duels.append(reply["duel"])
        if first == "me":
            people.append(reply["duel"])
    return people


async def finish(server: Server, seen: Seen, people: list[str], rng: random.Random) -> None:
    """Let every duel end without further harm."""
    async with asyncio.TaskGroup() as group:
        for duel_id in people:
            group.create_task(click(server, seen, duel_id, rng))
    for duel_id in seen.duels:
        while not (await server.get(f"/api/duels/{duel_id}"))["outcome"]:  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.01)


async def check(folder: Path, seen: Seen, ended: bool) -> None:
    """The logs against what clients were told."""
    store = SqliteStore.open(folder / "arena.sqlite3")
    try:
        for duel_id in seen.duels:
            entries = await store.entries(duel_id)
            assert [entry.number for entry in entries] == list(range(len(entries)))
            assert sum(isinstance(entry.body, End) for entry in entries) == ended
            assert bool(duel.fold(entries).outcome) == ended
            turns = [(entry.number, entry.body) for entry in entries if isinstance(entry.body, Turn)]
            logged = {number: str({str(seat): move for seat, move in turn.moves.items()}) for number, turn in turns}
            lost = [n for (d, n), moves in seen.turns.items() if d == duel_id and logged.get(n) != moves]
            assert not lost, f"{duel_id}: acknowledged entries {lost} are gone"
            ids = Counter(entry.id for entry in entries)
            assert not (seen.played[duel_id] - ids.keys()), f"{duel_id}: an acknowledged move is gone"
            assert max(ids.values()) == 1, f"{duel_id}: an entry is doubled"
    finally:
        await store.close()


@pytest.mark.torture
async def test_sigkill_loses_and_doubles_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kills, duels = share(50, least=3), share(100, least=8)
    rng, seen = random.Random(20_261_123), Seen()
    async with Server(tmp_path) as server:
        people = await start_duels(server, seen, duels)
        for _ in range(kills):
            await until_killed(server, seen, people, rng, rng.uniform(0.02, 0.6))
            await server.start()
        await finish(server, seen, people, rng)
    await check(tmp_path, seen, ended=True)
    assert seen.turns, "nobody was shown a turn that could be lost"
    with capsys.disabled():
        clicked = sum(map(len, seen.played.values()))
        print(f"\n{kills} kills over {duels} duels: {len(seen.turns)} turns seen, {clicked} moves clicked")


async def test_the_check_sees_a_server_that_answers_before_it_has_written(tmp_path: Path) -> None:
    rng, seen = random.Random(7), Seen()
    async with Server(tmp_path, (str(UNSAFE),)) as server:
        status, reply = await server.command("/duel start chess me engine/random", "start-000000")
        assert status == 200
        seen.duels.append(reply["duel"])
        await acknowledged(server, seen, rng)
        await server.kill()
        with pytest.raises(AssertionError, match="is gone"):
            await check(tmp_path, seen, ended=False)


async def acknowledged(server: Server, seen: Seen, rng: random.Random) -> None:
    """Click until one move has been answered with 200."""
    clicking = asyncio.create_task(click(server, seen, seen.duels[0], rng))
    while not seen.played[seen.duels[0]]:  # noqa: ASYNC110 - another process decides
        await asyncio.sleep(0)
    clicking.cancel()
