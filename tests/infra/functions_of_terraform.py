"""Terraform's functions, those that are used.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Value = Any


def _flatten(value: list[Value]) -> list[Value]:
    return [inner for one in value for inner in (_flatten(one) if isinstance(one, list) else [one])]


def _concat(*lists: list[Value]) -> list[Value]:
    if any(not isinstance(one, list) for one in lists):
        raise TypeError("only lists are put together")
    return [one for each in lists for one in each]


def _one(value: list[Value]) -> Value:
    if len(value) > 1:
        raise ValueError(f"{len(value)} elements are not one")
    return value[0] if value else None


def _replace(text: str, old: str, new: str) -> str:
    """Between slashes stands a pattern."""
    return re.sub(old[1:-1], new, text) if len(old) > 1 and old[0] == old[-1] == "/" else text.replace(old, new)


def _set(value: list[Value]) -> list[Value]:
    return sorted({json.dumps(one): one for one in value}.values(), key=json.dumps)


def _merge(*objects: Mapping[str, Value] | None) -> dict[str, Value]:
    return {key: value for one in objects if one is not None for key, value in one.items()}


FUNCTIONS: Final[Mapping[str, Callable[..., Value]]] = {
    "coalesce": lambda *values: next(one for one in values if one not in (None, "")),
    "compact": lambda value: [one for one in value if one],
    "concat": _concat,
    "contains": lambda value, wanted: wanted in value,
    "distinct": lambda value: list(dict.fromkeys(value)),
    "flatten": _flatten,
    "floor": math.floor,
    "join": lambda between, value: between.join(value),
    "jsonencode": lambda value: json.dumps(value, sort_keys=True),
    "keys": sorted,
    "length": len,
    "lookup": lambda value, key, otherwise: value.get(key, otherwise),
    "lower": lambda text: text.lower(),
    "max": max,
    "merge": _merge,
    "min": min,
    "one": _one,
    "replace": _replace,
    "sort": sorted,
    "startswith": lambda text, start: text.startswith(start),
    "tolist": list,
    "tomap": dict,
    "toset": _set,
    "tostring": str,
    "trim": lambda text, characters: text.strip(characters),
    "trimprefix": lambda text, start: text.removeprefix(start),
    "upper": lambda text: text.upper(),
    "values": lambda value: [value[key] for key in sorted(value)],
}
