"""Terraform's modules evaluated: what a plan would make, with what only AWS knows made from names.

Everything is made when it is asked for, so that a part which nobody asks for need not be understood.

Source: https://developer.hashicorp.com/terraform/language
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import aws_names
from expressions import Failed, Names, NotKnown, evaluate, items
from lark import Token, Tree
from terraform_blocks import Block, parsed, with_defaults

Value = Any


@dataclass(frozen=True)
class Lazy:
    """Attributes by a function, each made once. :class:`Failed` where there is none."""

    make: Callable[[str], Value]
    made: dict[str, Value] = field(default_factory=dict)

    def attribute(self, name: str) -> Value:
        """See :class:`expressions.Held`."""
        if name not in self.made:
            self.made[name] = self.make(name)
        return self.made[name]


class Module:
    """A folder with its variables' values. A variable that is not given has its default."""

    def __init__(self, folder: Path, given: Callable[[str], Value] | Mapping[str, Value]) -> None:
        self.folder = folder
        self._given = given if callable(given) else _of(given)
        self._blocks = [block for file in sorted(folder.glob("*.tf")) for block in parsed(file)]
        self._locals = {name: tree for block in self._of("locals") for name, tree in block.arguments.items()}
        self._named = {
            kind: {block.labels: block for block in self._of(kind)}
            for kind in ("variable", "resource", "data", "module", "output")
        }
        types = {labels[0] for labels in self._named["resource"]}
        self.names: Names = {
            "var": Lazy(self._variable),
            "local": Lazy(self._local),
            "module": Lazy(self._module),
            "data": Lazy(_data),
            "path": {"module": str(folder)},
            **{kind: Lazy(partial(self.resource, kind)) for kind in types},
        }

    def output(self, name: str) -> Value:
        """:raises Failed: when there is none."""
        if (block := self._named["output"].get((name,))) is None:
            raise Failed(f"{self.folder.name} has no output {name}")
        return evaluate(block.arguments["value"], self.names)

    def module(self, name: str) -> Module:
        """A module that is called here. :raises NotKnown: when there is none."""
        if (block := self._named["module"].get((name,))) is None:
            raise NotKnown(f"{self.folder.name}: the module {name}")
        given = {key: tree for key, tree in block.arguments.items() if key not in ("source", "providers")}
        folder = (self.folder / evaluate(block.arguments["source"], {})).resolve()

        def value(key: str) -> Value:
            if key not in given:
                raise KeyError(key)
            return evaluate(given[key], self.names)

        return Module(folder, value)

    def resources(self, kind: str) -> list[Resource]:
        """All resources of that type."""
        found = [self.resource(*labels) for labels in self._named["resource"] if labels[0] == kind]
        return [one for each in found for one in _instances(each)]

    def resource(self, kind: str, name: str) -> Value:
        """A resource; with ``for_each`` an object of them, with ``count`` a list."""
        if (block := self._named["resource"].get((kind, name))) is None:
            raise NotKnown(f"{self.folder.name}: the resource {kind}.{name}")
        if (through := block.arguments.get("for_each")) is not None:
            found = evaluate(through, self.names)
            return {key: Resource(block, self.names, key, value) for key, value in _each(found)}
        if (count := block.arguments.get("count")) is not None:
            return [Resource(block, {**self.names, "count": {"index": one}}) for one in range(self._count(count))]
        return Resource(block, self.names)

    def _count(self, tree: Tree[Token]) -> int:
        return int(evaluate(tree, self.names))

    def _of(self, kind: str) -> Iterator[Block]:
        return (block for block in self._blocks if block.kind == kind)

    def _variable(self, name: str) -> Value:
        if (block := self._named["variable"].get((name,))) is None:
            raise NotKnown(f"{self.folder.name}: var.{name}")
        default, nullable = block.arguments.get("default"), block.arguments.get("nullable")
        try:
            value = self._given(name)
            use_default = value is None and nullable is not None and not evaluate(nullable, {})
        except KeyError:
            use_default = True
        if use_default:
            if default is None:
                raise NotKnown(f"{self.folder.name}: var.{name} is not given")
            value = evaluate(default, {})
        return with_defaults(value, block.arguments.get("type"))

    def _local(self, name: str) -> Value:
        if name not in self._locals:
            raise NotKnown(f"{self.folder.name}: local.{name}")
        return evaluate(self._locals[name], self.names)

    def _module(self, name: str) -> Value:
        return Lazy(self.module(name).output)


def _data(kind: str) -> Lazy:
    """Of that type, whatever its name."""
    if kind not in _DATA:
        raise NotKnown(f"data.{kind}")
    return Lazy(lambda _: _DATA[kind])


def _of(values: Mapping[str, Value]) -> Callable[[str], Value]:
    return lambda name: values[name]


def _instances(found: Value) -> list[Resource]:
    if isinstance(found, Resource):
        return [found]
    return list(found.values()) if isinstance(found, dict) else list(found)


def _each(value: Value) -> list[tuple[str, Value]]:
    """Of a set each is its own key."""
    return [(one, one) for one in value] if isinstance(value, list) else items(value)


class Resource:
    """One resource, or one block within it."""

    def __init__(self, block: Block, names: Names, key: str = "", value: Value = None) -> None:
        self.block = block
        self.key = key
        self._names = {**names, "each": {"key": key, "value": value}} if key else names

    def attribute(self, name: str) -> Value:
        """As it is written, or what only AWS knows. A block is a list. :raises NotKnown: when nothing here knows it."""
        if (tree := self.block.arguments.get(name)) is not None:
            return evaluate(tree, self._names)
        if blocks := self.blocks(name):
            return blocks
        kind = self.block.labels[0] if self.block.labels else self.block.kind
        if (made := _MADE.get(kind, {}).get(name)) is not None:
            return made(self)
        raise NotKnown(f"{kind}.{name}")

    def get(self, name: str, otherwise: Value = None) -> Value:
        """An argument, or that when it is not written."""
        tree = self.block.arguments.get(name)
        return otherwise if tree is None else evaluate(tree, self._names)

    def blocks(self, kind: str) -> list[Resource]:
        """Its blocks of a kind, dynamic ones too."""
        found = [Resource(block, self._names) for block in self.block.of(kind)]
        for dynamic in self.block.of("dynamic"):
            if dynamic.labels == (kind,):
                found += self._dynamic(kind, dynamic)
        return found

    def _dynamic(self, kind: str, dynamic: Block) -> list[Resource]:
        through = evaluate(dynamic.arguments["for_each"], self._names)
        content = next(dynamic.of("content"))
        is_list = isinstance(through, list)
        pairs = [(one if isinstance(one, str) else None, one) for one in through] if is_list else items(through)
        return [Resource(content, {**self._names, kind: {"key": key, "value": one}}) for key, one in pairs]


def _from(made: Callable[[str], str], argument: str = "name") -> Callable[[Resource], str]:
    return lambda resource: made(resource.attribute(argument))


def _alias(resource: Resource) -> str:
    return f"{aws_names.function_arn(resource.attribute('function_name'))}:{resource.attribute('name')}"


_DATA: Final[Mapping[str, Mapping[str, str]]] = {
    "aws_caller_identity": {"account_id": aws_names.ACCOUNT},
    "aws_partition": {"partition": aws_names.PARTITION},
    "aws_region": {"region": aws_names.REGION},
}
_MADE: Final[Mapping[str, Mapping[str, Callable[[Resource], Value]]]] = {
    "aws_sqs_queue": {"arn": _from(aws_names.queue_arn), **dict.fromkeys(("url", "id"), _from(aws_names.queue_url))},
    "aws_dynamodb_table": {"arn": _from(aws_names.table_arn), "id": _from(str)},
    "aws_secretsmanager_secret": dict.fromkeys(("arn", "id"), _from(aws_names.secret_arn)),
    "aws_lambda_function": {
        "arn": _from(aws_names.function_arn, "function_name"),
        "version": lambda _: "1",
    },
    "aws_lambda_alias": {"arn": _alias, "invoke_arn": _alias},
    "aws_cloudwatch_log_group": {"arn": _from(aws_names.log_group_arn)},
    "aws_iam_role": {"arn": _from(aws_names.role_arn), "id": _from(str)},
    "aws_apigatewayv2_api": {"id": _from(str), "execution_arn": _from(aws_names.api_arn)},
    # An integration is the function that it leads to.
    "aws_apigatewayv2_integration": {"id": _from(str, "integration_uri")},
    "aws_scheduler_schedule_group": {"arn": _from(lambda name: aws_names.arn("scheduler", f"schedule-group/{name}"))},
}
