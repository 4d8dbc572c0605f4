"""A table that is being filled when its process is killed between any two of its items."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import pytest
from killed_store import Killed
from local_aws import LocalAws
from stores_support import TERMS
from support import share
from test_stores_archive import everything, fill

from bot.clock import SystemClock
from engine.arena.migration import fingerprints
from engine.stores import _dynamo_archive
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore
from engine.stores.sqlite import SqliteStore


class KilledClient(Client):
    """Puts so many items and no more."""

    left = 0

    async def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        if operation == "put_item":
            self.left -= 1
            if self.left < 0:
                raise Killed
        return await super().call(operation, **arguments)


async def test_killed_between_any_two_items_and_restored_again_is_the_same(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_dynamo_archive, "_TOGETHER", 3)
    source, rng = SqliteStore.open(":memory:"), Random(8)
    await fill(source)
    records, whole = await everything(source), await fingerprints(source.records())
    for left in rng.sample(range(2 * len(records)), share(40, least=4)):
        with local_aws.table(table("arena")) as name:
            parts = (local_aws.shared("dynamodb"), name, SystemClock(), Random(0))
            killed = KilledClient(*parts)
            killed.left = left
            with suppress(Killed):
                await DynamoStore(killed).restore(rng.sample(records, len(records)))
            store = DynamoStore(Client(*parts))
            for head in await store.duels(TERMS.community):
                assert await store.entries(head.duel_id) == await source.entries(head.duel_id), "half a log is live"
            await store.restore(records)
            assert await fingerprints(store.records()) == whole
    await source.close()
