"""Every resource, argument and block is one that AWS provider 6 has; each kind of fault is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import schema_faults
from folders import FOLDERS, short
from hcl import Module, module, parse

QUEUE = """
resource "aws_sqs_queue" "turns" {{
  name                       = "arena-turns"
  visibility_timeout_seconds = 60
  {more}
}}
"""
BUCKET = """
resource "aws_s3_bucket_lifecycle_configuration" "site" {{
  bucket = "arena"
  rule {{
    id     = "old"
    status = "Enabled"
    {more}
  }}
}}
"""


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_every_resource_argument_and_block_is_known(folder: Path) -> None:
    assert list(schema_faults(module(folder))) == []


def faults(text: str) -> list[str]:
    return [fault.partition(": ")[2] for fault in schema_faults(Module(Path(), parse(text)))]


def test_what_the_provider_has_is_taken() -> None:
    assert faults(QUEUE.format(more="for_each = var.names\n lifecycle {\n prevent_destroy = true\n }")) == []
    assert faults(BUCKET.format(more="filter {}\n noncurrent_version_expiration {\n noncurrent_days = 30\n }")) == []


def test_an_argument_that_does_not_exist_is_found() -> None:
    assert faults(QUEUE.format(more="visibility_seconds = 3")) == [
        "aws_sqs_queue.turns: there is no argument visibility_seconds"
    ]


def test_a_missing_required_argument_is_found() -> None:
    assert faults('resource "aws_lambda_function" "web" {\n function_name = "web"\n}') == [
        "aws_lambda_function.web: role is required"
    ]


def test_a_missing_required_block_is_found() -> None:
    text = 'resource "aws_ce_anomaly_subscription" "a" {\n name = "a"\n frequency = "DAILY"\n monitor_arn_list = []\n}'
    assert faults(text) == ["aws_ce_anomaly_subscription.a: subscriber is required"]


def test_a_dynamic_block_is_a_block() -> None:
    text = """
    resource "aws_ce_anomaly_subscription" "a" {
      name             = "a"
      frequency        = "DAILY"
      monitor_arn_list = []
      dynamic "subscriber" {
        for_each = var.emails
        content {
          type  = "EMAIL"
          adress = subscriber.value
        }
      }
    }"""
    assert faults(text) == [
        "aws_ce_anomaly_subscription.a.subscriber: there is no argument adress",
        "aws_ce_anomaly_subscription.a.subscriber: address is required",
    ]


def test_a_block_that_does_not_exist_is_found() -> None:
    assert faults(QUEUE.format(more="redrive {\n count = 3\n }")) == ["aws_sqs_queue.turns: there is no block redrive"]


def test_faults_in_nested_blocks_are_found() -> None:
    wrong = faults(BUCKET.format(more="noncurrent_version_expiration {\n days = 30\n }\n transition {}"))
    assert wrong == [
        "aws_s3_bucket_lifecycle_configuration.site.rule.noncurrent_version_expiration: there is no argument days",
        "aws_s3_bucket_lifecycle_configuration.site.rule.noncurrent_version_expiration: noncurrent_days is required",
        "aws_s3_bucket_lifecycle_configuration.site.rule.transition: storage_class is required",
    ]


def test_a_block_on_the_wrong_level_is_found() -> None:
    text = BUCKET.format(more="") + BUCKET.format(more="rule {\n id = 1\n status = 1\n }").replace("site", "other")
    assert faults(text) == ["aws_s3_bucket_lifecycle_configuration.other.rule: there is no block rule"]


def test_a_block_written_as_an_argument_is_found_and_an_argument_as_a_block() -> None:
    assert faults(QUEUE.format(more="tags {\n a = 1\n }")) == ["aws_sqs_queue.turns: tags is an argument, not a block"]
    assert faults(QUEUE.format(more="timeouts = {}")) == ["aws_sqs_queue.turns: timeouts is a block, not an argument"]


def test_two_blocks_where_one_is_allowed_are_found() -> None:
    assert faults(QUEUE.format(more="timeouts {}\n timeouts {}")) == [
        "aws_sqs_queue.turns: only one block timeouts is allowed"
    ]


@pytest.mark.parametrize(
    ("argument", "kind"),
    [
        ('delay_seconds = "soon"', "number"),
        ("delay_seconds = true", "number"),
        ('fifo_queue = "perhaps"', "bool"),
        ('tags = "a"', "map"),
        ("policy = [1]", "string"),
    ],
)
def test_a_literal_of_another_type_is_found(argument: str, kind: str) -> None:
    (fault,) = faults(QUEUE.format(more=argument))
    assert fault.endswith(f"is no {kind}")


def test_a_literal_that_terraform_converts_is_taken() -> None:
    assert faults(QUEUE.format(more='delay_seconds = "3"\n fifo_queue = "true"\n policy = 3\n tags = var.tags')) == []


@pytest.mark.parametrize(
    "text", ['resource "aws_sqs_line" "a" {}', 'data "aws_no_such" "a" {}', 'resource "random_id" "a" {}']
)
def test_what_the_provider_does_not_have_is_found(text: str) -> None:
    (fault,) = faults(text)
    assert "the provider has no" in fault


def test_the_provider_itself_is_checked() -> None:
    assert faults('provider "aws" {\n region = var.region\n default_tags {\n tags = {}\n }\n}') == []
    assert faults('provider "aws" {\n regions = []\n}') == ["provider.aws: there is no argument regions"]
