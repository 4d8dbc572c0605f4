"""``arena cost``: what so many duels cost on AWS, or none, counted on this machine."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from bot.catalogue import said
from bot.clock import SystemClock
from bot.costing import Asked
from bot.on_terminal.progress import Steps
from bot.settings import Settings
from engine.errors import NotConfigured
from engine.sentences import say
from infra.cost.report import idle_lines, lines
from infra.cost.running import Plan, idle_sweep, run
from infra.local import ministack
from infra.local.deployment import VENV

T = TypeVar("T")


def cost(settings: Settings, asked: Asked) -> int:
    """Play, count and print. :raises NotConfigured: without a local AWS. :raises RunFailed: when a duel fails."""
    try:
        python = ministack.interpreter(asked.venv or VENV)
    except ministack.NotStarted as missing:
        raise NotConfigured(missing.text) from missing
    if asked.idle:
        return _told(idle_lines(_finished(idle_sweep(python))), settings)
    plan = Plan(asked.duels, asked.plies, asked.model_seconds, asked.at_once)
    with Steps(said(say("plies played"), settings.language), plan.moves, SystemClock()) as steps:
        results = _finished(run(plan, python, steps.at))
    return _told(lines(plan, results, details=asked.details), settings)


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """Done; a signal that ended it counts as Ctrl-C."""
    try:
        return asyncio.run(work)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _told(report: Iterable[str], settings: Settings) -> int:
    for line in report:
        sys.stdout.write(said(line, settings.language) + "\n")
    return 0
