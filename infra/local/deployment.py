"""Everything that the arena needs on the local AWS, made by CloudFormation from ``infra/sam/template.yaml``.

A function's package is empty, and ``PYTHONPATH`` leads it to this checkout and to the packages of the Python that runs
this. What ministack's CloudFormation does otherwise than AWS's is made up for here and not in the template: it leaves
out the recursion setting, and hands a parameter's number on as text.
"""

from __future__ import annotations

import io
import json
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3

from bot import settings
from bot.sealing import sealing_key
from engine.queues.definitions import QueueDefinition, definitions
from infra.functions import FUNCTIONS, NAME, WORKERS, Function
from infra.local import stack
from infra.local.ministack import CREDENTIALS, REGION
from infra.sam.template import FUNCTION, read

ROOT: Final = Path(__file__).resolve().parents[2]
VENV: Final = ROOT / ".venv-aws"
"""Where ministack is installed, unless told otherwise."""
PARAMETERS: Final[Mapping[str, str]] = {
    "DISCORD_PUBLIC_KEY": "DiscordPublicKey",
    "DISCORD_APPLICATION_ID": "DiscordApplicationId",
    "ARENA_WEB_COMMUNITY": "WebCommunity",
    "ARENA_SITE_ORIGIN": "SiteOrigin",
    "ARENA_WEB_TOKEN_SHA256": "WebTokenSha256",
}
"""The template's parameters that a variable fills."""
_SERVICES: Final = ("cloudformation", "s3", "dynamodb", "sqs", "lambda", "scheduler")
_BUCKET: Final = "packages"
_PACKAGE: Final = "empty.zip"


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
        made = [client(service, **arguments) for service in _SERVICES]
        self.stacks, self.files, self.dynamodb, self.sqs, self.functions, self.scheduler = self._clients = made

    def close(self) -> None:
        """Let go of every client."""
        for client in self._clients:
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
    """Make everything. The functions find ``variables`` where they look for them: in parameters, or in the secret.

    :raises NotMade: when CloudFormation could not make it.
    """
    made = stack.make(cloud.stacks, NAME, _led_here(read(), cloud), parameters(variables))
    for worker in WORKERS:
        cloud.functions.put_function_recursion_config(FunctionName=worker.full_name, RecursiveLoop="Allow")
    queues = {one.name: cloud.sqs.get_queue_url(QueueName=one.name)["QueueUrl"] for one in definitions(NAME)}
    # By path: names below localhost are not known to every system.
    return Deployment(f"{cloud.address}/_aws/execute-api/{made['ApiId']}/$default", made["TableName"], queues)


def _led_here(template: dict[str, Any], cloud: Cloud) -> dict[str, Any]:
    """The template whose functions take their code from this checkout: what ``sam package`` does to ``CodeUri``."""
    cloud.files.create_bucket(Bucket=_BUCKET)
    cloud.files.put_object(Bucket=_BUCKET, Key=_PACKAGE, Body=empty_package())
    for resource in template["Resources"].values():
        if resource["Type"] == FUNCTION:
            resource["Properties"]["CodeUri"] = f"s3://{_BUCKET}/{_PACKAGE}"
    template["Globals"]["Function"]["Environment"] = {"Variables": {"PYTHONPATH": python_path()}}
    numbers = {name: one["Default"] for name, one in template["Parameters"].items() if one["Type"] == "Number"}
    return {**template, "Resources": _with_numbers(template["Resources"], numbers)}


def _with_numbers(value: Any, numbers: Mapping[str, int]) -> Any:
    if isinstance(value, list):
        return [_with_numbers(one, numbers) for one in value]
    if isinstance(value, dict):
        if isinstance(name := value.get("Ref"), str) and name in numbers:
            return numbers[name]
        return {key: _with_numbers(one, numbers) for key, one in value.items()}
    return value


def parameters(variables: Mapping[str, str]) -> dict[str, str]:
    """The template's: what some of these variables fill, and a secret of all that the template does not set."""
    found = {parameter: variables[name] for name, parameter in PARAMETERS.items() if name in variables}
    made_here = {name for function in FUNCTIONS for name in function.variables}
    secret = {name: value for name, value in variables.items() if name not in made_here}
    key = sealing_key(bytes.fromhex(variables["ARENA_SECRET"]))
    level = settings.read(variables).log_level
    return {"Name": NAME, "SealingKey": key, "LogLevel": level, "Secret": json.dumps(secret), **found}


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


def empty_package() -> bytes:
    """A package that says where the code is imported from."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("README", f"The code is imported from {ROOT}.\n")
    return package.getvalue()
