"""Workers as Lambda has them, over one store, and the messages between them, which a test delivers as it likes.

A command is a message whose body says what a person asked for: ``{"start": …}`` or ``{"move": …}``. From there on,
everything is what runs on AWS: the worker reads the message, carries it out once, and plays duels in a batch.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from support import CHANNEL, Cast, StandingClock

from bot.batch import Batch
from bot.chat import Chat
from bot.deferred import Deferred
from bot.hub import Hub
from bot.inbox import Inbox
from bot.settings import read as settings
from engine.arena import Arena
from engine.arena.context import Context, derived_id
from engine.arena.starting import Start
from engine.duel import State
from engine.errors import UserError
from engine.model import End, Entry, Limits, Player, Seat, Spoken, Turn
from engine.ports import UNMETERED, Answer, Chosen, Clock, Meter, MoveRequest, Store
from engine.queues.messages import Hop, packed
from lambda_interactions import sweeper
from lambda_interactions.messages import Event, encode
from lambda_interactions.runtime import Opened
from lambda_interactions.worker import read

SECONDS: Final = 60.0
"""What an invocation has."""
PLATFORM: Final = CHANNEL.platform
MODEL: Final = "x/model"
OTHER: Final = "x/other"
GAMES: Final[tuple[tuple[str, int | None], ...]] = (
    ("chess", 12),
    ("tic_tac_toe", None),
    ("rock_paper_scissors", None),
    ("racing", 16),
    ("word_association", 12),
)
SEATED: Final = ((MODEL, OTHER), ("human/ann", MODEL), (OTHER, "human/ann"), ("engine/random", MODEL))


@dataclass
class Post:
    """Where a worker's messages go: the bodies that were sent since a test last looked. Stands where SQS stands."""

    sent: list[str] = field(default_factory=list)

    async def put_hops(self, hops: Iterable[Hop]) -> None:
        """See :meth:`engine.queues.sqs.SqsQueue.put_hops`."""
        self.sent += packed(hops)

    def taken(self) -> list[str]:
        sent, self.sent = self.sent, []
        return sent


@dataclass(frozen=True)
class Worker:
    """One execution environment."""

    arena: Arena
    batch: Batch
    opened: Opened

    async def work(self, bodies: Sequence[str], seconds: float = SECONDS) -> list[str]:
        """One invocation; the bodies that failed and must come again."""
        records = {str(number): body for number, body in enumerate(bodies)}
        work, unreadable = read([{"messageId": name, "body": body} for name, body in records.items()])
        results = {**unreadable, **await self.batch.work(work, seconds)}
        return [records[name] for name, error in results.items() if error is not None]

    async def sweep(self) -> dict[str, int]:
        """One call of the sweeper."""
        return await sweeper.sweep(self.opened)


def worker(
    store: Store,
    post: Post,
    roster: Cast,
    clock: Clock,
    name: str,
    *,
    hub: Hub | None = None,
    meter: Meter = UNMETERED,
) -> Worker:
    """A worker of that name."""
    deferred = Deferred(post, getattr(store, "clear", lambda: None))  # type: ignore[arg-type]
    context = Context(store, deferred, roster, clock, hub or Hub(), b"a secret of tests", name, meter)
    arena = Arena.over(context)
    inbox = Inbox(None, lambda body: carry_out(arena, body))  # type: ignore[arg-type]
    chat = Chat(settings({"HOME": "/nowhere"}), arena)
    batch = Batch(arena, chat, {PLATFORM: inbox}, deferred)
    return Worker(arena, batch, Opened(arena, chat, batch, deferred))


async def carry_out(arena: Arena, body: str) -> None:
    """What a command does; a person who is refused is told why, and nothing comes again."""
    asked = json.loads(body)
    with suppress(UserError):
        if "start" in asked:
            await arena.duels.start(Start(**{**asked["start"], **_read(asked["start"])}))
        else:
            await arena.duels.move(*asked["move"])


def _read(start: Mapping[str, Any]) -> dict[str, Any]:
    players = {seat: Player.named(name) for seat, name in zip(Seat, start["players"], strict=True)}
    return {"community": CHANNEL, "players": players, "limits": Limits(start["limits"] or Limits().max_plies)}


def starting(request: str, game: str, first: str, second: str, by: str = "ann", plies: int | None = None) -> str:
    """The message that starts a duel; its id is :func:`duel_of` the request."""
    start = {"request_id": request, "game": game, "players": [first, second], "started_by": by, "limits": plies}
    return encode(Event(PLATFORM, f"start-{request}", json.dumps({"start": start})))


def starts(count: int) -> list[str]:
    """So many duels over the five games, between models, people and a program."""
    return [
        starting(f"r{number}", game, *SEATED[number // len(GAMES) % len(SEATED)], plies=plies)
        for number in range(count)
        for game, plies in [GAMES[number % len(GAMES)]]
    ]


def moving(duel_id: str, person: str, text: str, at: int) -> str:
    """The message of a person's click on the board of entry ``at``."""
    request = f"click-{duel_id}-{person}-{at}"
    return encode(Event(PLATFORM, request, json.dumps({"move": [duel_id, person, text, request, at]})))


def duel_of(request: str) -> str:
    return derived_id(CHANNEL, request)


def playing(duel_ids: Iterable[str]) -> list[str]:
    """The messages that have these duels played on."""
    return list(packed(map(Hop, duel_ids)))


class Watching(Hub):
    """Remembers which duels have changed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def changed(self, duel_id: str, entry: int) -> None:
        self.seen.add(duel_id)


class Slow:
    """A store that takes all the time that an invocation has, while it is ``busy``."""

    def __init__(self, store: Store, clock: StandingClock) -> None:
        self.busy = False
        self._store = store
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def claim(self, *arguments: Any) -> Any:
        if self.busy:
            self._clock.pass_seconds(SECONDS)
        return await self._store.claim(*arguments)


class Moody:
    """A model that answers a question anew when it is asked it again, and bills each time.

    The first answer comes from the duel's seed, so a duel whose model is asked once a ply is the same in every run. It
    takes longer than the second, as where a prompt is cached: who asks twice may have that one first.
    """

    THINKS: Final = 20

    def __init__(self, cost: Callable[[int], int] = lambda drawn: 1 + drawn) -> None:
        """``cost``: what a reply costs, from a number below 1,000."""
        self.asked: Counter[tuple[str, int, Seat]] = Counter()
        self.billed: Counter[str] = Counter()
        self._cost = cost

    async def choose(self, request: MoveRequest) -> Answer:
        question = (request.duel_id, (await request.history())[-1].number, request.seat)
        again = self.asked[question]
        self.asked[question] += 1
        for _ in range(0 if again else self.THINKS):
            await asyncio.sleep(0)
        cost = self._cost(request.draw(1000))
        self.billed[request.duel_id] += cost
        moves = list(request.game.propose(request.position, request.seat))
        return Chosen(moves[(request.draw(len(moves)) + again) % len(moves)], Spoken("", 10, 10, 1, cost))

    async def close(self) -> None:
        """Nothing to close."""

    @property
    def repeated(self) -> int:
        """How many questions were asked that had been asked before."""
        return sum(times - 1 for times in self.asked.values())


def clicks(duel_id: str, state: State) -> list[str]:
    """What the people who are to move send once they see this position: the same in every run."""
    sent = []
    for seat in sorted(state.to_move()):
        player = state.terms.players[seat]
        if player.is_human:
            moves = list(state.game.propose(state.position, seat))
            move = moves[(state.position_entry * 7 + state.terms.seed) % len(moves)]
            text = getattr(move, "text", "") or state.game.encode(move)  # a judged word is encoded with its verdict
            sent.append(moving(duel_id, player.id, text, state.position_entry))
    return sent


def told(entries: Iterable[Entry]) -> list[object]:
    """What a log tells: moves with the verdicts on them, and how it ended."""
    return [
        entry.body.moves if isinstance(entry.body, Turn) else entry.body.outcome
        for entry in entries
        if isinstance(entry.body, Turn | End)
    ]
