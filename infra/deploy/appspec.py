"""What CodeDeploy is told about one function: shift its alias from one version to another.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

ALIAS: Final = "live"
"""What API, event sources and schedule invoke."""


@dataclass(frozen=True, slots=True)
class Move:
    """A function's way from the version that was live to the one that shall be; versions are Lambda's numbers."""

    function: str
    before: str
    after: str

    @property
    def is_needed(self) -> bool:
        """Whether the code or the settings of the function have changed at all."""
        return self.before != self.after


def appspec(move: Move) -> str:
    """As JSON, the same text for the same move."""
    properties = {
        "Name": move.function,
        "Alias": ALIAS,
        "CurrentVersion": move.before,
        "TargetVersion": move.after,
    }
    resource = {move.function: {"Type": "AWS::Lambda::Function", "Properties": properties}}
    return json.dumps({"version": 0.0, "Resources": [resource]}, sort_keys=True)


def revision(move: Move) -> dict[str, Any]:
    """What ``CreateDeployment`` takes: the text itself, so that no bucket has to be readable."""
    content = appspec(move)
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": content, "sha256": sha256}}
