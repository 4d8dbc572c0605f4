"""A life that ends at one chosen moment: before or after a call of the store, of the queue or of a model.

A process can only be killed with effect at such a moment: whatever it does between two of them dies with it. What is
counted is the moment (which call, from which line, before or after) and every ``await`` that was under way then, of
all tasks.
"""

from __future__ import annotations

import asyncio
import inspect
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

from money import Crash

from engine.model import Entry
from engine.ports import Answer, MoveRequest, MoveSource
from engine.queues.messages import Hop

ROOT: Final = Path(__file__).resolve().parents[2]
OURS: Final = tuple(str(ROOT / name) for name in ("engine/", "bot/", "lambda_interactions/"))


@dataclass
class Coverage:
    """Which moments and awaits there are, by the kind of duel in which they were seen, and how often each was hit."""

    seen: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    early: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    hits: Counter[str] = field(default_factory=Counter)
    led_to: defaultdict[str, set[tuple[str, int]]] = field(default_factory=lambda: defaultdict(set))
    """Where an earlier life had ended, and how often it had been there, when a later one came to a place."""

    def places(self) -> set[str]:
        return set().union(*self.seen.values())

    def least(self) -> int:
        """How often the place was hit that was hit least."""
        return min((self.hits[place] for place in self.places()), default=0)

    def wanted(self, kind: str, hits: int, rng: random.Random) -> str:
        """A place of that kind of duel that was not hit so often; any, where there is none."""
        places = sorted(self.seen[kind])
        few = [place for place in places if self.hits[place] < hits]
        return rng.choice(few or places or [""])

    def missing(self, kind: str, hits: int) -> int:
        """How many places of that kind of duel were not hit so often."""
        return sum(self.hits[place] < hits for place in self.seen[kind])

    def lines(self) -> Iterator[str]:
        """What was hit how often, a line each."""
        for place in sorted(self.places()):
            yield f"{self.hits[place]:6}  {place}"


@dataclass
class Fate:
    """When one life ends: the ``after``-th time that it comes to ``place``; any place, where that is empty."""

    kind: str
    coverage: Coverage
    place: str | None = None
    after: int = 1
    first: bool = False
    before: tuple[str, int] | None = None
    dead: bool = False
    acknowledged: dict[int, str] = field(default_factory=dict)

    async def through(self, what: str, call: Callable[[], Awaitable[Any]]) -> Any:
        """A call, and the moments before and after it."""
        self._moment(f"{what} before")
        answer = await call()
        self._moment(f"{what} after")
        return answer

    def _moment(self, what: str) -> None:
        if self.dead:
            raise Crash
        awaits = list(_awaits())
        places = {f"{what} in {awaits[0] if awaits else 'a test'}", *(f"await {one}" for one in awaits)}
        self.coverage.seen[self.kind] |= places
        if self.first:
            self.coverage.early[self.kind] |= places
        elif self.before:
            for one in places - self.coverage.early[self.kind]:
                self.coverage.led_to[one].add(self.before)
        if self.place is None or (self.place and self.place not in places):
            return
        self.after -= 1
        if self.after <= 0:
            self.dead = True
            self.coverage.hits.update(places)
            raise Crash


def _awaits() -> Iterator[str]:
    """Where coroutines of ours are, the innermost of this task first, and then those of the others."""
    frame: FrameType | None = sys._getframe(3)
    while frame:
        yield from _place(frame.f_code, frame.f_lineno)
        frame = frame.f_back
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        coroutine: Any = task.get_coro()
        while inner := getattr(coroutine, "cr_frame", None):
            yield from _place(inner.f_code, inner.f_lineno)
            coroutine = coroutine.cr_await


def _place(code: CodeType, line: int) -> Iterable[str]:
    if code.co_flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR) and code.co_filename.startswith(OURS):
        yield f"{code.co_filename.removeprefix(str(ROOT) + '/')}:{line}"


class MortalStore:
    """A store as one life sees it. What ``append`` has answered is acknowledged."""

    def __init__(self, store: Any, fate: Fate, *, early: bool = False) -> None:
        """``early`` removes a guard: an append is answered before it is written."""
        self._store = store
        self._fate = fate
        self._early = early

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)

        async def called(*arguments: Any, **named: Any) -> Any:
            if name in {"append", "append_all"} and self._early:
                self._acknowledge(arguments[1])
            answer = await self._fate.through(f"store.{name}", lambda: call(*arguments, **named))
            if name in {"append", "append_all"}:
                self._acknowledge(arguments[1])
            return answer

        return called

    def _acknowledge(self, entries: Any) -> None:
        found: list[Entry] = entries if isinstance(entries, list) else [entries]
        self._fate.acknowledged |= {entry.number: entry.id for entry in found}


class MortalPost:
    """The queue as one life sees it."""

    def __init__(self, post: Any, fate: Fate) -> None:
        self._post = post
        self._fate = fate

    async def put_hops(self, hops: Iterable[Hop]) -> None:
        await self._fate.through("queue.put", lambda: self._post.put_hops(hops))


class MortalModel:
    """A model as one life sees it."""

    def __init__(self, model: MoveSource, fate: Fate) -> None:
        self._model = model
        self._fate = fate

    async def choose(self, request: MoveRequest) -> Answer:
        answer: Answer = await self._fate.through("model.choose", lambda: self._model.choose(request))
        return answer

    async def close(self) -> None:
        """Nothing to close."""
