"""How the gathered files come into their bucket: the commands of the AWS CLI, since each file has its type."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from infra.site.contents import ASSETS, File

CHANGING: Final = "/*"
"""What the edges forget afterwards; one path of an invalidation, of which a thousand a month are free."""


def commands(made: Sequence[File], folder: Path, bucket: str, distribution: str) -> list[str]:
    """Shell lines in the order in which they must run; ``bucket`` and ``distribution`` may be variables (``$NAME``).

    Each uploads the files of one suffix, type and time to be kept. Nothing is deleted: a page that is open goes on with
    its scripts, and they weigh little. What the edges keep is given up at the end.
    """
    groups: dict[tuple[str, str, str], None] = {}
    for file in made:
        groups[_pattern(file), file.content_type, file.cache_control] = None
    lines = [
        f"aws s3 cp {shlex.quote(str(folder))} s3://{bucket} --recursive --only-show-errors "
        f"--exclude '*' --include {shlex.quote(pattern)} "
        f"--content-type {shlex.quote(media)} --cache-control {shlex.quote(kept)}"
        for pattern, media, kept in groups
    ]
    return [
        *lines,
        f"aws cloudfront create-invalidation --distribution-id {distribution} --paths {shlex.quote(CHANGING)}",
    ]


def _pattern(file: File) -> str:
    """What the CLI's ``--include`` takes for this file and its like; its ``*`` also stands for slashes."""
    path = PurePosixPath(file.path)
    if path.parts[0] == ASSETS:
        return f"{ASSETS}/{path.parts[1]}/*{path.suffix}"
    return f"{path.parts[0]}/*{path.suffix}" if len(path.parts) > 1 else str(path)
