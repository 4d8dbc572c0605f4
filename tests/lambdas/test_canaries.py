"""Canary keys through every error path of the functions: none is in a line, an answer, an item or a transcript.

Every service quotes back all that it was sent, as APIs and SDKs do in their refusals. Of what a function raises, AWS's
own runtime prints the text, the type and the frames, and not what it was raised from.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any, Final

import platform_payloads
import pytest
from local_aws import LocalAws
from support import CHANNEL, share
from webhook_support import INSTALLATION, PUBLIC_KEY, discord_request, slack_request

from bot import logs
from bot.hub import Hub
from bot.sealing import sealing_key
from bot.settings import read
from bot.wiring import serverless
from engine.arena import Arena, exports
from engine.arena.starting import Start
from engine.model import Player, Seat
from engine.providers.openai_compatible import OpenAICompatible
from engine.queues import _sqs_calls as sqs_calls
from engine.queues.messages import Hop, encode
from engine.stores import _dynamo_client as client
from engine.stores import _dynamo_keys as keys_of_table
from engine.stores._dynamo_keys import table
from lambda_interactions import discord, slack, sweeper, worker
from lambda_interactions.messages import Event
from lambda_interactions.messages import encode as encode_event
from lambda_interactions.runtime import runtime

CANARIES: Final[Mapping[str, str]] = {
    "ARENA_SECRET": "c0ffee" + "5e" * 29,
    "AWS_SECRET_ACCESS_KEY": "canary/aws+secret0access1key2",
    "AWS_SESSION_TOKEN": "canary/aws+session3token4",
    "DISCORD_BOT_TOKEN": "canary.discord.bot5token6",
    "SLACK_BOT_TOKEN": "xoxb-canary-slack7bot8",
    "SLACK_SIGNING_SECRET": "canary-slack-signing9secret",
    "OPENAI_API_KEY": "sk-canary-openai-key",
    "ANTHROPIC_API_KEY": "canary-anthropic-key",
}
STATUSES: Final = (401, 400, 403, 404)[: share(4, 1)]
CONTEXT: Final = SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: 60_000)


class Quoting(BaseHTTPRequestHandler):
    """Answers with the status that the path begins with, or 400, and with all that it was sent."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        said = " ".join([*(f"{name}: {value}" for name, value in self.headers.items()), sent])
        first = self.path.strip("/").partition("/")[0]
        error = {"__type": "SignatureDoesNotMatch", "message": said, "error": {"message": said, "code": said}}
        answer = json.dumps({"ok": False, "code": 0, **error}).encode()
        self.send_response(int(first) if first.isdecimal() else 400)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_PATCH = do_PUT = do_POST  # noqa: N815 - as the library calls them

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def quoting() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Quoting) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@dataclass
class Functions:
    """The functions under one environment after another, and all that they have answered or raised."""

    patch: pytest.MonkeyPatch
    base: Mapping[str, str]
    answers: list[str] = field(default_factory=list)

    def call(self, function: Callable[[Any, Any], Any], event: Any, **environment: str) -> None:
        """One invocation of a new execution environment."""
        for name, value in {**self.base, **environment}.items():
            self.patch.setenv(name, value)
        for one in (runtime, discord._webhook, slack._webhook):
            one.cache_clear()
        try:
            self.answers.append(repr(function(event, CONTEXT)))
        except Exception as error:  # noqa: BLE001 - AWS prints it
            self.answers.append("".join(traceback.format_exception(error, chain=False)))
        finally:
            for opened in (runtime, discord._webhook, slack._webhook):
                if opened.cache_info().currsize:
                    opened().close()

    @property
    def raised(self) -> int:
        return sum("Traceback" in answer for answer in self.answers)


@contextmanager
def functions(aws: LocalAws, table_name: str, turns: str) -> Iterator[Functions]:
    """What is logged is at its loudest, and the log is given back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    base = {
        **aws.environment,
        **CANARIES,
        "ARENA_LOG_LEVEL": "DEBUG",
        "ARENA_STORE": f"dynamodb:{table_name}",
        "TURNS_QUEUE_URL": turns,
        "COMMANDS_QUEUE_URL": turns,
        "ARENA_SEALING_KEY": sealing_key(INSTALLATION),
        "DISCORD_PUBLIC_KEY": PUBLIC_KEY,
        "AWS_REGION": "us-east-1",
        "NO_PROXY": "*",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "LONGEST_WAIT_SECONDS", 0.001)
        patch.setattr(sqs_calls, "LONGEST_PAUSE_SECONDS", 0.001)
        patch.setattr(keys_of_table, "SHARDS", 2)  # a sweeper asks all of them for each list, and logs every word
        try:
            yield Functions(patch, base)
        finally:
            root.handlers[:], root.level = handlers, level


def messages(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]}


def webhooks(here: Functions, quoting: str) -> None:
    """What can go wrong before a queue has it. AWS's own logging shows every record as it is."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)
    now = time.time()
    spoiled = discord_request(platform_payloads.start(), at=now)
    spoiled["headers"]["x-signature-ed25519"] = "0" * 128
    text = platform_payloads.slash("start tic_tac_toe engine/perfect engine/random")
    for function, request in (
        (discord.handler, discord_request(platform_payloads.start(), at=now)),
        (discord.handler, discord_request("{", at=now)),
        (discord.handler, spoiled),
        (discord.handler, {}),
        (slack.handler, slack_request_with(CANARIES["SLACK_SIGNING_SECRET"], text, now)),
        (slack.handler, slack_request_with(CANARIES["SLACK_SIGNING_SECRET"], "payload={", now)),
        (slack.handler, slack_request(text, at=now)),
        (slack.handler, {}),
    ):
        for address in (quoting, "http://127.0.0.1:1"):
            here.call(function, request, AWS_ENDPOINT_URL=address)
        here.call(function, request, COMMANDS_QUEUE_URL="")
        for name in ("DISCORD_PUBLIC_KEY", "SLACK_SIGNING_SECRET"):
            arn = "arn:aws:secretsmanager:us-east-1:1:secret:one"
            here.call(function, request, AWS_ENDPOINT_URL=quoting, **{f"{name}_SECRET_ARN": arn})
            here.patch.delenv(f"{name}_SECRET_ARN")


def slack_request_with(secret: str, body: str, at: float) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webhook_support.SLACK_SECRET", secret)
        return slack_request(body, at=at)


NOTHING: Final = {"DISCORD_BOT_TOKEN": "", "SLACK_BOT_TOKEN": ""}


def workers(here: Functions, quoting: str, duels: Mapping[str, str]) -> None:
    """What can go wrong in a worker and in the sweeper: platforms, models, store, queue, messages, ourselves."""
    request = encode_event(Event("discord", "i1", json.dumps(platform_payloads.start())))
    slash = encode_event(Event("slack", "i2", platform_payloads.slash("help")))
    both = ((worker.handler, messages(request, slash, "{", encode([Hop("none")]))), (sweeper.handler, {}))
    for function, event in both:
        for status in STATUSES:
            here.call(function, event, DISCORD_API_URL=f"{quoting}/{status}", SLACK_BOT_TOKEN="")
            here.call(function, event, SLACK_API_URL=f"{quoting}/{status}", DISCORD_BOT_TOKEN="")
        for address in (quoting, "http://127.0.0.1:1"):
            here.call(function, event, AWS_ENDPOINT_URL=address, **NOTHING)
        here.call(function, event, ARENA_STORE="dynamodb:nowhere", **NOTHING)
        here.call(function, event, ARENA_SECRET=CANARIES["ARENA_SECRET"] + "no hex", **NOTHING)
        here.call(function, event, DISCORD_BOT_TOKEN=f"{CANARIES['DISCORD_BOT_TOKEN']} two words")
        arn = "arn:aws:secretsmanager:us-east-1:1:secret:one"
        here.call(function, event, AWS_ENDPOINT_URL=quoting, ARENA_SECRETS_ARN=arn, **NOTHING)
        here.patch.delenv("ARENA_SECRETS_ARN")
        missing = f"{here.base['TURNS_QUEUE_URL']}-missing"
        here.call(function, event, TURNS_QUEUE_URL=missing, **NOTHING)
    for status in STATUSES:
        duel = messages(encode([Hop(duels[f"status-{status}"])]))
        here.call(worker.handler, duel, OPENAI_BASE_URL=f"{quoting}/{status}", **NOTHING)
    here.call(sweeper.handler, {}, **NOTHING)


def sdks(here: Functions, duels: Mapping[str, str]) -> None:
    """What goes wrong in an SDK."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OpenAICompatible, "complete", broken)
        here.call(worker.handler, messages(encode([Hop(duels["broken"])])), **NOTHING)


async def broken(*_: object) -> None:
    """An SDK that fails in an unexpected way, with the header that it could not send."""
    raise ValueError(f"Illegal header value b'Bearer {CANARIES['OPENAI_API_KEY']}'") from KeyError(
        CANARIES["ANTHROPIC_API_KEY"]
    )


def started(here: Functions) -> dict[str, str]:
    """A duel for each way in which a model can fail."""
    names = [*(f"status-{status}" for status in STATUSES), "broken"]
    players = {Seat.FIRST: Player.named("openai/gpt-4.1-nano"), Seat.SECOND: Player.named("engine/random")}

    async def start(arena: Arena) -> dict[str, str]:
        starts = {name: Start(name, CHANNEL, "tic_tac_toe", players, started_by="ann") for name in names}
        return {name: (await arena.duels.start(one)).duel_id for name, one in starts.items()}

    return asyncio.run(_with(here, start))


def transcripts(here: Functions, duels: Mapping[str, str]) -> str:
    """The duels as they are shown and exported."""

    async def written(arena: Arena) -> str:
        texts = []
        for duel_id in duels.values():
            record, entries = await arena.duels.record(duel_id)
            texts += [exports.export(record, entries, form) for form in ("json", "markdown")]
            assert record.outcome, "the duel did not end"
            assert record.outcome.void
        return "\n".join(texts)

    return asyncio.run(_with(here, written))


async def _with(here: Functions, work: Callable[[Arena], Any]) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in here.base.items():
            patch.setenv(name, value)
        async with serverless(read(here.base), Hub()) as (arena, _):
            return await work(arena)


def items(aws: LocalAws, name: str) -> str:
    """The table as it stands."""
    pages = aws.shared("dynamodb").get_paginator("scan").paginate(TableName=name)
    return repr([item for page in pages for item in page["Items"]])


def found_in(text: str) -> set[str]:
    """The variables whose canaries are in a text."""
    return {name for name, canary in CANARIES.items() if canary in text}


@pytest.mark.torture
@pytest.mark.parametrize("guarded", [True, False])
def test_no_canary_is_in_a_line_an_item_or_a_transcript(
    local_aws: LocalAws,
    quoting: str,
    guarded: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the log hides nothing, what the test looks for is there: it is not empty."""
    if not guarded:
        monkeypatch.setattr(logs, "hiding", lambda secrets: str)
    with local_aws.table(table("arena")) as name, local_aws.queue() as turns:
        with functions(local_aws, name, turns) as here:
            duels = started(here)
            sdks(here, duels)
            if guarded:
                webhooks(here, quoting)
                workers(here, quoting, duels)
                shown = transcripts(here, duels)
        stored = items(local_aws, name)
    said = capsys.readouterr()
    written = said.out + said.err
    print(f"{len(here.answers)} invocations, {here.raised} raised, {len(written)} characters logged")
    assert "openai/gpt-4.1-nano failed" in written
    if not guarded:
        assert {"OPENAI_API_KEY", "ANTHROPIC_API_KEY"} <= found_in(written)
        return
    assert here.raised > 10
    for where in (written, stored, shown, *here.answers):
        assert not found_in(where), [line for line in where.splitlines() if found_in(line)][:5]
