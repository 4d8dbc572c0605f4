"""A release of one environment: the functions are shifted, then the pages shown; and the same in reverse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.deploy.aws import Clients, Clock
from infra.deploy.back import back
from infra.deploy.failures import NotDeployed
from infra.deploy.record import Record, Site
from infra.deploy.shifting import moves, shift
from infra.deploy.site import invalidate, publish, published

Said = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Account:
    """Every client that a release needs, and its clock."""

    functions: Any
    codedeploy: Any
    s3: Any
    cloudfront: Any
    clock: Clock

    @property
    def clients(self) -> Clients:
        """Those of the functions."""
        return Clients(self.functions, self.codedeploy)


@dataclass(frozen=True, slots=True)
class Release:
    """What shall be live: these versions, by the functions' full names, and that artifact's pages."""

    application: str
    region: str
    functions: Mapping[str, str]
    site: Site
    page: str
    config: str = ""


def wanted(outputs: Mapping[str, Any], region: str, artifacts: str, page: str, config: str = "") -> Release:
    """From what ``terraform output -json`` has written. :raises NotDeployed: when it is of something else."""
    try:
        name, versions, bucket, distribution = (
            outputs[key]["value"] for key in ("name", "function_versions", "site_bucket", "site_distribution_id")
        )
    except (KeyError, TypeError) as error:
        raise NotDeployed(f"The Terraform outputs are not those of an environment ({error}): apply it first.") from None
    functions = {f"{name}-{function}": str(version) for function, version in versions.items()}
    return Release(name, region, functions, Site(artifacts, bucket, distribution), page, config)


def region_of(outputs: Mapping[str, Any]) -> str:
    """Where the environment is, whatever region the credentials come with; empty when the outputs do not say."""
    try:
        return str(outputs["secret_arn"]["value"]).split(":")[3]
    except (KeyError, TypeError, IndexError):
        return ""


def release(account: Account, asked: Release, record: Path, said: Said) -> None:
    """Write down what is live, shift the functions, then show the pages. Repeated, it keeps what it wrote at first.

    Old pages speak with new functions as with old ones, so the pages come last.

    :raises NotDeployed: when the functions failed, which are back, or the pages: then :func:`undo` is next.
    """
    planned = moves(account.functions, asked.functions)
    before = {move.function: move.before for move in planned}
    page = published(account.s3, asked.site.bucket)
    live = Record(asked.application, asked.region, before, asked.site, page, dict(asked.functions), asked.page)
    if live.kept(record):
        said(f"This release was begun before: {record} still says what was live then.")
    for move in planned:
        said(f"{move.function}: {f'{move.before} to {move.after}' if move.is_needed else f'stays at {move.before}'}")
    shift(account.clients, asked.application, planned, account.clock, asked.config)
    said("Every function is shifted.")
    _show(account, asked.site, asked.page, said)


def undo(account: Account, record: Record, said: Said) -> None:
    """Functions and pages as they were. The functions come first: they matter more, and take a second.

    :raises NotBack: when a function could not be led back; the pages are shown as they were all the same.
    """
    try:
        back(account.clients, record.application, record.functions, account.clock)
        said("Every function is back at its version of before.")
    finally:
        if record.page and published(account.s3, record.site.bucket) != record.page:
            _show(account, record.site, record.page, said)


def _show(account: Account, site: Site, page: str, said: Said) -> None:
    publish(account.s3, site.artifacts, page, site.bucket)
    invalidate(account.cloudfront, site.distribution, account.clock)
    said(f"The pages are those of {page}.")
