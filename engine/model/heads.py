"""What stands beside the log: the head, what is shown of it, seals; and persons and documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.kinds import Seat, Status
from engine.model.values import Community, Outcome, Spoken, Terms


@dataclass(frozen=True, slots=True)
class Lease:
    """Which worker may ask this duel's models, and until when."""

    worker: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a duel is shown on its platform, and how far; a projection of the log that may lag behind it.

    ``entry`` is the newest entry that the message shows, ``told`` the newest whose words stand in the thread.
    ``final``: the end is shown and nothing is left to do. ``resting``: nothing is until the duel changes, and whoever
    shows that change takes the rest away first. ``posted_ms`` is the age of the message.
    ``replaced`` counts the messages given up before this one, so that each has a nonce of its own. ``language`` is the
    channel's as its platform had it when the duel began.
    """

    channel: str = ""
    language: str = ""
    message_id: str = ""
    thread_id: str = ""
    posted_ms: int = 0
    entry: int = -1
    told: int = -1
    final: bool = False
    replaced: int = 0
    resting: bool = False

    @property
    def waits(self) -> bool:
        """Whether somebody may have something to show."""
        return bool(self.channel) and not self.final and not self.resting


@dataclass(frozen=True, slots=True)
class Head:
    """A duel's changing facts beside its log: who, where, status, lease, deadline. ``version`` guards writes.

    ``shown`` alone is outside that guard: only :meth:`engine.ports.Store.show` writes it.
    """

    duel_id: str
    terms: Terms
    status: Status
    created_ms: int
    version: int = 0
    lease: Lease | None = None
    waiting_for: frozenset[Seat] = frozenset()
    deadline_ms: int | None = None
    shown: Shown = Shown()
    outcome: Outcome | None = None
    plies: int = 0
    ended_ms: int | None = None

    @property
    def wake_at_ms(self) -> int | None:
        """When the sweeper must look: the lease's end or the person's deadline; ``None`` when over."""
        if self.status is Status.OVER or self.status is Status.ADJOURNED:
            return None
        if self.status is Status.WAITING:
            return self.deadline_ms
        return self.lease.until_ms if self.lease else 0


@dataclass(frozen=True, slots=True)
class Seal:
    """A simultaneous choice kept outside the log until both are in. ``digest`` alone may be shown.

    ``entry`` is the number of the entry whose position was looked at, so that a draw offer in between changes nothing.
    ``request`` is the id of the person's request, empty for a program's choice.
    """

    entry: int
    seat: Seat
    move: str
    salt: str
    digest: str
    spoken: Spoken = Spoken()
    at_ms: int = 0
    request: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A member: our random id stands in logs; platform id and name live in one erasable item."""

    id: str
    platform: str
    platform_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """A small record of a community: its settings, a challenge, a budget, a report.

    ``kind`` and ``key`` name it within the community. ``version`` is that of the stored one, 0 when there is none yet.
    ``body`` is JSON. ``wake_at_ms`` is when the sweeper looks at it, if ever.
    """

    community: Community
    kind: str
    key: str
    body: Mapping[str, Any]
    version: int = 0
    wake_at_ms: int | None = None
