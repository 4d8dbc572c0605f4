"""The commands for a host who has deployed the arena: ``arena smoke`` and ``arena watch-token``."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from bot.catalogue import said
from engine.errors import BadOption
from engine.sentences import say

Told = Callable[[str], str]

CHECKS: Final = (
    *("health", "duels", "closed", "discord", "slack", "cors", "api-headers"),
    *("page", "files", "headers", "missing", "behind", "version"),
)
"""What ``--only`` takes: the checks of :mod:`bot.smoke` in their order."""
LONGEST_SECONDS: Final = 600
TOKEN_BYTES: Final = 24


def declare(commands: Any, told: Told) -> None:
    """Add the commands to those of ``arena``; ``told`` says a sentence in the reader's language."""
    smoke = commands.add_parser(
        "smoke", help=told(say("look at what was deployed from outside, and say what is amiss"))
    )
    smoke.add_argument("--api", required=True, metavar="URL", help=told(say("the API's address, without a path")))
    smoke.add_argument(
        "--site", default="", metavar="URL", help=told(say("the site's address; without it, it is not looked at"))
    )
    smoke.add_argument(
        "--only",
        nargs="+",
        choices=CHECKS,
        default=[],
        metavar="CHECK",
        help=told(say("these checks alone, and what they look at must be there")),
    )
    smoke.add_argument(
        "--patience",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help=told(say("how long what changes over in a fresh deployment may still fail (0 unless it is given)")),
    )
    smoke.add_argument(
        "--timeout",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help=told(say("how long one answer may take (10 unless it is given)")),
    )
    smoke.add_argument("--json", action="store_true", help=told(say("one JSON object")))
    smoke.set_defaults(run=_smoke)

    token = commands.add_parser(
        "watch-token",
        help=told(say("make the token of a private site: the link for members, and the function's variable")),
    )
    token.add_argument("--site", default="", metavar="URL", help=told(say("the site's address, for the link")))
    token.set_defaults(run=_watch_token)


def _smoke(arguments: argparse.Namespace) -> int:
    from bot.smoke.looking import Looked, look

    for option, value, least in (("--patience", arguments.patience, 0), ("--timeout", arguments.timeout, 0.1)):
        if not least <= value <= LONGEST_SECONDS:
            raise BadOption(
                say("{option} wants seconds from {least} to {most}.", option=option, least=least, most=LONGEST_SECONDS)
            )
    looked: Looked = look(
        arguments.api,
        arguments.site,
        arguments.only,
        patience_seconds=arguments.patience,
        timeout_seconds=arguments.timeout,
    )
    told = partial(said, language=arguments.settings.language)
    sys.stdout.write(looked.json(told) if arguments.json else looked.table(told))
    return 0 if looked.fine else 1


def _watch_token(arguments: argparse.Namespace) -> int:
    from bot.on_web.place import TOKEN, digest
    from bot.smoke.asking import base

    site = base("--site", arguments.site) if arguments.site else ""
    made = secrets.token_urlsafe(TOKEN_BYTES)
    sys.stdout.write(f"{site}/api/enter?token={made}\n{TOKEN}={digest(made)}\n")
    return 0
