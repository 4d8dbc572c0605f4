"""What Terraform says: an environment's ``module.arena``, evaluated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import aws_names
from described import Described, permissions, without
from terraform import Module, Resource

Value = Any
_LOGS: Final = "/aws/lambda/"


def described(arena: Module, name: str) -> Described:
    """Of an installation of that name."""
    return _Reading(arena, name).described()


class _Reading:
    def __init__(self, arena: Module, name: str) -> None:
        self._prefix = f"{name}-"
        self._functions, self._api = arena.module("functions"), arena.module("api")
        self._made = {self._short(one.attribute("function_name")): one for one in self._all("aws_lambda_function")}
        self._queues = {
            self._short(one.attribute("name")): one for one in arena.module("queues").resources("aws_sqs_queue")
        }
        (self._table,) = arena.module("data").resources("aws_dynamodb_table")
        (self._stage,) = self._api.resources("aws_apigatewayv2_stage")

    def described(self) -> Described:
        """Every section."""
        (limits,) = self._stage.blocks("default_route_settings")
        return {
            "functions": {name: _function(one) for name, one in self._made.items()},
            "architectures": {name: one.attribute("architectures") for name, one in self._made.items()},
            "told": {name: _variables(one) for name, one in self._made.items()},
            "aliases": frozenset(self._of_arn(one.attribute("arn")) for one in self._all("aws_lambda_alias")),
            "recursion": frozenset(self._recursion()),
            "sources": {
                self._of_arn(one.attribute("function_name")): self._source(one)
                for one in self._all("aws_lambda_event_source_mapping")
            },
            "routes": dict(self._routes()),
            "called_by_api": frozenset(self._called_by_api()),
            "throttling": {
                "rate": limits.attribute("throttling_rate_limit"),
                "burst": limits.attribute("throttling_burst_limit"),
            },
            "schedule": {self._of_arn(target.attribute("arn")): rate for target, rate in self._schedules()},
            "retries": dict(self._retries()),
            "queues": {name: self._queue(one) for name, one in self._queues.items()},
            "message_bytes": {name: one.attribute("max_message_size") for name, one in self._queues.items()},
            "table": _table(self._table),
            "kept": _kept(self._table),
            "may": dict(self._may()),
            "logs": {
                self._short(one.attribute("name").removeprefix(_LOGS)): one.attribute("retention_in_days")
                for one in self._all("aws_cloudwatch_log_group")
            },
        }

    def _all(self, kind: str) -> list[Resource]:
        return self._functions.resources(kind)

    def _short(self, name: str) -> str:
        return without(self._prefix, name)

    def _of_arn(self, arn: str) -> str:
        """A queue, or an alias of a function."""
        for known in (aws_names.queue_arn(""), aws_names.function_arn("")):
            if arn.startswith(known):
                return self._short(arn.removeprefix(known))
        raise ValueError(f"{arn} is no queue and no function")

    def _recursion(self) -> Iterator[str]:
        for one in self._all("aws_lambda_function_recursion_config"):
            if one.attribute("recursive_loop") == "Allow":
                yield self._short(one.attribute("function_name"))

    def _source(self, one: Resource) -> Described:
        (scaling,) = one.blocks("scaling_config")
        return {
            "queue": self._of_arn(one.attribute("event_source_arn")),
            "batch": one.attribute("batch_size"),
            "partial": one.attribute("function_response_types") == ["ReportBatchItemFailures"],
            "at_once": scaling.attribute("maximum_concurrency"),
        }

    def _routes(self) -> Iterator[tuple[str, str]]:
        for one in self._api.resources("aws_apigatewayv2_route"):
            yield one.attribute("route_key"), self._of_arn(without("integrations/", one.attribute("target")))

    def _called_by_api(self) -> Iterator[str]:
        for one in self._api.resources("aws_lambda_permission"):
            assert one.attribute("action") == "lambda:InvokeFunction"
            assert one.attribute("principal") == "apigateway.amazonaws.com"
            yield f"{self._short(one.attribute('function_name'))}:{one.attribute('qualifier')}"

    def _schedules(self) -> Iterator[tuple[Resource, str]]:
        for one in self._all("aws_scheduler_schedule"):
            (target,) = one.blocks("target")
            yield target, one.attribute("schedule_expression")

    def _retries(self) -> Iterator[tuple[str, Described]]:
        for target, _ in self._schedules():
            (policy,) = target.blocks("retry_policy")
            yield f"schedule of {self._of_arn(target.attribute('arn'))}", _limits(policy)
        for one in self._all("aws_lambda_function_event_invoke_config"):
            named = f"{self._short(one.attribute('function_name'))}:{one.attribute('qualifier')}"
            yield f"invocations of {named}", _limits(one)

    def _queue(self, one: Resource) -> Described:
        redrive = json.loads(one.get("redrive_policy", "null"))
        return {
            "visibility_seconds": one.attribute("visibility_timeout_seconds"),
            "retention_seconds": one.attribute("message_retention_seconds"),
            "encrypted": one.attribute("sqs_managed_sse_enabled"),
            "dead_letters": self._of_arn(redrive["deadLetterTargetArn"]) if redrive else None,
            "receives": redrive["maxReceiveCount"] if redrive else None,
        }

    def _may(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Of the roles that functions and the schedule have; there are others, which only deploy."""
        roles = {one.attribute("role"): name for name, one in self._made.items()}
        roles |= {target.attribute("role_arn"): "schedule" for target, _ in self._schedules()}
        for role, name in roles.items():
            policies = [
                one for one in self._all("aws_iam_role_policy") if aws_names.role_arn(one.attribute("role")) == role
            ]
            yield (
                name,
                permissions(
                    [one for policy in policies for one in json.loads(policy.attribute("policy"))["Statement"]]
                ),
            )


def _function(one: Resource) -> Described:
    return {
        "handler": one.attribute("handler"),
        "runtime": one.attribute("runtime"),
        "memory_mb": one.attribute("memory_size"),
        "seconds": one.attribute("timeout"),
        "package": one.attribute("s3_key").rpartition("-")[0],
        "variables": frozenset(_variables(one)),
    }


def _variables(one: Resource) -> dict[str, Value]:
    (environment,) = one.blocks("environment")
    found: dict[str, Value] = environment.attribute("variables")
    return found


def _limits(one: Resource) -> Described:
    return {
        "attempts": one.attribute("maximum_retry_attempts"),
        "age_seconds": one.attribute("maximum_event_age_in_seconds"),
    }


def _table(table: Resource) -> Described:
    return {
        "billing": table.attribute("billing_mode"),
        "keys": _keys(table),
        "attributes": {one.attribute("name"): one.attribute("type") for one in table.blocks("attribute")},
        "indexes": {
            one.attribute("name"): {"keys": _keys(one), "projection": one.attribute("projection_type")}
            for one in table.blocks("global_secondary_index")
        },
    }


def _keys(one: Resource) -> dict[str, Value]:
    return {"HASH": one.attribute("hash_key"), "RANGE": one.attribute("range_key")}


def _kept(table: Resource) -> Described:
    (recovery,), (ttl,) = table.blocks("point_in_time_recovery"), table.blocks("ttl")
    (encryption,) = table.blocks("server_side_encryption")
    return {
        "recovery_days": recovery.attribute("recovery_period_in_days") if recovery.attribute("enabled") else 0,
        "ttl": ttl.attribute("attribute_name") if ttl.attribute("enabled") else None,
        "billed key": encryption.attribute("enabled"),
        "stream": table.attribute("stream_view_type") if table.attribute("stream_enabled") else None,
        "cap": _cap(table),
        "index_caps": {one.attribute("name"): _cap(one) for one in table.blocks("global_secondary_index")},
    }


def _cap(one: Resource) -> Described:
    (cap,) = one.blocks("on_demand_throughput")
    return {"read": cap.attribute("max_read_request_units"), "write": cap.attribute("max_write_request_units")}
