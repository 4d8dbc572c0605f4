"""Packages as a function is shipped: its files and those of the distributions that it needs, with their bytecode."""

from __future__ import annotations

import compileall
import shutil
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from py_compile import PycInvalidationMode


def packaged(target: Path, distributions: Iterable[str], own: Iterable[Path] = ()) -> int:
    """Fill ``target``; how many bytes it takes."""
    for name in distributions:
        for file in metadata.distribution(name).files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts and not file.parts[0].endswith(".dist-info"):
                _copied(Path(str(file.locate())), target / file)
    for source in own:
        for path in [source] if source.is_file() else source.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                _copied(path, target / path.relative_to(source.parent))
    compileall.compile_dir(target, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return sum(path.stat().st_size for path in target.rglob("*") if path.is_file())


def _copied(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
