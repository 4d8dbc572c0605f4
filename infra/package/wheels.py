"""The wheels that packages are made of: exactly those that ``requirements.lock`` pins, checked by their hashes."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Final

from infra.package.closure import ROOT
from infra.package.machines import Architecture

LOCK: Final = ROOT / "requirements.lock"
SOURCES: Final = frozenset({"chess"})
"""Published as source alone. They are pure Python, so the wheel that is built here is everybody's."""
_FIRST_DAY: Final = "315532800"
"""1980, in seconds: the oldest time that a zip can hold, so that a wheel built again is the same."""
_PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")


class NotPackaged(Exception):
    """A package cannot be built as it is declared; says which and why."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A distribution as it was fetched. ``name`` is normalised (PEP 503)."""

    path: Path
    name: str
    version: str
    licence: str
    requires: tuple[str, ...]
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Wheel:
        """Read what it says of itself."""
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
            about: Message = BytesParser().parsebytes(archive.read(name))
        return cls(
            path,
            normalised(about["Name"]),
            about["Version"],
            about["License-Expression"] or "",
            tuple(about.get_all("Requires-Dist") or ()),
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Its files as they are installed; scripts and headers are none."""
        with zipfile.ZipFile(self.path) as archive:
            for name in sorted(archive.namelist()):
                if not name.endswith("/") and (installed := _installed(name)):
                    yield installed, archive.read(name)


def normalised(name: str) -> str:
    """A distribution's name, however it is written: https://peps.python.org/pep-0503/#normalized-names"""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> Mapping[str, str]:
    """The lines of a lock file, hashes included, by normalised name; one may be pinned for each version of Python."""
    found: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", lock):
        if pinned := _PINNED.match(block):
            name = normalised(pinned[1])
            found[name] = found.get(name, "") + block.rstrip() + "\n"
    return found


def fetch(distributions: Iterable[str], architecture: Architecture, python_version: str, folder: Path) -> None:
    """Have pip download these distributions for a machine that is not this one; what is there already is not asked for.

    :raises NotPackaged: when one is not pinned, or there is no wheel of it for that machine.
    """
    wanted = set(distributions)
    platforms = [word for platform in architecture.platforms for word in ("--platform", platform)]
    elsewhere = ["--only-binary=:all:", "--implementation", "cp", "--python-version", python_version, *platforms]
    _pip(["download", *elsewhere, "--dest", str(folder)], wanted - SOURCES, architecture)
    if sources := wanted & SOURCES:
        _pip(["wheel", "--use-pep517", "--wheel-dir", str(folder)], sources, architecture)


def _pip(command: list[str], distributions: Iterable[str], architecture: Architecture) -> None:
    pinned = locked(LOCK.read_text(encoding="utf-8"))
    if unknown := sorted(set(distributions) - pinned.keys()):
        raise NotPackaged(f"{', '.join(unknown)}: not in {LOCK.name}. Run tools/lock.sh, or correct the list.")
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as wanted:
        wanted.writelines(pinned[name] for name in sorted(distributions))
        wanted.flush()
        pip = [sys.executable, "-m", "pip", *command, "--disable-pip-version-check", "--quiet", "--no-deps"]
        done = subprocess.run(  # noqa: S603 - nothing in it comes from elsewhere
            [*pip, "--require-hashes", "--requirement", wanted.name],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "SOURCE_DATE_EPOCH": _FIRST_DAY},
        )
    if done.returncode:
        raise NotPackaged(f"The wheels for {architecture.name} cannot be had: {done.stderr.strip()[-500:]}")


def in_folder(folder: Path, distributions: Iterable[str]) -> list[Wheel]:
    """The wheels of these distributions, by name. :raises NotPackaged: when one is missing or there twice."""
    found: dict[str, list[Wheel]] = {}
    for path in sorted(folder.glob("*.whl")):
        wheel = Wheel.of(path)
        found.setdefault(wheel.name, []).append(wheel)
    wanted = sorted(set(distributions))
    for name in wanted:
        if len(found.get(name, [])) != 1:
            raise NotPackaged(f"{folder} holds {len(found.get(name, []))} wheels of {name} where one is needed.")
    return [found[name][0] for name in wanted]


def _installed(name: str) -> str:
    """Where a wheel's file is installed: https://packaging.python.org/en/latest/specifications/binary-distribution-format/"""
    top, _, rest = name.partition("/")
    if not top.endswith(".data"):
        return name
    kind, _, path = rest.partition("/")
    return path if kind in ("purelib", "platlib") else ""
