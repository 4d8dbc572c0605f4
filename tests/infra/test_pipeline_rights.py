"""What infra/deploy and infra/preflight ask of AWS, and that the roles which the bootstrap makes may ask it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from folders import ROOT, TERRAFORM

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
