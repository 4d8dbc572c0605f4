"""An interaction from its dispatch to the end of its token.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from loopback_discord.world import Channel, Message, User, World, read_aloud

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, LATER, LATER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ALLOWED: Final = {
    COMMAND: {MESSAGE, LATER, MODAL},
    COMPONENT: {MESSAGE, LATER, LATER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, LATER},
}


@dataclass(frozen=True)
class Ack:
    """How an interaction was acknowledged, and how long after its dispatch (real time)."""

    type: int
    ephemeral: bool
    milliseconds: float


@dataclass(eq=False)
class Interaction:
    """One thing that a person did, and what came of it.

    ``original`` is the message that answers (or, after an update, the message whose button was pressed);
    ``modal`` and ``choices`` are what was shown instead of one.
    """

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    world: World
    payload: dict[str, Any]
    started: float
    dispatched: float
    source: Message | None = None
    ack: Ack | None = None
    original: Message | None = None
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    followups: list[Message] = field(default_factory=list)

    @property
    def allowed(self) -> set[int]:
        """The ways in which it may be acknowledged."""
        updates = {LATER_UPDATE, UPDATE} if self.kind == MODAL_SUBMIT and self.source else set()
        return ALLOWED[self.kind] | updates

    @property
    def name(self) -> str:
        """What was asked for, for a message about it."""
        data: Mapping[str, Any] = self.payload["data"]
        return str(data.get("name") or data.get("custom_id"))

    @property
    def text(self) -> str:
        """Everything that the person read in answer, in order."""
        shown = [self.original, *self.followups]
        return "\n".join(message.text for message in shown if message and not message.deleted)

    @property
    def seen(self) -> str:
        """The same as people see it."""
        return read_aloud(self.text)

    @property
    def private(self) -> bool:
        """Whether every answer was for this person alone."""
        answers = [message for message in (self.original, *self.followups) if message and message is not self.source]
        return bool(answers) and all(message.private for message in answers)

    async def acknowledged(self, seconds: float = 4.0) -> Interaction:
        """Wait for the acknowledgement. :raises TimeoutError: the client would show “did not respond”."""
        await self.world.wait_for(lambda: self.ack, seconds)
        return self

    async def reply(self, seconds: float = 5.0) -> Message:
        """The answer, as soon as it is more than “thinking”: the original, or else the first follow-up."""
        found: Message = await self.world.wait_for(self._answer, seconds)
        return found

    def _answer(self) -> Message | None:
        original = self.original if self.original is not self.source or self._updated() else None
        candidates = (original, *self.followups)
        return next((one for one in candidates if one and not one.loading and not one.deleted), None)

    def _updated(self) -> bool:
        return self.ack is not None and self.ack.type == UPDATE
