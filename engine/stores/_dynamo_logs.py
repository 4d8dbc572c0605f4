"""Logs and seals as items: each entry is written once, by one conditional write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.codec import decode_entry, dumps, encode_entry, loads, seal_from_json, seal_to_json
from engine.errors import Conflict
from engine.model import Entry, Seal, Seat
from engine.stores import _dynamo_keys as keys
from engine.stores._dynamo_client import MOST_IN_TRANSACTION, NEW, Client, ConditionFailed
from engine.stores._dynamo_keys import Item, text

BODY: Final = "b"  # an entry and its keys must stay under a kilobyte, and names count


def item(duel_id: str, entry: Entry) -> Item:
    """An entry; with its keys it is at most 1 KB, which is one write unit, when it was made to fit."""
    return {**keys.entry(duel_id, entry.number), BODY: text(encode_entry(entry))}


async def append(client: Client, duel_id: str, entry: Entry) -> None:
    """:raises Conflict: when another entry has that number."""
    try:
        await client.put(item(duel_id, entry), NEW)
    except ConditionFailed as failed:
        if not _is(failed.item, entry):
            raise _conflict(duel_id, entry) from None


async def append_all(client: Client, duel_id: str, entries: Sequence[Entry]) -> None:
    """All or none. :raises Conflict: when one of the numbers is another entry's."""
    if len(entries) > MOST_IN_TRANSACTION:
        raise ValueError(f"{len(entries)} entries are more than a transaction takes ({MOST_IN_TRANSACTION})")
    try:
        await client.write_all([{"Put": {"Item": item(duel_id, entry), **NEW.arguments()}} for entry in entries])
    except ConditionFailed as failed:
        # A log has no gaps, so all of them are there or the first is somebody else's.
        if not all(found is not None and _is(found, entry) for found, entry in zip(failed.items, entries, strict=True)):
            raise _conflict(duel_id, entries[0]) from None


async def entries(client: Client, duel_id: str, after: int) -> list[Entry]:
    """The log after a number, in order."""
    rows = client.pages(
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues={
            ":pk": keys.head(duel_id)["pk"],
            ":first": text(keys.entry_sk(max(after + 1, 0))),
            ":last": text(f"E#{keys.LAST}"),
        },
        ConsistentRead=True,
    )
    return [decode_entry(row[BODY]["S"]) async for row in rows]


async def whole(client: Client, duel_id: str) -> tuple[list[Entry], Item | None]:
    """The whole log, and the item of what is shown: one query for what a worker begins with."""
    rows = client.pages(
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
        ExpressionAttributeValues={
            ":pk": keys.head(duel_id)["pk"],
            ":first": text(keys.entry_sk(0)),
            ":last": text(keys.SHOWN),
        },
        ConsistentRead=True,
    )
    found = [row async for row in rows]
    shown = next((row for row in found if row["sk"]["S"] == keys.SHOWN), None)
    return [decode_entry(row[BODY]["S"]) for row in found if BODY in row], shown


async def put_seal(client: Client, duel_id: str, seal: Seal) -> Seal:
    """Keep a sealed choice unless there is one; gives the one that is kept."""
    written = {**keys.seal(duel_id, seal.entry, seal.seat), BODY: text(dumps(seal_to_json(seal)))}
    try:
        await client.put(written, NEW)
    except ConditionFailed as failed:
        return seal_from_json(loads(failed.item[BODY]["S"]))
    return seal


async def seals(client: Client, duel_id: str, number: int) -> dict[Seat, Seal]:
    """The sealed choices for an entry."""
    rows = await client.query(keys.head(duel_id)["pk"]["S"], keys.seals_sk(number))
    return {seal.seat: seal for row in rows for seal in [seal_from_json(loads(row[BODY]["S"]))]}


async def drop_seals(client: Client, duel_id: str) -> None:
    """Delete all sealed choices of a duel."""
    rows = await client.query(keys.head(duel_id)["pk"]["S"], "S#")
    await client.delete_all([{"pk": row["pk"], "sk": row["sk"]} for row in rows])


def _is(found: Item, entry: Entry) -> bool:
    """Whether the stored entry is that one: written before, and the answer was lost."""
    return BODY in found and bool(loads(found[BODY]["S"])["id"] == entry.id)


def _conflict(duel_id: str, entry: Entry) -> Conflict:
    return Conflict(f"Duel {duel_id} has another entry {entry.number}.")
