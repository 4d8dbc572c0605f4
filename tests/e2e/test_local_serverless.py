"""``make serverless`` and ``make deploy-local``: the SAM template deployed by CloudFormation, and a duel played on it.

A signed webhook goes through API Gateway, Lambda, SQS and DynamoDB to boards on Discord.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import local_aws
import pytest
from aiohttp import ClientSession
from loopback_discord import LoopbackDiscord
from loopback_discord.signing import signed

from infra.functions import ALIAS, AT_ONCE, DISCORD, FUNCTIONS, RUNTIME, SLACK, SWEEPER, WEB, WORKERS
from infra.local import environment, ministack, play, stack
from infra.local.deployment import Cloud, Deployment, cloud, deploy

SLACK_SECRET = "5ec2e7" * 5 + "00"
TIC_TAC_TOE = play.Asked("tic_tac_toe", "engine/perfect", "engine/random")


@dataclass
class Arena:
    """Everything that is deployed, and the Discord that it answers."""

    discord: LoopbackDiscord
    cloud: Cloud
    deployed: Deployment
    log: Path


@pytest.fixture
async def arena(tmp_path: Path) -> AsyncIterator[Arena]:
    log = tmp_path / "log"
    async with play.loopback() as discord:
        with ministack.serving(local_aws.python(), 0, log) as address, cloud(address) as made:
            variables = environment.passed_on({}, platforms=False) | play.variables(discord)
            variables["SLACK_SIGNING_SECRET"] = SLACK_SECRET
            yield Arena(discord, made, deploy(made, variables), log)


async def test_a_duel_started_by_a_signed_webhook_is_played_to_its_end(arena: Arena) -> None:
    shown: list[str] = []
    played = await play.play(
        arena.discord, arena.deployed.webhook(DISCORD), TIC_TAC_TOE, lambda text, _: shown.append(text)
    )
    assert "engine/perfect won." in played.board.seen
    answer, first, *_, last = shown
    assert "The duel begins" in answer
    assert "is thinking" in first
    assert "engine/perfect won." in last
    assert "board.png" in played.board.files
    assert 0 < played.acknowledged_seconds < played.seconds

    unknown = play.Asked("tic_tac_toe", "engine/nobody", "engine/random")
    with pytest.raises(play.NotPlayed, match="There is no Tic-Tac-Toe engine “nobody”"):
        await play.play(arena.discord, arena.deployed.webhook(DISCORD), unknown, lambda text, _: shown.append(text))

    ping = json.dumps({"type": 1, "id": "1", "application_id": str(arena.discord.world.application_id)}).encode()
    async with ClientSession() as session:
        address = arena.deployed.webhook(DISCORD)
        for headers, status in ((signed(ping), 200), (signed(ping + b" "), 401), ({}, 401)):
            async with session.post(address, data=ping, headers=headers) as response:
                assert response.status == status

    swept = await asyncio.to_thread(arena.cloud.functions.invoke, FunctionName=SWEEPER.full_name)
    assert "FunctionError" not in swept
    assert json.loads(swept["Payload"].read())["boards"] == 0
    await watched(arena)
    for name, url in arena.deployed.queues.items():
        counted = arena.cloud.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        assert counted["Attributes"]["ApproximateNumberOfMessages"] == "0", name
    assert " ERROR " not in arena.log.read_text()


async def watched(arena: Arena) -> None:
    """The duel that was played is there for a browser too, by a function that knows no secret."""
    functions = arena.cloud.functions
    told = functions.get_function_configuration(FunctionName=WEB.full_name)["Environment"]["Variables"]
    assert not [name for name in told if name.endswith(("SECRET", "TOKEN", "KEY", "QUEUE_URL"))]
    guild = next(iter(arena.discord.world.guilds))
    variables = {**told, "ARENA_WEB_COMMUNITY": f"discord:{guild}", "ARENA_SITE_ORIGIN": "https://arena.example"}
    await asyncio.to_thread(_publish, functions, variables)
    at, origin = arena.deployed.api_url, {"Origin": "https://arena.example"}
    async with ClientSession() as session:
        async with session.get(f"{at}/health") as answer:
            assert (await answer.json())["status"] == "ok"
        async with session.get(f"{at}/api/duels", headers=origin) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "https://arena.example"
            (duel,) = (await answer.json())["duels"]
            assert duel["seats"]["first"]["name"] == "engine/perfect"
        async with session.get(f"{at}/api/duels/{duel['id']}/boards/1.png") as answer:
            assert (await answer.read()).startswith(b"\x89PNG")
        async with session.head(f"{at}/api/duels") as answer:
            assert (answer.status, await answer.read()) == (200, b"")
        async with session.post(f"{at}/api/commands", json={"text": "/duel start"}) as answer:
            assert answer.status in (404, 405)


def _publish(functions: Any, variables: dict[str, str]) -> None:
    """A new version of the function for browsers, and the alias moved to it, as a deployment does."""
    functions.update_function_configuration(FunctionName=WEB.full_name, Environment={"Variables": variables})
    version = functions.publish_version(FunctionName=WEB.full_name)["Version"]
    functions.update_alias(FunctionName=WEB.full_name, Name=ALIAS, FunctionVersion=version)


async def test_a_slack_request_is_verified_with_the_secret_of_secrets_manager(arena: Arena) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "a challenge"})
    async with ClientSession() as session:
        for key, status in ((SLACK_SECRET, 200), ("0" * 32, 401)):
            moment = str(int(time.time()))
            signature = hmac.new(key.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
            headers = {"x-slack-request-timestamp": moment, "x-slack-signature": f"v0={signature}"}
            headers["content-type"] = "application/json"
            async with session.post(arena.deployed.webhook(SLACK), data=body, headers=headers) as response:
                assert response.status == status, await response.text()


async def test_what_the_template_says_is_what_is_deployed(arena: Arena) -> None:
    functions = arena.cloud.functions
    for function in FUNCTIONS:
        live = functions.get_function(FunctionName=function.full_name, Qualifier=ALIAS)["Configuration"]
        assert (live["Version"], live["Runtime"], live["Handler"]) == ("1", RUNTIME, function.handler)
        assert (live["Timeout"], live["MemorySize"]) == (function.seconds, function.memory_mb)
        assert set(live["Environment"]["Variables"]) == {*function.variables, "PYTHONPATH"}
        recursion = functions.get_function_recursion_config(FunctionName=function.full_name)
        assert recursion["RecursiveLoop"] == ("Allow" if function in WORKERS else "Terminate")
    for worker in WORKERS:
        name = f"{worker.full_name}:{ALIAS}"
        mappings = functions.list_event_source_mappings()["EventSourceMappings"]
        (mapping,) = [one for one in mappings if one["FunctionArn"].endswith(name)]
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": AT_ONCE}
        url = arena.deployed.queues[worker.full_name]
        wanted = ["RedrivePolicy", "VisibilityTimeout"]
        attributes = arena.cloud.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
        assert json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].endswith(f"{worker.full_name}-dead")
        assert int(attributes["VisibilityTimeout"]) >= 6 * worker.seconds
    (schedule,) = arena.cloud.scheduler.list_schedules()["Schedules"]
    assert schedule["Target"]["Arn"].endswith(f"{SWEEPER.full_name}:{ALIAS}")


def test_a_template_that_cannot_be_deployed_is_said_in_a_sentence(tmp_path: Path) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "no queue", "VisibilityTimeout": 99_999}}
    with ministack.serving(local_aws.python(), 0, tmp_path / "log") as address, cloud(address) as made:
        with pytest.raises(stack.NotMade, match=r"^CloudFormation did not make arena: Queue: .*VisibilityTimeout"):
            stack.make(made.stacks, "arena", {"Resources": {"Queue": queue}}, {})
        variables = environment.passed_on({"ARENA_WEB_COMMUNITY": "nowhere"}, platforms=False)
        with pytest.raises(stack.NotMade, match=r"^CloudFormation did not take the template: .*WebCommunity"):
            deploy(made, variables)


async def test_deploy_local_says_what_it_does_and_ends_everything() -> None:
    duel = ("--game", TIC_TAC_TOE.game, "--first", TIC_TAC_TOE.first, "--second", TIC_TAC_TOE.second)
    process = await started(*duel)
    try:
        async with asyncio.timeout(60):
            assert process.stdout is not None
            said = [await process.stdout.readline()]
            (group,) = children(process.pid)
            said += [line async for line in process.stdout]
            await process.wait()
    finally:
        await killed(process)
    text = b"".join(said).decode()
    assert "arena (CloudFormation, from infra/sam/template.yaml, made in " in text
    assert "engine/perfect won." in text
    assert "The duel is over: acknowledged after " in text.splitlines()[-1]
    assert process.returncode == 0
    assert members(group) == []


@pytest.mark.parametrize(
    ("ending", "moment", "processes"),
    [(signal.SIGINT, b"is thinking", 3), (signal.SIGTERM, b"Local AWS", 1)],
    ids=["while functions run", "while it starts"],
)
async def test_ending_it_ends_everything_that_it_started(ending: signal.Signals, moment: bytes, processes: int) -> None:
    process = await started()
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            lines = [await process.stdout.readline()]
            while moment not in lines[-1]:
                assert lines[-1] or not process.stdout.at_eof(), b"".join(lines)
                lines.append(await process.stdout.readline())
            (group,) = children(process.pid)
            assert len(members(group)) >= processes
            process.send_signal(ending)
            rest, _ = await process.communicate()
    finally:
        await killed(process)
    assert rest.decode().endswith("Everything has ended.\n")
    assert process.returncode == 130
    assert members(group) == []


async def started(*options: str) -> asyncio.subprocess.Process:
    """What `make deploy-local` runs, on a free port."""
    venv = str(local_aws.python().parents[1])
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infra.local", "--play", "--port", "0", "--venv", venv, *options),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )


async def killed(process: asyncio.subprocess.Process) -> None:
    """Ended, if a failure has left it running."""
    if process.returncode is None:
        process.kill()
        await process.wait()


def children(process: int) -> list[int]:
    """The processes that it started."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def members(group: int) -> list[int]:
    """The processes of a group that run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
