"""What members type is read by the workers alone: a key of an API must not lie in a queue for whoever may look."""

from __future__ import annotations

import json

import pytest
from webhook_support import INSTALLATION, Queue, Webhooks, discord_request, slack_request

from bot.cli import main
from bot.sealing import opened, sealing_key
from engine.errors import BadMessage
from lambda_interactions.messages import decode
from lambda_interactions.sealing import sealed

CANARY = "sk-canary-0123456789"


def test_what_is_sealed_is_opened_with_the_secret_alone() -> None:
    text = "Grüße: é 🂡 " * 1000
    box = sealed(text, bytes.fromhex(sealing_key(INSTALLATION)))
    assert box != sealed(text, bytes.fromhex(sealing_key(INSTALLATION)))
    assert opened(box, INSTALLATION) == text
    for secret, found in ((b"another" * 5, box), (INSTALLATION, box[:-8] + "AAAAAAA="), (INSTALLATION, "no box")):
        with pytest.raises(BadMessage, match="sealed for another secret"):
            opened(found, secret)


@pytest.mark.parametrize("key", [b"", b"5e", b"\x00" * 32])
def test_what_is_no_key_seals_nothing(key: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        sealed("text", key)


def test_a_key_that_is_typed_is_in_no_message(webhooks: Webhooks, one_queue: Queue) -> None:
    interaction = {
        "id": "77",
        "application_id": "1",
        "type": 5,
        "token": "t",
        "guild_id": "2",
        "channel_id": "3",
        "member": {"permissions": "8", "user": {"id": "5", "username": "ann"}},
        "data": {"custom_id": "arena.key?", "components": [{"components": [{"custom_id": "key", "value": CANARY}]}]},
    }
    assert webhooks.discord().respond(discord_request(json.dumps(interaction)))["statusCode"] == 200
    form = f"command=%2Farena&text=key+{CANARY}&team_id=T1&user_id=U1&channel_id=C1&trigger_id=1.2"
    assert webhooks.slack().respond(slack_request(form))["statusCode"] == 200
    assert [event.platform for event in one_queue.events] == ["discord", "slack"]
    assert all(CANARY in event.body for event in one_queue.events)
    assert all(CANARY not in message["MessageBody"] for message in one_queue.messages)
    assert all(decode(message["MessageBody"]).sealed for message in one_queue.messages)


def test_the_key_is_said_for_the_deployment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARENA_SECRET", INSTALLATION.hex())
    assert main(["sealing-key"]) == 0
    assert capsys.readouterr().out == sealing_key(INSTALLATION) + "\n"
