"""The registration: what Discord is told of the commands, and what it would refuse."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from discord_payloads import ScriptedDiscord, refused

from bot import catalogue
from bot.commands import Acknowledged, CommandSpec, Invocation, Reply, Verb
from bot.on_discord import gateway, register
from bot.on_discord.invite import PERMISSIONS, invite_url, permissions
from bot.on_discord.rest import Rest
from bot.settings import DiscordSettings
from engine.errors import BadOption, NotConfigured, PlatformDown, UserError
from engine.model import Role
from engine.options import Kind, Option
from engine.secret import Secret

SETTINGS = DiscordSettings(bot_token=Secret("a-token-of-tests"))


async def _run(_asked: Invocation, _arena: Any) -> Reply:
    return Reply("done")


def _group(*verbs: Verb, name: str = "thing") -> CommandSpec:
    return CommandSpec(name, "Things.", verbs)


def _parts(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield command
    for option in command.get("options", ()):
        yield from _parts(option)


def test_every_group_is_registered_for_servers_only() -> None:
    made = {one["name"]: one for one in register.registration()}
    assert made.keys() >= {"duel", "arena"}
    for one in made.values():
        assert (one["type"], one["contexts"], one["integration_types"]) == (1, [0], [0])
    assert made["duel"]["default_member_permissions"] is None


def test_the_registration_is_what_discord_takes() -> None:
    assert len(register.registration()) <= 100
    for command in register.registration():
        for part in _parts(command):
            assert re.fullmatch(r"[-_a-z0-9]{1,32}", part["name"])
            assert 1 <= len(part["description"]) <= 100
            assert all(1 <= len(text) <= 100 for text in (part["description_localizations"] or {}).values())
            assert len(part.get("options", ())) <= 25
            assert len(part.get("choices", ())) <= 25
            assert not (part.get("choices") and part.get("autocomplete"))
            required = [option.get("required", False) for option in part.get("options", ())]
            assert required == sorted(required, reverse=True)
        assert max(register._sizes(command).values()) <= 8000


def test_how_starting_a_duel_is_declared() -> None:
    duel = next(one for one in register.registration() if one["name"] == "duel")
    start = next(one for one in duel["options"] if one["name"] == "start")
    options = {one["name"]: one for one in start["options"]}
    assert start["type"] == 1
    assert options["game"] | {"description": "", "description_localizations": None} == {
        "type": 3,
        "name": "game",
        "description": "",
        "description_localizations": None,
        "required": True,
        "autocomplete": True,
    }
    assert options["moves"]["choices"][0] == {"name": "free", "value": "free"}
    assert (options["seed"]["type"], options["seed"]["min_value"], options["seed"]["max_value"]) == (4, 0, 2**48)
    assert options["rated"]["type"] == 5
    assert options["budget"]["type"] == 10


def test_a_person_is_chosen_from_the_servers_members(monkeypatch: pytest.MonkeyPatch) -> None:
    who = Option("who", "Against whom.", completes="people", most=40)
    monkeypatch.setattr(register, "commands", lambda: (_group(Verb("give", "Give.", _run, (who,))),))
    (option,) = register.registration()[0]["options"][0]["options"]
    assert option == {
        "type": 6,
        "name": "who",
        "description": "Against whom.",
        "description_localizations": option["description_localizations"],
        "required": False,
    }


def test_required_options_come_first_and_bounds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    options = (
        Option("text", "Text.", most=9000),
        Option("count", "Count.", Kind.INTEGER, least=1, most=9, required=True),
        Option("pick", "Pick.", choices=tuple(map(str, range(26))), completes="things"),
    )
    monkeypatch.setattr(register, "commands", lambda: (_group(Verb("do", "Do.", _run, options)),))
    count, text, pick = register.registration()[0]["options"][0]["options"]
    assert (count["name"], count["min_value"], count["max_value"]) == ("count", 1, 9)
    assert text["max_length"] == 6000
    assert pick["autocomplete"] is True
    assert "choices" not in pick


def test_what_a_form_asks_for_in_any_case_is_not_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    options = (Option("key", "Key.", required=True), Option("for", "For."))
    verb = Verb("key", "Key.", _run, options, form=("key",), acknowledged=Acknowledged.MODAL)
    monkeypatch.setattr(
        register, "commands", lambda: (_group(verb, replace(verb, name="other", acknowledged=Acknowledged.PRIVATE)),)
    )
    modal, typed = register.registration()[0]["options"]
    assert [one["name"] for one in modal["options"]] == ["for"]
    assert [one["name"] for one in typed["options"]] == ["key", "for"]


def test_a_group_for_moderators_is_hidden_from_members(monkeypatch: pytest.MonkeyPatch) -> None:
    open_to_all = Verb("look", "Look.", _run)
    theirs = Verb("rule", "Rule.", _run, role=Role.MODERATOR)
    groups = (_group(theirs, name="rules"), _group(theirs, open_to_all, name="mixed"))
    monkeypatch.setattr(register, "commands", lambda: groups)
    assert [one["default_member_permissions"] for one in register.registration()] == ["32", None]


def test_descriptions_are_told_in_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "languages", lambda: ("en", "de", "es"))
    monkeypatch.setattr(register, "said", lambda text, language: f"{language}: {text}")
    monkeypatch.setattr(register, "commands", lambda: (_group(Verb("do", "Do.", _run)),))
    made = register.registration()[0]
    assert made["description"] == "Things."
    assert made["description_localizations"] == {"de": "de: Things.", "es-ES": "es: Things.", "es-419": "es: Things."}


def test_languages_have_names_that_discord_knows() -> None:
    known = {"id", "da", "de", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "ro", "fi", "vi", "tr", "cs", "el", "bg"}
    known |= {"ru", "uk", "hi", "th", "ja", "ko", *(one for many in register._LOCALES.values() for one in many)}
    for language in catalogue.languages():
        assert set(register._LOCALES.get(language, (language,))) <= known


def test_a_command_that_is_too_large_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    options = tuple(Option(f"o{number}", "x" * 100) for number in range(25))
    verbs = tuple(Verb(f"v{number}", "x" * 100, _run, options) for number in range(4))
    monkeypatch.setattr(register, "commands", lambda: (_group(*verbs),))
    with pytest.raises(BadOption, match=r"/thing has \d+ characters"):
        register.registration()


def test_a_verb_with_too_many_options_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    options = tuple(Option(f"o{number}", "x") for number in range(26))
    monkeypatch.setattr(register, "commands", lambda: (_group(Verb("do", "Do.", _run, options)),))
    with pytest.raises(BadOption, match="do has 26 options"):
        register.registration()


def test_it_can_be_printed_without_a_token() -> None:
    assert json.loads(register.printed()) == register.registration()


@pytest.fixture
def discord(monkeypatch: pytest.MonkeyPatch) -> ScriptedDiscord:
    """What ``register`` reaches in place of Discord."""
    scripted = ScriptedDiscord(**{"GET /oauth2": [{"id": "42"}], "PUT": [register.registration()]})

    @asynccontextmanager
    async def rest(_settings: DiscordSettings) -> AsyncIterator[Rest]:
        yield Rest(scripted)

    monkeypatch.setattr(gateway, "rest", rest)
    return scripted


@pytest.mark.parametrize(
    ("guild", "path"), [("", "/applications/42/commands"), ("7", "/applications/42/guilds/7/commands")]
)
async def test_all_commands_are_replaced(discord: ScriptedDiscord, guild: str, path: str) -> None:
    assert await register.register(SETTINGS, guild) == len(register.registration())
    assert discord.asked == ["GET /oauth2/applications/@me", f"PUT {path}"]
    assert discord.last == register.registration()


async def test_an_application_that_is_set_is_not_asked_for(discord: ScriptedDiscord) -> None:
    await register.register(DiscordSettings(bot_token=SETTINGS.bot_token, application_id="9"))
    assert discord.asked == ["PUT /applications/9/commands"]


async def test_without_a_token_nothing_is_asked(discord: ScriptedDiscord) -> None:
    with pytest.raises(NotConfigured, match="DISCORD_BOT_TOKEN"):
        await register.register(DiscordSettings())
    assert discord.asked == []


@pytest.mark.parametrize(
    ("error", "guild", "text"),
    [
        (refused(50001, 403), "7", "not in the server 7.*client_id=42"),
        (refused(50035, 400), "7", "refused the commands"),
        (refused(50001, 403), "", "refused the commands"),
        (PlatformDown("cut"), "", "cannot be reached"),
        (refused(0, 503), "7", "cannot be reached"),
    ],
)
async def test_what_goes_wrong_is_a_sentence(discord: ScriptedDiscord, error: Exception, guild: str, text: str) -> None:
    discord.answers["PUT"] = [error]
    with pytest.raises(UserError, match=text):
        await register.register(SETTINGS, guild)


def test_the_invitation_asks_for_what_is_needed_and_no_more() -> None:
    assert invite_url("42") == (
        "https://discord.com/oauth2/authorize?client_id=42&permissions=309237697536&scope=bot+applications.commands"
    )
    assert not permissions() & (1 << 3)
    assert all(reason for _, reason in PERMISSIONS.values())


def test_the_guide_asks_for_what_the_invitation_asks_for() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "discord.md").read_text()
    assert invite_url("YOUR_APPLICATION_ID") in guide
    for name, (_, reason) in PERMISSIONS.items():
        assert f"| {name} | {reason} |" in guide
