"""The one call that a webhook makes: signed as botocore signs, over a connection that is kept, and never for long."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import UTC, datetime
from unittest import mock

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as TheirCredentials
from hypothesis import given, settings
from hypothesis import strategies as st
from webhook_support import INSTALLATION, Clock, Queue, Webhooks

from bot.sealing import sealing_key
from engine.errors import BadOption, NotConfigured, QueueDown, QueueError
from lambda_interactions import configuration
from lambda_interactions.commands_queue import KEPT_SECONDS, CommandsQueue
from lambda_interactions.messages import MOST_BYTES, Event
from lambda_interactions.response_url import TOLD_SECONDS
from lambda_interactions.signed_call import ANSWER_SECONDS, IDLE_SECONDS, Credentials, SignedCalls, signed

PRINTABLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)
NAMES = st.from_regex(r"x-amz-[a-z][a-z0-9-]{0,10}", fullmatch=True).filter(
    lambda name: name not in {"x-amz-date", "x-amz-security-token", "x-amz-content-sha256"}
)
EVENT = Event("discord", "1", "{}")


@settings(max_examples=150, deadline=None)
@given(
    credentials=st.builds(Credentials, PRINTABLE, PRINTABLE, st.one_of(st.just(""), PRINTABLE)),
    region=st.sampled_from(["eu-central-1", "us-gov-west-1", "x"]),
    headers=st.dictionaries(NAMES, VALUES, max_size=4),
    body=st.binary(max_size=300),
    now=st.integers(0, 4_000_000_000),
)
def test_signatures_are_botocores(
    credentials: Credentials, region: str, headers: dict[str, str], body: bytes, now: int
) -> None:
    headers = {"host": "sqs.example:8080", "content-type": "application/x-amz-json-1.0", **headers}
    request = AWSRequest("POST", "http://sqs.example:8080/", headers=dict(headers), data=body)
    theirs = TheirCredentials(credentials.key_id, credentials.secret, credentials.token or None)
    with mock.patch(
        "botocore.auth.get_current_datetime", return_value=datetime.fromtimestamp(now, UTC).replace(tzinfo=None)
    ):
        SigV4Auth(theirs, "sqs", region).add_auth(request)
    made = signed(credentials, region, "sqs", headers, body, now)
    assert made["authorization"] == request.headers["Authorization"]


def test_what_sqs_is_sent(webhooks: Webhooks) -> None:
    webhooks.more = {"AWS_SESSION_TOKEN": "a-token"}
    commands = CommandsQueue.of(webhooks.environment, webhooks.clock)
    commands.put(EVENT)
    commands.close()
    ((headers, body),) = webhooks.queue.requests
    assert headers["x-amz-target"] == "AmazonSQS.SendMessage"
    assert headers["x-amz-security-token"] == "a-token"
    assert "/eu-central-1/sqs/aws4_request" in headers["authorization"]
    assert body.keys() == {"QueueUrl", "MessageBody"}
    assert body["QueueUrl"] == webhooks.queue.url


def test_a_connection_is_kept_and_a_dead_one_is_made_again(webhooks: Webhooks) -> None:
    server, before = webhooks.queue, webhooks.queue.connections
    commands = CommandsQueue.of(webhooks.environment, webhooks.clock)
    commands.put(Event("discord", "1", "{}"))
    commands.put(Event("discord", "2", "{}"))
    assert server.connections == before + 1
    server.hang_up = True
    for number in range(3, 6):
        commands.put(Event("discord", str(number), "{}"))
    assert [event.id for event in server.events] == ["1", "2", "3", "4", "5"]
    server.hang_up = False
    commands.put(Event("discord", "6", "{}"))
    count = server.connections
    webhooks.clock.seconds += IDLE_SECONDS + 1
    commands.put(Event("discord", "7", "{}"))
    assert server.connections == count + 1
    commands.close()


def test_a_queue_that_refuses_or_is_gone(webhooks: Webhooks) -> None:
    commands = CommandsQueue.of(webhooks.environment, webhooks.clock)
    webhooks.queue.status = 400
    with pytest.raises(QueueError, match="400"):
        commands.put(EVENT)
    webhooks.queue.status = 500
    with pytest.raises(QueueDown):
        commands.put(EVENT)
    webhooks.queue.status = 200
    commands.put(EVENT)
    assert webhooks.queue.events[-1] == EVENT
    commands.close()
    gone = SignedCalls("http://127.0.0.1:1", "x", "sqs", Credentials("a", "b"), webhooks.clock)
    with pytest.raises(ConnectionError):
        gone.call("AmazonSQS.SendMessage", "application/x-amz-json-1.0", b"{}")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> float:
    """A tenth of the time that a call has."""
    seconds = ANSWER_SECONDS / 10
    monkeypatch.setattr("lambda_interactions.signed_call.ANSWER_SECONDS", seconds)
    return seconds


def _seconds_given_up(commands: CommandsQueue) -> float:
    began = time.monotonic()
    with pytest.raises(QueueDown):
        commands.put(Event("discord", "late", "{}"))
    return time.monotonic() - began


@pytest.mark.parametrize("manner", ["silent", "trickling"])
@pytest.mark.parametrize("kept", [False, True])
def test_a_call_has_one_deadline(webhooks: Webhooks, short: float, manner: str, kept: bool) -> None:
    commands = CommandsQueue.of(webhooks.environment, webhooks.clock)
    if kept:
        commands.put(EVENT)
    webhooks.queue.manner = manner
    assert _seconds_given_up(commands) < 3 * short
    webhooks.queue.speak()
    commands.put(Event("discord", "2", "{}"))
    assert webhooks.queue.events[-1].id == "2"
    commands.close()


def test_the_repetition_of_a_call_has_no_time_of_its_own(webhooks: Webhooks, short: float) -> None:
    commands = CommandsQueue.of(webhooks.environment, webhooks.clock)
    webhooks.queue.hang_up = True
    commands.put(EVENT)  # the connection that is kept is dead now
    webhooks.queue.manner = "trickling"
    assert _seconds_given_up(commands) < 3 * short
    commands.close()


def test_a_name_that_is_not_found_in_time(webhooks: Webhooks, short: float, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, found = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> None:
        asked.set()
        found.wait(10)
        raise socket.gaierror

    commands = CommandsQueue.of(webhooks.environment, webhooks.clock)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert _seconds_given_up(commands) < 3 * short
    assert asked.is_set()
    found.set()
    commands.close()


def test_there_is_time_left_to_answer() -> None:
    """A cold start may ask for a secret, then the queue, then tell somebody in Slack that it did not go."""
    assert 2 * ANSWER_SECONDS + TOLD_SECONDS <= 2.5


def test_an_event_is_queued_once_while_it_is_remembered(webhooks: Webhooks) -> None:
    commands = CommandsQueue.of(webhooks.environment, webhooks.clock)
    for _ in range(3):
        commands.put(EVENT)
        webhooks.clock.seconds += KEPT_SECONDS / 3
    assert len(webhooks.queue.events) == 1
    webhooks.clock.seconds += 1
    commands.put(EVENT)
    assert len(webhooks.queue.events) == 2
    with pytest.raises(BadOption):
        commands.put(Event("discord", "2", "x" * MOST_BYTES))
    commands.close()


def test_what_is_remembered_is_bounded(webhooks: Webhooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_interactions.commands_queue.MOST_KEPT", 3)
    commands = CommandsQueue.of(webhooks.environment, webhooks.clock)
    for name in ("1", "2", "3", "4", "4", "1"):
        commands.put(Event("discord", name, "{}"))
    assert [event.id for event in webhooks.queue.events] == ["1", "2", "3", "4", "1"]
    commands.close()


@pytest.mark.parametrize("secret", ["the key\n", json.dumps({"DISCORD_PUBLIC_KEY": "the key", "OTHER": "1"})])
def test_a_key_comes_from_a_secret(webhooks: Webhooks, secret: str) -> None:
    arn = "arn:aws:secretsmanager:eu-west-3:000000000000:secret:arena-AbCdEf"
    environment = {**webhooks.environment, "DISCORD_PUBLIC_KEY_SECRET_ARN": arn}
    webhooks.queue.answer = {"SecretString": secret}
    assert configuration.key(environment, "DISCORD_PUBLIC_KEY", Clock()) == "the key"
    ((headers, body),) = webhooks.queue.requests
    assert (headers["x-amz-target"], body) == ("secretsmanager.GetSecretValue", {"SecretId": arn})
    assert "/eu-west-3/secretsmanager/aws4_request" in headers["authorization"]


@pytest.mark.parametrize("answer", [{"__type": "AccessDeniedException"}, {"SecretString": "{}"}, {}])
def test_a_secret_that_cannot_be_had(webhooks: Webhooks, answer: dict[str, str]) -> None:
    webhooks.queue.answer = answer
    environment = {**webhooks.environment, "DISCORD_PUBLIC_KEY_SECRET_ARN": "arn:aws:secretsmanager:x:0:secret:a"}
    with pytest.raises(NotConfigured):
        configuration.key(environment, "DISCORD_PUBLIC_KEY", Clock())


@pytest.mark.parametrize(
    "lacking",
    [
        {"COMMANDS_QUEUE_URL": ""},
        {"ARENA_SEALING_KEY": ""},
        {"ARENA_SEALING_KEY": "5e"},
        {"DISCORD_PUBLIC_KEY": ""},
        {"DISCORD_PUBLIC_KEY": "ab"},
        {"AWS_ENDPOINT_URL": "sqs"},
    ],
)
def test_what_is_missing_is_said(one_queue: Queue, lacking: dict[str, str]) -> None:
    with pytest.raises(NotConfigured, match=r"\.$"):
        Webhooks(one_queue, more=lacking).discord()


def test_the_address_and_the_region_come_from_the_queue_on_aws() -> None:
    url = "https://sqs.eu-north-1.amazonaws.com/000000000000/commands"
    environment = {
        "ARENA_SEALING_KEY": sealing_key(INSTALLATION),
        "COMMANDS_QUEUE_URL": url,
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_REGION": "x",
    }
    with mock.patch.object(configuration, "SignedCalls") as made:
        CommandsQueue.of(environment, Clock())
    assert made.call_args.args[:3] == ("https://sqs.eu-north-1.amazonaws.com", "eu-north-1", "sqs")
