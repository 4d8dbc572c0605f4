"""What a webhook's cold start pays for, and that it runs as AWS runs it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from platform_payloads import interaction, slash, start, typing
from runtime_api import function, runtime_api
from webhook_support import Webhooks, discord_request, slack_request

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "discord", "slack_bolt", "slack_sdk", "pydantic", "chess", "botocore", "boto3", "openai", "anthropic", "xllamacpp",
    "aiohttp", "asyncio", "sqlite3", "engine.arena", "engine.stores", "engine.players", "engine.render",
}  # fmt: skip
NOT_FOR_A_COMMAND = {
    "dataclasses",
    "inspect",
    "nacl.bindings",
    "pathlib",
    "gettext",
    "difflib",
    "tomllib",
    "bot.catalogue",
    "bot.commands",
    "bot.on_discord.parse",
    "bot.on_slack.parse",
    "engine.games",
    "engine.model.values",
}
SCRIPT = """
import json, sys
requests = json.load(sys.stdin)
import lambda_interactions.{platform} as webhook
statuses = [webhook.handler(request, None)["statusCode"] for request in requests]
print(json.dumps([statuses, sorted(sys.modules)]))
"""


def _imported(webhooks: Webhooks, platform: str, *requests: object) -> set[str]:
    """The modules of a process that has answered these requests."""
    done = subprocess.run(
        # Without the site module, whose editable installs import some of these themselves.
        [sys.executable, "-S", "-c", SCRIPT.format(platform=platform)],
        input=json.dumps(requests),
        env={**webhooks.environment, "PYTHONPATH": ":".join([str(ROOT), *_installed()])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    statuses, modules = json.loads(done.stdout)
    assert set(statuses) == {200}
    return set(modules)


def _installed() -> list[str]:
    return [path for path in sys.path if path.endswith("site-packages")]


def test_a_deferral_imports_next_to_nothing(webhooks: Webhooks) -> None:
    discord = _imported(webhooks, "discord", discord_request(start(), at=time.time()))
    slack = _imported(webhooks, "slack", slack_request(slash("start chess me me"), at=time.time()))
    assert not discord & (FORBIDDEN | NOT_FOR_A_COMMAND)
    assert not slack & (FORBIDDEN | NOT_FOR_A_COMMAND)
    assert {"http.client", "nacl._sodium", "bot.declared"} <= discord
    assert len(webhooks.queue.events) == 2


def test_no_answer_imports_what_is_heavy(webhooks: Webhooks) -> None:
    now = time.time()
    settings = interaction(
        4,
        {
            "name": "arena",
            "options": [
                {"type": 1, "name": "set", "options": [{"name": "name", "value": "", "focused": True, "type": 3}]}
            ],
        },
    )
    requests = [typing("start", "game", ""), typing("start", "first", ""), settings, start(guild_id=None)]
    modules = _imported(webhooks, "discord", *(discord_request(one, at=now) for one in requests))
    assert "bot.offering" in modules
    assert not modules & FORBIDDEN - {"engine.players", "engine.render"}


@pytest.mark.parametrize("platform", ["discord", "slack"])
def test_under_the_real_runtime(webhooks: Webhooks, platform: str) -> None:
    now = time.time()
    good, bad = {
        "discord": (discord_request(start(), at=now), discord_request(start(), at=now - 999)),
        "slack": (slack_request(slash("start chess me me"), at=now), slack_request(slash("help"), at=now - 999)),
    }[platform]
    with (
        runtime_api() as api,
        function(api, f"lambda_interactions.{platform}.handler", [ROOT, *_installed()], webhooks.environment),
    ):
        assert api.invoke(good)["statusCode"] == 200
        assert api.invoke(bad)["statusCode"] == 401
        assert api.invoke({"headers": {"a": "\ud800"}, "body": "\ud800"})["statusCode"] < 500
    assert len(webhooks.queue.events) == 1
