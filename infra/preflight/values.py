"""What an environment's values come to: Terraform itself says, so that its validations are the one place of the rules.

It is shown variables, validations and locals alone, in a folder of its own: no provider, no state, no account.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine.errors import ArenaError
from infra.package.closure import ROOT
from infra.preflight.findings import Finding, fine, not_asked, problem

TERRAFORM: Final = ROOT / "infra" / "terraform"
VALUES: Final = "terraform.tfvars"
BACKEND: Final = "backend.hcl"
_SUBJECT: Final = "values"
_VARIABLE: Final = re.compile(r'^variable "(\w+)" \{.*?^\}', re.DOTALL | re.MULTILINE)
_LOCALS: Final = re.compile(r"^locals \{.*?^\}", re.DOTALL | re.MULTILINE)
_LOCAL: Final = re.compile(r"^  (\w+)\s*=", re.MULTILINE)
_ASSIGNED: Final = re.compile(r'^(\w+)\s*=\s*"([^"]*)"', re.MULTILINE)
_LISTED: Final = re.compile(r'^(\w+)\s*=\s*\["([^"]*)"\]', re.MULTILINE)
_UNSET: Final = re.compile(r'The root module input variable "(\w+)" is not set')
_UNDECLARED: Final = re.compile(r'does not declare a variable named "(\w+)"')
_UNSUITABLE: Final = re.compile(
    r"not suitable for var\.(\w+) declared at \S+: (.*?)(?:, but have [^.]*)?\.?$", re.DOTALL
)
_WHERE: Final = re.compile(r"\s*This was checked by the validation rule at .*", re.DOTALL)
_CHOSEN: Final = frozenset({"environment", "region", "capacity_mode", "key"})
"""An example's value may well be right for these."""
_SECONDS: Final = 60


class NoSuchEnvironment(ArenaError):
    """There is no such folder, or nobody has filled it in."""


@dataclass(frozen=True, slots=True)
class Values:
    """Every variable with its default, and what follows from them.

    Attributes:
        variables: by name; what is left out has the default of arena/.
        derived: arena/'s locals that follow from variables alone, as ``function_names``.
        backend: where the state is.
    """

    variables: Mapping[str, Any]
    derived: Mapping[str, Any]
    backend: Mapping[str, str]

    @property
    def region(self) -> str:
        """The region of everything but what CloudFront needs."""
        return str(self.variables["region"])

    @property
    def account(self) -> str:
        """The account that the environment belongs to."""
        return str(self.variables["account_id"])

    @property
    def full_name(self) -> str:
        """What every name begins with."""
        return f"{self.variables['name']}-{self.variables['environment']}"

    @property
    def site_bucket(self) -> str:
        """Where the pages will be."""
        return f"{self.full_name}-site-{self.account}"


def folder_of(environment: str, terraform: Path = TERRAFORM) -> Path:
    """:raises NoSuchEnvironment: when it is none, or has no values."""
    folder = terraform / "environments" / environment
    if not (folder / "variables.tf").is_file():
        known = ", ".join(sorted(path.name for path in (terraform / "environments").glob("*/")))
        raise NoSuchEnvironment(f"There is no environment “{environment}”: {known or 'none'}.")
    for name in (VALUES, BACKEND):
        if not (folder / name).is_file():
            raise NoSuchEnvironment(f"{folder / name} is missing: copy {name}.example beside it, and fill it in.")
    return folder


def resolve(folder: Path, terraform: str | None = None) -> tuple[Values | None, list[Finding]]:
    """The values, if they are whole and pass every validation; and what was found."""
    program = terraform or shutil.which("terraform")
    if program is None:
        return None, [not_asked(_SUBJECT, "Terraform is not installed: install 1.11 or newer, which deploys too.")]
    with tempfile.TemporaryDirectory(prefix="arena-preflight-") as scratch:
        _lay_out(folder, Path(scratch))
        _run(program, Path(scratch), "init", "-input=false")
        planned = _run(program, Path(scratch), "plan", *_PLAN)
        said = [json.loads(line) for line in planned.stdout.splitlines()]
        found = list(_diagnosed(one["diagnostic"] for one in said if one.get("type") == "diagnostic"))
        found += _left_over(folder)
        if planned.returncode:
            return None, found
        shown = json.loads(_run(program, Path(scratch), "show", "-json", "plan").stdout)
    held = shown["planned_values"]["outputs"]["all"]["value"]
    backend = dict(_ASSIGNED.findall((folder / BACKEND).read_text(encoding="utf-8")))
    values = Values(held["variables"], held["derived"], backend)
    found += _of_another(folder, values)
    return values, found or [fine(_SUBJECT, f"{len(values.variables)} values, and all pass their validations.")]


_PLAN: Final = ("-json", "-input=false", "-refresh=false", "-lock=false", "-out=plan")


def _lay_out(folder: Path, scratch: Path) -> None:
    """The environment's variables, arena/'s with their validations, the locals that need nothing else, the values."""
    own = (folder / "variables.tf").read_text(encoding="utf-8")
    (scratch / "variables.tf").write_text(own, encoding="utf-8")
    sources = [file.read_text(encoding="utf-8") for file in sorted((folder.parents[1] / "arena").glob("*.tf"))]
    blocks = [match for source in sources for match in _VARIABLE.finditer(source)]
    names = [match[1] for match in blocks]
    pure = [
        block for source in sources for block in _LOCALS.findall(source) if not re.search(r"\b(module|data)\.", block)
    ]
    derived = [name for block in pure for name in _LOCAL.findall(block)]
    arena = scratch / "arena"
    arena.mkdir()
    everything = [
        *(match[0] for match in blocks),
        *pure,
        _output("variables", names, "var"),
        _output("derived", derived, "local"),
    ]
    (arena / "main.tf").write_text("\n\n".join(everything), encoding="utf-8")
    above = [match[1] for match in _VARIABLE.finditer(own)]
    handed = "\n".join(f"  {name} = var.{name}" for name in above if name in names)
    kept = "\n".join(f"    {name} = var.{name}" for name in above if name not in names)
    (scratch / "main.tf").write_text(
        f'module "arena" {{\n  source = "./arena"\n{handed}\n}}\n\n'
        f'output "all" {{\n  value = {{\n    variables = merge(module.arena.variables, {{\n{kept}\n    }})\n'
        "    derived   = module.arena.derived\n  }\n}\n",
        encoding="utf-8",
    )
    for file in (folder / VALUES, *sorted(folder.glob("*.auto.tfvars*"))):
        shutil.copy(file, scratch / file.name)


def _output(name: str, names: list[str], kind: str) -> str:
    held = "\n".join(f"    {one} = {kind}.{one}" for one in names)
    return f'output "{name}" {{\n  value = {{\n{held}\n  }}\n}}'


def _run(program: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end. Nothing of this terminal's Terraform set-up is passed on, so nothing of it can matter."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(  # noqa: S603 - no shell, and nothing of it comes from elsewhere
        [program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def _diagnosed(said: Iterator[Mapping[str, Any]]) -> Iterator[Finding]:
    for one in said:
        text = f"{one['summary']} {one['detail']}"
        if unset := _UNSET.search(text):
            yield problem(_SUBJECT, f"{unset[1]} is not set: {VALUES}.example explains it.")
        elif undeclared := _UNDECLARED.search(text):
            yield problem(_SUBJECT, f"{undeclared[1]} is no variable: look how it is spelled in {VALUES}.example.")
        elif unsuitable := _UNSUITABLE.search(text):
            yield problem(
                _SUBJECT,
                f"{unsuitable[1]} is of the wrong kind ({unsuitable[2]}): {VALUES}.example shows one.",
            )
        elif one["severity"] == "error":
            told = " ".join(_WHERE.sub("", one["detail"] or one["summary"]).split())
            if (line := _unreadable(one)) is None:
                yield problem(_SUBJECT, told)
            else:
                yield problem(_SUBJECT, f"{line}: {told}")
                return  # a quote that is missing makes each line after it a fault of its own


def _unreadable(diagnostic: Mapping[str, Any]) -> str | None:
    """File and line, if it is a file of values that cannot be read; ``None`` for a validation, which has a sentence."""
    at: Mapping[str, Any] = diagnostic.get("range") or {}
    if ".tfvars" not in at.get("filename", "") or _WHERE.search(diagnostic["detail"]):
        return None
    return f"{at['filename']}, line {at['start']['line']}"


def _left_over(folder: Path) -> list[Finding]:
    """Values that stand as the example has them."""
    return [
        problem(_SUBJECT, f"{name}{where} is still the example's: put in your own.")
        for file, where in ((VALUES, ""), (BACKEND, f" in {BACKEND}"))
        for name in _same(folder / file, folder / f"{file}.example")
    ]


def _same(given: Path, example: Path) -> Iterator[str]:
    if not example.is_file():
        return
    texts = (file.read_text(encoding="utf-8") for file in (example, given))
    shown, own = (dict([*_ASSIGNED.findall(text), *_LISTED.findall(text)]) for text in texts)
    yield from (name for name, value in own.items() if shown.get(name) == value and name not in _CHOSEN)


def _of_another(folder: Path, values: Values) -> Iterator[Finding]:
    """Files that were copied from another environment's folder: Terraform would change that one."""
    environment = values.variables.get("environment", folder.name)
    state = values.backend.get("key", "")
    if environment != folder.name:
        yield problem(_SUBJECT, f"environment is {environment}, and this is the folder of {folder.name}: say its own.")
    if any(f"{other.name}/" in state for other in folder.parent.glob("*/") if other.name != folder.name):
        yield problem(
            _SUBJECT,
            f"key in {BACKEND} is {state}, another environment's state, which this one would change: it is "
            f"{folder.name}/terraform.tfstate here.",
        )
