"""The manifest for Slack, held against https://docs.slack.dev/reference/app-manifest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands import commands
from bot.on_slack.manifest import OPTIONAL_SCOPES, REQUEST_URL, SCOPES, Mode, manifest
from bot.on_slack.parse import SHORTCUT

# Every key that the reference names and we use: the longest text, or the type.
SCHEMA: dict[str, Any] = {
    "_metadata": {"major_version": int, "minor_version": int},
    "display_information": {"name": 35, "description": 140, "long_description": 4000, "background_color": 7},
    "features": {
        "app_home": {"home_tab_enabled": bool, "messages_tab_enabled": bool, "messages_tab_read_only_enabled": bool},
        "bot_user": {"display_name": 80, "always_online": bool},
        "shortcuts": [{"name": 24, "type": 10, "callback_id": 255, "description": 150}],
        "slash_commands": [
            {"command": 32, "url": 3000, "description": 2000, "usage_hint": 1000, "should_escape": bool}
        ],
    },
    "oauth_config": {"scopes": {"bot": [80]}},
    "settings": {
        "interactivity": {"is_enabled": bool, "request_url": 3000, "message_menu_options_url": 3000},
        "org_deploy_enabled": bool,
        "socket_mode_enabled": bool,
        "token_rotation_enabled": bool,
    },
}
MODES: list[Mode] = ["socket", "http"]


def violations(value: Any, schema: Any, at: str = "") -> list[str]:
    """Where a value breaks the schema."""
    if isinstance(schema, dict):
        unknown = [f"{at}.{key} is not in the reference" for key in value if key not in schema]
        known = [violations(one, schema[key], f"{at}.{key}") for key, one in value.items() if key in schema]
        return [*unknown, *(found for part in known for found in part)]
    if isinstance(schema, list):
        return [found for number, one in enumerate(value) for found in violations(one, schema[0], f"{at}.{number}")]
    if isinstance(schema, int):
        return [] if isinstance(value, str) and 1 <= len(value) <= schema else [f"{at} is too long or no text"]
    return [] if type(value) is schema else [f"{at} is no {schema.__name__}"]


@pytest.mark.parametrize("mode", MODES)
def test_it_is_valid(mode: Mode) -> None:
    made = yaml.safe_load(manifest(mode))
    assert violations(made, SCHEMA) == []
    assert len(made["display_information"]["long_description"]) >= 174
    assert re.fullmatch(r"#[0-9a-f]{6}", made["display_information"]["background_color"])
    assert re.fullmatch(r"[a-z0-9._-]+", made["features"]["bot_user"]["display_name"])
    assert len(made["features"]["slash_commands"]) <= 50


def test_the_check_can_fail() -> None:
    assert violations({"display_information": {"name": "x" * 36, "colour": "red"}}, SCHEMA) == [
        ".display_information.colour is not in the reference",
        ".display_information.name is too long or no text",
    ]


@pytest.mark.parametrize("mode", MODES)
def test_every_command_group_is_in_it(mode: Mode) -> None:
    made = yaml.safe_load(manifest(mode))["features"]["slash_commands"]
    assert [one["command"] for one in made] == [f"/{spec.name}" for spec in commands()]
    assert all(one["should_escape"] for one in made)


def test_socket_mode_names_no_address() -> None:
    made = yaml.safe_load(manifest("socket"))
    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in str(made["features"]) + str(made["settings"])


def test_http_names_one_address_everywhere() -> None:
    url = "https://arena.test/slack"
    made = yaml.safe_load(manifest("http", url))
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": url,
        "message_menu_options_url": url,
    }
    assert {one["url"] for one in made["features"]["slash_commands"]} == {url}
    assert REQUEST_URL in manifest("http")


def test_the_message_menu_is_the_one_that_is_listened_to() -> None:
    (menu,) = yaml.safe_load(manifest("socket"))["features"]["shortcuts"]
    assert (menu["type"], menu["callback_id"]) == ("message", SHORTCUT)


def test_nothing_may_be_read_and_every_scope_has_its_reason_in_the_guide() -> None:
    scopes = yaml.safe_load(manifest("socket"))["oauth_config"]["scopes"]["bot"]
    assert scopes == list(SCOPES)
    assert not [scope for scope in scopes if "history" in scope or "public" in scope or "admin" in scope]
    guide = Path("docs/slack.md").read_text(encoding="utf-8")
    for scope in (*SCOPES, *OPTIONAL_SCOPES):
        assert f"`{scope}`" in guide
