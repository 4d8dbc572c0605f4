"""Tells a person in Slack something by the address that came with what they did.

The answer to a pressed button or a menu shows nobody anything, unlike that to a typed command.
Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import json
import logging
from typing import Final
from urllib.parse import urlsplit

from lambda_interactions.deadline import within
from lambda_interactions.http_call import connection, posted

TOLD_SECONDS: Final = 0.5
"""What is left of Slack's three, after a cold start and a queue that did not answer."""
_OK: Final = 200

log = logging.getLogger(__name__)


def told(address: str, sentence: str) -> bool:
    """Whether Slack has taken a message that the asker alone sees; what they pressed stays as it is."""
    message = {"response_type": "ephemeral", "replace_original": False, "text": sentence}
    try:
        slack, path = connection(address, TOLD_SECONDS), urlsplit(address)._replace(scheme="", netloc="").geturl()
    except ValueError:
        return False
    body, headers = json.dumps(message).encode(), {"content-type": "application/json"}
    try:
        status, _ = within(TOLD_SECONDS, lambda _late: posted(slack, path or "/", headers, body), slack.close)
    except TimeoutError:
        return False  # the connection is its thread's
    except OSError as error:
        log.warning("Slack did not take an answer: %s", error)
        return False
    slack.close()
    return status == _OK
