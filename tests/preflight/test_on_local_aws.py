"""The same on the local AWS, whose answers nobody here has made up: buckets, table, secret, functions, models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_accounts import TOKENS, problems, values
from local_aws import LocalAws, unique

from infra.preflight.__main__ import look_at_account
from infra.preflight.findings import State
from infra.preflight.values import Values

MODEL = "arn:aws:bedrock:us-east-1::foundation-model/{}"


class Bench:
    """An environment of its own on the local AWS."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws, self.name = aws, f"a{unique('')[1:9]}"
        self.state, self.artifacts = unique("state"), unique("artifacts")
        self.bucket(self.state)
        self.bucket(self.artifacts)
        for key in ("a" * 64, "b" * 64):
            aws.shared("s3").put_object(Bucket=self.artifacts, Key=key, Body=b"zip")

    def bucket(self, name: str) -> None:
        self.aws.shared("s3").create_bucket(Bucket=name)

    def values(self, **changed: Any) -> Values:
        made = values(name=self.name, region="us-east-1", artifacts_bucket=self.artifacts, **changed)
        return Values(made.variables, made.derived, {"bucket": self.state, "key": "dev/terraform.tfstate"})

    def problems(self, **changed: Any) -> list[str]:
        return problems(self.look(**changed))

    def look(self, **changed: Any) -> Iterator[Any]:
        return look_at_account(lambda service, _: self.aws.shared(service), self.values(**changed))


@pytest.fixture
def bench(local_aws: LocalAws) -> Bench:
    return Bench(local_aws)


def test_an_account_before_its_first_deployment_is_fine(bench: Bench) -> None:
    found = list(bench.look())
    assert [one.text for one in found if one.state is State.PROBLEM] == []
    assert {"account", "buckets", "packages", "names", "secret", "concurrency"} <= {
        one.subject for one in found if one.state is State.FINE
    }


def test_what_is_missing_is_found(bench: Bench) -> None:
    s3 = bench.aws.shared("s3")
    s3.delete_object(Bucket=bench.artifacts, Key="b" * 64)
    s3.delete_bucket(Bucket=bench.state)
    found = bench.problems()
    assert any(f"There is no bucket “{bench.state}”" in text for text in found)
    assert any("does not hold worker-arm64" in text for text in found)


def test_what_is_taken_is_found_until_the_state_knows_it(bench: Bench, local_aws: LocalAws) -> None:
    name = f"{bench.name}-dev"
    dynamodb = local_aws.shared("dynamodb")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert bench.problems() == [
        f"There is a table {name} that this Terraform has not made: import it, or choose another name."
    ]
    state = {"resources": [{"type": "aws_dynamodb_table", "instances": [{"attributes": {"name": name}}]}]}
    local_aws.shared("s3").put_object(Bucket=bench.state, Key="dev/terraform.tfstate", Body=json.dumps(state))
    assert bench.problems() == []
    dynamodb.delete_table(TableName=name)


def test_a_secret_is_read(bench: Bench, local_aws: LocalAws) -> None:
    name, manager = f"{bench.name}-dev", local_aws.shared("secretsmanager")
    manager.create_secret(Name=name, SecretString=json.dumps({**TOKENS, "ARENA_SECRET": "5b" * 32}))
    assert any("sealing_key is not that of ARENA_SECRET" in text for text in bench.problems())
    manager.put_secret_value(SecretId=name, SecretString=json.dumps(TOKENS))
    assert [text for text in bench.problems() if "sealing_key" in text] == []


def test_a_budget_that_somebody_made_by_hand_is_found(bench: Bench, local_aws: LocalAws) -> None:
    name = f"{bench.name}-dev-5usd"
    limit = {"Amount": "5", "Unit": "USD"}
    budget = {"BudgetName": name, "BudgetLimit": limit, "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    local_aws.shared("budgets").create_budget(AccountId="000000000000", Budget=budget)
    [text] = bench.problems()
    assert name in text


def test_a_model_that_is_not_granted_is_found(bench: Bench) -> None:
    granted, asked_for = MODEL.format("amazon.nova-micro-v1:0"), MODEL.format("anthropic.claude-3-haiku-20240307-v1:0")
    assert bench.problems(bedrock_model_arns=[granted]) == []
    [text] = bench.problems(bedrock_model_arns=[asked_for])
    assert "This account has no access to anthropic.claude-3-haiku-20240307-v1:0" in text
    [text] = bench.problems(bedrock_model_arns=[MODEL.format("nobody.has-this")])
    assert "Bedrock has no nobody.has-this" in text
