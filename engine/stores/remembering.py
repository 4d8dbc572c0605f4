"""A DynamoDB store that remembers what its worker alone may change: every read of it is a call to pay and to wait for.

While a worker holds a duel's lease, and from a duel's creation and its end to the end of an invocation, the duel's log
grows by its own hand. Somebody else may still append (they resign, they take back): then the worker's next write is a
conflict, and all that is remembered of the duel is forgotten. What is shown meanwhile may so be a ply old, which a
projection may always be. Documents and people are remembered for moments: each write of a document carries the version
that it has read, so that a stale one is refused. :meth:`RememberingStore.clear` ends all of it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final, Generic, TypeVar

from engine.model import Community, Document, Entry, Head, Lease, Person, Shown, Status, Turn
from engine.ports import Clock, PairCount
from engine.stores import _dynamo_heads as heads
from engine.stores import _dynamo_logs as logs
from engine.stores._dynamo_client import Client
from engine.stores._names import folded
from engine.stores.dynamodb import DynamoStore

KEPT_MS: Final = 60_000
MOST_KEPT: Final = 1024

K = TypeVar("K")
V = TypeVar("V")


class _Fresh(Generic[K, V]):
    """Values for :data:`KEPT_MS`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[K, tuple[int, V]] = OrderedDict()
        self._asked: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, ask: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """The value; many who ask for it at the same moment share a call."""
        if key in self:
            return self[key]
        if key not in self._asked:
            self._asked[key] = asyncio.create_task(self._ask(key, ask))
        return await asyncio.shield(self._asked[key])

    async def _ask(self, key: K, ask: Callable[[], Coroutine[Any, Any, V]]) -> V:
        try:
            value = await ask()
            if self._asked.get(key) is asyncio.current_task():  # else it has been written meanwhile
                self.keep(key, value)
            return value
        finally:
            if self._asked.get(key) is asyncio.current_task():
                del self._asked[key]

    def keep(self, key: K, value: V) -> V:
        self._asked.pop(key, None)  # what is being read began before this was known
        self._kept[key] = (self._clock.now_ms() + KEPT_MS, value)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return value

    def drop(self, key: K) -> None:
        self._kept.pop(key, None)
        self._asked.pop(key, None)

    def drop_if(self, old: Callable[[K], bool]) -> None:
        for key in [one for one in {*self._kept, *self._asked} if old(one)]:
            self.drop(key)

    def clear(self) -> None:
        self._kept.clear()
        self._asked.clear()

    def __contains__(self, key: K) -> bool:
        return key in self._kept and self._clock.now_ms() < self._kept[key][0]

    def __getitem__(self, key: K) -> V:
        return self._kept[key][1]


class RememberingStore(DynamoStore):
    """Fulfils :class:`engine.ports.Store` for one worker."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self._held: dict[str, Head] = {}
        self._logs: dict[str, list[Entry]] = {}
        self._claims: dict[
            str, object
        ] = {}  # the claim under way whose answer may be kept: nothing else was written since
        self._documents: _Fresh[tuple[Community, str, str], Document | None] = _Fresh(client.clock)
        self._people: _Fresh[str, Person] = _Fresh(client.clock)
        self._sightings: _Fresh[tuple[str, str, str], Person] = _Fresh(client.clock)

    def clear(self) -> None:
        """Forget everything: others go on with what this worker did."""
        self._held.clear()
        self._logs.clear()
        self._claims.clear()
        self._documents.clear()
        self._people.clear()
        self._sightings.clear()

    async def create(self, head: Head, entry: Entry) -> bool:
        """See :meth:`engine.ports.Store.create`."""
        if not await super().create(head, entry):
            return False
        self._held[head.duel_id], self._logs[head.duel_id] = head, [entry]
        return True

    async def claim(self, duel_id: str, lease: Lease, now_ms: int) -> Head | None:
        """See :meth:`engine.ports.Store.claim`."""
        self._forget(duel_id)
        claim = self._claims[duel_id] = object()
        changed, log = await asyncio.gather(
            self._leased(duel_id, lease, now_ms), logs.whole(self._client, duel_id), return_exceptions=True
        )
        alone = self._claims.get(duel_id) is claim
        self._forget(duel_id)
        if isinstance(changed, BaseException):
            raise changed
        if changed is None:
            return None
        if isinstance(log, BaseException):
            raise log
        entries, shown = log
        head = heads.read(changed, shown)
        if alone:
            self._held[duel_id], self._logs[duel_id] = head, entries
        return head

    async def release(self, workers: Sequence[str]) -> int:
        """See :meth:`engine.ports.Store.release`."""
        for duel_id in [*self._held, *self._claims]:
            self._forget(duel_id)
        return await super().release(workers)

    async def update(self, head: Head) -> Head:
        """See :meth:`engine.ports.Store.update`."""
        async with self._unless_conflicting(head.duel_id):
            written = await super().update(head)
        if written.lease is None or written.status is not Status.LIVE:
            self._forget(head.duel_id)
        elif head.duel_id in self._held:
            self._held[head.duel_id] = replace(written, shown=self._held[head.duel_id].shown)
        self._claims.pop(head.duel_id, None)
        return written

    async def finish(self, head: Head, counts: Sequence[PairCount] = ()) -> bool:
        """See :meth:`engine.ports.Store.finish`."""
        held = self._held.get(head.duel_id)
        finished = await super().finish(head, counts)
        if finished and held:
            over = replace(head, status=Status.OVER, version=held.version + 1, shown=held.shown)
            self._held[head.duel_id] = replace(over, lease=None, waiting_for=frozenset(), deadline_ms=None)
        else:
            self._forget(head.duel_id)
        return finished

    async def rule(self, head: Head, entries: Sequence[Entry], counts: Sequence[PairCount]) -> Head:
        """See :meth:`engine.ports.Store.rule`."""
        self._forget(head.duel_id)
        return await super().rule(head, entries, counts)

    async def append(self, duel_id: str, entry: Entry) -> None:
        """See :meth:`engine.ports.Store.append`."""
        await self.append_all(duel_id, [entry])

    async def append_all(self, duel_id: str, entries: Sequence[Entry]) -> None:
        """See :meth:`engine.ports.Store.append_all`."""
        async with self._unless_conflicting(duel_id):
            if len(entries) == 1:
                await super().append(duel_id, entries[0])
            else:
                await super().append_all(duel_id, entries)
        log = self._logs.get(duel_id)
        if log is not None and log and entries and entries[0].number == log[-1].number + 1:
            log += entries
        else:
            self._forget(duel_id)  # what comes between is not known here

    async def entries(self, duel_id: str, after: int = -1, *, newest: bool = False) -> list[Entry]:
        """See :meth:`engine.ports.Store.entries`."""
        if newest or duel_id not in self._held:
            return await super().entries(duel_id, after)
        if duel_id not in self._logs:
            log = await super().entries(duel_id)
            if not log or duel_id not in self._held:
                return log[after + 1 :]
            self._logs[duel_id] = log
        return self._logs[duel_id][after + 1 :]

    async def head(self, duel_id: str) -> Head | None:
        """See :meth:`engine.ports.Store.head`."""
        return self._held.get(duel_id) or await super().head(duel_id)

    async def show(self, duel_id: str, shown: Shown) -> None:
        """See :meth:`engine.ports.Store.show`."""
        await super().show(duel_id, shown)
        if duel_id in self._held:
            self._held[duel_id] = replace(self._held[duel_id], shown=shown)
        self._claims.pop(duel_id, None)

    async def document(self, community: Community, kind: str, key: str, *, newest: bool = False) -> Document | None:
        """See :meth:`engine.ports.Store.document`."""
        if newest:
            self._documents.drop((community, kind, key))
        read = partial(super().document, community, kind, key)
        return await self._documents.get((community, kind, key), read)

    async def put_document(self, document: Document) -> Document:
        """See :meth:`engine.ports.Store.put_document`."""
        name = (document.community, document.kind, document.key)
        self._documents.drop(name)
        written = await super().put_document(document)
        self._documents.keep(name, written)
        return written

    async def delete_document(self, document: Document) -> None:
        """See :meth:`engine.ports.Store.delete_document`."""
        self._documents.drop((document.community, document.kind, document.key))
        await super().delete_document(document)

    async def people(self, ids: Sequence[str]) -> Mapping[str, Person]:
        """See :meth:`engine.ports.Store.people`."""
        unknown = [one for one in ids if one not in self._people]
        found = dict(await super().people(unknown)) if unknown else {}
        for one, person in found.items():
            self._people.keep(one, person)
        return found | {one: self._people[one] for one in ids if one in self._people}

    async def person(self, platform: str, platform_id: str, name: str, new_id: str, *, unique: bool = False) -> Person:
        """See :meth:`engine.ports.Store.person`."""
        sighting = (platform, platform_id, name)
        if unique or sighting not in self._sightings:
            # Who has another name now, and whose name somebody else was seen under since, is written anew.
            self._sightings.drop_if(lambda old: old != sighting and _concerns(old, platform, platform_id, name))
        read = partial(super().person, platform, platform_id, name, new_id, unique=unique)
        person = await read() if unique else await self._sightings.get(sighting, read)
        return self._people.keep(person.id, person)

    async def forget(self, person_id: str) -> bool:
        """See :meth:`engine.ports.Store.forget`."""
        forgotten = await super().forget(person_id)
        self._people.drop(person_id)
        self._sightings.clear()
        return forgotten

    def _may_be_sealed(self, duel_id: str) -> bool:
        """A turn of one seat alone is of a game without choices at once."""
        turns = (entry.body for entry in self._logs.get(duel_id, ()) if isinstance(entry.body, Turn))
        return not any(len(turn.moves) == 1 for turn in turns)

    async def _whose(self, duel_id: str) -> Head | None:
        return self._held.get(duel_id) or await super()._whose(duel_id)

    def _forget(self, duel_id: str) -> None:
        self._held.pop(duel_id, None)
        self._logs.pop(duel_id, None)
        self._claims.pop(duel_id, None)

    @asynccontextmanager
    async def _unless_conflicting(self, duel_id: str) -> AsyncIterator[None]:
        """What is remembered of the duel is old when somebody else has written, or nobody knows what was."""
        try:
            yield
        except BaseException:
            self._forget(duel_id)
            raise


def _concerns(old: tuple[str, str, str], platform: str, platform_id: str, name: str) -> bool:
    return old[0] == platform and (old[1] == platform_id or folded(old[2]) == folded(name))
