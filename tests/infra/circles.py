"""What depends on what, through modules: Terraform plans nothing that depends on itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from checking import called
from hcl import Block, Module, module, references

Node = tuple[str, ...]
"""The calls of modules that lead to it, and its own name: ``("site", "output.url")``."""


def dependencies(root: Path) -> dict[Node, set[Node]]:
    """Of everything in a module and in those that it calls: what each needs before it can be made."""
    found: dict[Node, set[Node]] = {}
    _gather((), module(root), found)
    return found


def circle(needs: Mapping[Node, set[Node]]) -> list[Node]:
    """Nodes of which each needs the next, and the last the first; empty when there are none."""
    done: set[Node] = set()
    for start in needs:
        if (found := _circle_from(start, needs, done, [])) is not None:
            return found
    return []


def _circle_from(node: Node, needs: Mapping[Node, set[Node]], done: set[Node], path: list[Node]) -> list[Node] | None:
    if node in path:
        return path[path.index(node) :]
    if node in done:
        return None
    for needed in sorted(needs.get(node, ())):
        if (found := _circle_from(needed, needs, done, [*path, node])) is not None:
            return found
    done.add(node)
    return None


def _gather(place: Node, found: Module, needs: dict[Node, set[Node]]) -> None:
    calls = found.named("module")
    for block in found.blocks:
        for name, values in _made(block):
            needs.setdefault((*place, name), set()).update(_needed(place, values, calls))
    for name, call in calls.items():
        target = called(call)
        if target is None:
            continue
        general = [call.arguments[one] for one in ("count", "for_each", "depends_on") if one in call.arguments]
        for variable in target.named("variable"):
            given = [*general, *([call.arguments[variable]] if variable in call.arguments else [])]
            needs[(*place, name, f"var.{variable}")] = set(_needed(place, given, calls))
        _gather((*place, name), target, needs)


def _made(block: Block) -> Iterator[tuple[str, list[object]]]:
    """The names by which others refer to a block, each with what it is made of."""
    if block.kind == "locals":
        for name, value in block.arguments.items():
            yield f"local.{name}", [value]
    elif block.kind in {"resource", "data"}:
        yield block.address, list(block.values())
    elif block.kind == "output":
        yield f"output.{block.labels[0]}", list(block.values())


def _needed(place: Node, values: list[object], calls: Mapping[str, Block]) -> Iterator[Node]:
    for value in values:
        for path in references(value):
            first, *rest = path.split(".")
            if first == "module" and len(rest) > 1 and rest[0] in calls:
                yield (*place, rest[0], f"output.{rest[1]}")
            elif first in {"var", "local"}:
                yield (*place, f"{first}.{rest[0]}")
            elif first == "data":
                yield (*place, ".".join(["data", *rest[:2]]))
            elif first.startswith("aws_"):
                yield (*place, f"{first}.{rest[0]}")
