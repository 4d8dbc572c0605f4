"""The rehearsal: live duels, some at a person and some at a model, go to the functions and back, and none is lost.

On this machine over the gateway; then ``arena migrate --close`` and ``arena switch discord webhook`` while a mirror is
kept; then ``arena mirror --end`` and ``arena switch discord gateway``, and on this machine again.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from local_aws import LocalAws
from rehearsal import PLIES, SQUARES, Duel, Host, Pace, Roster, hosting, in_the_functions, on_this_machine, players
from support import share

from bot import announcing
from engine import duel as duels_log
from engine.arena import gate, leaving
from engine.arena.gate import Gate
from engine.errors import StoreError
from engine.model import Document, Entry, Turn
from engine.ports import Change
from engine.stores.sqlite import SqliteStore

FEW = 6
LOOKS = 600
"""So often, at least a minute long, it is looked whether the workers have given their duels back."""


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch, local_aws: LocalAws) -> Pace:
    """The same players everywhere, and no second's wait between two edits."""
    made = Pace()
    for module in ("bot.wiring", "bot.opening"):
        monkeypatch.setattr(f"{module}.roster", lambda *_, **__: Roster(players(made)))
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(announcing, "EDIT_SECONDS", 0.05)
    monkeypatch.setattr(gate, "KNOWN_MS", 200)
    monkeypatch.setattr("engine.arena.leaving.LOOK_SECONDS", 0.1)
    monkeypatch.setattr("engine.arena.leaving.BEGUN_SECONDS", 0.2)
    return made


async def rehearse(host: Host, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it; the host's own checks are asserted on the way."""
    here, workers = host.settings(host.here), 3 + count // 20
    host.pace.lift(4)
    async with on_this_machine(host, here):
        for number in range(count):
            await host.start(number)
        await host.move(0)
        await host.thinking(here)
    await host.logs(here)
    assert await host.switch(host.there, "webhook", url=host.url) == 1, "it went although no duel is there"
    assert await host.migrate() == 0
    assert await host.switch(host.there, "webhook", url=host.url) == 0
    assert await host.mirrored(once=True) == 0
    host.pace.lift(9)
    there = host.settings(host.there)
    async with in_the_functions(host, workers) as sweeper:
        await host.functions.sweep(sweeper)
        await host.move(1)
        await host.move(2)
        await host.thinking(there)
        assert await host.mirrored(once=True) == 0
        thinks_on(host, monkeypatch)
        assert await host.mirrored(end=True) == 0
        assert "is being moved" in await host.refused()
        await host.logs(there)
    back = host.settings(host.here, ARENA_STORE=str(host.file))
    again = {**host.here, "ARENA_STORE": str(host.file)}
    assert await host.switch(again, "gateway", old=host.table) == 0
    async with on_this_machine(host, back):
        await host.move(3)
        await host.move(4)
        for one in host.duels:
            await one.channel.wait_for(lambda message: "Length:" in message.seen, 120)
    await host.logs(back)


def thinks_on(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the table is closed, models answer what they were asked; a worker that asks for ever more is never done.

    One that has just looked asks for a ply or two more, since it reads the table again only so often.
    """
    looked, looks = leaving.at_work, Counter[str]()

    async def looking(*arguments: Any) -> Any:
        host.pace.lift(min(PLIES - 2, host.pace.limit + 1))
        looks["looks"] += 1
        assert looks["looks"] < LOOKS, "a worker went on although the table is closed"
        return await looked(*arguments)

    monkeypatch.setattr(leaving, "at_work", looking)


def require_whole(host: Host, count: int) -> None:
    """Each duel is one log and one message from its beginning to its end."""
    assert len(host.duels) == count
    for one in host.duels:
        assert one.board.id == one.message, "the board is another message"
        assert len(one.channel.messages) == 1
        first, second, last = one.logs
        assert first == last[: len(first)], "the functions lost something"
        assert second == last[: len(second)], "the way back lost something"
        assert len(first) < len(second) < len(last), "it did not go on in each of the three places"
        require_one_log(one, last)
    assert not host.functions.failures


def require_one_log(one: Duel, entries: Sequence[Entry]) -> None:
    assert [entry.number for entry in entries] == [*range(len(entries))]
    assert len({entry.id for entry in entries}) == len(entries), "an entry stands there twice"
    state = duels_log.fold(entries)
    assert state.outcome
    assert not state.outcome.void
    assert state.outcome.why in one.board.seen
    moves = [move for entry in entries if isinstance(entry.body, Turn) for move in entry.body.moves.values()]
    assert len(moves) == (9 if one.person else PLIES)
    if one.person:
        assert moves[::2] == [*SQUARES]
        assert state.outcome.winner is None


@pytest.mark.torture
async def test_live_duels_go_to_the_functions_and_back_and_none_is_lost(
    local_aws: LocalAws,
    tmp_path: Path,
    pace: Pace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    count = share(100, FEW)
    async with hosting(local_aws, tmp_path, pace) as host:
        await rehearse(host, count, monkeypatch)
        require_whole(host, count)
        with capsys.disabled():
            told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in host.seconds.items())
            print(f"\n{count} live duels there and back: {told}")


async def test_workers_that_do_not_see_that_the_table_is_closed_are_found_out(
    local_aws: LocalAws, tmp_path: Path, pace: Pace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blind(self: Gate, store: Any, now_ms: int) -> None:
        return None

    monkeypatch.setattr(Gate, "closed", blind)
    monkeypatch.setattr(sys.modules[__name__], "LOOKS", 40)
    async with hosting(local_aws, tmp_path, pace) as host:
        with pytest.raises(AssertionError, match="a worker went on although the table is closed"):
            await rehearse(host, 2, monkeypatch)


async def test_a_mirror_that_loses_a_change_is_found_out(
    local_aws: LocalAws, tmp_path: Path, pace: Pace, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_over = SqliteStore.take_over

    async def losing(self: SqliteStore, changes: Sequence[Change], mark: Document) -> Document:
        kept = [one for one in changes if one.whole or one.kind != "entry"]
        return await take_over(self, kept, mark)

    monkeypatch.setattr(SqliteStore, "take_over", losing)
    monkeypatch.setattr("engine.arena.mirroring.SETTLE_SECONDS", 0.0)
    async with hosting(local_aws, tmp_path, pace) as host:
        with pytest.raises(StoreError, match="The mirror differs"):
            await rehearse(host, 2, monkeypatch)
