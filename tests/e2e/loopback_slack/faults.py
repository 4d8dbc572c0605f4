"""A network that fails by rule: chosen requests are refused, broken or cut, the same ones for the same seed."""

from __future__ import annotations

import random
from collections import Counter, defaultdict, deque
from collections.abc import Collection
from enum import StrEnum


class Fault(StrEnum):
    """What happens to a request."""

    RATE_LIMITED = "429"
    SERVER_ERROR = "500"
    CUT_BEFORE = "cut before it was applied"
    CUT_AFTER = "cut after it was applied"


class Faults:
    """``share`` of the requests fail, by ``seed``; :meth:`next` fails a chosen one. ``happened`` counts them."""

    def __init__(
        self,
        seed: int = 0,
        share: float = 0.0,
        kinds: Collection[Fault] = tuple(Fault),
        spare: Collection[str] = ("apps.connections.open", "auth.test"),
    ) -> None:
        self.share = share
        self.happened: Counter[Fault] = Counter()
        self._rng = random.Random(seed)
        self._kinds = tuple(kinds)
        self._spare = frozenset(spare)
        self._queued: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def next(self, method: str, *faults: Fault) -> None:
        """The next requests of that method meet these faults."""
        self._queued[method].extend(faults)

    def clear(self) -> None:
        """No chosen request fails any more."""
        self._queued.clear()

    def meet(self, method: str) -> Fault | None:
        """What this request meets."""
        fault = self._queued[method].popleft() if self._queued[method] else self._drawn(method)
        if fault:
            self.happened[fault] += 1
        return fault

    def _drawn(self, method: str) -> Fault | None:
        if method in self._spare or self._rng.random() >= self.share:
            return None
        return self._rng.choice(self._kinds)
