"""The guides: what they link to and name is there, and their figures are today's."""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bot.cli import parser
from infra.cost.idle import ALARMS

ROOT: Final = Path(__file__).resolve().parents[2]
GUIDES: Final = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")])
_LINK: Final = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
_TEST: Final = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)*)`")
_MAKE: Final = re.compile(r"^(?:sudo )?make (?:-C \S+ )?([a-z][a-z-]+)", re.MULTILINE)
_ARENA: Final = re.compile(r"^ *(?:\.venv/bin/)?arena ([a-z][a-z-]+)", re.MULTILINE)
_CODE: Final = re.compile(r"^```\w*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def named(guide: Path) -> str:
    return guide.relative_to(ROOT).as_posix()


def code(guide: Path) -> Iterator[str]:
    """What stands in a block or between backticks."""
    for block, inline in _CODE.findall(guide.read_text(encoding="utf-8")):
        yield block or inline


@pytest.mark.parametrize("guide", GUIDES, ids=named)
def test_every_link_leads_somewhere(guide: Path) -> None:
    targets = [link for link in _LINK.findall(guide.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in targets if not (guide.parent / link).exists()] == []


@pytest.mark.parametrize("guide", GUIDES, ids=named)
def test_every_test_that_is_named_is_there(guide: Path) -> None:
    names = _TEST.findall(guide.read_text(encoding="utf-8"))
    assert [f"{file}{parts}" for file, parts in names if not holds(ROOT / file, parts)] == []


def holds(file: Path, parts: str) -> bool:
    """Whether a file has that class and test. ``parts`` is ``::Class::test``, ``::test`` or empty."""
    if not file.exists():
        return False
    body: list[ast.stmt] = ast.parse(file.read_text(encoding="utf-8")).body
    for name in filter(None, parts.split("::")):
        found = next((one for one in body if getattr(one, "name", "") == name), None)
        if found is None:
            return False
        body = getattr(found, "body", [])
    return True


def test_one_that_is_not_there_is_seen() -> None:
    here = Path(__file__)
    assert holds(here, "::test_one_that_is_not_there_is_seen")
    assert not holds(here, "::test_another")
    assert not holds(here / "elsewhere.py", "")


@pytest.mark.parametrize("guide", GUIDES, ids=named)
def test_every_command_that_is_named_is_there(guide: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    (group,) = (one for one in parser(str)._actions if isinstance(one, argparse._SubParsersAction))
    texts = list(code(guide))
    assert {name for text in texts for name in _MAKE.findall(text)} <= targets
    assert {name for text in texts for name in _ARENA.findall(text)} <= set(group.choices)


def test_the_costs_of_models_are_those_of_the_catalogue() -> None:
    check = subprocess.run([sys.executable, ROOT / "tools" / "update_costs.py", "--check"], check=False)
    assert check.returncode == 0, "run tools/update_costs.py"


def test_the_runbook_has_every_alarm() -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    assert [alarm for alarm in ALARMS if f"`{alarm}`" not in runbook] == []
