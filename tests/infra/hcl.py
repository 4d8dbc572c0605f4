"""Terraform as plain values: the blocks of a folder, and what their expressions refer to.

python-hcl2 keeps what kind of thing each is: a literal text still has its quotes, an expression stands in ``${…}``, a
block has ``__is_block__``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import hcl2

Value = Any
"""What an argument holds: a number, a truth value, None, a text as described above, or lists and objects of them."""

_IS_BLOCK: Final = "__is_block__"
_NOTES: Final = frozenset({_IS_BLOCK, "__comments__", "__inline_comments__"})
_REFERENCE: Final = re.compile(
    r"(?<![\w.\"-])(?P<path>[a-z_][\w-]*(?:(?:\[[^\[\]]*\])?\.[a-zA-Z_*][\w-]*)+)", re.IGNORECASE
)


class ParseError(Exception):
    """A file that is no HCL."""


@dataclass(frozen=True, slots=True)
class Block:
    """``kind "label" … { arguments, blocks }``; a dynamic block stands among the others, as its content."""

    kind: str
    labels: tuple[str, ...]
    file: Path
    arguments: Mapping[str, Value]
    blocks: Sequence[Block]
    dynamic: bool = False
    outer: Mapping[str, Value] = field(default_factory=dict)
    """Of a dynamic block: what it goes through."""

    @property
    def address(self) -> str:
        """As Terraform calls it."""
        return ".".join((self.kind, *self.labels)) if self.kind != "resource" else ".".join(self.labels)

    def of(self, kind: str) -> Iterator[Block]:
        """Its blocks of a kind."""
        return (block for block in self.blocks if block.kind == kind)

    def values(self) -> Iterator[Value]:
        """What it holds, and what its blocks hold."""
        yield from self.arguments.values()
        yield from self.outer.values()
        for block in self.blocks:
            yield from block.values()


@dataclass(frozen=True, slots=True)
class Module:
    """The blocks of all ``.tf`` files of a folder."""

    folder: Path
    blocks: Sequence[Block]

    def of(self, kind: str) -> Iterator[Block]:
        """Its blocks of a kind."""
        return (block for block in self.blocks if block.kind == kind)

    def named(self, kind: str) -> dict[str, Block]:
        """Its blocks of a kind by their only label."""
        return {block.labels[0]: block for block in self.of(kind)}

    @property
    def required_variables(self) -> frozenset[str]:
        """Those without a default."""
        return frozenset(name for name, one in self.named("variable").items() if "default" not in one.arguments)

    @property
    def locals(self) -> frozenset[str]:
        """Names of local values."""
        return frozenset(name for block in self.of("locals") for name in block.arguments)


@cache
def module(folder: Path) -> Module:
    """Of a folder. :raises ParseError: names the file."""
    return Module(folder, [block for file in sorted(folder.glob("*.tf")) for block in blocks(file)])


def blocks(file: Path) -> list[Block]:
    """Of a file. :raises ParseError: names it."""
    return parse(file.read_text(), file)


def parse(text: str, file: Path = Path("inline.tf")) -> list[Block]:
    """Of a text. :raises ParseError: names the file."""
    return _body(_loaded(text, file), file)[1]


def assignments(file: Path) -> Mapping[str, Value]:
    """Of a file of variables' values. :raises ParseError: names it."""
    return _body(_loaded(file.read_text(), file), file)[0]


def _loaded(text: str, file: Path) -> Mapping[str, Value]:
    try:
        return hcl2.loads(text)
    except Exception as wrong:
        raise ParseError(f"{file}: {wrong}") from wrong


def _body(found: Mapping[str, Value], file: Path) -> tuple[dict[str, Value], list[Block]]:
    arguments: dict[str, Value] = {}
    inside: list[Block] = []
    for name, value in found.items():
        if name in _NOTES:
            continue
        if _are_blocks(value):
            inside += [block for one in value for block in _blocks(name, (), one, file)]
        else:
            arguments[name] = value
    return arguments, inside


def _are_blocks(value: Value) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and _marked(one) for one in value)


def _marked(value: Mapping[str, Value]) -> bool:
    if _IS_BLOCK in value:
        return True
    inner = list(value.values())
    return len(inner) == 1 and isinstance(inner[0], dict) and _marked(inner[0])


def _blocks(kind: str, labels: tuple[str, ...], found: Mapping[str, Value], file: Path) -> Iterator[Block]:
    if _IS_BLOCK not in found:
        ((label, inner),) = found.items()
        yield from _blocks(kind, (*labels, label.strip('"')), inner, file)
        return
    arguments, inside = _body(found, file)
    if kind == "dynamic":
        content = next(block for block in inside if block.kind == "content")
        yield Block(labels[0], (), file, content.arguments, content.blocks, dynamic=True, outer=arguments)
    else:
        yield Block(kind, labels, file, arguments, inside)


def literal(value: Value) -> str | None:
    """A text that no expression is part of; None for anything else."""
    if (
        isinstance(value, str)
        and value.startswith('"')
        and value.endswith('"')
        and "${" not in value.replace("$${", "")
    ):
        return value[1:-1]
    return None


def texts(value: Value) -> Iterator[str]:
    """Every text and expression in a value, names of an object's attributes too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, held in value.items():
            if name not in _NOTES:
                yield name
                yield from texts(held)
    elif isinstance(value, list):
        for held in value:
            yield from texts(held)


def references(value: Value) -> Iterator[str]:
    """What a value refers to, as dotted paths without indexes: ``var.name``, ``aws_sqs_queue.turns.arn``."""
    for text in texts(value):
        for code in codes(text):
            for match in _REFERENCE.finditer(code):
                yield re.sub(r"\[[^\[\]]*\]", "", match["path"])


def codes(text: str) -> Iterator[str]:
    """The expressions of a text, without the literal texts in them."""
    if text.startswith("${") and text.endswith("}"):
        yield from _without_texts(text[2:-1])
    else:
        yield from _interpolated(text)


def _interpolated(text: str) -> Iterator[str]:
    position = 0
    while (start := text.find("${", position)) >= 0:
        if text[start - 1 : start] == "$":  # "$${" is a literal
            position = start + 2
            continue
        end = _closing(text, start + 2)
        yield from _without_texts(text[start + 2 : end])
        position = end + 1


def _without_texts(code: str) -> Iterator[str]:
    """Code with each literal text emptied, and the expressions inside those texts."""
    kept, position = "", 0
    while position < len(code):
        if code[position] == '"':
            end = quoted(code, position)
            yield from _interpolated(code[position + 1 : end])
            kept += '""'
            position = end + 1
        else:
            kept += code[position]
            position += 1
    yield kept


def quoted(code: str, start: int) -> int:
    """Where the text that begins with the quote at ``start`` ends; what it is made of may have quotes of its own."""
    position = start + 1
    while code[position] != '"':
        if code[position] == "\\":
            position += 2
        elif code.startswith("${", position) and code[position - 1] != "$":
            position = _closing(code, position + 2) + 1
        else:
            position += 1
    return position


def _closing(text: str, start: int) -> int:
    """Where the brace that is open at ``start`` is closed."""
    depth, position = 1, start
    while True:
        if text[position] == '"':
            position = quoted(text, position)
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position
        position += 1
