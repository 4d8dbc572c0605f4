"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from bot.smoke.asking import Client


class State(StrEnum):
    """How a check came out; ``absent`` is what was not deployed, or not asked about."""

    OK = "ok"
    FAILED = "failed"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Finding:
    """A row: what was looked at, what was seen, and how to mend it where it is not as it should be."""

    check: str
    state: State
    seen: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What is looked at. ``site`` is empty where there is none; ``now`` gives seconds since the epoch.

    ``wanted`` are the checks that were named: what they look at must be there.
    """

    api: str
    site: str
    client: Client
    now: Callable[[], float]
    wanted: frozenset[str] = field(default_factory=frozenset)

    @property
    def origin(self) -> str:
        """What a browser on the site's pages says of where it is."""
        parts = urlsplit(self.site)
        return f"{parts.scheme}://{parts.netloc}".lower()


@dataclass(frozen=True, slots=True)
class Check:
    """``settles``: in the first minutes of a deployment it may still fail, while edges and aliases change over."""

    name: str
    run: Callable[[Target], Finding]
    settles: bool = False
    of_site: bool = False


def fine(check: str, seen: str) -> Finding:
    """As it should be."""
    return Finding(check, State.OK, seen)


def amiss(check: str, seen: str, mend: str) -> Finding:
    """Not as it should be."""
    return Finding(check, State.FAILED, seen, mend)
