"""``arena mirror``: a file on this machine follows the functions' table, within a minute.

The file appears under its name when it is whole; until then it is ``NAME.copying``. So what has the name can always be
gone back to, also while a new copy is made because the old one was left behind for too long.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from bot.catalogue import said
from bot.clock import SystemClock
from bot.on_terminal.progress import Steps
from bot.settings import SQLITE, Settings, StoreAddress
from bot.wiring import archived, journal
from engine.arena import gate
from engine.arena.gate import Why
from engine.arena.leaving import leave, notice_seconds
from engine.arena.mirroring import POLL_SECONDS, Mirror
from engine.errors import BadOption, Conflict, JournalLost, StoreError
from engine.sentences import counted, say
from engine.stores.sqlite import SqliteStore

REPORT_SECONDS: Final = 60.0
COPYING: Final = ".copying"

Told = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: a mirror of ``source`` in the file ``target``; and then one thing, or following for ever."""

    source: StoreAddress
    target: StoreAddress
    once: bool = False
    verify: bool = False
    end: bool = False
    anyway: bool = False


def mirror(settings: Settings, asked: Asked) -> int:
    """:raises ArenaError: when it cannot be kept, or is not the same."""
    if asked.target.kind != SQLITE:
        raise BadOption(say("A mirror is a file: --to sqlite:PATH."))
    keeper = _Keeper(settings, asked)
    try:
        asyncio.run(keeper.end() if asked.end else keeper.keep())
    except Conflict as error:
        raise StoreError(say("Another process keeps this mirror: end that one first.")) from error
    return 0


class _Keeper:
    def __init__(self, settings: Settings, asked: Asked) -> None:
        self._settings = settings
        self._asked = asked
        self._told: Told = partial(said, language=settings.language)
        self._clock = SystemClock()
        self._path = Path(asked.target.name)
        self._making = self._path.with_name(self._path.name + COPYING)

    async def keep(self) -> None:
        """Copy if need be; then follow: for ever, or until there is nothing new."""
        while True:
            await self._make()
            try:
                async with self._mirror(self._path) as mirror:
                    await mirror.require_mirror()
                    return await self._follow(mirror)
            except JournalLost as lost:
                self._say(lost.text)
                self._say(say("Everything is copied anew; until then the old mirror stays as it is."))
                await self._make(anew=True)

    async def _make(self, *, anew: bool = False) -> None:
        """A whole mirror under its name; what was begun is gone on with."""
        if self._path.exists() and not self._making.exists() and not anew:
            return
        await self._require_replaceable()
        number = await self._copied()
        await self._require_replaceable()
        self._making.replace(self._path)
        self._say(
            counted(
                "{n} record copied: {target} is whole.",
                "{n:,} records copied: {target} is whole.",
                n=number,
                target=str(self._asked.target),
            )
        )

    async def _require_replaceable(self) -> None:
        """Nobody may play in what stands there: it may have become an arena since, or while a new copy was made."""
        if self._path.exists():
            # Closing it also moves what a kill has left in its log into the old file, where it belongs.
            async with self._mirror(self._path) as old:
                await old.require_mirror()

    async def _copied(self) -> int:
        """A whole copy in the file beside; how many records were taken over now."""
        with Steps(self._told(say("records copied")), None, self._clock) as steps:
            while True:
                try:
                    async with self._mirror(self._making) as mirror:
                        mirror.copying = steps.at
                        return await mirror.copy()
                except JournalLost as lost:
                    self._say(lost.text)
                    _remove(self._making)

    async def _follow(self, mirror: Mirror) -> None:
        asked = self._asked
        if asked.once or asked.verify:
            self._say(counted("{n} change taken over.", "{n:,} changes taken over.", n=await mirror.caught_up()))
            if asked.verify:
                await self._verify(mirror)
            return
        self._say(
            say("{target} follows {source}. Ctrl-C stops it.", target=str(asked.target), source=str(asked.source))
        )
        changes, behind, next_ms = 0, 0.0, 0
        while True:
            try:
                done = await mirror.step()
            except (JournalLost, Conflict):
                raise
            except StoreError as error:
                self._say(say("{why} Trying again in {seconds:g} s.", why=error.text, seconds=POLL_SECONDS))
                await self._clock.sleep(POLL_SECONDS)
                continue
            changes, behind = changes + done.changes, max(behind, done.behind_seconds)
            # A busy table always has something new: what is read so soon leaves time for a pause.
            near = done.at_end or (done.changes > 0 and done.behind_seconds < POLL_SECONDS)
            if near and self._clock.now_ms() >= next_ms:
                self._report(changes, behind)
                changes, behind, next_ms = 0, 0.0, self._clock.now_ms() + round(REPORT_SECONDS * 1000)
            if near:
                await self._clock.sleep(POLL_SECONDS)

    async def _verify(self, mirror: Mirror) -> None:
        with Steps(self._told(say("records compared")), None, self._clock) as steps:
            mirror.comparing = steps.at
            verified = await mirror.verify()
        self._say(say("The mirror and {source} hold the same:", source=str(self._asked.source)))
        for kind, found in verified.kinds.items():
            self._say(say("  {kind}: {count:,} ({hash})", kind=kind, count=found.count, hash=found.short))
        if verified.settled:
            self._say(
                counted(
                    "{n} record changed while they were compared, and is the same now.",
                    "{n:,} records changed while they were compared, and are the same now.",
                    n=verified.settled,
                )
            )

    async def end(self) -> None:
        """Make an arena of its own of it. The table is closed, its workers are waited for, and all of it compared.

        With ``anyway`` the table is not asked for anything: for when it is lost.
        """
        if not self._path.exists():
            raise StoreError(say("There is no mirror {file}.", file=str(self._path)))
        async with self._mirror(self._path) as mirror:
            closed = await gate.closed_store(mirror.target)
            if closed is None or closed.why is not Why.MIRROR:
                self._say(say("{target} is an arena of its own.", target=str(self._asked.target)))
                return
            await mirror.require_mirror()
            if self._asked.anyway:
                self._say(self._as_of(await mirror.newest_ms()))
            else:
                await self._leave(mirror)
            await mirror.end()
        self._say(
            say(
                "{target} is an arena of its own: start it with ARENA_STORE={target} and the same secret.",
                target=str(self._asked.target),
            )
        )

    async def _leave(self, mirror: Mirror) -> None:
        source, target = str(self._asked.source), str(self._asked.target)
        with Steps(self._told(say("seconds waited for the workers")), None, self._clock) as waiting:
            async with archived(self._asked.source, self._settings, made=False) as store:
                await leave(store, source, target, self._clock, notice_seconds(), waiting.at)
        await self._verify(mirror)

    def _as_of(self, newest_ms: int | None) -> str:
        if newest_ms is None:
            return say("The table was not asked; the mirror has what was copied first.")
        when = datetime.fromtimestamp(newest_ms / 1000, UTC)
        return say(
            "The table was not asked; the last change in the mirror is of {when:%Y-%m-%d %H:%M:%S} UTC.", when=when
        )

    @asynccontextmanager
    async def _mirror(self, path: Path) -> AsyncIterator[Mirror]:
        changes = journal(self._asked.source, self._settings)
        try:
            async with archived(self._asked.source, self._settings, made=False) as source:
                target = SqliteStore.open(path)
                try:
                    yield Mirror(source, changes, target, str(self._asked.source), self._clock)
                finally:
                    await target.close()
        finally:
            await changes.close()

    def _report(self, changes: int, behind_seconds: float) -> None:
        self._say(
            counted(
                "{n} change taken over, at most {seconds:.1f} s after it was made.",
                "{n:,} changes taken over, at most {seconds:.1f} s after they were made.",
                n=changes,
                seconds=behind_seconds,
            )
        )

    def _say(self, line: str) -> None:
        sys.stdout.write(self._told(line) + "\n")
        sys.stdout.flush()


def _remove(path: Path) -> None:
    """A database and what SQLite keeps beside it."""
    for one in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        with suppress(FileNotFoundError):
            one.unlink()
