"""What the channel has been shown of a tournament: a projection of its log, kept in the head that lists it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.codec import reading, sentence_from_json, sentence_to_json, shown_from_json, shown_to_json
from engine.model import Lease, Shown

LEASE_MS: Final = 45_000
"""So long whoever shows it has it for itself; after that another may, for it has died.

It is longer than a call whose answer does not come, the search for what it may have posted, and a second one.
"""


@dataclass(frozen=True, slots=True)
class Announced:
    """How far people have been told.

    Attributes:
        told: the newest entry of those that are told in a message of their own.
        live: the one message that is edited; its ``entry`` is the newest that it shows.
        edited_ms: when it was shown last.
        lease: who is showing it now; no other process may, since two posts would be two messages.
        unseen: a round whose duels cannot be shown, 0 where there is none; ``why`` says what to grant.
    """

    told: int = -1
    live: Shown = Shown()
    edited_ms: int = 0
    lease: Lease | None = None
    unseen: int = 0
    why: str = ""

    def lags(self, entry: int) -> bool:
        """Whether the log, whose newest entry this is, has something that was not shown."""
        return self.live.entry < entry

    def leased(self, worker: str, now_ms: int) -> Announced | None:
        """The same with that worker at it; ``None`` while another is."""
        if self.lease and self.lease.worker != worker and self.lease.until_ms > now_ms:
            return None
        return replace(self, lease=Lease(worker, now_ms + LEASE_MS))


def announced_to_json(announced: Announced) -> dict[str, Any]:
    """As the head has it, beside what else stands there."""
    lease = announced.lease
    return {
        "told": announced.told,
        "live": shown_to_json(announced.live),
        "edited_ms": announced.edited_ms,
        "shows": [lease.worker, lease.until_ms] if lease else None,
        "unseen": announced.unseen,
        "unseen_why": announced.why,
        "unseen_said": sentence_to_json(announced.why),
    }


KEPT: Final = frozenset(announced_to_json(Announced()))
"""The names of what stands there; whoever writes the rest of a head leaves these as they are."""


def announced_from_json(body: Mapping[str, Any]) -> Announced:
    """Of a head, also of one that was written before there was more than ``told``.

    :raises CorruptLog: when it is nothing that :func:`announced_to_json` wrote.
    """
    with reading("what was told of a tournament"):
        shows = body.get("shows")
        return Announced(
            told=int(body.get("told", -1)),
            live=shown_from_json(body.get("live", {})),
            edited_ms=int(body.get("edited_ms", 0)),
            lease=Lease(str(shows[0]), int(shows[1])) if shows else None,
            unseen=int(body.get("unseen", 0)),
            why=sentence_from_json(str(body.get("unseen_why", "")), body.get("unseen_said")),
        )
