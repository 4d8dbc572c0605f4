"""The console script ``arena``. A person's mistake is one line on stderr and exit code 2."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from bot import __version__
from engine.errors import ArenaError, MoveRefused, StoreError, UserError

EXIT_USER: Final = 2
EXIT_INTERRUPTED: Final = 130

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return _run(arguments)
    except UserError as error:
        return _refused(error.text)
    except StoreError as error:
        return _refused(str(error))
    except ArenaError as error:
        logging.getLogger(__name__).debug("failed", exc_info=error)
        return _refused(f"{error} (set ARENA_LOG_LEVEL=DEBUG for the cause)")
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
    from bot import settings

    arguments.settings = settings.read()
    logging.basicConfig(level=arguments.settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
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
        raise UserError("Nobody is to move in that position: the game is over.")
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
        async with embedded(arguments.settings) as arena:
            head = await arena.duels.find(Community("web", "main"), arguments.duel)
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
        sys.stdout.write(f"{name:22}{game.summary}\n")
        for option in game.options:
            sys.stdout.write(f"{'':22}  {option.name}: {option.help}\n")
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
        sys.stdout.write(f"{name:32}  {about}\n")
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from bot.doctor import report

    return report(arguments.settings, sys.stdout.write)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("arena", description="Language models, engines and people duel in five games.")
    parser.add_argument("--version", action="version", version=f"arena {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="start the arena: the web channel, and every unfinished duel")
    run.set_defaults(run=_serve)

    duel = commands.add_parser("duel", help="play one duel here, with a live board")
    duel.add_argument("game", metavar="GAME", help="chess, tic_tac_toe, … (see: arena games)")
    duel.add_argument("first", metavar="FIRST", help="local/smollm2, engine/novice, openai/…, or “me” (arena players)")
    duel.add_argument("second", metavar="SECOND", help="the other player")
    duel.add_argument(
        "--set", metavar="NAME:VALUE", action="append", default=[], help="a setting of the game: opening:random"
    )
    duel.add_argument("--seed", type=int, help="the same seed plays the same duel")
    duel.add_argument("--moves", choices=("free", "listed", "constrained"), help="what models are given")
    duel.add_argument("--max-plies", type=int, help="where a long duel is settled (default 200)")
    duel.add_argument("--json", action="store_true", help="one JSON object a line per log entry")
    duel.set_defaults(run=_duel)

    parse = commands.add_parser("parse", help="read a reply on standard input and say which move it is")
    parse.add_argument("game", metavar="GAME")
    parse.add_argument("--position", default="", help="chess: a FEN; word association: the word before")
    parse.set_defaults(run=_parse)

    export = commands.add_parser("export", help="write a duel as PGN, JSON or Markdown")
    export.add_argument("duel", metavar="DUEL", help="its id, the first letters of it, or “last”")
    export.add_argument("--format", default="markdown", metavar="pgn|json|markdown")
    export.set_defaults(run=_export)

    games = commands.add_parser("games", help="list the games and their settings")
    games.add_argument("--json", action="store_true")
    games.set_defaults(run=_games)

    players = commands.add_parser("players", help="list who can play, and what the others need")
    players.add_argument("game", metavar="GAME", nargs="?", help="only this game's players")
    players.add_argument("--json", action="store_true")
    players.set_defaults(run=_players)

    doctor = commands.add_parser("doctor", help="say what is installed, configured and reachable")
    doctor.set_defaults(run=_doctor)
    return parser


if __name__ == "__main__":
    sys.exit(main())
