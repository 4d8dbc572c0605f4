"""The entries of a duel's log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.kinds import MoveMode, Seat
from engine.model.values import Outcome, Player, Spoken, Terms


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
    """A moderator overrules the judge of an answer: the move of ``seat`` in entry ``entry`` now reads ``move``."""

    entry: int
    seat: Seat
    move: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """After the end: the outcome that a moderator gives the duel, and why. The last one holds."""

    outcome: Outcome
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
    """The last entry but for rulings. ``spoken`` holds the failed attempts of a seat that forfeits."""

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
    | Ruling
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a duel's log. ``id`` is made before the write, so a repeated write is recognised."""

    number: int
    id: str
    at_ms: int
    body: Body
