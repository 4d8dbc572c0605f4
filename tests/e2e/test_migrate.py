"""``arena migrate`` as hosts run it: to another file, to DynamoDB and back, killed in the middle, and mistyped."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import warm
from legacy_support import one_of_each, write
from local_aws import LocalAws
from support import share

from engine.arena.legacy.importing import LegacyImport
from engine.arena.migration import Fingerprint, fingerprints
from engine.model import Community
from engine.stores._dynamo_keys import table
from engine.stores.sqlite import SqliteStore

ROOT: Final = Path(__file__).resolve().parents[2]


def command(source: str | Path, target: str | Path, *more: str) -> list[str]:
    return ["migrate", "--from", str(source), "--to", str(target), *more]


def environment(data: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(data), "ARENA_DATA_DIR": str(data), **(more or {})}


def run(data: Path, source: str | Path, target: str | Path, *more: str, **env: str) -> subprocess.CompletedProcess[str]:
    # However slow a busy machine is: how far it has come is told after a second, and is tried elsewhere.
    silent = {"bot.on_terminal.progress:SILENT_MS": 60_000}
    return warm.run(command(source, target, *more), environment(data, env), constants=silent)


def held(path: Path) -> dict[str, Fingerprint]:
    async def read() -> dict[str, Fingerprint]:
        store = SqliteStore.open(path)
        try:
            return await fingerprints(store.records())
        finally:
            await store.close()

    return asyncio.run(read())


def filled(path: Path, rows: int = 1) -> Path:
    """An arena with five duels a row."""

    async def fill() -> None:
        store = SqliteStore.open(path)
        importing = LegacyImport(store, Community("web", "main"), b"secret", {"u1": "Ann"})
        await asyncio.gather(*(importing.row({**one, "id": n}) for n in range(rows) for one in one_of_each()))
        await store.close()

    asyncio.run(fill())
    return path


def test_to_another_file(tmp_path: Path) -> None:
    old, new = filled(tmp_path / "old.db"), tmp_path / "new.db"
    done = run(tmp_path, f"sqlite:{old}", f"sqlite:{new}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "duel: 5" in done.stdout
    assert held(new) == held(old)
    again = run(tmp_path, f"sqlite:{old}", f"sqlite:{new}")
    assert again.stdout.startswith("0 records written")
    listed = warm.run(["export", "last"], environment(tmp_path, {"ARENA_STORE": f"sqlite:{new}"}))
    assert listed.returncode == 0
    assert listed.stdout.startswith("# "), "ARENA_STORE does not lead to the new file"


def test_an_empty_source_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    done = run(tmp_path, f"sqlite:{tmp_path / 'empty.db'}", f"sqlite:{tmp_path / 'new.db'}")
    assert done.returncode == 0
    assert "empty.db holds nothing: look whether it is the store that you mean." in done.stdout
    assert "ARENA_STORE" not in done.stdout


def test_to_dynamodb_and_back(tmp_path: Path, local_aws: LocalAws) -> None:
    old, new = filled(tmp_path / "old.db"), tmp_path / "new.db"
    with local_aws.table(table("arena")) as name:
        there = run(tmp_path, f"sqlite:{old}", f"dynamodb:{name}", **local_aws.environment)
        assert (there.returncode, there.stderr) == (0, "")
        back = run(tmp_path, f"dynamodb:{name}", f"sqlite:{new}", **local_aws.environment)
        assert (back.returncode, back.stderr) == (0, "")
    assert held(new) == held(old)
    assert there.stdout.splitlines()[1:-1] == back.stdout.splitlines()[1:-1], "counts or hashes differ"


def test_a_table_that_is_not_there_is_one_sentence(tmp_path: Path, local_aws: LocalAws) -> None:
    done = run(tmp_path, f"sqlite:{filled(tmp_path / 'old.db')}", "dynamodb:nowhere", **local_aws.environment)
    assert done.returncode == 2
    assert "check the table's name" in done.stderr
    assert done.stderr.count("\n") == 1


def junk(folder: Path) -> str:
    return f"sqlite:{write(folder / 'legacy.db', [])}"


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("{old}", "new.db", "is no store"),
        ("mysql:x", "sqlite:x", "is no store"),
        ("sqlite:", "sqlite:x", "is no store"),
        ("sqlite:{folder}/none.db", "sqlite:{folder}/new.db", "data folder (arena doctor"),
        ("sqlite:{old}", "sqlite:{old}", "the same store"),
        ("sqlite:{old}", "sqlite:{folder}/link.db", "the same store"),
        ("sqlite:{folder}/legacy.db", "sqlite:{folder}/new.db", "belongs to another program"),
        ("sqlite:{old}", "sqlite:{folder}/legacy.db", "belongs to another program"),
        ("sqlite:{old}", "sqlite:{folder}/other.db", "not empty"),
        ("sqlite:{old}", "sqlite:{folder}", "is a folder"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(source: str, target: str, says: str, tmp_path: Path) -> None:
    old = filled(tmp_path / "old.db")
    (tmp_path / "link.db").symlink_to(old)
    filled(tmp_path / "other.db", 2)
    junk(tmp_path)
    before = held(old)
    done = run(tmp_path, *(one.format(old=old, folder=tmp_path) for one in (source, target)))
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert held(old) == before


@pytest.mark.torture
def test_sigkill_at_any_moment_and_again_is_the_same_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, whole = filled(tmp_path / "old.db", 100), tmp_path / "whole.db"
    options: dict[str, Any] = {"cwd": ROOT, "env": environment(tmp_path), "stdout": subprocess.DEVNULL}
    python = [sys.executable, "-m", "bot.cli"]
    started = time.monotonic()
    subprocess.run([*python, *command(f"sqlite:{old}", f"sqlite:{whole}")], check=True, **options)
    takes, rng, kills, cut_short = time.monotonic() - started, random.Random(5), share(100, least=2), 0
    for number in range(kills):
        new = tmp_path / f"new-{number}.db"
        copying = [*python, *command(f"sqlite:{old}", f"sqlite:{new}")]
        process = subprocess.Popen(copying, stderr=subprocess.DEVNULL, **options)
        try:
            process.wait(rng.uniform(takes / 3, takes))  # the kill's moment is the input of this test
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            cut_short += 1
        assert run(tmp_path, f"sqlite:{old}", f"sqlite:{new}").returncode == 0
        assert held(new) == held(old)
    with capsys.disabled():
        print(f"\n{cut_short} of {kills} migrations of 500 duels killed before their end")
