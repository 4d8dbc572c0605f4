"""Which variables of this terminal go on to the functions, and what a platform needs before it can be served."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from bot.settings import SECRET_BYTES
from engine.errors import ArenaError
from engine.providers import VARIABLES
from infra.local.deployment import DISCORD, SLACK, Function

_PLATFORMS: Final = ("DISCORD_", "SLACK_")
_ARENA: Final = "ARENA_"
_AWS: Final = "AWS_"
_NEEDED: Final[Mapping[Function, tuple[str, ...]]] = {
    DISCORD: ("DISCORD_BOT_TOKEN", "DISCORD_PUBLIC_KEY", "DISCORD_APPLICATION_ID"),
    SLACK: ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
}


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
