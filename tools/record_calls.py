"""Write ``infra/recorded_calls.json`` anew: what each function was seen to call on AWS over the suites of scenarios.

    python tools/record_calls.py            # about ten minutes on two cores
    python tools/record_calls.py --check    # whether the file is what was recorded

The suites run twice: as they are, with the functions on a local AWS, and with each SQLite file replaced by a table
(``tests/stores_on_dynamodb.py``). Few tests look into the file and fail there; how many is said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
RECORDED: Final = ROOT / "infra" / "recorded_calls.json"
SERVERLESS: Final = ("tests/lambdas", "tests/e2e/test_serverless.py", "tests/e2e/test_predictions_shown.py")
SCENARIOS: Final = "tests/scenarios"

Calls = dict[str, dict[str, list[str]]]


def main() -> int:
    """The exit code."""
    with tempfile.TemporaryDirectory() as folder:
        if code := run(folder, *SERVERLESS, SCENARIOS):
            print("The suites fail: mend them first.")
            return code
        run(folder, "-p", "stores_on_dynamodb", SCENARIOS)
        calls = gathered(Path(folder))
    text = json.dumps(calls, indent=2) + "\n"
    if "--check" in sys.argv[1:]:
        same = RECORDED.read_text() == text
        print("It is what was recorded." if same else f"Something else was recorded:\n{text}")
        return 0 if same else 1
    RECORDED.write_text(text)
    print(f"{RECORDED.relative_to(ROOT)} is written")
    return 0


def run(folder: str, *arguments: str) -> int:
    """One run of pytest on both cores."""
    environment = {**os.environ, "ARENA_RECORD_CALLS": folder, "PYTHONPATH": os.pathsep.join([str(ROOT), "tests"])}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--no-header", "--tb=no", "-m", "not packages"]
    return subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False).returncode


def gathered(folder: Path) -> Calls:
    """What all processes saw, in order."""
    found = sorted({tuple(call) for file in folder.glob("*.json") for call in json.loads(file.read_text())})
    calls: Calls = {}
    for function, action, resource in found:
        calls.setdefault(function, {}).setdefault(resource, []).append(action)
    return calls


if __name__ == "__main__":
    sys.exit(main())
