"""Whether a region has every service that the arena uses, as far as AWS's own SDK knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import boto3

from infra.preflight.findings import Finding, fine, problem

SERVICES: Final = (
    *("acm", "apigatewayv2", "cloudwatch", "codedeploy", "dynamodb", "kms", "lambda", "logs", "s3", "scheduler"),
    *("secretsmanager", "sns", "sqs"),
)
"""What is made in the region itself. CloudFront, IAM, Route 53, Budgets and Cost Explorer are of no region."""
MODELS: Final = "bedrock"
_SUBJECT: Final = "region"


def lacking(region: str, *, models: bool) -> list[str]:
    """The services that this region lacks. What the SDK does not know is lacking: it knows what was so when made."""
    session = boto3.session.Session()
    wanted = (*SERVICES, MODELS) if models else SERVICES
    return [service for service in wanted if region not in session.get_available_regions(service)]


def check(region: str, *, models: bool) -> Iterator[Finding]:
    """One finding."""
    if missing := lacking(region, models=models):
        yield problem(
            _SUBJECT,
            f"{region} lacks {', '.join(missing)}, or this version of the SDK does not know it: choose another region.",
        )
    else:
        yield fine(_SUBJECT, f"{region} has every service that is used.")
