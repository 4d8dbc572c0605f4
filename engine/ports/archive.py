"""Everything that a store holds, as records that another store can take over exactly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from engine.model import Community
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


class ArchivedStore(Store, Archive, Protocol):
    """A store that can be moved."""
