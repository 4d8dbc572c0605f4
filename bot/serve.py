"""``arena run``: the web channel, the workers and the sweeper in one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from functools import partial

from bot.on_web.api import Api
from bot.on_web.guard import Guard, is_loopback
from bot.on_web.server import application, serving
from bot.settings import Settings, require_token
from bot.wiring import embedded, release_dead
from engine.arena import Arena

SWEEP_SECONDS = 1.0

log = logging.getLogger(__name__)


async def serve(settings: Settings) -> int:
    """Run until SIGINT or SIGTERM. A duel in mid-ply is left where its log stands and goes on at the next start.

    :raises UserError: a port in use, an open address without a token, a damaged database.
    """
    loopback = is_loopback(settings.web_host)
    require_token(settings, loopback)
    async with embedded(settings) as arena:
        # Before anybody can move: time that ran out while the arena was away is given back first.
        resumed = await arena.turns.resume()
        app = application(Api(arena), Guard("" if loopback else settings.web_token))
        async with serving(app, settings.web_host, settings.web_port) as port:
            _welcome(settings, port, resumed)
            await _until_stopped(arena, settings)
    return 0


async def sweep(arena: Arena, settings: Settings) -> None:
    """Look for expired clocks, dead processes and dead leases, for ever."""
    while True:
        await arena.context.clock.sleep(SWEEP_SECONDS)
        for step in (partial(release_dead, arena.context.store, settings.data_dir), arena.turns.sweep):
            try:
                await step()
            except Exception:
                # The next round tries again; without a sweeper nobody's clock would ever run out.
                log.exception("the sweep failed")


async def _until_stopped(arena: Arena, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(arena.turns.work()), asyncio.create_task(sweep(arena, settings))]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        _say("Stopping. Unfinished duels go on at the next start.")
    for task in [*tasks, stopped]:
        task.cancel()
    for task in tasks:
        # A part that failed by itself raises its error here: the process must not end as if all were well.
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _welcome(settings: Settings, port: int, resumed: int) -> None:
    host = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
    again = f", going on with {resumed} duel{'s' if resumed != 1 else ''}" if resumed else ""
    _say(f"Arena ready: open http://{host}:{port} (data in {settings.data_dir}{again}; Ctrl-C stops)")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
