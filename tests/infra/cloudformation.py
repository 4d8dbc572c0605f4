"""A template of CloudFormation's evaluated: what a stack would hold, with what only AWS knows made from names.

It knows ``Ref``, ``GetAtt``, ``Sub``, ``If``, ``Equals``, ``Not`` and ``Join``. SAM's functions are looked at as they
are written, with what ``Globals`` gives them; ``FUNCTION.Alias`` is SAM's way to name an alias.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import aws_names

from infra.sam.template import FUNCTION

Value = Any
_PLACE: Final = re.compile(r"\$\{([\w.:]+)\}")
_NOTHING: Final = object()
"""``AWS::NoValue``: what holds it is left out."""


class NotKnown(Exception):
    """A function, a parameter or an attribute that nothing here knows; the text names it."""


class Stack:
    """A template with its parameters' values; those that are not given have their defaults."""

    def __init__(self, template: Mapping[str, Any], given: Mapping[str, str]) -> None:
        self._template = template
        self._parameters = {
            name: _typed(given.get(name, one.get("Default")), one["Type"])
            for name, one in template["Parameters"].items()
        }
        self._globals: Mapping[str, Value] = template.get("Globals", {}).get("Function", {})

    def resources(self, kind: str) -> dict[str, dict[str, Value]]:
        """The properties of all resources of that type, by their names in the template."""
        return {name: self.properties(name) for name, one in self._template["Resources"].items() if one["Type"] == kind}

    def properties(self, name: str) -> dict[str, Value]:
        """Of a resource. :raises NotKnown: when there is none."""
        found = self.value(self.written(name))
        assert isinstance(found, dict)
        return found

    def written(self, name: str) -> dict[str, Any]:
        """Of a resource, not evaluated."""
        resource = self._resource(name)
        more = self._globals if resource["Type"] == FUNCTION else {}
        return {**more, **resource.get("Properties", {})}

    def _resource(self, name: str) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = self._template["Resources"][name]
        except KeyError:
            raise NotKnown(f"the resource {name}") from None
        return found

    def value(self, value: Value) -> Value:
        """What functions of CloudFormation in it stand for."""
        if isinstance(value, list):
            return [made for one in value if (made := self.value(one)) is not _NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._called(name, argument)
        return {key: made for key, one in value.items() if (made := self.value(one)) is not _NOTHING}

    def _called(self, function: str, argument: Value) -> Value:
        match function, argument:
            case "Ref", str(name):
                return self._ref(name)
            case "Fn::GetAtt", [name, attribute]:
                return self._attribute(name, attribute)
            case "Fn::Sub", str(text):
                return _PLACE.sub(lambda found: str(self._named(found[1])), text)
            case "Fn::If", [condition, yes, no]:
                return self.value(yes if self.value(self._template["Conditions"][condition]) else no)
            case "Fn::Equals", [left, right]:
                return self.value(left) == self.value(right)
            case "Fn::Not", [condition]:
                return not self.value(condition)
            case "Fn::Join", [between, texts]:
                return str(between).join(self.value(texts))
        raise NotKnown(f"{function} of {argument}")

    def _named(self, name: str) -> Value:
        """Within a text."""
        resource, dot, attribute = name.partition(".")
        return self._attribute(resource, attribute) if dot else self._ref(name)

    def _ref(self, name: str) -> Value:
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self._parameters:
            if (value := self._parameters[name]) is None:
                raise NotKnown(f"the parameter {name} is not given")
            return value
        resource, _, attribute = name.partition(".")
        return self._attribute(resource, attribute or "Ref")

    def _attribute(self, name: str, attribute: str) -> Value:
        kind, properties = self._resource(name)["Type"], _Properties(self, name)
        if (made := _MADE.get(kind, {}).get(attribute)) is None:
            raise NotKnown(f"{kind}.{attribute}")
        return made(properties)


class _Properties:
    """Of a resource, each made when it is asked for: roles name groups of logs, which name the stack's name."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.name = name
        self._stack = stack

    def __getitem__(self, key: str) -> Value:
        return self._stack.value(self._stack.written(self.name)[key])


def _typed(value: Any, kind: str) -> Value:
    if value is None or kind == "String":
        return value
    if kind == "Number":
        return int(value)
    if kind == "CommaDelimitedList":
        return str(value).split(",")
    raise NotKnown(f"a parameter of the type {kind}")


_PSEUDO: Final[Mapping[str, Value]] = {
    "AWS::NoValue": _NOTHING,
    "AWS::Partition": aws_names.PARTITION,
    "AWS::Region": aws_names.REGION,
    "AWS::AccountId": aws_names.ACCOUNT,
}
_MADE: Final[Mapping[str, Mapping[str, Callable[[_Properties], Value]]]] = {
    "AWS::SQS::Queue": {
        "Arn": lambda one: aws_names.queue_arn(one["QueueName"]),
        "Ref": lambda one: aws_names.queue_url(one["QueueName"]),
    },
    "AWS::DynamoDB::Table": {
        "Arn": lambda one: aws_names.table_arn(one["TableName"]),
        "Ref": lambda one: one["TableName"],
    },
    "AWS::SecretsManager::Secret": {"Ref": lambda one: aws_names.secret_arn(one["Name"])},
    FUNCTION: {
        "Arn": lambda one: aws_names.function_arn(one["FunctionName"]),
        "Alias": lambda one: f"{aws_names.function_arn(one['FunctionName'])}:{one['AutoPublishAlias']}",
    },
    "AWS::Logs::LogGroup": {
        "Arn": lambda one: f"{aws_names.log_group_arn(one['LogGroupName'])}:*",
        "Ref": lambda one: one["LogGroupName"],
    },
    # Its name is CloudFormation's to choose.
    "AWS::IAM::Role": {"Arn": lambda one: aws_names.role_arn(one.name)},
    "AWS::ApiGatewayV2::Api": {"Ref": lambda one: one["Name"]},
    # An integration is the function that it leads to.
    "AWS::ApiGatewayV2::Integration": {"Ref": lambda one: one["IntegrationUri"]},
}
