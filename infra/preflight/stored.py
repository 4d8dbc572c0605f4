"""What must be there already (state, packages), and what must not: names that somebody else has taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.preflight.aws import Clients
from infra.preflight.findings import Finding, code, fine, found, problem
from infra.preflight.values import Values

_GONE: Final = ("404", "NoSuchBucket", "NotFound", "NoSuchKey")
_TAKEN: Final = ("403", "Forbidden", "AccessDenied")
_HELD: Final = "somebody else's"
_BOOTSTRAP: Final = "infra/terraform/bootstrap.sh"


def buckets(clients: Clients, values: Values) -> Iterator[Finding]:
    """The bucket of the state and that of the artifacts, and whether this region's functions can take packages."""
    s3 = clients("s3", values.region)
    state, artifacts = values.backend.get("bucket", ""), str(values.variables["artifacts_bucket"])
    for bucket, what in ((state, "bucket in backend.hcl"), (artifacts, "artifacts_bucket")):
        held = found(s3.head_bucket, *_GONE, Bucket=bucket) if bucket else None
        if held is None:
            yield problem("buckets", f"There is no bucket “{bucket}”: {_BOOTSTRAP} makes it, and says what {what} is.")
        elif bucket == artifacts and held.get("BucketRegion", values.region) != values.region:
            yield problem(
                "buckets",
                f"{bucket} is in {held['BucketRegion']}, and Lambda takes packages from {values.region} alone: run "
                f"{_BOOTSTRAP} for that region.",
            )
        else:
            yield fine("buckets", f"{bucket} is there.")


def packages(clients: Clients, values: Values) -> Iterator[Finding]:
    """Whether every package that is deployed has been kept."""
    s3, bucket = clients("s3", values.region), str(values.variables["artifacts_bucket"])
    keys = {name: values.variables["packages"].get(name, "") for name in sorted(values.derived["packages_needed"])}
    lacking = [
        name for name, key in keys.items() if not key or not found(s3.head_object, *_GONE, Bucket=bucket, Key=key)
    ]
    if lacking:
        yield problem(
            "packages",
            f"{bucket} does not hold {' and '.join(lacking)} as packages names it: build with `make packages` and keep "
            "with `python -m infra.deploy keep`.",
        )
    else:
        yield fine("packages", f"{', '.join(keys)} are in {bucket}.")


def clashes(clients: Clients, values: Values) -> Iterator[Finding]:
    """Names that are taken by what this environment's Terraform does not know."""
    ours = in_state(clients, values)
    taken = [one for one in _taken(clients, values) if one not in ours]
    for kind, name in taken:
        if kind == _HELD:
            yield problem("names", f"The bucket {name} is another account's: choose another name.")
        else:
            yield problem(
                "names",
                f"There is a {kind} {name} that this Terraform has not made: import it, or choose another name.",
            )
    if not taken:
        yield fine("names", f"No name of {values.full_name} is taken.")


def in_state(clients: Clients, values: Values) -> set[tuple[str, str]]:
    """What the environment's state holds, as pairs of a kind and a name; nothing before the first deployment."""
    bucket, key = values.backend.get("bucket", ""), values.backend.get("key", "")
    held = found(clients("s3", values.region).get_object, *_GONE, Bucket=bucket, Key=key) if bucket and key else None
    if held is None:
        return set()
    resources = json.loads(held["Body"].read()).get("resources", ())
    return {
        (_KINDS[one["type"]][0], instance["attributes"].get(_KINDS[one["type"]][1]))
        for one in resources
        if one["type"] in _KINDS
        for instance in one["instances"]
    }


_KINDS: Final = {
    "aws_budgets_budget": ("budget", "name"),
    "aws_dynamodb_table": ("table", "name"),
    "aws_secretsmanager_secret": ("secret", "name"),
    "aws_s3_bucket": ("bucket", "bucket"),
    "aws_lambda_function": ("function", "function_name"),
}
"""The types of the provider whose names are looked at, and the attribute that has the name."""


def _taken(clients: Clients, values: Values) -> Iterator[tuple[str, str]]:
    """What is there under the names that this environment gives."""
    region, name, site = values.region, values.full_name, values.site_bucket
    missing = "ResourceNotFoundException"
    if found(clients("dynamodb", region).describe_table, missing, TableName=name):
        yield "table", name
    if found(clients("secretsmanager", region).describe_secret, missing, SecretId=name):
        yield "secret", name
    functions: Any = clients("lambda", region)
    for one in values.derived["function_names"]:
        if found(functions.get_function_configuration, missing, FunctionName=f"{name}-{one}"):
            yield "function", f"{name}-{one}"
    try:
        if found(clients("s3", region).head_bucket, *_GONE, Bucket=site):
            yield "bucket", site
    except ClientError as error:
        if code(error) not in _TAKEN:
            raise
        yield _HELD, site
