"""The packages as they are built: those for this machine's architecture run as AWS runs them, with nothing beside them.

``make packages`` builds them first, from wheels that it fetches, and runs these tests.
"""

from __future__ import annotations

import hashlib
import json
import platform
import random
import sys
import time
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from local_aws import LocalAws
from platform_payloads import command, interaction, press, slash, start, typing
from runtime_api import function, runtime_api
from support import Cast, StandingClock
from support import start as start_duel
from watching_support import body_of, event, watched
from webhook_support import Webhooks, discord_request, slack_request

from bot.commands import Button
from bot.hub import Hub
from engine.arena import Arena
from engine.arena.context import Context
from engine.model import Status
from engine.queues.local import LocalQueue
from engine.queues.messages import Hop, encode
from engine.stores._dynamo_client import Client
from engine.stores._dynamo_keys import table
from engine.stores.dynamodb import DynamoStore
from infra.functions import WEB
from infra.package.__main__ import kept
from infra.package.building import build
from infra.package.closure import ROOT
from infra.package.contents import PACKAGES, Package
from infra.package.machines import ARCHITECTURES, Architecture, machine_of

pytestmark = pytest.mark.packages

OUT = ROOT / "build" / "packages"
RUNTIME = ("awslambdaric", "snapshot-restore-py", "simplejson")
HERE = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
PYTHON = (sys.executable, "-S")
"""Without the packages of this environment: what a zip lacks is missing."""
BY_NAME = {package.name: package for package in PACKAGES}
HANDLERS = {name: package.functions[0].handler for name, package in BY_NAME.items()}


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Lambda itself brings."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in RUNTIME:
        for file in metadata.distribution(name).files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(Path(str(file.locate())).read_bytes())
    return folder


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each package for this machine, as Lambda unpacks it."""
    folder = tmp_path_factory.mktemp("packages")
    for name in BY_NAME:
        with zipfile.ZipFile(OUT / f"{name}-{HERE}.zip") as archive:
            archive.extractall(folder / name)
    return {name: folder / name for name in BY_NAME}


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=list(ARCHITECTURES))
@pytest.mark.parametrize("package", PACKAGES, ids=list(BY_NAME))
def test_a_package_holds_binaries_for_its_machine_alone(package: Package, architecture: Architecture) -> None:
    name, machine = architecture.name, architecture.machine
    with zipfile.ZipFile(OUT / f"{package.name}-{name}.zip") as archive:
        found = {machine_of(archive.read(entry)) for entry in archive.namelist()} - {None}
    assert found == {machine}


def test_the_sums_are_those_of_the_packages() -> None:
    lines = (OUT / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == len(PACKAGES) * len(ARCHITECTURES)
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((OUT / name).read_bytes()).hexdigest() == digest
        bill = json.loads((OUT / name.replace(".zip", ".bom.json")).read_text())
        assert bill["metadata"]["component"]["hashes"][0]["content"] == digest


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=list(ARCHITECTURES))
def test_a_webhook_built_again_is_the_same(architecture: Architecture, tmp_path: Path) -> None:
    name = architecture.name
    for package in PACKAGES[:2]:
        again = build(package, architecture, kept(ROOT / "build" / "wheels", architecture), tmp_path, sys.executable)
        assert again.path.read_bytes() == (OUT / f"{package.name}-{name}.zip").read_bytes()


def test_discord_s_webhook_answers_whatever_members_do(
    webhooks: Webhooks, runtime: Path, unpacked: dict[str, Path]
) -> None:
    now = time.time()
    requests = [
        interaction(1, {}),
        start(),
        press(Button("", "duel", "move", {"duel": "d", "at": "0"})),
        press(Button("", "duel", "resign", {"duel": "d", "at": "0"}, confirm=True)),
        press(Button("", "predict", "stake", {"duel": "d", "result": "first"})),
        typing("start", "game", "ch"),
        typing("start", "first", "eng"),
        command("arena", "set", options=({"type": 3, "name": "name", "value": "pictures"},)),
    ]
    with (
        runtime_api() as api,
        function(api, HANDLERS["discord"], [unpacked["discord"], runtime], webhooks.environment, PYTHON),
    ):
        for request in requests:
            answer = api.invoke(discord_request(request, at=now))
            assert answer["statusCode"] == 200, answer


def test_slack_s_webhook_answers_whatever_members_do(
    webhooks: Webhooks, runtime: Path, unpacked: dict[str, Path]
) -> None:
    with (
        runtime_api() as api,
        function(api, HANDLERS["slack"], [unpacked["slack"], runtime], webhooks.environment, PYTHON),
    ):
        for text in ("start chess me me", "help", "nonsense"):
            assert api.invoke(slack_request(slash(text), at=time.time()))["statusCode"] == 200


async def test_the_web_function_shows_a_duel(local_aws: LocalAws, runtime: Path, unpacked: dict[str, Path]) -> None:
    async with watched(local_aws) as seen:
        with (
            runtime_api(60.0) as api,
            function(api, WEB.handler, [unpacked["worker"], runtime], seen.environment, PYTHON),
        ):
            for path in ["/health", *seen.addresses]:
                answer = api.invoke(event(path))
                assert answer["statusCode"] == 200, path
            assert body_of(api.invoke(event(f"/api/duels/{seen.over}/boards/1.png"))).startswith(b"\x89PNG")
            german = api.invoke(event("/api/session?lang=de"))
            assert "zusehen" in german["body"], "the translations are in the package"


async def test_a_worker_plays_a_duel_to_its_end(local_aws: LocalAws, runtime: Path, unpacked: dict[str, Path]) -> None:
    with local_aws.table(table("arena")) as name, local_aws.queue() as turns, local_aws.queue() as commands:
        client = Client(local_aws.shared("dynamodb"), name, StandingClock(), random.Random(0))
        store = DynamoStore(client)
        arena = Arena.over(Context(store, LocalQueue(), Cast(), StandingClock(), Hub(), bytes(32)))
        duel_id = (await start_duel(arena, "chess", "engine/random", "engine/novice")).duel_id
        environment = {
            **local_aws.environment,
            "ARENA_STORE": f"dynamodb:{name}",
            "ARENA_SECRET": "5e" * 32,
            "TURNS_QUEUE_URL": turns,
            "COMMANDS_QUEUE_URL": commands,
        }
        record = {"messageId": "m", "receiptHandle": "r", "body": encode([Hop(duel_id)])}
        with (
            runtime_api(60.0) as api,
            function(api, HANDLERS["worker"], [unpacked["worker"], runtime], environment, PYTHON),
        ):
            assert api.invoke({"Records": [record]}) == {"batchItemFailures": []}
        head = await store.head(duel_id)
    assert head is not None
    assert head.status is Status.OVER
