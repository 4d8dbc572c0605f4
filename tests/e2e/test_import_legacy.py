"""``arena import-legacy`` on files as hosts have them: whole, strange, damaged, locked, and killed in the middle."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
import warm
from legacy_support import GAMES, MATE, chess_row, one_of_each, row, write
from support import share

from engine import duel
from engine.model import Community
from engine.stores.sqlite import SqliteStore

ROOT: Final = Path(__file__).resolve().parents[2]
WEB: Final = Community("web", "main")
ANN: Final = {"id": "u1", "email": "ann@example.org", "name": "Ann", "picture": "https://example.org/ann.png"}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "bot.cli", "import-legacy", *map(str, arguments)]


def environment(data: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(data), "ARENA_DATA_DIR": str(data)}


def run(*arguments: str | Path, data: Path) -> subprocess.CompletedProcess[str]:
    return warm.run(["import-legacy", *map(str, arguments)], environment(data), timeout=60)


def stored(data: Path, community: Community = WEB) -> dict[str, Any]:
    return asyncio.run(_stored(data, community))


async def _stored(data: Path, community: Community) -> dict[str, Any]:
    store = SqliteStore.open(data / "arena.sqlite3")
    try:
        heads = await store.duels(community, limit=10_000)
        return {head.duel_id: (head, await store.entries(head.duel_id)) for head in heads}
    finally:
        await store.close()


def test_rows_become_duels_and_the_rest_is_in_the_report(tmp_path: Path) -> None:
    strange = [row("chess", "8/8/8/8/8/8/8/K1k5 w - - 0 1", id="fen"), chess_row(MATE, id=b"\xff\x00", winner="black")]
    file = write(tmp_path / "old.db", [*one_of_each(), *strange], [ANN])
    before = file.read_bytes()
    done = run(file, "--report", tmp_path / "report.jsonl", data=tmp_path / "new")
    assert (done.returncode, done.stderr) == (1, "")
    assert "5 duels imported." in done.stdout
    assert "2 rows were not understood." in done.stdout
    assert len(stored(tmp_path / "new")) == 5
    told = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert [one["row"]["id"] for one in told] == ["fen", {"base64": "/wA="}]
    assert all(set(one["row"]) == set(GAMES) and one["why"] for one in told)
    assert (tmp_path / "report.jsonl").stat().st_mode & 0o077 == 0
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("old.db-*"))
    again = run(file, data=tmp_path / "new")
    assert again.returncode == 1
    assert "5 duels were there already." in again.stdout
    assert again.stderr.count("\n") == 2, "without a report each row has its line"


def test_a_whole_file_is_exit_code_0_in_the_community_that_was_named(tmp_path: Path) -> None:
    file = write(tmp_path / "old.db", one_of_each(), [ANN])
    done = run(file, "--community", "discord:123", data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "played these duels: 1 (users in the file: 1)" in done.stdout
    found = stored(tmp_path, Community("discord", "123"))
    assert len(found) == 5
    assert all(duel.fold(entries).outcome == head.outcome for head, entries in found.values())
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("arena.sqlite3*"))
    assert b"Ann" in kept
    assert b"example.org" not in kept, "e-mail or picture were taken over"
    exported = warm.run(["export", "last"], environment(tmp_path))
    assert "No duel has been played yet" in exported.stderr, "it went to another community"


def test_names_can_be_left_out(tmp_path: Path) -> None:
    done = run(write(tmp_path / "old.db", one_of_each(), [ANN]), "--no-names", data=tmp_path / "new")
    assert "played these duels: 0 (users in the file: 1)" in done.stdout
    assert b"Ann" not in b"".join(path.read_bytes() for path in (tmp_path / "new").glob("arena.sqlite3*"))


def test_a_rehearsal_makes_nothing(tmp_path: Path) -> None:
    done = run(write(tmp_path / "old.db", one_of_each()), "--dry-run", data=tmp_path / "new")
    assert (done.returncode, done.stderr) == (0, "")
    assert "5 duels would be imported." in done.stdout
    assert not (tmp_path / "new").exists()


def test_the_oldest_files_have_fewer_columns(tmp_path: Path) -> None:
    columns = [name for name in GAMES if not name.endswith("_tokens")]
    file = write(tmp_path / "old.db", one_of_each(), columns=columns)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE users")
    assert run(file, data=tmp_path).returncode == 0
    assert (
        "without an id" in run(write(tmp_path / "none.db", [chess_row(MATE)], columns=["result"]), data=tmp_path).stdout
    )


def damaged(folder: Path) -> Path:
    file = write(folder / "old.db", [chess_row(MATE, id=str(n)) for n in range(300)])
    content = bytearray(file.read_bytes())
    content[8192:16384] = bytes(8192)
    file.write_bytes(content)
    return file


def cut(folder: Path) -> Path:
    file = write(folder / "old.db", [chess_row(MATE, id=str(n)) for n in range(300)])
    file.write_bytes(file.read_bytes()[:20_000])
    return file


def named(folder: Path, content: bytes) -> Path:
    file = folder / "old.db"
    file.write_bytes(content)
    return file


def other(folder: Path) -> Path:
    file = folder / "old.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    return file


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "old.db")
    return folder / "old.db"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder / "missing.db", "missing.db: give the predecessor's SQLite file"),
        (lambda folder: folder, "is no SQLite database"),
        (lambda folder: named(folder, b""), "is no SQLite database"),
        (lambda folder: named(folder, b"SQLite format 3\0" + b"x" * 4000), "is damaged"),
        (lambda folder: named(folder, b"\x89PNG"), "is no SQLite database"),
        (damaged, "is damaged"),
        (cut, "is damaged"),
        (other, "has no table “games”"),
        (pipe, "is no SQLite database"),
    ],
)
def test_what_is_no_database_is_one_sentence(make: Any, says: str, tmp_path: Path) -> None:
    done = run(make(tmp_path), data=tmp_path / "new")
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists(), "something was imported from it"


def test_a_locked_file_is_said_to_be_locked(tmp_path: Path) -> None:
    file = write(tmp_path / "old.db", one_of_each())
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        patience = {"engine.stores._sqlite_file:BUSY_SECONDS": 0.1}
        done = warm.run(["import-legacy", str(file)], environment(tmp_path / "new"), constants=patience)
    assert done.returncode == 2
    assert "has kept" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("held", [False, True], ids=["closed", "open elsewhere"])
def test_a_file_with_a_write_ahead_log_is_read_with_it(held: bool, tmp_path: Path) -> None:
    file = write(tmp_path / "old.db", [])
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        statement = f"INSERT INTO games VALUES ({', '.join('?' * len(GAMES))})"  # noqa: S608 - question marks
        connection.executemany(statement, [[one.get(name) for name in GAMES] for one in one_of_each()])
        if not held:
            connection.close()
            assert sorted(path.name for path in tmp_path.iterdir()) == ["old.db"]
        done = run(file, data=tmp_path / "new")
    assert "5 duels imported." in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old.db"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--community", "main"), "is no community"),
        (("--community", ":"), "is no community"),
        (("--report", "{folder}/no/such/folder"), "name another file with --report"),
        (("--report", "{file}"), "would overwrite the database"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    file = write(tmp_path / "old.db", one_of_each())
    done = run(file, *(one.format(folder=tmp_path, file=file) for one in arguments), data=tmp_path / "new")
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.torture
def test_sigkill_at_any_moment_and_again_gives_what_an_import_in_one_go_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{**one, "id": f"{one['id']}-{n}"} for n in range(40) for one in one_of_each()]
    file = write(tmp_path / "old.db", rows, [ANN])
    whole = tmp_path / "whole"
    started = time.monotonic()
    subprocess.run(command(file), env=environment(whole), cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    takes, rng, kills, cut_short = time.monotonic() - started, random.Random(4), share(100, least=2), 0
    secret = (whole / "secret").read_bytes()  # the ids of people come from it
    for number in range(kills):
        data = tmp_path / f"killed-{number}"
        data.mkdir()
        (data / "secret").write_bytes(secret)
        process = subprocess.Popen(command(file), env=environment(data), cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            process.wait(rng.uniform(takes / 3, takes))  # the kill's moment is the input of this test
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            cut_short += 1
        assert run(file, data=data).returncode == 0
        assert stored(data) == stored(whole)
    with capsys.disabled():
        print(f"\n{cut_short} of {kills} imports of {len(rows)} rows killed before their end")
