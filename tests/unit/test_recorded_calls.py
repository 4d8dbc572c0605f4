"""Functions may do what they were seen to do, and a call that no role allows is found in the test that makes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from calls_of_functions import EACH_WORKER, Recorder, needed

from infra import policies
from infra.policies import COMMANDS_QUEUE, SECRET, TABLE, TURNS_QUEUE

RECORDED: Final = json.loads((Path(policies.__file__).with_name("recorded_calls.json")).read_text())


def flat(allowed: Mapping[str, Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    return {
        (function, action, resource)
        for function, by_resource in allowed.items()
        for resource, actions in by_resource.items()
        for action in actions
    }


def test_each_function_may_do_what_it_was_seen_to_do_and_no_more() -> None:
    """``python tools/record_calls.py`` records anew."""
    assert flat(policies.CALLED) - flat(RECORDED) == set(), "nothing was seen to need these"
    assert flat(RECORDED) - flat(policies.CALLED) == set(), "these are called and not allowed"


def test_nothing_is_a_wildcard() -> None:
    everything = {function: policies.allowed(function) for function in policies.CALLED}
    assert not [one for one in flat(everything) if "*" in "".join(one)]


@pytest.mark.parametrize(
    ("service", "operation", "params", "wanted"),
    [
        ("dynamodb", "GetItem", {}, {("dynamodb:GetItem", TABLE)}),
        ("dynamodb", "Query", {"IndexName": "wake"}, {("dynamodb:Query", "index wake")}),
        ("dynamodb", "Query", {}, {("dynamodb:Query", TABLE)}),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {}}, {"Update": {}}, {"Delete": {}}, {"ConditionCheck": {}}]},
            {(f"dynamodb:{name}", TABLE) for name in ("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")},
        ),
        ("dynamodb", "TransactGetItems", {"TransactItems": [{"Get": {}}]}, {("dynamodb:GetItem", TABLE)}),
        ("dynamodb", "BatchWriteItem", {}, {("dynamodb:BatchWriteItem", TABLE)}),
        ("sqs", "SendMessageBatch", {}, {("sqs:SendMessage", TURNS_QUEUE)}),
        ("secretsmanager", "GetSecretValue", {}, {("secretsmanager:GetSecretValue", SECRET)}),
        ("bedrock-runtime", "Converse", {}, {("bedrock:InvokeModel", "models")}),
    ],
)
def test_an_operation_needs_the_actions_that_iam_knows(
    service: str, operation: str, params: Any, wanted: set[tuple[str, str]]
) -> None:
    assert needed(service, operation, params, TURNS_QUEUE) == wanted


def test_an_operation_that_nobody_has_thought_of_is_an_error() -> None:
    with pytest.raises(KeyError):
        needed("sqs", "PurgeQueue", {}, TURNS_QUEUE)


class TestFound:
    def test_a_call_that_no_role_allows(self) -> None:
        recorder = Recorder()
        with recorder.behalf("web"):
            recorder.note("dynamodb", "Query", {"IndexName": "newest"}, "")
            assert not recorder.forbidden
            recorder.note("dynamodb", "PutItem", {}, "")
        assert recorder.forbidden == {("web", "dynamodb:PutItem", TABLE)}

    def test_one_on_another_queue(self) -> None:
        recorder = Recorder()
        with recorder.behalf("discord"):
            recorder.note("sqs", "SendMessage", {}, TURNS_QUEUE)
        assert recorder.forbidden == {("discord", "sqs:SendMessage", TURNS_QUEUE)}

    def test_one_that_a_single_worker_may_not_make_though_all_of_them_do(self) -> None:
        recorder = Recorder()
        with recorder.behalf(EACH_WORKER):
            recorder.note("dynamodb", "Query", {"IndexName": "wake"}, "")
        assert recorder.forbidden == {("turns", "dynamodb:Query", "index wake")}

    def test_nothing_where_it_is_the_test_that_calls(self) -> None:
        recorder = Recorder()
        recorder.note("dynamodb", "DeleteTable", {}, "")
        assert not recorder.called

    def test_who_began_it_is_who_makes_it(self) -> None:
        recorder = Recorder()
        with recorder.behalf("commands"), recorder.behalf("turns"):
            recorder.note("sqs", "SendMessage", {}, COMMANDS_QUEUE)
        assert {function for function, _, _ in recorder.called} == {"commands"}

    def test_the_test_that_made_it_fails(self, pytester_like: list[str]) -> None:
        assert pytester_like == ["no role allows this: [('web', 'dynamodb:PutItem', 'table')]; see infra/policies.py"]


@pytest.fixture
def pytester_like(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the plugin's hook says of a test whose function writes where it may only read."""
    import calls_of_functions

    recorder = Recorder()
    monkeypatch.setattr(calls_of_functions, "RECORDER", recorder)
    hook = calls_of_functions.pytest_runtest_call()
    next(hook)
    with recorder.behalf("web"):
        recorder.note("dynamodb", "PutItem", {}, "")
    with pytest.raises(AssertionError) as failed:
        hook.send(None)
    return [str(failed.value).partition("\n")[0]]
