"""Discord's webhook: what it answers at once, what it acknowledges and queues, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from platform_payloads import APPLICATION, command, interaction, press, start, typing
from webhook_support import NOW, ApiEvent, Webhooks, discord_request, said

from bot.commands import Button
from lambda_interactions import messages
from lambda_interactions.messages import Event

EPHEMERAL = 64


def test_a_ping_is_answered_by_a_pong(webhooks: Webhooks) -> None:
    assert said(webhooks.discord().respond(discord_request({"type": 1, "id": "1", "application_id": "2"}))) == {
        "type": 1
    }
    assert webhooks.queue.events == []


@pytest.mark.parametrize("encoded", [False, True])
def test_a_command_is_acknowledged_and_queued_as_it_came(webhooks: Webhooks, encoded: bool) -> None:
    body = json.dumps(start(), indent=1) + "\n"
    answer = said(webhooks.discord().respond(discord_request(body, encoded=encoded)))
    assert answer == {"type": 5, "data": {"flags": EPHEMERAL}}
    assert webhooks.queue.events == [Event("discord", "786008729715212338", body)]


def test_a_public_command_is_acknowledged_publicly(webhooks: Webhooks) -> None:
    assert said(webhooks.discord().respond(discord_request(command("duel", "profile")))) == {"type": 5, "data": {}}


def test_headers_are_known_whatever_their_case(webhooks: Webhooks) -> None:
    request = discord_request(start())
    request["headers"] = {name.upper(): value for name, value in request["headers"].items()}
    assert said(webhooks.discord().respond(request))["type"] == 5


def test_games_and_players_are_offered_without_a_store(webhooks: Webhooks) -> None:
    webhook = webhooks.discord()
    games = said(webhook.respond(discord_request(typing("start", "game", "tic"))))
    assert games == {"type": 8, "data": {"choices": [{"name": "Tic-Tac-Toe", "value": "tic_tac_toe"}]}}
    players = said(webhook.respond(discord_request(typing("start", "first", "engine/"))))
    assert "engine/random" in [choice["value"] for choice in players["data"]["choices"]]
    newest = said(webhook.respond(discord_request(typing("show", "duel", ""))))
    assert [choice["value"] for choice in newest["data"]["choices"]] == ["last"]
    assert webhooks.queue.events == []


def test_a_question_a_form_and_a_refusal_are_answered_at_once(webhooks: Webhooks) -> None:
    webhook = webhooks.discord()
    sure = said(
        webhook.respond(discord_request(press(Button("Resign", "duel", "resign", {"duel": "1"}, confirm=True))))
    )
    assert sure["type"] == 4
    assert sure["data"]["flags"] == EPHEMERAL
    form = said(webhook.respond(discord_request(press(Button("Move", "duel", "move", {"duel": "1"})))))
    assert form["type"] == 9
    gone = said(webhook.respond(discord_request(command("duel", "strat", locale="de"))))
    assert gone["data"]["content"].startswith("Unterbefehl von /duel")
    assert webhooks.queue.events == []


def test_a_direct_message_is_told_where_duels_are(webhooks: Webhooks) -> None:
    answer = said(webhooks.discord().respond(discord_request(start(guild_id=None))))
    assert "servers" in answer["data"]["content"]


@pytest.mark.parametrize(
    "changed",
    [
        {"x-signature-ed25519": "00" * 64},
        {"x-signature-ed25519": ""},
        {"x-signature-ed25519": "g" * 128},
        {"x-signature-timestamp": f" {NOW}"},
        {"x-signature-timestamp": "１８００００００００"},
        {"x-signature-timestamp": f"{NOW},{NOW}"},
    ],
)
def test_a_bad_signature_is_refused(webhooks: Webhooks, changed: dict[str, str]) -> None:
    request = discord_request(start())
    request["headers"] |= changed
    assert webhooks.discord().respond(request)["statusCode"] == 401


def test_two_signatures_are_none(webhooks: Webhooks) -> None:
    request = discord_request(start())
    signature = request["headers"]["x-signature-ed25519"]
    request["headers"]["X-Signature-Ed25519"] = signature
    assert webhooks.discord().respond(request)["statusCode"] == 401
    del request["headers"]["X-Signature-Ed25519"]
    request["headers"]["x-signature-ed25519"] = signature.upper()
    assert webhooks.discord().respond(request)["statusCode"] == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 200), (300, 200), (301, 401)])
def test_a_request_is_good_for_five_minutes(webhooks: Webhooks, seconds: int, status: int) -> None:
    assert webhooks.discord().respond(discord_request(start(), at=NOW + seconds))["statusCode"] == status


def test_another_application_is_refused(webhooks: Webhooks) -> None:
    webhooks.more = {"DISCORD_APPLICATION_ID": APPLICATION}
    assert webhooks.discord().respond(discord_request(start()))["statusCode"] == 200
    assert webhooks.discord().respond(discord_request(start(application_id="9", id="2")))["statusCode"] == 403
    assert len(webhooks.queue.events) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "[]",
        "null",
        "[" * 100_000,
        '{"type": 2}',
        '{"type": "2", "id": 1}',
        '{"type": [], "id": 1, "token": "t", "application_id": "a"}',
        json.dumps(interaction(2, None)),
        json.dumps(interaction(2, {"name": "duel", "options": [{"name": "start"}]})),
        json.dumps(interaction(3, {})),
        json.dumps(interaction(4, {"name": "duel", "options": []})),
        json.dumps(interaction(99, {})),
        json.dumps(interaction(2, {}, member=7)),
    ],
)
def test_signed_nonsense_is_refused_without_a_failure(webhooks: Webhooks, body: str) -> None:
    answer = webhooks.discord().respond(discord_request(body))
    assert answer["statusCode"] in {200, 400}
    assert webhooks.queue.events == []


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"headers": None, "body": None},
        {"headers": {"x-signature-ed25519": None}, "body": "{}"},
        {"headers": [], "body": "{}"},
        {"headers": {}, "body": {}},
        {"headers": {}, "body": "ab=c", "isBase64Encoded": True},
        {"headers": {}, "body": "é", "isBase64Encoded": True},
        {"headers": {}, "body": "\ud800"},
    ],
)
def test_what_is_no_request_is_refused_without_a_failure(webhooks: Webhooks, event: ApiEvent) -> None:
    assert 400 <= webhooks.discord().respond(event)["statusCode"] < 500


def test_whoever_asked_is_told_when_the_queue_refuses(webhooks: Webhooks) -> None:
    webhook = webhooks.discord()
    for status in (500, 400, 429):
        webhooks.queue.status = status
        answer = said(webhook.respond(discord_request(start(locale="de"))))
        assert (answer["type"], answer["data"]["flags"]) == (4, EPHEMERAL)
        assert "versuch" in answer["data"]["content"]
    webhooks.queue.status = 200
    assert said(webhook.respond(discord_request(start())))["type"] == 5


def test_whoever_asked_is_told_when_the_queue_does_not_answer(webhooks: Webhooks, monkeypatch: Any) -> None:
    monkeypatch.setattr("lambda_interactions.signed_call.ANSWER_SECONDS", 0.05)
    webhooks.queue.manner = "silent"
    assert said(webhooks.discord().respond(discord_request(start())))["type"] == 4
    webhooks.queue.speak()


def test_too_much_text_is_refused_in_words(webhooks: Webhooks) -> None:
    answer = said(webhooks.discord().respond(discord_request(start(filler="x" * messages.MOST_BYTES))))
    assert answer["type"] == 4
    assert "text" in answer["data"]["content"]
    assert webhooks.queue.events == []


def test_settings_and_a_games_own_players_are_offered_without_a_store(webhooks: Webhooks) -> None:
    def offered(verb: str, name: str, *given: tuple[str, str], **more: Any) -> list[str]:
        options = [{"type": 3, "name": one, "value": value} for one, value in given]
        options.append({"type": 3, "name": name, "value": "", "focused": True})
        payload = interaction(4, {"name": verb.split()[0], "options": [
            {"type": 1, "name": verb.split()[1], "options": options}
        ]}, **more)  # fmt: skip
        answer = said(webhooks.discord().respond(discord_request(payload)))
        return [choice["value"] for choice in answer["data"]["choices"]]

    assert "engine/perfect" in offered("duel start", "first", ("game", "tic_tac_toe"))
    assert "engine/perfect" not in offered("duel start", "first", ("game", "racing"))
    moderator = {"member": {"user": {"id": "11", "username": "ann"}, "permissions": str(1 << 5)}}
    assert "pictures" in offered("arena set", "name", **moderator)
    assert offered("arena set", "value", ("name", "pictures"), **moderator) == ["yes", "no", "default"]
    assert offered("arena set", "name") == []


def test_a_command_that_the_table_does_not_know_is_read_in_full(
    webhooks: Webhooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.on_discord.deferring.DECLARED", {})
    assert said(webhooks.discord().respond(discord_request(start())))["data"] == {"flags": EPHEMERAL}
    assert said(webhooks.discord().respond(discord_request(command("duel", "profile", id="7"))))["data"] == {}
    assert len(webhooks.queue.events) == 2
