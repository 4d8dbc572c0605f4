"""``python -m infra.site``: gather what CloudFront serves, and say how it is uploaded."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from infra.package.closure import ROOT
from infra.site.contents import File, files, manifest
from infra.site.upload import commands

OUT: Final = ROOT / "build" / "site"


def main(argv: Sequence[str] | None = None) -> int:
    """0: the files lie in their folder, a manifest beside it, and the commands that upload them were written."""
    parser = argparse.ArgumentParser(prog="python -m infra.site", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="where the files go (default: build/site)")
    parser.add_argument("--bucket", default='"$SITE_BUCKET"', help="whither the commands upload them")
    parser.add_argument("--distribution", default='"$SITE_DISTRIBUTION"', help="the id of what serves them")
    given = parser.parse_args(argv)
    made = files()
    write(made, given.out)
    told = manifest(made)
    beside(given.out).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    total = sum(len(file.content) for file in made) / 1e3
    sys.stderr.write(f"{len(made)} files, {total:.0f} kB, version {told['version']}, build {told['build']}\n")
    sys.stdout.write("\n".join(commands(made, given.out, given.bucket, given.distribution)) + "\n")
    return 0


def write(made: Sequence[File], out: Path) -> None:
    """These files and no other in that folder."""
    if out.exists():
        shutil.rmtree(out)
    for file in made:
        path = out / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def beside(out: Path) -> Path:
    """The manifest of that folder: it is no part of the site."""
    return out.with_name(f"{out.name}-manifest.json")


if __name__ == "__main__":
    raise SystemExit(main())
