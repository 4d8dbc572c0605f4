"""What a webhook is told by its environment, which the entry point hands over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from engine.errors import NotConfigured
from engine.sentences import say
from lambda_interactions.signed_call import Credentials, Now, SignedCalls

QUEUE: Final = "COMMANDS_QUEUE_URL"
SEALING_KEY: Final = "ARENA_SEALING_KEY"
_SECRETS: Final = "secretsmanager"


def required(environment: Mapping[str, str], variable: str) -> str:
    """:raises NotConfigured: when it is not set."""
    if value := environment.get(variable, "").strip():
        return value
    raise NotConfigured(say("{variable} is not set: the webhook cannot work without it.", variable=variable))


def key(environment: Mapping[str, str], variable: str, now: Now) -> str:
    """A platform's key: the variable, or the secret whose ARN ``…_SECRET_ARN`` holds; that is one call.

    The secret is the key itself, or a JSON object that holds it by the variable's name.

    :raises NotConfigured: when neither is set, or the secret cannot be had.
    """
    if not (arn := environment.get(f"{variable}_SECRET_ARN", "")):
        return required(environment, variable)
    # https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
    calls = service(environment, _SECRETS, _region_of(arn), now)
    body = json.dumps({"SecretId": arn}).encode()
    try:
        _, answer = calls.call("secretsmanager.GetSecretValue", "application/x-amz-json-1.1", body)
        found = str(json.loads(answer)["SecretString"])
    except (OSError, ValueError, KeyError) as error:
        raise NotConfigured(
            say("The secret of {variable} cannot be read: allow the function to, and try again.", variable=variable)
        ) from error
    finally:
        calls.close()
    return _held(found, variable)


def _held(secret: str, variable: str) -> str:
    try:
        held = json.loads(secret)
    except ValueError:
        held = None
    return required(held if isinstance(held, dict) else {variable: secret}, variable)


def _region_of(arn: str) -> str:
    """``arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME``."""
    return f"{arn}:::".split(":")[3]


def service(environment: Mapping[str, str], name: str, region: str, now: Now, address: str = "") -> SignedCalls:
    """A service's calls, at the local AWS when there is one. :raises NotConfigured: when it has no address."""
    region = region or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ""
    endpoint = environment.get("AWS_ENDPOINT_URL") or address or f"https://{name}.{region}.amazonaws.com"
    try:
        return SignedCalls(endpoint, region, name, Credentials.of(environment), now)
    except ValueError as error:
        raise NotConfigured(
            say("“{address}” is no address of AWS: give one that starts with https://.", address=endpoint)
        ) from error
