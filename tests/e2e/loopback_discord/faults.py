"""A bad day: a share of requests refused, failed or cut, the same ones for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What can happen to a request. A cut closes the connection without an answer."""

    LIMITED = "429"
    FAILED = "500"
    GATEWAY = "502"
    CUT_BEFORE = "cut before it was applied"
    CUT_AFTER = "cut after it was applied"


ALL = tuple(Fault)


@dataclass
class Faults:
    """Strikes ``share`` of the requests whose route contains one of ``routes`` (all, when there are none).

    ``most`` ends it after so many. ``struck`` counts what happened.
    """

    share: float = 0.1
    seed: int = 1
    kinds: Sequence[Fault] = ALL
    routes: Sequence[str] = ()
    most: int | None = None
    struck: Counter[Fault] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def strike(self, route: str) -> Fault | None:
        """What befalls this request, if anything."""
        if self.routes and not any(part in route for part in self.routes):
            return None
        if self.most is not None and self.struck.total() >= self.most:
            return None
        if self._random.random() >= self.share:
            return None
        fault = self._random.choice(self.kinds)
        self.struck[fault] += 1
        return fault
