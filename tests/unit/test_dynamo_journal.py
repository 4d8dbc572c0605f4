"""A table's stream in several shards, which split, end and are trimmed, as ministack's single one never does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from support import START_MS, StandingClock

from engine.errors import BadOption, JournalLost, StoreError
from engine.stores.dynamo_journal import ENDED, HOUR_MS, DynamoJournal

ARN = "arn:stream"


class Shard:
    """``records`` come two at a time; ``empty`` answers come first."""

    def __init__(self, *records: str, parent: str = "", closed: bool = False, empty: int = 0) -> None:
        self.records, self.parent, self.closed, self.empty = list(records), parent, closed, empty


class Streams:
    """DynamoDB's API as far as one stream goes."""

    def __init__(self, **shards: Shard) -> None:
        self.shards = shards
        self.trimmed: set[str] = set()
        self.fails: list[Exception] = []
        self.asked: list[str] = []

    def describe_stream(self, **asked: str) -> Any:
        after = asked.get("ExclusiveStartShardId", "")
        names = sorted(self.shards)
        page = [one for one in names if one > after][:2]
        described: dict[str, Any] = {
            "Shards": [{"ShardId": one, "ParentShardId": self.shards[one].parent} for one in page]
        }
        if page and page[-1] != names[-1]:
            described["LastEvaluatedShardId"] = page[-1]
        return {"StreamDescription": described}

    def get_shard_iterator(self, **asked: str) -> Any:
        shard, number = asked["ShardId"], asked.get("SequenceNumber", "")
        if number in self.trimmed:
            raise refused("TrimmedDataAccessException")
        at = self.shards[shard].records.index(number) + 1 if number else 0
        return {"ShardIterator": f"{shard}@{at}"}

    def get_records(self, **asked: str) -> Any:
        iterator = asked["ShardIterator"]
        if self.fails:
            raise self.fails.pop(0)
        self.asked.append(iterator)
        name, _, at = iterator.partition("@")
        shard = self.shards[name]
        if shard.empty:
            shard.empty -= 1
            return {"Records": [], "NextShardIterator": iterator}
        taken = shard.records[int(at) : int(at) + 2]
        after = int(at) + len(taken)
        more = {} if shard.closed and after >= len(shard.records) else {"NextShardIterator": f"{name}@{after}"}
        return {"Records": [record(one) for one in taken], **more}


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "GetRecords")


def record(number: str) -> Any:
    item = {"pk": {"S": "D#duel"}, "sk": {"S": f"E#{int(number):07d}"}, "b": {"S": number}}
    told = {"NewImage": item, "SequenceNumber": number, "ApproximateCreationDateTime": datetime.fromtimestamp(9, UTC)}
    return {"dynamodb": told}


def journal(
    streams: Streams, arn: str = ARN, clock: StandingClock | None = None, images: str = "NEW_AND_OLD_IMAGES"
) -> DynamoJournal:
    described = {
        "Table": {
            "LatestStreamArn": arn,
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": images},
        }
    }
    tables = SimpleNamespace(describe_table=lambda **_: described, close=lambda: None)
    return DynamoJournal(tables, streams, "arena", clock or StandingClock())


START = json.dumps({"stream": ARN, "shards": {"a": ""}, "hour": START_MS // HOUR_MS})


async def drained(reader: DynamoJournal, place: str) -> tuple[list[str], str]:
    found: list[str] = []
    ends = 0
    while ends < 3:
        read = await reader.read(place)
        found += [str(change.body) for change in read.changes]
        ends = ends + 1 if read.at_end else 0
        place = read.place
    return found, place


async def test_what_was_split_comes_after_what_it_was_split_from() -> None:
    streams = Streams(
        a=Shard("1", "2", "3", closed=True),
        b=Shard("4", "5", parent="a", closed=True),
        c=Shard("6", parent="b"),
        d=Shard("7", "8", "9", parent="a", empty=2),
    )
    found, place = await drained(journal(streams), START)
    assert [one for one in found if one in "123456"] == ["1", "2", "3", "4", "5", "6"]
    assert [one for one in found if one in "123789"] == ["1", "2", "3", "7", "8", "9"]
    assert json.loads(place)["shards"] == {"a": ENDED, "b": ENDED, "c": "6", "d": "9"}
    again, _ = await drained(journal(streams), place)
    assert again == []


async def test_another_process_goes_on_where_the_first_was() -> None:
    streams = Streams(a=Shard(*map(str, range(1, 8))))
    found: list[str] = []
    place = START
    for _ in range(4):
        read = await journal(streams).read(place)
        found += [str(change.body) for change in read.changes]
        place = read.place
    assert found == [*map(str, range(1, 8))]


async def test_the_end_of_a_stream_is_where_nothing_follows() -> None:
    streams = Streams(a=Shard("1", "2", "3", closed=True), b=Shard("4", "5", "6", parent="a"))
    reader = journal(streams)
    place = await reader.end()
    streams.shards["b"].records.append("7")
    found, _ = await drained(reader, place)
    assert found == ["7"]


class Busy(Streams):
    """A table that somebody writes to between any two looks."""

    def __init__(self, clock: StandingClock) -> None:
        super().__init__(a=Shard())
        self.clock = clock

    def get_records(self, **asked: str) -> Any:
        assert len(self.asked) < 100, "it looks for an end that never comes"
        self.clock.pass_seconds(0.5)
        records = self.shards["a"].records
        records.append(str(len(records) + 1))
        answer = super().get_records(**asked)
        for one in answer["Records"]:
            one["dynamodb"]["ApproximateCreationDateTime"] = datetime.fromtimestamp(self.clock.ms // 1000, UTC)
        return answer


async def test_the_end_of_a_stream_that_never_ends_is_where_it_was_when_it_was_looked_for() -> None:
    clock = StandingClock()
    streams = Busy(clock)
    place = json.loads(await journal(streams, clock=clock).end())
    assert int(place["shards"]["a"]) <= len(streams.asked)


async def test_shards_that_were_read_and_are_gone_are_no_loss_and_others_are() -> None:
    streams = Streams(a=Shard("1", closed=True), b=Shard("2", parent="a"))
    _, place = await drained(journal(streams), START)
    del streams.shards["a"]
    found, after = await drained(journal(streams), place)
    assert found == []
    assert json.loads(after)["shards"] == {"b": "2"}
    streams.shards["c"] = Shard("3")
    del streams.shards["b"]
    with pytest.raises(JournalLost):
        await journal(streams).read(place)


async def test_what_was_trimmed_and_another_stream_are_a_loss() -> None:
    streams = Streams(a=Shard("1", "2", "3"))
    _, place = await drained(journal(streams), START)
    with pytest.raises(JournalLost):
        await journal(streams, "arn:made anew").read(place)
    streams.trimmed.add("3")
    with pytest.raises(JournalLost):
        await journal(streams).read(place)


@pytest.mark.parametrize("quiet", ["a shard that had told nothing", "a shard that was not there"])
async def test_what_a_shard_held_and_no_longer_tells_is_a_loss(quiet: str) -> None:
    """A shard that is begun gives what it still holds; that it held more, before it was trimmed, nobody says."""
    shards = {"a": Shard()} if "nothing" in quiet else {"a": Shard("1", closed=True)}
    clock = StandingClock()
    streams = Streams(**shards)
    _, place = await drained(journal(streams, clock=clock), START)
    clock.pass_seconds(25 * 3600)  # meanwhile records came, and went after a day
    streams.shards = {"a": Shard("9")} if "nothing" in quiet else {"c": Shard("9", parent="b")}
    with pytest.raises(JournalLost):
        await journal(streams, clock=clock).read(place)


async def test_who_looks_now_and_then_loses_nothing_however_quiet_a_table_is() -> None:
    clock, streams, place = StandingClock(), Streams(a=Shard()), START
    places = set[str]()
    for _ in range(200):
        clock.pass_seconds(1800)
        place = (await journal(streams, clock=clock).read(place)).place
        places.add(place)
    assert len(places) <= 101, "a mark is written at most once an hour when nothing changes"
    streams.shards["a"].records.append("1")
    assert (await drained(journal(streams, clock=clock), place))[0] == ["1"]


async def test_it_is_asked_again_when_it_was_throttled_cut_or_waited_too_long() -> None:
    streams = Streams(a=Shard("1", "2", "3"))
    cut = EndpointConnectionError(endpoint_url="http://nowhere")
    streams.fails = [refused("LimitExceededException"), cut, refused("InternalServerError")]
    reader = journal(streams)
    first = await reader.read(START)
    streams.fails = [refused("ExpiredIteratorException")]
    second = await reader.read(first.place)
    assert [change.body for change in (*first.changes, *second.changes)] == ["1", "2", "3"]
    assert (first.oldest_ms, first.newest_ms) == (9000, 9000)


async def test_what_stays_amiss_is_a_sentence() -> None:
    streams = Streams(a=Shard("1"))
    streams.fails = [refused("AccessDeniedException")]
    with pytest.raises(StoreError, match="AccessDeniedException"):
        await journal(streams).read(START)
    streams.fails = [refused("InternalServerError")] * 9
    with pytest.raises(StoreError, match="does not answer"):
        await journal(streams).read(START)
    for place in ("", "[]", "{}", '{"stream": 1}'):
        with pytest.raises(BadOption):
            await journal(streams).read(place)


async def test_a_stream_that_does_not_hold_what_is_gone_is_refused_before_anything_is_copied() -> None:
    """Else the first erasure would stop the mirror, days later."""
    with pytest.raises(StoreError, match="holds KEYS_ONLY and not NEW_AND_OLD_IMAGES"):
        await journal(Streams(a=Shard()), images="KEYS_ONLY").end()
