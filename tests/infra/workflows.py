"""GitHub's workflows as plain values, and what is wrong with one, a sentence a fault; none means that all is well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from folders import ROOT

FOLDER: Final = ROOT / ".github" / "workflows"
FILES: Final = sorted(FOLDER.glob("*.yml"))
LOCAL: Final = "./"
CREDENTIALS: Final = "aws-actions/configure-aws-credentials"
_USES: Final = re.compile(r"^\s*(?:- )?uses: (\S+?)(?:@(\S+))?(?:\s+#\s*(\S+).*)?$", re.MULTILINE)
_HASH: Final = re.compile(r"[0-9a-f]{40}")
_VERSION: Final = re.compile(r"v\d+\.\d+\.\d+")
_KEYS: Final = re.compile(
    r"aws[-_](?:access[-_]key[-_]id|secret[-_]access[-_]key|session[-_]token)|AKIA[0-9A-Z]{16}", re.I
)
_SECRETS: Final = re.compile(r"\bsecrets\b\s*(?:\.|\[|:\s*inherit)")


@dataclass(frozen=True)
class Use:
    """An action that a step uses: its name, and the commit and the version in the comment, if there are."""

    action: str
    commit: str
    version: str


@dataclass(frozen=True)
class Workflow:
    """One file. YAML takes the key ``on`` for true, which is left so."""

    name: str
    text: str

    @property
    def content(self) -> Mapping[Any, Any]:
        return yaml.safe_load(self.text)

    @property
    def jobs(self) -> Mapping[str, Mapping[str, Any]]:
        return self.content["jobs"]

    @property
    def uses(self) -> list[Use]:
        return [Use(action, commit, version) for action, commit, version in _USES.findall(self.text)]

    @property
    def runs(self) -> str:
        """Every line that some step hands to a shell."""
        return "\n".join(step["run"] for job in self.jobs.values() for step in job.get("steps", ()) if "run" in step)


def read(path: Path) -> Workflow:
    return Workflow(path.name, path.read_text(encoding="utf-8"))


def faults(found: Workflow) -> Iterator[str]:
    """What every workflow must keep to."""
    yield from _pins(found)
    if _KEYS.search(found.text) or _SECRETS.search(found.text):
        yield "it knows a stored key or secret: AWS is reached by OIDC, GitHub by the job's own token"
    if found.content.get("permissions") != {}:
        yield "it does not begin with permissions: {}"
    if "concurrency" not in found.content and "workflow_call" not in found.content[True]:
        yield "two of its runs may be in each other's way: it has no concurrency"
    for name, job in found.jobs.items():
        yield from _job_faults(name, job)


def _pins(found: Workflow) -> Iterator[str]:
    for use in found.uses:
        if use.action.startswith(LOCAL):
            continue
        if not _HASH.fullmatch(use.commit):
            yield f"{use.action} is not pinned by a whole commit hash"
        elif not _VERSION.fullmatch(use.version):
            yield f"{use.action} has no comment that says which version its commit is"


def _job_faults(name: str, job: Mapping[str, Any]) -> Iterator[str]:
    permissions = job.get("permissions")
    if not isinstance(permissions, dict):
        yield f"{name} does not say what it may do"
        return
    if "steps" in job and "timeout-minutes" not in job:
        yield f"{name} may run for six hours"
    reaches_aws = any(step.get("uses", "").startswith(CREDENTIALS) for step in job.get("steps", ()))
    asks = permissions.get("id-token") == "write"
    if "steps" in job and asks != reaches_aws:
        yield f"{name} {'may ask for a token that it does not use' if asks else 'lacks id-token: write'}"
    for step in job.get("steps", ()):
        if step.get("uses", "").startswith(CREDENTIALS) and "role-to-assume" not in step.get("with", {}):
            yield f"{name} takes no role"
