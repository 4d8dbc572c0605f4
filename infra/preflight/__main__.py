"""``python -m infra.preflight ENVIRONMENT``: what would stop a deployment of that environment, before anything is made.

Nothing is made or changed. Without credentials only the values are looked at.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from engine.errors import ArenaError
from infra.preflight import account, models, regions, secret, spending, stored
from infra.preflight.aws import Clients, clients
from infra.preflight.findings import Finding, State, asked
from infra.preflight.values import Values, folder_of, resolve

EXIT_PROBLEMS: Final = 1
EXIT_FAILED: Final = 2
_Checked = Callable[[Clients, Values], Iterator[Finding]]
_CHECKS: Final[tuple[tuple[str, _Checked], ...]] = (
    ("buckets", stored.buckets),
    ("packages", stored.packages),
    ("names", stored.clashes),
    ("secret", secret.check),
    ("concurrency", account.concurrency),
    ("models", models.check),
    ("certificate", account.certificates),
    ("zone", account.zone),
    ("spending", spending.monitor),
    ("spending", spending.budgets),
)


def main(argv: Sequence[str] | None = None, reach: Callable[[], Clients] = clients) -> int:
    """0 when nothing would stop it, 1 when something would, 2 when there is no such environment."""
    given = parser().parse_args(argv)
    try:
        found = list(look(folder_of(given.environment), reach))
    except ArenaError as error:
        sys.stderr.write(f"{error.text}\n")
        return EXIT_FAILED
    if given.json:
        sys.stdout.write(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False) + "\n")
    else:
        Console(highlight=False, markup=False).print(table(found))
    return EXIT_PROBLEMS if any(one.state is State.PROBLEM for one in found) else 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m infra.preflight", description=__doc__)
    made.add_argument("environment", help="a folder of infra/terraform/environments")
    made.add_argument("--json", action="store_true", help="a list of findings in place of the table")
    return made


def look(folder: Path, reach: Callable[[], Clients] = clients, terraform: str | None = None) -> Iterator[Finding]:
    """Everything, the values first: an account is looked at only when they are whole, and it is the right one."""
    values, found = resolve(folder, terraform)
    yield from found
    if values is None:
        return
    yield from regions.check(values.region, models=bool(values.variables["bedrock_model_arns"]))
    yield from look_at_account(reach(), values)


def look_at_account(reached: Clients, values: Values) -> Iterator[Finding]:
    """Everything that AWS must be asked for."""
    whose = account.identity(reached, values)
    yield whose
    if whose.state is State.FINE:
        for subject, check in _CHECKS:
            yield from asked(subject, partial(check, reached, values))


def table(found: Sequence[Finding]) -> Table:
    """For a terminal."""
    made = Table("", "", "", show_header=False, box=None, padding=(0, 2, 0, 0))
    for one in found:
        made.add_row(one.subject, one.state.value, one.text)
    return made


if __name__ == "__main__":
    sys.exit(main())
