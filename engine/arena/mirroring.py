"""A copy of a store that follows it: made once, then kept within a minute by the store's journal.

Where it is stands in a document of the copy that is written in one transaction with what was taken over, so a kill at
any moment costs nothing. Each duel is at all times as it once was in the source: its log and its head come in order.
What is not of one duel (ladders, members) may be a moment apart from it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from engine.arena import gate
from engine.arena.gate import Why
from engine.arena.migration import BATCH, Fingerprint, Progress, fingerprints
from engine.errors import Conflict, NotAllowed, StoreError
from engine.model import Document
from engine.ports import Archive, ArchivedStore, Change, Clock, Journal, Mirrored, Read, Stored
from engine.ports.archive import LATER, MIGRATION
from engine.sentences import say

POLL_SECONDS: Final = 10.0
"""Between two looks at the journal: four shards so take a million reads a month, of 2.5 million that cost nothing."""
SETTLE_SECONDS: Final = 60.0
"""So long a record may differ while it is on its way."""
ENDS: Final = 3
"""So often in a row the journal must have nothing: an answer may be empty although more follows."""
APART_SECONDS: Final = 60.0
"""So far apart this clock and the source's may be."""
_MIRROR: Final = "mirror"
_MAIN: Final = "main"


Current = Callable[[Sequence[Stored]], Awaitable[list[Stored | None]]]


class Target(ArchivedStore, Mirrored, Protocol):
    """A store that can be a mirror."""


@dataclass(frozen=True, slots=True)
class Progressed:
    """What one look has brought: how many changes, and about how old the first of them was when it was taken over."""

    changes: int
    behind_seconds: float
    at_end: bool
    oldest_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What the mirror holds of each kind; ``settled`` records changed while both were read, and are the same now."""

    kinds: dict[str, Fingerprint]
    settled: int


@dataclass(slots=True)
class Mirror:
    """``target`` as a mirror of ``source``, which people know as ``name``."""

    source: Archive
    journal: Journal
    target: Target
    name: str
    clock: Clock
    copying: Progress = lambda _: None
    comparing: Progress = lambda _: None
    _mark: Document | None = field(default=None, init=False)

    async def is_whole(self) -> bool:
        """Whether everything has been copied once.

        :raises NotAllowed: when the target holds something else, or is the mirror of another store.
        """
        mark = await self._marked()
        return bool(mark.body["whole"])

    async def copy(self) -> int:
        """Copy everything, from where it was when it is begun again; how many records were taken over now.

        :raises JournalLost: when the copy lay unfinished for longer than the journal keeps: begin it anew.
        """
        await self._marked()
        written = 0
        batch: list[Stored] = []
        async for record in self.source.records(str(self._body["cursor"])):
            batch.append(record)
            if len(batch) == BATCH:
                written += await self._restore(batch)
                self.copying(written)
                batch = []
        written += await self._restore(batch)
        # Only then is it as the source once was: while it was read, things changed here and there.
        await self.caught_up()
        await self._take([], {"whole": True, "cursor": ""})
        return written

    async def step(self) -> Progressed:
        """One look at the journal. :raises JournalLost: when it does not reach back so far."""
        found = await self._read()
        newest = {"newest_ms": found.newest_ms} if found.newest_ms else {}
        await self._take(found.changes, {"place": found.place, **newest})
        behind_ms = self.clock.now_ms() - found.oldest_ms if found.oldest_ms else 0
        return Progressed(len(found.changes), max(0, behind_ms) / 1000, found.at_end, found.oldest_ms)

    async def caught_up(self) -> int:
        """Take over what there is; how many changes that were.

        On a busy source there is always something new. It is enough then that nothing comes which was there before.
        """
        changes = ends = 0
        later_ms = self.clock.now_ms() + round(APART_SECONDS * 1000)
        while ends < ENDS:
            done = await self.step()
            changes += done.changes
            is_new = done.oldest_ms is not None and done.oldest_ms > later_ms
            ends = ends + 1 if done.at_end or is_new else 0
        return changes

    async def verify(self) -> Verified:
        """Compare every record. The source may be in use: what differs is looked at again while the mirror follows.

        :raises StoreError: when a record differs for good.
        """
        await self.caught_up()
        theirs = await fingerprints(self.source.records(), self.comparing)
        await self.caught_up()
        ours = await fingerprints(self.target.records(), self.comparing)
        if ours == theirs:
            return Verified(ours, 0)
        differing = await self._differing()
        number, until_ms = len(differing), self.clock.now_ms() + round(SETTLE_SECONDS * 1000)
        while differing := await self._still(differing):
            if self.clock.now_ms() >= until_ms:
                raise StoreError(
                    say(
                        "The mirror differs in {number:,} records, the first a {kind}, {key}: make it anew.",
                        number=len(differing),
                        kind=differing[0].kind,
                        key=differing[0].key,
                    )
                )
            await self.clock.sleep(1)
            for _ in range(ENDS):
                await self.step()
        return Verified(await fingerprints(self.target.records()), number)

    async def require_mirror(self) -> None:
        """:raises NotAllowed: when the target is no whole mirror of the source (any more): it may be an arena's."""
        if await self.target.document(MIGRATION, _MIRROR, _MAIN) is None:
            raise NotAllowed(
                say("The target is no mirror: give a file that does not exist, or move it away. Nothing was written.")
            )
        if not await self.is_whole():
            raise NotAllowed(say("The mirror is not whole: it was never copied to its end."))

    async def end(self) -> None:
        """Make an arena of its own of it: no mirror any more, and no worker is at its duels."""
        for duel_id in await self.target.unfinished():
            head = await self.target.head(duel_id)
            if head and head.lease:
                await self.target.release([head.lease.worker])
        while later := await self.target.documents(MIGRATION, LATER):
            for document in later:
                await self.target.delete_document(document)
        await gate.close(self.target, Why.COPIED, self.name)

    async def newest_ms(self) -> int | None:
        """About when the last change was written that it has; ``None`` when none has come since it was copied."""
        newest = (await self._marked()).body.get("newest_ms")
        return int(newest) if newest else None

    @property
    def _body(self) -> dict[str, object]:
        assert self._mark is not None  # noqa: S101 - read first
        return dict(self._mark.body)

    async def _marked(self) -> Document:
        """The mark; made, and the store closed, before anything else is."""
        self._mark = self._mark or await self.target.document(MIGRATION, _MIRROR, _MAIN)
        if self._mark is None:
            async for _ in self.target.records():
                raise NotAllowed(say("The target is not empty: give a new one. Nothing was written."))
            await gate.close(self.target, Why.MIRROR, self.name)
            # Where the journal ends now, so that nothing is missed that changes while everything is read.
            body = {"from": self.name, "place": await self.journal.end(), "cursor": "", "whole": False}
            self._mark = await self.target.put_document(Document(MIGRATION, _MIRROR, _MAIN, body))
        if self._mark.body["from"] != self.name:
            raise NotAllowed(say("The target is a mirror of {other}.", other=str(self._mark.body["from"])))
        closed = await gate.closed_store(self.target)
        if closed is None or closed.why is not Why.MIRROR:
            raise NotAllowed(say("The target was a mirror of {other}, and is no more.", other=self.name))
        return self._mark

    async def _read(self) -> Read:
        await self._marked()
        return await self.journal.read(str(self._body["place"]))

    async def _restore(self, batch: Sequence[Stored]) -> int:
        if batch:
            changes = [Change(record.kind, record.key, record.body, whole=True) for record in batch]
            await self._take(changes, {"cursor": batch[-1].cursor})
        return len(batch)

    async def _take(self, changes: Sequence[Change], changed: dict[str, object]) -> None:
        """Nothing is written when there is nothing new."""
        if not changes and all(self._body.get(name) == value for name, value in changed.items()):
            return
        assert self._mark is not None  # noqa: S101 - read first
        before, mark = self._mark, replace(self._mark, body={**self._body, **changed})
        self._mark = None  # should it fail, it may have been written all the same, and is read again
        try:
            self._mark = await self.target.take_over(changes, mark)
        except Conflict:
            self._mark = before  # another process is at it, and this one must not go on from where that is
            raise

    async def _differing(self) -> list[Stored]:
        """Records that are not the same on both sides, as one side has them."""
        return [
            *await _other(self.source.records(), self.target.current),
            *await _other(self.target.records(), self.source.current),
        ]

    async def _still(self, differing: Sequence[Stored]) -> list[Stored]:
        ours, theirs = await self.target.current(differing), await self.source.current(differing)
        pairs = zip(differing, ours, theirs, strict=True)
        return [record for record, one, other in pairs if one != other]


async def _other(records: AsyncIterator[Stored], current: Current) -> list[Stored]:
    """Those of these records that are not so on the other side."""
    found: list[Stored] = []
    batch: list[Stored] = []

    async def look() -> None:
        there = await current(batch)
        found.extend(record for record, other in zip(batch, there, strict=True) if record != other)
        batch.clear()

    async for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            await look()
    await look()
    return found
