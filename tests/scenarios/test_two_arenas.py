"""``arena duel`` beside another arena on the same data: whichever claims the duel plays it, and both show it."""

from __future__ import annotations

import asyncio
import json
import os
from argparse import Namespace
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from bot import commands
from bot.commands import Invocation, Reply
from bot.on_terminal.duel import play
from bot.settings import Settings, read
from bot.wiring import embedded
from engine.arena import Arena

LEASE_MS = 900_000
PATIENCE_SECONDS = 20


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read({"HOME": str(tmp_path), "ARENA_DATA_DIR": str(tmp_path)})


@pytest.fixture
async def other(settings: Settings) -> AsyncIterator[Arena]:
    async with embedded(settings) as arena:
        yield arena


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[BinaryIO]:
    """Where a test types; nothing comes from the keyboard until it does."""
    reads, writes = os.pipe()
    with os.fdopen(reads) as keyboard, os.fdopen(writes, "wb", buffering=0) as typed:
        monkeypatch.setattr("sys.stdin", keyboard)
        yield typed


@pytest.fixture
def claimed(other: Arena, monkeypatch: pytest.MonkeyPatch) -> asyncio.Future[str]:
    """The duel that the terminal starts; the other arena has claimed it before the terminal can."""
    run, started = commands.run, asyncio.get_event_loop().create_future()

    async def run_and_lose(asked: Invocation, arena: Arena) -> Reply:
        reply = await run(asked, arena)
        assert reply.duel_id
        assert await other.context.claim(reply.duel_id, LEASE_MS)
        started.set_result(reply.duel_id)
        return reply

    monkeypatch.setattr(commands, "run", run_and_lose)
    return started


def duel(first: str, second: str, *, as_json: bool = True) -> Namespace:
    return Namespace(
        game="tic_tac_toe",
        first=first,
        second=second,
        moves=None,
        seed=None,
        max_plies=None,
        set=[],
        resume=None,
        json=as_json,
    )


@pytest.mark.parametrize("as_json", [True, False])
async def test_a_duel_that_another_arena_plays_is_shown_to_its_end(
    as_json: bool,
    settings: Settings,
    other: Arena,
    claimed: asyncio.Future[str],
    keys: BinaryIO,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keys.close()  # whoever asks for a move gets the end of the input, and resigns
    async with asyncio.timeout(PATIENCE_SECONDS):
        playing = asyncio.create_task(play(duel("engine/perfect", "engine/perfect", as_json=as_json), settings))
        await other.turns.play(await claimed)
        assert await playing == 0
    out, err = capsys.readouterr()
    assert err == ""
    if as_json:
        log = [json.loads(line) for line in out.splitlines()]
        assert [entry["number"] for entry in log] == list(range(len(log)))
        assert "outcome" in log[-1]
    else:
        assert "A draw." in out


async def test_a_person_is_asked_when_it_is_their_turn_and_not_before(
    settings: Settings, other: Arena, claimed: asyncio.Future[str], keys: BinaryIO, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.write(b"resign\n")
    async with asyncio.timeout(PATIENCE_SECONDS):
        playing = asyncio.create_task(play(duel("engine/perfect", "me"), settings))
        await other.turns.play(await claimed)
        assert await playing == 0
    out, err = capsys.readouterr()
    assert err == "Type your move, “resign” to give up, or “quit” to leave.\nYour move: "
    kinds = [list(json.loads(line)) for line in out.splitlines()]
    assert len(kinds) == 3, "agreed, the engine's move, and the end"


async def test_a_question_ends_when_the_duel_ends_elsewhere(
    settings: Settings, other: Arena, claimed: asyncio.Future[str], keys: BinaryIO, capsys: pytest.CaptureFixture[str]
) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        playing = asyncio.create_task(play(duel("me", "engine/perfect"), settings))
        duel_id = await claimed
        me = await other.people.seen("terminal", "local", "You")
        while "Your move" not in (asked := capsys.readouterr()).err:  # noqa: ASYNC110 - what a person sees
            await asyncio.sleep(0.01)
        await other.duels.resign(duel_id, me.id, "elsewhere")
        assert await playing == 0
    lines = (asked.out + capsys.readouterr().out).splitlines()
    assert json.loads(lines[-1])["outcome"]["termination"] == "resignation"
