"""A small language for payloads with limits, and the check that speaks Slack's own error sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """A string. Lengths are in characters as they are sent, so an escaped ``&amp;`` counts five."""

    most: int = 3000
    least: int = 1
    pattern: str = ""
    among: tuple[str, ...] = ()

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must provide a string", at)
        elif len(value) > self.most:
            yield problem(f"must be less than {self.most + 1} characters", at)
        elif len(value) < self.least:
            yield problem(f"must be more than {self.least - 1} characters", at)
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield problem(f"input must match regex pattern: ^{self.pattern}$", at)
        elif self.among and value not in self.among:
            yield problem(f"value must be one of {', '.join(self.among)}", at)


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean."""

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, bool):
            yield problem("must provide a boolean", at)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number."""

    least: int = 0
    most: int = 10**9

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            yield problem(f"must be a number from {self.least} to {self.most}", at)


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    of: Spec
    most: int
    least: int = 1

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must provide an array", at)
            return
        if len(value) > self.most:
            yield problem(f"no more than {self.most} items allowed", at)
        if len(value) < self.least:
            yield problem(f"no fewer than {self.least} items allowed", at)
        for index, item in enumerate(value):
            yield from self.of.problems(item, f"{at}/{index}")


@dataclass(frozen=True, slots=True)
class Thing:
    """An object: what it may hold, what it must hold, and of which keys exactly one or at least one is there."""

    fields: Mapping[str, Spec]
    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
            return
        yield from (problem(f"missing required field: {key}", at) for key in self.needs if key not in value)
        yield from (problem(f"invalid additional property: {key}", at) for key in value if key not in self.fields)
        if self.one_of and sum(key in value for key in self.one_of) != 1:
            yield problem(f"exactly one of {', '.join(self.one_of)} is required", at)
        if self.any_of and not any(key in value for key in self.any_of):
            yield problem(f"missing required field: {' or '.join(self.any_of)}", at)
        for key, spec in self.fields.items():
            if key in value:
                yield from spec.problems(value[key], f"{at}/{key}")


@dataclass(frozen=True, slots=True)
class Kinds:
    """An object whose ``type`` says what it holds."""

    kinds: Mapping[str, Thing] = field(default_factory=dict)

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
        elif value.get("type") not in self.kinds:
            yield problem(f"unsupported type: {value.get('type')}", f"{at}/type")
        else:
            yield from self.kinds[value["type"]].problems(value, at)


Spec = Words | Flag | Number | Items | Thing | Kinds


def problem(sentence: str, at: str) -> str:
    """As Slack writes it in ``response_metadata.messages``, there after ``[ERROR]``."""
    return f"{sentence} [json-pointer:{at}]"


def thing(kind: str, needs: str = "", **fields: Spec) -> Thing:
    """An object of that type; ``needs`` names its required keys."""
    return Thing({"type": Words(among=(kind,)), **fields}, tuple(needs.split()))
