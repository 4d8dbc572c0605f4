"""Terraform itself validates every configuration and runs its tests, with a stand-in for the provider."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from folders import COMPOSITION, ENVIRONMENTS, LIBRARY, TERRAFORM, run, short

STAND_IN: Final = Path(__file__).with_name("standin.py")
BOOTSTRAP: Final = TERRAFORM / "bootstrap"
ROOTS: Final = (COMPOSITION, BOOTSTRAP, *sorted(ENVIRONMENTS.iterdir()))
TESTS: Final = sorted(TERRAFORM.rglob("*.tftest.hcl"))
_VALIDATION: Final = re.compile(r"^variable \"(\w+)\" \{$(.*?)^\}$", re.MULTILINE | re.DOTALL)
_SENTENCE: Final = re.compile(r"^    error_message = \"(.*)\"$", re.MULTILINE)
MOCKS: Final = """
mock_provider "aws" {
  mock_data "aws_servicequotas_service_quota" {
    defaults = { value = 10 }
  }
  mock_data "aws_s3_objects" {
    defaults = { keys = ["a"] }
  }
}
run "as_it_is" {
  command = plan
}
"""

Done = subprocess.CompletedProcess[str]
Terraform = Callable[..., Done]


def terraform(checkout: Path, folder: Path, *arguments: str) -> Done:
    """Terraform in a folder of that checkout, with the provider's stand-in."""
    return run(LIBRARY[0], STAND_IN, checkout, f"-chdir={folder}", *arguments, "-no-color")


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Terraform in a folder of this repository, copied, with its modules installed."""
    checkout = tmp_path_factory.mktemp("checkout") / TERRAFORM.name
    shutil.copytree(TERRAFORM, checkout, ignore=shutil.ignore_patterns(".terraform*"))
    installed: set[Path] = set()

    def in_copy(folder: Path, *arguments: str) -> Done:
        place = checkout / folder.relative_to(TERRAFORM)
        if place not in installed:
            assert_success(terraform(checkout, place, "init", "-backend=false"))
            installed.add(place)
        return terraform(checkout, place, *arguments)

    return in_copy


def assert_success(done: Done) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", ROOTS, ids=short)
def test_a_configuration_is_valid(here: Terraform, folder: Path) -> None:
    done = here(folder, "validate")
    assert_success(done)
    assert "Success!" in done.stdout


@pytest.mark.parametrize("file", TESTS, ids=short)
def test_its_own_tests_pass(here: Terraform, file: Path) -> None:
    done = here(file.parents[1], "test", f"-filter=tests/{file.name}")
    assert_success(done)
    runs = len(re.findall(r"^run \"", file.read_text(), re.MULTILINE))
    assert f"Success! {runs} passed, 0 failed." in done.stdout


@pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
def test_an_example_can_be_planned_as_it_is(stage: str, tmp_path: Path) -> None:
    checkout = tmp_path / TERRAFORM.name
    shutil.copytree(TERRAFORM, checkout, ignore=shutil.ignore_patterns(".terraform*"))
    folder = checkout / "environments" / stage
    (folder / "tests").mkdir()
    (folder / "tests" / "example.tftest.hcl").write_text(MOCKS)
    shutil.copy(folder / "terraform.tfvars.example", folder / "terraform.tfvars")
    assert_success(terraform(checkout, folder, "init", "-backend=false"))
    done = terraform(checkout, folder, "test")
    assert_success(done)
    assert "1 passed" in done.stdout


def test_every_validation_has_a_run_that_it_refuses() -> None:
    refused = Counter(
        name
        for file in sorted((COMPOSITION / "tests").glob("*.tftest.hcl"))
        for listed in re.findall(r"^  expect_failures = \[(.*)\]$", file.read_text(), re.MULTILINE)
        for name in re.findall(r"\bvar\.(\w+)", listed)
    )
    # One name can be too long for several services at once.
    validations = {name: len(sentences) - 2 * (name == "name") for name, sentences in sentences_of(COMPOSITION).items()}
    assert {name for name, count in validations.items() if refused[name] < count} == set()


def test_a_refusal_is_a_sentence_that_names_its_variable() -> None:
    unlike = [
        sentence
        for name, sentences in sentences_of(COMPOSITION).items()
        for sentence in sentences
        if not sentence.endswith(".") or name not in sentence
    ]
    # This one is about all platforms.
    assert [sentence for sentence in unlike if not sentence.startswith("Nobody could come")] == []


def sentences_of(folder: Path) -> dict[str, list[str]]:
    """What each variable of a folder says when it refuses."""
    texts = [file.read_text() for file in sorted(folder.glob("*.tf"))]
    return {name: _SENTENCE.findall(body) for text in texts for name, body in _VALIDATION.findall(text)}


GOOD: Final = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
resource "aws_sqs_queue" "turns" {
  name = "turns"
}
resource "aws_lambda_event_source_mapping" "turns" {
  event_source_arn = aws_sqs_queue.turns.arn
  function_name    = "turns"
  scaling_config {
    maximum_concurrency = 2
  }
}
output "concurrency" {
  value = aws_lambda_event_source_mapping.turns.scaling_config[0].maximum_concurrency + 1
}
"""


@pytest.mark.parametrize(
    ("said", "instead", "fault"),
    [
        ("", "", ""),
        ('name = "turns"', 'nam = "turns"', "Unsupported argument"),
        ('  function_name    = "turns"\n', "", "Missing required argument"),
        ("scaling_config {", "scaling {", "Unsupported block type"),
        ("maximum_concurrency = 2", 'maximum_concurrency = "two"', "Incorrect attribute value type"),
        ("turns.arn", "turns.arm", "Unsupported attribute"),
        ("maximum_concurrency + 1", "maximum_concurrency + [1]", "Invalid operand"),
        (
            "scaling_config {\n    maximum_concurrency = 2\n  }",
            "scaling_config {}\n  scaling_config {}",
            "Too many scaling_config blocks",
        ),
        ('name = "turns"', "name = aws_lambda_event_source_mapping.turns.id", "Cycle"),
    ],
)
def test_each_kind_of_fault_is_found(tmp_path: Path, said: str, instead: str, fault: str) -> None:
    assert said in GOOD
    (tmp_path / "main.tf").write_text(GOOD.replace(said, instead))
    assert_success(terraform(tmp_path, tmp_path, "init", "-backend=false"))
    done = terraform(tmp_path, tmp_path, "validate")
    assert (done.returncode == 0) == (not fault)
    assert fault in done.stdout + done.stderr


def test_a_test_that_does_not_hold_fails(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(GOOD)
    (tmp_path / "tests").mkdir()
    asserted = 'assert {\n    condition = output.concurrency == 4\n    error_message = "It is three."\n  }'
    (tmp_path / "tests" / "a.tftest.hcl").write_text(
        f'mock_provider "aws" {{}}\nrun "a" {{\n  command = plan\n  {asserted}\n}}\n'
    )
    assert_success(terraform(tmp_path, tmp_path, "init", "-backend=false"))
    done = terraform(tmp_path, tmp_path, "test")
    assert done.returncode != 0
    assert "It is three." in done.stdout + done.stderr
