"""What an environment is told reaches the arena as it was meant, and where AWS knows the arena's services."""

from __future__ import annotations

import re
from functools import reduce
from typing import Final

import boto3
import pytest
from folders import COMPOSITION, ENVIRONMENTS
from hcl import Block, Module, literal, module

ENVIRONMENT: Final = ENVIRONMENTS / "dev"  # all three are equal, says test_rules.py
OWN: Final = "account_id"
"""What the provider needs and the arena does not."""
HANDED: Final = "${var.%s}"
SERVICES: Final = (
    *("acm", "apigatewayv2", "application-autoscaling", "cloudwatch", "codedeploy", "dynamodb", "lambda", "logs", "s3"),
    *("scheduler", "secretsmanager", "sns", "sqs"),
)
"""Those of a region; CloudFront, IAM, Route 53, budgets and anomalies are the same everywhere."""


@pytest.fixture(scope="module")
def arena() -> Module:
    return module(COMPOSITION)


@pytest.fixture(scope="module")
def environment() -> Module:
    return module(ENVIRONMENT)


def test_every_variable_of_the_arena_is_one_of_an_environment(arena: Module, environment: Module) -> None:
    assert set(environment.named("variable")) - {OWN} == set(arena.named("variable"))


def test_each_is_handed_on_as_it_is(arena: Module, environment: Module) -> None:
    handed = dict(environment.named("module")["arena"].arguments)
    assert literal(handed.pop("source")) == "../../arena"
    assert handed == {name: HANDED % name for name in arena.named("variable")}


def test_each_says_the_same_and_takes_the_same(arena: Module, environment: Module) -> None:
    theirs = environment.named("variable")
    differing = [
        name
        for name, variable in arena.named("variable").items()
        for what in ("description", "type")
        if variable.arguments[what] != theirs[name].arguments[what]
    ]
    assert differing == []


def test_a_default_stands_in_the_arena_alone(arena: Module, environment: Module) -> None:
    theirs = environment.named("variable")
    for name, variable in arena.named("variable").items():
        has_default = "default" in variable.arguments
        assert ("default" in theirs[name].arguments) == has_default, name
        assert theirs[name].arguments.get("default") is None, name
        # Else the null that an environment hands on would be taken for a value.
        assert variable.arguments.get("default") is None or variable.arguments.get("nullable") is False, name


def test_every_output_is_handed_out(arena: Module, environment: Module) -> None:
    outputs = environment.named("output")
    assert set(outputs) == set(arena.named("output"))
    assert {name: block.arguments["value"] for name, block in outputs.items()} == {
        name: f"${{module.arena.{name}}}" for name in outputs
    }


def test_the_regions_are_those_in_which_every_service_is_known(arena: Module) -> None:
    session = boto3.session.Session()
    known = [set(session.get_available_regions(service)) for service in SERVICES]
    assert all(known), "a service that the SDK has no regions of"
    assert regions(arena.named("variable")["region"]) == reduce(set.intersection, known)


def regions(variable: Block) -> set[str]:
    """Those that its validation lists."""
    (validation,) = variable.of("validation")
    return set(re.findall(r'"([a-z]+(?:-[a-z]+)+-\d)"', str(validation.arguments["condition"])))


@pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
def test_each_environment_has_a_state_of_its_own(stage: str) -> None:
    backend = (ENVIRONMENTS / stage / "backend.hcl.example").read_text()
    assert f'"{stage}/terraform.tfstate"' in backend
    assert re.search(r"^use_lockfile = true$", backend, re.MULTILINE)
