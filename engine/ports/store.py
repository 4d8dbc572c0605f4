"""Where duels and documents live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.model import (
    Community,
    Document,
    Entry,
    Head,
    Lease,
    Person,
    Player,
    Seal,
    Seat,
    Shown,
    Status,
)
from engine.ports.counts import PairCount


class Store(Protocol):
    """Where duels live. Every write is conditional and idempotent; one contract suite holds for all stores."""

    async def create(self, head: Head, entry: Entry) -> bool:
        """Head and entry 0 in one step; ``False`` when that duel exists already (a repeated request)."""
        ...

    async def append(self, duel_id: str, entry: Entry) -> None:
        """Durable when it returns. An entry of the same number and id is a success.

        :raises Conflict: when another entry has that number. :raises StoreFull: when there is no space.
        """
        ...

    async def append_all(self, duel_id: str, entries: Sequence[Entry]) -> None:
        """Entries that follow one another, all or none; durable when it returns.

        Written again, the same entries are a success. :raises Conflict: when another entry has the first's number.
        """
        ...

    async def entries(self, duel_id: str, after: int = -1, *, newest: bool = False) -> list[Entry]:
        """The log after a number, in order; ``newest``: past whatever a store remembers for its worker."""
        ...

    async def head(self, duel_id: str) -> Head | None:
        """The duel's head, strongly consistent."""
        ...

    async def update(self, head: Head) -> Head:
        """Write a head whose ``version`` is the stored one; gives it back with the next version.

        Creation and ``shown`` are never changed by it, and it ends no duel: see :meth:`finish`.

        :raises Conflict: when somebody else wrote first.
        """
        ...

    async def show(self, duel_id: str, shown: Shown) -> None:
        """Write what a platform shows of a duel, and nothing else of its head; the version stays.

        Only the duel's announcer writes it. ``update``, ``claim`` and ``finish`` leave it alone.
        """
        ...

    async def unshown(self, platform: str) -> list[str]:
        """That platform's duels whose messages may lag behind (:attr:`engine.model.Shown.waits`), oldest first."""
        ...

    async def claim(self, duel_id: str, lease: Lease, now_ms: int) -> Head | None:
        """Take or renew the lease; ``None`` when another worker holds a live one or the duel is not live."""
        ...

    async def release(self, workers: Sequence[str]) -> int:
        """End the leases of workers that are known to be dead, so that others go on at once; how many there were."""
        ...

    async def finish(self, head: Head, counts: Sequence[PairCount] = ()) -> bool:
        """Mark the duel over and add rows to ladders, in one transaction and once; ``False`` if it was over.

        Its sealed choices are dropped, also when it is repeated: one may have come after the end.
        """
        ...

    async def rule(self, head: Head, entries: Sequence[Entry], counts: Sequence[PairCount]) -> Head:
        """Give a duel that is over another outcome: append to its log, write ``head.outcome`` and add rows to ladders.

        All of it in one transaction or nothing; gives the head back with the next version. Not idempotent: repeated, it
        is a conflict.

        :raises Conflict: when the stored version is not the head's, when the duel is not over, or when another entry
            has the first's number.
        """
        ...

    async def put_seal(self, duel_id: str, seal: Seal) -> Seal:
        """Keep a sealed choice unless the seat has one for that entry; gives the one that is kept."""
        ...

    async def seals(self, duel_id: str, entry: int) -> dict[Seat, Seal]:
        """The sealed choices for an entry."""
        ...

    async def due(self, now_ms: int, limit: int = 100) -> list[str]:
        """Duels whose ``wake_at_ms`` has come, the longest overdue first."""
        ...

    async def unfinished(self) -> list[str]:
        """Every duel that is live or waits for a person, oldest first; what a restarted process looks at."""
        ...

    async def duels(
        self, community: Community, status: Status | None = None, before_ms: int | None = None, limit: int = 25
    ) -> list[Head]:
        """A community's duels, newest first."""
        ...

    async def duels_starting(self, community: Community, prefix: str, limit: int) -> list[Head]:
        """A community's duels whose ids start so, in order of their ids."""
        ...

    async def seated(self, community: Community, player: Player) -> list[Head]:
        """A community's unfinished duels in which that player sits, newest first."""
        ...

    async def history(self, player: Player, before_ms: int | None = None, limit: int = 25) -> list[Head]:
        """The duels of a player in every community, newest first; a person who left a seat to a program is kept.

        Duels of one millisecond come in the order of their ids. ``before_ms`` is exclusive: whoever pages and wants to
        lose none asks again from the millisecond after the last one's, and leaves out what they have.
        """
        ...

    async def document(self, community: Community, kind: str, key: str, *, newest: bool = False) -> Document | None:
        """A document, strongly consistent; ``newest``: past whatever a store remembers for its worker."""
        ...

    async def put_document(self, document: Document) -> Document:
        """Write a document whose ``version`` is the stored one; gives it back with the next version.

        Not idempotent: written again, it is a conflict. The versions of a deleted document start anew, so a key that
        is deleted is not for use by somebody else.

        :raises Conflict: when somebody else wrote first.
        """
        ...

    async def delete_document(self, document: Document) -> None:
        """Delete that version; nothing when it is gone. :raises Conflict: when somebody else wrote first."""
        ...

    async def documents(
        self, community: Community, kind: str, limit: int = 100, *, whole: bool = False
    ) -> list[Document]:
        """A community's documents of a kind, in the order of their keys (code points); the first ``limit``.

        One that cannot be read is left out, so that it hides no other, unless they count only together (``whole``).

        :raises CorruptLog: with ``whole``, at one that cannot be read.
        """
        ...

    async def last_documents(
        self, community: Community, kind: str, limit: int = 100, before: str | None = None
    ) -> list[Document]:
        """As :meth:`documents`, but backwards: the ``limit`` last ones, or those before a key, which need not exist.

        One that cannot be read is left out, so whoever pages asks until nothing comes.
        """
        ...

    async def due_documents(self, kind: str, now_ms: int, limit: int = 100) -> list[Document]:
        """Documents of a kind, of all communities, whose ``wake_at_ms`` has come; the longest overdue first."""
        ...

    async def pair_counts(self, ladder: str) -> list[PairCount]:
        """A ladder's table."""
        ...

    async def person(self, platform: str, platform_id: str, name: str, new_id: str, *, unique: bool = False) -> Person:
        """The person behind a platform's id; made with ``new_id`` the first time. A new name is kept.

        Names are the same whatever their case and compatible characters (NFKC).

        :raises Conflict: when a ``unique`` name is asked for and another person of the platform has it.
        """
        ...

    async def people(self, ids: Sequence[str]) -> Mapping[str, Person]:
        """Persons by our id; an erased or unknown one is left out."""
        ...

    async def person_of(self, platform: str, platform_id: str) -> Person | None:
        """The person behind a platform's id, if known."""
        ...

    async def person_named(self, platform: str, name: str) -> Person | None:
        """The person of that name, whatever its case; the one seen last when several share it."""
        ...

    async def forget(self, person_id: str) -> bool:
        """Erase a person's platform id and name for ever, from the medium too; ``False`` when they were not known.

        Whoever comes again under that platform id is a new person.
        """
        ...

    async def close(self) -> None:
        """Finish what was accepted and let go."""
        ...
