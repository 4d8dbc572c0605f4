"""An arena for tests: real store, real queue, real games, scripted players, and a clock that stands still."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.hub import Hub
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.starting import Start
from engine.errors import ProviderError, UnknownName
from engine.games import AnyGame
from engine.model import Community, Head, MoveMode, Player, Seat, Spoken
from engine.players.lookahead import LookAhead
from engine.players.scripted import RandomPlayer
from engine.ports import Answer, Candidate, Chosen, Clock, GaveUp, MoveRequest, MoveSource, OwnKey, Rates
from engine.queues.local import LocalQueue
from engine.stores.sqlite import SqliteStore

CHANNEL = Community("web", "main")
START_MS = 1_800_000_000_000


class StandingClock:
    """Time that passes only when a test says so. ``sleep`` moves it and lets others run."""

    def __init__(self) -> None:
        self.ms = START_MS

    def now_ms(self) -> int:
        return self.ms

    def pass_seconds(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)

    async def sleep(self, seconds: float) -> None:
        self.pass_seconds(seconds)
        await asyncio.sleep(0)


class Line:
    """Answers with given texts in order; an exception among them is raised, ``None`` gives up."""

    def __init__(self, *answers: str | ProviderError | None) -> None:
        self.answers = list(answers)
        self.asked: list[MoveRequest] = []

    async def choose(self, request: MoveRequest) -> Answer:
        self.asked.append(request)
        await asyncio.sleep(0)
        answer = self.answers.pop(0)
        if isinstance(answer, ProviderError):
            raise answer
        if answer is None:
            return GaveUp(Spoken(words="I do not know."))
        return Chosen(request.game.parse(request.position, request.seat, answer), Spoken(answer, 10, 2, 5, 7))

    async def close(self) -> None:
        """Nothing to close."""


class Cast:
    """A roster of players made for the test, by full name; ``engine/random`` and the games' own are always there."""

    def __init__(self, players: Mapping[str, MoveSource] | None = None) -> None:
        self.players = dict(players or {})
        self.costs: dict[str, Rates] = {}
        self.own: dict[Community, Sequence[OwnKey]] = {}

    def check(self, player: Player, game: AnyGame, mode: MoveMode | None) -> MoveMode | None:
        self.seat(player, game)
        return None if player.provider == "engine" else (mode or MoveMode.FREE)

    def seat(self, player: Player, game: AnyGame) -> MoveSource:
        if str(player) in self.players:
            return self.players[str(player)]
        if player == Player("engine", "random"):
            return RandomPlayer()
        if player.provider == "engine" and player.id in game.engines:
            return LookAhead(game.engines[player.id])
        raise self.unknown(str(player))

    def canonical(self, player: Player, game: AnyGame) -> Player:
        return player

    def priced(self, player: Player) -> bool:
        return player.provider != "unpriced"

    def rates(self, player: Player) -> Rates | None:
        return self.costs.get(str(player), Rates()) if self.priced(player) else None

    def of(self, community: Community) -> Cast:
        return self

    def adopt(self, community: Community, keys: Sequence[OwnKey]) -> None:
        self.own[community] = keys

    def names(self, game: AnyGame) -> Sequence[Candidate]:
        own = [Candidate(f"engine/{name}", "looks ahead") for name in game.engines]
        return [*own, Candidate("engine/random", "any legal move"), *(Candidate(name, "") for name in self.players)]

    def unknown(self, name: str) -> UnknownName:
        return UnknownName("player", name, [*self.players, "engine/random"])


@asynccontextmanager
async def arena_over(
    path: str | Path = ":memory:",
    players: Mapping[str, MoveSource] | None = None,
    worker: str = "worker",
    clock: Clock | None = None,
) -> AsyncIterator[Arena]:
    """An arena whose parts can be reached through ``arena.context``; its clock stands still unless one is given."""
    store = SqliteStore.open(path)
    try:
        yield Arena.over(
            Context(store, LocalQueue(), Cast(players), clock or StandingClock(), Hub(), b"a secret of tests", worker)
        )
    finally:
        await store.close()


async def start(arena: Arena, game: str, first: str, second: str, request_id: str = "r", **more: object) -> Head:
    """Start a duel between two named players."""
    players = {Seat.FIRST: Player.named(first), Seat.SECOND: Player.named(second)}
    asked: Callable[..., Start] = Start
    return await arena.duels.start(
        asked(request_id=request_id, game=game, players=players, **{"community": CHANNEL, "started_by": "ann", **more})
    )


def share(full: int, least: int) -> int:
    """How many times a long fault test repeats: all of it in `make torture`, a printed share in `make test`."""
    return full if os.environ.get("ARENA_TORTURE") == "full" else max(least, -(-full // 50))
