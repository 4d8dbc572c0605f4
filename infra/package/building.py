"""Builds a package: our modules, the wheels' files and the bytecode of both, in a zip that is the same each time."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.package.closure import ROOT, file_of
from infra.package.contents import UNZIPPED_BYTES, Package, is_kept
from infra.package.machines import Architecture, machine_of
from infra.package.wheels import NotPackaged, Wheel, in_folder

TASK: Final = "/var/task"
"""Where Lambda unpacks it: tracebacks name files by that."""
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can hold."""
_READABLE: Final = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Built:
    """A package for one architecture. Sizes are in bytes."""

    package: Package
    architecture: Architecture
    path: Path
    files: int
    unzipped: int
    wheels: tuple[Wheel, ...]

    @property
    def zipped(self) -> int:
        """The zip's size."""
        return self.path.stat().st_size

    @property
    def sha256(self) -> str:
        """The zip's hash."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def build(package: Package, architecture: Architecture, wheels: Path, out: Path, python: str) -> Built:
    """Write ``out/NAME-ARCHITECTURE.zip``. ``python`` compiles, so it must be of the runtime's version.

    :raises NotPackaged: when a binary is for another machine, a wheel is missing, or the package is too large.
    """
    found = in_folder(wheels, package.distributions_for(architecture))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in contents(package, found, architecture).items():
            target = Path(folder, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        _compile(python, Path(folder))
        path = out / f"{package.name}-{architecture.name}.zip"
        files = sorted(file for file in Path(folder).rglob("*") if file.is_file())
        _zip(path, Path(folder), files)
        unzipped = sum(file.stat().st_size for file in files)
    built = Built(package, architecture, path, len(files), unzipped, tuple(found))
    _require_small(built)
    return built


def contents(package: Package, wheels: list[Wheel], architecture: Architecture) -> Mapping[str, bytes]:
    """Every file but the bytecode.

    :raises NotPackaged: when a binary is for another machine, or two files share a name.
    """
    files: dict[str, bytes] = {}
    for name, content in (*_own(package), *_foreign(wheels, architecture)):
        if files.setdefault(name, content) != content:
            raise NotPackaged(f"Two distributions of {package.name} hold {name}.")
    return files


def _own(package: Package) -> Iterator[tuple[str, bytes]]:
    for module in sorted(package.modules().own):
        file = file_of(module)
        assert file is not None  # noqa: S101 - a closure holds only modules that have one
        yield file.relative_to(ROOT).as_posix(), file.read_bytes()
    for pattern in package.data:
        for path in sorted(ROOT.glob(pattern)):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    yield "LICENSE", (ROOT / "LICENSE").read_bytes()


def _foreign(wheels: list[Wheel], architecture: Architecture) -> Iterator[tuple[str, bytes]]:
    for wheel in wheels:
        for name, content in wheel.files():
            if not is_kept(name):
                continue
            if machine_of(content) not in (None, architecture.machine):
                raise NotPackaged(f"{name} of {wheel.path.name} is no binary for {architecture.name}.")
            yield name, content


def _compile(python: str, folder: Path) -> None:
    """Bytecode that is trusted as it is: nobody looks whether a source of a read-only folder has changed."""
    command = [python, "-m", "compileall", "-q", "-j", "1", "-s", str(folder), "-p", TASK]
    command += ["--invalidation-mode", "unchecked-hash", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONHASHSEED": "0"})  # noqa: S603 - all of it is ours
    if done.returncode:
        raise NotPackaged(f"Not everything can be compiled by {python}: {(done.stdout + done.stderr).strip()[-500:]}")


def _zip(path: Path, folder: Path, files: list[Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _FIRST_DAY)
            entry.external_attr, entry.compress_type, entry.create_system = _READABLE, zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, file.read_bytes())


def _require_small(built: Built) -> None:
    for what, size, most in (
        ("zipped", built.zipped, built.package.most_bytes),
        ("unzipped", built.unzipped, UNZIPPED_BYTES),
    ):
        if size > most:
            raise NotPackaged(f"{built.path.name} is {size / 1e6:.1f} MB {what}; it may be {most / 1e6:.1f} MB.")
