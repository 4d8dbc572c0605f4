"""Tells whom documents concern: of one document one message after another, and again when the platform is down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

from bot._projection import FIRST_RETRY_SECONDS
from bot.presenting import Presenter
from engine import tracing
from engine.errors import ArenaError, PlatformDown
from engine.model import Document
from engine.ports import Clock

Notify = Callable[[Document, Presenter], Awaitable[None]]

LAST_RETRY_SECONDS: Final = 60.0

log = logging.getLogger(__name__)


class Telling:
    """Has ``notify`` show documents."""

    def __init__(self, clock: Clock, notify: Notify) -> None:
        self._clock = clock
        self._notify = notify
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def tell(self, document: Document, presenter: Presenter) -> None:
        """Return when it is shown, or given up for now; what cannot be shown is logged and is no error."""
        # One after another: what the first has told is known when the next one looks.
        turn = self._turns.setdefault((document.kind, document.key), asyncio.Lock())
        async with turn:
            with tracing.working_on(community=str(document.community)):
                await self._told(document, presenter)

    async def _told(self, document: Document, presenter: Presenter) -> None:
        waits = FIRST_RETRY_SECONDS
        while waits <= LAST_RETRY_SECONDS:
            try:
                await self._notify(document, presenter)
            except PlatformDown as error:
                await self._clock.sleep(error.retry_after_seconds or waits)
                waits *= 2
            except ArenaError as error:
                log.warning("%s %s cannot be shown: %s", document.kind, document.key, error)
                return
            else:
                return
        log.warning("%s %s is given up: the platform is down", document.kind, document.key)
