"""What an environment's values come to, as Terraform itself says: its validations are the one place of the rules."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_accounts import problems, without_credentials
from folders import LIBRARY, TERRAFORM

from infra.preflight.__main__ import look, main
from infra.preflight.findings import State
from infra.preflight.values import NoSuchEnvironment, folder_of, resolve

ARENA = """
variable "name" {
  type     = string
  default  = "arena"
  nullable = false

  validation {
    condition     = length("${var.name}-deployments") <= 20
    error_message = "name is too long: IAM takes 20 characters for ${var.name}-deployments."
  }
}

variable "region" {
  type     = string
  nullable = false

  validation {
    condition     = contains(local.regions, var.region)
    error_message = "region must be one of ${join(", ", local.regions)}."
  }
}

variable "sealing_key" {
  type     = string
  nullable = false
}

variable "bedrock_model_arns" {
  type     = list(string)
  default  = []
  nullable = false
}
"""
LOCALS = """
locals {
  regions            = ["eu-central-1", "us-east-1"]
  concurrency_needed = length(var.name) + 3
}

locals {
  address = module.api.url
}

resource "aws_dynamodb_table" "this" {
  name = var.name
}
"""
ABOVE = """
variable "account_id" {
  type = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits."
  }
}

variable "name" {
  type    = string
  default = null
}

variable "region" {
  type = string
}

variable "sealing_key" {
  type = string
}

variable "bedrock_model_arns" {
  type    = list(string)
  default = null
}
"""
GOOD = 'account_id = "123456789012"\nregion = "eu-central-1"\nsealing_key = "mine"\n'
EXAMPLE = 'account_id = "111122223333"\nregion = "eu-central-1"\nsealing_key = "0000"\n# name = "arena"\n'
Fill = Callable[[str], Path]


@pytest.fixture(autouse=True)
def terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Terraform of `make infra`, in place of whatever this machine has."""
    program = tmp_path / "bin" / "terraform"
    program.parent.mkdir()
    python, library = LIBRARY
    program.write_text(f'#!/bin/sh\nexec "{python}" "{library}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """An environment ``dev`` whose values are this text."""
    tmp_path /= "terraform"
    folder = tmp_path / "environments" / "dev"
    folder.mkdir(parents=True)
    (tmp_path / "arena").mkdir()
    (tmp_path / "arena" / "variables.tf").write_text(ARENA)
    (tmp_path / "arena" / "main.tf").write_text(LOCALS)
    (folder / "variables.tf").write_text(ABOVE)
    (folder / "terraform.tfvars.example").write_text(EXAMPLE)
    (folder / "backend.hcl").write_text('bucket = "state"\nkey    = "dev/terraform.tfstate"\nencrypt = true\n')

    def filled(text: str) -> Path:
        (folder / "terraform.tfvars").write_text(text)
        return folder

    return filled


def test_values_have_their_defaults_and_what_follows_from_them(fill: Fill) -> None:
    values, found = resolve(fill(GOOD))
    assert values is not None
    assert values.variables == {
        "account_id": "123456789012",
        "name": "arena",
        "region": "eu-central-1",
        "sealing_key": "mine",
        "bedrock_model_arns": [],
    }
    assert values.derived == {"regions": ["eu-central-1", "us-east-1"], "concurrency_needed": 8}
    assert values.backend == {"bucket": "state", "key": "dev/terraform.tfstate"}
    assert [one.state for one in found] == [State.FINE]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD.replace('sealing_key = "mine"', ""), "sealing_key is not set: terraform.tfvars.example explains it."),
        (GOOD + 'sealing_kei = "x"', "sealing_kei is no variable: look how it is spelled in terraform.tfvars.example."),
        (GOOD + 'name = "much-too-long"', "name is too long: IAM takes 20 characters for much-too-long-deployments."),
        (GOOD.replace("eu-central-1", "eu-nowhere-1"), "region must be one of eu-central-1, us-east-1."),
        (GOOD.replace("123456789012", "12345"), "account_id is twelve digits."),
        (GOOD.replace("mine", "0000"), "sealing_key is still the example's: put in your own."),
        (GOOD.replace("123456789012", "111122223333"), "account_id is still the example's: put in your own."),
        (
            GOOD + 'bedrock_model_arns = "one"',
            "bedrock_model_arns is of the wrong kind (list of string required): terraform.tfvars.example shows one.",
        ),
    ],
)
def test_each_fault_of_the_values_is_found_in_one_sentence(fill: Fill, text: str, sentence: str) -> None:
    _, found = resolve(fill(text))
    assert problems(iter(found)) == [sentence]


def test_a_quote_that_is_missing_is_one_fault_with_its_line(fill: Fill) -> None:
    values, found = resolve(fill(GOOD.replace('"eu-central-1"', '"eu-central-1') + 'name = "arena"\n' * 20))
    assert values is None
    (said,) = problems(iter(found))
    assert said.startswith("terraform.tfvars, line 2: Quoted strings may not be split over multiple lines.")


def test_a_list_that_is_the_example_s_is_found(fill: Fill) -> None:
    folder = fill(GOOD + 'bedrock_model_arns = ["one"]\n')
    (folder / "terraform.tfvars.example").write_text('bedrock_model_arns = ["one"]\n')
    _, found = resolve(folder)
    assert problems(iter(found)) == ["bedrock_model_arns is still the example's: put in your own."]


def test_a_bucket_of_states_that_is_the_example_s_is_found(fill: Fill) -> None:
    folder = fill(GOOD)
    (folder / "backend.hcl.example").write_text('bucket = "state"\nkey = "dev/terraform.tfstate"\n')
    _, found = resolve(folder)
    assert problems(iter(found)) == ["bucket in backend.hcl is still the example's: put in your own."]


def test_what_was_copied_from_another_environment_is_found(fill: Fill) -> None:
    folder = fill(GOOD + 'environment = "prod"\n')
    (folder.parent / "prod").mkdir()
    for where in (folder, folder.parents[1] / "arena"):
        held = (where / "variables.tf").read_text()
        (where / "variables.tf").write_text(held + '\nvariable "environment" {\n  type = string\n}\n')
    (folder / "backend.hcl").write_text('bucket = "state"\nkey = "prod/terraform.tfstate"\n')
    _, found = resolve(folder)
    assert problems(iter(found)) == [
        "environment is prod, and this is the folder of dev: say its own.",
        "key in backend.hcl is prod/terraform.tfstate, another environment's state, which this one would change: "
        "it is dev/terraform.tfstate here.",
    ]


def test_a_file_that_is_no_terraform_is_said(fill: Fill) -> None:
    values, found = resolve(fill("account_id = {"))
    assert values is None
    assert problems(iter(found))


def test_what_the_pipeline_hands_over_counts(fill: Fill) -> None:
    folder = fill(GOOD)
    (folder / "packages.auto.tfvars.json").write_text(json.dumps({"name": "json"}))
    values, _ = resolve(folder)
    assert values is not None
    assert values.variables["name"] == "json"


def test_without_terraform_that_is_said_and_is_no_problem_of_the_values(
    fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    values, [found] = resolve(fill(GOOD))
    assert values is None
    assert found.state is State.NOT_ASKED
    assert "install 1.11 or newer" in found.text


def test_nothing_of_this_terminal_s_terraform_is_passed_on(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_VAR_name", "from-the-terminal")
    monkeypatch.setenv("TF_CLI_ARGS", "-no-such-option")
    values, _ = resolve(fill(GOOD))
    assert values is not None
    assert values.variables["name"] == "arena"


def test_an_environment_must_be_there_and_filled_in(fill: Fill) -> None:
    folder = fill(GOOD)
    with pytest.raises(NoSuchEnvironment, match="There is no environment “test”: dev"):
        folder_of("test", folder.parents[1])
    (folder / "backend.hcl").unlink()
    with pytest.raises(NoSuchEnvironment, match=r"copy backend\.hcl\.example beside it"):
        folder_of("dev", folder.parents[1])


def test_the_account_is_looked_at_when_the_values_are_whole(fill: Fill) -> None:
    whole = list(look(fill(GOOD), lambda: without_credentials))
    assert [one.subject for one in whole] == ["values", "region", "account"]
    broken = list(look(fill(""), lambda: without_credentials))
    assert {one.subject for one in broken} == {"values"}


def test_the_console_has_a_table_json_and_exit_codes(
    fill: Fill, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(GOOD)
    monkeypatch.setattr("infra.preflight.__main__.folder_of", lambda name: folder_of(name, folder.parents[1]))
    assert main(["dev"], lambda: without_credentials) == 0
    shown = capsys.readouterr().out
    assert "values" in shown
    assert "not asked" in shown
    fill(GOOD + 'name = "much-too-long"')
    assert main(["dev", "--json"], lambda: without_credentials) == 1
    [found] = json.loads(capsys.readouterr().out)
    assert found["state"] == "problem"
    assert main(["nowhere"], lambda: without_credentials) == 2
    assert "There is no environment" in capsys.readouterr().err


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_an_example_needs_nothing_but_one_s_own_values(environment: str, tmp_path: Path) -> None:
    shutil.copytree(TERRAFORM, tmp_path / "terraform", ignore=shutil.ignore_patterns(".terraform"))
    folder = tmp_path / "terraform" / "environments" / environment
    for name in ("terraform.tfvars", "backend.hcl"):
        shutil.copy(folder / f"{name}.example", folder / name)
    values, found = resolve(folder_of(environment, tmp_path / "terraform"))
    assert values is not None, found
    assert [
        text for text in problems(iter(found)) if not text.endswith("is still the example's: put in your own.")
    ] == []
    assert {"function_names", "packages_needed", "concurrency_needed"} <= values.derived.keys()
    assert values.full_name == f"arena-{environment}"
