"""What every use case stands on: the ports, the ids and the seals."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Final

from engine import duel
from engine.arena.combining import Combining
from engine.arena.gate import Gate
from engine.arena.ledger import Ledger
from engine.codec import fit
from engine.duel import State
from engine.errors import Conflict, UnknownName
from engine.model import Body, Entry, Head, Lease, Seal, Seat, Spoken, Status, Turn
from engine.ports import UNMETERED, Announcer, Clock, Meter, Queue, Roster, Store
from engine.sentences import say

NAMESPACE: Final = uuid.UUID("3f0c7d1e-5a52-5f0e-9f3a-6c1d9b2e8a47")


def derived_id(*parts: object) -> str:
    """The same parts, the same id: what makes a repeated request recognisable.

    A UUID of version 5 (RFC 9562, 5.5), written out here because a start of a duel needs three and
    :func:`uuid.uuid5` spends most of its time on an object that nobody keeps.
    """
    name = "|".join(map(str, parts)).encode()
    digest = bytearray(hashlib.sha1(NAMESPACE.bytes + name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(frozen=True, slots=True)
class Context:
    """The ports of one installation. ``secret`` salts seals; ``worker`` names this process in leases.

    ``noted`` are the ladders that this process knows to be in their communities' lists, and ``predicted`` the duels
    whose results it knows to be staked on: their pools are paid at once, and all others when the sweeper looks.
    """

    store: Store
    queue: Queue
    roster: Roster
    clock: Clock
    announcer: Announcer
    secret: bytes = field(repr=False)
    worker: str = "worker"
    meter: Meter = UNMETERED
    noted: set[str] = field(default_factory=set, repr=False, init=False)
    predicted: set[str] = field(default_factory=set, repr=False, init=False)
    ledgers: Combining[Ledger] = field(default_factory=Combining, repr=False, init=False)
    gate: Gate = field(default_factory=Gate, repr=False, init=False)
    _made: Iterator[int] = field(default_factory=itertools.count, repr=False, init=False)

    def fresh_id(self) -> str:
        """An id that no other write has: this worker's name is its own, and it never counts the same number twice."""
        return f"{self.worker}.{next(self._made)}"

    async def head(self, duel_id: str) -> Head:
        """:raises UnknownName: when there is no such duel."""
        head = await self.store.head(duel_id)
        if head is None:
            raise UnknownName(say("duel"), duel_id, [], say("See /duel list."))
        return head

    async def load(self, duel_id: str) -> State:
        """The duel as its whole log says. :raises UnknownName: when there is no such duel."""
        entries = await self.store.entries(duel_id)
        if not entries:
            raise UnknownName(say("duel"), duel_id, [], say("See /duel list."))
        return duel.fold(entries)

    async def append(self, duel_id: str, state: State, body: Body, entry_id: str) -> State:
        """Write the next entry and fold it. :raises Conflict: when another entry was first."""
        return await self.append_all(duel_id, state, [body], entry_id)

    async def append_all(self, duel_id: str, state: State, bodies: Sequence[Body], entry_id: str) -> State:
        """Write the next entries, all or none; the first has that id. :raises Conflict: when another was first."""
        now, first = self.clock.now_ms(), state.entry + 1
        ids = [entry_id, *(derived_id(entry_id, number) for number in range(1, len(bodies)))]
        entries = [Entry(first + number, ids[number], now, body) for number, body in enumerate(bodies)]
        rewriting = any(duel.rewrites(entry) for entry in entries)
        after = None if rewriting else reduce(duel.advance, entries, state)
        await self.write(duel_id, entries)
        return after or await self.load(duel_id)

    async def write(self, duel_id: str, entries: Sequence[Entry]) -> None:
        """Make entries durable and tell of them; long words are cut to what one write unit holds.

        :raises Conflict: and none is written, when another was first.
        """
        if len(entries) == 1:
            await self.store.append(duel_id, fit(entries[0]))
        else:
            await self.store.append_all(duel_id, [fit(entry) for entry in entries])
        if plies := sum([len(entry.body.moves) for entry in entries if isinstance(entry.body, Turn)]):
            self.meter.played(plies)
        self.announcer.changed(duel_id, entries[-1].number)

    async def wake(self, duel_id: str, head: Head | None = None) -> None:
        """Let a worker look at the duel again; whoever loses the race for the head has nothing left to do.

        ``head`` is the duel's, for who has just read it.
        """
        head = head or await self.head(duel_id)
        if head.status is Status.WAITING:
            try:
                await self.store.update(
                    replace(head, status=Status.LIVE, waiting_for=frozenset(), deadline_ms=None, lease=None)
                )
            except Conflict:
                return
        await self.queue.put(duel_id)

    async def is_closed(self) -> bool:
        """Whether nobody may work on the store, since it is being moved."""
        return await self.gate.closed(self.store, self.clock.now_ms()) is not None

    async def claim(self, duel_id: str, lease_ms: int) -> Head | None:
        """Take or renew this worker's lease; ``None`` also while the store is closed."""
        if await self.is_closed():
            return None
        now = self.clock.now_ms()
        return await self.store.claim(duel_id, Lease(self.worker, now + lease_ms), now)

    def seal(self, duel_id: str, state: State, seat: Seat, move: str, spoken: Spoken, request: str = "") -> Seal:
        """A choice with its commitment. The salt is an HMAC under the installation's secret: no seed betrays it."""
        about = f"{duel_id}|{state.position_entry}|{seat}".encode()
        salt = hmac.new(self.secret, about, hashlib.sha256).hexdigest()[:32]
        now = self.clock.now_ms()
        return Seal(state.position_entry, seat, move, salt, commitment(salt, move), spoken, now, request)


def commitment(salt: str, move: str) -> str:
    """What is published before both choices are in; anybody can check it afterwards."""
    return hashlib.sha256(f"{salt}|{move}".encode()).hexdigest()
