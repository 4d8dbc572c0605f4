"""Models of Bedrock: there, granted to the account, and a profile's own models allowed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from infra.preflight.aws import Clients
from infra.preflight.findings import Finding, fine, found, problem
from infra.preflight.values import Values

_SUBJECT: Final = "models"
_MISSING: Final = ("ResourceNotFoundException", "ValidationException")


def check(clients: Clients, values: Values) -> Iterator[Finding]:
    """A finding for each ARN of ``bedrock_model_arns``."""
    arns: list[str] = values.variables["bedrock_model_arns"]
    for arn in arns:
        # A global profile leads anywhere, and to its models by ARNs without a region.
        region, name = arn.split(":")[3] or values.region, arn.partition("/")[2]
        bedrock = clients("bedrock", region)
        if ":foundation-model/" in arn:
            yield _model(bedrock, region, name)
        else:
            yield _profile(bedrock, region, name, arn, arns)


def _model(bedrock: Any, region: str, name: str) -> Finding:
    """https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html"""
    held = found(bedrock.get_foundation_model_availability, *_MISSING, modelId=name)
    if held is None or held["regionAvailability"] != "AVAILABLE":
        return problem(
            _SUBJECT, f"Bedrock has no {name} in {region}: `aws bedrock list-foundation-models` lists its models."
        )
    granted = (
        held["agreementAvailability"]["status"] == "AVAILABLE"
        and held["entitlementAvailability"] == "AVAILABLE"
        and held["authorizationStatus"] == "AUTHORIZED"
    )
    if not granted:
        return problem(
            _SUBJECT,
            f"This account has no access to {name} in {region}: open it once on Bedrock's playground.",
        )
    return fine(_SUBJECT, f"{name} may be asked in {region}.")


def _profile(bedrock: Any, region: str, name: str, arn: str, arns: list[str]) -> Finding:
    """A profile leads a call to models of other regions, and the role must be allowed each of them too."""
    held = found(bedrock.get_inference_profile, *_MISSING, inferenceProfileIdentifier=arn)
    if held is None or held["status"] != "ACTIVE":
        return problem(
            _SUBJECT,
            f"There is no inference profile {name} in {region}: `aws bedrock list-inference-profiles` lists them.",
        )
    lacking = [one["modelArn"] for one in held["models"] if one["modelArn"] not in arns]
    if lacking:
        return problem(_SUBJECT, f"{name} asks {' and '.join(lacking)} too: add that to bedrock_model_arns.")
    return fine(_SUBJECT, f"{name} may be asked in {region}, and so may its models.")
