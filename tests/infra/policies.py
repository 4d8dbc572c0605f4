"""The statements of the policies that Terraform writes, however they are written.

As ``aws_iam_policy_document``, as an object, or inside ``jsonencode(…)``, which python-hcl2 leaves as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hcl import Block, Module, Value, quoted, texts

_EFFECT: Final = re.compile(r'"?Effect"?\s*[=:]\s*"(\w+)"')
_DEPTHS: Final = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}
# The name at the end of an ARN: after its fifth colon.
_ARN_HEAD: Final = re.compile(r"^arn:(?:[^:]*:){4}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a policy allows or denies; ``where`` names the block it stands in, and ``file`` the file."""

    file: Path
    where: str
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    keys: tuple[str, ...] = ()
    """What its conditions ask for. Of a policy inside ``jsonencode(…)`` they are not read."""

    def faults(self) -> Iterator[str]:
        """Wildcards that it must not have: what is allowed must be named, action and resource.

        In the policy of a key the resource is the key, and is written as a star:
        https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
        """
        if not self.allows or self.where.startswith("aws_kms_key."):
            return
        for resource in self.resources:
            if "*" in resource and not _named(resource):
                yield f"{self.where}: the resource {resource} names nothing"
        yield from (f"{self.where}: the action {action} is a wildcard" for action in self.actions if "*" in action)


def _named(resource: str) -> bool:
    """Whether something stands before the star: ``${aws_s3_bucket.site.arn}/*`` is one bucket's objects."""
    name = _ARN_HEAD.sub("", resource) if resource.startswith("arn:") else resource
    before = name.partition("*")[0]
    return (
        bool(re.search(r"\w", re.sub(r"^[\w-]+[:/]$", "", before))) if resource.startswith("arn:") else "${" in before
    )


def statements(found: Module) -> Iterator[Statement]:
    """Of every policy of a module."""
    for block in found.blocks:
        yield from _of_documents(block)
        for value in block.values():
            yield from _of_objects(block, value)
            for text in texts(value):
                yield from _of_code(block, text)


def _of_documents(block: Block) -> Iterator[Statement]:
    if block.kind == "data" and block.labels[0] == "aws_iam_policy_document":
        for one in block.of("statement"):
            yield _statement(block, one.arguments, "effect", "actions", "resources")


def _of_objects(where: Block, value: Value) -> Iterator[Statement]:
    if isinstance(value, Mapping):
        plain = {name.strip('"'): held for name, held in value.items()}
        if "Effect" in plain:
            yield _statement(where, plain, "Effect", "Action", "Resource")
        for held in plain.values():
            yield from _of_objects(where, held)
    elif isinstance(value, list):
        for held in value:
            yield from _of_objects(where, held)


def _statement(where: Block, found: Mapping[str, Value], effect: str, actions: str, resources: str) -> Statement:
    allows = found.get(effect, '"Allow"') == '"Allow"'
    named = (_listed(found.get(actions)), _listed(found.get(resources)))
    return Statement(where.file, where.address, allows, *named, tuple(_keys(found.get("Condition"))))


def _keys(conditions: Value) -> Iterator[str]:
    if isinstance(conditions, Mapping):
        for asked in conditions.values():
            yield from (name.strip('"') for name in asked if ":" in name)


def _listed(value: Value) -> tuple[str, ...]:
    return tuple(found for text in texts(value) for found in _literals(text))


def _literals(text: str) -> Iterator[str]:
    """Of a literal itself; of an expression, the literals in it."""
    if text.startswith("${"):
        yield from _texts(text[2:-1])
    else:
        yield text.strip('"')


def _of_code(where: Block, text: str) -> Iterator[Statement]:
    for code in _objects(text):
        if effect := _EFFECT.search(code):
            yield Statement(
                where.file, where.address, effect[1] == "Allow", _texts_of(code, "Action"), _texts_of(code, "Resource")
            )


def _objects(code: str) -> Iterator[str]:
    """The innermost objects around an ``Effect``."""
    for effect in _EFFECT.finditer(code):
        start = _opening(code, effect.start())
        if start is not None:
            yield code[start : _end(code, start)]


def _opening(code: str, position: int) -> int | None:
    depth = 0
    while position > 0:
        position -= 1
        depth += _DEPTHS.get(code[position], 0)
        if depth > 0:
            return position
    return None


def _end(code: str, start: int) -> int:
    depth = 0
    for position in range(start, len(code)):
        depth += _DEPTHS.get(code[position], 0)
        if depth == 0:
            return position + 1
    return len(code)


def _texts_of(code: str, name: str) -> tuple[str, ...]:
    """The literal texts that a key holds."""
    found = re.search(rf'"?\b{name}"?\s*[=:]\s*', code)
    if found is None:
        return ()
    return tuple(_texts(code[found.end() : _value_end(code, found.end())]))


def _value_end(code: str, start: int) -> int:
    """Where the value that begins at ``start`` ends: before the comma or the bracket that is not its own."""
    depth, position = 0, start
    while position < len(code):
        if code[position] == '"':
            position = quoted(code, position)
        elif depth == 0 and code[position] in ",}])\n":
            return position
        depth += _DEPTHS.get(code[position], 0)
        position += 1
    return position


def _texts(code: str) -> Iterator[str]:
    """The literal texts in it, wherever they stand."""
    position = 0
    while (start := code.find('"', position)) >= 0:
        position = quoted(code, start) + 1
        yield code[start + 1 : position - 1]
