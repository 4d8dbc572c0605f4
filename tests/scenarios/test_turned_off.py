"""Commands that the host has turned off, and a store that is closed: whoever comes by whatever way is told why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import warm
from support import CHANNEL, Line, StandingClock, arena_over, start

from bot.answering import answer
from bot.commands import Invocation, Reply
from engine.arena import Arena, gate
from engine.arena.gate import KNOWN_MS, SHUT_MS, Why
from engine.arena.migration import fingerprints
from engine.arena.queued import queued
from engine.arena.tournament.advancing import Advancing
from engine.model import End, Outcome, Role, Status, Termination
from engine.stores.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "arena.sqlite3"


@pytest.fixture
async def arena(path: Path) -> AsyncIterator[Arena]:
    async with arena_over(path, {"test/line": Line(*["5"] * 9)}) as opened:
        yield opened


async def asked(arena: Arena, path: str, role: Role = Role.MEMBER, locale: str = "en", **options: Any) -> Reply:
    ann = await arena.people.seen("web", "1", "Ann")
    command, verb = path.split()
    return await answer(Invocation(CHANNEL, ann, command, verb, options, f"{path}{options}", locale, role=role), arena)


def pass_known(arena: Arena) -> None:
    clock = arena.context.clock
    assert isinstance(clock, StandingClock)
    clock.ms += KNOWN_MS


GAME = {"game": "tic_tac_toe", "first": "engine/novice", "second": "engine/random"}


async def test_a_verb_is_refused_with_the_hosts_sentence_and_the_others_are_not(arena: Arena) -> None:
    store = arena.context.store
    await gate.turn_off(store, "duel start", "We are moving.")
    refused = await asked(arena, "duel start", **GAME)
    assert (refused.text, refused.private) == ("/duel start is turned off for now: We are moving.", True)
    assert not await store.unfinished()
    assert "turned off" not in (await asked(arena, "duel list")).text
    german = await asked(arena, "duel start", locale="de", **GAME)
    assert german.text == "/duel start ist zurzeit abgeschaltet: We are moving."
    await gate.turn_on(store, "duel start")
    pass_known(arena)
    assert "The duel begins" in (await asked(arena, "duel start", **GAME)).text


async def test_a_command_is_refused_with_all_its_verbs_but_not_for_a_moderators_host(arena: Arena) -> None:
    await gate.turn_off(arena.context.store, "duel", "")
    for role in (Role.MEMBER, Role.MODERATOR):
        assert (await asked(arena, "duel list", role)).text == "/duel is turned off for now."
    assert "turned off" not in (await asked(arena, "duel list", Role.HOST)).text


async def test_what_is_off_is_read_once_for_many_commands(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    reads, read = [], gate.turned_off

    async def counted(store: Any) -> Any:
        reads.append(store)
        return await read(store)

    monkeypatch.setattr(gate, "turned_off", counted)
    for _ in range(20):
        await asked(arena, "duel list")
    assert len(reads) == 1
    pass_known(arena)
    await asyncio.gather(*(asked(arena, "duel list") for _ in range(20)))
    assert len(reads) == 2, "each of those who asked at once has read it"


async def test_while_the_store_is_closed_nothing_is_asked_for_and_nobody_plays(arena: Arena) -> None:
    head = await start(arena, "tic_tac_toe", "test/line", "engine/random")
    await gate.close(arena.context.store, Why.COPYING, "sqlite:/old")
    assert "is being moved" in (await asked(arena, "duel start", Role.HOST, **GAME)).text
    assert await arena.turns.play(head.duel_id)
    assert (await arena.context.head(head.duel_id)).version == head.version
    await gate.reopen(arena.context.store)
    pass_known(arena)
    assert await arena.turns.play(head.duel_id)
    assert (await arena.context.head(head.duel_id)).status is Status.OVER


async def test_that_it_is_open_again_is_noticed_sooner_than_that_it_is_closed(arena: Arena) -> None:
    """Whoever has moved an arena waits for that, and nobody plays meanwhile."""
    head = await start(arena, "tic_tac_toe", "test/line", "engine/random")
    await gate.close(arena.context.store, Why.COPIED, "sqlite:/old")
    assert await arena.turns.play(head.duel_id)
    await gate.reopen(arena.context.store)
    clock = arena.context.clock
    assert isinstance(clock, StandingClock)
    clock.ms += SHUT_MS
    assert await arena.turns.play(head.duel_id)
    assert (await arena.context.head(head.duel_id)).status is Status.OVER
    assert KNOWN_MS > SHUT_MS


class Slow:
    """The first legal move; after the second one the store is closed."""

    def __init__(self) -> None:
        self.arena: Arena | None = None
        self.asked = 0

    async def choose(self, request: Any) -> Any:
        from engine.ports import Chosen

        assert self.arena
        self.asked += 1
        if self.asked == 2:
            await gate.close(self.arena.context.store, Why.MOVED, "sqlite:/new")
            pass_known(self.arena)
        return Chosen(request.game.legal_moves(request.position, request.seat)[0])

    async def close(self) -> None:
        """Nothing to close."""


async def test_a_worker_gives_its_duel_back_when_the_store_is_closed() -> None:
    slow = Slow()
    async with arena_over(players={"test/slow": slow}) as arena:
        slow.arena = arena
        head = await start(arena, "tic_tac_toe", "test/slow", "test/slow")
        assert not await arena.turns.play(head.duel_id)
        left = await arena.context.head(head.duel_id)
        assert (left.lease, left.plies, slow.asked) == (None, 2, 2)


async def test_a_worker_whose_lease_is_to_be_renewed_just_then_gives_its_duel_back_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Closed between a look at the store and the renewal: else the lease would stand for a quarter of an hour.

    Nor is a ply begun under what is left of the lease: it could end after the duel has been copied.
    """
    line = Line("1", "2", "3", "4")
    async with arena_over(players={"test/line": line}) as arena:
        head = await start(arena, "tic_tac_toe", "test/line", "test/line")
        store, append = arena.context.store, arena.context.store.append

        async def closing(duel_id: str, entry: Any) -> None:
            await append(duel_id, entry)
            if entry.number == 2:
                await gate.close(store, Why.MOVED, "sqlite:/new")
                clock = arena.context.clock
                assert isinstance(clock, StandingClock)
                clock.pass_seconds(200)

        monkeypatch.setattr(store, "append", closing)
        assert not await arena.turns.play(head.duel_id)
        assert (await arena.context.head(head.duel_id)).lease is None
        assert len(line.asked) == 2


async def test_what_comes_from_the_queue_changes_nothing_in_a_closed_store(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tournament would be carried on, and a duel's end written and told, here and in the store that it moved to."""
    advanced = list[str]()

    async def advance(_: Any, __: Any, tournament_id: str) -> None:
        advanced.append(tournament_id)

    monkeypatch.setattr(Advancing, "advance", advance)
    head = await start(arena, "tic_tac_toe", "engine/random", "engine/random")
    state = await arena.context.load(head.duel_id)
    over = Outcome(None, Termination.CANCELLED)
    await arena.context.append(head.duel_id, state, End(over, "arena"), "its-end")
    await gate.close(arena.context.store, Why.MOVED, "sqlite:/new")
    before = await fingerprints(arena.context.store.records())
    assert await arena.turns.play(queued(CHANNEL, "cup"))
    assert await arena.turns.play(head.duel_id)
    assert await fingerprints(arena.context.store.records()) == before
    assert not advanced
    await gate.reopen(arena.context.store)
    pass_known(arena)
    assert await arena.turns.play(queued(CHANNEL, "cup"))
    assert await arena.turns.play(head.duel_id)
    assert advanced == ["cup"]
    assert (await arena.context.head(head.duel_id)).status is Status.OVER


def test_a_host_turns_commands_off_and_on_by_the_console(tmp_path: Path) -> None:
    asyncio.run(SqliteStore.open(tmp_path / "arena.sqlite3").close())

    def arena(*words: str) -> tuple[int, str]:
        done = warm.run(["command", *words], {"HOME": str(tmp_path), "ARENA_DATA_DIR": str(tmp_path), "PATH": ""})
        return done.returncode, done.stdout + done.stderr

    assert arena() == (0, "Every command is on.\n")
    assert arena("duel", "start", "off", "--why", "We move.") == (0, "/duel start is off: We move.\n")
    assert arena("/tournament", "off") == (0, "/duel start is off: We move.\n/tournament is off.\n")
    assert arena("duel", "start", "on") == arena("duel", "start", "on") == (0, "/tournament is off.\n")
    code, text = arena("duell", "off")
    assert (code, text.count("\n")) == (2, 1)
    assert "/duel" in text
    assert arena("duel", "start")[0] == arena("duel", "beginn", "off")[0] == 2
