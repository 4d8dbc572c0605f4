"""What can be typed next, as far as the files of this installation alone tell.

For whoever has neither store nor keys at hand; with them, :mod:`bot.completion` knows more, and says the rest in the
same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.catalogue import languages
from bot.commands import commands
from bot.declared import GAMES, MODELS
from engine import abouts, games
from engine.community_settings import SETTINGS
from engine.model import Role
from engine.sentences import say
from engine.setting_values import DEFAULT

Found = Sequence[tuple[str, str]]

MOST: Final = 25
ME: Final = ("me", say("you"))
LAST: Final = ("last", say("the newest duel"))
_USUAL_GAME: Final = "chess"


def offered(what: str, typed: str, about: str = "", role: Role | None = None) -> Found:
    """At most 25 pairs of value and label that contain what was typed; none for what only a store can tell.

    ``about`` is what else has been typed and matters, as in :func:`bot.completion.complete`. ``role`` is what the
    platform says of who types. Where it does not say, all is offered: none of it is a secret, and a command asks again.
    """
    found = _OFFERED.get(what)
    if found is None or not (role is None or any(role.covers(one) for one in needed(what))):
        return []
    return matching(found(about), typed)


def needed(what: str) -> set[Role]:
    """The roles of the verbs with an option that is completed so: nothing is offered to whoever has none of them."""
    return {verb.role for spec in commands() for verb in spec.verbs for one in verb.options if one.completes == what}


def matching(found: Found, typed: str) -> Found:
    """The first 25 that contain what was typed, those that start with it first."""
    typed = typed.casefold()
    first = [pair for pair in found if pair[0].casefold().startswith(typed)]
    return [*first, *(pair for pair in found if pair not in first and typed in pair[0].casefold())][:MOST]


def game_of(about: str) -> str:
    """The game whose players are offered, when this has been typed for it."""
    return about if about in games.names() else _USUAL_GAME


def _games(_about: str) -> Found:
    # A title stands in the game's file, and some of those take long to import.
    return [(name, GAMES[name][0] if name in GAMES else name.replace("_", " ").title()) for name in games.names()]


def settings(_about: str = "") -> Found:
    """Every setting and what it means."""
    return [(row.name, row.help) for row in SETTINGS.values()]


def values(about: str) -> Found:
    """What the setting of that name is usually given."""
    row = SETTINGS.get(about)
    if row is None:
        return []
    choices = languages() if row.holds == "language" else row.choices
    return [(choice, choice) for choice in (*choices, DEFAULT)]


def _players(about: str) -> Found:
    _, engines = GAMES.get(game_of(about), ("", {}))
    looking = [(f"engine/{name}", abouts.look_ahead(plies)) for name, plies in engines.items()]
    return [ME, *looking, ("engine/random", abouts.RANDOM), *MODELS.items()]


def _duels(_about: str) -> Found:
    return [LAST]


_OFFERED: Final[Mapping[str, Callable[[str], Found]]] = {
    "games": _games,
    "players": _players,
    "duels": _duels,
    "settings": settings,
    "values": values,
}
