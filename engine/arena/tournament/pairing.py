"""Pairing a round beside the event loop: in a thread, and a large field in a process of its own.

The library that pairs a Swiss keeps the interpreter's lock: 1,000 entrants would make everybody wait for five seconds.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from multiprocessing.connection import Connection
from typing import Final

from engine import tournaments
from engine.arena.tournament.log import State
from engine.errors import ArenaError
from engine.tournaments.model import Entrant, Played, Round

LARGE: Final = 200
"""Entrants from which on a process is worth its start, of half a second."""

Field = tuple[str, tuple[Entrant, ...], tuple[Played, ...], dict[str, object], int]


async def next_round(state: State) -> Round | None:
    """The next round; ``None`` when the tournament is over. :raises UserError: when the field cannot play it."""
    plan = state.plan
    field: Field = (plan.format, state.entrants, state.played, dict(plan.options), plan.seed)
    if len(state.entrants) < LARGE:
        return await asyncio.to_thread(_paired, field)
    return await asyncio.to_thread(_paired_apart, field)


def _paired(field: Field) -> Round | None:
    name, entrants, played, options, seed = field
    return tournaments.named(name).next_round(entrants, played, options, seed)


def _paired_apart(field: Field) -> Round | None:
    """In a process; its errors are raised here.

    :raises ArenaError: when the process is killed; whoever looks next pairs the round.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(there, field), daemon=True)
    process.start()
    there.close()
    try:
        found = here.recv()
    except (EOFError, OSError):  # it died before its answer, or in the middle of it
        process.join()
        raise ArenaError(f"The process that paired a round ended with {process.exitcode}.") from None
    finally:
        process.join()
        here.close()
    if isinstance(found, Exception):
        raise found
    assert found is None or isinstance(found, Round)  # noqa: S101 - see :func:`_answer`
    return found


def _answer(there: Connection, field: Field) -> None:
    try:
        there.send(_paired(field))
    except Exception as error:  # noqa: BLE001 - raised where it is received
        there.send(error)
