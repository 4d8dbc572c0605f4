"""Every call to AWS that a function makes in a test, as the IAM actions that its role must allow.

A plugin for all tests: one that makes a function call what ``infra/policies.py`` does not allow fails. With
``ARENA_RECORD_CALLS`` set to a folder, each process writes what was called there (``tools/record_calls.py``).

On whose behalf a call is made is known from where it begins: a webhook, a batch of either queue, a sweep, a request to
the web function. A test's own calls, and those that Lambda makes around an invocation, are nobody's.

Source of the actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html, and
of what a transaction needs: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.client import BaseClient

from infra import policies
from infra.functions import COMMANDS, DISCORD, SLACK, SWEEPER, TURNS, WEB

FOLDER_VARIABLE: Final = "ARENA_RECORD_CALLS"
EACH_WORKER: Final = "each worker"
"""What the three of them do alike: reading their secret as they start, and showing boards."""
_OF: Final = {EACH_WORKER: (COMMANDS.name, TURNS.name, SWEEPER.name)}

Call = tuple[str, str, str]
"""A function, an IAM action and the resource, as ``infra/policies.py`` names them."""

_IN_A_TRANSACTION: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_ACTIONS: Final = {
    "sqs": {
        "SendMessage": "SendMessage",
        "SendMessageBatch": "SendMessage",
        "ReceiveMessage": "ReceiveMessage",
        "DeleteMessage": "DeleteMessage",
        "DeleteMessageBatch": "DeleteMessage",
        "ChangeMessageVisibility": "ChangeMessageVisibility",
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        "GetQueueAttributes": "GetQueueAttributes",
    },
    "secretsmanager": {"GetSecretValue": "GetSecretValue"},
    "bedrock-runtime": {"Converse": "InvokeModel", "ConverseStream": "InvokeModelWithResponseStream"},
}
_PREFIX: Final = {"bedrock-runtime": "bedrock"}


def needed(service: str, operation: str, params: Mapping[str, Any], queue: str = "") -> set[tuple[str, str]]:
    """The actions that an operation needs, each with what it is needed on. :raises KeyError: for one never seen."""
    if service == "dynamodb":
        return _on_table(operation, params)
    resource = {"sqs": queue, "secretsmanager": policies.SECRET, "bedrock-runtime": "models"}[service]
    return {(f"{_PREFIX.get(service, service)}:{_ACTIONS[service][operation]}", resource)}


def _on_table(operation: str, params: Mapping[str, Any]) -> set[tuple[str, str]]:
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        members = {name for item in params["TransactItems"] for name in item}
        return {(f"dynamodb:{_IN_A_TRANSACTION[name]}", policies.TABLE) for name in members}
    resource = f"index {params['IndexName']}" if "IndexName" in params else policies.TABLE
    return {(f"dynamodb:{operation}", resource)}


_MODELS: Final = {(TURNS.name, "models"): policies.BEDROCK}
"""Where a host lets models of Bedrock play."""
_UNDEPLOYED: Final = {(DISCORD.name, "secretsmanager:GetSecretValue", policies.SECRET)}
"""What a function can be set up to do, and is not where our templates set it up: a public key needs no secret."""


class Recorder:
    """What was called in this process, and what was not allowed."""

    def __init__(self) -> None:
        self.function: ContextVar[str] = ContextVar("function", default="")
        self.called: set[Call] = set()
        self.forbidden: set[Call] = set()

    @contextmanager
    def behalf(self, function: str) -> Iterator[None]:
        """Calls in this block are that function's, unless they are another's already."""
        token = self.function.set(self.function.get() or function)
        try:
            yield
        finally:
            self.function.reset(token)

    def note(self, service: str, operation: str, params: Mapping[str, Any], queue: str) -> None:
        """One call, if it is a function's."""
        if not (found := self.function.get()):
            return
        for function in _OF.get(found, (found,)):
            for action, resource in needed(service, operation, params, queue):
                if (call := (function, action, resource)) in _UNDEPLOYED:
                    continue
                self.called.add(call)
                if action not in policies.CALLED[function].get(resource, _MODELS.get((function, resource), ())):
                    self.forbidden.add(call)


def watch(recorder: Recorder) -> None:
    """For the rest of this process. What is not imported by a test is imported here: nobody waits long for it."""
    make = BaseClient._make_api_call

    def noted(self: Any, operation: str, params: Any) -> Any:
        recorder.note(self.meta.service_model.service_name, operation, params, policies.TURNS_QUEUE)
        return make(self, operation, params)

    BaseClient._make_api_call = noted
    _watch_signed_calls(recorder)
    _watch_beginnings(recorder)
    _hand_contexts_to_threads()


def _watch_signed_calls(recorder: Recorder) -> None:
    from lambda_interactions.signed_call import SignedCalls

    call = SignedCalls.call

    def noted(self: Any, target: str, content_type: str, body: bytes) -> Any:
        service, _, operation = target.partition(".")
        names = {"AmazonSQS": "sqs"}
        recorder.note(names.get(service, service), operation, json.loads(body), policies.COMMANDS_QUEUE)
        return call(self, target, content_type, body)

    SignedCalls.call = noted  # type: ignore[method-assign]


SWEEPS: Final = {
    "engine.arena.turns:Turns.sweep",
    "engine.arena.challenges:Challenges.expire",
    "engine.arena.adjournments:Adjournments.sweep",
    "engine.arena.budgets:Budgets.sweep",
    "engine.arena.quotes:Quotes.sweep",
    "engine.arena.reports:Reports.sweep",
    "engine.arena.seasons:Seasons.sweep",
    "engine.arena.rulings:Rulings.sweep",
    "engine.arena.intents:Intents.sweep",
    "engine.arena.tournament.advancing:Advancing.sweep",
    "engine.arena.predictions:Predictions.sweep",
    "engine.arena.once:Once.sweep",
}
"""What the sweeper does, where a test does it by itself."""
BEGINNINGS: Final = {
    "bot.commands:run": COMMANDS.name,  # before it is imported by its name
    "lambda_interactions.discord:Webhook.respond": DISCORD.name,
    "lambda_interactions.discord:Webhook.of": DISCORD.name,
    "lambda_interactions.slack:Webhook.respond": SLACK.name,
    "lambda_interactions.slack:Webhook.of": SLACK.name,
    "lambda_interactions.runtime:with_secrets": EACH_WORKER,
    "lambda_interactions.sweeper:sweep": SWEEPER.name,
    "lambda_interactions.web:Web.respond": WEB.name,
    "bot.batch:Batch._carry_out": COMMANDS.name,
    "bot.batch:Batch._play": TURNS.name,
    "bot.announcing:Announcing._project": EACH_WORKER,
    "engine.arena.turns:Turns.play": TURNS.name,
    **dict.fromkeys(SWEEPS, SWEEPER.name),
}


def _watch_beginnings(recorder: Recorder) -> None:
    for where, function in BEGINNINGS.items():
        name, _, path = where.partition(":")
        owner: Any = importlib.import_module(name)
        *within, last = path.split(".")
        for part in within:
            owner = getattr(owner, part)
        found = inspect.getattr_static(owner, last)
        if isinstance(found, classmethod):
            setattr(owner, last, classmethod(_on_behalf(recorder, function, found.__func__)))
        else:
            setattr(owner, last, _on_behalf(recorder, function, found))
    _watch_batches(recorder)


def _on_behalf(recorder: Recorder, function: str, work: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(work):

        @functools.wraps(work)
        async def later(*arguments: Any, **more: Any) -> Any:
            with recorder.behalf(function):
                return await work(*arguments, **more)

        return later

    @functools.wraps(work)
    def now(*arguments: Any, **more: Any) -> Any:
        with recorder.behalf(function):
            return work(*arguments, **more)

    return now


def _watch_batches(recorder: Recorder) -> None:
    """What belongs to no message, such as queueing what is left, is the function's whose messages are in the batch."""
    from bot.batch import Batch, Request

    work = Batch.work

    async def noted(self: Any, messages: Mapping[str, Any], seconds: float) -> Any:
        kinds = {COMMANDS.name if isinstance(one, Request) else TURNS.name for one in messages.values()}
        with recorder.behalf(kinds.pop() if len(kinds) == 1 else ""):
            return await work(self, messages, seconds)

    Batch.work = noted  # type: ignore[method-assign]


def _hand_contexts_to_threads() -> None:
    """As ``asyncio.to_thread`` does: what a thread calls is called on the same behalf."""
    from engine.providers import bedrock
    from engine.queues import _sqs_calls
    from engine.stores import _dynamo_client

    in_thread = _sqs_calls.in_daemon_thread

    class Handing(ThreadPoolExecutor):
        def submit(self, work: Any, /, *arguments: Any, **more: Any) -> Any:
            return super().submit(copy_context().run, work, *arguments, **more)

    async def in_daemon_thread(name: str, work: Callable[[], Any]) -> Any:
        return await in_thread(name, functools.partial(copy_context().run, work))

    _dynamo_client.ThreadPoolExecutor = Handing  # type: ignore[misc]
    for module in (_sqs_calls, bedrock):
        module.in_daemon_thread = in_daemon_thread  # type: ignore[attr-defined]


RECORDER: Final = Recorder()


def pytest_configure() -> None:
    watch(RECORDER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """A test in which a function calls what its role does not allow fails, whatever came of the call."""
    RECORDER.forbidden.clear()
    try:
        result = yield
    finally:
        forbidden = sorted(RECORDER.forbidden)
        RECORDER.forbidden.clear()
    assert not forbidden, f"no role allows this: {forbidden}; see infra/policies.py"
    return result


def pytest_sessionfinish() -> None:
    if (folder := os.environ.get(FOLDER_VARIABLE)) and RECORDER.called:
        Path(folder, f"{os.getpid()}.json").write_text(json.dumps(sorted(RECORDER.called)))
