"""A poisoned duel in a batch of ten, through the real worker: nine are played, one is a dead letter until a redrive."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pytest
from local_aws import LocalAws, unique
from support import CHANNEL

from bot.hub import Hub
from bot.settings import read
from bot.wiring import serverless
from engine.arena.starting import Start
from engine.model import Player, Seat
from engine.queues.definitions import MAX_RECEIVES, definitions
from engine.queues.messages import Hop, encode
from engine.stores import _dynamo_keys as keys
from engine.stores._dynamo_logs import BODY
from lambda_interactions import worker
from lambda_interactions.runtime import Runtime

SECONDS: Final = 60.0
DUELS: Final = 10


@dataclass
class Arena:
    """A table, the queues as they are deployed, and a worker."""

    aws: LocalAws
    table: str
    turns: str
    dead: str
    environment: dict[str, str]
    runtime: Runtime
    batches: list[tuple[int, int]] = field(default_factory=list)

    def start(self) -> list[str]:
        """Ten duels, each with a message of its own."""

        async def started() -> list[str]:
            async with serverless(read(self.environment), Hub()) as (arena, _):
                players = {seat: Player("engine", "perfect") for seat in Seat}
                starts = [Start(f"r{n}", CHANNEL, "tic_tac_toe", players, started_by="ann") for n in range(DUELS)]
                return [(await arena.duels.start(one)).duel_id for one in starts]

        duels = asyncio.run(started())
        entries = [{"Id": str(number), "MessageBody": encode([Hop(duel)])} for number, duel in enumerate(duels)]
        self.aws.shared("sqs").send_message_batch(QueueUrl=self.turns, Entries=entries)
        return duels

    def work(self) -> None:
        """What an event source does, until nothing is left. What failed is shown at once."""
        sqs = self.aws.shared("sqs")
        while records := sqs.receive_message(QueueUrl=self.turns, MaxNumberOfMessages=10).get("Messages", []):
            asked = [{"messageId": one["MessageId"], "body": one["Body"]} for one in records]
            failed = {one["itemIdentifier"] for one in worker.work(self.runtime, asked, SECONDS)["batchItemFailures"]}
            self.batches.append((len(records), len(failed)))
            for one in records:
                receipt = {"QueueUrl": self.turns, "ReceiptHandle": one["ReceiptHandle"]}
                if one["MessageId"] in failed:
                    sqs.change_message_visibility(**receipt, VisibilityTimeout=0)
                else:
                    sqs.delete_message(**receipt)

    def write(self, duel_id: str, body: str) -> str:
        """Put something else in the place of a duel's first entry; what stood there."""
        api, key = self.aws.shared("dynamodb"), keys.entry(duel_id, 0)
        item = api.get_item(TableName=self.table, Key=key)["Item"]
        api.put_item(TableName=self.table, Item={**item, BODY: {"S": body}})
        return str(item[BODY]["S"])

    def over(self, duels: list[str]) -> list[bool]:
        api = self.aws.shared("dynamodb")
        heads = [api.get_item(TableName=self.table, Key=keys.head(duel))["Item"] for duel in duels]
        return [head["status"]["S"] == "over" for head in heads]


@pytest.fixture
def arena(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arena]:
    prefix = unique("arena")
    urls = local_aws.make(definitions(prefix))
    with local_aws.table(keys.table("arena")) as name:
        environment = {
            **local_aws.environment,
            "ARENA_STORE": f"dynamodb:{name}",
            "ARENA_SECRET": "5e" * 32,
            "TURNS_QUEUE_URL": urls[f"{prefix}-turns"],
        }
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        runtime = Runtime(read(environment))
        made = Arena(local_aws, name, urls[f"{prefix}-turns"], urls[f"{prefix}-turns-dead"], environment, runtime)
        yield made
        runtime.close()
    for url in urls.values():
        local_aws.shared("sqs").delete_queue(QueueUrl=url)


def poisoned(arena: Arena) -> tuple[list[str], str]:
    """Work with one of ten duels damaged; the duels, and what belongs in the place of the damage."""
    duels = arena.start()
    whole = arena.write(duels[4], "poison")
    arena.work()
    assert arena.batches == [(10, 1)] + [(1, 1)] * (MAX_RECEIVES - 1)
    assert arena.over(duels) == [number != 4 for number in range(DUELS)]
    assert (arena.aws.size(arena.turns), arena.aws.size(arena.dead)) == ((0, 0), (1, 0))
    return duels, whole


def test_nine_are_played_one_is_a_dead_letter_and_a_redrive_finishes_it(arena: Arena) -> None:
    duels, whole = poisoned(arena)
    arena.write(duels[4], whole)
    arena.batches.clear()
    arena.aws.redrive(arena.dead, arena.turns)
    arena.work()
    assert arena.batches == [(1, 0)]
    assert all(arena.over(duels))
    assert (arena.aws.size(arena.turns), arena.aws.size(arena.dead)) == ((0, 0), (0, 0))


def test_a_worker_that_says_that_all_went_well_loses_it(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard removed: the failed message is deleted with the others."""
    monkeypatch.setattr(worker, "batch_response", lambda results: {"batchItemFailures": []})
    with pytest.raises(AssertionError):
        poisoned(arena)
