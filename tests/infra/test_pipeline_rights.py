"""What infra/deploy and infra/preflight ask of AWS, and that the roles which the bootstrap makes may ask it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import pytest
from folders import ROOT, TERRAFORM
from hcl import Module, module
from policies import Statement, statements

BOOTSTRAP: Final = TERRAFORM / "bootstrap"
ACTIONS: Final[Mapping[str, str]] = {
    "create_deployment": "codedeploy:CreateDeployment",
    "create_invalidation": "cloudfront:CreateInvalidation",
    "describe_budgets": "budgets:ViewBudget",
    "describe_certificate": "acm:DescribeCertificate",
    "describe_secret": "secretsmanager:DescribeSecret",
    "describe_table": "dynamodb:DescribeTable",
    "get_account_settings": "lambda:GetAccountSettings",
    "get_alias": "lambda:GetAlias",
    "get_anomaly_monitors": "ce:GetAnomalyMonitors",
    "get_deployment": "codedeploy:GetDeployment",
    "get_foundation_model_availability": "bedrock:GetFoundationModelAvailability",
    "get_function_configuration": "lambda:GetFunctionConfiguration",
    "get_hosted_zone": "route53:GetHostedZone",
    "get_inference_profile": "bedrock:GetInferenceProfile",
    "get_invalidation": "cloudfront:GetInvalidation",
    "get_object": "s3:GetObject",
    "head_bucket": "s3:ListBucket",
    "head_object": "s3:GetObject",
    "list_deployments": "codedeploy:ListDeployments",
    "put_object": "s3:PutObject",
    "stop_deployment": "codedeploy:StopDeployment",
    "update_alias": "lambda:UpdateAlias",
}
"""The right that each call needs, https://docs.aws.amazon.com/service-authorization/latest/reference/"""
NOT_FOR_THE_PIPELINE: Final = {
    "get_secret_value": "who deploys reads no token; the preflight says then that it could not ask",
    "get_caller_identity": "needs no right",
    "get_available_regions": "asks the SDK",
}
_OPERATION: Final = re.compile(r"(?:get|head|put|list|describe|create|update|stop|delete)_[a-z_]+")


def calls(folder: Path) -> Iterator[tuple[str, str]]:
    """Every name of an operation of AWS's that the modules of a folder use, as an attribute or for a paginator."""
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(attr=name) if _OPERATION.fullmatch(name) and name != "get_paginator":
                    yield file.name, name
                case ast.Call(func=ast.Attribute(attr="get_paginator"), args=[ast.Constant(value=str(name))]):
                    yield file.name, name


@pytest.mark.parametrize("folder", ["deploy", "preflight"])
def test_every_call_is_one_whose_right_is_known(folder: str) -> None:
    found = set(calls(ROOT / "infra" / folder))
    assert found
    assert {(file, name) for file, name in found if name not in ACTIONS and name not in NOT_FOR_THE_PIPELINE} == set()


def test_the_roles_of_the_pipeline_may_ask_it_and_read_no_token() -> None:
    files = (*BOOTSTRAP.glob("policies_*.tf"), BOOTSTRAP / "account_wide.tf", BOOTSTRAP / "roles.tf")
    policies = "".join(file.read_text() for file in files)
    allowed = set(re.findall(r'"([a-z0-9-]+:[A-Za-z]+)"', policies))
    assert set(ACTIONS.values()) - allowed == set()
    assert not allowed & {"secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "dynamodb:GetItem"}


AUDIT: Final = (
    *("acm:Describe*", "acm:List*", "application-autoscaling:Describe*", "cloudfront:Get*", "cloudfront:List*"),
    *("cloudwatch:Describe*", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource", "codedeploy:Get*"),
    *("codedeploy:List*", "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable"),
    *("dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource", "ec2:Describe*", "iam:Get*", "iam:List*"),
    *("lambda:GetFunctionConfiguration", "lambda:GetFunctionEventInvokeConfig", "lambda:GetPolicy"),
    *("lambda:List*", "logs:Describe*", "logs:GetLogDelivery", "logs:ListLogDeliveries"),
    *("logs:ListTagsForResource", "route53:Get*", "route53:List*", "s3:GetAccelerateConfiguration"),
    *("s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration"),
    *("s3:GetReplicationConfiguration", "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"),
    *("sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource"),
    *("sqs:GetQueueAttributes", "sqs:ListQueueTags"),
)
"""What AWS's policy SecurityAudit allows of the services that are used here (version 45)."""
OF_DEPLOYING: Final = {
    "bedrock:GetFoundationModelAvailability": "the preflight's",
    "bedrock:GetInferenceProfile": "the preflight's",
    "lambda:GetAccountSettings": "the preflight's",
    "sqs:GetQueueUrl": "of a queue that was just made",
}
_READS: Final = re.compile(r"[a-z0-9-]+:(?:Get|List|Describe|View)\w+")


def looking() -> list[Statement]:
    """The statements beside SecurityAudit of whoever looks for drift."""
    [block] = (block for block in module(BOOTSTRAP).of("locals") if "look" in block.arguments)
    return list(statements(Module(BOOTSTRAP, [replace(block, arguments={"look": block.arguments["look"]})])))


def test_whoever_looks_for_drift_may_read_all_that_deploying_reads() -> None:
    """A plan asks for each thing anew; one right that is missing ends it, every night."""
    may = {action for one in looking() for action in one.actions}
    reads = {
        action
        for one in statements(module(BOOTSTRAP))
        if one.file.name.startswith(("policies_", "account_wide"))
        for action in one.actions
        if _READS.fullmatch(action)
    }
    assert len(reads) > 70
    assert {one for one in reads - may - OF_DEPLOYING.keys() if not any(fnmatchcase(one, it) for it in AUDIT)} == set()


def test_whoever_looks_finds_the_buckets_of_the_pages() -> None:
    """The provider begins with HEAD, which is s3:ListBucket, and SecurityAudit has none."""
    [resources] = (one.resources for one in looking() if "s3:ListBucket" in one.actions)
    assert any("-site-" in resource for resource in resources)
