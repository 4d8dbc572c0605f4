"""Which versions are read, what is read past in the next one's, and what is left alone."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given
from local_aws import LocalAws
from support import CHANNEL, Cast, StandingClock, start
from test_codec import entries, heads, seals

from bot.answering import answer
from bot.batch import Batch
from bot.chat import Chat
from bot.commands import Invocation
from bot.deferred import Deferred
from bot.hub import Hub
from bot.settings import read as settings
from engine import codec, versions
from engine.arena import Arena
from engine.arena.context import Context
from engine.arena.own_keys import OwnKeys
from engine.arena.queued import queued
from engine.arena.tournament.plan import Plan
from engine.arena.tournament.records import _key, _log
from engine.arena.turns import LEFT_MS
from engine.codec import _upcasts
from engine.errors import CorruptLog, NewerVersion
from engine.model import Document, Entry, Head, Person, Player, Seal, Status
from engine.ports import Store
from engine.queues.local import LocalQueue
from engine.queues.messages import Hop, encode
from engine.stores import _dynamo_heads
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.remembering import RememberingStore
from engine.stores.sqlite import SqliteStore
from lambda_interactions import worker
from lambda_interactions.messages import Event
from lambda_interactions.messages import encode as encode_event

MORE: Final = {"from_a_later_version": {"of": ["any", 1]}}
NEXT: Final = versions.VERSION + 1
TWO_AHEAD: Final = versions.VERSION + 2
ANN: Final = Person("ann", CHANNEL.platform, "ann", "Ann")
OBJECTS: Final = ("terms", "time", "limits", "outcome", "lease", "shown")
"""The objects within what is stored whose keys are names of fields, and not seats, ids or options."""


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes this code say that it is that version. Its entries need no change to be brought up to another."""
    monkeypatch.setattr(_upcasts, "ENTRIES", dict.fromkeys(range(1, TWO_AHEAD), dict))

    def become(version: int) -> None:
        monkeypatch.setattr(versions, "VERSION", version)

    return become


@pytest.mark.parametrize("version", [1, versions.VERSION, NEXT])
def test_what_was_before_its_own_and_the_next_are_read(version: int) -> None:
    assert versions.understood(version, "an entry") == version


def test_two_ahead_is_not() -> None:
    with pytest.raises(NewerVersion, match=f"is running: it wrote an entry in version {TWO_AHEAD}"):
        versions.understood(TWO_AHEAD, "an entry")


@pytest.mark.parametrize("what", [None, 0, -1, "1", True, 1.0, [1]])
def test_what_is_no_version_is_none(what: Any) -> None:
    with pytest.raises(ValueError, match="is no version"):
        versions.understood(what, "an entry")


def with_more(value: Any, within: str = "") -> Any:
    """With a field more in each object that has fields."""
    if not isinstance(value, dict):
        return [with_more(one, within) for one in value] if isinstance(value, list) else value
    found = {name: with_more(one, name) for name, one in value.items() if name not in ("said", "why_said", "options")}
    kept = {name: one for name, one in value.items() if name not in found}
    return {**found, **kept, **(MORE if within in OBJECTS else {})}


@given(entries)
def test_of_an_entry_of_the_next_version_what_it_adds_is_read_past(entry: Entry) -> None:
    value = json.loads(codec.encode_entry(entry))
    assert codec.entry_from_json({**with_more(value), **MORE, "v": NEXT}) == entry


@given(heads)
def test_of_a_head_too(head: Head) -> None:
    value = json.loads(codec.dumps(codec.head_to_json(head)))
    assert codec.head_from_json({**with_more(value), **MORE, "v": NEXT}) == head


@given(seals)
def test_and_of_a_seal(seal: Seal) -> None:
    value = json.loads(codec.dumps(codec.seal_to_json(seal)))
    assert codec.seal_from_json({**with_more(value), **MORE, "v": NEXT}) == seal


@pytest.mark.parametrize("read", [codec.entry_from_json, codec.head_from_json, codec.seal_from_json])
def test_two_ahead_is_refused_whatever_is_in_it(read: Callable[[Any], Any]) -> None:
    with pytest.raises(NewerVersion):
        read({"v": TWO_AHEAD})


def test_where_no_version_stands_it_is_the_first() -> None:
    value = {"number": 3, "id": "i", "at_ms": 1, "kind": "resume", "by": "ann"}
    assert codec.entry_from_json(value) == codec.entry_from_json({**value, "v": 1})


def test_an_old_entry_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch, later: Callable[[int], None]) -> None:
    steps: Mapping[int, Any] = {
        1: lambda entry: {**entry, "by": entry.pop("from")},
        2: lambda entry: {**entry, "by": entry["by"].upper()},
    }
    monkeypatch.setattr(_upcasts, "ENTRIES", {n: lambda entry, n=n: steps[n](dict(entry)) for n in steps})
    later(3)
    value = {"number": 3, "id": "i", "at_ms": 1, "kind": "resume"}
    for version, field in ((1, {"from": "ann"}), (2, {"by": "ann"}), (3, {"by": "ANN"}), (4, {"by": "ANN"})):
        assert codec.entry_from_json({**value, **field, "v": version}).body.by == "ANN"  # type: ignore[union-attr]


def test_heads_seals_and_documents_are_as_short_as_ever_in_the_first_version(later: Callable[[int], None]) -> None:
    assert codec.document_to_json({"a": 1}) == {"a": 1}
    later(2)
    assert codec.document_to_json({"a": 1}) == {"a": 1, "v": 2}
    assert codec.document_from_json({"a": 1, "v": 2}) == {"a": 1}


@asynccontextmanager
async def on_sqlite(_: LocalAws) -> AsyncIterator[Store]:
    store = SqliteStore.open(":memory:")
    yield store
    await store.close()


@asynccontextmanager
async def on_dynamodb(aws: LocalAws) -> AsyncIterator[Store]:
    with aws.table(table("arena")) as name:
        store = RememberingStore(Client(aws.shared("dynamodb"), name, StandingClock(), random.Random(0)))
        yield store


@pytest.fixture(params=[on_sqlite, on_dynamodb], ids=["SQLite", "DynamoDB"])
async def arena(request: pytest.FixtureRequest, local_aws: LocalAws) -> AsyncIterator[Arena]:
    async with request.param(local_aws) as store:
        ports = (store, LocalQueue(), Cast(), StandingClock(), Hub())
        yield Arena.over(Context(*ports, b"a secret of tests", "w"))


@pytest.fixture
async def touched(arena: Arena, later: Callable[[int], None]) -> Head:
    """A live duel whose last entry a version wrote that is two ahead."""
    head = await start(arena, "chess", "engine/random", "engine/random")
    store, now = arena.context.store, versions.VERSION
    later(TWO_AHEAD)
    first = (await raw_entries(store, head.duel_id))[0]
    await store.append(head.duel_id, replace(first, number=1, id="later"))
    later(now)
    getattr(store, "clear", lambda: None)()
    return head


async def raw_entries(store: Store, duel_id: str) -> list[Entry]:
    return await store.entries(duel_id)


class TestLeftAlone:
    async def test_a_worker_changes_nothing(
        self, arena: Arena, touched: Head, caplog: pytest.LogCaptureFixture, later: Callable[[int], None]
    ) -> None:
        with pytest.raises(NewerVersion):
            await arena.turns.play(touched.duel_id)
        (said,) = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
        assert said.startswith(f"duel {touched.duel_id} is left alone: A newer version of the arena is running")
        head = await arena.context.head(touched.duel_id)
        assert (head.status, head.outcome, head.plies) == (Status.LIVE, None, 0)
        later(TWO_AHEAD)
        assert [entry.number for entry in await arena.context.store.entries(touched.duel_id)] == [0, 1]

    async def test_another_finds_it_free_within_the_minute(self, arena: Arena, touched: Head) -> None:
        with pytest.raises(NewerVersion):
            await arena.turns.play(touched.duel_id)
        lease = (await arena.context.head(touched.duel_id)).lease
        assert lease
        assert lease.until_ms == arena.context.clock.now_ms() + LEFT_MS

    async def test_a_lease_of_another_is_not_touched(self, arena: Arena, touched: Head) -> None:
        others = replace(arena.context, worker="newer")
        try:
            await others.claim(touched.duel_id, 900_000)
        except NewerVersion:  # a remembering store reads the log with the claim, and here it is the wrong version's
            getattr(arena.context.store, "clear", lambda: None)()
        with pytest.raises(NewerVersion):
            await arena.turns.play(touched.duel_id)
        lease = (await arena.context.head(touched.duel_id)).lease
        assert lease
        assert (lease.worker, lease.until_ms) == ("newer", arena.context.clock.now_ms() + 900_000)

    async def test_the_sweeper_goes_on_to_others(self, arena: Arena, touched: Head) -> None:
        other = await start(arena, "chess", "engine/random", "engine/random", "r2")
        arena.context.clock.pass_seconds(1000)  # type: ignore[attr-defined]
        assert await arena.turns.sweep() == 2
        assert await arena.turns.resume() == 2
        assert await arena.turns.play(other.duel_id)
        assert (await arena.context.head(other.duel_id)).status is Status.OVER

    async def test_who_asks_is_told_to_try_again(self, arena: Arena, touched: Head) -> None:
        asked = Invocation(CHANNEL, ANN, "duel", "show", {"duel": touched.duel_id}, "request-1")
        reply = await answer(asked, arena)
        assert reply.text == "The arena is being renewed just now, and nothing was changed. Try again in a minute."

    async def test_its_message_comes_again(self, arena: Arena, touched: Head) -> None:
        queue = Deferred(None)  # type: ignore[arg-type]
        batch = Batch(arena, Chat(settings({"HOME": "/nowhere"}), arena), {}, queue)
        results = await batch.work({"m": [Hop(touched.duel_id)]}, 60)
        assert isinstance(results["m"], NewerVersion)

    async def test_a_tournament_is_not_carried_on_without_its_last_entry(
        self, arena: Arena, later: Callable[[int], None]
    ) -> None:
        """Its games would be begun, or the same entry be written and found taken for ever."""
        store, now, hosting = arena.context.store, versions.VERSION, arena.tournaments
        plan = Plan("Cup", "round_robin", "tic_tac_toe", "ann")
        cup = await hosting.create(CHANNEL, plan, "create")
        listed = await hosting.records.find(CHANNEL, "")
        for name in ("engine/perfect", "engine/random"):
            await hosting.join(CHANNEL, listed, Player.named(name), "ann", host=True)
        state = await hosting.records.load(CHANNEL, cup)
        body = {"kind": "cancelled", "by": "ann", "why": "It rains.", "at": 1}
        later(TWO_AHEAD)
        await store.put_document(Document(CHANNEL, _log(cup), _key(state.entry + 1), body))
        later(now)
        getattr(store, "clear", lambda: None)()
        for step in (hosting.start(CHANNEL, listed, "ann"), arena.turns.play(queued(CHANNEL, cup))):
            with pytest.raises(NewerVersion):
                await asyncio.wait_for(step, 10)
        assert await store.duels(CHANNEL) == []

    async def test_a_duel_is_not_void_since_its_servers_key_cannot_be_read(
        self, arena: Arena, later: Callable[[int], None]
    ) -> None:
        store, now = arena.context.store, versions.VERSION
        later(TWO_AHEAD)
        await store.put_document(Document(CHANNEL, "key", "ours", {}))
        later(now)
        getattr(store, "clear", lambda: None)()
        with pytest.raises(NewerVersion):
            await OwnKeys(arena.context).load_for(CHANNEL, [Player.named("own/ours/small")])

    async def test_a_document_hides_no_other(self, arena: Arena, later: Callable[[int], None]) -> None:
        store, now = arena.context.store, versions.VERSION
        await store.put_document(Document(CHANNEL, "kind", "a", {"of": 1}))
        later(TWO_AHEAD)
        await store.put_document(Document(CHANNEL, "kind", "b", {"of": 2}))
        later(now)
        getattr(store, "clear", lambda: None)()
        assert [one.key for one in await store.documents(CHANNEL, "kind")] == ["a"]
        with pytest.raises(NewerVersion):
            await store.document(CHANNEL, "kind", "b")


def test_a_message_two_ahead_comes_again_and_the_log_says_why(
    later: Callable[[int], None], caplog: pytest.LogCaptureFixture
) -> None:
    now = versions.VERSION
    later(TWO_AHEAD)
    bodies = [encode([Hop("duel")]), encode_event(Event("discord", "1", "{}"))]
    later(now)
    work, unreadable = worker.read([{"messageId": str(n), "body": body} for n, body in enumerate(bodies)])
    assert not work
    assert [type(error) for error in unreadable.values()] == [NewerVersion, NewerVersion]
    assert all("comes again: A newer version of the arena is running" in text for text in caplog.messages)


async def test_a_head_says_its_version_from_the_second_on(local_aws: LocalAws, later: Callable[[int], None]) -> None:
    """And a worker of the version before leaves it there, with whatever else it does not know."""
    async with on_dynamodb(local_aws) as store:
        arena = Arena.over(Context(store, LocalQueue(), Cast(), StandingClock(), Hub(), b"a secret of tests", "w"))
        client = store._client  # type: ignore[attr-defined]
        head = await start(arena, "chess", "engine/random", "engine/random")
        key = {"pk": {"S": f"D#{head.duel_id}"}, "sk": {"S": "HEAD"}}
        assert _dynamo_heads.VERSION not in (await client.get(key) or {})
        now = versions.VERSION
        later(NEXT)
        head = await store.update(head)
        later(now)
        await store.update(head)
        assert (await client.get(key) or {})[_dynamo_heads.VERSION] == {"N": str(NEXT)}
        later(TWO_AHEAD)
        store.clear()  # type: ignore[attr-defined]
        await store.update(replace(head, version=head.version + 1))
        later(now)
        store.clear()  # type: ignore[attr-defined]
        with pytest.raises(CorruptLog, match="wrote a head in version"):
            await store.head(head.duel_id)
        assert not await store.duels(CHANNEL)
