"""The loopback Discord judges texts as Discord does: registrations of commands, and what is live in a message."""

from __future__ import annotations

from typing import Any

import pytest
from loopback_discord.markup import mentions, references, web_links
from loopback_discord.registration import check_commands


def command(**changed: Any) -> dict[str, Any]:
    return {"name": "duel", "description": "Fight", "contexts": [0], "integration_types": [0], **changed}


def option(name: str = "game", **changed: Any) -> dict[str, Any]:
    return {"type": 3, "name": name, "description": "Which", **changed}


BAD_COMMANDS = [
    [command(name="Duel")],
    [command(name="duel it")],
    [command(description="x" * 101)],
    [command(), command()],
    [{"name": "duel", "description": "without contexts"}],
    [command(contexts=[7])],
    [command(options=[option(str(number)) for number in range(26)])],
    [command(options=[option(), option("first", required=True)])],
    [command(options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])])],
    [command(options=[option(choices=[{"name": "x", "value": "x"}], autocomplete=True)])],
    [command(options=[option(choices=[{"name": "x", "value": 3}])])],
    [command(options=[option(type=5, autocomplete=True)])],
    [command(options=[option(min_value=1)])],
    [command(options=[option(), {"type": 1, "name": "start", "description": "x"}])],
    [command(options=[option(str(n), choices=[{"name": "x", "value": "x" * 100}] * 25) for n in range(4)])],
    [command(name_localizations={"xx": "duell"})],
    [command(default_member_permissions=32)],
    [command(surprise=1)],
]


@pytest.mark.parametrize("commands", BAD_COMMANDS)
def test_a_registration_that_discord_would_not_take(commands: list[dict[str, Any]]) -> None:
    assert check_commands(commands, everywhere=True)


def test_a_registration_that_discord_takes() -> None:
    good = command(options=[option(required=True, autocomplete=True), option("seed", type=4, min_value=0)])
    assert not check_commands([good, command(name="arena")], everywhere=True)


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("hey @everyone and <@12> and <@!13> and <@&14>", ["@everyone", "<@12>", "<@!13>", "<@&14>"]),
        (r"\@everyone \<@12>", []),
        ("`@here` ```\n@everyone\n``` ``a ` @here``", []),
        ("`@here", ["@here"]),
        (r"\`@here`", ["@here"]),
        ("@\u200beveryone", []),
        (r"\\@everyone", ["@everyone"]),
    ],
)
def test_mentions_live_outside_code_and_without_a_backslash(text: str, live: list[str]) -> None:
    assert mentions(text) == live


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("[free](https://evil.example)", ["https://evil.example"]),
        ("[free](<https://evil.example> 'x')", ["https://evil.example>"]),
        (r"\[free](nothing)", []),
        ("see https://evil.example/x and <http://e.example>", ["https://evil.example/x", "http://e.example"]),
        ("discord.gg/abc", ["discord.gg/abc"]),
        ("`https://evil.example`", []),
        (r"https\://evil.example", []),
        ("Nf3 [2](3)", []),
    ],
)
def test_links_live_outside_code_and_without_a_backslash(text: str, live: list[str]) -> None:
    assert web_links(text) == live


def test_references_are_found() -> None:
    text = "<#1> </duel start:5> <:pepe:7> <a:x:8> <t:1> <t:1:R> <id:guide>"
    assert len(references(text)) == 7
