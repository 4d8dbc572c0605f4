"""All of it is HCL, and formatted as ``terraform fmt`` does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from folders import EXAMPLES, FILES, LIBRARY, TERRAFORM, run, short
from hcl import ParseError, assignments, blocks


def formatted(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(*LIBRARY, "fmt", "-check", "-diff", "-recursive", folder)


@pytest.mark.parametrize("file", FILES, ids=short)
def test_it_parses(file: Path) -> None:
    assert blocks(file)


@pytest.mark.parametrize("file", EXAMPLES, ids=short)
def test_an_example_of_values_parses(file: Path) -> None:
    assert assignments(file)


def test_what_is_no_hcl_is_found(tmp_path: Path) -> None:
    (file := tmp_path / "main.tf").write_text('resource "aws_sqs_queue" "a" {\n  name = \n}\n')
    with pytest.raises(ParseError, match=r"main\.tf"):
        blocks(file)


def test_it_is_formatted() -> None:
    done = formatted(TERRAFORM)
    assert done.returncode == 0, done.stdout + done.stderr


def test_examples_are_formatted(tmp_path: Path) -> None:
    """Under another name, since ``fmt`` does not look at these."""
    for number, file in enumerate(EXAMPLES):
        (tmp_path / f"{number}.tfvars").write_bytes(file.read_bytes())
    done = formatted(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_not_formatted_is_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("locals {\n  a = 1\n  long = 2\n}\n")
    done = formatted(tmp_path)
    assert done.returncode == 3
    assert "+  a    = 1" in done.stdout
