"""Moving an arena into another store: copied record by record, verified by counts and hashes, resumed after a kill.

How far it has come stands in a document of the target, so that it cannot be lost without the copy. The cursor saves
time alone: whatever it says, records are never overwritten, and the verification reads both stores to their end.

Nobody works on the target before it is whole, and then not before somebody opens it: a sweeper that found half of a
copy would play on in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from engine.arena import gate
from engine.arena.context import derived_id
from engine.arena.gate import Why
from engine.arena.leaving import at_work, leave
from engine.errors import Conflict, NotAllowed, StoreError
from engine.model import Document
from engine.ports import ArchivedStore, Clock, Stored
from engine.ports.archive import KINDS, MIGRATION
from engine.sentences import say

BATCH: Final = 100
_COPY: Final = "copy"
_WORD: Final = 1 << 256

Progress = Callable[[int], None]
"""Told how many records have been looked at."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many records, and a hash that does not depend on their order: the sum of their SHA-256."""

    count: int = 0
    total: int = 0

    def plus(self, record: Stored) -> Fingerprint:
        """With one more."""
        whole = "\0".join((record.kind, record.key, record.body)).encode("utf-8", "surrogatepass")
        return Fingerprint(self.count + 1, (self.total + int.from_bytes(hashlib.sha256(whole).digest())) % _WORD)

    @property
    def short(self) -> str:
        """The first digits, for people to compare."""
        return f"{self.total:064x}"[:12]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a migration has found: records written now, and what both stores hold of each kind."""

    written: int
    kinds: Mapping[str, Fingerprint]


async def fingerprints(records: AsyncIterator[Stored], progress: Progress = lambda _: None) -> dict[str, Fingerprint]:
    """What a store holds, by kind."""
    found = {kind: Fingerprint() for kind in KINDS}
    seen = 0
    async for record in records:
        found[record.kind] = found[record.kind].plus(record)
        seen += 1
        progress(seen)
    return found


@dataclass(slots=True)
class Migration:
    """One copy of ``source``, which people know as ``name``, into ``target``.

    ``anyway``: also where the target holds something else, and while workers are at the source's duels.
    ``moved_to``: the target's name. With it the source is closed for good before anything is copied, and its workers
    are waited for: ``notice_seconds`` until they have seen that, and until each has given its duels back.
    """

    source: ArchivedStore
    target: ArchivedStore
    name: str
    clock: Clock
    anyway: bool = False
    copying: Progress = lambda _: None
    comparing: Progress = lambda _: None
    moved_to: str = ""
    notice_seconds: float = 0.0
    waiting: Progress = lambda _: None
    _extra: bool = field(default=False, init=False)

    async def run(self) -> Moved:
        """Copy and verify; again after a kill, or after it is done, it goes on or finds all in place.

        :raises NotAllowed: when the source is in use or the target is, unless ``anyway``.
        :raises StoreError: when the two differ at the end. :raises Conflict: when the target holds another record.
        """
        if not self.moved_to:
            await self._require_idle()
        mark = await self._begin()
        if self.moved_to:
            await leave(self.source, self.name, self.moved_to, self.clock, self.notice_seconds, self.waiting)
        alone = not self._extra and not (mark.body.get("done") and await gate.closed_store(self.target) is None)
        if alone:
            await gate.close(self.target, Why.COPYING, self.name)
        written = await self._copy(mark)
        kinds = await self._verify()
        if alone:
            await self._done()
        return Moved(written, kinds)

    async def _done(self) -> None:
        """Whole: whoever wants to work on it may open it."""
        mark = await self.target.document(MIGRATION, _COPY, self._key)
        assert mark is not None  # noqa: S101 - made by :meth:`_begin`
        await self.target.put_document(replace(mark, body={**mark.body, "done": True}))
        await gate.close(self.target, Why.COPIED, self.name)

    @property
    def _key(self) -> str:
        return derived_id(_COPY, self.name)

    async def _require_idle(self) -> None:
        head = None if self.anyway else await at_work(self.source, self.clock)
        if head is not None and head.lease is not None:
            raise NotAllowed(
                say(
                    "{store} is in use: {worker} is at duel {duel}. Stop the arena there first, or give --anyway.",
                    store=self.name,
                    worker=head.lease.worker,
                    duel=head.duel_id,
                )
            )

    async def _begin(self) -> Document:
        """The mark of this copy in the target, made before the first record is."""
        key = self._key
        mark = await self.target.document(MIGRATION, _COPY, key)
        if mark is not None:
            self._extra = bool(mark.body["extra"])
            return mark
        async for _ in self.target.records():
            self._extra = True
            break
        if self._extra and not self.anyway:
            raise NotAllowed(
                say(
                    "The target is not empty: give a new one, or --anyway to add to what it holds. Nothing was written."
                )
            )
        body = {"from": self.name, "cursor": "", "extra": self._extra}
        return await self.target.put_document(Document(MIGRATION, _COPY, key, body))

    async def _copy(self, mark: Document) -> int:
        written = seen = 0
        batch: list[Stored] = []
        async for record in self.source.records(str(mark.body["cursor"])):
            batch.append(record)
            if len(batch) == BATCH:
                written += await self._restore(batch)
                mark = await self._mark(mark, batch[-1].cursor)
                seen += len(batch)
                self.copying(seen)
                batch = []
        written += await self._restore(batch)
        # From the start, should it be run again: the source may have grown.
        await self._mark(mark, "")
        return written

    async def _restore(self, batch: Sequence[Stored]) -> int:
        try:
            return await self.target.restore(batch) if batch else 0
        except Conflict as error:
            raise StoreError(
                say(
                    "{why} Both were used since they were copied, or the target is another arena's. Nothing was "
                    "overwritten: copy the one that you use into an empty store.",
                    why=error.text,
                )
            ) from error

    async def _mark(self, mark: Document, cursor: str) -> Document:
        return await self.target.put_document(replace(mark, body={**mark.body, "cursor": cursor}))

    async def _verify(self) -> Mapping[str, Fingerprint]:
        """Read both to their end. In a target that held other records, each of ours must be as it was read."""
        found = await fingerprints(self.source.records(), self.comparing)
        if self._extra:
            await self._verify_within()
            return found
        copied = await fingerprints(self.target.records(), self.comparing)
        for kind in KINDS:
            if found[kind] != copied[kind]:
                raise StoreError(
                    say(
                        "The copy differs in records of kind {kind}: {found:,} in the source ({hash}), {copied:,} in "
                        "the target ({other}). One of the two was used meanwhile: copy the one that you use into an "
                        "empty store.",
                        kind=kind,
                        found=found[kind].count,
                        hash=found[kind].short,
                        copied=copied[kind].count,
                        other=copied[kind].short,
                    )
                )
        return found

    async def _verify_within(self) -> None:
        batch: list[Stored] = []
        async for record in self.source.records():
            batch.append(record)
            if len(batch) == BATCH:
                await self._require_there(batch)
                batch = []
        await self._require_there(batch)

    async def _require_there(self, batch: Sequence[Stored]) -> None:
        if await self._restore(batch):
            raise StoreError(say("Records were missing in the copy. Run it again, with both arenas stopped."))
