"""Modules fit together: variables, outputs and references exist, and are explained; each kind of fault is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import inner_faults
from circles import circle, dependencies
from folders import FOLDERS, short
from hcl import Module, blocks, module

TARGET = """
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.us_east_1]
    }
  }
}
variable "name" {
  description = "A name."
  type        = string
}
variable "tier" {
  description = "A tier."
  type        = string
  default     = "${"free"}"
}
resource "aws_sqs_queue" "turns" {
  name = "${var.name}-${var.tier}"
}
output "queue" {
  description = "A queue."
  value       = aws_sqs_queue.turns.arn
}
"""
CALL = """
module "queues" {
  source    = "../target"
  providers = { aws.us_east_1 = aws.us_east_1 }
  name      = "arena"
}
output "queue" {
  description = "A queue."
  value       = module.queues.queue
}
"""


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_what_is_referred_to_exists_and_what_is_declared_is_explained_and_used(folder: Path) -> None:
    assert list(inner_faults(module(folder))) == []


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return written(tmp_path / "target", TARGET)


def written(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "main.tf").write_text(text)
    return folder


def faults(folder: Path) -> list[str]:
    found = [block for file in folder.glob("*.tf") for block in blocks(file)]
    return [fault.partition(": ")[2] for fault in inner_faults(Module(folder, found))]


def test_a_module_and_its_call_that_fit_are_taken(target: Path, tmp_path: Path) -> None:
    assert faults(target) == []
    assert faults(written(tmp_path / "caller", CALL)) == []


@pytest.mark.parametrize(
    ("said", "instead", "fault"),
    [
        ('name      = "arena"', 'nam = "arena"', "module.queues: the module has no variable nam"),
        ('name      = "arena"', "", "module.queues: name is required"),
        (
            "module.queues.queue",
            "module.queues.queues",
            "output.queue: module.queues.queues: the module has no such output",
        ),
        ("module.queues.queue", "module.queue.arn", "output.queue: module.queue.arn: there is no such module"),
        ('"../target"', '"../nowhere"', "module.queues: its source is no folder of this repository"),
        ('"../target"', '"hashicorp/consul/aws"', "module.queues: its source is no folder of this repository"),
        (
            "{ aws.us_east_1 = aws.us_east_1 }",
            "{}",
            "module.queues: it is handed the providers [], and wants ['aws.us_east_1']",
        ),
    ],
)
def test_a_call_that_does_not_fit_is_found(target: Path, tmp_path: Path, said: str, instead: str, fault: str) -> None:
    assert said in CALL
    assert target.exists()
    assert fault in faults(written(tmp_path / "caller", CALL.replace(said, instead)))


@pytest.mark.parametrize(
    ("said", "instead", "fault"),
    [
        ('  description = "A tier."\n', "", "variable.tier: description is missing"),
        ("  type        = string\n  default", "  default", "variable.tier: type is missing"),
        ('  description = "A queue."\n', "", "output.queue: description is missing"),
        ("-${var.tier}", "", "variable.tier: nothing uses it"),
        ("var.tier", "var.tire", "aws_sqs_queue.turns: var.tire: there is no such variable"),
        ("var.tier", "local.tier", "aws_sqs_queue.turns: local.tier: there is no such local value"),
        ("turns.arn", "turns.arm", "output.queue: aws_sqs_queue.turns.arm: it has no attribute arm"),
        (
            "aws_sqs_queue.turns.arn",
            "aws_sqs_queue.other.arn",
            "output.queue: aws_sqs_queue.other.arn: it is not declared here",
        ),
        (
            "aws_sqs_queue.turns.arn",
            "data.aws_region.now.arn",
            "output.queue: data.aws_region.now.arn: it is not declared here",
        ),
        (
            "aws_sqs_queue.turns.arn",
            '[for one in [1] : "x-${aws_sqs_queue.turns[0].arm}"]',
            "output.queue: aws_sqs_queue.turns.arm: it has no attribute arm",
        ),
        ('output "queue"', 'locals {\n  a = 1\n}\noutput "queue"', "local.a: nothing uses it"),
        (
            'output "queue" {',
            'output "queue" {\n  description = ""\n  value = 1\n}\noutput "queue" {',
            "output queue is declared 2 times",
        ),
    ],
)
def test_a_module_with_a_fault_is_found(tmp_path: Path, said: str, instead: str, fault: str) -> None:
    assert said in TARGET
    assert fault in faults(written(tmp_path / "target", TARGET.replace(said, instead)))


def test_words_in_a_text_are_no_references(tmp_path: Path) -> None:
    text = TARGET.replace("A queue.", "See var.nothing and $${var.nothing} of aws_sqs_queue.other.arn")
    assert faults(written(tmp_path / "target", text)) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_nothing_depends_on_itself(folder: Path) -> None:
    assert circle(dependencies(folder)) == []


RING = """
module "queues" {
  source    = "../target"
  providers = { aws.us_east_1 = aws.us_east_1 }
  name      = aws_sns_topic.a.name
}
resource "aws_sns_topic" "a" {
  name = local.name
}
locals {
  name = SAID
}
"""


def test_a_circle_through_modules_is_found(target: Path, tmp_path: Path) -> None:
    assert target.exists()
    ring = written(tmp_path / "ring", RING.replace("SAID", "module.queues.queue"))
    assert circle(dependencies(ring)) == [
        ("aws_sns_topic.a",),
        ("local.name",),
        ("queues", "output.queue"),
        ("queues", "aws_sqs_queue.turns"),
        ("queues", "var.name"),
    ]
    straight = written(tmp_path / "straight", RING.replace("SAID", '"queues"'))
    assert circle(dependencies(straight)) == []


def test_two_modules_may_need_parts_of_one_another(target: Path, tmp_path: Path) -> None:
    """As pages and API do: what one needs of the other does not need it in turn."""
    assert target.exists()
    text = TARGET.replace("-${var.tier}", "").replace(
        "  value       = aws_sqs_queue.turns.arn", "  value       = var.tier"
    )
    written(tmp_path / "other", text)
    both = CALL + CALL.replace('"queues"', '"others"').replace('output "queue"', 'output "other"')
    both = both.replace('source    = "../target"', 'source    = "../other"').replace(
        '"arena"', "module.others.queue", 1
    )
    both = both.replace('"arena"', "module.queues.queue", 1)
    assert circle(dependencies(written(tmp_path / "both", both))) == []
