"""``arena cost``: what so many duels cost on AWS, counted on this machine."""

from __future__ import annotations

import asyncio
import sys

from bot.catalogue import said
from bot.clock import SystemClock
from bot.costing import Asked
from bot.on_terminal.progress import Steps
from bot.settings import Settings
from engine.errors import NotConfigured
from engine.sentences import say
from infra.cost.report import lines
from infra.cost.running import Plan, run
from infra.local import ministack
from infra.local.deployment import VENV


def cost(settings: Settings, asked: Asked) -> int:
    """Play, count and print. :raises NotConfigured: without a local AWS. :raises RunFailed: when a duel fails."""
    try:
        python = ministack.interpreter(asked.venv or VENV)
    except ministack.NotStarted as missing:
        raise NotConfigured(missing.text) from missing
    plan = Plan(asked.duels, asked.plies, asked.model_seconds, asked.at_once)
    with Steps(said(say("plies played"), settings.language), plan.moves, SystemClock()) as steps:
        try:
            results = asyncio.run(run(plan, python, steps.at))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
    for line in lines(plan, results, details=asked.details):
        sys.stdout.write(said(line, settings.language) + "\n")
    return 0
