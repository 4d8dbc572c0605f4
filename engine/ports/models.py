"""Model APIs: one question, one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model: ``role`` is ``system``, ``user`` or ``assistant``."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One call to a model. ``choices``, when given, are the only answers that the API may produce."""

    model: str
    messages: Sequence[Message]
    max_tokens: int
    timeout_seconds: float
    choices: Sequence[str] = ()
    seed: int | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """What came back. ``truncated``: the API says that the reply was cut at ``max_tokens``."""

    text: str
    tokens_in: int
    tokens_out: int
    truncated: bool = False


class Provider(Protocol):
    """A model API. It makes one attempt within its timeouts; who calls decides about retries."""

    def check(self, model: str, constrained: bool) -> None:
        """Whether a duel may start. :raises UserError: a missing key, an unknown model, no structured output."""
        ...

    async def complete(self, ask: Ask) -> Completion:
        """:raises ProviderDown: worth a retry. :raises ProviderRefused: not."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
