"""Fetch what the Terraform of this repository is checked against: the arguments of every resource of the AWS provider.

The npm package that ``tests/infra/provider.json`` names is generated from the schema of AWS provider 6.25 (MPL-2.0).
Its type declarations say of each argument what it is called, of which type it is, and whether it is required. They are
the only part that is unpacked, after the package's hash was compared: 31 MB below ``build/provider-aws``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PINNED: Final = ROOT / "tests" / "infra" / "provider.json"
TARGET: Final = ROOT / "build" / "provider-aws"
DECLARATIONS: Final = "index.d.ts"


def main() -> int:
    """Fetch, compare, unpack; 1 and a sentence when it cannot."""
    pinned = json.loads(PINNED.read_text())
    if (npm := shutil.which("npm")) is None:
        return _failed("npm is missing: apt install npm")
    with tempfile.TemporaryDirectory() as folder:
        package = f"{pinned['package']}@{pinned['version']}"
        fetched = subprocess.run(
            [npm, "pack", "--silent", package], cwd=folder, capture_output=True, text=True, check=False
        )
        if fetched.returncode:
            return _failed(f"npm could not fetch {package}: {fetched.stderr.strip()[-400:]}")
        archive = next(Path(folder).glob("*.tgz"))
        if (found := integrity(archive)) != pinned["integrity"]:
            return _failed(f"{package} is not what was pinned: it has {found}")
        unpack(archive)
    return 0


def integrity(archive: Path) -> str:
    """As npm writes it: the name of the hash, a hyphen, and the hash in base64."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def unpack(archive: Path, target: Path = TARGET) -> None:
    """The declarations of each resource as ``target/RESOURCE.d.ts``."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tarfile.open(archive) as members:
        for member in members:
            parts = Path(member.name).parts  # package/lib/RESOURCE/index.d.ts
            if len(parts) == 4 and parts[-1] == DECLARATIONS and (held := members.extractfile(member)):
                (target / f"{parts[2]}.d.ts").write_bytes(held.read())


def _failed(why: str) -> int:
    sys.stderr.write(why + "\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
