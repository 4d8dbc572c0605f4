"""Everything that the arena needs on the local AWS, made as on the real one: table, queues, functions, API, schedule.

A function's package is empty: ``PYTHONPATH`` leads to this checkout and to the packages of the Python that runs this.
"""

from __future__ import annotations

import io
import json
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3

from bot.sealing import sealing_key
from engine.queues.definitions import QueueDefinition, definitions
from engine.stores._dynamo_keys import table
from infra.functions import COMMANDS, FUNCTIONS, NAME, ROUTES, SWEEPER, TURNS, WEB, WORKERS, Function
from infra.local.ministack import CREDENTIALS, REGION

ROOT: Final = Path(__file__).resolve().parents[2]
VENV: Final = ROOT / ".venv-aws"
"""Where ministack is installed, unless told otherwise."""
BATCH: Final = 10
AT_ONCE: Final = 2
"""Invocations of a queue: the least that AWS lets one set, and enough for one machine."""
_SHOWN: Final = (
    *("PYTHONPATH", "AWS_ENDPOINT_URL", "ARENA_STORE", "ARENA_LOG_FORMAT", "ARENA_LOG_LEVEL"),
    *("ARENA_WEB_COMMUNITY", "ARENA_SITE_ORIGIN", "ARENA_WEB_TOKEN_SHA256"),
)
_NOWHERE: Final = "web:main"
"""The community that is shown where none is named: it has no duels here."""
_ROLE: Final = "arn:aws:iam::000000000000:role/arena"


@dataclass(frozen=True, slots=True)
class Deployment:
    """What was made. ``api_url`` goes before ``/discord`` and ``/slack``; queues by their names."""

    api_url: str
    table: str
    queues: Mapping[str, str]

    def webhook(self, function: Function) -> str:
        """Where a platform's events go."""
        return f"{self.api_url}/{function.name}"


class Cloud:
    """The clients of one local AWS."""

    def __init__(self, address: str) -> None:
        self.address = address
        arguments = {
            "endpoint_url": address,
            "region_name": REGION,
            "aws_access_key_id": CREDENTIALS["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        }
        client: Any = boto3.client
        self.dynamodb, self.sqs, self.functions, self.apis, self.scheduler = (
            client(service, **arguments) for service in ("dynamodb", "sqs", "lambda", "apigatewayv2", "scheduler")
        )

    def close(self) -> None:
        """Let go of every client."""
        for client in (self.dynamodb, self.sqs, self.functions, self.apis, self.scheduler):
            client.close()


@contextmanager
def cloud(address: str) -> Iterator[Cloud]:
    """Clients of the local AWS at that address, closed at the end."""
    made = Cloud(address)
    try:
        yield made
    finally:
        made.close()


def deploy(cloud: Cloud, variables: Mapping[str, str]) -> Deployment:
    """Make everything; ``variables`` go into the environment of each function, beside those that are made here."""
    cloud.dynamodb.create_table(**table(NAME))
    queues = make_queues(cloud, definitions(NAME))
    own = {
        **variables,
        "PYTHONPATH": python_path(),
        "AWS_ENDPOINT_URL": cloud.address,
        "ARENA_STORE": f"dynamodb:{NAME}",
        "ARENA_SEALING_KEY": sealing_key(bytes.fromhex(variables["ARENA_SECRET"])),
        "COMMANDS_QUEUE_URL": queues[f"{NAME}-{COMMANDS.name}"],
        "TURNS_QUEUE_URL": queues[f"{NAME}-{TURNS.name}"],
        "ARENA_LOG_FORMAT": "json",
    }
    arns = {function: _function(cloud, function, _told(function, own)) for function in FUNCTIONS}
    for worker in WORKERS:
        _feed(cloud, worker, queues[worker.full_name])
    _schedule(cloud, arns[SWEEPER])
    return Deployment(_api(cloud, arns), NAME, queues)


def _told(function: Function, variables: Mapping[str, str]) -> Mapping[str, str]:
    """What that function is told: the one that only shows duels gets no secret, no token and no queue."""
    if function is not WEB:
        return variables
    return {"ARENA_WEB_COMMUNITY": _NOWHERE, **{name: variables[name] for name in _SHOWN if name in variables}}


def python_path() -> str:
    """Where a function finds the arena and the packages that it needs."""
    paths = sysconfig.get_paths()
    return ":".join(dict.fromkeys([str(ROOT), paths["purelib"], paths["platlib"]]))


def make_queues(cloud: Cloud, wanted: Iterable[QueueDefinition]) -> dict[str, str]:
    """Make these queues, each after the one that takes its dead letters; their addresses by name."""
    made: dict[str, str] = {}
    for definition in wanted:
        attributes = {**definition.attributes, **_redrive(cloud, definition, made)}
        answer = cloud.sqs.create_queue(QueueName=definition.name, Attributes=attributes)
        made[definition.name] = answer["QueueUrl"]
    return made


def _redrive(cloud: Cloud, definition: QueueDefinition, made: Mapping[str, str]) -> dict[str, str]:
    if (redrive := definition.redrive) is None:
        return {}
    policy = {"deadLetterTargetArn": _arn(cloud, made[redrive.dead_letters]), "maxReceiveCount": redrive.max_receives}
    return {"RedrivePolicy": json.dumps(policy)}


def _arn(cloud: Cloud, queue_url: str) -> str:
    found = cloud.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    return str(found["Attributes"]["QueueArn"])


def _function(cloud: Cloud, function: Function, variables: Mapping[str, str]) -> str:
    made = cloud.functions.create_function(
        FunctionName=function.full_name,
        Runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        Role=_ROLE,
        Handler=function.handler,
        Code={"ZipFile": empty_package()},
        Timeout=function.seconds,
        MemorySize=function.memory_mb,
        Environment={"Variables": dict(variables)},
    )
    # A duel comes back by its own queue far more often than the 16 times after which Lambda ends such a chain.
    cloud.functions.put_function_recursion_config(FunctionName=function.full_name, RecursiveLoop="Allow")
    return str(made["FunctionArn"])


def empty_package() -> bytes:
    """A package that says where the code is imported from."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("README", f"The code is imported from {ROOT}.\n")
    return package.getvalue()


def _feed(cloud: Cloud, worker: Function, queue_url: str) -> None:
    cloud.functions.create_event_source_mapping(
        EventSourceArn=_arn(cloud, queue_url),
        FunctionName=worker.full_name,
        BatchSize=BATCH,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": AT_ONCE},
    )


def _schedule(cloud: Cloud, arn: str) -> None:
    cloud.scheduler.create_schedule(
        Name=SWEEPER.full_name,
        ScheduleExpression="rate(1 minute)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": _ROLE},
    )


def _api(cloud: Cloud, arns: Mapping[Function, str]) -> str:
    api = cloud.apis.create_api(Name=NAME, ProtocolType="HTTP")["ApiId"]
    for function, routes in ROUTES.items():
        integration = cloud.apis.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arns[function], PayloadFormatVersion="2.0"
        )
        target = f"integrations/{integration['IntegrationId']}"
        for route in routes:
            cloud.apis.create_route(ApiId=api, RouteKey=route, Target=target)
    cloud.apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    # By path: names below localhost are not known to every system.
    return f"{cloud.address}/_aws/execute-api/{api}/$default"
