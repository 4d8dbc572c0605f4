"""OpenAI's chat completions, and every API that speaks them, through OpenAI's own SDK.

How each differs is a row of :data:`APIS`. Sources: the vendors' pages on OpenAI compatibility and structured output.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from engine.errors import ProviderDown, ProviderError, ProviderRefused
from engine.ports import Ask, Completion
from engine.providers import structured
from engine.providers.endpoint import CONNECT_SECONDS, Endpoint, nothing_within
from engine.sentences import say

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

log = logging.getLogger(__name__)

_NO_KEY: Final = "none"  # the SDK insists on a key; servers without one ignore it


def _json_schema(choices: Sequence[str]) -> dict[str, Any]:
    described = {"name": "move", "strict": True, "schema": structured.schema(choices)}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


def _grammar(choices: Sequence[str]) -> dict[str, Any]:
    return {"grammar": structured.grammar(choices)}


@dataclass(frozen=True, slots=True)
class Api:
    """How one vendor's version of the API is reached and asked.

    ``structured`` gives the part of the body that holds it to a list of choices; ``limit`` is its name for the
    most tokens of a reply; ``body`` is sent with every request. ``ambient`` tells whether it is the API that the
    SDK's own variables (``OPENAI_ORG_ID``, ``OPENAI_PROJECT_ID``, ``OPENAI_CUSTOM_HEADERS``) are meant for.
    """

    base_url: str
    key_variable: str = ""
    base_url_variable: str = ""
    needs_key: bool = True
    structured: Callable[[Sequence[str]], dict[str, Any]] = _json_schema
    limit: str = "max_tokens"
    seeds: bool = True
    body: Mapping[str, Any] = field(default_factory=dict)
    ambient: bool = False


APIS: Final[Mapping[str, Api]] = {
    "openai": Api(
        "https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL", limit="max_completion_tokens", ambient=True
    ),
    "openrouter": Api(
        "https://openrouter.ai/api/v1",
        "OPENROUTER_API_KEY",
        # Else it may route to a host that drops what it does not know, structured output included.
        body={"provider": {"require_parameters": True}},
    ),
    "groq": Api("https://api.groq.com/openai/v1", "GROQ_API_KEY", limit="max_completion_tokens"),
    "gemini": Api("https://generativelanguage.googleapis.com/v1beta/openai/", "GEMINI_API_KEY", seeds=False),
    "huggingface": Api("https://router.huggingface.co/v1", "HF_TOKEN"),
    "ollama": Api("http://127.0.0.1:11434/v1", base_url_variable="OLLAMA_BASE_URL", needs_key=False),
    "vllm": Api("http://127.0.0.1:8000/v1", "VLLM_API_KEY", "VLLM_BASE_URL", needs_key=False),
    "llama_cpp": Api(
        "http://127.0.0.1:8080/v1", "LLAMA_CPP_API_KEY", "LLAMA_CPP_BASE_URL", needs_key=False, structured=_grammar
    ),
}


class OpenAICompatible:
    """One endpoint. The SDK is imported, and its connections made, by the first question."""

    def __init__(self, endpoint: Endpoint, api: Api, http: Callable[[], httpx2.AsyncClient] | None = None) -> None:
        """``http`` makes the client that carries the questions; without it the SDK makes its own."""
        self._endpoint = endpoint
        self._api = api
        self._http = http
        self._client: AsyncOpenAI | None = None

    def check(self, model: str, constrained: bool) -> None:  # noqa: ARG002  # every API of the table can constrain
        """:raises NotConfigured: when the key is missing. Which models exist, only the API knows."""
        self._endpoint.require_key(model)

    async def complete(self, ask: Ask) -> Completion:
        """:raises ProviderDown: worth a retry. :raises ProviderRefused: not, and it names the setting to mend."""
        import openai

        try:
            async with asyncio.timeout(ask.timeout_seconds):
                completion = await self._connected().chat.completions.create(**self._request(ask))
        except openai.APIStatusError as error:
            raise self._refused(ask.model, error) from None
        except (TimeoutError, openai.APITimeoutError):
            raise self._endpoint.silent(ask.model, nothing_within(ask.timeout_seconds)) from None
        except openai.APIConnectionError:
            raise self._endpoint.unreachable(ask.model) from None
        except openai.APIError as error:
            raise self._endpoint.silent(ask.model, type(error).__name__) from None
        return self._read(ask, completion)

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _connected(self) -> AsyncOpenAI:
        if self._client is None:
            key = self._endpoint.key
            self._client = _sdk(self._api.ambient)(
                api_key=key.reveal() if key else _NO_KEY,
                base_url=self._endpoint.base_url,
                max_retries=0,
                http_client=self._http() if self._http else None,
            )
        return self._client

    def _request(self, ask: Ask) -> dict[str, Any]:
        import openai

        body = dict(self._api.body) | (self._api.structured(ask.choices) if ask.choices else {})
        request: dict[str, Any] = {
            "model": ask.model,
            "messages": [{"role": message.role, "content": message.text} for message in ask.messages],
            "timeout": openai.Timeout(ask.timeout_seconds, connect=min(CONNECT_SECONDS, ask.timeout_seconds)),
            "extra_body": body | {self._api.limit: ask.max_tokens},
        }
        optional = {"seed": ask.seed if self._api.seeds else None, "temperature": ask.temperature}
        return request | {name: value for name, value in optional.items() if value is not None}

    def _refused(self, model: str, error: Any) -> ProviderError:
        # OpenAI says 429 both for "too fast", which passes, and for "out of credit", which does not.
        if error.code == "insufficient_quota":
            return ProviderRefused(
                say("{player} has no credit left: top up the account.", player=f"{self._endpoint.name}/{model}")
            )
        return self._endpoint.failed(model, error.status_code, str(error.message), error.response.headers)

    def _read(self, ask: Ask, completion: object) -> Completion:
        from openai.types.chat import ChatCompletion

        player = f"{self._endpoint.name}/{ask.model}"
        if not isinstance(completion, ChatCompletion):
            where = self._api.base_url_variable or say("its base URL")
            log.warning("%s at %s is no OpenAI-compatible API", player, self._endpoint.address)
            raise ProviderRefused(
                say("{player} is no OpenAI-compatible API: check {setting}.", player=player, setting=where)
            )
        if not completion.choices:
            raise ProviderDown(say("{player} sent no answer.", player=player))
        choice, usage = completion.choices[0], completion.usage
        text = choice.message.content or ""
        return Completion(
            structured.chosen(text) if ask.choices else text,
            _count(usage.prompt_tokens) if usage else 0,
            _count(usage.completion_tokens) if usage else 0,
            choice.finish_reason == "length",
        )


def _count(tokens: object) -> int:
    """A number of tokens; 0 for what is none, since the SDK passes on whatever the API has sent."""
    return tokens if type(tokens) is int else 0


def _sdk(ambient: bool) -> type[AsyncOpenAI]:
    """The SDK's client. It puts what it finds in the environment into the headers of whatever API it is pointed at.

    What the host keeps there is for one API only: for any other, the client sends the headers that are named here.
    """
    import openai

    class Bare(openai.AsyncOpenAI):
        @property
        def default_headers(self) -> dict[str, str | openai.Omit]:
            return {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": self.user_agent}

    return openai.AsyncOpenAI if ambient else Bare
