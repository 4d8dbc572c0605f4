"""DynamoDB's API for a loop: calls in threads, pages, transactions, and errors in the arena's words.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from __future__ import annotations

import asyncio
import logging
import random
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from engine.errors import ArenaError, NotConfigured, StoreError
from engine.ports import UNMETERED, Clock, Meter
from engine.sentences import say
from engine.stores._dynamo_keys import Item

THREADS: Final = 32
TRIES: Final = 12
FIRST_WAIT_SECONDS: Final = 0.02
LONGEST_WAIT_SECONDS: Final = 2.0
CONNECT_SECONDS: Final = 2.0
READ_SECONDS: Final = 5.0
CONFIG: Final = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    max_pool_connections=THREADS,
    tcp_keepalive=True,
    retries={"total_max_attempts": 1},  # decided here, where a write that was applied is recognised
)
BATCH_GET: Final = 100
BATCH_WRITE: Final = 25
MOST_IN_TRANSACTION: Final = 100

FAILED: Final = "ConditionalCheckFailed"
THROTTLED_BY: Final = "dynamodb"
_THROTTLED: Final = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "LimitExceededException"}
)
_RETRIED: Final = _THROTTLED | frozenset(
    {
        "InternalServerError",
        "ServiceUnavailable",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_THROTTLED_REASONS: Final = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})
_RETRIED_REASONS: Final = _THROTTLED_REASONS | {"TransactionConflict"}

log = logging.getLogger(__name__)


class ConditionFailed(ArenaError):
    """A condition did not hold. ``items`` are the stored ones, in the order of the writes.

    ``None`` for those whose condition held; empty for an item that does not exist.
    """

    def __init__(self, items: Sequence[Item | None]) -> None:
        super().__init__("a condition did not hold")
        self.items = items

    @property
    def item(self) -> Item:
        """The stored item of the only write; empty when there is none."""
        return self.items[0] or {}


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression with its names and values."""

    expression: str
    names: Mapping[str, str]
    values: Mapping[str, Item]

    def arguments(self) -> dict[str, Any]:
        """For a call that has no other expression."""
        return {"ConditionExpression": self.expression, **_bound(self.names, self.values)}


def _bound(names: Mapping[str, str], values: Mapping[str, Item]) -> dict[str, Any]:
    bound: dict[str, Any] = {}
    if names:
        bound["ExpressionAttributeNames"] = dict(names)
    if values:
        bound["ExpressionAttributeValues"] = dict(values)
    return bound


NEW: Final = Condition("attribute_not_exists(pk)", {}, {})


class Client:
    """One table. A call that was throttled, failed or cut is made again, later each time.

    A write may so be made twice: its condition must recognise its own first time. ``meter`` is told of every throttle.
    """

    def __init__(self, api: Any, table: str, clock: Clock, jitter: random.Random, meter: Meter = UNMETERED) -> None:
        self.api = api
        self.table = table
        self.clock = clock
        self._meter = meter
        self._jitter = jitter
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="dynamodb")

    @classmethod
    def open(
        cls,
        table: str,
        clock: Clock,
        endpoint_url: str | None = None,
        region: str | None = None,
        meter: Meter = UNMETERED,
    ) -> Client:
        """A client with AWS's usual credentials; connects to nobody yet. :raises NotConfigured: without a region."""
        try:
            api = boto3.client("dynamodb", endpoint_url=endpoint_url, region_name=region, config=CONFIG)
        except NoRegionError as error:
            raise NotConfigured(
                say("AWS_REGION is not set: it says where the table is, for example eu-central-1.")
            ) from error
        # The spread of retries is no play: two processes must not share it.
        return cls(api, table, clock, random.SystemRandom(), meter)

    async def close(self) -> None:
        """Wait for calls under way, and let go."""
        await asyncio.to_thread(self._threads.shutdown)
        self.api.close()

    async def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """One call of that table. :raises ConditionFailed: :raises StoreError: when it stays impossible."""
        return await self._tried(operation, {"TableName": self.table, **arguments})

    async def get(self, key: Item) -> Item | None:
        """An item, strongly consistent."""
        return (await self.call("get_item", Key=key, ConsistentRead=True)).get("Item")

    async def get_all(self, keys: Sequence[Item]) -> list[Item]:
        """The items of those keys that exist, strongly consistent, in no order."""
        found: list[Item] = []
        for start in range(0, len(keys), BATCH_GET):
            wanted, attempt = list(keys[start : start + BATCH_GET]), 0
            while wanted:
                asked = {self.table: {"Keys": wanted, "ConsistentRead": True}}
                answer = await self._tried("batch_get_item", {"RequestItems": asked})
                found += answer["Responses"].get(self.table, [])
                if wanted := answer.get("UnprocessedKeys", {}).get(self.table, {}).get("Keys", []):
                    attempt = await self._throttled(attempt)
        return found

    async def put(self, item: Item, condition: Condition) -> None:
        """:raises ConditionFailed: with the stored item."""
        await self.call("put_item", Item=item, ReturnValuesOnConditionCheckFailure="ALL_OLD", **condition.arguments())

    async def delete_all(self, keys: Sequence[Item]) -> None:
        """Delete items, whatever they hold."""
        for start in range(0, len(keys), BATCH_WRITE):
            wanted, attempt = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + BATCH_WRITE]], 0
            while wanted:
                answer = await self._tried("batch_write_item", {"RequestItems": {self.table: wanted}})
                if wanted := answer.get("UnprocessedItems", {}).get(self.table, []):
                    attempt = await self._throttled(attempt)

    async def write_all(self, writes: Sequence[Mapping[str, Any]]) -> None:
        """All or none; each is ``{"Put": …}``, ``{"Update": …}``, ``{"Delete": …}`` or ``{"ConditionCheck": …}``.

        :raises ConditionFailed: when one of the conditions did not hold.
        """
        items = [
            {
                action: {
                    "TableName": self.table,
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    **arguments,
                }
            }
            for write in writes
            for action, arguments in write.items()
        ]
        # The same token on every try: a transaction whose answer was lost succeeds again within ten minutes.
        await self._tried("transact_write_items", {"TransactItems": items, "ClientRequestToken": str(uuid.uuid4())})

    async def pages(self, limit: int | None = None, start: Item | None = None, **arguments: Any) -> AsyncIterator[Item]:
        """The rows of a query behind the key ``start``, if there is one, page after page and ``limit`` at most."""
        left = limit
        while left is None or left > 0:
            more = {"ExclusiveStartKey": start} if start else {}
            most = {"Limit": left} if left is not None else {}
            answer = await self.call("query", **arguments, **more, **most)
            for row in answer["Items"]:
                yield row
            if left is not None:
                left -= len(answer["Items"])
            start = answer.get("LastEvaluatedKey")
            if not start:
                return

    async def query(
        self,
        pk: str,
        begins: str = "",
        limit: int | None = None,
        *,
        backwards: bool = False,
        after: Item | None = None,
    ) -> list[Item]:
        """The items of a partition whose sort keys begin so, strongly consistent.

        In order or ``backwards``, from the first that comes ``after`` that key, which need not exist.
        """
        values = {":pk": {"S": pk}, **({":sk": {"S": begins}} if begins else {})}
        expression = "pk = :pk" + (" AND begins_with(sk, :sk)" if begins else "")
        rows = self.pages(
            limit,
            after,
            KeyConditionExpression=expression,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            ScanIndexForward=not backwards,
        )
        return [row async for row in rows]

    async def _tried(self, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        function = partial(getattr(self.api, operation), **arguments)
        problem: Exception | None = None
        for attempt in range(TRIES):
            try:
                return dict(await asyncio.get_running_loop().run_in_executor(self._threads, function))
            except ClientError as error:
                _judge(error)
                if _is_throttled(error):
                    self._meter.throttled(THROTTLED_BY)
                problem = error
            except NoCredentialsError as error:
                raise NotConfigured(
                    say(
                        "There are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."
                    )
                ) from error
            except BotoCoreError as error:  # cut, timed out, or nobody there
                problem = error
            log.info("%s failed and is tried again: %s", operation, problem)
            if attempt + 1 < TRIES:
                await self._pause(attempt)
        raise _silent(_short(problem)) from problem

    async def _throttled(self, attempt: int) -> int:
        """A batch that was done in part, which is how DynamoDB limits one; the number of the next attempt at the rest.

        :raises StoreError: when there were too many.
        """
        self._meter.throttled(THROTTLED_BY)
        if attempt + 1 >= TRIES:
            raise _silent("batches are throttled")
        await self._pause(attempt)
        return attempt + 1

    async def _pause(self, attempt: int) -> None:
        # Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        await self.clock.sleep(self._jitter.uniform(0, min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**attempt)))


def _silent(why: str) -> StoreError:
    return StoreError(
        say("DynamoDB does not answer ({why}). Try again in a moment; nothing acknowledged was lost.", why=why)
    )


def _judge(error: ClientError) -> None:
    """Nothing when the call may be made again. :raises ConditionFailed: :raises StoreError: otherwise."""
    answer: Mapping[str, Any] = error.response
    code = answer.get("Error", {}).get("Code", "")
    if code == "ConditionalCheckFailedException":
        raise ConditionFailed([answer.get("Item") or {}]) from error
    if code == "TransactionCanceledException":
        reasons = answer.get("CancellationReasons", [])
        codes = {reason.get("Code") for reason in reasons}
        if FAILED in codes:
            failed = [reason.get("Item") or {} if reason.get("Code") == FAILED else None for reason in reasons]
            raise ConditionFailed(failed) from error
        if codes & _RETRIED_REASONS:
            return
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _RETRIED or status >= 500:
        return
    raise StoreError(
        say(
            "DynamoDB refuses a request ({why}): check the table's name, the region and the permissions.",
            why=_short(error),
        )
    ) from error


def _is_throttled(error: ClientError) -> bool:
    """Whether we ask too much, and not whether it fails."""
    answer: Mapping[str, Any] = error.response
    reasons = {reason.get("Code") for reason in answer.get("CancellationReasons", [])}
    return answer.get("Error", {}).get("Code", "") in _THROTTLED or bool(reasons & _THROTTLED_REASONS)


def _short(error: Exception | None) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "")) or "ClientError"
    return type(error).__name__
