"""A rival: slack-bolt with its own Lambda adapter, as its documentation says.

``/duel`` is acknowledged, and goes to the queue by our own signed call: boto3 would make it slower.
"""

from __future__ import annotations

import logging
import os
import time
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.aws_lambda import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

from lambda_interactions.commands_queue import CommandsQueue
from lambda_interactions.messages import Event

logging.disable(logging.WARNING)
_queue = CommandsQueue.of(os.environ, time.time)


def _authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0001", bot_user_id="U0BOT", bot_id="B0001", bot_token="-")  # noqa: S106


app = App(signing_secret=os.environ["SLACK_SIGNING_SECRET"], authorize=_authorize, process_before_response=True)


@app.command("/duel")
def _typed(ack: Ack, body: dict[str, Any]) -> None:
    ack()
    _queue.put(Event("slack", body["trigger_id"], str(body)))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """One request of API Gateway's."""
    answer: dict[str, Any] = SlackRequestHandler(app).handle(event, context)
    return answer
