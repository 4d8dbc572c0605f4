"""``arena mirror`` as hosts run it: made, followed, verified, killed, left behind for a day, and made an arena."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import warm
from local_aws import LocalAws
from support import CHANNEL, share
from test_migrate import ROOT, environment, filled, held

from bot.clock import SystemClock
from engine.arena import gate
from engine.arena.gate import Why
from engine.arena.migration import fingerprints
from engine.model import Agreed, Document, Entry, Head, Lease, Player, Seat, Status, Terms, Turn
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore
from engine.stores.sqlite import SqliteStore

SOONER: Final = {
    "engine.arena.mirroring:POLL_SECONDS": 0.05,
    "engine.arena.gate:KNOWN_MS": 50,
    "engine.arena.leaving:BEGUN_SECONDS": 0.05,
}


@dataclass
class Host:
    """Somebody with a table and a place for its mirror."""

    aws: LocalAws
    table: str
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "mirror.sqlite3"

    @property
    def store(self) -> DynamoStore:
        return DynamoStore(Client(self.aws.shared("dynamodb"), self.table, SystemClock(), random.Random(0)))

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.folder, self.aws.environment)

    @property
    def words(self) -> list[str]:
        return ["mirror", "--from", f"dynamodb:{self.table}", "--to", f"sqlite:{self.file}"]

    def run(self, *more: str) -> tuple[int, str]:
        silent = {**SOONER, "bot.on_terminal.progress:SILENT_MS": 60_000}
        done = warm.run([*self.words, *more], self.environment, constants=silent)
        return done.returncode, done.stdout + done.stderr

    def add(self, rows: int, begin: int = 0) -> None:
        """So many rows of five duels each, whose table is shared with nobody."""
        old = filled(self.folder / f"filled-{begin}.db", rows)
        moved = warm.run(
            ["migrate", "--from", f"sqlite:{old}", "--to", f"dynamodb:{self.table}", "--anyway"], self.environment
        )
        assert moved.returncode == 0, moved.stderr
        asyncio.run(gate.reopen(self.store))

    def note(self, name: str) -> None:
        asyncio.run(self.store.put_document(Document(CHANNEL, "note", name, {})))

    @property
    def same(self) -> bool:
        with ThreadPoolExecutor(1) as thread:  # a test may be in a loop already
            return thread.submit(self._same).result()

    def _same(self) -> bool:
        return held(self.file) == asyncio.run(fingerprints(self.store.records()))


@pytest.fixture
def host(local_aws: LocalAws, tmp_path: Path) -> Iterator[Host]:
    with local_aws.table(table("arena", stream=True)) as name:
        yield Host(local_aws, name, tmp_path)


def test_it_is_made_followed_verified_and_becomes_an_arena(host: Host) -> None:
    host.add(1)
    code, said = host.run("--once")
    assert code == 0, said
    assert f"sqlite:{host.file} is whole." in said
    assert host.same
    host.note("a")
    code, said = host.run("--verify")
    assert code == 0, said
    assert "1 change taken over" in said
    assert "duel: 5" in said
    assert host.same
    refused = warm.run(["export", "last"], {**host.environment, "ARENA_STORE": f"sqlite:{host.file}"})
    assert refused.returncode == 2
    assert "is a mirror of dynamodb:" in refused.stderr
    host.note("b")
    for _ in range(2):
        code, said = host.run("--end")
        assert code == 0, said
        assert "is an arena of its own" in said
    assert host.same
    closed = asyncio.run(gate.closed_store(host.store))
    assert closed == gate.Closed(Why.MOVED, f"sqlite:{host.file}")
    listed = warm.run(["export", "last"], {**host.environment, "ARENA_STORE": f"sqlite:{host.file}"})
    assert listed.returncode == 0, listed.stderr


def test_when_the_table_is_lost_the_mirror_is_an_arena_without_it(host: Host) -> None:
    host.add(1)
    host.run("--once")
    host.note("a")
    host.run("--once")
    host.aws.shared("dynamodb").delete_table(TableName=host.table)
    try:
        code, said = host.run("--end")
        assert code == 2
        code, said = host.run("--end", "--anyway")
        assert code == 0, said
        assert "the last change in the mirror is of 20" in said
    finally:
        host.aws.shared("dynamodb").create_table(**{**table("arena"), "TableName": host.table})


async def test_a_worker_is_waited_for_at_the_end(host: Host) -> None:
    await asyncio.to_thread(host.run, "--once")
    now, store = SystemClock().now_ms(), host.store
    players = {Seat.FIRST: Player("engine", "novice"), Seat.SECOND: Player("engine", "random")}
    terms = Terms("chess", players, seed=7, community=CHANNEL, started_by="ann")
    assert await store.create(Head("live", terms, Status.LIVE, now), Entry(0, "live-0", now, Agreed(terms)))
    await store.claim("live", Lease("w", now + 900_000), now)
    ending = asyncio.create_task(asyncio.to_thread(host.run, "--end"))
    while await gate.closed_store(store) is None:  # noqa: ASYNC110 - a process that says nothing meanwhile
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    assert not ending.done(), "the worker was not waited for"
    await store.append("live", Entry(1, "live-1", now, Turn({Seat.FIRST: "e2e4"})))
    await store.release(["w"])
    code, said = await ending
    assert code == 0, said
    assert host.same, "the worker's last move is missing"


def test_left_behind_for_longer_than_a_day_it_is_made_anew_and_says_so(host: Host) -> None:
    host.add(1)
    host.run("--once")
    _lose(host.file)
    host.note("a")
    code, said = host.run("--once")
    assert code == 0, said
    assert "keeps a day" in said
    assert "Everything is copied anew; until then the old mirror stays as it is." in said
    assert host.same
    assert not host.file.with_name("mirror.sqlite3.copying").exists()


def test_an_arena_that_a_mirror_has_become_is_never_replaced_by_a_copy_that_lay_unfinished(host: Host) -> None:
    host.add(1)
    host.run("--once")
    shutil.copy(host.file, host.file.with_name("mirror.sqlite3.copying"))
    assert host.run("--end", "--anyway")[0] == 0
    before = held(host.file)
    host.note("a")
    code, said = host.run("--once")
    assert code == 2, said
    assert "was a mirror" in said
    assert held(host.file) == before, "the arena was overwritten"


def test_a_file_that_is_there_and_holds_nothing_is_not_taken_for_a_whole_copy(host: Host) -> None:
    host.add(1)
    asyncio.run(SqliteStore.open(host.file).close())
    code, said = host.run("--once")
    assert code == 2, said
    assert "The target is no mirror" in said
    assert "an arena of its own" in host.run("--end", "--anyway")[1]
    assert not held(host.file)["duel"].count
    store = SqliteStore.open(host.file)
    assert asyncio.run(gate.closed_store(store)) is None, "it was made a mirror that follows and lacks the rest"
    asyncio.run(store.close())
    host.file.unlink()
    assert host.run("--once")[0] == 0
    assert host.same


def _lose(file: Path) -> None:
    """As if the place at which the mirror is had been trimmed."""

    async def lose() -> None:
        store = SqliteStore.open(file)
        mark = await store.document(gate.MIGRATION, "mirror", "main")
        assert mark
        place = json.loads(str(mark.body["place"]))
        body = {**mark.body, "place": json.dumps({**place, "shards": dict.fromkeys(place["shards"], f"{1:030}")})}
        await store.put_document(Document(mark.community, mark.kind, mark.key, body, mark.version))
        await store.close()

    asyncio.run(lose())


def test_what_cannot_be_is_a_sentence(host: Host) -> None:
    code, said = host.run("--end")
    assert (code, said.count("\n")) == (2, 1)
    assert "There is no mirror" in said
    done = warm.run(["mirror", "--from", "sqlite:x", "--to", f"sqlite:{host.file}"], host.environment)
    assert done.returncode == 2
    assert "Only a table of DynamoDB can be mirrored" in done.stderr
    done = warm.run(["mirror", "--from", "dynamodb:x", "--to", "dynamodb:y"], host.environment)
    assert done.returncode == 2
    assert "A mirror is a file" in done.stderr


@pytest.mark.torture
def test_sigkill_at_any_moment_and_again_it_is_the_same(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    host.add(20)
    options: dict[str, Any] = {"cwd": ROOT, "env": host.environment, "stdout": subprocess.DEVNULL}
    command = [sys.executable, "-m", "bot.cli", *host.words, "--once"]
    began = time.monotonic()
    subprocess.run(command, check=True, **options)
    takes, rng, kills, cut_short = time.monotonic() - began, random.Random(5), share(50, least=2), 0
    for number in range(kills):
        if number % 2:
            for one in host.folder.glob("mirror.sqlite3*"):
                one.unlink()
        host.note(f"n{number}")
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **options)
        try:
            process.wait(rng.uniform(takes / 4, takes))  # the kill's moment is the input of this test
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            cut_short += 1
        code, said = host.run("--once")
        assert code == 0, said
        assert host.same
    with capsys.disabled():
        print(f"\n{cut_short} of {kills} mirrors killed before their end")


async def test_it_follows_until_it_is_stopped(host: Host) -> None:
    process = await warm.begin(host.words, host.environment)
    try:
        lines = [(await asyncio.wait_for(process.stdout.readline(), 30)).decode() for _ in range(3)]
        assert "is whole" in lines[0]
        assert "follows dynamodb:" in lines[1]
        assert "0 changes taken over, at most 0.0 s after they were made." in lines[2]
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 30) == 130
    finally:
        if process.returncode is None:
            process.kill()
    await host.store.put_document(Document(CHANNEL, "note", "after", {}))
    code, said = await asyncio.to_thread(host.run, "--once")
    assert code == 0
    assert "1 change taken over" in said
