"""Signed requests as API Gateway hands them on, and a queue on loopback that says what it was sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from nacl.signing import SigningKey

from bot.sealing import opened, sealing_key
from lambda_interactions import discord, slack
from lambda_interactions.messages import Event, decode

NOW: Final = 1_800_000_000
SIGNING_KEY: Final = SigningKey(b"\x07" * 32)
PUBLIC_KEY: Final = SIGNING_KEY.verify_key.encode().hex()
SLACK_SECRET: Final = "a signing secret of a test"
INSTALLATION: Final = bytes(range(32))
QUEUE_PATH: Final = "/000000000000/commands"

ApiEvent = dict[str, Any]


class Queue(ThreadingHTTPServer):
    """SQS as far as one SendMessage goes, and Slack as far as one message goes. ``status`` is what it answers.

    ``manner`` is ``silent`` for a server that never answers, and ``trickling`` for one that never comes to an end.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[dict[str, str], Any]] = []
        self.status = 200
        self.answer: dict[str, Any] = {"MessageId": "m"}
        self.manner = ""
        self.over = threading.Event()
        self.hang_up = False
        self.connections = 0

    def speak(self) -> None:
        """Answer again, and let go of whoever still waits."""
        self.manner = ""
        self.over.set()
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.address}{QUEUE_PATH}"

    @property
    def events(self) -> list[Event]:
        return [unsealed(decode(body["MessageBody"])) for body in self.messages]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What SQS was sent, as it was sent."""
        return [body for headers, body in self.requests if "SendMessage" in headers["x-amz-target"]]


def unsealed(event: Event) -> Event:
    """As a worker reads it; whatever a webhook queues is sealed."""
    assert event.sealed
    return event._replace(body=opened(event.body, INSTALLATION), sealed=False)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Queue

    def handle(self) -> None:
        with suppress(ConnectionError):  # the other side is ended as it stands
            super().handle()

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.manner:
            self._withhold(self.server.over)
            return
        self.server.requests.append(({name.lower(): value for name, value in self.headers.items()}, json.loads(body)))
        answer = json.dumps(self.server.answer).encode()
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        # As a server that has had enough of an idle connection: without a word.
        self.close_connection = self.server.hang_up

    def _withhold(self, over: threading.Event) -> None:
        if self.server.manner == "trickling":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not over.wait(0.03):
                self.wfile.write(b"x-a: b\r\n")
        over.wait(10)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def queue() -> Iterator[Queue]:
    """The queue while the block runs."""
    with Queue() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Clock:
    """Seconds that a test sets."""

    seconds: float = NOW

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Webhooks:
    """Both webhooks before one queue."""

    queue: Queue
    clock: Clock = field(default_factory=Clock)
    more: Mapping[str, str] = field(default_factory=dict)
    opened: list[discord.Webhook | slack.Webhook] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DISCORD_PUBLIC_KEY": PUBLIC_KEY,
            "SLACK_SIGNING_SECRET": SLACK_SECRET,
            "COMMANDS_QUEUE_URL": self.queue.url,
            "ARENA_SEALING_KEY": sealing_key(INSTALLATION),
            "AWS_ENDPOINT_URL": self.queue.address,
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            **self.more,
        }

    def discord(self) -> discord.Webhook:
        made = discord.Webhook.of(self.environment, self.clock)
        self.opened.append(made)
        return made

    def slack(self) -> slack.Webhook:
        made = slack.Webhook.of(self.environment, self.clock)
        self.opened.append(made)
        return made

    def close(self) -> None:
        for one in self.opened:
            one.close()


def discord_request(payload: Any, at: float = NOW, **more: Any) -> ApiEvent:
    """A request that Discord has signed; ``payload`` may be the body as text."""
    body = (payload if isinstance(payload, str) else json.dumps(payload)).encode()
    timestamp = str(int(at))
    signature = SIGNING_KEY.sign(timestamp.encode() + body).signature.hex()
    return api_event(body, {"x-signature-ed25519": signature, "x-signature-timestamp": timestamp}, **more)


def slack_request(body: str, at: float = NOW, **more: Any) -> ApiEvent:
    """A request that Slack has signed."""
    timestamp = str(int(at))
    signed = f"v0:{timestamp}:{body}".encode()
    signature = "v0=" + hmac.new(SLACK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    headers = {"x-slack-signature": signature, "x-slack-request-timestamp": timestamp, "content-type": kind}
    return api_event(body.encode(), headers, **more)


def api_event(body: bytes, headers: Mapping[str, str], *, encoded: bool = False) -> ApiEvent:
    """A request in API Gateway's payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {"content-type": "application/json", **headers},
        "requestContext": {"http": {"method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}},
        "body": base64.b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }


def said(response: Mapping[str, Any]) -> Any:
    """The JSON of an answer that is one."""
    assert response["statusCode"] == 200
    return json.loads(response["body"])
