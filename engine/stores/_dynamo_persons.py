"""Persons as items: by our id, by the platform's id (both hold the name), and by name.

Everybody who has a name stands in one partition, whose guard item has a version that grows with every change there: so
“nobody else has this name” is a condition of one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.errors import Conflict
from engine.model import Person
from engine.stores import _dynamo_keys as keys
from engine.stores._dynamo_client import NEW, Client, ConditionFailed
from engine.stores._dynamo_keys import Item, number, text
from engine.stores._names import folded

_TRIES: Final = 100
"""A hundred members may be seen for the first time, under one name, in one moment."""


async def write(client: Client, person: Person, unique: bool) -> Person:
    """Make the person, or give the one that is known the new name.

    :raises Conflict: when the name must be unique and is not; nothing is written.
    """
    for _ in range(_TRIES):
        known = await by_account(client, person.platform, person.platform_id)
        namesakes, version = await _having(client, person.platform, person.name)
        wanted = Person(known.id if known else person.id, person.platform, person.platform_id, person.name)
        if unique and namesakes.keys() - {wanted.id}:
            raise Conflict(f"Another person of {person.platform} has the name {person.name!r}.")
        if known == wanted and _seen_last(namesakes) == wanted.id:
            return wanted
        try:
            await client.write_all(_writes(wanted, known, namesakes, version))
        except ConditionFailed:
            continue  # somebody has come, gone or been renamed meanwhile
        return wanted
    raise Conflict(f"The name {person.name!r} is taken and left too often just now.")


def _writes(wanted: Person, known: Person | None, namesakes: Mapping[str, int], version: int) -> list[Item]:
    partition = keys.name_pk(wanted.platform, folded(wanted.name))
    seen = max(namesakes.values(), default=0) + 1
    writes: list[Item] = [
        _guarded(partition, version),
        {"Put": {"Item": {**keys.key(partition, wanted.id), "seen": number(seen)}}},
        _put(_item(wanted), known),
    ]
    if known is None:
        return [*writes, {"Put": {"Item": _account(wanted), **NEW.arguments()}}]
    if known.name != wanted.name:
        writes.append({"Put": {"Item": _account(wanted)}})
    old = keys.name_pk(known.platform, folded(known.name))
    return writes if old == partition else [*writes, {"Delete": {"Key": keys.key(old, known.id)}}]


def _guarded(partition: str, version: int) -> Item:
    condition = "attribute_not_exists(pk)" if version == 0 else "version = :old"
    values = {":one": number(1), **({":old": number(version)} if version else {})}
    return {
        "Update": {
            "Key": keys.key(partition, keys.GUARD),
            "UpdateExpression": "ADD version :one",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
    }


def _put(item: Item, known: Person | None) -> Item:
    """Over the person that was read, or over nobody: an erased one must not come back."""
    if known is None:
        return {"Put": {"Item": item, **NEW.arguments()}}
    return {
        "Put": {
            "Item": item,
            "ConditionExpression": "#name = :name",
            "ExpressionAttributeNames": {"#name": "name"},
            "ExpressionAttributeValues": {":name": text(known.name)},
        }
    }


async def by_account(client: Client, platform: str, platform_id: str) -> Person | None:
    """The person behind a platform's id."""
    found = await client.get(keys.account(platform, platform_id))
    return Person(found["id"]["S"], platform, platform_id, found["name"]["S"]) if found else None


async def by_ids(client: Client, ids: Sequence[str]) -> dict[str, Person]:
    """Those of these persons that are known."""
    items = await client.get_all([keys.person(one) for one in dict.fromkeys(ids)])
    people = [read(item) for item in items]
    return {person.id: person for person in people}


async def by_name(client: Client, platform: str, name: str) -> Person | None:
    """The person of that name; the one seen last when several share it."""
    namesakes, _ = await _having(client, platform, name)
    last = _seen_last(namesakes)
    return (await by_ids(client, [last])).get(last) if last else None


async def forget(client: Client, person_id: str) -> bool:
    """Erase a person's items; ``False`` when there were none."""
    for _ in range(_TRIES):
        person = (await by_ids(client, [person_id])).get(person_id)
        if person is None:
            return False
        partition = keys.name_pk(person.platform, folded(person.name))
        _, version = await _having(client, person.platform, person.name)
        try:
            await client.write_all(
                [
                    _guarded(partition, version),
                    {"Delete": {"Key": keys.person(person_id), "ConditionExpression": "attribute_exists(pk)"}},
                    {"Delete": {"Key": keys.account(person.platform, person.platform_id)}},
                    {"Delete": {"Key": keys.key(partition, person_id)}},
                ]
            )
        except ConditionFailed:
            continue
        return True
    raise Conflict(f"Person {person_id} is being changed too often just now.")


async def _having(client: Client, platform: str, name: str) -> tuple[dict[str, int], int]:
    """Who has the name, with when they were seen in order, and the guard's version."""
    rows = await client.query(keys.name_pk(platform, folded(name)))
    version = next((int(row["version"]["N"]) for row in rows if row["sk"]["S"] == keys.GUARD), 0)
    return {row["sk"]["S"]: int(row["seen"]["N"]) for row in rows if row["sk"]["S"] != keys.GUARD}, version


def _seen_last(namesakes: Mapping[str, int]) -> str:
    return max(namesakes, key=lambda one: namesakes[one]) if namesakes else ""


def _account(person: Person) -> Item:
    account = keys.account(person.platform, person.platform_id)
    return {**account, "id": text(person.id), "name": text(person.name)}


def name_key(person: Person) -> Item:
    """Of the item that says who has the name."""
    return keys.key(keys.name_pk(person.platform, folded(person.name)), person.id)


def restored(person: Person, seen: int) -> list[Item]:
    """The items of a person who was seen so many-th of their name. The name's guard comes with its next change."""
    return [_item(person), {**name_key(person), "seen": number(seen)}, _account(person)]


def _item(person: Person) -> Item:
    described = {"platform": person.platform, "platform_id": person.platform_id, "name": person.name}
    return {**keys.person(person.id), **{name: text(value) for name, value in described.items()}}


def read(item: Item) -> Person:
    """A person from the item of our id."""
    fields: Any = (item[name]["S"] for name in ("platform", "platform_id", "name"))
    return Person(item["pk"]["S"][2:], *fields)
