"""A local AWS for tests: ministack on 127.0.0.1, one for each process of pytest, and microburst to spoil its answers.

Both live in an environment of their own (``make test`` makes ``.venv-aws``; ``ARENA_TEST_AWS_VENV`` names another),
since ministack pins botocore. Each is handed a socket that listens already: no port is lost to somebody else, and the
first request waits in the socket until the server takes it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from engine.queues.definitions import QueueDefinition
from infra.local import ministack

VENV_VARIABLE: Final = "ARENA_TEST_AWS_VENV"
REGION: Final = ministack.REGION
START_SECONDS: Final = 60.0
CAPPED: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=5, read_timeout=30, max_pool_connections=64
)
_MINISTACK: Final = ministack.SERVER
_MICROBURST: Final = """
import random, socket, sys
from aiohttp import web
from microburst.app import make_app
from microburst.core.pipeline import Microburst

@web.middleware
async def seeded(request, handler):
    if request.path != "/_seed":
        return await handler(request)
    random.seed(sys.argv[2])
    return web.json_response({})

app = make_app(Microburst(sys.argv[1]))
app.middlewares.append(seeded)
random.seed(sys.argv[2])
listener = socket.socket(fileno=int(sys.argv[3]))
web.run_app(app, sock=listener, print=None, shutdown_timeout=0)
"""


@dataclass
class LocalAws:
    """Where a local AWS answers, and clients for it: fake credentials, two attempts a call."""

    endpoint_url: str
    pid: int
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str, endpoint_url: str | None = None, config: Config = CAPPED) -> Any:
        """A new boto3 client, through ``endpoint_url`` when given (a proxy). The caller closes it."""
        return boto3.client(
            service,
            endpoint_url=endpoint_url or self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=ministack.CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ministack.CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=config,
        )

    def shared(self, service: str) -> Any:
        """The one client of that service that all tests of this process share."""
        if service not in self._clients:
            self._clients[service] = self.client(service)
        return self._clients[service]

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs for its own clients to come here."""
        return {"AWS_ENDPOINT_URL": self.endpoint_url, **ministack.CREDENTIALS}

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    @contextlib.contextmanager
    def table(self, definition: Mapping[str, Any]) -> Iterator[str]:
        """A fresh DynamoDB table of that definition (``create_table``'s arguments); its name is made here."""
        name = unique(str(definition.get("TableName", "table")))
        dynamodb = self.shared("dynamodb")
        dynamodb.create_table(**{**definition, "TableName": name})
        try:
            yield name
        finally:
            dynamodb.delete_table(TableName=name)

    @contextlib.contextmanager
    def queue(self, **attributes: str) -> Iterator[str]:
        """A fresh standard queue with those attributes; its address."""
        sqs = self.shared("sqs")
        url = sqs.create_queue(QueueName=unique("queue"), Attributes=attributes)["QueueUrl"]
        try:
            yield url
        finally:
            sqs.delete_queue(QueueUrl=url)

    def make(self, definitions: Iterable[QueueDefinition]) -> dict[str, str]:
        """Make these queues, each with the dead-letter queue that was made before it; their addresses by name."""
        sqs, urls = self.shared("sqs"), dict[str, str]()
        for one in definitions:
            attributes = dict(one.attributes)
            if one.redrive:
                policy = {"deadLetterTargetArn": self.arn(urls[one.redrive.dead_letters])}
                attributes["RedrivePolicy"] = json.dumps({**policy, "maxReceiveCount": one.redrive.max_receives})
            urls[one.name] = sqs.create_queue(QueueName=one.name, Attributes=attributes)["QueueUrl"]
        return urls

    def arn(self, queue_url: str) -> str:
        """What policies and event sources call that queue."""
        asked = self.shared("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        return asked["Attributes"]["QueueArn"]

    def redrive(self, dead_url: str, queue_url: str) -> None:
        """What StartMessageMoveTask does, which ministack does not know: dead letters are sent again, then deleted."""
        sqs = self.shared("sqs")
        while letters := sqs.receive_message(QueueUrl=dead_url, MaxNumberOfMessages=10).get("Messages"):
            for letter in letters:
                sqs.send_message(QueueUrl=queue_url, MessageBody=letter["Body"])
                sqs.delete_message(QueueUrl=dead_url, ReceiptHandle=letter["ReceiptHandle"])

    def size(self, queue_url: str) -> tuple[int, int]:
        """How many messages of that queue can be received, and how many are hidden."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.shared("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])


@dataclass(frozen=True)
class Faults:
    """A proxy before the local AWS. ``rules`` are microburst's: service, operation, probability, error, response …"""

    endpoint_url: str

    def set(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """From now on exactly these; no rule means no fault."""
        self._control("POST", "rules", list(rules))

    def fired(self) -> list[dict[str, Any]]:
        """What was done to whom, oldest first: the last thousand at most."""
        return self._control("GET", "fired?limit=1000")

    def forget(self) -> None:
        """As at the start: no rule, nothing fired, and the same chances again."""
        self.set([])
        self._control("DELETE", "fired")
        _ask(f"{self.endpoint_url}/_seed")

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        return _ask(f"{self.endpoint_url}/_microburst/{path}", method, body)


def unique(prefix: str) -> str:
    """A name that no other test has."""
    return f"{prefix}-{uuid.uuid4().hex}"


def python() -> Path:
    """The interpreter of the environment that holds ministack and microburst."""
    venv = Path(os.environ.get(VENV_VARIABLE) or Path(__file__).parents[1] / ".venv-aws")
    found = venv / "bin" / "python"
    if not found.exists():
        pytest.fail(f"{venv} does not hold the local AWS: run `make .venv-aws/.done`, or set {VENV_VARIABLE}")
    return found


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[LocalAws]:
    """Ministack in a process of its own, on a free port of 127.0.0.1 alone; it forgets everything at the end."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        port = listener.getsockname()[1]
        more = {"GATEWAY_PORT": str(port), "MINISTACK_HOST": ministack.HOST, "LOG_LEVEL": "WARNING"}
        arguments = [*_MINISTACK, f"fd://{listener.fileno()}"]
        process = ministack.start(python(), arguments, listener, folder, folder / "log", **more)
    aws = LocalAws(f"http://127.0.0.1:{port}", process.pid)
    with _ended(process, folder, f"{aws.endpoint_url}/_ministack/health"), contextlib.closing(aws):
        yield aws


@contextlib.contextmanager
def failing(aws: LocalAws, folder: Path, seed: int = 0) -> Iterator[Faults]:
    """Microburst before that local AWS; its chances come from ``seed`` and the order of the requests.

    Its address says ``localhost``: for a host with a dot in it, it reads the models of all services first: 6 s.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        faults = Faults(f"http://localhost:{listener.getsockname()[1]}")
        arguments = ["-c", _MICROBURST, aws.endpoint_url, str(seed), str(listener.fileno())]
        process = ministack.start(python(), arguments, listener, folder, folder / "log")
    with _ended(process, folder, f"{faults.endpoint_url}/_microburst/health"):
        yield faults


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes], folder: Path, health: str) -> Iterator[None]:
    """Wait until it answers; end it and what it has started by its process id, which is its group's too."""
    try:
        try:
            _ask(health)
        except (OSError, http.client.HTTPException) as error:
            pytest.fail(f"the local AWS did not start ({error}):\n{(folder / 'log').read_text()[-2000:]}")
        yield
    finally:
        ministack.end(process)


def _ask(url: str, method: str = "GET", body: Any = None) -> Any:
    """One request, past whatever proxy is set for this machine."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=START_SECONDS)
    with contextlib.closing(connection):
        connection.request(method, f"{parts.path}?{parts.query}", None if body is None else json.dumps(body))
        response = connection.getresponse()
        answer = response.read()
    if response.status != HTTPStatus.OK:
        raise OSError(f"{url} answered {response.status}: {answer.decode()}")
    return json.loads(answer)


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """The local AWS of this process of pytest, started for the first test that asks. Names in it must be unique."""
    with serving(tmp_path_factory.mktemp("aws")) as aws:
        yield aws


@pytest.fixture(scope="session")
def _aws_proxy(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faults]:
    with failing(local_aws, tmp_path_factory.mktemp("faults")) as faults:
        yield faults


@pytest.fixture
def aws_faults(_aws_proxy: Faults) -> Faults:
    """The proxy of this process of pytest, as new: without a fault until it is told, and with the same chances."""
    _aws_proxy.forget()
    return _aws_proxy
