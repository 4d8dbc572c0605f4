"""``arena tournament``: a whole tournament in this terminal from a file, and one that was played as a file."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.catalogue import said
from bot.settings import Settings
from engine.errors import BadOption, UserError
from engine.model import MoveMode
from engine.sentences import joined, say

if TYPE_CHECKING:
    from engine.arena import Arena
    from engine.arena.tournament.records import Listed
    from engine.model import Player

Told = Callable[[str], str]

_KNOWN: Final = frozenset(
    {"name", "format", "game", "players", "gates", "settings", "at_once", "budget", "seeding", "moves", "order"}
)
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(("name", "format", "game", "seeding", "moves"), (str,)),
    **dict.fromkeys(("players", "gates", "order"), (list,)),
    "settings": (dict,),
    "at_once": (int,),
    "budget": (int, float),
}
_EXIT_STOPPED: Final = 3
"""The tournament is paused or cancelled: somebody has to do something before it goes on."""


def declare(commands: Any, told: Told) -> None:
    """Add the commands to those of ``arena``; ``told`` says a sentence in the reader's language."""
    tournament = commands.add_parser(
        "tournament", help=told(say("play a whole tournament here, or write one as a file"))
    )
    verbs = tournament.add_subparsers(required=True, metavar="run|export")
    run = verbs.add_parser(
        "run", help=told(say("play the tournament of a file; started again, it goes on where it was"))
    )
    run.add_argument("file", type=Path, metavar="FILE.toml", help=told(say("name, format, game, players, settings, …")))
    run.add_argument("--again", action="store_true", help=told(say("play it anew, although it has been played")))
    run.add_argument("--json", action="store_true", help=told(say("write everything as JSON at the end")))
    run.set_defaults(run=_run)
    export = verbs.add_parser("export", help=told(say("write a tournament as JSON, CSV or PGN")))
    export.add_argument(
        "tournament", metavar="ID", help=told(say("its name, its id or the first letters of it, or “last”"))
    )
    export.add_argument("--format", default="json", choices=("json", "csv", "pgn"))
    export.set_defaults(run=_export)


def _run(arguments: argparse.Namespace) -> int:
    wanted = read(arguments.file)
    return asyncio.run(_play(wanted, arguments, arguments.settings))


def _export(arguments: argparse.Namespace) -> int:
    from bot.on_terminal.duel import CHANNEL
    from bot.tournament_files import written
    from bot.wiring import embedded

    async def write() -> str:
        async with embedded(arguments.settings, begins=False) as arena:
            listed = await arena.tournaments.records.find(CHANNEL, arguments.tournament)
            return (await written(arena, CHANNEL, listed.id, arguments.format)).text

    sys.stdout.write(asyncio.run(write()))
    return 0


def read(path: Path) -> Mapping[str, Any]:
    """What the file says. :raises UserError: when it cannot be read, is no TOML, or says what nobody understands."""
    try:
        value = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UserError(say("{file} cannot be read: {why}.", file=str(path), why=str(error.strerror))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadOption(say("{file} is no TOML: {why}.", file=str(path), why=str(error))) from error
    if unknown := sorted(value.keys() - _KNOWN):
        raise BadOption(say("{file} has “{name}”, which nobody understands.", file=str(path), name=unknown[0]))
    if lacking := [name for name in ("format", "game", "players") if not value.get(name)]:
        raise BadOption(say("{file} lacks “{name}”.", file=str(path), name=joined(lacking, ", ")))
    for name, kind in _KINDS.items():
        if name in value and not (isinstance(value[name], kind) and not isinstance(value[name], bool)):
            raise BadOption(say("{file}: “{name}” is of another kind than it should be.", file=str(path), name=name))
    for name in ("players", "gates", "order"):
        for one in value.get(name, ()):
            if not isinstance(one, str):
                raise BadOption(say("{file}: players is a list of names, such as engine/novice.", file=str(path)))
            _player(one)
    names = [*value["players"], *value.get("gates", ())]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        raise BadOption(say("{file} names {player} twice.", file=str(path), player=twice[0]))
    if value.get("moves") not in {None, *(mode.value for mode in MoveMode)}:
        raise BadOption(say("{file}: moves are free, listed or constrained.", file=str(path)))
    return {"name": path.stem[:60], **value}


async def _play(wanted: Mapping[str, Any], arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.hub import Hub
    from bot.on_terminal.duel import CHANNEL
    from bot.on_terminal.tournament import played, table
    from bot.tournament_files import written
    from bot.wiring import embedded
    from engine.arena.tournament.log import Phase

    told = partial(said, language=settings.language)
    async with embedded(settings, Hub()) as arena:
        me = await arena.people.seen("terminal", "local", told(say("You")))
        # The same file is the same tournament: after a crash it goes on.
        request = hashlib.sha256(arguments.file.read_bytes()).hexdigest()
        if arguments.again:
            request += f"/{arena.context.clock.now_ms()}"
        listed = await made(arena, wanted, me.id, request)
        state = await played(arena, listed, told)
        if arguments.json:
            sys.stdout.write((await written(arena, CHANNEL, listed.id, "json")).text)
        else:
            sys.stdout.write(await table(arena, state, told))
    return 0 if state.phase is Phase.OVER else _EXIT_STOPPED


async def made(arena: Arena, wanted: Mapping[str, Any], host: str, request: str) -> Listed:
    """The file's tournament, with its players entered; what a crash has left is made up."""
    from bot.on_terminal.duel import CHANNEL
    from engine import tournaments
    from engine.arena.tournament.log import Phase
    from engine.arena.tournament.plan import Plan
    from engine.model import NANO

    options = {str(name): value for name, value in wanted.get("settings", {}).items()}
    of_format = {option.name for option in tournaments.named(wanted["format"]).options}
    budget = wanted.get("budget")
    plan = Plan(
        name=str(wanted["name"]),
        format=wanted["format"],
        game=wanted["game"],
        by=host,
        options={name: value for name, value in options.items() if name in of_format},
        game_options={name: value for name, value in options.items() if name not in of_format},
        mode=MoveMode(wanted["moves"]) if wanted.get("moves") else None,
        at_once=int(wanted.get("at_once", 4)),
        budget_nano_usd=None if budget is None else round(float(budget) * NANO),
        seeding=str(wanted.get("seeding", "rating")),
        open=False,
    )
    hosting = arena.tournaments
    for name in (*wanted["players"], *wanted.get("gates", ())):  # before there is a tournament that lacks one
        await hosting.require_fit(CHANNEL, plan, _player(name))
    listed = await hosting.records.find(CHANNEL, await hosting.create(CHANNEL, plan, request))
    state = await hosting.records.load(CHANNEL, listed.id)
    if state.phase is not Phase.SIGN_UP:
        return listed
    for name in wanted["players"]:
        if name not in state.signed:
            await hosting.join(CHANNEL, listed, _player(name), host, host=True)
    for name in wanted.get("gates", ()):
        if name not in state.signed:
            await hosting.gate(CHANNEL, listed, _player(name), host)
    await hosting.start(CHANNEL, listed, host, [str(_player(name)) for name in wanted.get("order", ())])
    return listed


def _player(name: str) -> Player:
    from engine.model import Player

    try:
        return Player.named(name)
    except ValueError:
        raise BadOption(say("“{name}” is no player: write provider/name, such as engine/novice.", name=name)) from None
