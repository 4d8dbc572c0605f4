"""Which of our modules a function can reach, read from their imports: those of functions too, none is run.

An import for type checkers alone does not count. What is found by scanning a folder must be named: no import shows it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
OWN: Final = frozenset({"engine", "bot", "lambda_interactions", "infra"})


@dataclass(frozen=True, slots=True)
class Closure:
    """Our modules by name, and the top-level names of all others that they import."""

    own: frozenset[str]
    foreign: frozenset[str]


def closure(start: Iterable[str], scanned: Collection[str] = (), without: Collection[str] = ()) -> Closure:
    """What these modules reach. ``scanned`` packages come with all their modules; ``without`` is not followed."""
    own: set[str] = set()
    foreign: set[str] = set()
    waiting = [*start, *scanned]
    while waiting:
        name = waiting.pop()
        top = name.partition(".")[0]
        if top not in OWN:
            foreign.add(top)
            continue
        if name in own or name in without or (file := file_of(name)) is None:
            continue
        own.add(name)
        waiting += [parent for parent in _parents(name) if parent not in own]
        waiting += _imported_by(file)
        if name in scanned:
            waiting += [f"{name}.{found}" for found in _children(file)]
    return Closure(frozenset(own), frozenset(foreign))


def file_of(module: str) -> Path | None:
    """The file of one of our modules; ``None`` for a name that is something inside a module."""
    path = ROOT.joinpath(*module.split("."))
    found = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in found if file.is_file()), None)


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def _children(init: Path) -> Iterator[str]:
    for path in sorted(init.parent.iterdir()):
        if path.suffix == ".py" and path != init:
            yield path.stem
        elif (path / "__init__.py").is_file():
            yield path.name


@cache  # a checkout does not change while it is packed, and each package asks for the same files
def _imported_by(file: Path) -> tuple[str, ...]:
    return tuple(_imported(ast.parse(file.read_text(encoding="utf-8"))))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                # Each may be a module of its own, or something inside this one.
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=orelse):
                for other in orelse:
                    yield from _imported(other)
            case _:
                yield from _imported(node)
