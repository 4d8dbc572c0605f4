"""What happens seldom, on DynamoDB: each of these needs of AWS what its function is otherwise never seen to ask for.

A role that lacked it would be found out by the first such duel of somebody's arena (``infra/policies.py``).
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest
from journeys import Members, after_the_next
from local_aws import LocalAws
from support import CHANNEL, Cast, StandingClock, start

from bot.batch import Batch
from bot.chat import Chat
from bot.deferred import Deferred
from bot.hub import Hub
from bot.settings import read as settings
from engine.arena import Arena, adjournments
from engine.arena.adjournments import ADJOURNED, VOID_AFTER_MS
from engine.arena.context import Context
from engine.model import Status
from engine.queues.local import LocalQueue
from engine.queues.messages import HOPS, Hop
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore

SECONDS = 60.0
"""What an invocation has."""


@pytest.fixture
async def here(local_aws: LocalAws) -> AsyncIterator[Members]:
    with local_aws.table(table("arena")) as name:
        clock = StandingClock()
        store = DynamoStore(Client(local_aws.shared("dynamodb"), name, clock, random.Random(0)))
        arena = Arena.over(Context(store, LocalQueue(), Cast(), clock, Hub(), b"a secret of tests", "w"))
        people = {name: await arena.people.seen("web", name, name.title()) for name in ("ann", "bob", "eve")}
        yield Members(arena, None, people)  # type: ignore[arg-type]


async def sealed(here: Members) -> str:
    """A duel in which Ann has chosen and Bob has not."""
    await here.type("ann", "/duel challenge <@bob> rock_paper_scissors")
    duel_id = (await here.type("bob", "/duel accept")).duel_id
    assert duel_id
    await here.arena.turns.play(duel_id)
    await here.type("ann", f"/duel move rock duel:{duel_id}")
    assert await here.arena.context.store.seals(duel_id, 0)
    return duel_id


async def test_a_command_that_ends_a_duel_deletes_what_was_sealed(here: Members) -> None:
    duel_id = await sealed(here)
    await here.type("bob", f"/duel resign duel:{duel_id}")
    assert (await here.arena.context.head(duel_id)).status is Status.OVER
    assert not await here.arena.context.store.seals(duel_id, 0)


async def test_the_sweeper_that_voids_a_duel_does_too(here: Members) -> None:
    duel_id = await sealed(here)
    assert await adjournments.pause(here.arena.context, duel_id, "A pause.")
    here.clock.pass_seconds(VOID_AFTER_MS / 1000)
    await here.arena.adjournments.sweep()
    head = await here.arena.context.head(duel_id)
    assert head.outcome
    assert head.outcome.void
    assert not await here.arena.context.store.seals(duel_id, 0)


async def test_a_worker_that_adjourns_a_duel_too_late_takes_its_note_back(
    here: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker had time for the duel; between the note that it is stuck and its adjournment it ends."""
    duel_id = (await start(here.arena, "chess", "engine/random", "engine/random")).duel_id
    queue = Deferred(None)  # type: ignore[arg-type]
    batch = Batch(here.arena, Chat(settings({"HOME": "/nowhere"}), here.arena), {}, queue)
    after_the_next(
        adjournments,  # type: ignore[arg-type]
        "_note",
        monkeypatch,
        lambda: here.arena.duels.cancel(duel_id, "ann", "cancelled"),
    )

    async def time_passes() -> None:
        here.clock.pass_seconds(SECONDS)

    after_the_next(DynamoStore, "claim", monkeypatch, time_passes)
    assert await batch.work({"m": [Hop(duel_id, HOPS, 0)]}, SECONDS) == {"m": None}
    assert await here.arena.context.store.document(CHANNEL, ADJOURNED, duel_id) is None
    assert (await here.arena.context.load(duel_id)).outcome
