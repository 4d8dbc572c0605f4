"""``ARENA_STORE=dynamodb:TABLE arena run``: one process, and its duels in a table that others may share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from local_aws import LocalAws
from support import CHANNEL, start

from bot import doctor
from bot.settings import Settings, read
from bot.wiring import embedded
from engine.errors import NotConfigured
from engine.model import Status
from engine.stores._dynamo_keys import table

SECRET = "5e" * 32
LEASE_MS = 900_000


@pytest.fixture
def environment(local_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    with local_aws.table(table("arena")) as name:
        folders = {"HOME": str(tmp_path), "ARENA_DATA_DIR": str(tmp_path)}
        yield {**local_aws.environment, **folders, "ARENA_STORE": f"dynamodb:{name}", "ARENA_SECRET": SECRET}


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return read(environment)


def finding(settings: Settings) -> tuple[int, str]:
    lines: list[str] = []
    code = doctor.report(settings, lines.append)
    return code, next(line for line in lines if line[4:].startswith("database"))


async def test_a_duel_is_played_and_is_there_after_a_restart(settings: Settings) -> None:
    async with embedded(settings) as arena:
        head = await start(arena, "tic_tac_toe", "engine/random", "engine/random")
        assert await arena.turns.play(await arena.context.queue.get())
        assert arena.context.secret.hex() == SECRET
    assert not settings.database.exists(), "it was kept in a file"
    async with embedded(settings) as arena:
        (again,) = await arena.context.store.duels(CHANNEL, limit=2)
    assert (again.duel_id, again.status) == (head.duel_id, Status.OVER)


async def test_leases_end_with_the_process_that_holds_them(settings: Settings) -> None:
    async with embedded(settings) as arena:
        duel_id = (await start(arena, "chess", "engine/random", "engine/random")).duel_id
        assert await arena.context.claim(duel_id, LEASE_MS)
    async with embedded(settings) as arena:
        assert (await arena.context.head(duel_id)).lease is None


async def test_without_the_secret_it_does_not_start(environment: dict[str, str]) -> None:
    with pytest.raises(NotConfigured, match="ARENA_SECRET must be 64 hexadecimal digits"):
        async with embedded(read({**environment, "ARENA_SECRET": ""})):
            pass


def test_the_doctor_names_the_store(settings: Settings) -> None:
    code, said = finding(settings)
    assert code == 0
    assert said == f"ok  {'database':26} {settings.store} answers\n"


@pytest.mark.parametrize(
    ("amiss", "why"),
    [
        (
            {"ARENA_STORE": "dynamodb:nowhere"},
            "dynamodb:nowhere: DynamoDB refuses a request (ResourceNotFoundException)",
        ),
        ({"ARENA_SECRET": "5e"}, "ARENA_SECRET must be 64 hexadecimal digits"),
    ],
    ids=["no such table", "no secret"],
)
def test_the_doctor_says_what_is_amiss(amiss: dict[str, str], why: str, environment: dict[str, str]) -> None:
    code, said = finding(read({**environment, **amiss}))
    assert code == 1
    assert said.startswith("NO ")
    assert why in said
