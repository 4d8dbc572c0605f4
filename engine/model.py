"""The words of the arena as values: frozen, slotted, and free of behaviour that needs anything outside.

Times are integers of milliseconds since the Unix epoch (``_ms``). Money is an integer of nano-dollars
(``_nano_usd``): a price of $0.15 per million tokens is 150 nano-dollars a token, so sums stay exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

NANO: Final = 1_000_000_000


class Seat(StrEnum):
    """One of a duel's two sides. A game may show them as White and Black."""

    FIRST = "first"
    SECOND = "second"

    @property
    def other(self) -> Seat:
        """The opposite side."""
        return Seat.SECOND if self is Seat.FIRST else Seat.FIRST


SEATS: Final = (Seat.FIRST, Seat.SECOND)


class MoveMode(StrEnum):
    """What a language model is given to answer with; ladders do not mix modes."""

    FREE = "free"
    LISTED = "listed"
    CONSTRAINED = "constrained"


class Status(StrEnum):
    """Where a duel stands, as its head tells."""

    LIVE = "live"
    WAITING = "waiting"
    ADJOURNED = "adjourned"
    OVER = "over"


class Failure(StrEnum):
    """Why one attempt at a ply was not a move."""

    EMPTY = "EMPTY"
    TRUNCATED = "TRUNCATED"
    UNPARSABLE = "UNPARSABLE"
    AMBIGUOUS = "AMBIGUOUS"
    ILLEGAL = "ILLEGAL"


class Role(StrEnum):
    """What a person may do in a community; each may do what those before it may."""

    MEMBER = "member"
    MODERATOR = "moderator"
    HOST = "host"

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what ``needed`` may."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


class Termination(StrEnum):
    """The ends that the arena itself decides. A game adds its own, such as ``checkmate``."""

    RESIGNATION = "resignation"
    TIMEOUT = "timeout"
    FORFEIT = "forfeit"
    AGREEMENT = "agreement"
    MAX_PLIES = "max-plies"
    CANCELLED = "cancelled"
    PROVIDER_DOWN = "provider-down"
    BUDGET = "budget"


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


@dataclass(frozen=True, slots=True)
class Agreed:
    """Entry 0."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class Turn:
    """One move, or both seats' moves when the game is simultaneous; moves as :meth:`Game.encode` writes them.

    ``salts`` open the commitments of a simultaneous turn: ``sha256(salt + "|" + move)`` was published first. Of such a
    turn ``took_ms`` is how long each seat took, and ``requests`` are the ids of the people's requests behind it.
    """

    moves: Mapping[Seat, str]
    spoken: Mapping[Seat, Spoken] = field(default_factory=dict)
    salts: Mapping[Seat, str] = field(default_factory=dict)
    took_ms: Mapping[Seat, int] = field(default_factory=dict)
    requests: Mapping[Seat, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DrawOffer:
    """A seat offers a draw; it lapses when the other seat moves (FIDE Laws of Chess, 9.1.2.1)."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class DrawAnswer:
    """The other seat's answer."""

    seat: Seat
    accepted: bool


@dataclass(frozen=True, slots=True)
class TakebackOffer:
    """A seat asks to take its last move back; the request lapses with the next turn."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class TakebackRefused:
    """The other seat does not allow it."""

    seat: Seat


@dataclass(frozen=True, slots=True)
class Autoplay:
    """A program takes over the rest of a person's seat; the duel is casual from here."""

    seat: Seat
    player: Player
    mode: MoveMode | None
    by: str


@dataclass(frozen=True, slots=True)
class Takeback:
    """The last ``plies`` plies are undone. ``spoken``: what choices cost that were sealed, and are never opened."""

    plies: int
    by: str
    spoken: Mapping[Seat, Spoken] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A moderator's ruling: the move of ``seat`` in entry ``entry`` now reads ``move``."""

    entry: int
    seat: Seat
    move: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Adjourn:
    """Play stops for now, with a sentence why."""

    why: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Play goes on."""

    by: str


@dataclass(frozen=True, slots=True)
class End:
    """The last entry. ``spoken`` holds the failed attempts of a seat that forfeits."""

    outcome: Outcome
    by: str = ""
    spoken: Mapping[Seat, Spoken] = field(default_factory=dict)


Body = (
    Agreed
    | Turn
    | DrawOffer
    | DrawAnswer
    | TakebackOffer
    | TakebackRefused
    | Takeback
    | Autoplay
    | Verdict
    | Adjourn
    | Resume
    | End
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a duel's log. ``id`` is made before the write, so a repeated write is recognised."""

    number: int
    id: str
    at_ms: int
    body: Body


@dataclass(frozen=True, slots=True)
class Lease:
    """Which worker may ask this duel's models, and until when."""

    worker: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a duel is shown on its platform, and how far; a projection of the log that may lag behind it.

    ``entry`` is the newest entry that the message shows, ``told`` the newest whose words stand in the thread.
    ``final``: the end is shown and nothing is left to do. ``posted_ms`` is the age of the message.
    ``replaced`` counts the messages given up before this one, so that each has a nonce of its own. ``language`` is the
    channel's as its platform had it when the duel began.
    """

    channel: str = ""
    language: str = ""
    message_id: str = ""
    thread_id: str = ""
    posted_ms: int = 0
    entry: int = -1
    told: int = -1
    final: bool = False
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """A duel's changing facts beside its log: who, where, status, lease, deadline. ``version`` guards writes.

    ``shown`` alone is outside that guard: only :meth:`engine.ports.Store.show` writes it.
    """

    duel_id: str
    terms: Terms
    status: Status
    created_ms: int
    version: int = 0
    lease: Lease | None = None
    waiting_for: frozenset[Seat] = frozenset()
    deadline_ms: int | None = None
    shown: Shown = Shown()
    outcome: Outcome | None = None
    plies: int = 0
    ended_ms: int | None = None

    @property
    def wake_at_ms(self) -> int | None:
        """When the sweeper must look: the lease's end or the person's deadline; ``None`` when over."""
        if self.status is Status.OVER or self.status is Status.ADJOURNED:
            return None
        if self.status is Status.WAITING:
            return self.deadline_ms
        return self.lease.until_ms if self.lease else 0


@dataclass(frozen=True, slots=True)
class Seal:
    """A simultaneous choice kept outside the log until both are in. ``digest`` alone may be shown.

    ``entry`` is the number of the entry whose position was looked at, so that a draw offer in between changes nothing.
    ``request`` is the id of the person's request, empty for a program's choice.
    """

    entry: int
    seat: Seat
    move: str
    salt: str
    digest: str
    spoken: Spoken = Spoken()
    at_ms: int = 0
    request: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A member: our random id stands in logs; platform id and name live in one erasable item."""

    id: str
    platform: str
    platform_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Document:
    """A small record of a community: its settings, a challenge, a budget, a report.

    ``kind`` and ``key`` name it within the community. ``version`` is that of the stored one, 0 when there is none yet.
    ``body`` is JSON. ``wake_at_ms`` is when the sweeper looks at it, if ever.
    """

    community: Community
    kind: str
    key: str
    body: Mapping[str, Any]
    version: int = 0
    wake_at_ms: int | None = None
