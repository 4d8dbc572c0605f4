"""``arena duel``: one duel in this terminal, as a live board or as JSON lines."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager

from bot import commands
from bot.commands import Invocation, Reply
from bot.hub import Hub
from bot.on_terminal.live import LiveBoard
from bot.on_terminal.screen import duel_view
from bot.settings import Settings
from bot.wiring import embedded
from engine.arena import Arena
from engine.codec import entry_to_json
from engine.errors import UserError
from engine.model import Community, End, Person

CHANNEL = Community("web", "main")
# Local look-ahead players answer in milliseconds; a picture more often than this nobody can follow.
FRAME_SECONDS = 0.05


Step = Callable[[], Awaitable[bool]]


async def play(arguments: argparse.Namespace, settings: Settings) -> int:
    """Start the duel through its command, play it to its end, and show it. Gives the exit code."""
    async with embedded(settings) as arena:
        me = await arena.people.seen("terminal", "local", "You")
        duel_id = str((await _start(arguments, arena, me)).duel_id)
        shows = _json_lines if arguments.json else _live
        with shows(arena, duel_id) as step:
            shown = asyncio.create_task(_follow(arena, duel_id, step))
            played = asyncio.create_task(_to_the_end(arena, duel_id, me, step))
            done, _ = await asyncio.wait([shown, played], return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
            await asyncio.gather(shown, played)
        if not arguments.json:
            sys.stdout.write(f"Replay it: arena export {duel_id[:8]} --format markdown\n")
    return 0


async def _start(arguments: argparse.Namespace, arena: Arena, me: Person) -> Reply:
    options = {
        "game": arguments.game,
        "first": arguments.first,
        "second": arguments.second,
        "moves": arguments.moves,
        "seed": arguments.seed,
        "max-plies": arguments.max_plies,
        "settings": " ".join(_quoted(pair) for pair in arguments.set),
    }
    asked = Invocation(CHANNEL, me, "duel", "start", options, secrets.token_hex(8))
    return await commands.run(asked, arena)


def _quoted(pair: str) -> str:
    """``opening:Sicilian Defence``, from which the shell took the quotes, with quotes."""
    name, colon, value = pair.partition(":")
    return f'{name}{colon}"{value}"' if " " in value else pair


async def _to_the_end(arena: Arena, duel_id: str, me: Person, step: Step) -> None:
    """Play on as the worker of this one duel; where a person is to move, ask at the keyboard."""
    while True:
        await arena.turns.play(duel_id)
        state = await arena.context.load(duel_id)
        if state.outcome:
            return
        await step()  # the picture stands before the question does
        await _ask(arena, duel_id, me)


async def _ask(arena: Arena, duel_id: str, me: Person) -> None:
    sys.stderr.write("Your move: ")
    sys.stderr.flush()
    typed = await asyncio.to_thread(sys.stdin.readline)
    if not typed or typed.strip() in {"resign", "quit"}:
        await arena.duels.resign(duel_id, me.id, secrets.token_hex(8))
        return
    try:
        await arena.duels.move(duel_id, me.id, typed, secrets.token_hex(8))
    except UserError as error:
        sys.stderr.write(f"{error.text}\n")


@contextmanager
def _json_lines(arena: Arena, duel_id: str) -> Iterator[Step]:
    """Every entry as it is written; the last line is the end, which holds ``outcome``."""
    last = -1

    async def write() -> bool:
        nonlocal last
        entries = await arena.context.store.entries(duel_id, after=last)
        for entry in (entry for entry in entries if entry.number > last):
            sys.stdout.write(json.dumps(entry_to_json(entry), ensure_ascii=False) + "\n")
            last = entry.number
        sys.stdout.flush()
        return bool(entries) and isinstance(entries[-1].body, End)

    yield write


@contextmanager
def _live(arena: Arena, duel_id: str) -> Iterator[Step]:
    """The live board."""
    with LiveBoard() as board:

        async def draw() -> bool:
            view = await duel_view(arena, duel_id)
            board.show(view)
            return view.result is not None

        yield draw


async def _follow(arena: Arena, duel_id: str, step: Step) -> None:
    hub = arena.context.announcer
    assert isinstance(hub, Hub)  # noqa: S101 - the announcer of an embedded arena
    async with aclosing(hub.changes(duel_id)) as changes:
        async for _ in changes:
            if await step():
                return
            await asyncio.sleep(FRAME_SECONDS)
