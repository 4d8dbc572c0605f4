"""What a webhook reads at a glance is what the whole reading of an interaction says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.commands import CommandSpec, Verb, commands
from bot.on_discord import deferring
from bot.on_discord.parse import Command, parse

ROOT = Path(__file__).resolve().parents[2]


def _interaction(kind: int, data: Any, **more: Any) -> dict[str, Any]:
    return {"id": "1", "application_id": "2", "token": "t", "type": kind, "data": data, "guild_id": "3", **more}


def _interactions(spec: CommandSpec, verb: Verb) -> Iterator[dict[str, Any]]:
    """Typed, pressed, with a question before it and handed in, with every choice of its form's fields given or not."""
    names = dict.fromkeys([*verb.form, *(option.name for option in verb.options[:2])])
    for count in range(len(names) + 1):
        for given in combinations(names, count):
            options = [{"type": 3, "name": name, "value": "x"} for name in given]
            text = f"{spec.name}.{verb.name}?{urlencode(dict.fromkeys(given, 'x'))}"
            yield _interaction(2, {"name": spec.name, "options": [{"type": 1, "name": verb.name, "options": options}]})
            yield _interaction(3, {"custom_id": text})
            yield _interaction(3, {"custom_id": f"!{text}"})
            yield _interaction(5, {"custom_id": text, "components": []})
            yield _interaction(3, {"custom_id": text}, guild_id=None)


@pytest.mark.parametrize(
    ("spec", "verb"),
    [pytest.param(spec, verb, id=f"{spec.name} {verb.name}") for spec in commands() for verb in spec.verbs],
)
def test_a_glance_sees_what_a_reading_does(spec: CommandSpec, verb: Verb) -> None:
    for interaction in _interactions(spec, verb):
        asked = parse(interaction)
        how = asked.verb.acknowledged if isinstance(asked, Command) else None
        assert deferring.acknowledged(interaction) is how, interaction


@pytest.mark.parametrize(
    "interaction",
    [
        _interaction(1, None),
        _interaction(2, {"name": "duel"}),
        _interaction(2, {"name": "duel", "options": [{"type": 1, "name": "strat"}]}),
        _interaction(3, {"custom_id": "duel.strat?"}),
        _interaction(3, {"custom_id": ""}),
        _interaction(4, {"name": "duel", "options": [{"type": 1, "name": "list"}]}),
        _interaction(99, {}),
    ],
)
def test_what_is_no_command_is_left_to_a_reading(interaction: dict[str, Any]) -> None:
    assert deferring.acknowledged(interaction) is None


def test_the_table_of_declarations_is_current() -> None:
    check = subprocess.run([sys.executable, ROOT / "tools" / "declarations.py", "--check"], check=False)
    assert check.returncode == 0, "run tools/declarations.py"
