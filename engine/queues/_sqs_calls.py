"""What is asked of one SQS queue: beside the loop, few calls at once, asked again while that can help.

boto3's own retries are off: they know neither our clock nor our randomness.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Final, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.parsers import ResponseParserError

from engine.errors import QueueDown, QueueError
from engine.ports import Clock
from engine.threads import in_daemon_thread

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.type_defs import (
        BatchResultErrorEntryTypeDef,
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        MessageTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

T = TypeVar("T")

# The pauses between them add up to 6 s on average and 11 s at most.
ATTEMPTS: Final = 8
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 5.0
ENTRIES_A_CALL: Final = 10
CALLS_AT_ONCE: Final = 8
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 30  # longer than the longest poll, after which SQS answers that there is nothing

_THROTTLED: Final = frozenset(
    {"RequestThrottled", "Throttling", "ThrottlingException", "TooManyRequestsException", "KmsThrottled"}
)
_SERVER_FAULT: Final = 500


def client_config() -> Config:
    """What the client is made with."""
    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 1},
        max_pool_connections=CALLS_AT_ONCE + 1,
    )


def pause_seconds(failures: int, random: Random) -> float:
    """How long to wait after so many failures in a row: anything up to a bound that doubles ("full jitter").

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return random.uniform(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (failures - 1)))


class SqsCalls:
    """One queue's calls. Each raises :class:`QueueError` when asking again cannot help.

    Each but :meth:`receive` tries :data:`ATTEMPTS` times before it raises :class:`QueueDown`.
    """

    def __init__(self, client: SQSClient, url: str, clock: Clock, random: Random) -> None:
        self._client = client
        self._url = url
        self._clock = clock
        self._random = random
        self._room = asyncio.Semaphore(CALLS_AT_ONCE)

    async def send(self, bodies: Sequence[str]) -> None:
        """At most ten messages. A reply that was lost sends them twice: a worker then finds nothing left to do."""
        left = {str(number): body for number, body in enumerate(bodies)}
        why = ""
        async for _ in self._attempts():
            try:
                failed = await self._once(partial(self._send, left))
            except QueueDown as error:
                why = error.text
                continue
            if ours := [one for one in failed if one["SenderFault"]]:
                raise QueueError(f"SQS refuses a message: {_said(ours[0])}")
            if not failed:
                return
            left = {one["Id"]: left[one["Id"]] for one in failed}
            why = _said(failed[0])
        raise QueueDown(f"SQS did not take {len(left)} of {len(bodies)} messages: {why}")

    async def receive(self, wanted: int, hold_seconds: int, poll_seconds: int) -> Sequence[MessageTypeDef]:
        """One attempt, which is meant to wait and so takes no place of the others.

        :raises QueueDown: when asking again may help.
        """
        answer = await _called(
            lambda: self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=wanted,
                VisibilityTimeout=hold_seconds,
                WaitTimeSeconds=poll_seconds,
            )
        )
        return answer.get("Messages", [])

    async def hide(self, receipts: Iterable[str], seconds: int) -> int:
        """Hide messages from every receiver for that long, from now on; 0 shows them. How many were no longer ours."""
        left = iter(list(receipts))
        lost = 0
        while some := list(islice(left, ENTRIES_A_CALL)):
            lost += await self._patiently(partial(self._hide, some, seconds))
        return lost

    async def delete(self, receipt: str) -> None:
        """The message never comes again, in so far as SQS promises that."""
        await self._patiently(lambda: self._client.delete_message(QueueUrl=self._url, ReceiptHandle=receipt))

    async def pause(self, failures: int) -> None:
        """Wait after so many failures in a row."""
        await self._clock.sleep(pause_seconds(failures, self._random))

    def close(self) -> None:
        """Give the connections back. A call under way ends by itself."""
        self._client.close()

    def _send(self, bodies: dict[str, str]) -> Sequence[BatchResultErrorEntryTypeDef]:
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": number, "MessageBody": body} for number, body in bodies.items()
        ]
        return self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])

    def _hide(self, receipts: Sequence[str], seconds: int) -> int:
        entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
            {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": seconds}
            for number, receipt in enumerate(receipts)
        ]
        answer = self._client.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
        return len(answer.get("Failed", []))

    async def _patiently(self, call: Callable[[], T]) -> T:
        down = QueueDown()
        async for _ in self._attempts():
            try:
                return await self._once(call)
            except QueueDown as error:
                down = error
        raise down

    async def _once(self, call: Callable[[], T]) -> T:
        async with self._room:
            return await _called(call)

    async def _attempts(self) -> AsyncIterator[int]:
        for failures in range(ATTEMPTS):
            if failures:
                await self.pause(failures)
            yield failures


async def _called(call: Callable[[], T]) -> T:
    try:
        return await in_daemon_thread("sqs", call)
    except ClientError as error:
        raise _answered(error) from None
    except (HTTPClientError, ResponseParserError) as error:
        raise QueueDown(f"SQS did not answer: {type(error).__name__}") from None
    except BotoCoreError as error:
        raise QueueError(f"SQS cannot be asked: {error}") from None


def _answered(error: ClientError) -> QueueError:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    passing = status >= _SERVER_FAULT or code.rpartition(".")[2] in _THROTTLED
    return (QueueDown if passing else QueueError)(f"SQS answered {status}: {error}")


def _said(failed: BatchResultErrorEntryTypeDef) -> str:
    return f"{failed['Code']} {failed.get('Message', '')}".strip()
