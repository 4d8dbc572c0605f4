"""What moderators can set for their community: one table says how each is typed, shown and explained.

Nothing is forbidden and nothing is limited until somebody sets it. A setting is stored as JSON under its name; one that
stands at its default is not stored, so a new version's defaults hold for whoever never chose otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from engine import games
from engine.errors import BadOption, UnknownName
from engine.model import NANO, MoveMode
from engine.options import Kind, Option, convert
from engine.sentences import counted, either, joined, say

_DAY: Final = 86_400
_MOST_ITEMS: Final = 200
_LONGEST_ITEM: Final = 80


class Starters(StrEnum):
    """Who may start duels."""

    EVERYONE = "everyone"
    MODERATORS = "moderators"


@dataclass(frozen=True, slots=True)
class CommunitySettings:
    """A community's choices. An empty tuple or text allows everything; ``None`` is no limit.

    ``models`` are patterns of players' names in which ``*`` stands for anything. ``channel`` and
    ``moderators_channel`` are the platform's ids. ``moderators`` are our ids of people, beside those whom the platform
    knows as moderators. An empty ``language`` is the platform's.
    """

    games: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    start: str = Starters.EVERYONE
    moves: str = ""
    ply_seconds: int | None = _DAY
    duel_seconds: int | None = None
    channel: str = ""
    moderators_channel: str = ""
    language: str = ""
    pictures: bool = True
    member_duels: int | None = None
    server_duels: int | None = None
    cap_nano_usd: int | None = None
    blocked_words: tuple[str, ...] = ()
    moderators: tuple[str, ...] = ()

    def mode_for(self, game: str) -> MoveMode | None:
        """The move mode of a model that is not told otherwise; ``None`` for each model's own, as suits the game."""
        return MoveMode(self.moves) if self.moves and not games.game(game).open_ended else None


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: ``parse`` reads what is typed (:raises BadOption:), ``show`` says the value to people.

    ``holds`` names what a value is made of, where a platform has its own way of writing that: ``people``, ``channel``
    or ``language``. ``choices`` are offered while typing.
    """

    name: str
    field: str
    help: str
    parse: Callable[[str], Any]
    show: Callable[[Any], str]
    choices: tuple[str, ...] = ()
    holds: str = ""


def setting(name: str) -> Setting:
    """:raises UnknownName: with the nearest names."""
    wanted = name.strip().casefold().replace("_", "-")
    if wanted not in SETTINGS:
        raise UnknownName(say("setting"), name, SETTINGS, say("See /arena settings."))
    return SETTINGS[wanted]


def changed(settings: CommunitySettings, name: str, text: str) -> CommunitySettings:
    """The settings with one of them read from what was typed; ``default`` puts it back.

    :raises UserError: an unknown setting, or a value that it does not take.
    """
    row = setting(name)
    typed = text.strip()
    value = getattr(DEFAULTS, row.field) if typed.casefold() == DEFAULT else row.parse(typed)
    return replace(settings, **{row.field: value})


def to_body(settings: CommunitySettings) -> dict[str, Any]:
    """As JSON, without what stands at its default."""
    body = {}
    for row in SETTINGS.values():
        value = getattr(settings, row.field)
        if value != getattr(DEFAULTS, row.field):
            body[row.name] = list(value) if isinstance(value, tuple) else value
    return body


def from_body(body: Mapping[str, Any]) -> CommunitySettings:
    """What :func:`to_body` wrote; a setting of another version is passed over."""
    known: dict[str, Any] = {}
    for row in SETTINGS.values():
        if row.name in body:
            value = body[row.name]
            known[row.field] = tuple(value) if isinstance(value, list) else value
    return CommunitySettings(**known)


def _words(text: str) -> tuple[str, ...]:
    """Items between commas, each once; what stands in quotes may hold a comma's worth of spaces."""
    items = tuple(dict.fromkeys(" ".join(item.split()).strip('"“”') for item in text.split(",") if item.strip()))
    if not items:
        raise BadOption(say("Write one or more, separated by commas, or “{default}”.", default=DEFAULT))
    if len(items) > _MOST_ITEMS or any(len(item) > _LONGEST_ITEM for item in items):
        raise BadOption(
            say("At most {items} of at most {letters} characters each.", items=_MOST_ITEMS, letters=_LONGEST_ITEM)
        )
    return items


def _games(text: str) -> tuple[str, ...]:
    return tuple(games.game(name.casefold().replace(" ", "_").replace("-", "_")).name for name in _words(text))


_PATTERN: Final = re.compile(r"[^\s/*]+(\*|/[^\s]+)|\*[^\s]*")


def _patterns(text: str) -> tuple[str, ...]:
    patterns = _words(text)
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern):
            raise BadOption(
                say(
                    "“{pattern}” is no player or pattern of players: write such as engine/*, local/smollm2.",
                    pattern=pattern,
                )
            )
    return patterns


def _one_of(name: str, *choices: str) -> Callable[[str], str]:
    return lambda text: str(convert(Option(name, "", choices=choices), text.casefold()))


def _number(name: str, least: int, most: int) -> Callable[[str], int | None]:
    option = Option(name, "", Kind.INTEGER, least=least, most=most)
    return lambda text: None if text.casefold() in _NO_LIMIT else int(convert(option, text))


def _dollars(text: str) -> int | None:
    """US dollars as nano-dollars; exact, since what is typed is decimal."""
    if text.casefold() in _NO_LIMIT:
        return None
    try:
        nano = Decimal(text.removeprefix("$").removesuffix("$").strip()) * NANO
    except InvalidOperation:
        nano = Decimal(-1)
    if not nano.is_finite() or not 0 <= nano <= _MOST_DOLLARS * NANO:
        raise BadOption(
            say(
                "money-cap is US dollars a month from 0 to {most:,}, such as 20 or 2.50, or “none”, not “{text}”.",
                most=_MOST_DOLLARS,
                text=text[:_LONGEST_ITEM],
            )
        )
    return int(nano)


def _yes(name: str) -> Callable[[str], bool]:
    return lambda text: bool(convert(Option(name, "", Kind.BOOLEAN), text))


def _channel(text: str) -> str:
    if not _IDENTITY.fullmatch(text):
        raise BadOption(say("“{text}” is no channel: mention it, or write “here”.", text=text[:_LONGEST_ITEM]))
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise BadOption(say("“{text}” is no language: write its code, such as en or de.", text=text[:_LONGEST_ITEM]))
    return text


def _or(nothing: str) -> Callable[[Any], str]:
    """Shows a text as it is, and says what it means when there is none."""
    return lambda value: str(value) if value else nothing


def _listed(nothing: str) -> Callable[[Any], str]:
    return lambda value: joined(value, ", ") if value else nothing


def _seconds(value: int | None) -> str:
    return say("no limit") if value is None else counted("{n} second", "{n} seconds", n=value)


def _count(value: int | None) -> str:
    return say("no limit") if value is None else str(value)


def _money(value: int | None) -> str:
    return say("no limit") if value is None else say("${usd:,.2f} a month", usd=value / NANO)


def _switch(value: bool) -> str:
    return say("yes") if value else say("no")


DEFAULT: Final = "default"
DEFAULTS: Final = CommunitySettings()
_NO_LIMIT: Final = frozenset({"none", "no", "unlimited", "off"})
_MOST_DOLLARS: Final = 1_000_000
_IDENTITY: Final = re.compile(r"[A-Za-z0-9_:.@-]{1,64}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")

_ROWS: Final = (
    Setting("games", "games", say("Which games may be played."), _games, _listed(say("all"))),
    Setting(
        "models",
        "models",
        say("Which models and engines may play; * stands for anything: engine/*, local/*."),
        _patterns,
        _listed(say("all")),
        choices=("engine/*", "engine/*, local/*"),
    ),
    Setting(
        "start",
        "start",
        say("Who may start duels: {who}.", who=either(tuple(Starters))),
        _one_of("start", *Starters),
        _or(""),
        choices=tuple(Starters),
    ),
    Setting(
        "moves",
        "moves",
        say("What models are given when a duel does not say: {modes}.", modes=either(tuple(MoveMode))),
        _one_of("moves", *MoveMode),
        _or(say("as suits each model")),
        choices=tuple(MoveMode),
    ),
    Setting(
        "ply-seconds",
        "ply_seconds",
        say("A person's time for one move when a duel does not say."),
        _number("ply-seconds", 5, 604_800),
        _seconds,
        choices=("60", "300", "3600", "86400", "none"),
    ),
    Setting(
        "duel-seconds",
        "duel_seconds",
        say("A person's time for all moves when a duel does not say."),
        _number("duel-seconds", 10, 2_592_000),
        _seconds,
        choices=("600", "1800", "none"),
    ),
    Setting(
        "channel",
        "channel",
        say("The only channel that duels are played in."),
        _channel,
        _or(say("any channel")),
        choices=("here",),
        holds="channel",
    ),
    Setting(
        "moderators-channel",
        "moderators_channel",
        say("Where reports and warnings for moderators go."),
        _channel,
        _or(say("the channel it happened in")),
        choices=("here",),
        holds="channel",
    ),
    Setting(
        "language",
        "language",
        say("The language of what a channel is shown."),
        _language,
        _or(say("the server's own")),
        holds="language",
    ),
    Setting(
        "pictures",
        "pictures",
        say("Whether boards are pictures; else they are text."),
        _yes("pictures"),
        _switch,
        choices=("yes", "no"),
    ),
    Setting(
        "member-duels",
        "member_duels",
        say("How many duels one member may have running at once."),
        _number("member-duels", 1, 1000),
        _count,
        choices=("1", "2", "5", "none"),
    ),
    Setting(
        "server-duels",
        "server_duels",
        say("How many duels may run here at once."),
        _number("server-duels", 1, 1000),
        _count,
        choices=("5", "20", "none"),
    ),
    Setting(
        "money-cap",
        "cap_nano_usd",
        say("What models may cost in a month (UTC), in US dollars; duels pause when it is used up."),
        _dollars,
        _money,
        choices=("5", "20", "100", "none"),
    ),
    Setting(
        "blocked-words",
        "blocked_words",
        say("Words that are hidden wherever a model, a theme or a name says them."),
        _words,
        _listed(say("none")),
    ),
    Setting(
        "moderators",
        "moderators",
        say("Who moderates here, beside those whom the platform knows as moderators."),
        _words,
        _listed(say("those of the platform")),
        holds="people",
    ),
)
SETTINGS: Final[Mapping[str, Setting]] = {row.name: row for row in _ROWS}
