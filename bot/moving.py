"""The console script's commands that bring duels in from elsewhere, or take them there."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.sentences import say

Told = Callable[[str], str]


def declare(commands: Any, told: Told) -> None:
    """Add the commands to those of ``arena``; ``told`` says a sentence in the reader's language."""
    legacy = commands.add_parser("import-legacy", help=told(say("bring in a database of the web predecessor")))
    legacy.add_argument("file", metavar="FILE", type=Path, help=told(say("its SQLite file; it is only read")))
    legacy.add_argument(
        "--community", default="web:main", metavar="PLATFORM:ID", help=told(say("whose duels they become (web:main)"))
    )
    legacy.add_argument(
        "--report", type=Path, metavar="FILE", help=told(say("write every row that is not understood, whole, as JSON"))
    )
    legacy.add_argument("--no-names", action="store_true", help=told(say("leave out what people were called")))
    legacy.add_argument("--dry-run", action="store_true", help=told(say("only say what would be done")))
    legacy.set_defaults(run=_import_legacy)

    migrate = commands.add_parser("migrate", help=told(say("copy an arena into another store, and compare the two")))
    where = "sqlite:PATH|dynamodb:TABLE"
    migrate.add_argument("--from", dest="source", required=True, metavar=where, help=told(say("the store to copy")))
    migrate.add_argument("--to", dest="target", required=True, metavar=where, help=told(say("an empty one")))
    migrate.add_argument(
        "--anyway", action="store_true", help=told(say("also into one that is not empty, or while the arena runs"))
    )
    migrate.add_argument(
        "--close", action="store_true", help=told(say("nobody plays on in the old one: its workers are waited for"))
    )
    migrate.set_defaults(run=_migrate)

    opens = commands.add_parser("open", help=told(say("begin to work on a store that was copied")))
    opens.add_argument("store", metavar=where, help=told(say("the store to open")))
    opens.add_argument("--anyway", action="store_true", help=told(say("also one that was moved elsewhere")))
    opens.set_defaults(run=_open)

    mirror = commands.add_parser("mirror", help=told(say("keep a file that follows the functions’ table")))
    mirror.add_argument("--from", dest="source", required=True, metavar="dynamodb:TABLE", help=told(say("the table")))
    mirror.add_argument("--to", dest="target", required=True, metavar="sqlite:PATH", help=told(say("the file")))
    mirror.add_argument("--once", action="store_true", help=told(say("take over what is new, and end")))
    mirror.add_argument(
        "--verify", action="store_true", help=told(say("take over what is new, compare all of it, and end"))
    )
    mirror.add_argument("--end", action="store_true", help=told(say("close the table, and make an arena of the file")))
    mirror.add_argument("--anyway", action="store_true", help=told(say("with --end: although the table is lost")))
    mirror.set_defaults(run=_mirror)

    switch = commands.add_parser("switch", help=told(say("move a live application to the functions, or back here")))
    switch.add_argument("platform", choices=("discord", "slack"))
    switch.add_argument(
        "side",
        metavar="gateway|socket|webhook",
        help=told(say("gateway or socket: to this machine; webhook: to --url")),
    )
    switch.add_argument(
        "--url", default="", metavar="URL", help=told(say("where the platform is to send what members do"))
    )
    switch.add_argument(
        "--old",
        metavar=where,
        help=told(say("the store that was used until now: each of its duels must be in the new one")),
    )
    switch.add_argument("--dry-run", action="store_true", help=told(say("only say what would be done")))
    switch.add_argument("--yes", action="store_true", help=told(say("do not ask")))
    switch.add_argument("--anyway", action="store_true", help=told(say("although something is amiss")))
    switch.set_defaults(run=_switch)


def _import_legacy(arguments: argparse.Namespace) -> int:
    from bot.legacy import Asked, import_legacy

    asked = Asked(arguments.file, arguments.community, arguments.report, arguments.no_names, arguments.dry_run)
    return import_legacy(arguments.settings, asked)


def _migrate(arguments: argparse.Namespace) -> int:
    from bot.migrating import migrate
    from bot.settings import StoreAddress

    source, target = StoreAddress.read(arguments.source), StoreAddress.read(arguments.target)
    return migrate(arguments.settings, source, target, arguments.anyway, arguments.close)


def _open(arguments: argparse.Namespace) -> int:
    from bot.opening import open_store
    from bot.settings import StoreAddress

    return open_store(arguments.settings, StoreAddress.read(arguments.store), arguments.anyway)


def _switch(arguments: argparse.Namespace) -> int:
    from bot.settings import StoreAddress
    from bot.switching import Asked, switch

    old = StoreAddress.read(arguments.old) if arguments.old else None
    choices = (arguments.dry_run, arguments.yes, arguments.anyway)
    return switch(arguments.settings, Asked(arguments.platform, arguments.side, arguments.url, old, *choices))


def _mirror(arguments: argparse.Namespace) -> int:
    from bot.mirroring import Asked, mirror
    from bot.settings import StoreAddress

    source, target = StoreAddress.read(arguments.source), StoreAddress.read(arguments.target)
    choices = (arguments.once, arguments.verify, arguments.end, arguments.anyway)
    return mirror(arguments.settings, Asked(source, target, *choices))
