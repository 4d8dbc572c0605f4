"""DynamoDB answers late, not at all, or no: what was written is recognised as ours, and nothing is written twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from careless import Careless
from local_aws import Faults, LocalAws
from stores_support import (
    LADDER,
    TERMS,
    VOID,
    claims,
    counted,
    document,
    ended,
    finishes,
    first_of,
    first_versions,
    head_of,
    namesakes,
    next_versions,
    ruling,
    started,
    turn,
    updates,
    winners,
    winning_bursts,
)
from support import share

from bot.clock import SystemClock
from engine.errors import Conflict, StoreError
from engine.model import Lease, Seal, Seat, Shown
from engine.ports import Store
from engine.ports.metering import Unmetered
from engine.stores import _dynamo_client as client
from engine.stores import _dynamo_logs as logs
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore

Write = Callable[[Store], Awaitable[object]]

LOST: Final = {"service": "dynamodb", "response": {"abort_bytes": 0}}
"""The request is done, and the connection is cut before its answer."""


@pytest.fixture
async def spoiled(local_aws: LocalAws, aws_faults: Faults) -> AsyncIterator[DynamoStore]:
    """A store behind the proxy."""
    api = local_aws.client("dynamodb", aws_faults.endpoint_url, client.CONFIG)
    with local_aws.table(table("arena")) as name:
        store = DynamoStore(Client(api, name, SystemClock(), random.Random(0)))
        yield store
        await store.close()


async def _create(store: Store) -> object:
    return await store.create(head_of("new"), first_of(head_of("new")))


async def _append(store: Store) -> object:
    return await store.append("duel", turn(1))


async def _append_all(store: Store) -> object:
    return await store.append_all("duel", [turn(number) for number in range(2, 5)])


async def _update(store: Store) -> object:
    head = await store.head("duel")
    assert head
    return (await store.update(replace(head, plies=3))).version - head.version


async def _claim(store: Store) -> object:
    claimed = await store.claim("duel", Lease("w", 200), 100)
    return claimed and claimed.lease


async def _release(store: Store) -> object:
    return await store.release(["w"])


async def _seal(store: Store) -> object:
    return await store.put_seal("duel", Seal(1, Seat.FIRST, "rock", "salt", "digest"))


async def _show(store: Store) -> object:
    return await store.show("duel", Shown("c", "de", "m"))


async def _finish(store: Store) -> object:
    return await store.finish(ended(head_of("duel")), counted())


async def _rule(store: Store) -> object:
    head = await store.head("duel")
    assert head
    return (await store.rule(replace(head, outcome=VOID), [ruling(5)], [counted()[0].taken_away])).outcome


async def _put(store: Store) -> object:
    return (await store.put_document(document("a"))).version


async def _put_again(store: Store) -> object:
    found = await store.document(TERMS.community, "note", "a")
    assert found
    return (await store.put_document(replace(found, body={"n": 2}))).version


async def _delete(store: Store) -> object:
    found = await store.document(TERMS.community, "note", "a")
    assert found
    return await store.delete_document(found)


async def _person(store: Store) -> object:
    return await store.person("web", "1", "Bob", "p1", unique=True)


async def _forget(store: Store) -> object:
    return await store.forget("p1")


WRITES: Final[tuple[tuple[str, Write], ...]] = (
    ("TransactWriteItems", _create),
    ("PutItem", _append),
    ("TransactWriteItems", _append_all),
    ("UpdateItem", _update),
    ("UpdateItem", _claim),
    ("UpdateItem", _release),
    ("PutItem", _seal),
    ("PutItem", _show),
    ("TransactWriteItems", _finish),
    ("TransactWriteItems", _rule),
    ("PutItem", _put),
    ("PutItem", _put_again),
    ("DeleteItem", _delete),
    ("TransactWriteItems", _person),
    ("TransactWriteItems", _forget),
)
"""Every kind of write, in an order in which each can be done."""


async def test_a_write_whose_answer_is_lost_is_done_once_and_a_success(
    spoiled: DynamoStore, aws_faults: Faults, store: Store
) -> None:
    """The answers are those of a store that nothing happens to."""
    for one in (spoiled, store):
        await started(one)
    for number, (operation, write) in enumerate(WRITES):
        aws_faults.set([{**LOST, "operation": operation, "times": 1}])
        lost = len(aws_faults.fired())
        assert await write(spoiled) == await write(store), (number, write)
        assert len(aws_faults.fired()) == lost + 1
    aws_faults.set([])
    assert await spoiled.entries("duel") == await store.entries("duel")
    assert await spoiled.pair_counts(LADDER) == await store.pair_counts(LADDER)


async def test_an_own_entry_that_is_not_recognised_is_a_lost_race(
    spoiled: DynamoStore, aws_faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail."""
    await started(spoiled)
    monkeypatch.setattr(logs, "_is", lambda found, entry: False)
    aws_faults.set([{**LOST, "operation": "PutItem", "times": 1}])
    with pytest.raises(Conflict):
        await spoiled.append("duel", turn(1))


@pytest.mark.torture
async def test_on_a_bad_day_every_race_still_has_one_winner(
    local_aws: LocalAws, aws_faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three requests in ten are throttled, fail, or are done and cut."""
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.005)
    api = local_aws.client("dynamodb", aws_faults.endpoint_url, client.CONFIG)
    aws_faults.set(
        [
            {"service": "dynamodb", "probability": 0.1, "error": {"code": "ThrottlingException"}},
            {"service": "dynamodb", "probability": 0.11, "error": {"code": "InternalServerError", "status": 500}},
            {**LOST, "probability": 0.12},
        ]
    )
    races = (winners, winning_bursts, updates, claims, finishes, first_versions, next_versions, namesakes)
    for race in races[: share(len(races), 3)] * share(10, 1):
        with local_aws.table(table("arena")) as name:
            spoiled = DynamoStore(Client(api, name, SystemClock(), random.Random(0)))
            assert await race(spoiled) == 1, race
            await spoiled.close()
    assert len(aws_faults.fired()) > 50


@pytest.mark.parametrize(
    "race", [winners, winning_bursts, updates, claims, finishes, first_versions, next_versions, namesakes]
)
async def test_without_its_guards_a_race_has_many_winners(
    local_aws: LocalAws, race: Callable[[Store], Awaitable[int]]
) -> None:
    with local_aws.table(table("arena")) as name:
        bare = DynamoStore(Client(Careless(local_aws.shared("dynamodb")), name, SystemClock(), random.Random(0)))
        with pytest.raises(AssertionError):
            assert await race(bare) == 1


class Told(Unmetered):
    """A meter that keeps who throttled."""

    def __init__(self) -> None:
        self.by: list[str] = []

    def throttled(self, by: str) -> None:
        self.by.append(by)


async def test_every_throttle_is_told_and_no_other_failure(local_aws: LocalAws, aws_faults: Faults) -> None:
    api, told = local_aws.client("dynamodb", aws_faults.endpoint_url, client.CONFIG), Told()
    with local_aws.table(table("arena")) as name:
        store = DynamoStore(Client(api, name, SystemClock(), random.Random(0), told))
        aws_faults.set(
            [
                {"service": "dynamodb", "times": 2, "error": {"code": "ThrottlingException"}},
                {"service": "dynamodb", "times": 1, "error": {"code": "ProvisionedThroughputExceededException"}},
                {"service": "dynamodb", "times": 1, "error": {"code": "InternalServerError", "status": 500}},
                {**LOST, "times": 1},
            ]
        )
        assert await store.head("duel") is None
        await store.close()
    assert len(aws_faults.fired()) == 5
    assert told.by == ["dynamodb"] * 3


class Partial:
    """An API that does one part of a batch a call, as DynamoDB does when it is asked for too much."""

    def __init__(self, api: Any, *, never: bool = False) -> None:
        self._api = api
        self._never = never

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 - as boto3 names it
        ((name, asked),) = RequestItems.items()
        done, left = ([], asked["Keys"]) if self._never else (asked["Keys"][:1], asked["Keys"][1:])
        answer = self._api.batch_get_item(RequestItems={name: {**asked, "Keys": done}}) if done else {"Responses": {}}
        return {**answer, "UnprocessedKeys": {name: {"Keys": left}} if left else {}}

    def close(self) -> None:
        """The API is shared."""


async def test_a_batch_that_is_done_in_part_goes_on_later_and_is_told(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.0)
    told, api = Told(), local_aws.shared("dynamodb")
    with local_aws.table(table("arena")) as name:
        store = DynamoStore(Client(Partial(api), name, SystemClock(), random.Random(0), told))
        for number in range(3):
            await started(store, f"duel-{number}", created_ms=number)
        assert [head.duel_id for head in await store.duels(TERMS.community)] == ["duel-2", "duel-1", "duel-0"]
        assert told.by == ["dynamodb"] * 5, "three heads and what is shown of them, one after the other"
        never = DynamoStore(Client(Partial(api, never=True), name, SystemClock(), random.Random(0), told))
        with pytest.raises(StoreError, match="batches are throttled"):
            await never.duels(TERMS.community)
        for one in (store, never):
            await one.close()


async def test_a_table_that_is_not_there_is_said_at_once(local_aws: LocalAws) -> None:
    store = DynamoStore(Client(local_aws.shared("dynamodb"), "nowhere", SystemClock(), random.Random(0)))
    with pytest.raises(StoreError, match="ResourceNotFoundException"):
        await asyncio.wait_for(store.head("duel"), 5)
