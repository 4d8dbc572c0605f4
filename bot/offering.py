"""What can be typed next, as far as the files of this installation alone tell: games and known players.

For whoever has neither store nor keys at hand; with them, :mod:`bot.completion` knows more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import engine
from engine import games
from engine.sentences import say

Found = Sequence[tuple[str, str]]

MOST: Final = 25
_MODELS: Final = Path("providers", "catalogue.toml")


def offered(what: str, typed: str) -> Found:
    """At most 25 pairs of value and label that contain what was typed; none for what only a store can tell."""
    found = _OFFERED.get(what)
    return matching(found(), typed) if found else []


def matching(found: Found, typed: str) -> Found:
    """The first 25 that contain what was typed, those that start with it first."""
    typed = typed.casefold()
    first = [pair for pair in found if pair[0].casefold().startswith(typed)]
    return [*first, *(pair for pair in found if pair not in first and typed in pair[0].casefold())][:MOST]


def _games() -> Found:
    # A game's title stands in its file, and some of those take long to import.
    return [(name, name.replace("_", " ").title()) for name in games.names()]


@cache
def _players() -> Found:
    (folder,) = engine.__path__
    vendors = tomllib.loads(Path(folder, _MODELS).read_text("utf-8"))
    models = {f"{vendor}/{model}": facts for vendor, of in vendors.items() for model, facts in of["models"].items()}
    return [
        ("me", say("you")),
        ("engine/random", say("any legal move, each as likely")),
        *((name, say(facts.get("about", ""))) for name, facts in models.items()),
    ]


_OFFERED: Final[Mapping[str, Callable[[], Found]]] = {"games": _games, "players": _players}
