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
    """What was live: ``functions`` are versions by the functions' full names, ``page`` the artifact shown, if any.

    ``released`` and ``shown`` are what the release was to put in their place.
    """

    application: str
    region: str
    functions: Mapping[str, str]
    site: Site
    page: str
    released: Mapping[str, str]
    shown: str

    def kept(self, path: Path) -> bool:
        """Write it, unless a record of the same release is there: whether one was.

        A release that is repeated finds live what it has itself put there, so only its first record leads back.
        """
        try:
            before = Record.read(path)
        except NotDeployed:
            self.write(path)
            return False
        if before.released == self.released and before.shown == self.shown and before._place == self._place:
            return True
        self.write(path)
        return False

    @property
    def _place(self) -> tuple[str, str, Site]:
        return self.application, self.region, self.site

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
