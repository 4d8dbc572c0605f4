"""Amazon Bedrock's Converse API through boto3, which is synchronous: each call has a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.errors import NotConfigured, ProviderDown, ProviderError, ProviderRefused
from engine.ports import Ask, Completion
from engine.providers import structured
from engine.providers.endpoint import CONNECT_SECONDS, Endpoint, nothing_within
from engine.secret import Secret
from engine.sentences import say
from engine.threads import in_daemon_thread

if TYPE_CHECKING:
    from boto3.session import Session
    from types_boto3_bedrock_runtime.client import BedrockRuntimeClient

CALLS_AT_ONCE: Final = 8
# Behind the caller's own timeout: a thread cannot be cancelled, so a call that nobody waits for must end by itself.
READ_SECONDS: Final = 300
_TOOL: Final = "play"


@dataclass(frozen=True, slots=True)
class Aws:
    """Where Bedrock is and as whom. What is left out, boto3 looks for itself: profiles, roles, metadata."""

    region: str = ""
    access_key_id: str = ""
    secret_access_key: Secret | None = None
    session_token: Secret | None = None
    profile: str = ""
    endpoint_url: str = ""


class Bedrock:
    """``bedrock/…``; the id is Bedrock's model id or inference profile (``us.amazon.nova-lite-v1:0``).

    Choices are asked for as a forced tool whose argument is an enum. Bedrock does not enforce the enum for every
    model, so what comes back is read like any reply.
    """

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._lock = threading.Lock()
        self._room = asyncio.Semaphore(CALLS_AT_ONCE)
        self._closed = False
        self._session: Session | None = None
        self._signs: bool | None = None
        self._client: BedrockRuntimeClient | None = None

    def check(self, model: str, constrained: bool) -> None:  # noqa: ARG002  # a model without tools says so itself
        """:raises NotConfigured: without a region or credentials. May ask the instance's metadata service, once."""
        if not self._aws.region:
            raise NotConfigured.of(
                f"bedrock/{model}", say("needs {setting}: set it and start again.", setting="AWS_REGION")
            )
        if not self._may_sign():
            raise NotConfigured.of(
                f"bedrock/{model}",
                say(
                    "needs AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, and "
                    "start again."
                ),
            )

    async def complete(self, ask: Ask) -> Completion:
        """:raises ProviderDown: worth a retry. :raises ProviderRefused: not."""
        try:
            async with self._room, asyncio.timeout(ask.timeout_seconds):
                answer = await in_daemon_thread("bedrock", lambda: self._converse(ask))
        except TimeoutError:
            raise _silent(ask.model, nothing_within(ask.timeout_seconds)) from None
        return _read(ask, answer)

    async def close(self) -> None:
        """Take no more calls; those under way end by themselves."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _converse(self, ask: Ask) -> Any:
        import botocore.exceptions

        try:
            return self._connected().converse(**_request(ask))
        except botocore.exceptions.ClientError as error:
            raise self._failed(ask.model, error) from None
        except botocore.exceptions.NoCredentialsError:
            raise ProviderRefused(say("{player} needs AWS credentials.", player=f"bedrock/{ask.model}")) from None
        except (botocore.exceptions.BotoCoreError, OSError) as error:
            raise _silent(ask.model, type(error).__name__) from None

    def _failed(self, model: str, error: Any) -> ProviderError:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        said = f"{error.response['Error'].get('Code', '')}: {error.response['Error'].get('Message', '')}"
        headers = error.response["ResponseMetadata"].get("HTTPHeaders", {})
        endpoint = Endpoint(
            "bedrock", "", self._aws.secret_access_key, say("the AWS credentials and the model's access")
        )
        return endpoint.failed(model, status, said, headers)

    def _may_sign(self) -> bool:
        # Asked once: without credentials the search ends at a metadata service that may take seconds not to be there.
        if self._signs is None:
            self._signs = self._signed_in().get_credentials() is not None
        return self._signs

    def _signed_in(self) -> Session:
        with self._lock:
            if self._session is None:
                import boto3

                # Its debug log holds whole requests, session token included.
                logging.getLogger("botocore").setLevel(logging.INFO)
                aws = self._aws
                self._session = boto3.session.Session(
                    region_name=aws.region,
                    profile_name=aws.profile or None,
                    aws_access_key_id=aws.access_key_id or None,
                    aws_secret_access_key=aws.secret_access_key.reveal() if aws.secret_access_key else None,
                    aws_session_token=aws.session_token.reveal() if aws.session_token else None,
                )
            return self._session

    def _connected(self) -> BedrockRuntimeClient:
        from botocore.config import Config

        session = self._signed_in()
        with self._lock:
            if self._closed:
                raise ProviderDown(say("Bedrock is closed."))
            if self._client is None:
                config = Config(
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=READ_SECONDS,
                    retries={"total_max_attempts": 1},
                    max_pool_connections=CALLS_AT_ONCE,
                )
                self._client = session.client(
                    "bedrock-runtime", endpoint_url=self._aws.endpoint_url or None, config=config
                )
            return self._client


def _silent(model: str, why: str) -> ProviderDown:
    return ProviderDown(say("{player} did not answer: {why}.", player=f"bedrock/{model}", why=why))


def _request(ask: Ask) -> dict[str, Any]:
    inference: dict[str, Any] = {"maxTokens": ask.max_tokens}
    if ask.temperature is not None:
        inference["temperature"] = ask.temperature
    request: dict[str, Any] = {
        "modelId": ask.model,
        "system": [{"text": message.text} for message in ask.messages if message.role == "system"],
        "messages": [
            {"role": message.role, "content": [{"text": message.text}]}
            for message in ask.messages
            if message.role != "system"
        ],
        "inferenceConfig": inference,
    }
    if ask.choices:
        tool = {"name": _TOOL, "description": "Play a move.", "inputSchema": {"json": structured.schema(ask.choices)}}
        request["toolConfig"] = {"tools": [{"toolSpec": tool}], "toolChoice": {"tool": {"name": _TOOL}}}
    return request


def _read(ask: Ask, answer: Any) -> Completion:
    blocks = answer["output"]["message"]["content"]
    usage = answer["usage"]
    text = "".join(block.get("text", "") for block in blocks)
    if ask.choices:
        uses = (block["toolUse"]["input"] for block in blocks if "toolUse" in block)
        text = next((str(use[structured.MOVE]) for use in uses if structured.MOVE in use), text)
    return Completion(text, usage["inputTokens"], usage["outputTokens"], answer["stopReason"] == "max_tokens")
