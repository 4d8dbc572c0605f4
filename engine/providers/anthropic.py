"""Anthropic's Messages API through Anthropic's own SDK."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from engine.ports import Ask, Completion, Message
from engine.providers import structured
from engine.providers.endpoint import CONNECT_SECONDS, Endpoint, nothing_within
from engine.sentences import say

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import Message as AnthropicMessage

BASE_URL: Final = "https://api.anthropic.com"
_CUT_OFF: Final = frozenset({"max_tokens", "model_context_window_exceeded"})


class Anthropic:
    """``anthropic/…``. The SDK is imported, and its connections made, by the first question.

    Choices are asked for as structured output (an enum in a JSON schema), which the API enforces while it decodes.
    Seed and temperature are not sent: the API has no seed, and its newest models refuse a temperature.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: AsyncAnthropic | None = None

    def check(self, model: str, constrained: bool) -> None:  # noqa: ARG002  # a model without it says so itself
        """:raises NotConfigured: when the key is missing. Which models exist, only the API knows."""
        self._endpoint.require_key(model)

    async def complete(self, ask: Ask) -> Completion:
        """:raises ProviderDown: worth a retry. :raises ProviderRefused: not, and it names the setting to mend."""
        import anthropic

        try:
            async with asyncio.timeout(ask.timeout_seconds):
                message = await self._connected().messages.create(**_request(ask))
        except anthropic.APIStatusError as error:
            raise self._endpoint.failed(
                ask.model, error.status_code, error.api_message or "", error.response.headers
            ) from None
        except (TimeoutError, anthropic.APITimeoutError):
            raise self._endpoint.silent(ask.model, nothing_within(ask.timeout_seconds)) from None
        except anthropic.APIConnectionError:
            raise self._endpoint.silent(ask.model, say("the connection failed")) from None
        except anthropic.APIError as error:
            raise self._endpoint.silent(ask.model, type(error).__name__) from None
        return _read(ask, message)

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _connected(self) -> AsyncAnthropic:
        if self._client is None:
            import anthropic

            key = self._endpoint.key
            self._client = anthropic.AsyncAnthropic(
                api_key=key.reveal() if key else "", base_url=self._endpoint.base_url, max_retries=0
            )
        return self._client


def _request(ask: Ask) -> dict[str, Any]:
    import anthropic

    request: dict[str, Any] = {
        "model": ask.model,
        "max_tokens": ask.max_tokens,
        "system": _system(ask.messages),
        "messages": [
            {"role": message.role, "content": message.text} for message in ask.messages if message.role != "system"
        ],
        "timeout": anthropic.Timeout(ask.timeout_seconds, connect=min(CONNECT_SECONDS, ask.timeout_seconds)),
    }
    if ask.choices:
        request["output_config"] = {"format": {"type": "json_schema", "schema": structured.schema(ask.choices)}}
    return request


def _system(messages: Sequence[Message]) -> str:
    return "\n\n".join(message.text for message in messages if message.role == "system")


def _read(ask: Ask, message: AnthropicMessage) -> Completion:
    text = "".join(block.text for block in message.content if block.type == "text")
    return Completion(
        structured.chosen(text) if ask.choices else text,
        message.usage.input_tokens,
        message.usage.output_tokens,
        message.stop_reason in _CUT_OFF,
    )
