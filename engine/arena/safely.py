"""One duel's damage is its own: it must not keep the others from being looked after."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TypeVar

from engine import tracing
from engine.errors import ArenaError

T = TypeVar("T")

log = logging.getLogger(__name__)


async def safely(step: Awaitable[T], duel_id: str) -> T | None:
    """What the step gives; ``None`` where the duel is damaged, or cannot be had now, which the log says."""
    with tracing.working_on(duel=duel_id):
        try:
            return await step
        except ArenaError:
            log.exception("duel %s cannot go on", duel_id)
            return None
