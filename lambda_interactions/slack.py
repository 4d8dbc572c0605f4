"""Slack's webhook: verifies a request, answers it at once or acknowledges it, and queues what is to be done.

A modal is opened by a call to Slack, which is the worker's; what the answer itself can carry is said here.
Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hmac
import logging
import os
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from bot.on_slack import requests
from engine.errors import QueueError, UserError
from lambda_interactions import configuration
from lambda_interactions.commands_queue import TRY_AGAIN, CommandsQueue
from lambda_interactions.http_api import Malformed, Request, Response, answered, empty, fresh, json_object
from lambda_interactions.messages import Event
from lambda_interactions.signed_call import Now

if TYPE_CHECKING:
    from bot.on_slack.parse import Form

KEY: Final = "SLACK_SIGNING_SECRET"
PLATFORM: Final = "slack"
SIGNATURE_HEADER: Final = "x-slack-signature"
TIMESTAMP_HEADER: Final = "x-slack-request-timestamp"
_VERSION: Final = "v0"
_OK, _MALFORMED, _UNSIGNED, _AGAIN = 200, 400, 401, 429

Payload = Mapping[str, Any]

log = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: object) -> Response:  # noqa: ARG001 - AWS hands both
    """One request of API Gateway's."""
    return _webhook().respond(event)


@cache
def _webhook() -> Webhook:
    return Webhook.of(os.environ, time.time)


class Webhook:
    """Answers requests; whatever is sent, the status is below 500."""

    def __init__(self, secret: str, queue: CommandsQueue, now: Now) -> None:
        self._secret = secret.encode()
        self._queue = queue
        self._now = now
        self._answers: Mapping[str, Callable[[Payload, str], Response]] = {
            "block_actions": lambda payload, text: self._pressed(payload, requests.press(payload), text),
            "message_action": lambda payload, text: self._pressed(payload, requests.shortcut(payload), text),
            "view_submission": self._submitted,
            "block_suggestion": _suggestions,
        }

    @classmethod
    def of(cls, environment: Mapping[str, str], now: Now) -> Webhook:
        """:raises NotConfigured: when the secret or the queue is missing."""
        return cls(configuration.key(environment, KEY, now), CommandsQueue.of(environment, now), now)

    def respond(self, event: Mapping[str, Any]) -> Response:
        """The answer to one request."""
        try:
            request = Request(event)
            if not self._verified(request):
                return empty(_UNSIGNED)
            return self._answer(request.text())
        except Malformed as error:
            log.info("a request is refused: %s", error)
        except Exception:
            log.exception("a request could not be read")
        return empty(_MALFORMED)

    def close(self) -> None:
        """Let go of the connection to the queue: for tests, since AWS never says that a process ends."""
        self._queue.close()

    def _verified(self, request: Request) -> bool:
        signature, timestamp = request.header(SIGNATURE_HEADER), request.header(TIMESTAMP_HEADER)
        if not fresh(timestamp, self._now()):
            return False
        signed = f"{_VERSION}:{timestamp}:".encode() + request.body
        made = f"{_VERSION}={hmac.digest(self._secret, signed, 'sha256').hex()}"
        return hmac.compare_digest(made.encode(), signature.encode(errors="replace"))

    def _answer(self, text: str) -> Response:
        if text.startswith("{"):
            return self._event(json_object(text), text)
        form = dict(parse_qsl(text, keep_blank_values=True))
        if "payload" in form:
            payload = json_object(form["payload"])
            answer = self._answers.get(str(payload.get("type")))
            # Nothing follows from other kinds (a view that was closed), but Slack wants to know that they came.
            return answer(payload, text) if answer else empty(_OK)
        return self._typed(form, text) if "command" in form else empty(_OK)

    def _event(self, payload: Payload, text: str) -> Response:
        """https://docs.slack.dev/apis/events-api"""
        if payload.get("type") == "url_verification":
            return answered({"challenge": str(payload.get("challenge", ""))})
        # Nobody waits for the answer to an event: one that is not queued is sent again, if Slack is told so.
        return empty(_OK) if not self._obstacle(payload, requests.event(payload), text) else empty(_AGAIN)

    def _submitted(self, payload: Payload, text: str) -> Response:
        """What is wrong is said in the form, which stays open; a further form takes its place; else it closes."""
        from bot.on_slack import parse

        asked = parse.submitted(payload)
        if isinstance(asked, parse.Refusal) and asked.field:
            return _in_form(asked.field, asked.text, payload)
        if isinstance(asked, parse.Form):
            try:
                return _next_form(asked, payload)
            except UserError:
                log.info("request %s: the worker says why its form cannot be", asked.asker.request_id)
        obstacle = self._obstacle(payload, asked.asker.request_id, text)
        return _in_form(parse.first_field(payload), obstacle, payload) if obstacle else answered({})

    def _typed(self, form: Payload, text: str) -> Response:
        """Empty, which shows nothing; or why nothing will follow, which the asker alone sees."""
        obstacle = self._obstacle(form, requests.slash(form), text)
        return answered({"response_type": "ephemeral", "text": str(obstacle)}) if obstacle else empty(_OK)

    def _pressed(self, payload: Payload, request_id: str, text: str) -> Response:
        """Empty whatever follows: Slack shows no answer to a press. Why nothing follows goes another way.

        When that is barred too, Slack at least shows its own sign for whatever is not acknowledged.
        """
        if not (obstacle := self._obstacle(payload, request_id, text)):
            return empty(_OK)
        from lambda_interactions.response_url import told

        return empty(_OK if told(str(payload.get("response_url") or ""), str(obstacle)) else _AGAIN)

    def _obstacle(self, payload: Payload, request_id: str, text: str) -> str:
        """Why it was not queued; empty when it was."""
        if not request_id.partition(":")[2].strip(":"):
            raise Malformed(f"“{request_id}” does not tell this request from others")
        try:
            # Slack says of no id that it is like none of another workspace.
            self._queue.put(Event(PLATFORM, f"{requests.team(payload)}:{request_id}", text))
        except UserError as error:
            return error.text
        except QueueError as error:
            log.warning("request %s was not queued: %s", request_id, error)
            return TRY_AGAIN
        return ""


# What follows is imported when it is needed: most requests, and so most cold starts, only go to the queue.


def _suggestions(payload: Payload, _text: str) -> Response:
    from bot.catalogue import language_of
    from bot.offering import offered
    from bot.on_slack import forms, parse

    typing, language = parse.suggestion(payload), language_of(parse.language(payload))
    return answered({"options": forms.options(offered(typing.completes, typing.typed, typing.game), language)})


def _next_form(asked: Form, payload: Payload) -> Response:
    from bot.catalogue import language_of
    from bot.on_slack import forms, parse

    view = forms.form(asked, language_of(parse.language(payload)))
    return answered({"response_action": "update", "view": view})


def _in_form(field: str, sentence: str, payload: Payload) -> Response:
    from bot.catalogue import language_of, said
    from bot.on_slack import forms, parse
    from bot.on_slack.escape import one_line

    errors = {field: one_line(said(sentence, language_of(parse.language(payload))), forms.FIELD_ERROR)}
    return answered({"response_action": "errors", "errors": errors})
