"""The account: whose it is, how many functions may run at once, and whether what it is told of is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from infra.preflight.aws import EVERYWHERE, Clients
from infra.preflight.findings import Finding, code, fine, found, not_asked, problem
from infra.preflight.values import Values

UNRESERVED: Final = 100
"""What Lambda keeps for functions without a reservation, https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
_QUOTA: Final = "ask AWS for more (Service Quotas, AWS Lambda, Concurrent executions)"


def identity(clients: Clients, values: Values) -> Finding:
    """Whether the credentials are of the account that the environment belongs to."""
    try:
        account = clients("sts", values.region).get_caller_identity()["Account"]
    except ClientError as error:
        return problem("account", f"AWS does not take these credentials ({code(error)}): sign in again.")
    except BotoCoreError as error:
        return not_asked(
            "account",
            f"There are no credentials ({type(error).__name__}): the account was not looked at. Sign in "
            "(`aws sso login` or `aws configure`) and say this again.",
        )
    if account != values.account:
        return problem(
            "account", f"These credentials are of {account}, and account_id is {values.account}: use its own."
        )
    return fine("account", f"The credentials are of {account}.")


def concurrency(clients: Clients, values: Values) -> Iterator[Finding]:
    """Whether as many functions may run at once as are asked for, beside what is set aside."""
    limit = clients("lambda", values.region).get_account_settings()["AccountLimit"]
    most, needed = int(limit["ConcurrentExecutions"]), int(values.derived["concurrency_needed"])
    reserved = sum(values.variables["reserved_concurrency"].values())
    if most < needed:
        yield problem(
            "concurrency",
            f"{most} functions may run at once in {values.region} and {needed} are asked for: lower event_concurrency, "
            f"or {_QUOTA}.",
        )
    elif reserved and most - reserved < min(UNRESERVED, most):
        yield problem(
            "concurrency",
            f"reserved_concurrency sets {reserved} aside of {most}, of which Lambda keeps {min(UNRESERVED, most)} for "
            f"everything else: leave it out, or {_QUOTA}.",
        )
    else:
        yield fine("concurrency", f"{most} functions may run at once; {needed} are asked for.")


def certificates(clients: Clients, values: Values) -> Iterator[Finding]:
    """Certificates that are given: issued, and for the name that is given with them."""
    for whose, region in (("api", values.region), ("site", EVERYWHERE)):
        arn, name = (values.variables.get(f"{whose}_{what}") for what in ("certificate_arn", "domain_name"))
        if not arn:
            continue
        asked = clients("acm", region).describe_certificate
        held = found(asked, "ResourceNotFoundException", CertificateArn=arn)
        if held is None:
            yield problem(
                "certificate", f"{whose}_certificate_arn is of no certificate in {region}: request one there."
            )
            continue
        yield _certificate(whose, held["Certificate"], str(name))


def _certificate(whose: str, held: Any, name: str) -> Finding:
    names = held.get("SubjectAlternativeNames") or [held["DomainName"]]
    if held["Status"] != "ISSUED":
        return problem(
            "certificate", f"The certificate of the {whose} is {held['Status']}: write its proof into the DNS."
        )
    if not any(_covers(one, name) for one in names):
        return problem("certificate", f"The certificate of the {whose} is for {', '.join(names)} and not for {name}.")
    return fine("certificate", f"{name} has its certificate.")


def _covers(pattern: str, name: str) -> bool:
    """A star stands for one label, RFC 6125."""
    return pattern == name or (pattern.startswith("*.") and pattern[2:] == name.partition(".")[2])


def zone(clients: Clients, values: Values) -> Iterator[Finding]:
    """Whether the zone is there and holds the names that are given."""
    if not (zone_id := values.variables.get("hosted_zone_id")):
        return
    held = found(clients("route53", EVERYWHERE).get_hosted_zone, "NoSuchHostedZone", Id=zone_id)
    if held is None:
        yield problem("zone", f"There is no hosted zone {zone_id}: `aws route53 list-hosted-zones` lists yours.")
        return
    parent = held["HostedZone"]["Name"].rstrip(".")
    names = [name for whose in ("api", "site") if (name := values.variables.get(f"{whose}_domain_name"))]
    outside = [name for name in names if not f".{name}".endswith(f".{parent}")]
    if outside:
        yield problem("zone", f"{' and '.join(outside)} cannot be in the zone {parent}: give the zone that holds them.")
    else:
        yield fine("zone", f"{parent} holds {' and '.join(names) or 'no name yet'}.")
