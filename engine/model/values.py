"""What duels are made of: players, terms, outcomes, and what was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.model.kinds import Failure, MoveMode, Seat

NANO: Final = 1_000_000_000
LONGEST_NAME: Final = 32
"""Characters of what a member is called."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a duel ended. ``winner`` is ``None`` for a draw and for a void duel; ``why`` is a sentence."""

    winner: Seat | None
    termination: str
    why: str = ""
    void: bool = False


@dataclass(frozen=True, slots=True)
class Community:
    """A Discord guild, a Slack workspace, a web channel or the installation: platform and id together."""

    platform: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class Player:
    """Who may sit: ``local/smollm2``, ``engine/stockfish:elo=1500``, ``human/<our random id>``."""

    provider: str
    id: str

    @classmethod
    def named(cls, name: str) -> Player:
        """Read ``provider/id``; the id may hold further slashes. :raises ValueError: without a slash."""
        provider, slash, identity = name.partition("/")
        if not (slash and provider and identity):
            raise ValueError(name)
        return cls(provider, identity)

    @property
    def is_human(self) -> bool:
        """Whether the arena waits for a person's command instead of asking a program."""
        return self.provider == "human"

    @property
    def is_own(self) -> bool:
        """Whether it plays behind its community's own key or endpoint, and so for that community only."""
        return self.provider == "own"

    def __str__(self) -> str:
        return f"{self.provider}/{self.id}"


@dataclass(frozen=True, slots=True)
class TimeControl:
    """Clocks for people, in seconds: for one ply and for all of a seat's plies. ``None`` is no limit."""

    per_ply_seconds: int | None = None
    per_duel_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the arena stops a duel. ``None`` is no limit."""

    max_plies: int = 200
    max_tokens: int | None = 1_000_000
    max_nano_usd: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What both seats agreed to before the first ply. Everything a replay needs is here."""

    game: str
    players: Mapping[Seat, Player]
    seed: int
    options: Mapping[str, Any] = field(default_factory=dict)
    modes: Mapping[Seat, MoveMode] = field(default_factory=dict)
    time: TimeControl = TimeControl()
    limits: Limits = Limits()
    rated: bool = True
    season: str = "1"
    rules_version: str = "1"
    prompt_version: str = "1"
    community: Community = Community("web", "main")
    started_by: str = ""
    tournament: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One failed attempt at a ply: what was wrong, and the first part of what was said."""

    failure: Failure
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a player's ply cost and what it said on the way."""

    words: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    latency_ms: int = 0
    cost_nano_usd: int = 0
    attempts: tuple[Attempt, ...] = ()
