"""``python -m infra.drift``: what differs between an environment and its Terraform, kept in one issue on GitHub.

Addresses and actions alone are told, never values: an issue may be public, and a plan names accounts and addresses.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

LABEL: Final = "drift"
_QUIET: Final = (["no-op"], ["read"])
_MOST: Final = 200
"""Lines of an issue: it takes 65,536 characters, and an address may have a hundred."""

GitHub = Callable[[Sequence[str]], str]
"""Runs ``gh`` with these arguments; what it has written. It takes token and repository from the environment."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A resource by its address, and what would be done to it: ``update``, ``delete and create`` …"""

    address: str
    action: str


def differences(plan: Mapping[str, Any]) -> list[Difference]:
    """From what ``terraform show -json`` makes of a plan: what it would change.

    https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
    """
    changes = ((one["address"], one["change"]["actions"]) for one in plan.get("resource_changes", ()))
    return [Difference(address, " and ".join(actions)) for address, actions in changes if actions not in _QUIET]


def body(environment: str, found: Sequence[Difference], run: str) -> str:
    """The issue's text; ``run`` is the address of the run that has looked."""
    lines = [f"- `{one.address}`: {one.action}" for one in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(f"- and {len(found) - _MOST} more")
    return "\n".join(
        [
            f"`terraform plan` would change {len(found)} of what is deployed in {environment} ([run]({run})).",
            "",
            *lines,
            "",
            "Either somebody has changed it by hand: take that over into the Terraform, or deploy to undo it. "
            "Or a commit is not deployed there yet: then deploy it.",
        ]
    )


def report(environment: str, found: Sequence[Difference], run: str, github: GitHub) -> str:
    """Open the environment's issue, write it anew, or close it; what was done."""
    title = f"Drift in {environment}"
    wanted = ["--state", "open", "--label", LABEL, "--limit", "100", "--json", "number,title"]
    listed = json.loads(github(["issue", "list", *wanted]))
    number = next((str(one["number"]) for one in listed if one["title"] == title), "")
    if not found:
        if number:
            github(["issue", "close", number, "--comment", f"Nothing differs any more ([run]({run}))."])
        return f"Nothing differs in {environment}."
    if number:
        github(["issue", "edit", number, "--body", body(environment, found, run)])
    else:
        github(["label", "create", LABEL, "--force", "--description", "What is deployed differs from its Terraform"])
        github(["issue", "create", "--title", title, "--label", LABEL, "--body", body(environment, found, run)])
    return f"{len(found)} differences in {environment}: see the issue “{title}”."


def main(argv: Sequence[str] | None = None, github: GitHub | None = None) -> int:
    """0 when the issue is as it should be. :raises CalledProcessError: when ``gh`` refuses."""
    parser = argparse.ArgumentParser(prog="python -m infra.drift", description=__doc__)
    parser.add_argument("environment")
    parser.add_argument("--plan", type=Path, required=True, help="what “terraform show -json” makes of the plan")
    parser.add_argument("--run", required=True, help="the address of the run that has looked")
    given = parser.parse_args(argv)
    found = differences(json.loads(given.plan.read_text(encoding="utf-8")))
    sys.stdout.write(report(given.environment, found, given.run, github or _gh) + "\n")
    return 0


def _gh(arguments: Sequence[str]) -> str:
    command = ["gh", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 - no shell


if __name__ == "__main__":
    sys.exit(main())
