"""What local values of a module are, as Terraform itself evaluates them: by its ``console``, which needs no provider.

The module's variables and local values are copied without its resources, so only what stands on neither resources nor
data sources can be asked for; ``instead`` puts a value in the place of an expression that does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from folders import LIBRARY, run

_BLOCK: Final = re.compile(r"^(?:locals|variable \"\w+\") \{$.*?^\}$", re.MULTILINE | re.DOTALL)


def evaluated(
    module: Path, expression: str, scratch: Path, variables: Mapping[str, Any], instead: Mapping[str, str] | None = None
) -> Any:
    """The value of an expression in that module."""
    for file in module.glob("*.tf"):
        text = "\n".join(_BLOCK.findall(file.read_text()))
        for before, after in (instead or {}).items():
            text = text.replace(before, after)
        (scratch / file.name).write_text(text)
    (scratch / "terraform.tfvars.json").write_text(json.dumps(variables))
    done = run(*LIBRARY, f"-chdir={scratch}", "console", "-no-color", given=f"jsonencode({expression})\n")
    if done.returncode or done.stderr:
        raise ValueError(f"{expression}: {done.stdout}{done.stderr}")
    return json.loads(json.loads(done.stdout))
