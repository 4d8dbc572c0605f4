"""``arena migrate``: an arena moves from one machine to the serverless one, or back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.catalogue import said
from bot.clock import SystemClock
from bot.closed import refused
from bot.on_terminal.progress import Steps
from bot.settings import DYNAMODB, SQLITE, Settings, StoreAddress
from bot.wiring import archived, release_dead
from engine.arena import gate
from engine.arena.gate import Why
from engine.arena.leaving import notice_seconds
from engine.arena.migration import Migration, Moved
from engine.errors import BadOption
from engine.ports import Store
from engine.sentences import counted, joined, say


def migrate(settings: Settings, source: StoreAddress, target: StoreAddress, anyway: bool, closes: bool) -> int:
    """Copy, verify and say what was copied; with ``closes``, nobody works on the source from then on.

    :raises ArenaError: when it cannot be done, or is not the same.
    """
    _require_two(source, target)
    moved = asyncio.run(_migrate(settings, source, target, anyway, closes))
    for line in _lines(moved, source, target):
        sys.stdout.write(said(line, settings.language) + "\n")
    return 0


async def _migrate(settings: Settings, source: StoreAddress, target: StoreAddress, anyway: bool, closes: bool) -> Moved:
    clock = SystemClock()
    titles = (say("seconds waited for the workers"), say("records copied"), say("records compared"))
    waiting, copying, comparing = (Steps(said(title, settings.language), None, clock) for title in titles)

    def copied(number: int) -> None:
        waiting.close()
        copying.at(number)

    def compared(number: int) -> None:
        copying.close()
        comparing.at(number)

    with waiting, copying, comparing:
        async with archived(source, settings, made=False) as old, archived(target, settings, made=True) as new:
            await _require_usable(old, source, new, target)
            migration = Migration(old, new, str(source), clock, anyway, copied, compared, waiting=waiting.at)
            if closes:
                migration.moved_to = str(target)
                migration.notice_seconds = notice_seconds()
                if source.kind == SQLITE:  # a process that was killed leaves its leases behind
                    await release_dead(old, settings.data_dir)
            return await migration.run()


async def _require_usable(old: Store, source: StoreAddress, new: Store, target: StoreAddress) -> None:
    """:raises NotAllowed: for half a copy as a source, and for a target that was left already or follows another."""
    for store, address, never in (
        (old, source, {Why.COPYING, Why.MIRROR}),
        (new, target, {Why.MOVED, Why.MIRROR}),
    ):
        closed = await gate.closed_store(store)
        if closed is not None and closed.why in never:
            raise refused(str(address), closed)


def _lines(moved: Moved, source: StoreAddress, target: StoreAddress) -> Iterator[str]:
    yield counted("{n} record written; both stores hold:", "{n:,} records written; both stores hold:", n=moved.written)
    for kind, found in moved.kinds.items():
        yield say("  {kind}: {count:,} ({hash})", kind=kind, count=found.count, hash=found.short)
    if not any(found.count for found in moved.kinds.values()):
        yield say("{store} holds nothing: look whether it is the store that you mean.", store=str(source))
        return
    begins = say(
        "Start the arena with ARENA_STORE={store} and the same secret, and no more with the old store.",
        store=str(target),
    )
    functions = say("The functions begin after: arena open {store} (“arena switch” does it too).", store=str(target))
    yield joined([begins, functions if target.kind == DYNAMODB else ""])


def _require_two(source: StoreAddress, target: StoreAddress) -> None:
    """:raises BadOption: when both are the same store."""
    files = [Path(one.name) for one in (source, target) if one.kind == SQLITE]
    linked = len(files) > 1 and all(file.exists() for file in files) and files[0].samefile(files[1])
    if source == target or linked:
        raise BadOption(say("Both addresses are the same store: give another one to copy to."))
