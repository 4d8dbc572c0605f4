"""The AWS provider's schema as its protocol puts it, from the declarations that ``tools/provider_schema.py`` fetches.

They say of an argument its name, type, whether it is required and whether it is a block; of what AWS adds, name and
type. They do not say whether a block's many are a list or a set, nor which optional arguments AWS fills in: all are
lists, and none are filled in but :data:`FILLED_IN`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Type = str | list[Any]
"""As JSON spells a type: ``"string"``, ``["list", "string"]``, ``["object", {…}]``."""

FILLED_IN: Final = frozenset({"arn", "id", "region", "tags_all"})
LANGUAGE: Final = frozenset({"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioners"})
"""Terraform's own, whatever the provider."""

_INTERFACE: Final = re.compile(r"^export interface (\w+)(?: extends ([\w.]+))? \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_CLASS: Final = re.compile(r"^export declare class (\w+) extends ([\w.]+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_ARGUMENT: Final = re.compile(
    r"^ {4}/\*\*\n(?P<about>.*?)^ {4}\*/\n {4}readonly (?P<camel>\w+)(?P<optional>\??): "
    r"(?P<type>\{.*?^ {4}\}[^;\n]*|[^\n]*?);\n",
    re.MULTILINE | re.DOTALL,
)
_NAME: Final = re.compile(r"Docs at [^}]*#(\w+) [\w#]+\}")
_IS_BLOCK: Final = re.compile(r"^\s*\* \w+ block$", re.MULTILINE)
_GETTER: Final = re.compile(r"^ {4}get (\w+)\(\): ([^;]+);", re.MULTILINE)
_OUR_SIDE: Final = re.compile(r"Input$|^(?:internalValue|fqn|friendlyUniqueId|terraformMetaArguments|connection)$")
_PLAIN: Final[Mapping[str, Type]] = {
    "string": "string",
    "number": "number",
    "boolean": "bool",
    "cdktf.IResolvable": "bool",
    "string[]": ["list", "string"],
    "number[]": ["list", "number"],
    "cdktf.StringMap": ["map", "string"],
    "cdktf.NumberMap": ["map", "number"],
    "cdktf.BooleanMap": ["map", "bool"],
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """Without ``required`` it is optional, unless AWS alone says it."""

    type: Type
    required: bool = False
    optional: bool = False
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Nested:
    """Blocks of a name: how many there may be (0: any number), and what stands in one. ``single`` is no list."""

    block: Block
    least: int
    most: int
    single: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """What stands in a resource, or in a block of it."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: dict[str, Nested] = field(default_factory=dict)


def declared(text: str) -> Block:
    """A file of declarations: a resource, a data source, or the provider."""
    return _File(text).whole()


class _File:
    def __init__(self, text: str) -> None:
        interfaces = _INTERFACE.findall(text)
        self._bodies = {name: body for name, _, body in interfaces}
        self._classes = {name: body for name, _, body in _CLASS.findall(text)}
        self._config = next(
            name for name, base, _ in interfaces if base.startswith("cdktf.Terraform") or name == "AwsProviderConfig"
        )
        self._main = next((name for name, base, _ in _CLASS.findall(text) if base.startswith("cdktf.Terraform")), "")

    def whole(self) -> Block:
        found = self._block(self._config, self._main)
        for name in FILLED_IN & found.attributes.keys():
            found.attributes[name] = Attribute(found.attributes[name].type, optional=True, computed=True)
        return found

    def _block(self, interface: str, reader: str) -> Block:
        found = Block()
        known = set()
        for argument in _ARGUMENT.finditer(self._bodies[interface]):
            known.add(argument["camel"])
            self._add(found, argument)
        for camel, read in _GETTER.findall(self._classes.get(reader, "")):
            name = snake(camel)
            if camel not in known and not _OUR_SIDE.search(camel) and name not in found.attributes | found.blocks:
                found.attributes[name] = Attribute(self._read(read), computed=True)
        return found

    def _add(self, found: Block, argument: re.Match[str]) -> None:
        match = _NAME.search(argument["about"])
        assert match is not None, f"no name in {argument['about']}"
        name, required = match[1], not argument["optional"]
        if name in LANGUAGE:
            return
        written = argument["type"].replace(" | cdktf.IResolvable", "").strip()
        base = written.removesuffix("[]")
        if base in self._bodies and _IS_BLOCK.search(argument["about"]):
            inner = self._block(base, f"{base}OutputReference")
            found.blocks[name] = Nested(inner, int(required), int(base == written), name == "timeouts")
        else:
            found.attributes[name] = Attribute(self._written(written), required, not required)

    def _written(self, written: str) -> Type:
        base = written.removesuffix("[]")
        if base not in self._bodies:
            return _plain(written)
        inner: Type = ["object", dict(self._arguments(base))]
        return ["list", inner] if base != written else inner

    def _arguments(self, interface: str) -> Iterator[tuple[str, Type]]:
        for argument in _ARGUMENT.finditer(self._bodies[interface]):
            if match := _NAME.search(argument["about"]):
                yield match[1], self._written(argument["type"].replace(" | cdktf.IResolvable", "").strip())

    def _read(self, read: str) -> Type:
        if read not in self._classes:
            return _plain(read)
        base = re.sub(r"(?:List|OutputReference)$", "", read)
        getters = _GETTER.findall(self._classes.get(f"{base}OutputReference", ""))
        inner = {snake(camel): self._read(inner) for camel, inner in getters if not _OUR_SIDE.search(camel)}
        return ["list", ["object", inner]]


def _plain(written: str) -> Type:
    if written in _PLAIN:
        return _PLAIN[written]
    if "[key: string]" in written:
        return ["map", "number" if re.search(r"\]: number", written) else "string"]
    return "string"


def snake(camel: str) -> str:
    """``kmsKeyId`` is ``kms_key_id``."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", camel)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", parted).lower()
