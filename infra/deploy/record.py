"""What was live before a release, written before anything is changed: all that the way back needs to know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.deploy.failures import NotDeployed


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are: the bucket of artifacts, the one behind CloudFront, and CloudFront's distribution."""

    artifacts: str
    bucket: str
    distribution: str


@dataclass(frozen=True, slots=True)
class Record:
    """``functions`` are versions by the functions' full names; ``page`` is the artifact that was shown, if any."""

    application: str
    region: str
    functions: Mapping[str, str]
    site: Site
    page: str

    def write(self, path: Path) -> None:
        """As JSON; no secret is in it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Record:
        """:raises NotDeployed: when it is none."""
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{**held, "site": Site(**held["site"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NotDeployed(f"{path} is no record of a release ({error}).") from None
