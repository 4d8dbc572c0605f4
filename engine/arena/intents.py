"""What somebody was shown and has yet to confirm: a command with its options, for a quarter of an hour.

A button carries a hundred characters, and a reason may be longer; so it carries the name of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from engine.arena.context import Context, derived_id
from engine.codec import reading
from engine.errors import Conflict, NotAllowed, OutOfTurn
from engine.model import Community, Document
from engine.sentences import say

INTENT: Final = "intent"
STANDS_MS: Final = 900_000


@dataclass(frozen=True, slots=True)
class Intent:
    """A command that somebody asked for. ``key`` is also the id of the request that carries it out.

    ``people`` are the ids of those whom the options mention, by the platform's token for them.
    """

    key: str
    by: str
    command: str
    verb: str
    options: Mapping[str, Any]
    people: Mapping[str, str]


class Intents:
    """Keeps and gives them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def keep(
        self,
        community: Community,
        by: str,
        command: str,
        verb: str,
        options: Mapping[str, Any],
        people: Mapping[str, str],
        request_id: str,
    ) -> Intent:
        """Keep what was asked for; the same request keeps it once."""
        intent = Intent(derived_id(community, request_id, "intent"), by, command, verb, options, people)
        now = self._context.clock.now_ms()
        body = {"by": by, "command": command, "verb": verb, "options": dict(options), "people": dict(people), "at": now}
        with suppress(Conflict):  # kept before
            await self._context.store.put_document(
                Document(community, INTENT, intent.key, body, wake_at_ms=now + STANDS_MS)
            )
        return intent

    async def confirmed(self, community: Community, key: str, by: str) -> Intent:
        """What is confirmed. :raises OutOfTurn: when it is too old. :raises NotAllowed: for anyone but who asked."""
        document = await self._context.store.document(community, INTENT, key)
        if document is None or document.body["at"] + STANDS_MS <= self._context.clock.now_ms():
            raise OutOfTurn(say("That was asked too long ago. Type the command again, and look at what it changes."))
        with reading("an intent"):
            body = document.body
            intent = Intent(key, body["by"], body["command"], body["verb"], body["options"], body["people"])
        if intent.by != by:
            raise NotAllowed(say("Only who typed the command can confirm it."))
        return intent

    async def sweep(self, limit: int = 100) -> int:
        """Forget what nobody has confirmed; how many."""
        old = await self._context.store.due_documents(INTENT, self._context.clock.now_ms(), limit)
        for document in old:
            with suppress(Conflict):
                await self._context.store.delete_document(document)
        return len(old)
