"""The statements of the policies that Terraform writes, however they are written.

As ``aws_iam_policy_document``, as an object, or inside ``jsonencode(…)``, which python-hcl2 leaves as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hcl import Block, Module, Value, texts

_EFFECT: Final = re.compile(r'"?Effect"?\s*[=:]\s*"(\w+)"')
_TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
# The name at the end of an ARN: after its fifth colon.
_ARN_HEAD: Final = re.compile(r"^arn:(?:[^:]*:){4}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a policy allows or denies; ``where`` names the block it stands in."""

    where: str
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def faults(self) -> Iterator[str]:
        """Wildcards that it must not have: a resource must be named, and so must an action that is allowed.

        In the policy of a key the resource is the key, and is written as a star:
        https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
        """
        if self.where.startswith("aws_kms_key."):
            return
        for resource in self.resources:
            if "*" in resource and not _named(resource):
                yield f"{self.where}: the resource {resource} names nothing"
        if self.allows:
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
            yield from _of_objects(block.address, value)
            for text in texts(value):
                yield from _of_code(block.address, text)


def _of_documents(block: Block) -> Iterator[Statement]:
    if block.kind == "data" and block.labels[0] == "aws_iam_policy_document":
        for one in block.of("statement"):
            yield _statement(block.address, one.arguments, "effect", "actions", "resources")


def _of_objects(where: str, value: Value) -> Iterator[Statement]:
    if isinstance(value, Mapping):
        plain = {name.strip('"'): held for name, held in value.items()}
        if "Effect" in plain:
            yield _statement(where, plain, "Effect", "Action", "Resource")
        for held in plain.values():
            yield from _of_objects(where, held)
    elif isinstance(value, list):
        for held in value:
            yield from _of_objects(where, held)


def _statement(where: str, found: Mapping[str, Value], effect: str, actions: str, resources: str) -> Statement:
    allows = found.get(effect, '"Allow"') == '"Allow"'
    return Statement(where, allows, _listed(found.get(actions)), _listed(found.get(resources)))


def _listed(value: Value) -> tuple[str, ...]:
    return tuple(text.strip('"') for one in (value if isinstance(value, list) else [value]) for text in texts(one))


def _of_code(where: str, text: str) -> Iterator[Statement]:
    for code in _objects(text):
        if effect := _EFFECT.search(code):
            yield Statement(where, effect[1] == "Allow", _texts_of(code, "Action"), _texts_of(code, "Resource"))


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
        depth += {"}": 1, "]": 1, "{": -1, "[": -1}.get(code[position], 0)
        if depth < 0:
            return position
    return None


def _end(code: str, start: int) -> int:
    depth = 0
    for position in range(start, len(code)):
        depth += {"}": -1, "]": -1, ")": -1, "{": 1, "[": 1, "(": 1}.get(code[position], 0)
        if depth == 0:
            return position + 1
    return len(code)


def _texts_of(code: str, name: str) -> tuple[str, ...]:
    """The literal texts that a key holds."""
    found = re.search(rf'"?\b{name}"?\s*[=:]\s*', code)
    if found is None:
        return ()
    start = found.end()
    if code[start] in "[(":
        return tuple(_TEXT.findall(code[start : _end(code, start)]))
    text = _TEXT.match(code, start)
    return (text[1],) if text else ()
