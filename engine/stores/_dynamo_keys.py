"""Where things stand in the table: its keys and indexes, and the order that they give.

::

    item            pk                  sk              index      partition            sort
    head            D#duel              HEAD            newest     N#community          newest first, then duel
                                                        open       O#shard              community, newest first, duel
                                                        wake       W#duel#shard         when
    shown           D#duel              HEAD#shown      open       U#platform           oldest first, duel
    entry n         D#duel              E#n
    seal            D#duel              S#n#seat
    duel's name     C#community         D#duel
    document        C#community         K#kind#key      wake       W#kind#shard         when
    played          P#player            newest first, duel
    pair count      L#ladder            first|second
    person          I#id                PERSON
    platform's id   A#platform#id       PERSON
    name            F#platform#name     person's id; ``#`` guards the name

``open`` and ``wake`` are sparse: a duel leaves them when it is over, and a message while it rests and when its end is
shown. The indexes
hold keys alone, so that a write which moves none of them costs nothing there.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

from engine.model import Community, Player, Seat

Item = dict[str, Any]
"""An item as DynamoDB's API spells it: ``{"name": {"S": "text"}}``."""

NEWEST: Final = "newest"
OPEN: Final = "open"
WAKE: Final = "wake"

SHARDS: Final = 8
"""Partitions of an index over the whole installation; one takes 1,000 writes a second
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html)."""

_EVER_MS: Final = 9 * 10**14  # the year 30,000, and room for the millisecond before the epoch
_DIGITS: Final = 15
_ENTRY_DIGITS: Final = 7
_BETWEEN: Final = "\x1f"  # in no name of ours
LAST: Final = "\U0010ffff"  # sorts after every character that a key can go on with


def text(value: str) -> Item:
    """As an attribute."""
    return {"S": value}


def number(value: int) -> Item:
    """As an attribute."""
    return {"N": str(value)}


def key(pk: str, sk: str) -> Item:
    """A primary key."""
    return {"pk": text(pk), "sk": text(sk)}


STREAM: Final = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
"""What a mirror follows: each change with the item before and after it, kept for a day."""


def table(name: str, *, stream: bool = False) -> dict[str, Any]:
    """What ``CreateTable`` is asked for: on demand, with the three indexes, and with a ``stream`` for a mirror."""
    strings = ("pk", "sk", f"{NEWEST}_pk", f"{NEWEST}_sk", f"{OPEN}_pk", f"{OPEN}_sk", f"{WAKE}_pk")
    attributes = [{"AttributeName": one, "AttributeType": "S"} for one in strings]
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        **({"StreamSpecification": STREAM} if stream else {}),
        "AttributeDefinitions": [*attributes, {"AttributeName": f"{WAKE}_sk", "AttributeType": "N"}],
        "KeySchema": _schema("pk", "sk"),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index,
                "KeySchema": _schema(f"{index}_pk", f"{index}_sk"),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index in (NEWEST, OPEN, WAKE)
        ],
    }


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


HEAD: Final = "HEAD"
SHOWN: Final = "HEAD#shown"


def head(duel_id: str) -> Item:
    """Of a duel's head."""
    return key(f"D#{duel_id}", HEAD)


def shown(duel_id: str) -> Item:
    """Of what a platform shows of a duel; a query for what begins with ``HEAD`` finds both."""
    return key(f"D#{duel_id}", SHOWN)


def entry(duel_id: str, number: int) -> Item:
    """Of an entry of a duel's log."""
    return key(f"D#{duel_id}", entry_sk(number))


def entry_sk(number: int) -> str:
    """In the order of the numbers."""
    return f"E#{number:0{_ENTRY_DIGITS}d}"


def seal(duel_id: str, number: int, seat: Seat) -> Item:
    """Of a sealed choice."""
    return key(f"D#{duel_id}", f"{seals_sk(number)}{seat}")


def seals_sk(number: int) -> str:
    """What the sort keys of an entry's seals begin with."""
    return f"S#{number:0{_ENTRY_DIGITS}d}#"


def duel_of(item: Item) -> str:
    """The duel that an item or an index's row belongs to."""
    return str(item["pk"]["S"])[2:]


def named(community: Community, duel_id: str) -> Item:
    """Of the item by which a community's duel is found by the start of its id."""
    return key(f"C#{community}", f"D#{duel_id}")


def document(community: Community, kind: str, name: str) -> Item:
    """Of a document."""
    return key(f"C#{community}", f"{documents_sk(kind)}{name}")


def documents_sk(kind: str) -> str:
    """What the sort keys of a kind's documents begin with; in code point order, as UTF-8 sorts."""
    return f"K#{kind}{_BETWEEN}"


def played(player: Player, created_ms: int, duel_id: str) -> Item:
    """Of a player's duel."""
    return key(f"P#{player}", newest_first(created_ms, duel_id))


def newest_first(created_ms: int, duel_id: str = "") -> str:
    """Sorts the newest first and, of one millisecond, by id; without an id it stands before all of that millisecond."""
    return f"{_EVER_MS - created_ms:0{_DIGITS}d}#{duel_id}"


def when_played(sk: str) -> tuple[int, str]:
    """Time and id of a player's duel, from what :func:`newest_first` made of them."""
    digits, _, duel_id = sk.partition("#")
    return _EVER_MS - int(digits), duel_id


def oldest_first(created_ms: int, duel_id: str) -> str:
    """Sorts the oldest first."""
    return f"{created_ms:0{_DIGITS}d}#{duel_id}"


def in_newest(community: Community, created_ms: int, duel_id: str) -> Item:
    """A duel among all of its community."""
    return _index(NEWEST, text(f"N#{community}"), text(newest_first(created_ms, duel_id)))


def in_open(community: Community, created_ms: int, duel_id: str) -> Item:
    """A duel among those that are not over."""
    return _index(OPEN, text(open_pk(community)), text(open_sk(community) + newest_first(created_ms, duel_id)))


def open_pk(community: Community) -> str:
    """The partition of a community's open duels: always the same, so that one query lists them."""
    return f"O#{_shard(str(community))}"


def open_sk(community: Community) -> str:
    """What the sort keys of a community's open duels begin with."""
    return f"{community}{_BETWEEN}"


def in_unshown(platform: str, created_ms: int, duel_id: str) -> Item:
    """A message that may lag behind its duel."""
    return _index(OPEN, text(f"U#{platform}"), text(oldest_first(created_ms, duel_id)))


def in_wake(what: str, name: str, at_ms: int) -> Item:
    """Something that the sweeper must look at."""
    return _index(WAKE, text(wake_pk(what, _shard(name))), number(at_ms))


def wake_pk(what: str, shard: int) -> str:
    """The partition of what must wake: ``what`` is :data:`DUEL` or a kind of documents."""
    return f"W#{what}{_BETWEEN}{shard}"


DUEL: Final = "\x1eduel"  # no kind of documents is called so


def _index(index: str, partition: Item, sort: Item) -> Item:
    return {f"{index}_pk": partition, f"{index}_sk": sort}


def names(index: str) -> tuple[str, str]:
    """The attributes that put an item into an index."""
    return f"{index}_pk", f"{index}_sk"


def _shard(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % SHARDS


def pair(ladder: str, first: str, second: str) -> Item:
    """Of a row of a ladder's table."""
    return key(f"L#{ladder}", f"{first}{_BETWEEN}{second}")


def person(person_id: str) -> Item:
    """Of a person, by our id."""
    return key(f"I#{person_id}", "PERSON")


def account(platform: str, platform_id: str) -> Item:
    """Of a person, by the platform's id."""
    return key(f"A#{platform}{_BETWEEN}{platform_id}", "PERSON")


def name_pk(platform: str, folded: str) -> str:
    """The partition of everybody who has a name."""
    return f"F#{platform}{_BETWEEN}{folded}"


def name_of(pk: str) -> tuple[str, str]:
    """Platform and folded name of such a partition."""
    platform, _, folded = pk[2:].partition(_BETWEEN)
    return platform, folded


GUARD: Final = "#"
"""The sort key that no person has: its ``version`` grows with every change of who has the name."""
