"""The worker: SQS hands it commands to carry out and duels to play, and it says which messages must come again.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.batch import Request, Work
from engine.errors import BadMessage, NewerVersion
from engine.queues.messages import BatchResponse, batch_response
from engine.queues.messages import decode as decode_duels
from lambda_interactions import messages
from lambda_interactions.runtime import LambdaContext, Opened, Runtime, runtime

log = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: LambdaContext) -> BatchResponse:
    """A batch of either queue; the messages that must come again."""
    return work(runtime(), event["Records"], context.get_remaining_time_in_millis() / 1000)


def work(runtime: Runtime, records: Sequence[Mapping[str, Any]], seconds: float) -> BatchResponse:
    """Do what these messages ask for. What cannot be read fails alone, and comes to the dead letters in the end."""
    readable, unreadable = read(records)

    async def do(opened: Opened) -> dict[str, Exception | None]:
        return await opened.batch.work(readable, seconds)

    return batch_response({**unreadable, **(runtime.run(do) if readable else {})})


def read(records: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Work], dict[str, Exception]]:
    """What the messages of a batch ask for, by id, and those that nobody can read."""
    work: dict[str, Work] = {}
    unreadable: dict[str, Exception] = {}
    for record in records:
        try:
            work[record["messageId"]] = _read(record["body"])
        except NewerVersion as error:
            log.warning("message %s comes again: %s", record["messageId"], error)
            unreadable[record["messageId"]] = error
        except (BadMessage, ValueError) as error:
            log.error("message %s is left to the dead letters: %s", record["messageId"], error)  # noqa: TRY400
            unreadable[record["messageId"]] = error
    return work, unreadable


def _read(body: str) -> Work:
    message = json.loads(body)
    if isinstance(message, dict) and "duels" in message:
        return decode_duels(body)
    event = messages.decode(body)
    return Request(event.platform, event.id, event.body, event.sealed)
