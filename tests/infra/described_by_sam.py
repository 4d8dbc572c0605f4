"""What the SAM template says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

import aws_names
from cloudformation import Stack
from described import Described, permissions, without
from described_by_code import table_of

from infra.sam.template import FUNCTION

Value = Any
_LOGS: Final = "/aws/lambda/"


def described(stack: Stack, name: str) -> Described:
    """Of the stack of an installation of that name."""
    return _Reading(stack, name).described()


class _Reading:
    def __init__(self, stack: Stack, name: str) -> None:
        self._stack = stack
        self._prefix = f"{name}-"
        self._functions = {self._short(one["FunctionName"]): one for one in stack.resources(FUNCTION).values()}
        self._queues = {self._short(one["QueueName"]): one for one in stack.resources("AWS::SQS::Queue").values()}
        self._roles = {
            aws_names.role_arn(name): one["Policies"] for name, one in stack.resources("AWS::IAM::Role").items()
        }
        (self._table,) = stack.resources("AWS::DynamoDB::Table").values()
        (self._stage,) = stack.resources("AWS::ApiGatewayV2::Stage").values()

    def described(self) -> Described:
        """Every section."""
        functions = self._functions
        limits = self._stage["DefaultRouteSettings"]
        return {
            "functions": {name: _function(one) for name, one in functions.items()},
            "architectures": {name: one["Architectures"] for name, one in functions.items()},
            "told": {name: one["Environment"]["Variables"] for name, one in functions.items()},
            "aliases": frozenset(self._target(name) for name in functions),
            "recursion": frozenset(name for name, one in functions.items() if one.get("RecursiveLoop") == "Allow"),
            "sources": {target: self._source(event) for target, event in self._events("SQS")},
            "routes": dict(self._routes()),
            "called_by_api": frozenset(self._called_by_api()),
            "throttling": {"rate": limits["ThrottlingRateLimit"], "burst": limits["ThrottlingBurstLimit"]},
            "schedule": {target: event["ScheduleExpression"] for target, event in self._events("ScheduleV2")},
            "retries": dict(self._retries()),
            "queues": {name: self._queue(one) for name, one in self._queues.items()},
            "message_bytes": {name: one["MaximumMessageSize"] for name, one in self._queues.items()},
            "table": table_of(self._table),
            "kept": _kept(self._table),
            "may": dict(self._may()),
            "logs": {
                self._short(one["LogGroupName"].removeprefix(_LOGS)): one["RetentionInDays"]
                for one in self._stack.resources("AWS::Logs::LogGroup").values()
            },
        }

    def _short(self, name: str) -> str:
        return without(self._prefix, name)

    def _of_arn(self, arn: str) -> str:
        """A queue, or an alias of a function."""
        for known in (aws_names.queue_arn(""), aws_names.function_arn("")):
            if arn.startswith(known):
                return self._short(arn.removeprefix(known))
        raise ValueError(f"{arn} is no queue and no function")

    def _target(self, function: str) -> str:
        return f"{function}:{self._functions[function]['AutoPublishAlias']}"

    def _events(self, kind: str) -> Iterator[tuple[str, Mapping[str, Value]]]:
        """SAM leads a function's events to its alias."""
        for name, one in self._functions.items():
            for event in one.get("Events", {}).values():
                if event["Type"] == kind:
                    yield self._target(name), event["Properties"]

    def _source(self, event: Mapping[str, Value]) -> Described:
        return {
            "queue": self._of_arn(event["Queue"]),
            "batch": event["BatchSize"],
            "partial": event["FunctionResponseTypes"] == ["ReportBatchItemFailures"],
            "at_once": event["ScalingConfig"]["MaximumConcurrency"],
        }

    def _routes(self) -> Iterator[tuple[str, str]]:
        for one in self._stack.resources("AWS::ApiGatewayV2::Route").values():
            yield one["RouteKey"], self._of_arn(without("integrations/", one["Target"]))

    def _called_by_api(self) -> Iterator[str]:
        for one in self._stack.resources("AWS::Lambda::Permission").values():
            assert (one["Action"], one["Principal"]) == ("lambda:InvokeFunction", "apigateway.amazonaws.com")
            yield self._of_arn(one["FunctionName"])

    def _retries(self) -> Iterator[tuple[str, Described]]:
        for target, event in self._events("ScheduleV2"):
            yield f"schedule of {target}", _limits(event["RetryPolicy"])
        for name, one in self._functions.items():
            if "EventInvokeConfig" in one:
                yield f"invocations of {self._target(name)}", _limits(one["EventInvokeConfig"])

    def _queue(self, one: Mapping[str, Value]) -> Described:
        redrive = one.get("RedrivePolicy")
        return {
            "visibility_seconds": one["VisibilityTimeout"],
            "retention_seconds": one["MessageRetentionPeriod"],
            "encrypted": one["SqsManagedSseEnabled"],
            "dead_letters": self._of_arn(redrive["deadLetterTargetArn"]) if redrive else None,
            "receives": redrive["maxReceiveCount"] if redrive else None,
        }

    def _may(self) -> Iterator[tuple[str, frozenset[str]]]:
        for name, one in self._functions.items():
            yield name, self._allowed(one["Role"])
        for _, event in self._events("ScheduleV2"):
            yield "schedule", self._allowed(event["RoleArn"])

    def _allowed(self, role: str) -> frozenset[str]:
        return permissions([one for policy in self._roles[role] for one in policy["PolicyDocument"]["Statement"]])


def _function(one: Mapping[str, Value]) -> Described:
    package, _, _ = PurePosixPath(one["CodeUri"]).stem.rpartition("-")
    return {
        "handler": one["Handler"],
        "runtime": one["Runtime"],
        "memory_mb": one["MemorySize"],
        "seconds": one["Timeout"],
        "package": package,
        "variables": frozenset(one["Environment"]["Variables"]),
    }


def _limits(one: Mapping[str, Value]) -> Described:
    return {"attempts": one["MaximumRetryAttempts"], "age_seconds": one["MaximumEventAgeInSeconds"]}


def _kept(table: Mapping[str, Value]) -> Described:
    recovery, ttl = table["PointInTimeRecoverySpecification"], table["TimeToLiveSpecification"]
    return {
        "recovery_days": recovery["RecoveryPeriodInDays"] if recovery["PointInTimeRecoveryEnabled"] else 0,
        "ttl": ttl["AttributeName"] if ttl["Enabled"] else None,
        "billed key": table["SSESpecification"]["SSEEnabled"],
        "stream": table["StreamSpecification"]["StreamViewType"],
        "cap": _cap(table),
        "index_caps": {one["IndexName"]: _cap(one) for one in table["GlobalSecondaryIndexes"]},
    }


def _cap(one: Mapping[str, Value]) -> Described:
    cap = one["OnDemandThroughput"]
    return {"read": cap["MaxReadRequestUnits"], "write": cap["MaxWriteRequestUnits"]}
