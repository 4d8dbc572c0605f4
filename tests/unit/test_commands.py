"""The declarations: complete, and what the README says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands import CommandSpec, Verb, command, commands
from engine.errors import UnknownName
from engine.options import convert

ROOT = Path(__file__).resolve().parents[2]
VERBS = [(spec, verb) for spec in commands() for verb in spec.verbs]


def test_there_are_the_groups() -> None:
    assert {spec.name for spec in commands()} >= {"duel", "arena"}
    with pytest.raises(UnknownName, match="/duel"):
        command("dual")


@pytest.mark.parametrize(("spec", "verb"), VERBS, ids=[f"{s.name}-{v.name}" for s, v in VERBS])
def test_a_verb_is_declared_in_full(spec: CommandSpec, verb: Verb) -> None:
    assert verb.help.endswith(".")
    assert verb.usage(spec.name).startswith(f"/{spec.name} {verb.name}")
    assert verb.positional <= len(verb.options)
    names = [option.name for option in verb.options]
    assert len(set(names)) == len(names)
    for option in verb.options:
        assert option.help
        # Discord's rules for names and help of options.
        assert option.name == option.name.lower()
        assert len(option.name) <= 32
        assert len(option.help) <= 100
        assert len(option.choices) <= 25
        if option.default is not None:
            assert convert(option, option.default) == option.default
    required = [option.required for option in verb.options]
    assert required == sorted(required, reverse=True), "required options come first"


def test_the_readme_has_the_commands_of_today() -> None:
    check = subprocess.run([sys.executable, ROOT / "tools" / "update_readme.py", "--check"], check=False)
    assert check.returncode == 0, "run tools/update_readme.py"


def test_declarations_import_nothing_heavy() -> None:
    heavy = "{'chess', 'aiohttp', 'sqlite3', 'asyncio', 'PIL', 'rich', 'openai', 'boto3'}"
    code = f"import sys, bot.commands as c; c.commands(); print(sorted({heavy} & sys.modules.keys()))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.strip() == "[]"
