"""The use case: every row becomes a duel, is known to be one already, or is reported with the reason.

Nothing of it is in one transaction and yet all of it may be killed anywhere: ids come from the rows, a duel is over
from its first write on, and its entries are written in order, so whoever imports again finishes what was begun.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from engine.arena.legacy import logs, rows
from engine.errors import NotUnderstood
from engine.model import LONGEST_NAME, Community, Entry
from engine.ports import Store
from engine.sentences import say

PLATFORM: Final = "legacy"
"""The platform of the predecessor's people. Nobody comes by it, so none of them can be named, or taken for a member."""

DUPLICATE: Final = "duplicate"
CHANGED: Final = "changed"
_BURST: Final = 16  # as many entries as a worker writes at once: one transaction of any store


class Fate(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    THERE = "there"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Reported:
    """A row that was not imported: one word for its like, and the sentence why."""

    kind: str
    why: str


@dataclass(slots=True)
class LegacyImport:
    """One import into a community.

    ``names`` are the predecessor's people by its id, ``secret`` makes our ids of them. With ``dry`` nothing is
    written, and the rest is as it would be.
    """

    store: Store
    community: Community
    secret: bytes = field(repr=False)
    names: Mapping[str, str]
    dry: bool = False
    people: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    async def row(self, row: rows.RawRow) -> Fate | Reported:
        """Import one row. :raises StoreError: when the store fails; the same row again goes on."""
        try:
            game = rows.read(row)
            made = logs.read(game, self.community, self._person(game.user or game.id))
            self._require_first(made.head.duel_id)
            fate = await self._write(made)
        except NotUnderstood as error:
            return Reported(error.kind, error.text)
        await self._know(game.user)
        return fate

    def _require_first(self, duel_id: str) -> None:
        if duel_id in self._seen:
            raise NotUnderstood(DUPLICATE, say("Another row has the same id, game and time."))
        self._seen.add(duel_id)

    async def _write(self, made: logs.LegacyDuel) -> Fate:
        duel_id = made.head.duel_id
        stored = await self.store.entries(duel_id) if await self.store.head(duel_id) else []
        if stored != list(made.entries[: len(stored)]):
            raise NotUnderstood(CHANGED, say("It was imported before as duel {duel}, and differs now.", duel=duel_id))
        if len(stored) == len(made.entries):
            return Fate.THERE
        if not self.dry:
            await self._finish(made, stored)
        return Fate.IMPORTED

    async def _finish(self, made: logs.LegacyDuel, stored: list[Entry]) -> None:
        duel_id, entries = made.head.duel_id, made.entries
        if not stored:
            await self.store.create(made.head, entries[0])
        for start in range(max(1, len(stored)), len(entries), _BURST):
            await self.store.append_all(duel_id, entries[start : start + _BURST])

    async def _know(self, user: str) -> None:
        """Keep the name of who played; the rest that the predecessor knew of them is not taken over."""
        name = _presentable(self.names.get(user, ""))
        if not name or user in self.people:
            return
        self.people.add(user)
        if not self.dry:
            known = self._person(user)
            await self.store.person(PLATFORM, known, name, known)

    def _person(self, user: str) -> str:
        """Our id of a person: nobody without the installation's secret can tell whose it is."""
        return hmac.digest(self.secret, f"legacy user|{user}".encode("utf-8", "replace"), "sha256").hex()[:32]


def _presentable(name: str) -> str:
    shown = "".join(letter for letter in " ".join(name.split()) if letter.isprintable())
    return shown[:LONGEST_NAME].strip()
