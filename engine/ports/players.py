"""Who plays: what a player is asked, what it answers, and the roster that seats it."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from engine.errors import UnknownName
from engine.games import AnyGame
from engine.model import (
    Community,
    Entry,
    MoveMode,
    Player,
    Seat,
    Spoken,
)
from engine.secret import Secret


@dataclass(slots=True)
class MoveRequest:
    """What a player is asked. ``seed`` comes from the duel's seed, turn and seat: the same duel, the same choices.

    ``history`` reads the duel's log so far; only players that show it to a model pay for it.
    """

    duel_id: str
    game: AnyGame
    position: Any
    seat: Seat
    ply: int
    mode: MoveMode
    seed: int
    history: Callable[[], Awaitable[Sequence[Entry]]]
    language: str = "en"
    _rng: random.Random | None = field(default=None, init=False, repr=False)

    @property
    def rng(self) -> random.Random:
        """A generator for this choice alone, made when first asked for: it takes 2.5 KB, and time to seed."""
        if self._rng is None:
            self._rng = random.Random(self.seed)  # noqa: S311 - reproducible play, no secret
        return self._rng

    def draw(self, count: int) -> int:
        """A number from 0 to ``count - 1``, each as likely: one step of SplitMix64 (Steele, Lea and Flood, 2014)."""
        mixed = (self.seed + 0x9E3779B97F4A7C15) & _WORD
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & _WORD
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & _WORD
        return (mixed ^ (mixed >> 31)) * count >> 64


_WORD: Final = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Chosen:
    """A legal move, as :meth:`Game.parse` or ``legal_moves`` gave it."""

    move: Any
    spoken: Spoken = Spoken()


@dataclass(frozen=True, slots=True)
class GaveUp:
    """No legal move after the last attempt: the seat forfeits. Its attempts are in ``spoken``."""

    spoken: Spoken


Answer = Chosen | GaveUp


class MoveSource(Protocol):
    """A player that is a program: an engine, a script or a model.

    One that always answers at once and for nothing says so with a class attribute ``instant = True``.
    """

    async def choose(self, request: MoveRequest) -> Answer:
        """One ply. :raises ProviderError: when nobody is there to answer, which voids the duel."""
        ...

    async def close(self) -> None:
        """Let go of processes and connections."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A player that may be named: ``missing`` says what to set or install before it is ``ready``."""

    name: str
    about: str
    ready: bool = True
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Rates:
    """What a program's plies take and cost; nothing, for one that is free.

    Attributes:
        nano_usd_per_million_in: nano-dollars per million tokens that it reads.
        nano_usd_per_million_out: nano-dollars per million tokens that it writes.
        tokens_in: the most that one ply reads, all its attempts together.
        tokens_out: the most that one ply writes.
        usual_out: what one reply usually takes.
    """

    nano_usd_per_million_in: int = 0
    nano_usd_per_million_out: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usual_out: int = 0

    def cost_nano_usd(self, tokens_in: int, tokens_out: int) -> int:
        """Rounded up to a whole nano-dollar."""
        exact = tokens_in * self.nano_usd_per_million_in + tokens_out * self.nano_usd_per_million_out
        return -(-exact // 1_000_000)

    @property
    def ceiling_nano_usd(self) -> int:
        """The most that one ply can cost."""
        return self.cost_nano_usd(self.tokens_in, self.tokens_out)


def is_instant(source: MoveSource) -> bool:
    """Whether a player answers without waiting and without cost, so that its plies may share a write."""
    return bool(getattr(source, "instant", False))


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A community's own way to a model API.

    ``address`` is the API's base address, or the name of an API that we know (``openai``). ``models`` are those that
    may be asked for, and ``version`` changes with every change. ``owner`` is the community.
    """

    name: str
    address: str
    models: tuple[str, ...]
    key: Secret
    version: int
    owner: str = ""


class Roster(Protocol):
    """Who can play: turns a player's name into one that chooses."""

    def check(self, player: Player, game: AnyGame, mode: MoveMode | None) -> MoveMode | None:
        """The mode a model will play in, ``None`` for anyone else.

        :raises UserError: when it cannot play here; says what to set or install.
        """
        ...

    def canonical(self, player: Player, game: AnyGame) -> Player:
        """The one name of a player that may be written in several ways; itself when it may not, or is unknown.

        :raises UserError: when a setting in the name means nothing.
        """
        ...

    def seat(self, player: Player, game: AnyGame) -> MoveSource:
        """Its source of moves; shared between duels where that is safe."""
        ...

    def names(self, game: AnyGame) -> Sequence[Candidate]:
        """Who may be named for that game, ready or not."""
        ...

    def priced(self, player: Player) -> bool:
        """Whether what it costs is known, so that a budget can be kept."""
        ...

    def rates(self, player: Player) -> Rates | None:
        """What its plies cost; ``None`` when nobody knows."""
        ...

    def of(self, community: Community) -> Roster:
        """Who can play there: everybody, and the players behind that community's own keys as far as these are known."""
        ...

    def adopt(self, community: Community, keys: Sequence[OwnKey]) -> None:
        """From now on these are a community's own keys; those that have not changed keep their connections."""
        ...

    def unknown(self, name: str) -> UnknownName:
        """The error for a name that no player has, with the nearest names."""
        ...
