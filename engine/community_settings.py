"""What moderators can set for their community: one table says how each is typed, shown and explained.

Nothing is forbidden and nothing is limited until somebody sets it. A setting is stored as JSON under its name; one that
stands at its default is not stored, so a new version's defaults hold for whoever never chose otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from engine import games
from engine import setting_values as values
from engine.errors import UnknownName
from engine.model import MoveMode
from engine.sentences import either, say
from engine.setting_values import DEFAULT

_DAY: Final = 86_400


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
    predictions: bool = True
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


DEFAULTS: Final = CommunitySettings()

_ROWS: Final = (
    Setting("games", "games", say("Which games may be played."), values.game_names, values.listed(say("all"))),
    Setting(
        "models",
        "models",
        say("Which models and engines may play; * stands for anything: engine/*, local/*."),
        values.patterns,
        values.listed(say("all")),
        choices=("engine/*", "engine/*, local/*"),
    ),
    Setting(
        "start",
        "start",
        say("Who may start duels: {who}.", who=either(tuple(Starters))),
        values.one_of("start", *Starters),
        values.or_else(""),
        choices=tuple(Starters),
    ),
    Setting(
        "moves",
        "moves",
        say("What models are given when a duel does not say: {modes}.", modes=either(tuple(MoveMode))),
        values.one_of("moves", *MoveMode),
        values.or_else(say("as suits each model")),
        choices=tuple(MoveMode),
    ),
    Setting(
        "ply-seconds",
        "ply_seconds",
        say("A person's time for one move when a duel does not say."),
        values.number("ply-seconds", 5, 604_800),
        values.seconds,
        choices=("60", "300", "3600", "86400", "none"),
    ),
    Setting(
        "duel-seconds",
        "duel_seconds",
        say("A person's time for all moves when a duel does not say."),
        values.number("duel-seconds", 10, 2_592_000),
        values.seconds,
        choices=("600", "1800", "none"),
    ),
    Setting(
        "channel",
        "channel",
        say("The only channel that duels are played in."),
        values.channel,
        values.or_else(say("any channel")),
        choices=("here",),
        holds="channel",
    ),
    Setting(
        "moderators-channel",
        "moderators_channel",
        say("Where reports and warnings for moderators go."),
        values.channel,
        values.or_else(say("none")),
        choices=("here",),
        holds="channel",
    ),
    Setting(
        "language",
        "language",
        say("The language of what a channel is shown."),
        values.language,
        values.or_else(say("the server's own")),
        holds="language",
    ),
    Setting(
        "pictures",
        "pictures",
        say("Whether boards, leaderboards and brackets are pictures; else they are text."),
        values.yes_or_no("pictures"),
        values.switch,
        choices=("yes", "no"),
    ),
    Setting(
        "predictions",
        "predictions",
        say("Whether members may stake points on who wins."),
        values.yes_or_no("predictions"),
        values.switch,
        choices=("yes", "no"),
    ),
    Setting(
        "member-duels",
        "member_duels",
        say("How many duels one member may have running at once."),
        values.number("member-duels", 1, 1000),
        values.count,
        choices=("1", "2", "5", "none"),
    ),
    Setting(
        "server-duels",
        "server_duels",
        say("How many duels may run here at once."),
        values.number("server-duels", 1, 1000),
        values.count,
        choices=("5", "20", "none"),
    ),
    Setting(
        "money-cap",
        "cap_nano_usd",
        say("What models may cost in a month (UTC), in US dollars; duels pause when it is used up."),
        values.dollars,
        values.money,
        choices=("5", "20", "100", "none"),
    ),
    Setting(
        "blocked-words",
        "blocked_words",
        say("Words that are hidden wherever a model, a theme or a name says them."),
        values.words,
        values.listed(say("none")),
    ),
    Setting(
        "moderators",
        "moderators",
        say("Who moderates here, beside those whom the platform knows as moderators."),
        values.words,
        values.listed(say("those of the platform")),
        holds="people",
    ),
)
SETTINGS: Final[Mapping[str, Setting]] = {row.name: row for row in _ROWS}
