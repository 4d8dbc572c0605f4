"""What AWS bills for the calls that were counted.

Prices in US dollars for us-east-1, as AWS listed them on 2026-11-01 (aws.amazon.com/dynamodb/pricing/on-demand,
/lambda/pricing, /sqs/pricing, /api-gateway/pricing, /cloudwatch/pricing); the free tier is left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

PRICED_ON: Final = "2026-11-01"
WRITE_UNIT: Final = 0.625e-6
READ_UNIT: Final = 0.125e-6
SQS_REQUEST: Final = 0.40e-6
HTTP_API_REQUEST: Final = 1.00e-6
LAMBDA_REQUEST: Final = 0.20e-6
LAMBDA_GB_SECOND: Final = 0.0000133334  # arm64
LOG_GB: Final = 0.50

WORKER_MB: Final = 512
WEBHOOK_MB: Final = 256
WEBHOOK_SECONDS: Final = 0.02
"""More than a warm webhook takes (benchmarks/webhook_routing.py, and the way to SQS)."""


@dataclass
class Counted:
    """Calls and what they consumed."""

    calls: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    """Write units by what was written."""
    read: Counter[str] = field(default_factory=Counter)
    """Calls by what was read."""
    write_units: float = 0.0
    entry_units: float = 0.0
    entries: int = 0
    read_units: float = 0.0
    sqs_requests: int = 0
    webhooks: int = 0
    invocations: int = 0
    worker_seconds: float = 0.0
    log_bytes: int = 0

    @property
    def round_trips(self) -> int:
        """Calls of the store."""
        return self.calls.total()

    def dollars(self) -> dict[str, float]:
        """By service."""
        gb_seconds = self.worker_seconds * WORKER_MB / 1024 + self.webhooks * WEBHOOK_SECONDS * WEBHOOK_MB / 1024
        return {
            "DynamoDB writes": self.write_units * WRITE_UNIT,
            "DynamoDB reads": self.read_units * READ_UNIT,
            "SQS": self.sqs_requests * SQS_REQUEST,
            "HTTP API": self.webhooks * HTTP_API_REQUEST,
            "Lambda requests": (self.invocations + self.webhooks) * LAMBDA_REQUEST,
            "Lambda time": gb_seconds * LAMBDA_GB_SECOND,
            "logs": self.log_bytes / 1e9 * LOG_GB,
        }


class CountingDynamo:
    """DynamoDB's client; every call is counted. Write units are the local AWS's, read units are worked out here.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
    """

    _WRITES: Final = ("put_item", "update_item", "delete_item", "transact_write_items", "batch_write_item")

    def __init__(self, api: Any, counted: Counted) -> None:
        self._api = api
        self._counted = counted

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._api, name)
        if name not in (*self._WRITES, "get_item", "query", "batch_get_item"):
            return call

        def counting(**arguments: Any) -> Any:
            self._counted.calls[name] += 1
            if name in self._WRITES:
                return self._written(name, call(**arguments, ReturnConsumedCapacity="TOTAL"), arguments)
            answer = call(**arguments)
            self._counted.read[_asked(name, arguments)] += 1
            self._counted.read_units += _read_units(name, arguments, answer)
            return answer

        return counting

    def close(self) -> None:
        """It is the test's."""

    def _written(self, name: str, answer: Mapping[str, Any], arguments: Mapping[str, Any]) -> Any:
        consumed = answer.get("ConsumedCapacity") or {}
        units = sum(one["CapacityUnits"] for one in (consumed if isinstance(consumed, list) else [consumed]))
        self._counted.write_units += units
        self._counted.written[_what(name, arguments)] += units
        if name == "put_item" and arguments["Item"]["sk"]["S"].startswith("E#"):
            self._counted.entries += 1
            self._counted.entry_units += units
        return answer


def _what(name: str, arguments: Mapping[str, Any]) -> str:
    """What a call writes, by the beginnings of its keys."""
    if name == "batch_write_item":
        return "deleted"
    if name != "transact_write_items":
        return _named(name, arguments)
    return " + ".join(
        _named(action.lower(), one) for item in arguments["TransactItems"] for action, one in item.items()
    )


def _asked(name: str, arguments: Mapping[str, Any]) -> str:
    """What a call reads."""
    if name == "batch_get_item":
        key = next(iter(arguments["RequestItems"].values()))["Keys"][0]
        return _named(name, {"Key": key})
    if name == "query":
        values = arguments["ExpressionAttributeValues"]
        start = next((values[one]["S"] for one in (":sk", ":first", ":after") if one in values), "")
        index = arguments.get("IndexName", "")
        return f"query {index} {values[':pk']['S'][:2]}{start.partition(chr(31))[0][:6]}"
    return _named(name, arguments)


def _named(name: str, arguments: Mapping[str, Any]) -> str:
    key = arguments.get("Item") or arguments["Key"]
    pk, sk = key["pk"]["S"], key["sk"]["S"]
    kind = sk.partition("\x1f")[0] if pk.startswith("C#") else sk.partition("#")[0]
    return f"{name.partition('_')[0]} {pk[:2]}{'' if kind.isdigit() else kind[:12]}"


def _read_units(name: str, arguments: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    if name == "batch_get_item":
        asked = next(iter(arguments["RequestItems"].values()))["Keys"]
        found = [item for items in answer["Responses"].values() for item in items]
        return sum(_units(size(item)) for item in found) + (len(asked) - len(found))
    share = 1.0 if arguments.get("ConsistentRead") else 0.5
    items = answer.get("Items", [answer["Item"]] if answer.get("Item") else [])
    return share * _units(sum(map(size, items)))


def _units(size_bytes: int) -> int:
    return max(1, math.ceil(size_bytes / 4096))


def size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """An item's bytes: names and values
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(value: Mapping[str, Any]) -> int:
    ((kind, held),) = value.items()
    if kind == "S":
        return len(held.encode())
    if kind == "N":
        return len(held.strip("-").rstrip("0")) // 2 + 2
    return len(held)
