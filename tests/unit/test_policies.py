"""What ``docs/privacy.md`` and ``docs/terms.md`` name exists: their commands, their links, their variables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.commands import command

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / name for name in ("privacy.md", "terms.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_named_is_declared(page: Path) -> None:
    named = re.findall(r"`/(\w+) ([\w-]+)[^`]*`", page.read_text())
    assert named
    for name, verb in named:
        assert command(name).verb(verb).name == verb


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        assert (page.parent / target.partition("#")[0]).is_file(), target


def test_every_variable_named_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    for page in PAGES:
        for variable in re.findall(r"`([A-Z]+_[A-Z_]+)`", page.read_text()):
            assert f"{variable}=" in example
