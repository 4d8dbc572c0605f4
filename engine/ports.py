"""What the outside fills in: clock, store, queue, announcer, model APIs, and whoever chooses the moves."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from engine.errors import UnknownName
from engine.games import AnyGame
from engine.model import (
    Community,
    Document,
    Entry,
    Head,
    Lease,
    MoveMode,
    Person,
    Player,
    Seal,
    Seat,
    Shown,
    Spoken,
    Status,
)
from engine.secret import Secret


class Clock(Protocol):
    """The only source of time."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


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


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model: ``role`` is ``system``, ``user`` or ``assistant``."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One call to a model. ``choices``, when given, are the only answers that the API may produce."""

    model: str
    messages: Sequence[Message]
    max_tokens: int
    timeout_seconds: float
    choices: Sequence[str] = ()
    seed: int | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What came back. ``truncated``: the API says that the reply was cut at ``max_tokens``."""

    text: str
    tokens_in: int
    tokens_out: int
    truncated: bool = False


class Provider(Protocol):
    """A model API. It makes one attempt within its timeouts; who calls decides about retries."""

    def check(self, model: str, constrained: bool) -> None:
        """Whether a duel may start. :raises UserError: a missing key, an unknown model, no structured output."""
        ...

    async def complete(self, ask: Ask) -> Completion:
        """:raises ProviderDown: worth a retry. :raises ProviderRefused: not."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class PairCount:
    """One row of a ladder's table: results of one ordered pair, wins and losses being the first seat's."""

    ladder: str
    first: str
    second: str
    wins: int = 0
    draws: int = 0
    losses: int = 0


class Store(Protocol):
    """Where duels live. Every write is conditional and idempotent; one contract suite holds for all stores."""

    async def create(self, head: Head, entry: Entry) -> bool:
        """Head and entry 0 in one step; ``False`` when that duel exists already (a repeated request)."""
        ...

    async def append(self, duel_id: str, entry: Entry) -> None:
        """Durable when it returns. An entry of the same number and id is a success.

        :raises Conflict: when another entry has that number. :raises StoreFull: when there is no space.
        """
        ...

    async def append_all(self, duel_id: str, entries: Sequence[Entry]) -> None:
        """Entries that follow one another, all or none; durable when it returns.

        Written again, the same entries are a success. :raises Conflict: when another entry has the first's number.
        """
        ...

    async def entries(self, duel_id: str, after: int = -1) -> list[Entry]:
        """The log after a number, in order."""
        ...

    async def head(self, duel_id: str) -> Head | None:
        """The duel's head, strongly consistent."""
        ...

    async def update(self, head: Head) -> Head:
        """Write a head whose ``version`` is the stored one; gives it back with the next version.

        Creation and ``shown`` are never changed by it.

        :raises Conflict: when somebody else wrote first.
        """
        ...

    async def show(self, duel_id: str, shown: Shown) -> None:
        """Write what a platform shows of a duel, and nothing else of its head; the version stays.

        Only the duel's announcer writes it. ``update``, ``claim`` and ``finish`` leave it alone.
        """
        ...

    async def unshown(self, platform: str) -> list[str]:
        """That platform's duels that have a channel and whose end is not shown there yet, oldest first."""
        ...

    async def claim(self, duel_id: str, lease: Lease, now_ms: int) -> Head | None:
        """Take or renew the lease; ``None`` when another worker holds a live one or the duel is not live."""
        ...

    async def release(self, workers: Sequence[str]) -> int:
        """End the leases of workers that are known to be dead, so that others go on at once; how many there were."""
        ...

    async def finish(self, head: Head, ladder: str | None) -> bool:
        """Mark the duel over and count it on its ladder, in one transaction and once; ``False`` if it was over."""
        ...

    async def put_seal(self, duel_id: str, seal: Seal) -> Seal:
        """Keep a sealed choice unless the seat has one for that entry; gives the one that is kept."""
        ...

    async def seals(self, duel_id: str, entry: int) -> dict[Seat, Seal]:
        """The sealed choices for an entry."""
        ...

    async def due(self, now_ms: int, limit: int = 100) -> list[str]:
        """Duels whose ``wake_at_ms`` has come, the longest overdue first."""
        ...

    async def unfinished(self) -> list[str]:
        """Every duel that is live or waits for a person, oldest first; what a restarted process looks at."""
        ...

    async def duels(
        self, community: Community, status: Status | None = None, before_ms: int | None = None, limit: int = 25
    ) -> list[Head]:
        """A community's duels, newest first."""
        ...

    async def duels_starting(self, community: Community, prefix: str, limit: int) -> list[Head]:
        """A community's duels whose ids start so, in order of their ids."""
        ...

    async def seated(self, community: Community, player: Player) -> list[Head]:
        """A community's unfinished duels in which that player sits, newest first."""
        ...

    async def history(self, player: Player, before_ms: int | None = None, limit: int = 25) -> list[Head]:
        """The duels of a player in every community, newest first; a person who left a seat to a program is kept.

        Duels of one millisecond come in the order of their ids. ``before_ms`` is exclusive: whoever pages and wants to
        lose none asks again from the millisecond after the last one's, and leaves out what they have.
        """
        ...

    async def document(self, community: Community, kind: str, key: str) -> Document | None:
        """A document, strongly consistent."""
        ...

    async def put_document(self, document: Document) -> Document:
        """Write a document whose ``version`` is the stored one; gives it back with the next version.

        Not idempotent: written again, it is a conflict. The versions of a deleted document start anew, so a key that
        is deleted is not for use by somebody else.

        :raises Conflict: when somebody else wrote first.
        """
        ...

    async def delete_document(self, document: Document) -> None:
        """Delete that version; nothing when it is gone. :raises Conflict: when somebody else wrote first."""
        ...

    async def documents(self, community: Community, kind: str, limit: int = 100) -> list[Document]:
        """A community's documents of a kind, in the order of their keys (code points); the first ``limit``."""
        ...

    async def due_documents(self, kind: str, now_ms: int, limit: int = 100) -> list[Document]:
        """Documents of a kind, of all communities, whose ``wake_at_ms`` has come; the longest overdue first."""
        ...

    async def pair_counts(self, ladder: str) -> list[PairCount]:
        """A ladder's table."""
        ...

    async def person(self, platform: str, platform_id: str, name: str, new_id: str, *, unique: bool = False) -> Person:
        """The person behind a platform's id; made with ``new_id`` the first time. A new name is kept.

        Names are the same whatever their case and compatible characters (NFKC).

        :raises Conflict: when a ``unique`` name is asked for and another person of the platform has it.
        """
        ...

    async def people(self, ids: Sequence[str]) -> Mapping[str, Person]:
        """Persons by our id; an erased or unknown one is left out."""
        ...

    async def person_of(self, platform: str, platform_id: str) -> Person | None:
        """The person behind a platform's id, if known."""
        ...

    async def person_named(self, platform: str, name: str) -> Person | None:
        """The person of that name, whatever its case; the one seen last when several share it."""
        ...

    async def forget(self, person_id: str) -> bool:
        """Erase a person's platform id and name for ever, from the medium too; ``False`` when they were not known.

        Whoever comes again under that platform id is a new person.
        """
        ...

    async def close(self) -> None:
        """Finish what was accepted and let go."""
        ...


class Queue(Protocol):
    """Carries duels to the workers. Delivers at least once; a duel that is already queued is not queued twice."""

    async def put(self, duel_id: str) -> None:
        """Ask for that duel to be played on."""
        ...

    async def get(self) -> str:
        """The next duel; it is not given to anyone else before :meth:`done`."""
        ...

    def done(self, duel_id: str) -> None:
        """Nobody works on that duel any more; if it was put again meanwhile, it is delivered again."""
        ...


class Announcer(Protocol):
    """Told that a duel has changed; what a channel shows is a projection and may lag."""

    def changed(self, duel_id: str, entry: int) -> None:
        """Returns at once."""
        ...

    def noted(self, document: Document) -> None:
        """Told that a document which people are shown (a challenge, a report) has changed. Returns at once."""
        ...
