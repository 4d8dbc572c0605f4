"""The sweeper: called every minute, it takes up what time has done to duels, challenges, budgets and boards.

What the embedded arena does once a second (:func:`bot.serve.sweep`), but for what only one process can know.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from lambda_interactions.runtime import LambdaContext, Opened, runtime

MOST_DUE: Final = 1000
BOARDS_SECONDS: Final = 15.0
SETTLE_SECONDS: Final = 20.0

log = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, int]:  # noqa: ARG001 - AWS hands both
    """How many of each were taken up."""
    return runtime().run(sweep)


async def sweep(opened: Opened) -> dict[str, int]:
    """Every step once; one that fails does not keep the others from being done, and is tried again in a minute."""
    arena = opened.arena
    if await arena.context.is_closed():
        log.info("the store is closed: nothing is swept")
        return {}
    steps: Mapping[str, Callable[[], Awaitable[int]]] = {
        "turns": lambda: arena.turns.sweep(MOST_DUE),
        "challenges": arena.challenges.expire,
        "adjournments": arena.adjournments.sweep,
        "budgets": arena.budgets.sweep,
        "quotes": arena.quotes.sweep,
        "reports": arena.reports.sweep,
        "seasons": arena.seasons.sweep,
        "rulings": arena.rulings.sweep,
        "intents": arena.intents.sweep,
        "tournaments": arena.advancing.sweep,
        "predictions": arena.predictions.sweep,
        "requests": lambda: arena.once.sweep(MOST_DUE),
    }
    done: dict[str, int] = {}
    for name, step in steps.items():
        try:
            done[name] = await step()
        except Exception:
            log.exception("the sweep of %s failed", name)
    await opened.queue.flush()  # before the boards, which many waiting people make long
    try:
        async with asyncio.timeout(BOARDS_SECONDS):
            done["boards"] = await opened.chat.announcing.mend()
    except Exception:
        log.exception("the sweep of boards failed")
    await opened.chat.announcing.settle(SETTLE_SECONDS)
    await opened.queue.flush()
    return done
