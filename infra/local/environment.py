"""Which variables of this terminal go on to the functions, and what a platform needs before it can be served."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Final

from bot import settings
from bot.settings import SECRET_BYTES
from engine.errors import ArenaError
from engine.providers import VARIABLES
from infra.functions import DISCORD, SLACK, Function

_PLATFORMS: Final = ("DISCORD_", "SLACK_")
_ARENA: Final = "ARENA_"
_AWS: Final = "AWS_"
_NEEDED: Final[Mapping[Function, tuple[str, ...]]] = {
    DISCORD: ("DISCORD_BOT_TOKEN", "DISCORD_PUBLIC_KEY", "DISCORD_APPLICATION_ID"),
    SLACK: ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
}
SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "DISCORD_BOT_TOKEN": (r"[\w-]+\.[\w-]+\.[\w-]+", "three parts with a dot between them"),
    "DISCORD_PUBLIC_KEY": (r"[0-9a-fA-F]{64}", "64 hexadecimal digits"),
    "DISCORD_APPLICATION_ID": (r"[0-9]{17,20}", "a number of 17 to 20 digits"),
    "SLACK_SIGNING_SECRET": (r"[0-9a-f]{32}", "32 hexadecimal digits"),
}
"""What the platforms' own pages show under these names; the tokens' prefixes of Slack are the settings' to check."""


class Unusable(ArenaError):
    """A variable cannot be what its name says; the text says what it should look like, and never what it holds."""


class NothingToServe(ArenaError):
    """No platform can be served with these variables; the text says which are missing."""


def passed_on(environment: Mapping[str, str], *, platforms: bool) -> dict[str, str]:
    """The arena's variables, those of the model APIs, and with ``platforms`` the tokens; never an AWS account's.

    An installation's secret is made when none is set: it needs to outlive the store no longer than this does.
    """
    prefixes = (_ARENA, *_PLATFORMS) if platforms else (_ARENA,)
    found = {
        name: value
        for name, value in environment.items()
        if name.startswith(prefixes) or (name in VARIABLES and not name.startswith(_AWS))
    }
    return {"ARENA_SECRET": secrets.token_hex(SECRET_BYTES), **found}


def check(environment: Mapping[str, str], *, platforms: bool) -> None:
    """Look at what the functions will be handed before anything is started: they would fail much later, far away.

    :raises ArenaError: that names the variable to mend.
    """
    found = settings.read(environment)
    if environment.get("ARENA_SECRET"):
        found.aws.installation_secret()
    if not platforms:
        return
    found.discord.check()
    found.slack.check()
    for variable, (shape, described) in SHAPES.items():
        value = environment.get(variable, "").strip()
        if value and not re.fullmatch(shape, value):
            raise Unusable(
                f"{variable} must be {described}; what is set has {len(value)} characters and is not: copy it again."
            )


def has_tokens(environment: Mapping[str, str]) -> bool:
    """Whether a token of a real platform is set."""
    return any(environment.get(needed[0]) for needed in _NEEDED.values())


def served(environment: Mapping[str, str]) -> list[Function]:
    """The webhooks whose platforms are set. :raises NothingToServe: when none is, or one is only in part."""
    lacking = {
        webhook: [name for name in needed if not environment.get(name)]
        for webhook, needed in _NEEDED.items()
        if any(environment.get(name) for name in needed)
    }
    missing = [name for names in lacking.values() for name in names]
    if missing:
        raise NothingToServe(f"To be served, this lacks {' and '.join(missing)}: set it and start again.")
    if not lacking:
        all_needed = " or ".join(", ".join(names) for names in _NEEDED.values())
        raise NothingToServe(f"There is no platform to serve: set {all_needed}; or play a duel here with --play.")
    return list(lacking)
