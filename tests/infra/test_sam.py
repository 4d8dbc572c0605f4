"""The SAM template by ``cfn-lint`` and by ``sam validate --lint``, which read it as CloudFormation would."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest
from folders import ROOT

from infra.sam.template import TEMPLATE, read

TOOLS: Final = ROOT / ".venv-sam" / "bin"
LINTS: Final = [("cfn-lint",), ("sam", "validate", "--lint", "--template")]


def lint(command: tuple[str, ...], template: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Nothing of this environment is passed on: no account, and nobody is told that it ran.

    It needs a region, in which resources are looked up in what cfn-lint brings; no credentials, and no network.
    """
    variables = {"PATH": os.defpath, "HOME": str(home), "AWS_DEFAULT_REGION": "us-east-1", "SAM_CLI_TELEMETRY": "0"}
    return subprocess.run(
        [TOOLS / command[0], *command[1:], template], capture_output=True, text=True, check=False, env=variables
    )


@pytest.mark.parametrize("command", LINTS, ids=lambda command: command[0])
def test_nothing_is_wrong_with_it(command: tuple[str, ...], tmp_path: Path) -> None:
    done = lint(command, TEMPLATE, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", LINTS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("VisibilityTimeout: 5400", "VisibilityTimeout: 54000"),
        ("!GetAtt CommandsQueue.Arn", "!GetAtt Nowhere.Arn"),
        ("Handler:", "Handle:"),
    ],
    ids=["a value", "a reference", "a property"],
)
def test_what_is_wrong_is_found(command: tuple[str, ...], right: str, wrong: str, tmp_path: Path) -> None:
    text = TEMPLATE.read_text()
    assert right in text
    (template := tmp_path / "template.yaml").write_text(text.replace(right, wrong))
    assert lint(command, template, tmp_path).returncode != 0


def test_short_forms_are_read_as_cloudformation_means_them(tmp_path: Path) -> None:
    (file := tmp_path / "template.yaml").write_text(
        'A: !Ref B\nC: !GetAtt D.E.F\nG: !Sub "${H}-i"\nJ: !If [K, !Ref L, {M: !Condition N}]\nO: 2012-10-17\n'
    )
    assert read(file) == {
        "A": {"Ref": "B"},
        "C": {"Fn::GetAtt": ["D", "E.F"]},
        "G": {"Fn::Sub": "${H}-i"},
        "J": {"Fn::If": ["K", {"Ref": "L"}, {"M": {"Condition": "N"}}]},
        "O": "2012-10-17",
    }


def test_nothing_else_is_read_as_a_template(tmp_path: Path) -> None:
    (file := tmp_path / "template.yaml").write_text("- a\n")
    with pytest.raises(TypeError, match=r"template\.yaml holds no template"):
        read(file)
