"""Slack's webhook: what it answers at once, what it acknowledges and queues, and what it refuses."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from platform_payloads import handed_in, payload, pressed, slash
from webhook_support import NOW, Queue, Webhooks, queue, said, slack_request

from bot.buttons import encode
from bot.commands import Button
from bot.on_slack import parse
from lambda_interactions.messages import Event

START = "start tic_tac_toe engine/novice engine/random"
MOVE = {"command": "duel", "verb": "move", "options": {"duel": "1"}}


def test_the_address_is_verified(webhooks: Webhooks) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "t"})
    assert said(webhooks.slack().respond(slack_request(body))) == {"challenge": "3eZbrw1aB"}
    assert webhooks.queue.events == []


@pytest.mark.parametrize("encoded", [False, True])
def test_what_is_asked_is_acknowledged_silently_and_queued_as_it_came(webhooks: Webhooks, encoded: bool) -> None:
    bodies = {
        slash(START): "T0001:slash:13345224609.738474920",
        pressed(encode(Button("Show", "duel", "show", {"duel": "1"}))): "T0001:press:17.0001:18.0002:press:3",
        payload("message_action", callback_id=parse.SHORTCUT, message={"ts": "1"}): "T0001:shortcut:12.34",
    }
    webhook = webhooks.slack()
    for body in bodies:
        answer = webhook.respond(slack_request(body, encoded=encoded))
        assert (answer["statusCode"], answer["body"]) == (200, "")
    assert webhooks.queue.events == [Event("slack", name, body) for body, name in bodies.items()]


def test_an_event_is_queued_by_its_id(webhooks: Webhooks) -> None:
    body = json.dumps(
        {"type": "event_callback", "team_id": "T0001", "event_id": "Ev1", "event": {"type": "app_mention"}}
    )
    webhook = webhooks.slack()
    assert webhook.respond(slack_request(body))["statusCode"] == 200
    assert webhook.respond(slack_request(body, at=NOW + 60))["statusCode"] == 200
    assert webhooks.queue.events == [Event("slack", "T0001:event:Ev1", body)]
    webhooks.queue.status = 500
    assert webhook.respond(slack_request(body.replace("Ev1", "Ev2")))["statusCode"] == 429


def test_a_form_that_was_handed_in_closes_and_is_queued(webhooks: Webhooks) -> None:
    body = handed_in(parse.FORM, {"move": "5"}, **MOVE)
    assert said(webhooks.slack().respond(slack_request(body))) == {}
    assert webhooks.queue.events == [Event("slack", "T0001:view:V0001", body)]


def test_a_wrong_field_is_said_in_the_form_in_its_language(webhooks: Webhooks) -> None:
    body = handed_in(parse.COMMAND_FORM, {parse.VERB_FIELD: "duel strat", parse.TEXT_FIELD: ""}, language="de")
    answer = said(webhooks.slack().respond(slack_request(body)))
    assert answer["response_action"] == "errors"
    assert "gibt" in answer["errors"][parse.TEXT_FIELD]
    assert webhooks.queue.events == []


def test_a_further_form_takes_the_place_of_the_first(webhooks: Webhooks) -> None:
    body = handed_in(parse.COMMAND_FORM, {parse.VERB_FIELD: "duel start", parse.TEXT_FIELD: ""}, language="de")
    answer = said(webhooks.slack().respond(slack_request(body)))
    assert answer["response_action"] == "update"
    assert answer["view"]["submit"]["text"] == "Senden"
    assert webhooks.queue.events == []


def test_games_and_players_are_offered_without_a_store(webhooks: Webhooks) -> None:
    def offered(action_id: str, value: str) -> list[str]:
        body = payload("block_suggestion", action_id=action_id, value=value, view={"private_metadata": ""})
        return [one["value"] for one in said(webhooks.slack().respond(slack_request(body)))["options"]]

    assert offered("games/game", "tic") == ["tic_tac_toe"]
    assert "engine/random" in offered("players/first", "engine/")
    assert offered("duels/duel", "") == ["last"]
    assert offered("settings/name", "pict") == ["pictures"]
    assert offered("keys/name", "") == []


def test_other_kinds_are_acknowledged_and_nothing_follows(webhooks: Webhooks) -> None:
    for body in (payload("view_closed"), "ssl_check=1&token=t", payload("shortcut")):
        assert webhooks.slack().respond(slack_request(body))["statusCode"] == 200
    assert webhooks.queue.events == []


@pytest.mark.parametrize(
    "changed",
    [
        {"x-slack-signature": "v0=" + "00" * 32},
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=é\ud800"},
        {"x-slack-request-timestamp": f"+{NOW}"},
        {"x-slack-request-timestamp": f"0{NOW}"},
        {"x-slack-request-timestamp": ""},
    ],
)
def test_a_bad_signature_is_refused(webhooks: Webhooks, changed: dict[str, str]) -> None:
    request = slack_request(slash(START))
    request["headers"] |= changed
    assert webhooks.slack().respond(request)["statusCode"] == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 200), (300, 200), (301, 401)])
def test_a_request_is_good_for_five_minutes(webhooks: Webhooks, seconds: int, status: int) -> None:
    assert webhooks.slack().respond(slack_request(slash(START), at=NOW + seconds))["statusCode"] == status


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "{}",
        '{"a":' * 50_000,
        '{"type": "event_callback"}',
        urlencode({"payload": "no json"}),
        urlencode({"payload": "[]"}),
        payload("block_actions", actions=[7]),
        payload("block_actions", actions={}),
        payload("view_submission", view=[1]),
        payload("view_submission", view={"state": {"values": {"a": None}}}),
        payload("block_suggestion", view="x"),
        "%ff%fe=\x00",
    ],
)
def test_signed_nonsense_is_refused_without_a_failure(webhooks: Webhooks, body: str) -> None:
    assert webhooks.slack().respond(slack_request(body))["statusCode"] in {200, 400}
    assert webhooks.queue.events == []


def test_whoever_asked_is_told_when_the_queue_refuses(webhooks: Webhooks) -> None:
    webhook, webhooks.queue.status = webhooks.slack(), 503
    told = said(webhook.respond(slack_request(slash(START))))
    assert told["response_type"] == "ephemeral"
    assert "try again" in told["text"]
    body = handed_in(parse.FORM, {"move": "5"}, language="de", **MOVE)
    form: Any = said(webhook.respond(slack_request(body)))
    assert "versuch" in form["errors"]["move"]


def _told(slack: Queue, body: str, webhooks: Webhooks) -> tuple[int, list[Any]]:
    """The status of a press that the queue refuses, and what Slack was sent instead."""
    webhooks.queue.status = 503
    body = body.replace(quote_plus("https://hooks.slack.test"), quote_plus(slack.address))
    answer = webhooks.slack().respond(slack_request(body))
    assert answer["body"] == ""
    return answer["statusCode"], [message for _, message in slack.requests]


PRESS = pressed(encode(Button("Show", "duel", "show", {"duel": "1"})))
MENU = payload(
    "message_action",
    callback_id=parse.SHORTCUT,
    message={"ts": "1"},
    response_url="https://hooks.slack.test/actions/1",
)


@pytest.mark.parametrize("body", [PRESS, MENU])
def test_whoever_pressed_is_told_when_the_queue_refuses(webhooks: Webhooks, body: str) -> None:
    """The answer to a press shows nothing: https://docs.slack.dev/interactivity/handling-user-interaction."""
    with queue() as slack:
        status, (message,) = _told(slack, body, webhooks)
    assert status == 200
    assert (message["response_type"], message["replace_original"]) == ("ephemeral", False)
    assert "try again" in message["text"]


def test_a_press_that_nobody_can_be_told_of_is_not_acknowledged(
    webhooks: Webhooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that Slack shows its own sign."""
    monkeypatch.setattr("lambda_interactions.response_url.TOLD_SECONDS", 0.05)
    with queue() as slack:
        slack.status = 404
        assert _told(slack, PRESS, webhooks)[0] == 429
        slack.manner = "silent"
        assert _told(slack, PRESS, webhooks)[0] == 429
        slack.speak()
    assert _told(slack, PRESS, webhooks)[0] == 429  # gone
    for address in ("", "file:///etc/passwd", "https://"):
        body = PRESS.replace(quote_plus("https://hooks.slack.test/actions/1"), quote_plus(address))
        assert webhooks.slack().respond(slack_request(body))["statusCode"] == 429


@pytest.mark.parametrize("body", [slash(START), PRESS, MENU, handed_in(parse.FORM, {"move": "5"}, **MOVE)])
def test_two_workspaces_may_use_the_same_ids(webhooks: Webhooks, body: str) -> None:
    webhook = webhooks.slack()
    for one in (body, body.replace("T0001", "T0002"), body):
        assert webhook.respond(slack_request(one))["statusCode"] == 200
    first, second = (event.id for event in webhooks.queue.events)
    assert (first.partition(":")[0], second.partition(":")[0]) == ("T0001", "T0002")
    assert first.partition(":")[2] == second.partition(":")[2]
