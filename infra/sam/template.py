"""Reads the template: YAML in which CloudFormation's functions have short forms (``!Ref``, ``!Sub``, ``!GetAtt`` …).

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

TEMPLATE: Final = Path(__file__).with_name("template.yaml")
FUNCTION: Final = "AWS::Serverless::Function"
_BARE: Final = frozenset({"Ref", "Condition"})
"""Functions whose full names have no ``Fn::``."""


def read(path: Path = TEMPLATE) -> dict[str, Any]:
    """The template as JSON would hold it, every function by its full name: ``!Ref Name`` is ``{"Ref": "Name"}``."""
    found = yaml.load(path.read_text(), _Loader)  # noqa: S506 - a safe loader, and tags that call nothing
    if not isinstance(found, dict):
        raise TypeError(f"{path} holds no template")
    return found


class _Loader(yaml.SafeLoader):
    """Knows CloudFormation's tags, and takes ``2012-10-17`` for the text that it is."""


def _function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise TypeError(f"!{name} holds {node}")
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in _BARE else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _function)
_Loader.yaml_constructors = {**_Loader.yaml_constructors, "tag:yaml.org,2002:timestamp": _Loader.construct_yaml_str}
