"""Everything that a store holds, as records that another store can take over exactly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from engine.model import Community, Document
from engine.ports.store import Store

DUEL: Final = "duel"
KINDS: Final = ("person", "pair-count", "document", "played", "seal", "entry", DUEL)
"""Every kind of record, in the order of their tables; duels come last wherever records are read."""

MIGRATION: Final = Community("arena", "migration")
"""Whose documents say how far a copy has come. They are about one store, and so are in no archive."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One record. ``kind`` and ``key`` (a JSON list) name it; ``body`` is JSON as our codec writes it.

    ============  ==================================  ========================================================
    kind          key                                 body
    ============  ==================================  ========================================================
    person        platform, platform's id             id, name, seen (the order in which namesakes were seen)
    pair-count    ladder, first, second               its numbers by the names of ``counts.FIGURES``
    document      community, kind, key                body (JSON as text), version, wake_at_ms
    played        player, created_ms, duel            nothing
    seal          duel, entry, seat                   the seal
    entry         duel, number                        the entry
    duel          duel                                the head, what is shown of it included
    ============  ==================================  ========================================================

    ``cursor`` is where the record stands in the store that it was read from, and is no part of it.
    """

    kind: str
    key: str
    body: str
    cursor: str = field(default="", compare=False)


SHOWN: Final = "shown"
NAMED: Final = "named"
"""Parts of records that a journal tells of by themselves: what is shown of a duel, and when a person was seen under a
name in the order of namesakes."""


LATER: Final = "later"
"""Kind of the documents of :data:`MIGRATION` in which a mirror keeps such parts."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a record: its new body, or ``None`` when it is gone. A journal tells of

    ======  ==============================  ====================================================
    duel    duel                            the head without what is shown of it, which stays
    shown   duel                            what is shown
    person  platform, platform's id         id and name; the order among namesakes stays
    named   platform, folded name, id       seen (the order in which namesakes were seen)
    ======  ==============================  ====================================================

    and of every other kind as :class:`Stored` has it. With ``whole``, a duel or a person is one that was read whole.
    """

    kind: str
    key: str
    body: str | None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """Changes in an order in which each item's, and all of one duel's, are those in which they were written.

    ``place`` is where to read on. ``oldest_ms`` and ``newest_ms`` are about when the first and the last of them were
    written; ``at_end`` says that there were none a moment ago.
    """

    changes: Sequence[Change]
    place: str
    at_end: bool
    oldest_ms: int | None = None
    newest_ms: int | None = None


class Journal(Protocol):
    """What a store tells of its changes to whoever follows it."""

    async def end(self) -> str:
        """A place from which nothing is missed that is written from now on.

        :raises StoreError: when the store keeps no journal.
        """
        ...

    async def read(self, place: str) -> Read:
        """What was written since, as far as one answer holds it.

        :raises JournalLost: when the journal does not reach back so far.
        """
        ...

    async def close(self) -> None:
        """Let go."""
        ...


class Archive(Protocol):
    """What a store is asked when it moves. One contract suite holds for all of them."""

    def records(self, after: str = "") -> AsyncIterator[Stored]:
        """Every record that follows a cursor, in an order that stays while nobody writes.

        Duels come after all else, so that no worker finds one in a copy whose log is not whole.

        :raises CorruptLog: at one that cannot be read.
        """
        ...

    async def restore(self, records: Sequence[Stored]) -> int:
        """Write records as they are, versions included, durable when it returns; how many were not there yet.

        Written again they are a success, and part of them may have been written when it fails.

        :raises Conflict: when another record has the name of one; it is never overwritten.
        """
        ...

    async def current(self, records: Sequence[Stored]) -> list[Stored | None]:
        """Each of these records as it stands now; ``None`` for one that is gone."""
        ...


class Mirrored(Protocol):
    """A store that can follow another."""

    async def take_over(self, changes: Sequence[Change], mark: Document) -> Document:
        """Make these changes in order and write the mark, all or nothing; the mark as it stands then.

        Made again they change nothing. What was erased is gone from the medium when it returns.

        :raises Conflict: and nothing is written, when the mark's version is not the stored one.
        """
        ...


class ArchivedStore(Store, Archive, Protocol):
    """A store that can be moved."""
