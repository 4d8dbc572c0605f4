"""The declarations: complete, and what the README says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.buttons import decode, encode
from bot.commands import Acknowledged, Button, CommandSpec, Verb, command, commands
from engine.errors import UnknownName
from engine.options import convert
from engine.sentences import Sentence

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


@pytest.mark.parametrize(("spec", "verb"), VERBS, ids=[f"{s.name}-{v.name}" for s, v in VERBS])
def test_a_verb_fits_the_platforms(spec: CommandSpec, verb: Verb) -> None:
    names = [option.name for option in verb.options]
    assert set(verb.form) <= set(names)
    # A modal of Discord or Slack asks for at most five values; a button names its command in 100 characters.
    assert len(verb.form) <= 5
    assert len(verb.help) <= 100
    assert len(names) <= 25
    decoded = decode(encode(Button("x", spec.name, verb.name, {name: "" for name in names if name in verb.form})))
    assert decoded.verb is verb


def test_a_group_has_no_more_verbs_than_discord_takes() -> None:
    assert {spec.name: len(spec.verbs) for spec in commands() if len(spec.verbs) > 25} == {}


@pytest.mark.parametrize(("spec", "verb"), VERBS, ids=[f"{s.name}-{v.name}" for s, v in VERBS])
def test_what_a_declaration_says_can_be_translated(spec: CommandSpec, verb: Verb) -> None:
    said = [spec.help, verb.help, verb.question, *(option.help for option in verb.options)]
    assert [text for text in said if text and not isinstance(text, Sentence)] == []


def test_what_cannot_be_undone_is_asked_first() -> None:
    asking = {f"{spec.name} {verb.name}" for spec, verb in VERBS if verb.question}
    assert asking >= {"duel resign", "duel cancel", "duel autoplay", "duel dismiss"}


def test_answers_are_private_unless_the_channel_asked() -> None:
    public = {verb.name for spec, verb in VERBS if spec.name == "duel" and verb.acknowledged is Acknowledged.PUBLIC}
    assert public == {"profile", "versus"}


def test_the_readme_sorts_commands_by_who_may_use_them() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    members, _, moderators = text.partition("### For every member")[2].partition("### For moderators")
    assert "`/duel start" in members
    assert "`/duel reports`" in moderators
    assert "`/duel reports`" not in members


def test_the_readme_has_the_commands_of_today() -> None:
    check = subprocess.run([sys.executable, ROOT / "tools" / "update_readme.py", "--check"], check=False)
    assert check.returncode == 0, "run tools/update_readme.py"


def test_declarations_import_nothing_heavy() -> None:
    heavy = "{'chess', 'aiohttp', 'sqlite3', 'asyncio', 'PIL', 'rich', 'openai', 'boto3'}"
    code = f"import sys, bot.commands as c; c.commands(); print(sorted({heavy} & sys.modules.keys()))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.strip() == "[]"
