"""What came of something that a person did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loopback_slack.blocks import Block
from loopback_slack.responses import ResponseUrl
from loopback_slack.sockets import Envelope
from loopback_slack.views import Trigger
from loopback_slack.workspace import Channel, Message, User, View, Workspace


@dataclass(slots=True)
class Interaction:
    """``confirmed`` is the question that the person said yes to, if there was one."""

    workspace: Workspace = field(repr=False)
    user: User
    envelope: Envelope
    channel: Channel | None = None
    response_url: ResponseUrl | None = None
    trigger: Trigger | None = None
    confirmed: Block | None = None
    already_seen: int = 0

    @property
    def ack_ms(self) -> float:
        """From the envelope to its acknowledgement."""
        assert self.envelope.ack_ms is not None, "it was never acknowledged"
        return self.envelope.ack_ms

    @property
    def ack_payload(self) -> dict[str, Any]:
        """What the acknowledgement carried."""
        return self.envelope.acks[0] if self.envelope.acks else {}

    @property
    def views(self) -> list[View]:
        """The modals that it opened."""
        return self.trigger.opened if self.trigger else []

    @property
    def replies(self) -> list[Message]:
        """What the person was told: at the response URL, and whatever only they see in the channel since."""
        told = list(self.response_url.answers) if self.response_url else []
        alone = self.channel.ephemerals_of(self.user)[self.already_seen :] if self.channel else []
        return told + [message for message in alone if not message.by_response_url]

    async def reply(self, seconds: float = 5.0) -> Message:
        """The first thing that they were told."""
        return (await self.workspace.until(lambda: self.replies, seconds, "for a reply"))[0]

    async def view(self, seconds: float = 5.0) -> View:
        """The modal that it opened."""
        return (await self.workspace.until(lambda: self.views, seconds, "for a modal"))[0]
