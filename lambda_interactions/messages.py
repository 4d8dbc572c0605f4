"""What a message on the queue ``commands`` says: one event of a platform that a webhook has verified and acknowledged.

``{"v":1,"platform":"slack","id":"…","sealed":"…"}``: what it says is for the workers alone (:mod:`bot.sealing`).
"""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from engine import versions

MOST_BYTES: Final = 1_048_576
"""Of a message, its attributes included
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html)."""


_BODY: Final = {False: "body", True: "sealed"}
_COMPACT: Final = json.JSONEncoder(separators=(",", ":")).encode


class Event(NamedTuple):
    """``body`` is what the platform sent, whose signature was checked; ``id`` is the same when it is sent again."""

    platform: str
    id: str
    body: str
    sealed: bool = False

    def __repr__(self) -> str:
        return f"Event({self.platform!r}, {self.id!r})"


def encode(event: Event) -> str:
    """A message's body."""
    return _COMPACT(
        {"v": versions.VERSION, "platform": event.platform, "id": event.id, _BODY[event.sealed]: event.body}
    )


def decode(body: str) -> Event:
    """The event of a message. :raises ValueError: when it is none of ours. :raises NewerVersion: when too far ahead."""
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError("a message is an object")  # noqa: TRY004 - what is no message is a ValueError
    versions.understood(message.get("v"), "a message")
    is_sealed = _BODY[True] in message
    parts = [message.get(name) for name in ("platform", "id", _BODY[is_sealed])]
    if not all(isinstance(part, str) and part for part in parts):
        raise ValueError("platform, id and body must be texts")
    platform, request_id, text = map(str, parts)
    return Event(platform, request_id, text, is_sealed)
