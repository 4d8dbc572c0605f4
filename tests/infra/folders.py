"""Where the Terraform of this repository stands, and the tools that check it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TERRAFORM: Final = ROOT / "infra" / "terraform"
ENVIRONMENTS: Final = TERRAFORM / "environments"
MODULES: Final = TERRAFORM / "modules"
COMPOSITION: Final = TERRAFORM / "arena"
TOOLS: Final = ROOT / ".venv-infra" / "bin"
"""Of `make infra`: checkov."""
LIBRARY: Final = (ROOT / ".venv-terraform" / "bin" / "python", ROOT / "tools" / "terraform.py")
"""The Terraform of `make infra`: the version that deploys, as a library."""
_NOT_PASSED: Final = ("AWS_", "PYTHON", "TF_")

FILES: Final = sorted(file for file in TERRAFORM.rglob("*.tf") if ".terraform" not in file.parts)
FOLDERS: Final = sorted({file.parent for file in FILES})
EXAMPLES: Final = sorted(TERRAFORM.rglob("terraform.tfvars.example"))


def short(path: Path) -> str:
    """Of a test's name."""
    return str(path.relative_to(TERRAFORM))


def run(*command: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """A command, run to its end; no account, no setting and no other package of this machine is in its way."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_PASSED)}
    return subprocess.run(
        command,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env={**variables, "CHECKPOINT_DISABLE": "1"},
        timeout=600,
    )
