"""The console script's commands that bring duels in from elsewhere, as ``arena --help`` shows them."""

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
    legacy.add_argument("--dry-run", action="store_true", help=told(say("only say what would be done")))
    legacy.set_defaults(run=_import_legacy)


def _import_legacy(arguments: argparse.Namespace) -> int:
    from bot.legacy import import_legacy

    return import_legacy(arguments.settings, arguments.file, arguments.community, arguments.report, arguments.dry_run)
