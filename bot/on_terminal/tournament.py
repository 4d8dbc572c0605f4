"""A tournament in this terminal: a worker for its duels, and how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from rich.console import Console
from rich.table import Table

from bot.commands import _tournament_said as words
from bot.hub import Hub
from bot.on_terminal.duel import CHANNEL
from bot.on_terminal.progress import Steps
from engine.arena import Arena
from engine.arena.queued import queued
from engine.arena.tournament.log import Phase, State
from engine.arena.tournament.records import TOURNAMENT, Listed
from engine.model import Document
from engine.sentences import say

SWEEP_SECONDS: Final = 5.0
_WIDTH: Final = 200
"""Lines are not wrapped: a table is cut by nobody, and a terminal wraps what is too long for it."""


class _Watch:
    """Told of every change of one tournament."""

    def __init__(self, tournament_id: str) -> None:
        self._id = tournament_id
        self.changed_ = asyncio.Event()

    def changed(self, duel_id: str, entry: int) -> None:
        """Its duels are no news."""

    def ruled(self, duel_id: str, entry: int) -> None:
        """Nor are rulings."""

    def noted(self, document: Document) -> None:
        """Returns at once."""
        if (document.kind, document.key) == (TOURNAMENT, self._id):
            self.changed_.set()


async def played(arena: Arena, listed: Listed, told: Callable[[str], str]) -> State:
    """Play it as far as it goes: to its end, or until somebody has to do something. Its state then."""
    watch = _Watch(listed.id)
    assert isinstance(arena.context.announcer, Hub)  # noqa: S101 - of this process
    arena.context.announcer.add(watch)
    await _take_up(arena, listed)
    workers = [asyncio.create_task(arena.turns.work()), asyncio.create_task(_sweep(arena))]
    try:
        return await _until_over(arena, listed, watch, workers, told)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def _take_up(arena: Arena, listed: Listed) -> None:
    """Go on with the duels that a process before this one has left."""
    store = arena.context.store
    for duel_id in await store.unfinished():
        head = await store.head(duel_id)
        if head and head.terms.tournament == listed.id:
            await arena.context.wake(duel_id, head)
    await arena.context.queue.put(queued(CHANNEL, listed.id))


async def _sweep(arena: Arena) -> None:
    while True:
        await arena.context.clock.sleep(SWEEP_SECONDS)
        await arena.turns.sweep()
        await arena.advancing.sweep()


async def _until_over(
    arena: Arena, listed: Listed, watch: _Watch, workers: list[asyncio.Task[None]], told: Callable[[str], str]
) -> State:
    records = arena.tournaments.records
    state = await records.load(CHANNEL, listed.id)
    matches = state.plan.played_as.matches(state.entrants, state.plan.options)
    with Steps(told(say("matches played")), matches, arena.context.clock) as steps:
        while state.phase is Phase.RUNNING:
            steps.at(sum(len(one.results) for one in state.played))
            changed = asyncio.create_task(watch.changed_.wait())
            await asyncio.wait([changed, *workers], return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()
            for worker in workers:
                if worker.done():
                    worker.result()  # it never ends but by its error
            watch.changed_.clear()
            state = await records.load(CHANNEL, listed.id)
    return state


async def table(arena: Arena, state: State, told: Callable[[str], str]) -> str:
    """Where it stands, and the standings, as text."""
    console = Console(width=_WIDTH, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(told(words.about(state)))
        console.print(told(await words.where(state, arena)))
        lines = await words.standings(state, arena)
        if lines:
            shown = Table(*(told(one) for one in lines[0]), box=None)
            for line in lines[1:]:
                shown.add_row(*(told(cell) for cell in line))
            console.print(shown)
    return captured.get()
