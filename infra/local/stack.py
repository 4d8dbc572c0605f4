"""A stack of CloudFormation's: made, waited for, and what it hands out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError, WaiterError

from engine.errors import ArenaError

_CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
"""Roles are made, and SAM's resources become others."""
_PATIENCE: Final = {"Delay": 0.1, "MaxAttempts": 600}
"""A local AWS takes less than a second; CloudFormation has nothing to wait for but its answer."""


class NotMade(ArenaError):
    """CloudFormation could not make the stack; the text says what it said."""


def make(client: Any, name: str, template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, str]:
    """Make that stack; its outputs. :raises NotMade: when it fails or never ends."""
    try:
        client.create_stack(
            StackName=name,
            TemplateBody=json.dumps(template),
            Capabilities=list(_CAPABILITIES),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )
        client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=_PATIENCE)
    except ClientError as error:
        raise NotMade(f"CloudFormation did not take the template: {error.response['Error']['Message']}") from error
    except WaiterError as error:
        raise NotMade(f"CloudFormation did not make {name}: {_reason(client, name) or error}") from error
    (stack,) = client.describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _reason(client: Any, name: str) -> str:
    """Of the first resource that failed, as CloudFormation tells it."""
    failed = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason')}"
        for event in client.describe_stack_events(StackName=name)["StackEvents"]
        if event["ResourceStatus"] == "CREATE_FAILED"
    ]
    return failed[-1] if failed else ""
