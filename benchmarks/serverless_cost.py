"""What a serverless duel costs, counted: every AWS call of so many chess duels of eighty plies, and its price.

The worker's own code plays them over a local AWS and shows them on a loopback Discord; models answer after 1.5 s. Needs
the local AWS, which ``make bench`` makes. ``SPEED`` lets time run faster, and the processor's time counts that often.
Usage: ``python benchmarks/serverless_cost.py [DUELS] [PLIES] [SECONDS] [SPEED]``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests")]

import local_aws  # noqa: E402
from _aws_bill import PRICED_ON, WORKER_MB, Counted, CountingDynamo  # noqa: E402
from loopback_discord import Channel, LoopbackDiscord, User  # noqa: E402
from loopback_discord.buckets import Buckets  # noqa: E402
from support import Cast  # noqa: E402

from bot.batch import Batch, Request  # noqa: E402
from bot.chat import Chat  # noqa: E402
from bot.deferred import Deferred  # noqa: E402
from bot.hub import Hub  # noqa: E402
from bot.on_discord import answers  # noqa: E402
from bot.on_discord.register import registration  # noqa: E402
from bot.settings import read  # noqa: E402
from engine.arena import Arena  # noqa: E402
from engine.arena.context import Context  # noqa: E402
from engine.model import Spoken  # noqa: E402
from engine.ports import Answer, Chosen, Clock, MoveRequest, Rates  # noqa: E402
from engine.queues.messages import Hop, decode, packed  # noqa: E402
from engine.stores._dynamo_client import CONFIG, Client  # noqa: E402
from engine.stores._dynamo_keys import table  # noqa: E402
from engine.stores.remembering import RememberingStore  # noqa: E402
from lambda_interactions.runtime import PACING  # noqa: E402

SHARED = (10, 2, 1)
"""So many duels share an invocation."""
SECONDS = 900.0
AT_ONCE = 4
RATES = Rates(1_000_000_000, 4_000_000_000, 3_000, 3_000, 40)
"""A dollar a million tokens that it reads, four a million that it writes."""
READS, WRITES = 900, 40


class BriskClock:
    """Time that runs faster."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._start = time.time()

    def now_ms(self) -> int:
        return round((self._start + (time.time() - self._start) * self._speed) * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


class Model:
    """Plays any legal move after its time, and says so in a line."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds

    async def choose(self, request: MoveRequest) -> Answer:
        await self._clock.sleep(self._seconds)
        moves = request.game.legal_moves(request.position, request.seat)
        assert moves
        move = moves[request.draw(len(moves))]
        words = f"I have looked at checks, captures and threats. My move: {request.game.encode(move)}"
        return Chosen(
            move, Spoken(words, READS, WRITES, round(self._seconds * 1000), RATES.cost_nano_usd(READS, WRITES))
        )

    async def close(self) -> None:
        """Nothing to close."""


class CountingQueue:
    """Takes what a worker leaves to others; each message is sent, received and deleted."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted
        self.bodies: list[str] = []

    async def put_hops(self, hops: Sequence[Hop]) -> None:
        bodies = list(packed(hops))
        self._counted.sqs_requests += 1 + 2 * len(bodies)
        self.bodies += bodies


@dataclass
class Plan:
    """One run."""

    duels: int
    plies: int
    seconds: float
    speed: float
    shared: int


async def run(plan: Plan, aws: local_aws.LocalAws) -> Counted:
    """Play that many duels, and count."""
    counted, clock = Counted(), BriskClock(plan.speed)
    api = CountingDynamo(aws.client("dynamodb", config=CONFIG), counted)
    async with LoopbackDiscord(buckets=Buckets(limit=10**6, most_a_second=10**6)) as discord:
        discord.register(registration())
        discord.send_to(acknowledged)
        with aws.table(table("arena")) as name:
            store = RememberingStore(Client(api, name, clock, random.Random(1)))
            groups = [range(one, min(one + plan.shared, plan.duels)) for one in range(0, plan.duels, plan.shared)]
            for start in range(0, len(groups), AT_ONCE):
                async with AsyncExitStack() as stack:
                    made = [
                        Environment(group, discord, store, clock, counted, plan) for group in groups[start:][:AT_ONCE]
                    ]
                    for one in made:
                        await one.open(stack)
                    await asyncio.gather(*(one.run() for one in made))
            await store.close()
    return counted


class Environment:
    """A worker, and the duels that share its invocation: started by a command each, then played."""

    def __init__(
        self,
        group: range,
        discord: LoopbackDiscord,
        store: RememberingStore,
        clock: BriskClock,
        counted: Counted,
        plan: Plan,
    ) -> None:
        self._group, self._discord, self._counted, self._clock, self._plan = group, discord, counted, clock, plan
        self._queue = CountingQueue(counted)
        deferred, hub = Deferred(self._queue, store.clear), Hub()  # type: ignore[arg-type]
        model = Model(clock, plan.seconds)
        cast = Cast({"x/one": model, "x/two": model})
        cast.costs = dict.fromkeys(cast.players, RATES)
        context = Context(store, deferred, cast, clock, hub, b"a secret of benchmarks", f"worker-{group.start}")
        self._arena, self._deferred = Arena.over(context), deferred
        settings = read({"DISCORD_BOT_TOKEN": discord.state.token, "DISCORD_API_URL": discord.state.api_url})
        self._chat = Chat(settings, self._arena, PACING)
        hub.add(self._chat.announcing)

    async def open(self, stack: AsyncExitStack) -> None:
        """Log in to Discord."""
        inboxes = await stack.enter_async_context(self._chat.receiving())
        self._batch = Batch(self._arena, self._chat, inboxes, self._deferred)

    async def run(self) -> None:
        """Every duel to its end."""
        group, counted = self._group, self._counted
        counted.webhooks += len(group)
        counted.sqs_requests += 2 * len(group) + 1  # sent one by one, deleted one by one, received together
        guild = self._discord.guild(f"guild {group.start}")
        member = guild.member("ann")
        requests = {str(n): await started(self._plan, self._discord, member, guild.channel(f"{n}")) for n in group}
        await invocation(self._batch, requests, self._clock, counted)
        while self._queue.bodies:
            bodies, self._queue.bodies = self._queue.bodies, []
            await invocation(self._batch, {str(n): decode(one) for n, one in enumerate(bodies)}, self._clock, counted)


async def invocation(batch: Batch, messages: dict, clock: BriskClock, counted: Counted) -> None:  # type: ignore[type-arg]
    """One invocation of the worker, timed by the clock of the run."""
    began = clock.now_ms()
    results = await batch.work(messages, SECONDS)
    assert not any(results.values()), results
    counted.invocations += 1
    counted.worker_seconds += (clock.now_ms() - began) / 1000


async def started(plan: Plan, discord: LoopbackDiscord, member: User, channel: Channel) -> Request:
    """A member's `/duel start` as a webhook would have queued it."""
    options = {"game": "chess", "first": "x/one", "second": "x/two", "max_plies": plan.plies, "price": "ok"}
    asked = await discord.command(member, channel, "duel start", **options)
    return Request("discord", str(asked.id), json.dumps(asked.payload))


async def acknowledged(_body: bytes, _headers: Mapping[str, str]) -> tuple[int, bytes]:
    """What the webhook answers."""
    return 200, json.dumps(answers.deferral(private=True)).encode()


def show(plan: Plan, counted: Counted) -> None:
    """The counted calls and the dollars of a run."""
    duels, plies = plan.duels, counted.entries / plan.duels
    dollars = counted.dollars()
    rest = (counted.write_units - counted.entry_units) / duels
    print(
        f"\n{duels} chess duels, {plies:.1f} sequential entries each, "
        f"{plan.shared} share an invocation at {WORKER_MB} MB"
    )
    print(f"  write units an entry   {counted.entry_units / counted.entries:.3f}")
    print(f"  further units a duel   {rest:.1f}")
    for what, units in counted.written.most_common(12):
        print(f"    {units / duels:6.2f}  {what}")
    print(f"  read units a duel      {counted.read_units / duels:.1f}")
    print(f"  store calls a ply      {counted.round_trips / counted.entries:.2f}  {dict(counted.calls)}")
    for what, calls in counted.read.most_common(12):
        print(f"    {calls / duels:6.2f}  {what}")
    print(f"  SQS requests a duel    {counted.sqs_requests / duels:.1f}")
    print(f"  worker seconds a duel  {counted.worker_seconds / duels:.1f} in {counted.invocations} invocations")
    for name, value in dollars.items():
        print(f"  {name:<22} ${1000 * value / duels:.4f} per 1,000")
    total = sum(dollars.values())
    print(f"  all (prices of {PRICED_ON}) ${100 * total / duels:.4f} per 100, ${1000 * total / duels:.4f} per 1,000")


def main() -> None:
    """Run as often as there are ways to share."""
    logging.basicConfig(level=logging.WARNING)
    given = [float(one) for one in sys.argv[1:]]
    duels, plies, seconds, speed = (*given, *(100.0, 80.0, 1.5, 1.0)[len(given) :])
    with tempfile.TemporaryDirectory() as folder, local_aws.serving(Path(folder)) as aws:
        for shared in SHARED:
            some = round(duels) if shared == SHARED[0] else min(round(duels), 4 * shared)
            plan = Plan(some, round(plies), seconds, speed, shared)
            show(plan, asyncio.run(run(plan, aws)))


if __name__ == "__main__":
    main()
