"""Rules of this repository that no tool knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from folders import COMPOSITION, ENVIRONMENTS, EXAMPLES, FILES, FOLDERS, MODULES, TERRAFORM, short
from hcl import Module, assignments, module, parse
from policies import statements

PARTS: Final = ("api", "budget", "data", "functions", "observability", "queues", "site")
STAGES: Final = ("dev", "prod", "staging")
SECRETS: Final = re.compile(
    r"xox[a-z]-|sk-[\w-]{20}|AKIA[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|[\w-]{24}\.[\w-]{6}\.[\w-]{27}"
)
"""How Slack's tokens, keys of models' vendors and of AWS, private keys and Discord's tokens look."""
ACCOUNT_WIDE: Final = TERRAFORM / "bootstrap" / "account_wide.tf"
"""What the pipeline may do to things whose ids are random: the one file with wildcards, and no function's."""
NAT: Final = frozenset({"aws_nat_gateway", "aws_eip", "aws_instance"})
"""A NAT gateway is $33 a month, and what people build in its place is no cheaper to look after."""


def test_every_part_is_there() -> None:
    assert tuple(folder.name for folder in sorted(MODULES.iterdir())) == PARTS
    assert COMPOSITION in FOLDERS


def test_every_module_says_which_terraform_and_provider_it_needs() -> None:
    without = [short(folder) for folder in FOLDERS if not _pins(module(folder))]
    assert without == []


def _pins(found: Module) -> bool:
    return any(
        "required_version" in one.arguments and list(one.of("required_providers")) for one in found.of("terraform")
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_nothing_needs_a_nat_gateway(folder: Path) -> None:
    assert [block.address for block in module(folder).of("resource") if block.labels[0] in NAT] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_every_policy_names_what_it_is_about(folder: Path) -> None:
    found = [one for one in statements(module(folder)) if one.file != ACCOUNT_WIDE]
    assert [fault for statement in found for fault in statement.faults()] == []


DOCUMENT: Final = """
data "aws_iam_policy_document" "a" {{
  statement {{
    effect    = "{effect}"
    actions   = ["{action}"]
    resources = ["{resource}"]
  }}
}}
"""
CODE: Final = """
resource "aws_iam_role_policy" "a" {{
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [
      {{ Effect = "Allow", Action = "s3:GetObject", Resource = aws_s3_bucket.a.arn }},
      {{ Action = ["{action}"], Effect = "{effect}", Resource = ["{resource}"], Condition = {{ A = {{ b = "*" }} }} }},
    ]
  }})
}}
"""
OBJECT: Final = """
locals {{
  a = [{{ Effect = "{effect}", Action = ["{action}"], Resource = "{resource}" }}]
}}
"""


def policy_faults(text: str, **words: str) -> list[str]:
    said = {"effect": "Allow", "action": "s3:GetObject", "resource": "${var.arn}", **words}
    found = Module(Path(), parse(text.format(**said)))
    return [fault.partition(": ")[2] for statement in statements(found) for fault in statement.faults()]


@pytest.mark.parametrize("text", [DOCUMENT, CODE, OBJECT])
class TestPolicies:
    """The same faults, however a policy is written."""

    @pytest.mark.parametrize(
        "resource",
        [
            "*",
            "arn:aws:s3:::*",
            "arn:aws:sqs:*:*:*",
            "arn:${var.partition}:dynamodb:${var.region}:${var.account}:table/*",
        ],
    )
    def test_a_resource_that_is_a_wildcard_is_found(self, text: str, resource: str) -> None:
        assert policy_faults(text, resource=resource) == [f"the resource {resource} names nothing"]

    @pytest.mark.parametrize(
        "resource",
        ["${aws_s3_bucket.a.arn}/*", '${aws_s3_bucket.this["a"].arn}/*', "arn:aws:sqs:eu-west-1:1:${var.name}-*"],
    )
    def test_what_is_below_a_named_resource_is_taken(self, text: str, resource: str) -> None:
        assert policy_faults(text, resource=resource) == []

    def test_a_wildcard_inside_an_expression_is_found(self, text: str) -> None:
        inside = text.replace('["{resource}"]', 'concat(var.arns, ["{resource}"])')
        inside = inside.replace('Resource = "{resource}"', 'Resource = var.all ? "{resource}" : var.arn')
        assert policy_faults(inside, resource="*") == ["the resource * names nothing"]

    def test_an_action_that_is_a_wildcard_is_found(self, text: str) -> None:
        assert policy_faults(text, action="s3:*") == ["the action s3:* is a wildcard"]

    def test_the_policy_of_a_key_says_star_and_means_the_key(self, text: str) -> None:
        of_a_key = text.replace("aws_iam_role_policy", "aws_kms_key")
        assert bool(policy_faults(of_a_key, resource="*")) == (text is not CODE)

    def test_everything_may_be_denied(self, text: str) -> None:
        assert policy_faults(text, action="s3:*", resource="*", effect="Deny") == []


def test_environments_differ_in_variables_alone() -> None:
    folders = [ENVIRONMENTS / stage for stage in STAGES]
    assert tuple(folder.name for folder in sorted(ENVIRONMENTS.iterdir())) == STAGES
    first, *others = ({file.name: file.read_text() for file in folder.glob("*.tf")} for folder in folders)
    assert first
    assert all(other == first for other in others)


def test_every_environment_has_an_example_of_its_values() -> None:
    assert {f"environments/{stage}/terraform.tfvars.example" for stage in STAGES} <= {short(one) for one in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=short)
def test_an_example_names_every_variable_and_nothing_else(example: Path) -> None:
    variables = module(example.parent).named("variable")
    # One that most leave alone stands there as a comment: `# name = …`.
    offered = set(re.findall(r"^(?:# )?(\w+)\s+?= ", example.read_text(), re.MULTILINE))
    assert offered == set(variables)
    assert module(example.parent).required_variables <= set(assignments(example))


@pytest.mark.parametrize("file", [*FILES, *EXAMPLES], ids=short)
def test_no_file_holds_a_secret(file: Path) -> None:
    assert SECRETS.search(file.read_text()) is None


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_no_secret_is_a_value_of_terraform(folder: Path) -> None:
    """What Terraform is given stands in its state, readable to whoever may read that."""
    found = module(folder)
    kinds = {block.labels[0] for block in found.of("resource")}
    assert not kinds & {"aws_secretsmanager_secret_version", "aws_iam_access_key"}
    sensitive = [block.address for block in found.of("variable") if block.arguments.get("sensitive") is True]
    assert sensitive == []
