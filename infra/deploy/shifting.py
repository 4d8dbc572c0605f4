"""Shifts the functions of an arena to new versions by CodeDeploy, all together, and back when one fails.

The deployment groups, which are called as their functions are, hold how fast the traffic is shifted and which alarms
stop it (infra/terraform/modules/functions/deployments.tf).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.deploy.appspec import ALIAS, Move, revision
from infra.deploy.aws import Clients, Clock
from infra.deploy.back import back
from infra.deploy.failures import NotDeployed

SECONDS: Final = 2700.0
"""The longest that a shift may take. CodeDeploy's slowest canary takes 1800, the pipeline's credentials last 7200."""
POLL_SECONDS: Final = 10.0
_SUCCEEDED: Final = "Succeeded"
_FAILED: Final = frozenset({"Failed", "Stopped"})


def moves(functions: Any, wanted: Mapping[str, str]) -> list[Move]:
    """The way of each function from the version that its alias leads to, to the one that is wanted.

    :raises NotDeployed: when there is no such function or alias.
    """
    return [Move(name, live(functions, name), version) for name, version in wanted.items()]


def live(functions: Any, name: str) -> str:
    """The version that the alias leads to. :raises NotDeployed: when there is no such function or alias."""
    try:
        return str(functions.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        raise NotDeployed(f"{name} has no alias “{ALIAS}”: apply the Terraform of this environment first.") from None


def shift(clients: Clients, application: str, planned: Sequence[Move], clock: Clock, config: str = "") -> None:
    """Start a deployment for each move, wait for all, and bring every function back when one fails.

    ``config`` names a deployment configuration to use in place of the groups' own.

    :raises NotDeployed: when one failed; every function is at its version of before.
    :raises NotBack: when one failed and another could not be brought back.
    """
    needed = [move for move in planned if move.is_needed]
    try:
        started = {_create(clients.codedeploy, application, move, config): move for move in needed}
        reason = _wait(clients.codedeploy, started, clock)
    except ClientError as error:
        reason = str(error)
    if reason:
        back(clients, application, {move.function: move.before for move in needed}, clock)
        raise NotDeployed(f"The shift failed and every function is back at its version of before. {reason}")


def _create(codedeploy: Any, application: str, move: Move, config: str) -> str:
    more = {"deploymentConfigName": config} if config else {}
    made = codedeploy.create_deployment(
        applicationName=application,
        deploymentGroupName=move.function,
        revision=revision(move),
        description=f"{move.function}: {move.before} to {move.after}",
        **more,
    )
    return str(made["deploymentId"])


def _wait(codedeploy: Any, started: Mapping[str, Move], clock: Clock) -> str:
    """Until all have succeeded, the first has failed, or it is late; why it has failed, if so."""
    end, under_way = clock.now() + SECONDS, dict(started)
    while True:
        for deployment, move in list(under_way.items()):
            found = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
            if found["status"] in _FAILED:
                said = found.get("errorInformation", {}).get("message") or f"It has {found['status'].lower()}."
                return f"{move.function} ({deployment}): {said}"
            if found["status"] == _SUCCEEDED:
                del under_way[deployment]
        if not under_way:
            return ""
        if clock.now() >= end:
            return f"{', '.join(move.function for move in under_way.values())} did not end within {SECONDS:.0f} s."
        clock.sleep(POLL_SECONDS)
