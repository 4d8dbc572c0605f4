"""Each thing that would stop a deployment is found, in a sentence, and nothing is made or changed to find it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from answered_aws import refused
from aws_accounts import ACCOUNT, REGION, SECRET, STATE, TOKENS, account, problems, said, values, without_credentials

from infra.preflight import account as of_account
from infra.preflight import models, regions, secret, spending, stored
from infra.preflight.__main__ import look_at_account
from infra.preflight.findings import State

NOVA = f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-micro-v1:0"
PROFILE = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/eu.amazon.nova-micro-v1:0"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"
MONITOR = f"arn:aws:ce::{ACCOUNT}:anomalymonitor/1"
READS = ("Get", "Describe", "Head", "List")


def test_an_account_as_it_should_be_is_fine_and_only_read() -> None:
    wanted = values(bedrock_model_arns=[NOVA], anomaly_monitor="create", slack=False)
    with account(bedrock={"GetFoundationModelAvailability": _availability()}) as its_account:
        found = list(look_at_account(its_account, wanted))
        assert [one for one in found if one.state is not State.FINE] == []
        assert {one.subject for one in found} >= {"account", "buckets", "packages", "names", "secret", "models"}
        assert [name for name in its_account.operations if not name.startswith(READS)] == []


def test_without_credentials_the_account_is_not_looked_at() -> None:
    [found] = look_at_account(without_credentials, values())
    assert (found.subject, found.state) == ("account", State.NOT_ASKED)


def test_another_account_s_credentials_look_at_nothing() -> None:
    other = {"GetCallerIdentity": {"Account": "999999999999", "Arn": "arn:aws:iam::999999999999:user/u", "UserId": "u"}}
    with account(sts=other) as its_account:
        [text] = problems(look_at_account(its_account, values()))
        assert its_account.operations == ["GetCallerIdentity"]
    assert text == f"These credentials are of 999999999999, and account_id is {ACCOUNT}: use its own."


def test_credentials_that_have_expired_are_said() -> None:
    with account(sts={"GetCallerIdentity": refused("ExpiredToken")}) as its_account:
        [text] = problems(look_at_account(its_account, values()))
    assert "(ExpiredToken): sign in again" in text


def test_what_may_not_be_asked_is_no_problem_and_is_said() -> None:
    with account(**{"lambda": {"GetAccountSettings": refused("AccessDeniedException")}}) as its_account:
        found = list(look_at_account(its_account, values()))
    [one] = [one for one in found if one.subject == "concurrency"]
    assert one.state is State.NOT_ASKED
    assert one.text == "GetAccountSettings was not answered: these credentials may not ask."
    assert problems(iter(found)) == []


@pytest.mark.parametrize(
    ("limit", "reserved", "sentence"),
    [
        (7, {}, "7 functions may run at once in eu-central-1 and 8 are asked for"),
        (10, {"turns": 2}, "sets 2 aside of 10, of which Lambda keeps 10"),
        (1000, {"turns": 901}, "sets 901 aside of 1000, of which Lambda keeps 100"),
    ],
)
def test_a_quota_too_small_is_found(limit: int, reserved: dict[str, int], sentence: str) -> None:
    settings = {"AccountLimit": {"ConcurrentExecutions": limit}}
    found = said(
        of_account.concurrency, values(reserved_concurrency=reserved), **{"lambda": {"GetAccountSettings": settings}}
    )
    [text] = found
    assert sentence in text
    assert "Service Quotas" in text


def test_a_quota_that_is_just_enough_is_fine() -> None:
    settings = {"AccountLimit": {"ConcurrentExecutions": 1000}}
    asked = values(reserved_concurrency={"turns": 900})
    assert said(of_account.concurrency, asked, **{"lambda": {"GetAccountSettings": settings}}) == []


def _availability(**changed: Any) -> dict[str, Any]:
    held = {
        "modelId": "amazon.nova-micro-v1:0",
        "agreementAvailability": {"status": "AVAILABLE"},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    }
    return {**held, **changed}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (_availability(agreementAvailability={"status": "NOT_AVAILABLE"}), "has no access to amazon.nova-micro-v1:0"),
        (_availability(authorizationStatus="NOT_AUTHORIZED"), "has no access to"),
        (_availability(entitlementAvailability="NOT_AVAILABLE"), "has no access to"),
        (_availability(regionAvailability="NOT_AVAILABLE"), "Bedrock has no amazon.nova-micro-v1:0 in eu-central-1"),
        (refused("ValidationException"), "Bedrock has no amazon.nova-micro-v1:0 in eu-central-1"),
    ],
)
def test_an_account_without_the_model_is_found(answer: Any, sentence: str) -> None:
    asked = values(bedrock_model_arns=[NOVA])
    [text] = said(models.check, asked, bedrock={"GetFoundationModelAvailability": answer})
    assert sentence in text


def test_a_model_is_asked_for_where_it_is() -> None:
    with account(bedrock={"GetFoundationModelAvailability": _availability()}) as its_account:
        list(models.check(its_account, values(bedrock_model_arns=[NOVA.replace(REGION, "us-east-1")])))
        assert its_account.asked == {("bedrock", "us-east-1")}


def test_a_model_of_a_global_profile_is_asked_for_here() -> None:
    with account(bedrock={"GetFoundationModelAvailability": _availability()}) as its_account:
        list(models.check(its_account, values(bedrock_model_arns=[NOVA.replace(REGION, "")])))
        assert its_account.asked == {("bedrock", REGION)}


def _profile(status: str, *arns: str) -> dict[str, Any]:
    now = datetime(2026, 11, 29, tzinfo=UTC)
    held = {"inferenceProfileName": "Nova", "inferenceProfileArn": PROFILE, "inferenceProfileId": "eu.amazon.nova"}
    return {
        **held,
        "status": status,
        "type": "SYSTEM_DEFINED",
        "createdAt": now,
        "models": [{"modelArn": arn} for arn in arns],
    }


def test_a_profile_needs_its_models_beside_it() -> None:
    elsewhere = NOVA.replace(REGION, "eu-west-1")
    profile = {
        "GetInferenceProfile": _profile("ACTIVE", NOVA, elsewhere),
        "GetFoundationModelAvailability": _availability(),
    }
    [text] = said(models.check, values(bedrock_model_arns=[PROFILE, NOVA]), bedrock=profile)
    assert text == f"eu.amazon.nova-micro-v1:0 asks {elsewhere} too: add that to bedrock_model_arns."
    assert said(models.check, values(bedrock_model_arns=[PROFILE, NOVA, elsewhere]), bedrock=profile) == []
    [text] = said(
        models.check,
        values(bedrock_model_arns=[PROFILE]),
        bedrock={"GetInferenceProfile": refused("ResourceNotFoundException")},
    )
    assert "There is no inference profile" in text


def _monitor(name: str, dimension: str = "SERVICE") -> dict[str, Any]:
    return {
        "AnomalyMonitors": [
            {"MonitorArn": MONITOR, "MonitorName": name, "MonitorType": "DIMENSIONAL", "MonitorDimension": dimension}
        ]
    }


def test_the_one_monitor_of_an_account_is_not_made_twice() -> None:
    create = values(anomaly_monitor="create")
    [text] = said(spending.monitor, create, ce={"GetAnomalyMonitors": _monitor("Default-Services-Monitor")})
    assert f'anomaly_monitor_arn = "{MONITOR}"' in text
    assert said(spending.monitor, create, ce={"GetAnomalyMonitors": _monitor("arena-dev")}) == [], "it is ours"
    assert said(spending.monitor, create, ce={"GetAnomalyMonitors": _monitor("other", "TAG")}) == []


def test_a_monitor_that_is_named_must_be_there_on_whatever_page() -> None:
    existing = values(anomaly_monitor="existing", anomaly_monitor_arn=MONITOR)
    [text] = said(spending.monitor, existing)
    assert "is of no monitor of this account" in text

    def paged(asked: Any) -> Any:
        return _monitor("x") if asked.get("NextPageToken") == "2" else {"AnomalyMonitors": [], "NextPageToken": "2"}

    assert said(spending.monitor, existing, ce={"GetAnomalyMonitors": paged}) == []


def _budgets(*names: str) -> dict[str, Any]:
    limit = {"Amount": "5", "Unit": "USD"}
    made = [{"BudgetName": name, "BudgetLimit": limit, "TimeUnit": "MONTHLY", "BudgetType": "COST"} for name in names]
    return {"DescribeBudgets": {"Budgets": made}}


def test_a_budget_of_our_name_that_is_not_ours_is_found() -> None:
    state = {"resources": [{"type": "aws_budgets_budget", "instances": [{"attributes": {"name": "arena-dev-5"}}]}]}
    s3 = {"GetObject": lambda _: {"Body": io.BytesIO(json.dumps(state).encode())}}
    [text] = said(spending.budgets, values(), s3=s3, budgets=_budgets("arena-dev-5", "arena-dev-10", "arena-develop-5"))
    assert text.startswith("There are budgets this Terraform has not made, arena-dev-10:")
    assert said(spending.budgets, values(), s3=s3, budgets=_budgets("arena-dev-5", "other")) == []


def _certificate(status: str, *names: str) -> dict[str, Any]:
    held = {
        "CertificateArn": CERTIFICATE,
        "DomainName": names[0],
        "SubjectAlternativeNames": list(names),
        "Status": status,
    }
    return {"DescribeCertificate": {"Certificate": held}}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (_certificate("PENDING_VALIDATION", "api.arena.example"), "is PENDING_VALIDATION: write its proof"),
        (_certificate("ISSUED", "arena.example", "*.b.arena.example"), "and not for api.arena.example"),
        (_certificate("ISSUED", "*.example"), "is for *.example and not for api.arena.example"),
        ({"DescribeCertificate": refused("ResourceNotFoundException")}, "is of no certificate in eu-central-1"),
    ],
)
def test_a_certificate_that_does_not_serve_is_found(answer: Any, sentence: str) -> None:
    asked = values(api_certificate_arn=CERTIFICATE, api_domain_name="api.arena.example")
    [text] = said(of_account.certificates, asked, acm=answer)
    assert sentence in text


def test_a_certificate_may_have_a_star_and_the_site_s_is_looked_for_where_cloudfront_does() -> None:
    asked = values(site_certificate_arn=CERTIFICATE, site_domain_name="duels.arena.example")
    with account(acm=_certificate("ISSUED", "*.arena.example")) as its_account:
        assert problems(of_account.certificates(its_account, asked)) == []
        assert its_account.asked == {("acm", "us-east-1")}


def _zone(name: str) -> dict[str, Any]:
    return {"GetHostedZone": {"HostedZone": {"Id": "/hostedzone/Z1", "Name": name, "CallerReference": "r"}}}


def test_a_zone_that_does_not_hold_the_names_is_found() -> None:
    asked = values(hosted_zone_id="Z0123456789", api_domain_name="api.arena.example", site_domain_name="arena.example")
    assert said(of_account.zone, asked, route53=_zone("arena.example.")) == []
    [text] = said(of_account.zone, asked, route53=_zone("rena.example."))
    assert (
        text == "api.arena.example and arena.example cannot be in the zone rena.example: give the zone that holds them."
    )
    [text] = said(of_account.zone, asked, route53={"GetHostedZone": refused("NoSuchHostedZone")})
    assert "There is no hosted zone Z0123456789" in text


# The secret


@pytest.mark.parametrize(
    ("held", "changed", "sentence"),
    [
        ({**TOKENS, "DISCORD_BOT_TOKEN": " "}, {}, "arena-dev lacks DISCORD_BOT_TOKEN: add it."),
        (TOKENS, {"slack": True}, "arena-dev lacks SLACK_SIGNING_SECRET: add it."),
        ({**TOKENS, "ARENA_SECRET": "abc"}, {}, "ARENA_SECRET in arena-dev must be 64 hexadecimal digits"),
        ({**TOKENS, "DISCORD_BOT_TOKEN": "abc"}, {}, "DISCORD_BOT_TOKEN in arena-dev must be three parts"),
        ({**TOKENS, "ARENA_SECRET": "5b" * 32}, {}, "sealing_key is not that of ARENA_SECRET in arena-dev"),
        ({"ARENA_SECRET": 7}, {}, "must be one JSON object of texts"),
        ([], {}, "must be one JSON object of texts"),
    ],
)
def test_a_secret_that_does_not_serve_is_found_and_not_told(held: Any, changed: dict[str, Any], sentence: str) -> None:
    found = said(secret.check, values(**changed), secretsmanager={"GetSecretValue": {"SecretString": json.dumps(held)}})
    assert any(sentence in text for text in found), found
    assert all(SECRET not in text and "MTA0" not in text for text in found)


def test_a_secret_that_is_not_there_yet_is_fine_one_without_a_value_or_deleted_is_not() -> None:
    missing = refused("ResourceNotFoundException")
    assert said(secret.check, values(), secretsmanager={"DescribeSecret": missing}) == []
    [text] = said(secret.check, values(), secretsmanager={"GetSecretValue": missing})
    assert "has no value" in text
    deleted = {"Name": "arena-dev", "DeletedDate": datetime(2026, 11, 1, tzinfo=UTC)}
    [text] = said(secret.check, values(), secretsmanager={"DescribeSecret": deleted})
    assert "restore-secret --secret-id arena-dev" in text


# What is stored


def test_buckets_that_are_not_there_or_elsewhere_are_found() -> None:
    found = said(stored.buckets, values(), s3={"HeadBucket": refused("404")})
    assert [text.partition(":")[0] for text in found] == [
        "There is no bucket “state”",
        "There is no bucket “artifacts”",
    ]
    [text] = said(stored.buckets, values(), s3={"HeadBucket": {"BucketRegion": "us-east-1"}})
    assert "artifacts is in us-east-1, and Lambda takes packages from eu-central-1 alone" in text


def test_packages_that_were_not_kept_are_found() -> None:
    kept = {"HeadObject": lambda asked: refused("404") if asked["Key"] == "b" * 64 else {"ContentLength": 1}}
    [text] = said(stored.packages, values(), s3=kept)
    assert text.startswith("artifacts does not hold worker-arm64 as packages names it")
    [text] = said(stored.packages, values(packages={}), s3=kept)
    assert "discord-arm64 and worker-arm64" in text


def _table(name: str) -> dict[str, Any]:
    return {"DescribeTable": {"Table": {"TableName": name}}}


def test_names_that_are_taken_are_found() -> None:
    configured = {"FunctionName": "arena-dev-web"}
    functions = {
        "GetFunctionConfiguration": lambda asked: (
            configured if asked["FunctionName"].endswith("web") else refused("ResourceNotFoundException")
        )
    }
    found = said(
        stored.clashes,
        values(),
        dynamodb=_table("arena-dev"),
        s3={"HeadBucket": refused("403"), "GetObject": refused("NoSuchKey")},
        secretsmanager={"DescribeSecret": {"Name": "arena-dev"}},
        **{"lambda": functions},
    )
    assert [text.partition(":")[0].partition(" that ")[0] for text in found] == [
        "There is a table arena-dev",
        "There is a secret arena-dev",
        "There is a function arena-dev-web",
        f"The bucket arena-dev-site-{ACCOUNT} is another account's",
    ]


def test_what_the_state_knows_is_ours() -> None:
    table = {"type": "aws_dynamodb_table", "instances": [{"attributes": {"name": "arena-dev"}}]}
    state = json.dumps({"resources": [*STATE["resources"], table]}).encode()
    held = {"dev/terraform.tfstate": state}
    s3 = {"GetObject": lambda asked: {"Body": io.BytesIO(held[asked["Key"]])}}
    assert said(stored.clashes, values(), dynamodb=_table("arena-dev"), s3=s3) == []
    assert len(said(stored.clashes, values(), dynamodb=_table("arena-dev"))) == 1


# Regions


def test_a_region_without_a_service_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(regions.check("eu-central-1", models=True)) == []
    [text] = problems(regions.check("eu-nowhere-1", models=False))
    assert text.startswith("eu-nowhere-1 lacks acm, apigatewayv2")
    known = "boto3.session.Session.get_available_regions"
    monkeypatch.setattr(known, lambda _, service: [] if service in ("scheduler", "bedrock") else ["eu-central-1"])
    [text] = problems(regions.check("eu-central-1", models=False))
    assert text.startswith("eu-central-1 lacks scheduler, ")
    assert "bedrock" in problems(regions.check("eu-central-1", models=True))[0]
