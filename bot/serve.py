"""``arena run``: web channel, chat platforms, workers and sweeper in one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial

from bot.accounts import stays_off
from bot.catalogue import said
from bot.chat import Chat
from bot.hub import Hub
from bot.metering.prometheus import MEDIA, PrometheusMeter
from bot.on_web.api import Api
from bot.on_web.guard import Guard, is_loopback
from bot.on_web.server import Metrics, application, serving
from bot.settings import Settings, require_token
from bot.wiring import embedded, release_dead
from engine.arena import Arena
from engine.model import Role
from engine.sentences import counted, joined, say

SWEEP_SECONDS = 1.0
# Over DynamoDB each look is some sixty queries to pay for: about a dollar a month like this.
PAID_SWEEP_SECONDS = 10.0

log = logging.getLogger(__name__)


async def serve(settings: Settings) -> int:
    """Run until SIGINT or SIGTERM. A duel in mid-ply is left where its log stands and goes on at the next start.

    :raises UserError: a port in use, an open address without a token, a damaged database.
    """
    loopback = is_loopback(settings.web_host)
    require_token(settings, loopback)
    hub, meter = Hub(), PrometheusMeter()
    async with embedded(settings, hub, meter) as arena:
        chat = Chat(settings, arena)
        hub.add(chat.announcing)
        # Before anybody can move: time that ran out while the arena was away is given back first.
        resumed = await arena.turns.resume()
        # Who reaches a loopback address sits at the host's own machine; behind the token everybody is a member.
        api = Api(arena, role=Role.HOST if loopback else Role.MEMBER)
        metrics = Metrics(meter.page, MEDIA)
        app = application(api, Guard("" if loopback else settings.web_token), metrics=metrics)
        async with serving(app, settings.web_host, settings.web_port) as port:
            await _until_stopped(arena, settings, chat, partial(_welcome, settings, port, resumed))
    return 0


async def sweep(arena: Arena, settings: Settings, chat: Chat) -> None:
    """Look for expired clocks and challenges, dead processes, dead leases and boards that nobody is at, for ever."""
    steps = (
        partial(release_dead, arena.context.store, settings.data_dir),
        arena.turns.sweep,
        arena.challenges.expire,
        arena.adjournments.sweep,
        arena.budgets.sweep,
        arena.quotes.sweep,
        arena.reports.sweep,
        arena.seasons.sweep,
        arena.rulings.sweep,
        arena.intents.sweep,
        arena.advancing.sweep,
        arena.predictions.sweep,
        chat.announcing.resume,
    )
    seconds = PAID_SWEEP_SECONDS if settings.aws.table else SWEEP_SECONDS
    while True:
        await arena.context.clock.sleep(seconds)
        for step in steps:
            try:
                if await arena.context.is_closed():
                    break  # it is being moved: whoever looked then would change what is copied
                await step()
            except Exception:
                # The next round tries again; without a sweeper nobody's clock would ever run out.
                log.exception("the sweep failed")


async def _until_stopped(arena: Arena, settings: Settings, chat: Chat, ready: Callable[[Chat], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    workers = [asyncio.create_task(arena.turns.work()), asyncio.create_task(sweep(arena, settings, chat))]
    platforms = [asyncio.create_task(chat.run(name), name=name) for name in chat.names]
    stopped = asyncio.create_task(stop.wait())
    tried = asyncio.create_task(chat.tried())
    tried.add_done_callback(lambda done: None if done.cancelled() else ready(chat))
    await asyncio.wait([*workers, *platforms, stopped], return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        _say(settings, say("Stopping. Unfinished duels go on at the next start."))
    for task in (stopped, tried):
        task.cancel()
    try:
        await _end(workers)
    finally:
        # A board under way needs its platform until it is given up.
        await chat.announcing.close()
        await _end(platforms)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Stop them. One that failed by itself raises its error: the process must not end as if all were well."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _welcome(settings: Settings, port: int, resumed: int, chat: Chat) -> None:
    host = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
    data = say("data in {folder}", folder=str(settings.data_dir))
    again = counted("going on with {n} duel", "going on with {n} duels", n=resumed) if resumed else ""
    there = [say("on {platform}", platform=name.title()) for name in chat.connected]
    away = [say("not yet on {platform}", platform=name.title()) for name in chat.names if name not in chat.connected]
    facts = joined([joined([data, again], ", "), *there, *away, say("Ctrl-C stops")], "; ")
    for line in stays_off(settings):
        _say(settings, line)
    _say(settings, say("Arena ready: open {address} ({facts})", address=f"http://{host}:{port}", facts=facts))


def _say(settings: Settings, line: str) -> None:
    sys.stdout.write(said(line, settings.language) + "\n")
    sys.stdout.flush()
