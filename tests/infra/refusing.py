"""The validations of a module's variables, evaluated by Terraform itself: its ``console`` needs no provider.

The Terraform of :data:`folders.TOOLS` is 1.0, which knows neither ``nullable`` nor validations that look at other
variables, nor defaults inside an object's type. So variables and local values are copied without those, defaults are
merged in by hand, and the conditions are asked for as expressions.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from folders import TOOLS

_BLOCK: Final = re.compile(r"^(?:locals|variable \"\w+\") \{$.*?^\}$", re.MULTILINE | re.DOTALL)
_VARIABLE: Final = re.compile(r"^variable \"(\w+)\" \{$(.*?)^\}$", re.MULTILINE | re.DOTALL)
_VALIDATION: Final = re.compile(
    r"^  validation \{$.*?^    condition\s+= (.*?)^    error_message = \"(.*?)\"$.*?^  \}$", re.MULTILINE | re.DOTALL
)
_NEWER: Final = re.compile(r"^  nullable +=[^\n]*\n|^  validation \{$.*?^  \}\n", re.MULTILINE | re.DOTALL)
_TYPE: Final = re.compile(r"^  type +=(?:[^\n]*\{\n(?:    [^\n]*\n)*  \}\)|[^\n]*)", re.MULTILINE)
_OPTIONAL: Final = re.compile(r"(\w+)\s*=\s*optional\(\w+, ([^)]+)\)")
_COMMENT: Final = re.compile(r"^\s*#[^\n]*$", re.MULTILINE)
_RUN: Final = re.compile(r"^run \"(\w+)\" \{$(.*?)^\}$", re.MULTILINE | re.DOTALL)
_VALUES: Final = re.compile(r"^( *)variables \{$(.*?)^\1\}$", re.MULTILINE | re.DOTALL)
_EXPECTED: Final = re.compile(r"^  expect_failures = \[(.*)\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Validation:
    """``condition`` is an expression in one line, ``sentence`` what is said when it does not hold."""

    variable: str
    condition: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a ``.tftest.hcl``: what it sets, as text, and which variables it says are refused."""

    name: str
    file: Path
    values: str
    refused: frozenset[str]

    def __str__(self) -> str:
        return f"{self.file.name.partition('.')[0]}-{self.name}"


def runs(file: Path) -> Iterator[Run]:
    """Of a file."""
    for name, body in _RUN.findall(file.read_text()):
        expected = _EXPECTED.search(body)
        named = re.findall(r"\bvar\.(\w+)", expected[1]) if expected else []
        values = _VALUES.search(body)
        yield Run(name, file, values[2] if values else "", frozenset(named))


def shared(file: Path) -> str:
    """What every run of a file sets."""
    return str(next(body for indented, body in _VALUES.findall(file.read_text()) if not indented))


@cache
def validations(module: Path) -> Sequence[Validation]:
    """Of all variables of a module."""
    return [
        Validation(variable, " ".join(_COMMENT.sub("", condition).split()), sentence)
        for file in sorted(module.glob("*.tf"))
        for variable, body in _VARIABLE.findall(file.read_text())
        for condition, sentence in _VALIDATION.findall(body)
    ]


def fails(module: Path, run: Run, scratch: Path) -> list[Validation]:
    """What does not hold with the values of that run."""
    texts = {file.name: "\n".join(_BLOCK.findall(file.read_text())) for file in module.glob("*.tf")}
    wholes = dict(whole for text in texts.values() for whole in _wholes(text))
    for name, text in texts.items():
        older = _TYPE.sub(_older, _NEWER.sub("", text))
        (scratch / name).write_text(_with_wholes(older, wholes))
    merged = (
        f"  {_whole(name)} = var.{name} == null ? null : merge({{ {added} }}, var.{name})"
        for name, added in wholes.items()
    )
    (scratch / "wholes.tf").write_text("\n".join(["locals {", *merged, "}"]) + "\n")
    (scratch / "terraform.tfvars").write_text(shared(run.file))
    (scratch / "run.auto.tfvars").write_text(run.values)
    asked = validations(module)
    conditions = ", ".join(_with_wholes(one.condition, wholes) for one in asked)
    return [one for one, holds in zip(asked, _answers(conditions, scratch), strict=True) if not holds]


def _answers(conditions: str, scratch: Path) -> list[bool]:
    done = subprocess.run(
        [TOOLS / "terraform", "console", "-no-color"],
        input=f"jsonencode([{conditions}])\n",
        cwd=scratch,
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    answers: list[bool] = json.loads(json.loads(done.stdout))
    return answers


def _wholes(text: str) -> Iterator[tuple[str, str]]:
    for variable, body in _VARIABLE.findall(text):
        if (found := _TYPE.search(body)) and (optional := _OPTIONAL.findall(found[0])):
            yield variable, ", ".join(f"{name} = {default}" for name, default in optional)


def _whole(variable: str) -> str:
    return f"whole_{variable}"


def _with_wholes(text: str, wholes: dict[str, str]) -> str:
    for variable in wholes:
        text = re.sub(rf"\bvar\.{variable}\b", f"local.{_whole(variable)}", text)
    return re.sub(r'strcontains\(([^,]+), ("[^"]*")\)', r"can(regex(\2, \1))", text)


def _older(found: re.Match[str]) -> str:
    return "  type = any" if "object(" in found[0] else found[0]
