"""``python -m infra.package``: fetch the wheels, build every package for both architectures, and say how large each is.

Run it with the Python of the functions' runtime: its bytecode is what they load.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from infra.functions import RUNTIME
from infra.package.building import Built, build
from infra.package.closure import ROOT
from infra.package.contents import PACKAGES
from infra.package.machines import ARCHITECTURES, Architecture
from infra.package.provenance import bill_of_materials
from infra.package.wheels import NotPackaged, fetch

VERSION: Final = f"{sys.version_info.major}.{sys.version_info.minor}"


def main() -> int:
    """0: every package is built and within its bounds; 1: one is not, which is said."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "packages", help="where the zips go")
    parser.add_argument("--wheels", type=Path, default=ROOT / "build" / "wheels", help="where wheels are kept")
    parser.add_argument("--arch", nargs="+", choices=[*ARCHITECTURES], default=[*ARCHITECTURES])
    parser.add_argument("--fetch", action="store_true", help="fetch the wheels and build nothing")
    given = parser.parse_args()
    try:
        return _run(given.out, given.wheels, [ARCHITECTURES[name] for name in given.arch], only_fetch=given.fetch)
    except NotPackaged as error:
        print(error, file=sys.stderr)
        return 1


def _run(out: Path, wheels: Path, architectures: list[Architecture], *, only_fetch: bool) -> int:
    for architecture in architectures:
        needed = sorted({name for package in PACKAGES for name in package.distributions_for(architecture)})
        fetch(needed, architecture, VERSION, kept(wheels, architecture))
    if only_fetch:
        return 0
    print(f"{'package':<20}{'files':>7}{'zipped MB':>11}{'at most':>9}{'unzipped MB':>13}  SHA-256, Python {VERSION}")
    made = []
    for architecture in architectures:
        for package in PACKAGES:
            built = build(package, architecture, kept(wheels, architecture), out, sys.executable)
            made.append(built)
            _say(built)
            bill = out / f"{built.path.stem}.bom.json"
            bill.write_text(json.dumps(bill_of_materials(built), indent=1) + "\n", encoding="utf-8")
    sums = "".join(f"{built.sha256}  {built.path.name}\n" for built in made)
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8")
    if f"python{VERSION}" != RUNTIME:
        print(
            f"These are for Python {VERSION}, and the functions run {RUNTIME}: enough to try them here. To deploy, "
            f"remove .venv and say “make packages PYTHON={RUNTIME}”.",
            file=sys.stderr,
        )
    return 0


def kept(wheels: Path, architecture: Architecture) -> Path:
    """Where an architecture's wheels lie, for this version of Python."""
    return wheels / f"{architecture.name}-{VERSION}"


def _say(built: Built) -> None:
    most = built.package.most_bytes / 1e6
    sizes = f"{built.zipped / 1e6:>11.2f}{most:>9.1f}{built.unzipped / 1e6:>13.1f}"
    print(f"{built.path.stem:<20}{built.files:>7}{sizes}  {built.sha256}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
