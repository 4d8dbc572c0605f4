"""A worker dies at every write and every await: no acknowledged ply is lost, none is doubled, none is paid unseen."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import money
import pytest
from money import CEILING, RATES, Crash
from mortality import Coverage, Fate, MortalModel, MortalPost, MortalStore
from support import CHANNEL, Cast, StandingClock, share
from workshop import MODEL, OTHER, Moody, Post, Slow, Worker, clicks, duel_of, starting, worker

from engine.arena import ladders
from engine.arena.ledger import Ledger
from engine.model import SEATS, Entry, Status
from engine.stores.sqlite import SqliteStore

HITS: Final = 20
DUEL: Final = duel_of("r")
RICH: Final = 1_000 * CEILING
AWAY_SECONDS: Final = (1_000.0, 4_000.0)
"""So long nobody is there after a death: the lease is over, or what was set aside is looked after too."""
MOST_ROUNDS: Final = 200
MOST_DUELS: Final = 20_000


@dataclass(frozen=True)
class Kind:
    """A kind of duel. ``cap``: the money there is at first; ``hurried``: an invocation often has no time left."""

    game: str
    first: str
    second: str
    plies: int | None = None
    cap: int = RICH
    hurried: bool = False

    def __str__(self) -> str:
        return f"{self.game} {self.first} {self.second} {self.cap} {self.hurried}"


KINDS: Final = (
    Kind("tic_tac_toe", MODEL, OTHER),
    Kind("rock_paper_scissors", MODEL, OTHER),
    Kind("tic_tac_toe", "human/ann", MODEL),
    Kind("rock_paper_scissors", MODEL, "human/ann"),
    Kind("chess", MODEL, "engine/random", plies=12),
    Kind("tic_tac_toe", "engine/random", MODEL, cap=CEILING + 1),
    Kind("word_association", MODEL, OTHER, plies=8, hurried=True),
)


@dataclass
class Played:
    """What became of a duel."""

    kind: Kind
    kills: int
    acknowledged: dict[int, str]
    log: list[Entry]
    status: Status
    repeated: dict[str, int]
    billed: int
    counted: int
    ended: int

    def check(self) -> None:
        """What must never happen, and what must."""
        assert self.status is Status.OVER
        ids = [entry.id for entry in self.log]
        lost = {number for number, made in self.acknowledged.items() if ids[number : number + 1] != [made]}
        assert not lost, f"acknowledged entries are lost: {lost}"
        assert [entry.number for entry in self.log] == list(range(len(self.log))), "a number is doubled or missing"
        assert len(set(ids)) == len(ids), "an entry is doubled"
        assert self.ended == 1, "the end is not counted once"
        assert all(times <= self.kills for times in self.repeated.values()), "asked again more than once a kill"
        assert self.billed <= self.counted, "money is forgotten"
        assert self.counted <= self.billed + self.kills * len(SEATS) * CEILING, "too much is counted"


@dataclass
class Lives:
    """One duel, its messages, and the workers that die on it one after the other."""

    kind: Kind
    seed: int
    fates: Iterator[Fate]
    early: bool = False
    post: Post = field(default_factory=Post)
    clock: StandingClock = field(default_factory=StandingClock)
    model: Moody = field(default_factory=Moody)
    pending: list[str] = field(default_factory=list)
    clicked: set[str] = field(default_factory=set)
    acknowledged: dict[int, str] = field(default_factory=dict)
    kills: int = 0
    slow: Slow = field(init=False)

    async def play(self) -> Played:
        store = SqliteStore.open(":memory:")
        self.slow = Slow(store, self.clock)
        self.pending = [starting("r", self.kind.game, self.kind.first, self.kind.second, plies=self.kind.plies)]
        calm = self._worker(store, Fate("", Coverage()), "calm")
        await money.cap(calm.arena.context, CHANNEL, self.kind.cap)
        for number, fate in enumerate(self.fates):
            living = self._worker(store, fate, f"life-{number}")
            try:
                await self._live(living, calm)
                break
            except Crash:
                self.kills += 1
                await _bury()
                self.clock.pass_seconds(random.Random(self.seed).choice(AWAY_SECONDS))
            finally:
                for key, made in fate.acknowledged.items():  # the first answer counts
                    self.acknowledged.setdefault(key, made)
        self.clock.pass_seconds(3 * 3600)
        await calm.sweep()
        found = await self._found(store, calm)
        await store.close()
        return found

    def _worker(self, store: SqliteStore, fate: Fate, name: str) -> Worker:
        mortal = MortalModel(self.model, fate)
        cast = Cast({MODEL: mortal, OTHER: mortal})
        cast.costs = {MODEL: RATES, OTHER: RATES}
        seen, post = MortalStore(self.slow, fate, early=self.early), MortalPost(self.post, fate)
        return worker(seen, post, cast, self.clock, name)  # type: ignore[arg-type]

    async def _live(self, living: Worker, calm: Worker) -> None:
        """Work until the duel is over; what a batch was handed is gone from the queue when it is done."""
        rng = random.Random(self.seed)
        for _ in range(MOST_ROUNDS):
            await living.sweep()
            self.pending += self.post.taken()
            self.slow.busy = self.kind.hurried and rng.random() < 0.5
            failed = await living.work(self.pending)
            self.pending = failed + self.post.taken()
            head = await calm.arena.context.store.head(DUEL)
            if head and head.status is Status.OVER:
                return
            if head and head.status is Status.ADJOURNED:
                await money.cap(calm.arena.context, CHANNEL, RICH, f"raise-{head.version}")
                await living.arena.adjournments.resume(CHANNEL, "mia")
            if head:
                asked = clicks(DUEL, await calm.arena.context.load(DUEL))
                self.pending += [body for body in asked if body not in self.clicked]
                self.clicked |= set(asked)
            self.clock.pass_seconds(1 if self.pending else 150)
        raise AssertionError(f"{self.kind} does not end")

    async def _found(self, store: SqliteStore, calm: Worker) -> Played:
        head = await store.head(DUEL)
        assert head
        repeated = dict.fromkeys(SEATS, 0)
        for (_, _, seat), times in self.model.asked.items():
            repeated[seat] += times - 1
        counts = await self._ladder(store, calm)
        return Played(
            self.kind,
            self.kills,
            self.acknowledged,
            await store.entries(DUEL),
            head.status,
            {str(seat): times for seat, times in repeated.items()},
            self.model.billed[DUEL],
            await money.total(calm.arena.context, CHANNEL),
            counts,
        )

    async def _ladder(self, store: SqliteStore, calm: Worker) -> int:
        """How often the duel counts, on each of its ladders the same; a casual one is taken for counted."""
        found = ladders.of((await calm.arena.context.load(DUEL)).terms)
        counts = [sum(row.duels for row in await store.pair_counts(str(ladder))) for ladder in found]
        assert len(set(counts)) <= 1, counts
        return counts[0] if counts else 1


async def _bury() -> None:
    """What is left of a life can do nothing any more."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _without_crashes(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Of a task that died with its process nobody asks how it ended."""
    if not isinstance(context.get("exception"), Crash):
        loop.default_exception_handler(context)


def fates(kind: Kind, coverage: Coverage, rng: random.Random) -> Iterator[Fate]:
    """One death where few lives have ended; a place that only a survivor comes to needs a death before it."""
    name, place = str(kind), coverage.wanted(str(kind), HITS, rng)
    early = not place or place in coverage.early[name]
    before = None
    if not early:
        known = sorted(one for one in coverage.led_to[place] if one[0] in coverage.early[name])
        before = rng.choice(known or [(one, 1) for one in sorted(coverage.early[name])])
        yield Fate(name, coverage, before[0], before[1], first=True)
    after = rng.choice([1, 1, 1, 1, 1, 2, 3]) if place else rng.randint(1, 60)
    yield Fate(name, coverage, place, after, first=early, before=before)
    while True:
        yield Fate(name, coverage, before=(place, after))


async def crashed(
    duels: int, hits: int, *, early: bool = False, kinds: Sequence[Kind] = KINDS
) -> tuple[Coverage, list[Played]]:
    """So many duels with a crash each, and more until every place was hit so often; each is checked."""
    asyncio.get_running_loop().set_exception_handler(_without_crashes)
    coverage, rng, all_played = Coverage(), random.Random(20_261_129), list[Played]()
    while len(all_played) < duels or coverage.least() < hits:
        assert len(all_played) < MOST_DUELS, [place for place in coverage.places() if coverage.hits[place] < hits]
        kind = kinds[len(all_played) % len(kinds)]
        if len(all_played) >= duels:
            kind = max(kinds, key=lambda one: coverage.missing(str(one), hits))
        played = await Lives(kind, len(all_played), fates(kind, coverage, rng), early).play()
        played.check()
        all_played.append(played)
    return coverage, all_played


@pytest.mark.torture
async def test_a_crash_at_every_write_and_every_await() -> None:
    """In `make test` every place cannot be hit: there it is so many duels alone."""
    whole = share(HITS, 1) == HITS
    coverage, played = await crashed(share(1000, 20), HITS if whole else 0)
    places = coverage.places()
    awaits = sum(place.startswith("await ") for place in places)
    kills = sum(one.kills for one in played)
    if whole:
        print(*coverage.lines(), sep="\n")
    print(
        f"{len(played)} duels (1000 at least in all), {kills} crashes at {len(places) - awaits} moments of calls and "
        f"{awaits} awaits, each {coverage.least()} times at least; {sum(len(one.acknowledged) for one in played)} "
        f"entries acknowledged, {sum(sum(one.repeated.values()) for one in played)} questions asked again"
    )
    assert kills >= len(played) / 2


async def test_an_answer_before_the_write_is_found_out() -> None:
    """The guard removed: an append is acknowledged before it is written."""
    with pytest.raises(AssertionError, match="acknowledged entries are lost"):
        await crashed(300, 0, early=True)


async def test_money_that_dies_with_its_worker_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard removed: a dead session's last question is not counted.

    In the kind of duel that shows it soonest: of both models' questions one is always open.
    """
    recovered = Ledger.recovered

    def forgetful(ledger: Ledger, duel_id: str, logged: dict[str, int]) -> Ledger:
        return recovered(ledger.holding(duel_id, replace(ledger.holds[duel_id], ceiling=0)), duel_id, logged)

    monkeypatch.setattr(Ledger, "recovered", forgetful)
    with pytest.raises(AssertionError, match="money is forgotten"):
        await crashed(300, 0, kinds=[KINDS[1]])


async def test_an_entry_with_an_id_that_another_has_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard removed: ids do not tell one entry from another."""
    monkeypatch.setattr("engine.arena.context.Context.fresh_id", lambda context: "always the same")
    with pytest.raises(AssertionError, match="an entry is doubled"):
        await crashed(20, 0)
