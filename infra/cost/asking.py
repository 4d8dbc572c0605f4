"""Members who type ``/duel start``: signed webhooks, answered by the webhook's own code, and timed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from nacl.signing import SigningKey

from engine.queues.definitions import WEBHOOK_MB
from infra.cost.counted import Counted
from infra.cost.loopback import APPLICATION
from infra.cost.passing import Passed
from infra.cost.prices import billed_seconds
from lambda_interactions.discord import Webhook

MODELS: Final = ("openai/gpt-4.1-mini", "openai/gpt-4.1-nano")
"""Two whose prices the catalogue knows, and that do not think aloud."""
DUELS_A_SERVER: Final = 10
_FIRST_ID: Final = 10**17
_COMMAND, _SUB_COMMAND, _STRING = 2, 1, 3
_OK: Final = 200
_DEFERRED: Final = 5


class Members:
    """Ask for duels one after another, each in a channel of its own; ten of them are of one server and one member."""

    def __init__(self, environment: Mapping[str, str], first: int = 0) -> None:
        """``first`` is the number of the first duel; others who ask have other numbers."""
        self._key = SigningKey.generate()
        variables = {**environment, "DISCORD_PUBLIC_KEY": self._key.verify_key.encode().hex()}
        self._webhook = Webhook.of(variables, time.time)
        self._asked = first
        self._alone = asyncio.Lock()

    async def ask(self, duels: int, counted: Counted) -> None:
        """So many webhooks; each is one SendMessage. :raises RuntimeError: when one is not acknowledged."""
        async with self._alone:  # as in a function, which has one request at a time
            await asyncio.to_thread(self._ask, duels, counted)

    def _ask(self, duels: int, counted: Counted) -> None:
        for _ in range(duels):
            event = self._signed(json.dumps(interaction(self._asked)))
            self._asked += 1
            began, processor = Passed.now(), time.thread_time()
            answer = self._webhook.respond(event)
            took = replace(began.since, processor=time.thread_time() - processor)
            if answer["statusCode"] != _OK or json.loads(answer["body"])["type"] != _DEFERRED:
                raise RuntimeError(f"the webhook answered {answer}")
            counted.webhooks += 1
            counted.sqs_requests += 1
            counted.webhook_seconds += billed_seconds(took, WEBHOOK_MB)

    def _signed(self, body: str) -> dict[str, Any]:
        stamp = str(int(time.time()))
        signature = self._key.sign(f"{stamp}{body}".encode()).signature.hex()
        headers = {"x-signature-ed25519": signature, "x-signature-timestamp": stamp}
        return {"headers": headers, "body": body, "isBase64Encoded": False}

    def close(self) -> None:
        """Let go of the connection to the queue."""
        self._webhook.close()


def interaction(number: int) -> dict[str, Any]:
    """The number-th ``/duel start``, as Discord sends it."""
    server = number // DUELS_A_SERVER
    typed: dict[str, Any] = {
        "game": "chess",
        "first": MODELS[0],
        "second": MODELS[1],
        "moves": "listed",
        "price": "ok",
    }
    options = [{"name": name, "type": _STRING, "value": value} for name, value in typed.items()]
    user = {"id": str(2 * _FIRST_ID + server), "username": f"ann{server}", "global_name": f"Ann {server}"}
    return {
        "id": str(_FIRST_ID + number),
        "application_id": APPLICATION,
        "type": _COMMAND,
        "token": "a-token-of-an-interaction",
        "guild_id": str(3 * _FIRST_ID + server),
        "channel_id": str(4 * _FIRST_ID + number),
        "locale": "en-US",
        "guild_locale": "en-US",
        "member": {"user": user, "nick": None, "permissions": "0"},
        "data": {
            "id": "1",
            "name": "duel",
            "type": 1,
            "options": [{"type": _SUB_COMMAND, "name": "start", "options": options}],
        },
    }
