"""``arena switch slack``: from Socket Mode to an address and back by the app's manifest, of which all else stays."""

from __future__ import annotations

import asyncio
import json
import stat
import time
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from local_aws import LocalAws
from loopback_slack import LoopbackSlack
from loopback_slack.manifests import LIFE_SECONDS
from loopback_slack.workspace import APP
from switch_support import api

from bot.on_slack.manifest import OPTIONAL_SCOPES, SCOPES, described
from bot.sealing import sealing_key
from bot.settings import read
from bot.switching import Asked, switch
from engine.errors import UserError
from engine.stores._dynamo_keys import table
from lambda_interactions import slack as webhook

SECRET = "5e" * 32


@dataclass
class Here:
    """A host who is about to switch."""

    slack: LoopbackSlack
    url: str
    queue: str
    aws: LocalAws
    environment: dict[str, str]
    capsys: pytest.CaptureFixture[str]

    async def switch(self, side: str, **more: Any) -> tuple[int, str]:
        url = {"url": self.url} if side == "webhook" else {}
        asked = Asked("slack", side, **{"yes": True, **url, **more})
        self.capsys.readouterr()
        code = await asyncio.to_thread(switch, read(self.environment), asked)
        return code, self.capsys.readouterr().out


@pytest.fixture
async def here(
    local_aws: LocalAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Here]:
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    with local_aws.table(table("arena")) as name, local_aws.queue() as queue:
        async with LoopbackSlack(pace=100, scopes=frozenset({*SCOPES, *OPTIONAL_SCOPES})) as slack:
            slack.manifests.manifest = {**described("socket"), "_metadata": {"major_version": 1}}
            environment = {
                **local_aws.environment,
                "ARENA_DATA_DIR": str(tmp_path),
                "ARENA_STORE": f"dynamodb:{name}",
                "ARENA_SECRET": SECRET,
                "COMMANDS_QUEUE_URL": queue,
                "ARENA_SEALING_KEY": sealing_key(bytes.fromhex(SECRET)),
                "SLACK_BOT_TOKEN": slack.tokens.bot,
                "SLACK_APP_TOKEN": slack.tokens.app,
                "SLACK_SIGNING_SECRET": slack.tokens.signing,
                "SLACK_API_URL": slack.api_url,
                "SLACK_APP_ID": APP,
                "SLACK_CONFIG_TOKEN": slack.manifests.token,
            }
            answering = webhook.Webhook.of(environment, time.time)
            try:
                async with api({"slack": [answering.respond]}) as url:
                    yield Here(slack, f"{url}/slack", queue, local_aws, environment, capsys)
            finally:
                answering.close()


async def test_to_the_webhook_and_back_each_said_again_is_the_same(here: Here) -> None:
    before = deepcopy(here.slack.manifests.manifest)
    for _ in range(2):
        code, said = await here.switch("webhook")
        assert code == 0, said
        assert "Back: arena switch slack socket" in said
    there = here.slack.manifests.manifest
    assert there["settings"]["socket_mode_enabled"] is False
    assert {command["url"] for command in there["features"]["slash_commands"]} == {here.url}
    assert there["oauth_config"] == before["oauth_config"]
    for _ in range(2):
        code, said = await here.switch("socket")
        assert code == 0, said
    assert here.slack.manifests.manifest == before
    assert here.slack.manifests.updates == 2, "it was told again what it knew"


async def test_what_is_typed_goes_one_way_only(here: Here) -> None:
    await here.switch("webhook")
    await here.slack.slash(here.slack.ann, here.slack.general, "/duel", "list")
    sqs = here.aws.shared("sqs")
    (message,) = sqs.receive_message(QueueUrl=here.queue, MaxNumberOfMessages=10)["Messages"]
    assert json.loads(message["Body"])["platform"] == "slack"


async def test_a_look_says_all_of_it_and_changes_nothing(here: Here) -> None:
    code, said = await here.switch("webhook", dry_run=True)
    assert code == 0
    assert here.slack.manifests.updates == 0
    assert said.splitlines() == [
        "Slack sends what members do to Socket Mode.",
        f"It is to send it to {here.url}. Duels go on where they are.",
        "ok  The token is that of the application arena.",
        "ok  Slack will take the changed manifest; nothing else in it changes.",
        f"ok  {here.url} refuses a forged request.",
        "ok  It is version 0.1.0, as this one.",
        f"ok  {here.environment['ARENA_STORE']} has 0 duels that go on.",
        "This was a look: nothing was changed.",
    ]


def no_bot_token(here: Here) -> None:
    del here.environment["SLACK_BOT_TOKEN"]


def wrong_bot_token(here: Here) -> None:
    here.environment["SLACK_BOT_TOKEN"] = "xoxb-other"


def no_webhook(here: Here) -> None:
    here.url = here.url.replace("/slack", "/discord")


@pytest.mark.parametrize(
    ("amiss", "says"),
    [
        (no_bot_token, "Set SLACK_BOT_TOKEN"),
        (wrong_bot_token, "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
        (no_webhook, "answers a forged request with 404"),
    ],
)
async def test_what_is_amiss_is_found_before_anything_is_changed(
    here: Here, amiss: Callable[[Here], None], says: str
) -> None:
    amiss(here)
    code, said = await here.switch("webhook")
    assert code == 1
    assert says in said
    assert here.slack.manifests.updates == 0


async def test_socket_mode_needs_its_token(here: Here) -> None:
    await here.switch("webhook")
    del here.environment["SLACK_APP_TOKEN"]
    code, said = await here.switch("socket")
    assert code == 1
    assert "Set SLACK_APP_TOKEN" in said


async def test_a_spent_token_is_made_anew_and_kept(here: Here, tmp_path: Path) -> None:
    here.environment["SLACK_CONFIG_REFRESH_TOKEN"] = here.slack.manifests.refresh
    here.slack.pass_seconds(LIFE_SECONDS)
    here.environment["SLACK_CONFIG_TOKEN"] = ""
    assert (await here.switch("socket"))[0] == 0
    kept = tmp_path / "slack-configuration.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["token"] == here.slack.manifests.token
    assert (await here.switch("socket"))[0] == 0, "the spent refresh token was used again"
    here.slack.pass_seconds(LIFE_SECONDS)
    assert (await here.switch("socket"))[0] == 0, "the kept refresh token was not used"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"SLACK_APP_ID": ""}, "Set SLACK_APP_ID"),
        ({"SLACK_CONFIG_TOKEN": ""}, "Set SLACK_CONFIG_TOKEN"),
        ({"SLACK_CONFIG_TOKEN": "xoxe.xoxp-old"}, "takes the configuration token no more"),
        ({"SLACK_CONFIG_TOKEN": "xoxb-loopback"}, "not_allowed_token_type"),
        ({"SLACK_APP_ID": "A0OTHER"}, "invalid_app_id"),
        ({"SLACK_CONFIG_TOKEN": "", "SLACK_CONFIG_REFRESH_TOKEN": "xoxe-1-old"}, "takes the configuration token no"),
    ],
)
async def test_a_mistake_is_a_sentence(here: Here, change: dict[str, str], says: str) -> None:
    here.environment |= change
    with pytest.raises(UserError, match=says) as raised:
        await here.switch("socket")
    assert "xoxe" not in raised.value.text
