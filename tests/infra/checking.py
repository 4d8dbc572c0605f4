"""What is wrong with a module: against the provider's schema, and within itself.

Each function gives sentences, one a fault; none means that all is well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import provider
from hcl import Block, Module, Value, literal, module, references

META_ARGUMENTS: Final = frozenset({"count", "for_each", "depends_on", "provider"})
META_BLOCKS: Final = frozenset({"lifecycle", "provisioner", "connection"})
CALL_ARGUMENTS: Final = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})
BUILT_IN: Final = frozenset({"terraform_data"})
"""Resources of Terraform itself."""
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_OWN_WORDS: Final = frozenset({"each", "count", "self", "path", "terraform", "local", "var", "module", "data"})


def schema_faults(found: Module) -> Iterator[str]:
    """Arguments, blocks and types of resources, data sources and the provider that AWS provider 6 would refuse."""
    for block in found.blocks:
        if block.kind == "resource" and block.labels[0] not in BUILT_IN:
            yield from _of_resource(block, provider.resource(block.labels[0]))
        elif block.kind == "data":
            yield from _of_resource(block, provider.data_source(block.labels[0]))
        elif block.kind == "provider":
            yield from _body_faults(_where(block), block, provider.provider())


def _of_resource(block: Block, found: provider.Resource | None) -> Iterator[str]:
    if found is None:
        yield f"{_where(block)}: the provider has no {block.kind} {block.labels[0]}"
    else:
        yield from _body_faults(_where(block), block, found.body, META_ARGUMENTS, META_BLOCKS)


def _body_faults(
    where: str,
    block: Block,
    body: provider.Body,
    more_arguments: frozenset[str] = frozenset(),
    more_blocks: frozenset[str] = frozenset(),
) -> Iterator[str]:
    known = body.arguments
    given = Counter(one.kind for one in block.blocks)
    for name, value in block.arguments.items():
        if name in more_arguments:
            continue
        if name not in known:
            yield f"{where}: there is no argument {name}"
        elif known[name].block:
            yield f"{where}: {name} is a block, not an argument"
        else:
            yield from _value_faults(f"{where}.{name}", value, known[name])
    for inner in block.blocks:
        if inner.kind in more_blocks:
            continue
        if inner.kind not in known:
            yield f"{where}: there is no block {inner.kind}"
        elif not known[inner.kind].block:
            yield f"{where}: {inner.kind} is an argument, not a block"
        elif (of := known[inner.kind].of) is not None:
            yield from _body_faults(f"{where}.{inner.kind}", inner, of)
    for name, argument in known.items():
        if argument.block and not argument.many and given[name] > 1:
            yield f"{where}: only one block {name} is allowed"
    for name in sorted(body.required - set(block.arguments) - set(given)):
        yield f"{where}: {name} is required"


def _value_faults(where: str, value: Value, argument: provider.Argument) -> Iterator[str]:
    """Of what is written out; an expression may be anything."""
    if argument.of is not None:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                yield from _object_faults(where, one, argument.of)
    elif not _fits(value, argument.kind):
        yield f"{where}: {value} is no {argument.kind}"


def _object_faults(where: str, value: Mapping[str, Value], body: provider.Body) -> Iterator[str]:
    for name in value:
        if name.strip('"') not in body.arguments and not name.startswith("$"):
            yield f"{where}: there is no attribute {name}"
    for name in sorted(body.required - {name.strip('"') for name in value}):
        yield f"{where}: {name} is required"


def _fits(value: Value, kind: str) -> bool:
    if value is None or kind == "any" or _is_expression(value):
        return True
    if kind in {"list", "map"}:
        return isinstance(value, list if kind == "list" else Mapping)
    if isinstance(value, list | Mapping):
        return False
    text = literal(value)
    if kind == "number":
        return not isinstance(value, bool) and (text is None or _NUMBER.fullmatch(text) is not None)
    return kind != "bool" or isinstance(value, bool) or text in {"true", "false"}


def _is_expression(value: Value) -> bool:
    return isinstance(value, str) and literal(value) is None


def inner_faults(found: Module) -> Iterator[str]:
    """Calls of modules, references that lead nowhere, and variables and outputs that nobody explains or uses."""
    yield from _declaration_faults(found)
    for call in found.of("module"):
        yield from _call_faults(call)
    used: set[str] = set()
    for block in found.blocks:
        if block.kind == "variable":
            continue
        for value in block.values():
            for path in references(value):
                used.add(".".join(path.split(".")[:2]))
                yield from _reference_faults(f"{_where(block)}: {path}", path.split("."), found)
    for name, block in found.named("variable").items():
        if f"var.{name}" not in used:
            yield f"{_where(block)}: nothing uses it"
    for name in sorted(found.locals):
        if f"local.{name}" not in used:
            yield f"{found.folder.name}: local.{name}: nothing uses it"


def _declaration_faults(found: Module) -> Iterator[str]:
    for kind, wanted in (("variable", ("description", "type")), ("output", ("description", "value"))):
        for block in found.of(kind):
            yield from (f"{_where(block)}: {name} is missing" for name in wanted if name not in block.arguments)
    for (kind, labels), times in Counter((block.kind, block.labels) for block in found.blocks if block.labels).items():
        if times > 1 and kind != "provider":
            yield f"{found.folder.name}: {kind} {'.'.join(labels)} is declared {times} times"


def called(call: Block) -> Module | None:
    """The module that a call leads to; None when there is none in this repository."""
    source = literal(call.arguments.get("source"))
    if source is None or not source.startswith("."):
        return None
    folder = (call.file.parent / source).resolve()
    return module(folder) if any(folder.glob("*.tf")) else None


def _call_faults(call: Block) -> Iterator[str]:
    where, target = _where(call), called(call)
    if target is None:
        yield f"{where}: its source is no folder of this repository"
        return
    given = set(call.arguments) - CALL_ARGUMENTS
    known = set(target.named("variable"))
    yield from (f"{where}: the module has no variable {name}" for name in sorted(given - known))
    yield from (f"{where}: {name} is required" for name in sorted(target.required_variables - given))
    wanted, handed = aliases(target), _providers(call)
    if wanted != handed:
        yield f"{where}: it is handed the providers {sorted(handed)}, and wants {sorted(wanted)}"


def aliases(found: Module) -> set[str]:
    """The providers beside the default one that a module wants."""
    required = (block for terraform in found.of("terraform") for block in terraform.of("required_providers"))
    declared = [value for block in required for value in block.arguments.values() if isinstance(value, Mapping)]
    return {alias.strip("${}") for one in declared for alias in one.get("configuration_aliases", [])}


def _providers(call: Block) -> set[str]:
    handed = call.arguments.get("providers", {})
    return {name.strip("${}()") for name in handed} - {"aws"}


def _reference_faults(where: str, path: list[str], found: Module) -> Iterator[str]:
    first, *rest = path
    if first == "var":
        if rest[0] not in found.named("variable"):
            yield f"{where}: there is no such variable"
    elif first == "local":
        if rest[0] not in found.locals:
            yield f"{where}: there is no such local value"
    elif first == "module":
        yield from _output_faults(where, rest, found)
    elif first == "data":
        yield from _attribute_faults(where, "data", rest, found)
    elif first.startswith("aws_"):
        yield from _attribute_faults(where, "resource", path, found)


def _output_faults(where: str, path: list[str], found: Module) -> Iterator[str]:
    call = found.named("module").get(path[0])
    if call is None:
        yield f"{where}: there is no such module"
    elif len(path) > 1 and (target := called(call)) is not None and path[1] not in target.named("output"):
        yield f"{where}: the module has no such output"


def _attribute_faults(where: str, kind: str, path: list[str], found: Module) -> Iterator[str]:
    if not any(block.labels == tuple(path[:2]) for block in found.of(kind)):
        yield f"{where}: it is not declared here"
    elif len(path) > 2 and path[2] != "*":
        known = provider.resource(path[0]) if kind == "resource" else provider.data_source(path[0])
        if known is not None and not known.offers(path[2]):
            yield f"{where}: it has no attribute {path[2]}"


def _where(block: Block) -> str:
    return f"{_short(block.file)}: {block.address}"


def _short(file: Path) -> str:
    return "/".join(file.parts[-3:])
