"""What is forgotten is in no byte of the file: not in free space, not in the log, not in what a split page kept."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.stores import _sqlite_file, _sqlite_persons
from engine.stores.sqlite import SqliteStore

PEOPLE, GONE, NAMINGS = 300, 150, 4


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


async def traces(path: Path, seed: int) -> int:
    """How many of the forgotten can be found in the files, after a life of new names in any order."""
    rng = random.Random(seed)
    store = SqliteStore.open(path)
    tails = ["q" * rng.randrange(60) for _ in range(PEOPLE)]

    def churn(connection: object) -> None:
        for naming in range(NAMINGS):
            for number in rng.sample(range(PEOPLE), PEOPLE):
                name = f"NAME{number:05}Y{naming}{'z' * rng.randrange(30)}"
                person = _sqlite_persons.Person(f"p{number}", "discord", f"PLAT{number:05}X{tails[number]}", name)
                _sqlite_persons.write(connection, person, unique=False)  # type: ignore[arg-type]

    await store._writer.run(churn)
    gone = rng.sample(range(PEOPLE), GONE)
    for number in gone[1:]:
        await store._writer.run(lambda connection, number=number: _sqlite_persons.forget(connection, f"p{number}"))
    assert await store.forget(f"p{gone[0]}")
    content = bytes_of(path)
    found = [n for n in gone if any(f"{word}{n:05}".encode() in content for word in ("PLAT", "NAME", "name"))]
    kept = await store.people([f"p{number}" for number in range(PEOPLE)])
    assert len(kept) == PEOPLE - GONE
    await store.close()
    return len(found)


@pytest.mark.parametrize("seed", [6, 7, 8])
async def test_nothing_is_left_of_the_forgotten(tmp_path: Path, seed: int) -> None:
    assert await traces(tmp_path / "arena.db", seed) == 0


async def test_without_clean_pages_something_would_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sqlite_persons, "_ABOUT_PEOPLE", ())
    assert await traces(tmp_path / "arena.db", seed=6) > 0


async def test_a_reader_elsewhere_delays_the_log_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sqlite_file, "EMPTYING_SECONDS", 0.01)
    path = tmp_path / "arena.db"
    store = SqliteStore.open(path)
    await store.person("web", "PLATFORM-ID", "Some Name", "p")
    reader = _sqlite_file.open_reader(str(path))
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM persons").fetchall()
    assert await store.forget("p")
    assert b"Some Name" in bytes_of(path)
    assert "a later checkpoint" in caplog.text
    reader.close()
    assert not await store.forget("p")
    assert b"Some Name" not in bytes_of(path)
    await store.close()
