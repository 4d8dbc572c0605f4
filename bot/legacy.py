"""``arena import-legacy``: a database of the web predecessor becomes duels, and whatever does not is reported."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from bot.catalogue import said
from bot.clock import SystemClock
from bot.on_terminal.progress import Steps
from bot.settings import Settings
from bot.wiring import embedded
from engine.arena.legacy.importing import Fate, LegacyImport, Reported
from engine.codec import community_from_text
from engine.errors import BadOption, CorruptLog, StoreError
from engine.model import Community
from engine.ports import Store
from engine.sentences import counted, say
from engine.stores.legacy_file import LegacyFile
from engine.stores.sqlite import SqliteStore

EXIT_REPORTED: Final = 1
_TOGETHER: Final = 32  # rows that share the flushes of the disk

_KINDS: Final = {
    "id": say("without an id"),
    "column": say("a column that cannot be read"),
    "game": say("a game that is not played here"),
    "player": say("a player's name that is none"),
    "state": say("a game_state that cannot be read"),
    "position-only": say("only the last position is kept, not the moves"),
    "several-themes": say("rounds with themes of their own"),
    "start": say("a start that today's game does not have"),
    "moves": say("moves that today's rules do not allow"),
    "count": say("other moves counted than kept"),
    "result": say("a result that contradicts"),
    "duplicate": say("another row of the same id"),
    "changed": say("imported before, and changed since"),
}


@dataclass(slots=True)
class Summary:
    """What became of the rows."""

    fates: Counter[Fate] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    people: int = 0
    users: int = 0

    def lines(self, dry: bool) -> Iterator[str]:
        """For the person who imports."""
        imported = self.fates[Fate.IMPORTED]
        if dry:
            yield counted("{n} duel would be imported.", "{n} duels would be imported.", n=imported)
        else:
            yield counted("{n} duel imported.", "{n} duels imported.", n=imported)
        yield counted("{n} duel was there already.", "{n} duels were there already.", n=self.fates[Fate.THERE])
        yield counted("{n} row was not understood.", "{n} rows were not understood.", n=self.fates[Fate.REPORTED])
        for kind, number in self.reasons.most_common():
            yield say("  {number:,}: {reason}", number=number, reason=_KINDS[kind])
        yield say(
            "People: names kept of those who played these duels: {people} (users in the file: {users}); no e-mail, "
            "no picture.",
            users=self.users,
            people=self.people,
        )


def community_named(text: str) -> Community:
    """``platform:id``. :raises BadOption: when it is none."""
    try:
        community = community_from_text(text)
    except CorruptLog:
        community = Community("", "")
    if not (community.platform and community.id):
        raise BadOption(say("“{text}” is no community: write platform:id, such as web:main.", text=text))
    return community


@dataclass(frozen=True, slots=True)
class Asked:
    """What the host typed."""

    file: Path
    community: str
    report: Path | None = None
    nameless: bool = False
    dry: bool = False


def import_legacy(settings: Settings, asked: Asked) -> int:
    """Import, say what became of every row, and give the exit code: 1 when any row was not understood."""
    where, report, file = community_named(asked.community), asked.report, asked.file
    if report is not None and report.exists() and file.exists() and report.samefile(file):
        raise BadOption(say("The report would overwrite the database: name another file."))
    if not file.exists():
        raise BadOption(say("There is no file {file}: give the predecessor's SQLite file.", file=str(file)))
    with closing(LegacyFile.open(file)) as source, _report(report) as lines:
        summary = asyncio.run(_import(settings, source, where, lines, asked))
    for line in summary.lines(asked.dry):
        sys.stdout.write(said(line, settings.language) + "\n")
    return EXIT_REPORTED if summary.fates[Fate.REPORTED] else 0


async def _import(
    settings: Settings, source: LegacyFile, community: Community, report: TextIO | None, asked: Asked
) -> Summary:
    names = dict(_names(source))
    summary = Summary(users=len(names))
    async with _target(settings, asked.dry) as (store, secret):
        importing = LegacyImport(store, community, secret, {} if asked.nameless else names, asked.dry)
        title = said(say("rows"), settings.language)
        with Steps(title, source.count(), SystemClock()) as steps:
            for rows in _batched(source.games()):
                for row, fate in zip(rows, await asyncio.gather(*map(importing.row, rows)), strict=True):
                    _note(settings, summary, row, fate, report)
                steps.at(summary.fates.total())
        summary.people = len(importing.people)
    return summary


@asynccontextmanager
async def _target(settings: Settings, dry: bool) -> AsyncIterator[tuple[Store, bytes]]:
    """Where duels go. A rehearsal where there is nothing yet makes nothing."""
    if dry and not settings.aws.table and not settings.database.exists():
        store = SqliteStore.open(":memory:")
        try:
            yield store, b""
        finally:
            await store.close()
        return
    async with embedded(settings) as arena:
        yield arena.context.store, arena.context.secret


def _names(source: LegacyFile) -> Iterator[tuple[str, str]]:
    for row in source.users():
        name = row.get("name")
        yield str(row.get("id")), name if isinstance(name, str) else ""


def _batched(rows: Iterator[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == _TOGETHER:
            yield batch
            batch = []
    if batch:
        yield batch


def _note(
    settings: Settings, summary: Summary, row: Mapping[str, Any], fate: Fate | Reported, report: TextIO | None
) -> None:
    if isinstance(fate, Fate):
        summary.fates[fate] += 1
        return
    summary.fates[Fate.REPORTED] += 1
    summary.reasons[fate.kind] += 1
    if report is not None:
        entry = {"table": "games", "reason": fate.kind, "why": str(fate.why), "row": dict(row)}
        report.write(json.dumps(_plain(entry), ensure_ascii=True, allow_nan=False) + "\n")
        return
    line = said(say("row {id}: {why}", id=_shown(row.get("id")), why=fate.why), settings.language)
    sys.stderr.write(line + "\n")


def _shown(value: Any) -> str:
    """A value of a stranger's file, on one line and without what a terminal would obey."""
    text = str(value)[:60]
    return text if text.isprintable() else repr(text)


def _plain(value: Any) -> Any:
    """What JSON can hold: bytes as base64, endless numbers as words."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": str(value)}
    return value


@contextmanager
def _report(path: Path | None) -> Iterator[TextIO | None]:
    """The report, for its owner alone; it takes its place when it is whole, so that a kill leaves no half of one."""
    if path is None:
        yield None
        return
    part = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError as error:
        unwritten = say(
            "{file} cannot be written ({why}): name another file with --report.",
            file=str(path),
            why=str(error.strerror),
        )
        raise StoreError(unwritten) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yield file
    part.replace(path)
