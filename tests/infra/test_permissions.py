"""Each function's role allows what ``infra/policies.py`` says, in Terraform and in SAM: not one action more or less.

That what it says is what the functions were seen to call, ``tests/unit/test_recorded_calls.py`` holds.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import aws_names
import pytest
from described import Described
from folders import TERRAFORM
from test_drift import ENVIRONMENTS, MODEL, by_sam, by_terraform

from infra import policies
from infra.functions import FUNCTIONS, TURNS
from infra.sam.template import TEMPLATE

ROLES: Final = "modules/functions/roles.tf"
SCHEDULE: Final = "schedule"


def wanted(environment: str, function: str) -> frozenset[str]:
    """What a function's role must allow in an environment in which a model of Bedrock plays."""
    name = f"arena-{environment}"
    models = {f"{action} {MODEL}" for action in policies.BEDROCK} if function == TURNS.name else set()
    return frozenset(models) | {
        f"{action} {arn(name, function, resource)}"
        for resource, actions in policies.allowed(function).items()
        for action in actions
    }


def arn(name: str, function: str, resource: str) -> str:
    """What AWS calls a resource of :mod:`infra.policies`, in an installation of that name."""
    kind, _, which = resource.partition(" ")
    return {
        policies.TABLE: aws_names.table_arn(name),
        "index": aws_names.table_arn(f"{name}/index/{which}"),
        "queue": aws_names.queue_arn(f"{name}-{which}"),
        policies.SECRET: aws_names.secret_arn(name),
        policies.LOGS: f"{aws_names.log_group_arn(f'/aws/lambda/{name}-{function}')}:*",
    }[kind]


def differences(described: Described, environment: str) -> list[str]:
    """A line for each action too many or missing."""
    may = {role: found for role, found in described["may"].items() if role != SCHEDULE}
    lines = [f"{one} has no role, or is none of ours" for one in may.keys() ^ {one.name for one in FUNCTIONS}]
    for function in sorted(may.keys() & policies.CALLED.keys()):
        lines += [f"{function} may {one} and need not" for one in sorted(may[function] - wanted(environment, function))]
        lines += [f"{function} may not {one}" for one in sorted(wanted(environment, function) - may[function])]
    return lines


def test_every_function_has_a_policy() -> None:
    assert policies.CALLED.keys() == {one.name for one in FUNCTIONS}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_terraform_allows_what_is_called_and_nothing_else(environment: str) -> None:
    assert differences(by_terraform(environment), environment) == []


def test_sam_does_too() -> None:
    assert differences(by_sam(), "dev") == []


@pytest.mark.parametrize("described", [by_terraform, by_sam])
def test_no_action_is_a_wildcard_and_no_resource_but_the_streams_of_a_log(described: Callable[[], Described]) -> None:
    for role, allowed in described()["may"].items():
        for one in allowed:
            action, _, resource = one.partition(" ")
            assert "*" not in action, role
            streams = f"{aws_names.log_group_arn(f'/aws/lambda/arena-dev-{role}')}:*"
            assert resource == streams or "*" not in resource, (role, resource)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('"dynamodb:UpdateItem",', '"dynamodb:UpdateItem",\n        "dynamodb:Scan",', "may dynamodb:Scan"),
        ('        "dynamodb:UpdateItem",\n', "", "may not dynamodb:UpdateItem"),
        ("Resource = [var.secret_arn]", 'Resource = ["*"]', "may secretsmanager:GetSecretValue * and need not"),
        ('Action   = ["sqs:SendMessage"]', 'Action   = ["sqs:*"]', "may sqs:* "),
        ('web      = ["look", "find_shown"]', 'web      = ["look", "find_shown", "keep"]', "web may dynamodb:PutItem"),
    ],
    ids=["an action too much", "one missing", "any resource", "any action", "another's"],
)
def test_what_is_changed_in_terraform_is_found(old: str, new: str, found: str, tmp_path: Path) -> None:
    folder = tmp_path / "terraform"
    shutil.copytree(TERRAFORM, folder, ignore=shutil.ignore_patterns(".terraform"))
    text = (folder / ROLES).read_text()
    assert old in text
    (folder / ROLES).write_text(text.replace(old, new))
    assert any(found in line for line in differences(by_terraform(folder=folder), "dev"))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("- dynamodb:UpdateItem\n", "- dynamodb:UpdateItem\n                  - dynamodb:Scan\n", "may dynamodb:Scan"),
        ("                  - dynamodb:UpdateItem\n", "", "may not dynamodb:UpdateItem"),
        ("Resource: !Ref ArenaSecret", 'Resource: "*"', "may secretsmanager:GetSecretValue * and need not"),
    ],
    ids=["an action too much", "one missing", "any resource"],
)
def test_what_is_changed_in_sam_is_found(old: str, new: str, found: str, tmp_path: Path) -> None:
    text = TEMPLATE.read_text()
    assert old in text
    (template := tmp_path / "template.yaml").write_text(text.replace(old, new))
    assert any(found in line for line in differences(by_sam(template=template), "dev"))
