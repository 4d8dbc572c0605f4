"""Discord's webhook: verifies an interaction, answers it at once or acknowledges it, and queues what is to be done.

Source: https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bot.acknowledged import Acknowledged
from bot.on_discord.deferring import Payload, acknowledged, deferral
from engine.errors import NotConfigured, QueueError, UserError
from engine.sentences import say
from lambda_interactions import configuration, ed25519
from lambda_interactions.commands_queue import TRY_AGAIN, CommandsQueue
from lambda_interactions.http_api import Malformed, Request, Response, answered, answered_as, empty, fresh, json_object
from lambda_interactions.messages import Event
from lambda_interactions.signed_call import Now

if TYPE_CHECKING:
    from bot.on_discord.parse import Typing

KEY: Final = "DISCORD_PUBLIC_KEY"
APPLICATION: Final = "DISCORD_APPLICATION_ID"
PLATFORM: Final = "discord"
SIGNATURE_HEADER: Final = "x-signature-ed25519"
TIMESTAMP_HEADER: Final = "x-signature-timestamp"
# As Discord writes it: another spelling of the same bytes is not from there.
_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}")
_PING, _PONG = 1, 1
_DEFERRED: Final = {private: json.dumps(deferral(private)) for private in (True, False)}
_MALFORMED, _UNSIGNED, _FOREIGN = 400, 401, 403

log = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: object) -> Response:  # noqa: ARG001 - AWS hands both
    """One request of API Gateway's."""
    return _webhook().respond(event)


@cache
def _webhook() -> Webhook:
    return Webhook.of(os.environ, time.time)


class Webhook:
    """Answers requests; whatever is sent, the status is below 500."""

    def __init__(self, key: bytes, application_id: str, queue: CommandsQueue, now: Now) -> None:
        self._key = key
        self._application_id = application_id
        self._queue = queue
        self._now = now

    @classmethod
    def of(cls, environment: Mapping[str, str], now: Now) -> Webhook:
        """:raises NotConfigured: when the key or the queue is missing, or the key is none."""
        try:
            key = bytes.fromhex(configuration.key(environment, KEY, now))
        except ValueError:
            key = b""
        if len(key) != ed25519.KEY_BYTES:
            raise NotConfigured(say("{variable} is no public key: copy it from the application's page.", variable=KEY))
        return cls(key, environment.get(APPLICATION, ""), CommandsQueue.of(environment, now), now)

    def respond(self, event: Mapping[str, Any]) -> Response:
        """The answer to one request."""
        try:
            request = Request(event)
            if not self._verified(request):
                return empty(_UNSIGNED)
            text = request.text()
            return self._answer(json_object(text), text)
        except Malformed as error:
            log.info("a request is refused: %s", error)
        except Exception:
            log.exception("an interaction could not be read")
        return empty(_MALFORMED)

    def close(self) -> None:
        """Let go of the connection to the queue: for tests, since AWS never says that a process ends."""
        self._queue.close()

    def _verified(self, request: Request) -> bool:
        signature, timestamp = request.header(SIGNATURE_HEADER), request.header(TIMESTAMP_HEADER)
        if not _SIGNATURE.fullmatch(signature) or not fresh(timestamp, self._now()):
            return False
        return ed25519.verified(self._key, bytes.fromhex(signature), timestamp.encode() + request.body)

    def _answer(self, payload: Payload, text: str) -> Response:
        if self._application_id and str(payload.get("application_id")) != self._application_id:
            return empty(_FOREIGN)
        if payload.get("type") == _PING:
            return answered({"type": _PONG})
        how = acknowledged(payload)
        if how is None:
            how, answer = _read(payload)
            if answer is not None:
                return answered(answer)
        if refused := self._refused(payload, text):
            return answered(refused)
        return answered_as(_DEFERRED[how is not Acknowledged.PUBLIC])

    def _refused(self, payload: Payload, text: str) -> Payload | None:
        """What the asker is told when the queue does not take it."""
        if not (request_id := str(payload["id"])):
            raise Malformed("an interaction without its id")
        try:
            self._queue.put(Event(PLATFORM, request_id, text))
        except UserError as error:
            return _privately(error.text, payload)
        except QueueError as error:
            log.warning("interaction %s was not queued: %s", request_id, error)
            return _privately(TRY_AGAIN, payload)
        return None


# What follows is imported when it is needed: most requests, and so most cold starts, are commands to defer.


def _read(payload: Payload) -> tuple[Acknowledged, Payload | None]:
    """The answer to what needs no command to run: a form, a question, a refusal, and what can be typed next.

    None to a command that the table of declarations does not know yet; then its acknowledgement counts.
    """
    from bot.on_discord import answers
    from bot.on_discord.parse import Command, Typing, parse

    asked = parse(payload)
    if isinstance(asked, Command):
        return asked.verb.acknowledged, None
    return Acknowledged.AT_ONCE, _choices(asked) if isinstance(asked, Typing) else answers.at_once(asked)


def _choices(asked: Typing) -> Payload:
    from bot.catalogue import language_of
    from bot.offering import offered
    from bot.on_discord import answers

    found = offered(asked.completes, asked.typed, asked.game, asked.asker.role) if asked.asker.guild_id else []
    return answers.choices(found, language_of(asked.asker.locale))


def _privately(sentence: str, payload: Payload) -> Payload:
    from bot.catalogue import language_of, said
    from bot.on_discord import answers, parse

    return answers.private(said(sentence, language_of(parse.locale(payload))))
