"""Terraform's files as blocks, whose arguments are parse trees of python-hcl2's to be evaluated.

Source: https://developer.hashicorp.com/terraform/language/syntax/configuration
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hcl2
from expressions import evaluate, name_of, parts
from lark import Token, Tree

Value = Any


@dataclass(frozen=True)
class Block:
    """``kind "label" … { arguments, blocks }`` as parse trees."""

    kind: str
    labels: tuple[str, ...]
    arguments: Mapping[str, Tree[Token]]
    blocks: tuple[Block, ...]

    def of(self, kind: str) -> Iterator[Block]:
        """Its blocks of a kind."""
        return (block for block in self.blocks if block.kind == kind)


def parsed(file: Path) -> tuple[Block, ...]:
    """The blocks of a file."""
    return _parsed(file.read_text())


@cache
def _parsed(text: str) -> tuple[Block, ...]:
    return _body(hcl2.parses_to_tree(text).children[0])[1]


def assigned(file: Path) -> dict[str, Value]:
    """A file of variables' values."""
    arguments, _ = _body(hcl2.parses_to_tree(file.read_text()).children[0])
    return {name: evaluate(tree, {}) for name, tree in arguments.items()}


def _body(tree: Tree[Token]) -> tuple[dict[str, Tree[Token]], tuple[Block, ...]]:
    arguments, blocks = {}, []
    for one in parts(tree):
        if one.data == "attribute":
            name, value = parts(one)
            arguments[name_of(name)] = value
        else:
            *called, inside = parts(one)
            kind, *labels = (_label(each) for each in called)
            blocks.append(Block(kind, tuple(labels), *_body(inside)))
    return arguments, tuple(blocks)


def _label(tree: Tree[Token]) -> str:
    return str(evaluate(tree, {})) if tree.data == "string" else name_of(tree)


def with_defaults(value: Value, wanted: Tree[Token] | None) -> Value:
    """A value with what ``optional(type, default)`` adds, in the types of objects, however deep."""
    call = _call_in(wanted)
    if call is None or value is None:
        return value
    name, arguments = call
    if name == "object" and isinstance(value, Mapping):
        kept = dict(value)
        for element in parts(arguments[0].children[0]):
            key, inner = parts(element)
            kept[_key_of(key)] = _element(kept, _key_of(key), inner)
        return kept
    if name in ("list", "set") and isinstance(value, list):
        return [with_defaults(one, arguments[0]) for one in value]
    if name == "map" and isinstance(value, Mapping):
        return {key: with_defaults(one, arguments[0]) for key, one in value.items()}
    return value


def _key_of(tree: Tree[Token]) -> str:
    return str(next(tree.scan_values(lambda _: True)))


def _element(value: Mapping[str, Value], key: str, wanted: Tree[Token]) -> Value:
    call = _call_in(wanted)
    if call is None or call[0] != "optional":
        return with_defaults(value[key], wanted)
    inner, *default = call[1]
    if (given := value.get(key)) is None:
        given = evaluate(default[0], {}) if default else None
    return with_defaults(given, inner)


def _call_in(tree: Tree[Token] | None) -> tuple[str, list[Any]] | None:
    if tree is None or tree.data != "expr_term" or not isinstance(inner := parts(tree)[0], Tree):
        return None
    if inner.data != "function_call":
        return None
    name, arguments = parts(inner)
    return name_of(name), parts(arguments)
