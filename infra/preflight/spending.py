"""What watches the spending: an account has one monitor of its services, and each budget's name once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from infra.preflight.aws import EVERYWHERE, Clients
from infra.preflight.findings import Finding, fine, problem
from infra.preflight.stored import in_state
from infra.preflight.values import Values

_SUBJECT: Final = "spending"
_CREATE: Final = "create"
_EXISTING: Final = "existing"


def monitor(clients: Clients, values: Values) -> Iterator[Finding]:
    """Whether the monitor that is to be made can be, or the one that is named is there.

    https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html
    """
    wanted = values.variables.get("anomaly_monitor")
    if wanted not in (_CREATE, _EXISTING):
        return
    monitors = _monitors(clients("ce", EVERYWHERE))
    services = [one["MonitorArn"] for one in monitors if one.get("MonitorDimension") == "SERVICE"]
    if wanted == _CREATE and services and not _is_ours(monitors, services[0], values):
        yield problem(
            _SUBJECT,
            f'The account has its one monitor of services already: set anomaly_monitor = "existing" and '
            f'anomaly_monitor_arn = "{services[0]}".',
        )
    elif wanted == _EXISTING and values.variables["anomaly_monitor_arn"] not in {one["MonitorArn"] for one in monitors}:
        yield problem(
            _SUBJECT, "anomaly_monitor_arn is of no monitor of this account: `aws ce get-anomaly-monitors` lists them."
        )
    else:
        yield fine(_SUBJECT, "Unusual costs can be watched.")


def budgets(clients: Clients, values: Values) -> Iterator[Finding]:
    """Whether budgets of this environment's names are there that its Terraform does not know."""
    pages = clients("budgets", EVERYWHERE).get_paginator("describe_budgets").paginate(AccountId=values.account)
    held = [one["BudgetName"] for page in pages for one in page.get("Budgets", ())]
    ours = in_state(clients, values)
    foreign = [name for name in held if name.startswith(f"{values.full_name}-") and ("budget", name) not in ours]
    if foreign:
        yield problem(
            _SUBJECT,
            f"There are budgets this Terraform has not made, {' and '.join(foreign)}: delete them, or import them.",
        )
    else:
        yield fine(_SUBJECT, f"The budgets' names are free or ours; the account has {len(held)}.")


def _monitors(explorer: Any) -> list[Any]:
    held, more = list[Any](), dict[str, str]()
    while True:
        page = explorer.get_anomaly_monitors(**more)
        held += page["AnomalyMonitors"]
        if not (token := page.get("NextPageToken")):
            return held
        more = {"NextPageToken": token}


def _is_ours(monitors: list[Any], arn: str, values: Values) -> bool:
    """One that this environment has made before has its name."""
    return any(one["MonitorArn"] == arn and one["MonitorName"].startswith(values.full_name) for one in monitors)
