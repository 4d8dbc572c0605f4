"""Sizes of items and the read units that they take: the local AWS counts write units right, and read units not.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

_WRITTEN_BYTES: Final = 1024
_READ_BYTES: Final = 4096


def read_units(operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """What a GetItem, Query or BatchGetItem is billed: pages are rounded up, and what is not there costs one."""
    if operation == "BatchGetItem":
        wanted = next(iter(asked["RequestItems"].values()))
        found = [item for items in answer["Responses"].values() for item in items]
        return _share(wanted) * (sum(_read(size(item)) for item in found) + len(wanted["Keys"]) - len(found))
    items = answer.get("Items", [answer["Item"]] if answer.get("Item") else [])
    return _share(asked) * _read(sum(map(size, items)))


def _share(asked: Mapping[str, Any]) -> float:
    """What may be a moment old costs half."""
    return 1.0 if asked.get("ConsistentRead") else 0.5


def write_units(item: Mapping[str, Any]) -> int:
    """What a write of that item is billed, indexes apart; also one whose condition failed."""
    return max(1, math.ceil(size(item) / _WRITTEN_BYTES))


def _read(size_bytes: int) -> int:
    return max(1, math.ceil(size_bytes / _READ_BYTES))


def size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """An item's bytes: names and values."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(value: Mapping[str, Any]) -> int:
    ((kind, held),) = value.items()
    if kind == "S":
        return len(held.encode())
    if kind == "N":
        return len(held.strip("-").rstrip("0")) // 2 + 2
    return len(held)
