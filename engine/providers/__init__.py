"""Model APIs, one file each; an API's SDK is imported by the first question that is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from engine.options import Kind, Option, convert
from engine.players.vendor import Vendor
from engine.ports import Provider
from engine.providers.anthropic import BASE_URL as ANTHROPIC_URL
from engine.providers.anthropic import Anthropic
from engine.providers.bedrock import Aws, Bedrock
from engine.providers.catalogue import catalogue
from engine.providers.endpoint import Endpoint
from engine.providers.local import THREADS, Local
from engine.providers.openai_compatible import APIS, Api, OpenAICompatible
from engine.secret import Secret

# Every setting that `configured` reads, and what it is for.
VARIABLES: Final[Mapping[str, str]] = {
    "ARENA_LOCAL_THREADS": "threads of local/…; 1 unless set, more only where as many cores are idle",
    "OPENAI_API_KEY": "key for openai/…",
    "OPENAI_BASE_URL": "another address for openai/…",
    "ANTHROPIC_API_KEY": "key for anthropic/…",
    "ANTHROPIC_BASE_URL": "another address for anthropic/…",
    "OPENROUTER_API_KEY": "key for openrouter/…",
    "GROQ_API_KEY": "key for groq/…",
    "GEMINI_API_KEY": "key for gemini/…",
    "HF_TOKEN": "key for huggingface/…",
    "OLLAMA_BASE_URL": "where ollama/… runs, if not on this machine",
    "VLLM_BASE_URL": "where vllm/… runs, if not on this machine",
    "VLLM_API_KEY": "key for vllm/…, if it was started with one",
    "LLAMA_CPP_BASE_URL": "where llama_cpp/… runs, if not on this machine",
    "LLAMA_CPP_API_KEY": "key for llama_cpp/…, if it was started with one",
    "AWS_REGION": "region for bedrock/… (or AWS_DEFAULT_REGION)",
    "AWS_DEFAULT_REGION": "region for bedrock/…",
    "AWS_ACCESS_KEY_ID": "key id for bedrock/…; without it, AWS's own search order is used",
    "AWS_SECRET_ACCESS_KEY": "key for bedrock/…",
    "AWS_SESSION_TOKEN": "token for bedrock/… with temporary credentials",
    "AWS_PROFILE": "profile for bedrock/…",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "another address for bedrock/…",
}


LOCAL: Final = "local"
"""The provider whose models run inside this process."""


def configured(settings: Mapping[str, str]) -> dict[str, Vendor]:
    """Every provider by its name in players, with the catalogue's models; ``settings`` holds :data:`VARIABLES`.

    Nothing is imported or connected until a provider is asked; one that lacks a key says so when it is checked.

    :raises BadOption: when a number is none.
    """
    made: dict[str, Callable[[], Provider]] = {LOCAL: partial(Local, threads=_threads(settings))}
    for name, api in APIS.items():
        made[name] = partial(OpenAICompatible, _endpoint(name, api, settings), api)
    made["anthropic"] = partial(Anthropic, _anthropic(settings))
    made["bedrock"] = partial(Bedrock, _aws(settings))
    cards = catalogue()
    return {name: Vendor(make, cards.get(name, {})) for name, make in made.items()}


def endpoints(settings: Mapping[str, str]) -> list[Endpoint]:
    """Where each API is that these settings let duels ask; Bedrock's address is AWS's own to find."""
    known = [_endpoint(name, api, settings) for name, api in APIS.items()]
    return [endpoint for endpoint in (*known, _anthropic(settings)) if endpoint.configured]


def _threads(settings: Mapping[str, str]) -> int:
    value = settings.get("ARENA_LOCAL_THREADS") or THREADS
    return int(convert(Option("ARENA_LOCAL_THREADS", "", Kind.INTEGER, least=1, most=64), value))


def _endpoint(name: str, api: Api, settings: Mapping[str, str]) -> Endpoint:
    url = settings.get(api.base_url_variable) or api.base_url
    key = _secret(settings, api.key_variable)
    return Endpoint(name, url, key, api.key_variable, api.needs_key, api.base_url_variable)


def _anthropic(settings: Mapping[str, str]) -> Endpoint:
    url, key = settings.get("ANTHROPIC_BASE_URL") or ANTHROPIC_URL, _secret(settings, "ANTHROPIC_API_KEY")
    return Endpoint("anthropic", url, key, "ANTHROPIC_API_KEY", url_variable="ANTHROPIC_BASE_URL")


def _aws(settings: Mapping[str, str]) -> Aws:
    return Aws(
        region=settings.get("AWS_REGION") or settings.get("AWS_DEFAULT_REGION", ""),
        access_key_id=settings.get("AWS_ACCESS_KEY_ID", ""),
        secret_access_key=_secret(settings, "AWS_SECRET_ACCESS_KEY"),
        session_token=_secret(settings, "AWS_SESSION_TOKEN"),
        profile=settings.get("AWS_PROFILE", ""),
        endpoint_url=settings.get("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", ""),
    )


def _secret(settings: Mapping[str, str], variable: str) -> Secret | None:
    value = settings.get(variable, "").strip()
    return Secret(value) if value else None
