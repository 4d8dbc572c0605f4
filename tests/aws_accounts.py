"""An account as the preflight sees it, each service answered by hand, and an environment's values."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from answered_aws import Answered, Answerer, refused
from botocore.exceptions import NoCredentialsError

from bot.sealing import sealing_key
from infra.preflight.findings import Finding, State
from infra.preflight.values import Values

ACCOUNT: Final = "000000000000"
REGION: Final = "eu-central-1"
SECRET: Final = "5a" * 32
TOKENS: Final = {"ARENA_SECRET": SECRET, "DISCORD_BOT_TOKEN": "MTA0.GAbc.d_e-f"}
FUNCTIONS: Final = ["commands", "discord", "slack", "sweeper", "turns", "web"]


def values(**changed: Any) -> Values:
    """Of an environment that is as it should be, but for these variables."""
    variables: dict[str, Any] = {
        "account_id": ACCOUNT,
        "name": "arena",
        "environment": "dev",
        "region": REGION,
        "artifacts_bucket": "artifacts",
        "packages": {"discord-arm64": "a" * 64, "worker-arm64": "b" * 64},
        "discord_application_id": "1045317428034318336",
        "slack": False,
        "sealing_key": sealing_key(bytes.fromhex(SECRET)),
        "reserved_concurrency": {},
        "bedrock_model_arns": [],
        "anomaly_monitor": "none",
        "anomaly_monitor_arn": None,
        "hosted_zone_id": None,
        **dict.fromkeys(("api_domain_name", "api_certificate_arn", "site_domain_name", "site_certificate_arn")),
        **changed,
    }
    derived = {
        "function_names": FUNCTIONS,
        "packages_needed": ["discord-arm64", "worker-arm64"],
        "concurrency_needed": 8,
    }
    return Values(variables, derived, {"bucket": "state", "key": "dev/terraform.tfstate", "region": REGION})


_MADE: Final = {"type": "aws_secretsmanager_secret", "instances": [{"attributes": {"name": "arena-dev"}}]}
STATE: Final = {"resources": [_MADE, {"type": "aws_iam_role", "instances": [{"attributes": {"name": "arena-dev"}}]}]}
GONE: Final = refused("404")
MISSING: Final = refused("ResourceNotFoundException")
GOOD: Final[Mapping[str, Mapping[str, Answerer | Any]]] = {
    "sts": {"GetCallerIdentity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:role/r", "UserId": "u"}},
    "s3": {
        "HeadBucket": lambda asked: GONE if "-site-" in asked["Bucket"] else {"BucketRegion": REGION},
        "HeadObject": {"ContentLength": 1},
        "GetObject": lambda _: {"Body": io.BytesIO(json.dumps(STATE).encode())},
    },
    "dynamodb": {"DescribeTable": MISSING},
    "secretsmanager": {
        "DescribeSecret": {"Name": "arena-dev"},
        "GetSecretValue": {"SecretString": json.dumps(TOKENS)},
    },
    "lambda": {
        "GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10}},
        "GetFunctionConfiguration": MISSING,
    },
    "bedrock": {},
    "acm": {},
    "route53": {},
    "budgets": {"DescribeBudgets": {"Budgets": []}},
    "ce": {"GetAnomalyMonitors": {"AnomalyMonitors": []}},
}
"""An account in which nothing stands in the way; Terraform has made the secret."""


@dataclass
class Account:
    """Clients by service, whatever the region; ``asked`` has every pair of service and region that was reached."""

    services: Mapping[str, Answered]
    asked: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, service: str, region: str) -> Any:
        self.asked.add((service, region))
        return self.services[service].client

    @property
    def operations(self) -> list[str]:
        return [name for one in self.services.values() for name, _ in one.calls]


@contextmanager
def account(**changed: Mapping[str, Any]) -> Iterator[Account]:
    """A good one, in which these services answer these operations otherwise."""
    made = {service: Answered(service, {**answers, **changed.get(service, {})}) for service, answers in GOOD.items()}
    try:
        yield Account(made)
    finally:
        for one in made.values():
            one.close()


def without_credentials(_: str, __: str) -> Any:
    """As boto3 is where nobody has signed in."""

    class Client:
        def get_caller_identity(self) -> None:
            raise NoCredentialsError

    return Client()


def problems(found: Iterator[Finding]) -> list[str]:
    """The sentences of what would stop the deployment."""
    return [one.text for one in found if one.state is State.PROBLEM]


Check = Callable[[Any, Values], Iterator[Finding]]


def said(check: Check, its_values: Values, **changed: Mapping[str, Any]) -> list[str]:
    """What a check has against an account."""
    with account(**changed) as its_account:
        return problems(check(its_account, its_values))
