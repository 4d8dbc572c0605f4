"""What watches the spending: AWS has one monitor of all services an account, and budgets whose names are taken once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from infra.preflight.aws import EVERYWHERE, Clients
from infra.preflight.findings import Finding, fine, problem
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
