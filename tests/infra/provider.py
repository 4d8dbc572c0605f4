"""What the AWS provider knows: arguments, blocks and attributes of its resources and data sources.

Read from the type declarations that ``tools/provider_schema.py`` fetches, one file a resource. In them an argument
stands below a comment that ends with its name in Terraform, and says ``NAME block`` when it is written as a block::

    /**
    * rule block
    *
    * Docs at …/docs/resources/s3_bucket_lifecycle_configuration#rule S3BucketLifecycleConfiguration#rule}
    */
    readonly rule?: S3BucketLifecycleConfigurationRule[] | cdktf.IResolvable;
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

DECLARATIONS: Final = Path(__file__).resolve().parents[2] / "build" / "provider-aws"

_INTERFACE: Final = re.compile(r"^export interface (\w+)(?: extends [\w.]+)? \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_ARGUMENT: Final = re.compile(
    r"^ {4}/\*\*\n(?P<about>.*?)^ {4}\*/\n {4}readonly \w+(?P<optional>\??): (?P<type>\{.*?^ {4}\}[^;\n]*|[^\n]*?);\n",
    re.MULTILINE | re.DOTALL,
)
_NAME: Final = re.compile(r"Docs at [^}]*#(\w+) [\w#]+\}")
_BLOCK: Final = re.compile(r"^\s*\* \w+ block$", re.MULTILINE)
_MAIN: Final = re.compile(
    r"^export declare class \w+ extends cdktf\.Terraform(?:Resource|DataSource) \{\n", re.MULTILINE
)
_ATTRIBUTE: Final = re.compile(r"^ {4}get (\w+)\(\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Argument:
    """``of`` is the body of a block, or of an attribute that is an object.

    ``kind`` is ``string``, ``number``, ``bool``, ``list``, ``map`` or ``any``; of ``many``, more than one is allowed.
    """

    name: str
    required: bool
    block: bool
    kind: str
    many: bool
    of: Body | None


@dataclass(frozen=True, slots=True)
class Body:
    """What may stand in a resource or in a block of it."""

    arguments: Mapping[str, Argument]

    @property
    def required(self) -> frozenset[str]:
        """What must stand there."""
        return frozenset(name for name, argument in self.arguments.items() if argument.required)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource or data source: what may be written in it, and (in camel case) what may be read of it."""

    body: Body
    attributes: frozenset[str]

    def offers(self, attribute: str) -> bool:
        """Whether an expression may read it."""
        return camel(attribute) in self.attributes


@cache
def resource(kind: str) -> Resource | None:
    """Of a type such as ``aws_sqs_queue``; None when the provider has none of that name."""
    return _read(kind.removeprefix("aws_").replace("_", "-"))


@cache
def data_source(kind: str) -> Resource | None:
    """Of a type such as ``aws_region``; None when the provider has none of that name."""
    return _read(f"data-{kind.replace('_', '-')}")


@cache
def provider() -> Body:
    """What may stand in ``provider "aws"``."""
    found = _read("provider")
    assert found is not None, f"run tools/provider_schema.py: {DECLARATIONS} is empty"
    return found.body


def camel(name: str) -> str:
    """A name as the declarations spell it: ``kms_key_id`` is ``kmsKeyId``."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _read(file: str) -> Resource | None:
    path = DECLARATIONS / f"{file}.d.ts"
    return parse(path.read_text()) if path.exists() else None


def parse(text: str) -> Resource:
    """A file of declarations."""
    found = dict(_INTERFACE.findall(text))
    config = next(
        name for name in found if f"interface {name} extends cdktf.Terraform" in text or name == "AwsProviderConfig"
    )
    _, *main = _MAIN.split(text, maxsplit=1)
    return Resource(_body(config, found), frozenset(_ATTRIBUTE.findall(main[0] if main else "")))


def _body(interface: str, found: Mapping[str, str]) -> Body:
    arguments = (_argument(match, found) for match in _ARGUMENT.finditer(found[interface]))
    return Body({argument.name: argument for argument in arguments})


def _argument(match: re.Match[str], found: Mapping[str, str]) -> Argument:
    about, declared = match["about"], match["type"].removesuffix(" | cdktf.IResolvable")
    name = _NAME.search(about)
    assert name is not None, f"no name in {about}"
    many = declared.endswith("[]")
    of = _body(base, found) if (base := declared.removesuffix("[]")) in found else None
    return Argument(name[1], not match["optional"], bool(_BLOCK.search(about)), _kind(declared), many, of)


def _kind(declared: str) -> str:
    if declared.endswith("[]"):
        return "list"
    if declared.startswith("{"):
        return "map"
    return {"string": "string", "number": "number", "boolean": "bool"}.get(declared, "any")
