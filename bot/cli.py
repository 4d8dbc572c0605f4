"""The console script ``arena``. A person's mistake is one line on stderr and exit code 2."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from bot import __version__, costing, deployed, hosting, logs, moving, rating, settings, turning
from bot.arguments import EXIT_USER, Parser
from bot.catalogue import said
from engine.errors import ArenaError, BadOption, MoveRefused, StoreError, UserError
from engine.sentences import counted, say

EXIT_INTERRUPTED: Final = 130
# New objects before Python looks for garbage. Its own 700 are made all the time while modules are imported, none of
# which is garbage: a command starts in three quarters of the time without those looks.
OBJECTS_BETWEEN_LOOKS: Final = 10_000

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    told = partial(said, language=settings.language())
    arguments = parser(told).parse_args(argv)
    try:
        return _run(arguments)
    except (UserError, StoreError) as error:
        return _refused(told(error.text))
    except ArenaError as error:
        logging.getLogger(__name__).debug("failed", exc_info=error)
        return _refused(told(say("{error} (set ARENA_LOG_LEVEL=DEBUG for the cause)", error=error.text)))
    except BrokenPipeError:
        # The reader of our output has gone (`arena duel … | head`): nothing is wrong on either side.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _refused(text: str) -> int:
    sys.stderr.write(" ".join(text.split()) + "\n")
    return EXIT_USER


def _run(arguments: argparse.Namespace) -> int:
    arguments.settings = settings.read()
    chosen = arguments.settings
    logs.configure(chosen.log_level, chosen.log_format, chosen.secrets)
    command: Command = arguments.run
    return command(arguments)


def _serve(arguments: argparse.Namespace) -> int:
    from bot.serve import serve

    return asyncio.run(serve(arguments.settings))


def _duel(arguments: argparse.Namespace) -> int:
    from bot.on_terminal.duel import play

    return asyncio.run(play(arguments, arguments.settings))


def _parse(arguments: argparse.Namespace) -> int:
    from engine import games

    game = games.game(arguments.game)
    position = game.read_position(arguments.position)
    seats = sorted(game.to_move(position))
    if not seats:
        raise UserError(say("Nobody is to move in that position: the game is over."))
    try:
        _print_json(game.describe(position, game.parse(position, seats[0], sys.stdin.read())))
    except MoveRefused as refused:
        _print_json({"error": refused.failure, "why": refused.text})
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from bot.wiring import embedded
    from engine.arena.exports import export
    from engine.model import Community

    async def write() -> str:
        async with embedded(arguments.settings, begins=False) as arena:
            here = Community("web", "main")
            if arguments.duel == "last" and not await arena.context.store.duels(here, limit=1):
                raise UserError(say("No duel has been played yet. Start one: arena duel tic_tac_toe me engine/perfect"))
            head = await arena.duels.find(here, arguments.duel)
            record, entries = await arena.duels.record(head.duel_id, await arena.people.names(head.terms))
            return export(record, entries, arguments.format)

    sys.stdout.write(asyncio.run(write()))
    return 0


def _games(arguments: argparse.Namespace) -> int:
    from engine import games

    for name in games.names():
        game = games.game(name)
        if arguments.json:
            _print_json({"name": name, "title": game.title, "summary": game.summary})
            continue
        told = partial(said, language=arguments.settings.language)
        sys.stdout.write(f"{name:22}{told(game.summary)}\n")
        for option in game.options:
            sys.stdout.write(f"{'':22}  {option.name}: {told(option.help)}\n")
    return 0


def _players(arguments: argparse.Namespace) -> int:
    from bot.players import listed, rows
    from bot.wiring import roster

    candidates = listed(roster(arguments.settings), [arguments.game] if arguments.game else [])
    if arguments.json:
        for player in candidates:
            _print_json({"name": player.name, "about": player.about, "ready": player.ready, "missing": player.missing})
        return 0
    for name, about in rows(candidates):
        sys.stdout.write(f"{name:32}  {said(about, arguments.settings.language)}\n")
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from bot.doctor import report

    return report(arguments.settings, sys.stdout.write)


def _register(arguments: argparse.Namespace) -> int:
    from bot.on_discord import register

    if arguments.print:
        sys.stdout.write(register.printed())
        return 0
    discord, guild = arguments.settings.discord, _guild(arguments.guild)
    discord.check()
    count = asyncio.run(register.register(discord, guild, remove=arguments.remove))
    where = say("in server {guild}", guild=guild) if guild else say("everywhere")
    if arguments.remove:
        done = say("The commands that were registered {where} are removed.", where=where)
    else:
        done = counted("{n} command registered {where}.", "{n} commands registered {where}.", n=count, where=where)
    sys.stdout.write(f"{said(done, arguments.settings.language)}\n")
    return 0


def _guild(text: str) -> str:
    """:raises BadOption: when it cannot be a server's id."""
    if text and not re.fullmatch(r"[0-9]{17,20}", text):
        raise BadOption(say("--guild wants a server's id, a number of 17 to 20 digits."))
    return text


def _sealing_key(arguments: argparse.Namespace) -> int:
    from bot.sealing import sealing_key

    sys.stdout.write(sealing_key(arguments.settings.aws.installation_secret()) + "\n")
    return 0


def _manifest(arguments: argparse.Namespace) -> int:
    from bot.on_slack.manifest import manifest

    sys.stdout.write(manifest(arguments.mode))
    return 0


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def parser(told: Callable[[str], str]) -> argparse.ArgumentParser:
    """What can be typed after ``arena``; ``told`` says a sentence in the reader's language."""
    parser = Parser(
        told=told, prog="arena", description=told(say("Language models, engines and people duel in five games."))
    )
    parser.add_argument(
        "--version", action="version", version=f"arena {__version__}", help=told(say("show the version and end"))
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser(
        "run", help=told(say("start the arena: web channel, Discord, Slack, and every unfinished duel"))
    )
    run.set_defaults(run=_serve)

    duel = commands.add_parser("duel", help=told(say("play one duel here, with a live board")))
    duel.add_argument("game", metavar="GAME", nargs="?", help=told(say("chess, tic_tac_toe, … (see: arena games)")))
    duel.add_argument(
        "first",
        metavar="FIRST",
        nargs="?",
        help=told(say("local/smollm2, engine/novice, openai/…, or “me” (arena players)")),
    )
    duel.add_argument("second", metavar="SECOND", nargs="?", help=told(say("the other player")))
    duel.add_argument(
        "--set",
        metavar="NAME:VALUE",
        action="append",
        default=[],
        help=told(say("a setting of the game: opening:random")),
    )
    duel.add_argument("--seed", type=int, metavar="N", help=told(say("the same seed plays the same duel")))
    duel.add_argument("--moves", choices=("free", "listed", "constrained"), help=told(say("what models are given")))
    duel.add_argument(
        "--max-plies", type=int, metavar="N", help=told(say("where a long duel is settled (default 200)"))
    )
    duel.add_argument("--resume", metavar="DUEL", help=told(say("go on with a duel that was left: its id, or “last”")))
    duel.add_argument("--json", action="store_true", help=told(say("one JSON object a line per log entry")))
    duel.set_defaults(run=_duel)

    parse = commands.add_parser("parse", help=told(say("read a reply on standard input and say which move it is")))
    parse.add_argument("game", metavar="GAME", help=told(say("chess, tic_tac_toe, … (see: arena games)")))
    parse.add_argument(
        "--position", default="", metavar="TEXT", help=told(say("chess: a FEN; word association: the word before"))
    )
    parse.set_defaults(run=_parse)

    export = commands.add_parser("export", help=told(say("write a duel as PGN, JSON or Markdown")))
    export.add_argument("duel", metavar="DUEL", help=told(say("its id, the first letters of it, or “last”")))
    export.add_argument(
        "--format", default="markdown", metavar="pgn|json|markdown", help=told(say("markdown unless it is given"))
    )
    export.set_defaults(run=_export)

    games = commands.add_parser("games", help=told(say("list the games and their settings")))
    games.add_argument("--json", action="store_true", help=told(say("one JSON object a line")))
    games.set_defaults(run=_games)

    players = commands.add_parser("players", help=told(say("list who can play, and what the others need")))
    players.add_argument("game", metavar="GAME", nargs="?", help=told(say("only this game's players")))
    players.add_argument("--json", action="store_true", help=told(say("one JSON object a line")))
    players.set_defaults(run=_players)

    register = commands.add_parser("register", help=told(say("tell Discord which commands there are")))
    register.add_argument("platform", choices=("discord",), help=told(say("the only one that wants to be told")))
    register.add_argument(
        "--guild", default="", metavar="ID", help=told(say("only in this server, at once: for trying out"))
    )
    register.add_argument("--remove", action="store_true", help=told(say("take them away again, there or everywhere")))
    register.add_argument(
        "--print", action="store_true", help=told(say("write the registration as JSON and call nobody"))
    )
    register.set_defaults(run=_register)

    manifest = commands.add_parser("manifest", help=told(say("write the app manifest that Slack is given")))
    manifest.add_argument("platform", choices=("slack",), help=told(say("the only one that has a manifest")))
    manifest.add_argument(
        "--mode", choices=("socket", "http"), default="socket", help=told(say("how Slack reaches the arena"))
    )
    manifest.set_defaults(run=_manifest)

    sealing = commands.add_parser(
        "sealing-key", help=told(say("say ARENA_SEALING_KEY for the webhooks: it follows from ARENA_SECRET"))
    )
    sealing.set_defaults(run=_sealing_key)

    moving.declare(commands, told)
    turning.declare(commands, told)
    costing.declare(commands, told)
    rating.declare(commands, told)
    hosting.declare(commands, told)
    deployed.declare(commands, told)

    doctor = commands.add_parser("doctor", help=told(say("say what is installed, configured and reachable")))
    doctor.set_defaults(run=_doctor)
    return parser


if __name__ == "__main__":
    sys.exit(main())
