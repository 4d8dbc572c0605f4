"""Benchmarks are run seldom, so what they take from the arena is looked for each time."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted([*ROOT.glob("benchmarks/*.py"), *ROOT.glob("tools/*.py")])
OWN = ("engine", "bot", "infra", "lambda_interactions")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_whatever_a_script_imports_of_the_arena_is_there(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in OWN:
            module = importlib.import_module(node.module)
            missing = [one.name for one in node.names if not _is_in(module.__name__, one.name)]
            assert not missing, f"{path.name}: {node.module} has no {', '.join(missing)}"


def _is_in(module: str, name: str) -> bool:
    found = importlib.import_module(module)
    return hasattr(found, name) or importlib.util.find_spec(f"{module}.{name}") is not None
