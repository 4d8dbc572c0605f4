"""The way back: whatever CodeDeploy is doing is stopped, and each alias is led to the version that was live before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.deploy.appspec import ALIAS
from infra.deploy.aws import Clients, Clock
from infra.deploy.failures import NotBack

STOP_SECONDS: Final = 120.0
"""How long CodeDeploy may take to stop before aliases are led back all the same. A cancelled job has 300 in all."""
POLL_SECONDS: Final = 5.0
_ROLLBACK: Final = "codeDeployRollback"
_UNDER_WAY: Final = ("Created", "Queued", "InProgress", "Baking", "Ready")
_ENDED: Final = ("DeploymentAlreadyCompletedException", "DeploymentDoesNotExistException")


def back(clients: Clients, application: str, versions: Mapping[str, str], clock: Clock) -> None:
    """Lead each function's alias to that version, whole and at once.

    Not by a deployment: an alarm that rings would stop that one too.

    :raises NotBack: when one cannot be led back; the others are all the same.
    """
    said = _stop(clients.codedeploy, application, versions, clock)
    for name, version in versions.items():
        try:
            clients.functions.update_alias(
                FunctionName=name, Name=ALIAS, FunctionVersion=version, RoutingConfig={"AdditionalVersionWeights": {}}
            )
        except ClientError as error:
            said.append(f"{name} to version {version} ({error})")
    if said:
        raise NotBack(f"Look at the aliases “{ALIAS}” at once and lead them back by hand: {'; '.join(said)}")


def _stop(codedeploy: Any, application: str, functions: Iterable[str], clock: Clock) -> list[str]:
    """Stop every deployment of these functions and wait until none moves an alias; what could not be stopped."""
    end, groups = clock.now() + STOP_SECONDS, list(functions)
    while True:
        try:
            under_way = [one for group in groups for one in _found(codedeploy, application, group)]
            for deployment in under_way:
                _stop_one(codedeploy, deployment)
        except ClientError as error:
            return [f"CodeDeploy cannot be asked ({error})"]
        if not under_way:
            return []
        if clock.now() >= end:
            return [f"CodeDeploy has not stopped {', '.join(under_way)} within {STOP_SECONDS:.0f} s"]
        clock.sleep(POLL_SECONDS)


def _found(codedeploy: Any, application: str, group: str) -> list[str]:
    asked = {"applicationName": application, "deploymentGroupName": group, "includeOnlyStatuses": list(_UNDER_WAY)}
    return [
        one for page in codedeploy.get_paginator("list_deployments").paginate(**asked) for one in page["deployments"]
    ]


def _stop_one(codedeploy: Any, deployment: str) -> None:
    """A deployment by which CodeDeploy itself goes back is only waited for: it wants what we want."""
    if codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"].get("creator") == _ROLLBACK:
        return
    try:
        codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=False)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _ENDED:
            raise
