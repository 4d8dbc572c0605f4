"""Lists by index, and the heads that they lead to.

An index may lag a moment behind the writes; the heads do not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from engine.errors import CorruptLog
from engine.model import Head
from engine.stores import _dynamo_heads as heads
from engine.stores import _dynamo_keys as keys
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import Item, text

log = logging.getLogger(__name__)


async def heads_of(client: Client, duel_ids: Sequence[str]) -> list[Head]:
    """Heads in that order; one that cannot be read is left out and logged, so that it hides no other."""
    wanted = [key for duel_id in duel_ids for key in (keys.head(duel_id), keys.shown(duel_id))]
    items = {(keys.duel_of(item), item["sk"]["S"]): item for item in await client.get_all(wanted)}
    found = []
    for duel_id in duel_ids:
        if (duel_id, keys.HEAD) not in items:
            continue
        try:
            found.append(heads.read(items[duel_id, keys.HEAD], items.get((duel_id, keys.SHOWN))))
        except CorruptLog:
            log.exception("the head of duel %s cannot be read", duel_id)
    return found


async def in_index(
    client: Client, index: str, pk: str, first: str = "", begins: str = "", limit: int | None = None
) -> list[Item]:
    """Rows of an index from a sort key on, as long as they begin so."""
    partition, sort = keys.names(index)
    rows = client.pages(
        limit,
        IndexName=index,
        KeyConditionExpression=f"{partition} = :pk AND {sort} BETWEEN :first AND :last",
        ExpressionAttributeValues={
            ":pk": text(pk),
            ":first": text(first or " "),
            ":last": text(begins + keys.LAST),
        },
    )
    return [row async for row in rows]


async def woken(client: Client, what: str, now_ms: int, limit: int) -> list[Item]:
    """Rows of the sweeper's index whose time has come, the longest overdue first."""
    partition, sort = keys.names(keys.WAKE)

    async def shard(number: int) -> list[Item]:
        rows = client.pages(
            limit,
            IndexName=keys.WAKE,
            KeyConditionExpression=f"{partition} = :pk AND {sort} <= :now",
            ExpressionAttributeValues={":pk": text(keys.wake_pk(what, number)), ":now": keys.number(now_ms)},
        )
        return [row async for row in rows]

    rows = [row for found in await asyncio.gather(*map(shard, range(keys.SHARDS))) for row in found]
    return sorted(rows, key=lambda row: int(row[sort]["N"]))[:limit]


async def all_open(client: Client) -> list[Head]:
    """Every duel of the installation that is not over."""
    shards = await asyncio.gather(*(in_index(client, keys.OPEN, f"O#{shard}") for shard in range(keys.SHARDS)))
    return await heads_of(client, [keys.duel_of(row) for rows in shards for row in rows])
