"""Every model API behaves alike: the vendor's real SDK against a loopback server that speaks the vendor's wire format.

The embedded model is held to the same contract, over real weights, in ``tests/scenarios/test_local_model.py``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from ended import ended

from engine.errors import BadOption, NotConfigured, ProviderDown, ProviderError, ProviderRefused
from engine.ports import Ask, Completion, Message, Provider
from engine.providers import VARIABLES, configured, structured
from engine.providers.endpoint import Endpoint
from engine.providers.local import Local
from engine.providers.openai_compatible import APIS
from engine.secret import Secret

CANARY = "sk-canary-7f3a9c51e2"
ASK = Ask("some-model", [Message("system", "You play."), Message("user", "Your move?")], 64, 5.0)
CHOICES = ("e4", "Nf3", 'quo"ted')


@dataclass
class Said:
    """What the server is to answer, in no vendor's words."""

    text: str = "e4"
    truncated: bool = False
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: str = "something"
    cut: bool = False
    hang: bool = False


@dataclass
class Vendor:
    """One vendor's wire format: how it answers, how it fails, and what a request for choices looks like."""

    name: str
    settings: dict[str, str]
    answer: Callable[[Said, bool], dict[str, Any]]
    failure: Callable[[Said], dict[str, Any]]
    choices: Callable[[dict[str, Any]], Sequence[str]]
    limit: Callable[[dict[str, Any]], int]
    url_variable: str


def _openai_answer(said: Said, chosen: bool) -> dict[str, Any]:
    text = json.dumps({"move": said.text}) if chosen else said.text
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "some-model",
        "choices": [
            {
                "index": 0,
                "finish_reason": "length" if said.truncated else "stop",
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {"prompt_tokens": 21, "completion_tokens": 4, "total_tokens": 25},
    }


def _anthropic_answer(said: Said, chosen: bool) -> dict[str, Any]:
    text = json.dumps({"move": said.text}) if chosen else said.text
    return {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "some-model",
        "content": [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": text}],
        "stop_reason": "max_tokens" if said.truncated else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 21, "output_tokens": 4},
    }


def _bedrock_answer(said: Said, chosen: bool) -> dict[str, Any]:
    block = {"toolUse": {"toolUseId": "t", "name": "play", "input": {"move": said.text}}}
    return {
        "output": {"message": {"role": "assistant", "content": [block if chosen else {"text": said.text}]}},
        "stopReason": "max_tokens" if said.truncated else "end_turn",
        "usage": {"inputTokens": 21, "outputTokens": 4, "totalTokens": 25},
        "metrics": {"latencyMs": 1},
    }


def _enum(schema: Any) -> Sequence[str]:
    assert schema["additionalProperties"] is False
    return list(schema["properties"]["move"]["enum"])


OPENAI = Vendor(
    "openai",
    {"OPENAI_API_KEY": CANARY},
    _openai_answer,
    lambda said: {"error": {"message": said.error, "type": "t", "code": None}},
    lambda body: _enum(body["response_format"]["json_schema"]["schema"]),
    lambda body: int(body["max_completion_tokens"]),
    "OPENAI_BASE_URL",
)
ANTHROPIC = Vendor(
    "anthropic",
    {"ANTHROPIC_API_KEY": CANARY},
    _anthropic_answer,
    lambda said: {"type": "error", "error": {"type": "t", "message": said.error}},
    lambda body: _enum(body["output_config"]["format"]["schema"]),
    lambda body: int(body["max_tokens"]),
    "ANTHROPIC_BASE_URL",
)
BEDROCK = Vendor(
    "bedrock",
    {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": CANARY},
    _bedrock_answer,
    lambda said: {"message": said.error},
    lambda body: _enum(body["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"]),
    lambda body: int(body["inferenceConfig"]["maxTokens"]),
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
)
VENDORS = pytest.mark.parametrize("vendor", [OPENAI, ANTHROPIC, BEDROCK], ids=lambda vendor: vendor.name)


@dataclass
class Api:
    """The server and a provider that talks to it."""

    provider: Provider
    said: Said
    bodies: list[dict[str, Any]]
    headers: list[dict[str, str]]

    async def ask(self, ask: Ask = ASK, **said: Any) -> Completion:
        for name, value in said.items():
            setattr(self.said, name, value)
        return await self.provider.complete(ask)


@asynccontextmanager
async def served(vendor: Vendor, **more: str) -> AsyncIterator[Api]:
    """The vendor's API on a loopback port."""
    said, bodies, released = Said(), list[dict[str, Any]](), asyncio.Event()
    headers: list[dict[str, str]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        bodies.append(body)
        headers.append({name.lower(): value for name, value in request.headers.items()})
        if said.hang:
            await released.wait()
        if said.cut:
            assert request.transport is not None
            request.transport.abort()
        chosen = any(name in body for name in ("response_format", "output_config", "toolConfig"))
        answer = vendor.answer(said, chosen) if said.status == 200 else vendor.failure(said)
        return web.json_response(answer, status=said.status, headers=said.headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    settings = vendor.settings | {vendor.url_variable: f"http://{host}:{port}"} | more
    provider = configured(settings)[vendor.name].make()
    try:
        yield Api(provider, said, bodies, headers)
    finally:
        released.set()
        await provider.close()
        await ended(runner)


@VENDORS
async def test_an_answer_its_usage_and_its_limit(vendor: Vendor) -> None:
    async with served(vendor) as api:
        assert await api.ask() == Completion("e4", 21, 4)
        assert vendor.limit(api.bodies[0]) == 64
        assert "You play." in json.dumps(api.bodies[0])


@VENDORS
async def test_a_reply_that_was_cut_off_says_so(vendor: Vendor) -> None:
    async with served(vendor) as api:
        assert (await api.ask(truncated=True)).truncated


@VENDORS
async def test_choices_are_asked_for_and_come_back_as_plain_text(vendor: Vendor) -> None:
    async with served(vendor) as api:
        ask = Ask("some-model", ASK.messages, 64, 5.0, CHOICES)
        assert (await api.ask(ask, text=CHOICES[2])).text == CHOICES[2]
        assert vendor.choices(api.bodies[0]) == list(CHOICES)
        assert not (await api.ask(ASK)).truncated


@VENDORS
@pytest.mark.parametrize("status", [408, 429, 500, 503, 529])
async def test_what_may_pass_is_down(vendor: Vendor, status: int) -> None:
    async with served(vendor) as api:
        with pytest.raises(ProviderDown) as down:
            await api.ask(status=status, headers={"Retry-After": "7"})
        assert down.value.retry_after_seconds == 7
        assert down.value.limited is (status == 429)
        assert len(api.bodies) == 1, "the SDK retried behind our back"


@VENDORS
async def test_a_date_to_come_back_at_is_no_number(vendor: Vendor) -> None:
    async with served(vendor) as api:
        with pytest.raises(ProviderDown) as down:
            await api.ask(status=429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})
        assert down.value.retry_after_seconds is None


@VENDORS
@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_what_no_retry_mends_is_refused(vendor: Vendor, status: int) -> None:
    async with served(vendor) as api:
        with pytest.raises(ProviderRefused, match=rf"{vendor.name}/some-model.*HTTP {status}"):
            await api.ask(status=status)


@pytest.mark.parametrize("count", ["many", None, 1.5, [1]])
async def test_a_usage_that_is_no_number_counts_as_nothing(count: object) -> None:
    def answer(said: Said, chosen: bool) -> dict[str, Any]:
        return _openai_answer(said, chosen) | {"usage": {"prompt_tokens": count, "completion_tokens": count}}

    async with served(replace(OPENAI, answer=answer)) as api:
        assert await api.ask() == Completion("e4", 0, 0)


@VENDORS
async def test_a_cut_connection_is_down(vendor: Vendor) -> None:
    async with served(vendor) as api:
        with pytest.raises(ProviderDown):
            await api.ask(cut=True)


@VENDORS
async def test_silence_is_down_after_the_timeout(vendor: Vendor) -> None:
    async with served(vendor) as api:
        with pytest.raises(ProviderDown, match=r"0\.05 s"):
            await api.ask(Ask("some-model", ASK.messages, 64, 0.05), hang=True)


@VENDORS
async def test_nobody_listening_is_down(vendor: Vendor) -> None:
    provider = configured(vendor.settings | {vendor.url_variable: "http://127.0.0.1:9"})[vendor.name].make()
    with pytest.raises(ProviderDown):
        await provider.complete(ASK)
    await provider.close()


@VENDORS
@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500])
async def test_a_key_is_in_no_error_log_or_repr(
    vendor: Vendor, status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = ""
    async with served(vendor) as api:
        try:
            await api.ask(status=status, error=f"Incorrect API key provided: {CANARY}")
        except ProviderError as error:
            shown = "".join(traceback.format_exception(error))
        shown += repr(api.provider) + repr(vars(api.provider))
    out, err = capfd.readouterr()
    # The SDK's own objects hold the key; only our endpoint is asked what it shows.
    assert CANARY not in shown + caplog.text + out + err


@VENDORS
async def test_an_address_is_in_the_hosts_log_and_not_in_public_text(
    vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = f"http://user:{CANARY}-pw@127.0.0.1:9/v1?key={CANARY}"
    provider = configured(vendor.settings | {vendor.url_variable: hidden})[vendor.name].make()
    with pytest.raises(ProviderDown) as down:
        await provider.complete(ASK)
    await provider.close()
    assert "127.0.0.1" not in str(down.value)
    assert "did not answer" in str(down.value)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("engine.")]
    assert not any(secret in line for line in said for secret in ("user", CANARY))
    if vendor is not BEDROCK:  # whose error, by its type alone, names no address in the first place
        assert any("at http://127.0.0.1:9/v1 did not answer" in line for line in said)


async def test_a_server_of_the_hosts_own_that_is_not_running_says_to_start_it() -> None:
    for name, advice in (("ollama", "Start ollama, or set OLLAMA_BASE_URL to where it runs."), ("openai", "failed.")):
        settings = {f"{name.upper()}_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-none"}
        provider = configured(settings)[name].make()
        with pytest.raises(ProviderDown) as down:
            await provider.complete(ASK)
        await provider.close()
        assert str(down.value).endswith(advice)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://u:p@host.example:8443/v1?k=v", "https://host.example:8443/v1"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
        (f"https://host.example/{CANARY}/v1", "https://host.example/***/v1"),
        ("http://host:port", "an address that is none"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, address: str) -> None:
    assert Endpoint("x", url, Secret(CANARY)).address == address


@VENDORS
def test_what_is_missing_is_named_before_a_duel(vendor: Vendor) -> None:
    provider = configured({})[vendor.name].make()
    wanted = "AWS_REGION" if vendor is BEDROCK else next(iter(vendor.settings))
    with pytest.raises(NotConfigured, match=wanted):
        provider.check("some-model", constrained=False)
    configured(vendor.settings)[vendor.name].make().check("some-model", constrained=True)


def test_bedrock_names_the_credentials_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(variable, "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    provider = configured({"AWS_REGION": "us-east-1"})["bedrock"].make()
    with pytest.raises(NotConfigured, match="AWS_ACCESS_KEY_ID"):
        provider.check("amazon.nova-lite-v1:0", constrained=False)


async def test_an_account_without_credit_is_refused_although_it_is_a_429() -> None:
    broke = replace(OPENAI, failure=lambda said: {"error": {"message": "", "code": "insufficient_quota"}})
    async with served(broke) as api:
        with pytest.raises(ProviderRefused, match="no credit"):
            await api.ask(status=429)


async def test_a_server_that_speaks_something_else_is_named() -> None:
    strange = replace(OPENAI, answer=lambda said, chosen: {"hello": "world"})
    async with served(strange) as api:
        with pytest.raises(ProviderError, match="openai/some-model") as error:
            await api.ask()
    assert "127.0.0.1" not in str(error.value)


@pytest.mark.parametrize("name", APIS)
def test_every_compatible_api_says_which_key_it_needs(name: str) -> None:
    api, vendor = APIS[name], configured({})[name]
    assert api.key_variable == "" or api.key_variable in VARIABLES
    if not api.needs_key:
        vendor.make().check("m", constrained=True)
        return
    with pytest.raises(NotConfigured, match=f"^{name}/m needs {api.key_variable}: set it and start again"):
        vendor.make().check("m", constrained=False)
    configured({api.key_variable: CANARY})[name].make().check("m", constrained=True)


@pytest.mark.parametrize(
    ("name", "url_variable"), [("openai", "OPENAI_BASE_URL"), ("ollama", "OLLAMA_BASE_URL"), ("vllm", "VLLM_BASE_URL")]
)
async def test_the_hosts_account_at_one_vendor_is_not_told_to_another(
    name: str, url_variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-hush")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-hush")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Gateway: hush")
    settings = OPENAI.settings if name == "openai" else {}
    async with served(replace(OPENAI, name=name, settings=settings, url_variable=url_variable)) as api:
        await api.ask()
        (headers,) = api.headers
        told = {header for header, value in headers.items() if "hush" in value}
        assert told == ({"openai-organization", "openai-project", "x-gateway"} if name == "openai" else set())


@pytest.mark.parametrize(
    ("name", "url_variable", "part"),
    [("llama_cpp", "LLAMA_CPP_BASE_URL", "grammar"), ("ollama", "OLLAMA_BASE_URL", "response_format")],
)
async def test_servers_of_ones_own_need_no_key_and_are_constrained(name: str, url_variable: str, part: str) -> None:
    own = replace(OPENAI, name=name, settings={}, url_variable=url_variable)
    async with served(own) as api:
        await api.ask(Ask("m", ASK.messages, 64, 5.0, CHOICES, seed=3))
        assert api.bodies[0][part]
        assert api.bodies[0]["max_tokens"] == 64
        assert api.bodies[0]["seed"] == 3


def test_a_grammar_quotes_what_needs_quoting() -> None:
    assert structured.grammar(["e4", 'a"b\\']) == 'root ::= "e4" | "a\\"b\\\\"'


@pytest.mark.parametrize("text", ["e4", "{", "[1]", '{"other": 1}', ""])
def test_text_that_holds_no_choice_stays_as_it_is(text: str) -> None:
    assert structured.chosen(text) == text


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(CANARY)
    assert (repr(secret), str(secret), f"{secret}", f"{secret!r:>5}") == ("***", "***", "***", "  ***")
    assert secret.reveal() == CANARY
    assert secret.scrub(f"key {CANARY}!") == "key ***!"
    assert bool(secret)
    assert not Secret("")
    with pytest.raises(TypeError):
        json.dumps(secret)


INTERRUPTED = """
import asyncio, sys
from engine.ports import Ask, Message
from engine.providers import configured

settings = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
provider = configured(settings | {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": sys.argv[1]})["bedrock"].make()
asyncio.run(provider.complete(Ask("m", [Message("user", "Your move?")], 8, 60)))
"""


def test_ctrl_c_does_not_wait_for_a_call_in_a_thread() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with subprocess.Popen([sys.executable, "-c", INTERRUPTED, url], stderr=subprocess.PIPE, text=True) as process:
            connection, _ = server.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                _, err = process.communicate(timeout=10)
    assert err.rstrip().endswith("KeyboardInterrupt")


def test_no_sdk_is_imported_before_it_is_asked() -> None:
    code = (
        "import sys; from engine.providers import configured; made = [v.make() for v in configured({}).values()]; "
        "print([name for name in ('openai', 'anthropic', 'boto3', 'xllamacpp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_embedded_models_threads_are_a_number() -> None:
    configured({"ARENA_LOCAL_THREADS": "2"})["local"].make().check("smollm2", constrained=True)
    for value in ("two", "0"):
        with pytest.raises(BadOption, match="ARENA_LOCAL_THREADS must be"):
            configured({"ARENA_LOCAL_THREADS": value})


async def test_a_question_to_the_embedded_model_waits_for_others_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = threading.Event()
    monkeypatch.setattr(Local, "_generate", lambda *_: answer.wait(10))
    local, ask = Local(wait_seconds=0.05), replace(ASK, model="smollm2")
    first = asyncio.create_task(local.complete(ask))
    await asyncio.sleep(0)
    with pytest.raises(ProviderDown, match=r"local/smollm2 is busy: its turn did not come within 0\.05 s"):
        await asyncio.wait_for(local.complete(ask), 5)
    answer.set()
    assert await first == Completion("", 0, 0)
    assert await local.complete(ask) == Completion("", 0, 0), "whoever gave up waiting holds nobody up"
    await local.close()


@pytest.mark.parametrize("name", configured({}))
def test_every_provider_is_made_without_a_single_setting(name: str) -> None:
    provider = configured({})[name].make()
    if name in {"local", "ollama", "vllm", "llama_cpp"}:
        provider.check("smollm2", constrained=True)
    else:
        with pytest.raises(NotConfigured):
            provider.check("smollm2", constrained=True)
