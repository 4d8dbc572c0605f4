"""Everything in the table as records, and records as items.

Reading is the one scan there is: whoever moves an arena away wants every item. Two passes, since a duel must come after
its log and a scan comes by as keys are hashed. Items that only help to find others are left out and made anew.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final

from engine.codec import community_from_text, dumps, head_from_json, head_to_json, loads, reading
from engine.model import Document, Head, Person, Player, Seat, Shown
from engine.ports import PairCount, Stored
from engine.ports.archive import DUEL, MIGRATION, NAMED, SHOWN
from engine.ports.counts import FIGURES
from engine.stores import _dynamo_documents as documents
from engine.stores import _dynamo_heads as heads
from engine.stores import _dynamo_keys as keys
from engine.stores import _dynamo_logs as logs
from engine.stores import _dynamo_persons as persons
from engine.stores._archives import another, foreign_cursor
from engine.stores._dynamo_client import NEW, Client, ConditionFailed
from engine.stores._dynamo_keys import Item, text

_PASSES: Final = ("NOT begins_with(sk, :head)", "begins_with(sk, :head)")
_TOGETHER: Final = 25
_PERSON: Final = "person"


async def records(client: Client, after: str) -> AsyncIterator[Stored]:
    """Every record after a cursor: all but duels, then duels. :raises BadOption: for what is no cursor of a table."""
    first, start = _begun(after)
    for number_of_pass in range(first, len(_PASSES)):
        async for record in _pass(client, number_of_pass, start):
            yield record
        start = None


def _begun(after: str) -> tuple[int, Item | None]:
    try:
        number_of_pass, pk, sk = json.loads(after) if after else (0, "", "")
        if number_of_pass in range(len(_PASSES)):
            return number_of_pass, keys.key(pk, sk) if pk else None
    except (ValueError, TypeError):
        pass
    raise foreign_cursor()


async def _pass(client: Client, number_of_pass: int, start: Item | None) -> AsyncIterator[Stored]:
    while True:
        answer = await client.call(
            "scan",
            ConsistentRead=True,
            FilterExpression=_PASSES[number_of_pass],
            ExpressionAttributeValues={":head": text(keys.HEAD)},
            **({"ExclusiveStartKey": start} if start else {}),
        )
        for item, made in zip(answer["Items"], await _made(client, answer["Items"]), strict=True):
            if made is not None:
                cursor = dumps([number_of_pass, item["pk"]["S"], item["sk"]["S"]])
                yield Stored(*made, cursor)
        start = answer.get("LastEvaluatedKey")
        if not start:
            return


Made = tuple[str, str, str]


async def _made(client: Client, items: Sequence[Item]) -> list[Made | None]:
    """Kind, key and body of each item; ``None`` of one that is part of another, or only helps to find it."""
    beside = [key for item in items for key in _beside(item)]
    found = {(one["pk"]["S"], one["sk"]["S"]): one for one in await client.get_all(beside)}
    return [_record(item, [found.get((key["pk"]["S"], key["sk"]["S"])) for key in _beside(item)]) for item in items]


def _beside(item: Item) -> list[Item]:
    """The keys of the items without which a record is not whole."""
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    if sk == keys.HEAD:
        return [keys.shown(keys.duel_of(item))]
    if pk.startswith("I#"):
        person = persons.read(item)
        return [persons.name_key(person)]
    return []


def _record(item: Item, beside: Sequence[Item | None]) -> Made | None:
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    for prefix, begins, read in _READERS:
        if pk.startswith(prefix) and sk.startswith(begins):
            with reading(f"an item ({pk}, {sk})"):
                return read(item, beside)
    return None


def _read_duel(item: Item, beside: Sequence[Item | None]) -> Made | None:
    if item["sk"]["S"] != keys.HEAD:
        return None  # what is shown comes with its head
    return _of_head(heads.read(item, beside[0]))


def _of_head(head: Head) -> Made:
    return DUEL, dumps([head.duel_id]), dumps(head_to_json(head))


def _read_entry(item: Item, _: Any) -> Made:
    return "entry", dumps([keys.duel_of(item), int(item["sk"]["S"][2:])]), item[logs.BODY]["S"]


def _read_seal(item: Item, _: Any) -> Made:
    _, entry, seat = item["sk"]["S"].split("#")
    return "seal", dumps([keys.duel_of(item), int(entry), seat]), item[logs.BODY]["S"]


def _read_document(item: Item, _: Any) -> Made | None:
    document = documents.read(item)
    if document.community == MIGRATION:
        return None
    body = {"body": documents.written(item), "version": document.version, "wake_at_ms": document.wake_at_ms}
    return "document", dumps([str(document.community), document.kind, document.key]), dumps(body)


def _read_played(item: Item, _: Any) -> Made:
    created_ms, duel_id = keys.when_played(item["sk"]["S"])
    return "played", dumps([item["pk"]["S"][2:], created_ms, duel_id]), "{}"


def _read_pair(item: Item, _: Any) -> Made:
    row = heads.pair_count(item["pk"]["S"][2:], item)
    body = dict(zip(FIGURES, row.figures, strict=True))
    return "pair-count", dumps([row.ladder, row.first, row.second]), dumps(body)


def _read_person(item: Item, beside: Sequence[Item | None]) -> Made:
    person, name = persons.read(item), beside[0]
    body = {"id": person.id, "name": person.name, "seen": int(name["seen"]["N"]) if name else 1}
    return "person", dumps([person.platform, person.platform_id]), dumps(body)


_READERS: Final[Sequence[tuple[str, str, Callable[[Item, Sequence[Item | None]], Made | None]]]] = (
    ("D#", keys.HEAD, _read_duel),
    ("D#", "E#", _read_entry),
    ("D#", "S#", _read_seal),
    ("C#", "K#", _read_document),
    ("P#", "", _read_played),
    ("L#", "", _read_pair),
    ("I#", "", _read_person),
)


async def current(client: Client, wanted: Sequence[Stored]) -> list[Stored | None]:
    """Each record as it stands now."""
    accounts = [keys.account(*loads(record.key)) for record in wanted if record.kind == _PERSON]
    holders = {_place_of(item): item["id"]["S"] for item in await client.get_all(accounts)}
    places = [_place(record, holders) for record in wanted]
    asked = [keys.key(*place) for place in dict.fromkeys(places) if place]
    items = await client.get_all(asked)
    made = dict(zip(map(_place_of, items), await _made(client, items), strict=True))
    return [Stored(*found) if place and (found := made.get(place)) else None for place in places]


def _place(record: Stored, holders: Mapping[tuple[str, str], str]) -> tuple[str, str] | None:
    """Where the record's main item stands; of a person, that of whoever has the account now."""
    key = loads(record.key)
    if record.kind == DUEL:
        return _place_of(keys.head(*key))
    if record.kind == _PERSON:
        holder = holders.get(_place_of(keys.account(*key)))
        return _place_of(keys.person(holder)) if holder else None
    main, *_ = _WRITERS[record.kind](key, record.body)
    return _place_of(main)


def _place_of(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def change(item: Item) -> Made | None:
    """What a journal says of an item by itself; ``None`` when it only helps to find others."""
    pk, sk = _place_of(item)
    if pk.startswith("D#") and sk == keys.SHOWN:
        return SHOWN, dumps([keys.duel_of(item)]), item["body"]["S"]
    if pk.startswith("F#"):
        if sk == keys.GUARD:
            return None
        return NAMED, dumps([*keys.name_of(pk), sk]), dumps({"seen": int(item["seen"]["N"])})
    return _record(item, [None])


async def restore(client: Client, wanted: Sequence[Stored]) -> int:
    """Write those that are missing; how many. :raises Conflict: when another stands there."""
    different = dict.fromkeys(wanted)
    written = await _together(client, [record for record in different if record.kind != DUEL])
    return written + await _together(client, [record for record in different if record.kind == DUEL])


async def _together(client: Client, wanted: Sequence[Stored]) -> int:
    """Write records in any order, a few at once."""
    written = 0
    for start in range(0, len(wanted), _TOGETHER):
        together = (_restore(client, record) for record in wanted[start : start + _TOGETHER])
        written += sum(await asyncio.gather(*together))
    return written


async def _restore(client: Client, record: Stored) -> bool:
    """Write what helps to find a record first: whoever finds it then may read nothing, and never half of it."""
    with reading(f"a {record.kind}"):
        main, *helping = _WRITERS[record.kind](loads(record.key), record.body)
    try:
        for item in reversed(helping):
            await _put(client, item, record)
        await client.put(main, NEW)
    except ConditionFailed as failed:
        (found,) = await _made(client, [failed.item])
        if found != (record.kind, record.key, record.body):
            raise another(record) from None
        return False
    return True


async def _put(client: Client, item: Item, record: Stored) -> None:
    """An item beside the main one; the same again is no conflict."""
    try:
        await client.put(item, NEW)
    except ConditionFailed as failed:
        if failed.item != item:
            raise another(record) from None


def _write_person(key: Sequence[Any], written: str) -> list[Item]:
    body = loads(written)
    person = Person(body["id"], key[0], key[1], body["name"])
    return persons.restored(person, body["seen"])


def _write_pair(key: Sequence[Any], written: str) -> list[Item]:
    return [heads.pair_item(PairCount.of(key[0], key[1], key[2], loads(written)))]


def _write_document(key: Sequence[Any], written: str) -> list[Item]:
    body, (community, kind, name) = loads(written), key
    stored = Document(community_from_text(community), kind, name, {}, body["version"], body["wake_at_ms"])
    return [documents.item(stored, body["body"], heads.fresh_token())]


def _write_played(key: Sequence[Any], _: str) -> list[Item]:
    player, created_ms, duel_id = key
    return [keys.played(Player.named(player), created_ms, duel_id)]


def _write_seal(key: Sequence[Any], written: str) -> list[Item]:
    duel_id, entry, seat = key
    return [{**keys.seal(duel_id, entry, Seat(seat)), logs.BODY: text(written)}]


def _write_entry(key: Sequence[Any], written: str) -> list[Item]:
    return [{**keys.entry(*key), logs.BODY: text(written)}]


def _write_duel(_: Sequence[Any], written: str) -> list[Item]:
    head = head_from_json(loads(written))
    community = head.terms.community
    shown = [heads.shown_item(head.duel_id, community, head.created_ms, head.shown)] if head.shown != Shown() else []
    return [heads.item(head, heads.fresh_token()), *shown, keys.named(community, head.duel_id)]


_WRITERS: Final[Mapping[str, Callable[[Sequence[Any], str], list[Item]]]] = {
    "person": _write_person,
    "pair-count": _write_pair,
    "document": _write_document,
    "played": _write_played,
    "seal": _write_seal,
    "entry": _write_entry,
    DUEL: _write_duel,
}
