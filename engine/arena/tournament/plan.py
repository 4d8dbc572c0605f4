"""What a host sets when a tournament is made. It never changes; what happens is in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine import games, tournaments
from engine.codec import reading
from engine.errors import BadOption
from engine.model import MoveMode, TimeControl
from engine.options import check
from engine.sentences import say

LONGEST_NAME: Final = 60
MOST_AT_ONCE: Final = 50
MOST_ENTRANTS: Final = 1_000
MOST_MATCHES: Final = 20_000
SEEDINGS: Final = ("rating", "lot", "hand")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a tournament is played.

    Attributes:
        format: a name of :func:`engine.tournaments.names`; ``options`` are that format's.
        game_options: the game's, for every duel. Openings come from each pair's seed, the same for both its games.
        mode: what models are given to answer with; ``None``: each model's own.
        per_ply_seconds: a person's clock.
        at_once: duels that are played at the same time, at most.
        budget_nano_usd: what its duels may cost in all; ``None`` is no limit of its own.
        starts_ms: when it starts by itself; ``None``: when its host says so.
        check_in_seconds: so long before the start everybody must say that they are there; 0: nobody must.
        seeding: by rating, by lot, or by hand in the order of ``order``.
        open: whether members enter themselves.
        channel, language: where and how people are told.
        threads: whether its duels are shown there, each in a thread of its own.
        quiet: whether only its end is told.
        by: the host, by our id.
    """

    name: str
    format: str
    game: str
    by: str
    options: Mapping[str, Any] = field(default_factory=dict)
    game_options: Mapping[str, Any] = field(default_factory=dict)
    mode: MoveMode | None = None
    per_ply_seconds: int = 86_400
    at_once: int = 4
    budget_nano_usd: int | None = None
    starts_ms: int | None = None
    check_in_seconds: int = 0
    seeding: str = "rating"
    open: bool = True
    quiet: bool = False
    channel: str = ""
    language: str = ""
    threads: bool = True
    created_ms: int = 0
    seed: int = 0

    @property
    def played_as(self) -> tournaments.Format:
        """Its format."""
        return tournaments.named(self.format)

    @property
    def shown_in(self) -> str:
        """The channel in which its duels are shown; empty where they are shown nowhere."""
        return self.channel if self.threads and not self.quiet else ""

    @property
    def time(self) -> TimeControl:
        """The clock of people."""
        return TimeControl(per_ply_seconds=self.per_ply_seconds)

    @property
    def check_in_ms(self) -> int | None:
        """When check-in opens."""
        if self.starts_ms is None or not self.check_in_seconds:
            return None
        return self.starts_ms - 1000 * self.check_in_seconds


def checked(plan: Plan) -> Plan:
    """The plan with its names and options complete. :raises UserError: for what cannot be played so."""
    format_, game = tournaments.named(plan.format), games.game(plan.game)
    if not plan.name.strip() or len(plan.name) > LONGEST_NAME or not plan.name.isprintable():
        raise BadOption(say("A tournament's name has 1 to {most} printable characters.", most=LONGEST_NAME))
    if not 1 <= plan.at_once <= MOST_AT_ONCE:
        raise BadOption(say("From 1 to {most} duels are played at once.", most=MOST_AT_ONCE))
    if plan.seeding not in SEEDINGS:
        raise BadOption(say("Seeding is by rating, by lot or by hand."))
    if plan.check_in_seconds and plan.starts_ms is None:
        raise BadOption(say("Check-in needs a time at which the tournament starts."))
    if plan.starts_ms is not None and plan.starts_ms <= plan.created_ms:
        raise BadOption(say("A tournament starts in the future. Leave the time out to start it yourself."))
    options = check(format_.options, plan.options)
    game_options = check(game.options, plan.game_options)
    game.start(game_options, plan.seed)
    return replace(plan, format=format_.name, game=game.name, options=options, game_options=game_options)


_NAMES: Final = (
    *("name", "format", "game", "by", "per_ply_seconds", "at_once", "budget_nano_usd", "starts_ms", "check_in_seconds"),
    *("seeding", "open", "quiet", "channel", "language", "threads", "created_ms", "seed"),
)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """As the log has it."""
    mappings = {"options": dict(plan.options), "game_options": dict(plan.game_options)}
    return {name: getattr(plan, name) for name in _NAMES} | mappings | {"mode": plan.mode}


def plan_from_json(value: Mapping[str, Any]) -> Plan:
    """:raises CorruptLog: when it is no plan."""
    with reading("a tournament's plan"):
        mode = MoveMode(value["mode"]) if value["mode"] else None
        return Plan(
            **{name: value[name] for name in _NAMES if name in value},
            options=value["options"],
            game_options=value["game_options"],
            mode=mode,
        )
