"""Tells who watches inside this process that something has changed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from engine.model import Document
from engine.ports import Announcer


class Hub:
    """Fulfils :class:`engine.ports.Announcer`. A watcher that falls behind sees the newest change only."""

    def __init__(self) -> None:
        self._watchers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._announcers: list[Announcer] = []

    def add(self, announcer: Announcer) -> None:
        """Tell that announcer of everything from now on."""
        self._announcers.append(announcer)

    def changed(self, duel_id: str, entry: int) -> None:
        """Returns at once."""
        for event in self._watchers.get(duel_id, ()):
            event.set()
        for announcer in self._announcers:
            announcer.changed(duel_id, entry)

    def ruled(self, duel_id: str, entry: int) -> None:
        """Returns at once."""
        for event in self._watchers.get(duel_id, ()):
            event.set()
        for announcer in self._announcers:
            announcer.ruled(duel_id, entry)

    def noted(self, document: Document) -> None:
        """Returns at once."""
        for announcer in self._announcers:
            announcer.noted(document)

    async def changes(self, duel_id: str) -> AsyncGenerator[None, None]:
        """One item at the start and one after every change, or several changes, of that duel."""
        with self._watching(duel_id) as event:
            while True:
                yield
                await event.wait()
                event.clear()

    @contextmanager
    def _watching(self, duel_id: str) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        self._watchers[duel_id].add(event)
        try:
            yield event
        finally:
            self._watchers[duel_id].discard(event)
            if not self._watchers[duel_id]:
                del self._watchers[duel_id]
