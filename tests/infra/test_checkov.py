"""checkov finds nothing, and what it was told to leave alone has its reason beside it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

from folders import FILES, TERRAFORM, TOOLS, run, short

SKIP: Final = re.compile(r"checkov:skip=([\w,]*)(.*)")
FEWEST_WORDS: Final = 4


def checkov(folder: Path) -> subprocess.CompletedProcess[str]:
    """All its checks of Terraform; nothing is fetched, and nothing it finds is forgiven."""
    return run(
        TOOLS / "checkov", "--directory", folder, "--framework", "terraform", "--skip-download", "--quiet", "--compact"
    )


def test_checkov_finds_nothing() -> None:
    done = checkov(TERRAFORM)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Failed to run check" not in done.stderr, "a check that gave up has found nothing, and says so nowhere else"


def test_checkov_finds_an_open_bucket(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_s3_bucket" "a" {\n  bucket = "a"\n}\n')
    done = checkov(tmp_path)
    assert done.returncode == 1
    assert "CKV2_AWS_6" in done.stdout


def test_each_skip_says_why() -> None:
    found = [(short(file), *skip) for file in FILES for skip in SKIP.findall(file.read_text())]
    assert [skip for skip in found if not _reasoned(skip[2])] == []


def _reasoned(rest: str) -> bool:
    return rest.startswith(":") and len(rest.split()) >= FEWEST_WORDS


def test_a_skip_without_a_reason_is_found() -> None:
    assert _reasoned(":The key would be a dollar a month")
    assert not _reasoned("")
    assert not _reasoned(":not needed")
