"""The queue ``commands`` as a webhook fills it.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from engine.errors import BadOption, NotConfigured, QueueDown, QueueError
from engine.sentences import say
from lambda_interactions import configuration
from lambda_interactions.messages import MOST_BYTES, Event, encode
from lambda_interactions.sealing import KEY_BYTES, sealed
from lambda_interactions.signed_call import Now, SignedCalls

MOST_KEPT: Final = 4096
KEPT_SECONDS: Final = 600
"""A timestamp may be five minutes ahead, and then is fresh for ten."""
_OK, _LIMITED, _FAILED = 200, 429, 500

TRY_AGAIN: Final = say("The arena did not take that in just now. Look whether it happened, and if not, try again.")


class CommandsQueue:
    """Queues each event once, as far as this process remembers; across processes, the worker's record decides."""

    def __init__(self, calls: SignedCalls, url: str, sealing_key: bytes, now: Now) -> None:
        self._calls = calls
        self._sealing_key = sealing_key
        self._url = url
        self._now = now
        self._queued: OrderedDict[str, float] = OrderedDict()

    @classmethod
    def of(cls, environment: Mapping[str, str], now: Now) -> CommandsQueue:
        """:raises NotConfigured: when the queue's URL or the sealing key is missing, or none."""
        url = configuration.required(environment, configuration.QUEUE)
        parts = urlsplit(url)
        region = parts.netloc.split(".")[1] if parts.netloc.startswith("sqs.") else ""
        address = f"{parts.scheme}://{parts.netloc}"
        calls = configuration.service(environment, "sqs", region, now, address)
        return cls(calls, url, _sealing_key(environment), now)

    def put(self, event: Event) -> None:
        """Queue it, unless this process has; an event whose queueing failed is none that it has.

        :raises BadOption: when it is larger than a message can be. :raises QueueDown: when there is no answer in time.
        :raises QueueError: when SQS refuses.
        """
        self._forget()
        if event.id in self._queued:
            return
        message = encode(event._replace(body=sealed(event.body, self._sealing_key), sealed=True))
        if len(message) > MOST_BYTES:
            raise BadOption(say("That is more text than the arena can take in at once. Try again with less."))
        self._send(message)
        self._queued[event.id] = self._now()

    def close(self) -> None:
        """Let go of the connection."""
        self._calls.close()

    def _forget(self) -> None:
        until = self._now() - KEPT_SECONDS
        while self._queued and (len(self._queued) >= MOST_KEPT or next(iter(self._queued.values())) < until):
            self._queued.popitem(last=False)

    def _send(self, message: str) -> None:
        body = json.dumps({"QueueUrl": self._url, "MessageBody": message}).encode()
        try:
            status, answer = self._calls.call("AmazonSQS.SendMessage", "application/x-amz-json-1.0", body)
        except OSError as error:
            raise QueueDown(f"SQS does not answer: {error!r}") from error
        if status == _OK:
            return
        text = f"SQS answered {status}: {_code(answer)}"
        raise QueueDown(text) if status >= _FAILED or status == _LIMITED else QueueError(text)


def _sealing_key(environment: Mapping[str, str]) -> bytes:
    try:
        key = bytes.fromhex(configuration.required(environment, configuration.SEALING_KEY))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise NotConfigured(
            say("{variable} is no sealing key: “arena sealing-key” says it.", variable=configuration.SEALING_KEY)
        )
    return key


def _code(answer: bytes) -> str:
    """The name of AWS's error, and no more: its message may quote the request, with the token that signed it."""
    try:
        name = str(json.loads(answer)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):
        return "no error of AWS's"
    return name if name.isascii() and name.isalnum() else "an error without a name"
