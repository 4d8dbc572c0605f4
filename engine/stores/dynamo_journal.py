"""A table's changes, from its stream: each item before and after, kept for a day.

A stream is in shards. What is of one partition of the table, so all of one duel, comes in order within a shard and,
when that ends, within its children. A place is a JSON object: the stream, of each shard the last record read, and the
hour in which it was read. A shard of which nothing has been read begins with what it still holds, and says nothing of
what it held before; so a place that is nearly as old as the stream's memory is lost, whatever the shards say.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from engine.codec import reading
from engine.errors import BadOption, JournalLost, NotConfigured, StoreError
from engine.ports import Change, Clock, Read
from engine.sentences import say
from engine.stores._dynamo_archive import change
from engine.stores._dynamo_client import CONFIG, FIRST_WAIT_SECONDS

TRIES: Final = 6
HOUR_MS: Final = 3_600_000
KEPT_HOURS: Final = 22
"""So old a place may be: a stream keeps 24 hours, of which one is the place's own rounding and one is to spare."""
IMAGES: Final = "NEW_AND_OLD_IMAGES"
ENDED: Final = "*"
"""In a place: all of that shard has been read."""
_LOST: Final = frozenset({"TrimmedDataAccessException"})
_EXPIRED: Final = "ExpiredIteratorException"
_MISSING: Final = "ResourceNotFoundException"
_REFUSED: Final = frozenset({"ValidationException", "AccessDeniedException", "UnrecognizedClientException"})

Places = dict[str, str]
"""Of each shard the last record's number; empty before the first, :data:`ENDED` after the last."""


class DynamoJournal:
    """Fulfils :class:`engine.ports.Journal`."""

    def __init__(self, tables: Any, streams: Any, table: str, clock: Clock) -> None:
        self._tables = tables
        self._streams = streams
        self._table = table
        self._clock = clock
        self._arn = ""
        self._iterators: dict[str, tuple[str, str]] = {}

    @classmethod
    def open(cls, table: str, clock: Clock, endpoint_url: str | None = None, region: str | None = None) -> Self:
        """With AWS's usual credentials; connects to nobody yet. :raises NotConfigured: without a region."""
        client: Any = boto3.client
        try:
            tables, streams = (
                client(service, endpoint_url=endpoint_url, region_name=region, config=CONFIG)
                for service in ("dynamodb", "dynamodbstreams")
            )
        except NoRegionError as error:
            raise NotConfigured(
                say("AWS_REGION is not set: it says where the table is, for example eu-central-1.")
            ) from error
        return cls(tables, streams, table, clock)

    async def close(self) -> None:
        """See :meth:`engine.ports.Journal.close`."""
        self._tables.close()
        self._streams.close()

    async def end(self) -> str:
        """See :meth:`engine.ports.Journal.end`. Reads what the stream holds, which is a day at most.

        Each place on the way would do; that of a busy table has no end, and what comes at a time is soon read again.
        """
        began_ms, self._arn = self._clock.now_ms(), await self._stream()
        place = _written(self._arn, dict.fromkeys(await self._shards(), ""), self._hour)
        while True:
            found = await self.read(place, convert=False)
            place = found.place
            if found.at_end or (found.oldest_ms is not None and found.oldest_ms >= began_ms):
                return place

    async def read(self, place: str, *, convert: bool = True) -> Read:
        """See :meth:`engine.ports.Journal.read`. One answer of each shard, a thousand records at most."""
        arn, places, hour = _read_place(place)
        self._arn = self._arn or await self._stream()
        if arn != self._arn or self._hour - hour > KEPT_HOURS:
            raise _lost(self._table)
        hour = self._hour  # before anything is read: what comes meanwhile is read the next time
        shards = await self._shards()
        if gone := [one for one, at in places.items() if one not in shards and at != ENDED]:
            raise _lost(f"{self._table}, {gone[0]}")
        places = {shard: at for shard, at in places.items() if shard in shards}
        ready = [shard for shard, parent in shards.items() if _is_ready(shard, parent, places, shards)]
        answers = await asyncio.gather(*(self._read_shard(shard, places.get(shard, "")) for shard in ready))
        changes: list[Change] = []
        oldest, newest = list[int](), list[int]()
        for shard, (records, after) in zip(ready, answers, strict=True):
            places[shard] = after
            oldest += [_when_ms(record) for record in records[:1]]
            newest += [_when_ms(record) for record in records[-1:]]
            changes += _changes(records) if convert else ()
        at_end = not newest and all(at != ENDED for at in (places[shard] for shard in ready))
        return Read(changes, _written(arn, places, hour), at_end, min(oldest, default=None), max(newest, default=None))

    @property
    def _hour(self) -> int:
        return self._clock.now_ms() // HOUR_MS

    async def _stream(self) -> str:
        described = await self._call(self._tables.describe_table, TableName=self._table)
        arn, told = described["Table"].get("LatestStreamArn", ""), described["Table"].get("StreamSpecification", {})
        if not arn or not told.get("StreamEnabled"):
            raise StoreError(
                say(
                    "The table {table} has no stream: turn it on with “aws dynamodb update-table --table-name {table} "
                    "--stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES”.",
                    table=self._table,
                )
            )
        if (images := told.get("StreamViewType")) != IMAGES:
            raise StoreError(
                say(
                    "The stream of {table} holds {found} and not {wanted}: turn it off, and on again with the latter.",
                    table=self._table,
                    found=str(images),
                    wanted=IMAGES,
                )
            )
        return str(arn)

    async def _shards(self) -> dict[str, str]:
        """Every shard that there is, with its parent."""
        found: dict[str, str] = {}
        start: Mapping[str, str] = {}
        while True:
            answer = await self._call(self._streams.describe_stream, StreamArn=self._arn, **start)
            described = answer["StreamDescription"]
            found |= {one["ShardId"]: one.get("ParentShardId", "") for one in described["Shards"]}
            if not (last := described.get("LastEvaluatedShardId")):
                return found
            start = {"ExclusiveStartShardId": last}

    async def _read_shard(self, shard: str, at: str) -> tuple[Sequence[Mapping[str, Any]], str]:
        """What follows in a shard, and where it goes on."""
        known, iterator = self._iterators.get(shard, ("", ""))
        try:
            if not iterator or known != at:
                iterator = await self._iterator(shard, at)
            answer = await self._call(self._streams.get_records, ShardIterator=iterator)
        except _ExpiredError:
            answer = await self._call(self._streams.get_records, ShardIterator=await self._iterator(shard, at))
        records = answer["Records"]
        after = records[-1]["dynamodb"]["SequenceNumber"] if records else at
        if following := answer.get("NextShardIterator"):
            self._iterators[shard] = (after, following)
            return records, after
        self._iterators.pop(shard, None)
        return records, ENDED

    async def _iterator(self, shard: str, at: str) -> str:
        kind = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": at} if at else _FIRST
        answer = await self._call(self._streams.get_shard_iterator, StreamArn=self._arn, ShardId=shard, **kind)
        return str(answer["ShardIterator"])

    async def _call(self, function: Any, **arguments: Any) -> dict[str, Any]:
        """In a thread, and again when it was throttled, failed or cut. :raises StoreError: otherwise."""
        problem: Exception | None = None
        for attempt in range(TRIES):
            try:
                return dict(await asyncio.to_thread(partial(function, **arguments)))
            except NoCredentialsError as error:
                raise NotConfigured(
                    say(
                        "There are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."
                    )
                ) from error
            except ClientError as error:
                self._judge(error)
                problem = error
            except BotoCoreError as error:
                problem = error
            await self._clock.sleep(FIRST_WAIT_SECONDS * 4**attempt)
        raise StoreError(
            say("The stream of {table} does not answer ({why}).", table=self._table, why=type(problem).__name__)
        ) from problem

    def _judge(self, error: ClientError) -> None:
        """Nothing when the call may be made again."""
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _LOST:
            raise _lost(self._table) from error
        if code == _EXPIRED:
            raise _ExpiredError from error
        if code == _MISSING or code in _REFUSED:
            raise StoreError(
                say(
                    "DynamoDB refuses a request ({why}): check the table's name, the region and the permissions.",
                    why=code,
                )
            ) from error


class _ExpiredError(Exception):
    """An iterator lay unused for fifteen minutes."""


_FIRST: Final = {"ShardIteratorType": "TRIM_HORIZON"}


def _is_ready(shard: str, parent: str, places: Places, shards: Mapping[str, str]) -> bool:
    """Whether its turn has come: all of its parent has been read, or is not there any more."""
    return places.get(shard) != ENDED and (parent not in shards or places.get(parent) == ENDED)


def _changes(records: Sequence[Mapping[str, Any]]) -> list[Change]:
    """In order; what is gone has no body."""
    found = []
    for record in records:
        told = record["dynamodb"]
        with reading("a record of the stream"):
            made = change(told.get("NewImage") or told["OldImage"])
        if made is not None:
            kind, key, body = made
            found.append(Change(kind, key, body if "NewImage" in told else None))
    return found


def _when_ms(record: Mapping[str, Any]) -> int:
    written: datetime = record["dynamodb"]["ApproximateCreationDateTime"]
    return round(written.timestamp() * 1000)


def _written(arn: str, places: Places, hour: int) -> str:
    return json.dumps({"stream": arn, "shards": places, "hour": hour}, sort_keys=True)


def _read_place(place: str) -> tuple[str, Places, int]:
    try:
        read = json.loads(place)
        return str(read["stream"]), dict(read["shards"]), int(read["hour"])
    except (ValueError, TypeError, KeyError):
        raise BadOption(say("That is no place in a table's stream.")) from None


def _lost(where: str) -> JournalLost:
    return JournalLost(
        say("The stream of {table} keeps a day, and does not reach back to where this mirror was.", table=where)
    )
