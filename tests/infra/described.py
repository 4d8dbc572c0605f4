"""A serverless arena as plain values, whoever describes it, and where two descriptions differ.

Names are without the installation's own: the queue ``arena-dev-turns`` is ``turns``, a function's alias ``turns:live``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

Value = Any
Described = Mapping[str, Value]
"""Sections by name. A description that says nothing of something lacks the whole section."""

ABSENT: Final = "nothing"


def differences(one: Described, other: Described, called: tuple[str, str]) -> list[str]:
    """A line for each value of the sections that both have; ``called`` are their names in it."""
    return [
        line for section in one if section in other for line in _lines(section, one[section], other[section], called)
    ]


def _lines(where: str, one: Value, other: Value, called: tuple[str, str]) -> Iterator[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}):
            yield from _lines(f"{where}.{key}", one.get(key, ABSENT), other.get(key, ABSENT), called)
    elif isinstance(one, frozenset) and isinstance(other, frozenset):
        yield from (f"{where}: {called[0]} alone has {value}" for value in sorted(one - other, key=str))
        yield from (f"{where}: {called[1]} alone has {value}" for value in sorted(other - one, key=str))
    elif one != other:
        yield f"{where}: {called[0]} has {one}, {called[1]} has {other}"


def permissions(statements: list[Mapping[str, Value]]) -> frozenset[str]:
    """Every action that a policy allows, with what it may be done to. :raises ValueError: for anything else in it."""
    found = set()
    for statement in statements:
        if unknown := set(statement) - {"Sid", "Effect", "Action", "Resource"} or statement["Effect"] != "Allow":
            raise ValueError(f"a statement with {unknown}")
        found |= {
            f"{action} {resource}"
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
        }
    return frozenset(found)


def listed(value: Value) -> list[Value]:
    """Policies write one thing alone or in a list."""
    return list(value) if isinstance(value, list) else [value]


def without(prefix: str, text: str) -> str:
    """:raises ValueError: when it does not begin so: then it belongs to another installation, or to none."""
    if not text.startswith(prefix):
        raise ValueError(f"{text} does not begin with {prefix}")
    return text.removeprefix(prefix)
