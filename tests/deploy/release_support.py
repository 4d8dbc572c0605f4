"""An arena to release on the local AWS: real versions, aliases, buckets. CodeDeploy, which is lacking, is played."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from answered_aws import Answer, Answered, refused
from local_aws import LocalAws, unique

from infra.deploy import site
from infra.deploy.appspec import Move
from infra.deploy.artifacts import digest
from infra.deploy.aws import Clock
from infra.deploy.release import Account
from infra.deploy.shifting import moves
from infra.local.deployment import empty_package

ALARM = "The alarm prod-webhook-slow is in ALARM."


@dataclass
class CodeDeploy:
    """Shifts aliases of the local AWS. ``failing`` are functions whose canary rings an alarm at the second look."""

    functions: Any
    failing: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    refusing: frozenset[str] = frozenset()
    stops: bool = True
    made: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answers(self) -> Mapping[str, Any]:
        return {
            "CreateDeployment": self._create,
            "GetDeployment": self._get,
            "ListDeployments": self._list,
            "StopDeployment": self._stop,
        }

    def _create(self, asked: Mapping[str, Any]) -> Answer:
        function = asked["deploymentGroupName"]
        assert function.startswith(asked["applicationName"])
        if function in self.refusing:
            return refused("DeploymentGroupDoesNotExistException")
        content = asked["revision"]["appSpecContent"]
        assert digest(content["content"].encode()) == content["sha256"]
        [resource] = json.loads(content["content"])["Resources"]
        name = f"d-{len(self.made)}"
        self.made[name] = {"status": "Created", "looks": 0, "creator": "user", **resource[function]["Properties"]}
        # The canary: a tenth of the calls go to the new version.
        self._alias(name, self.made[name]["CurrentVersion"], {self.made[name]["TargetVersion"]: 0.1})
        return {"deploymentId": name}

    def _get(self, asked: Mapping[str, Any]) -> Answer:
        one = self.made[asked["deploymentId"]]
        one["looks"] += 1
        if one["status"] in ("Created", "InProgress") and (one["Name"] not in self.never or one["creator"] != "user"):
            if one["looks"] == 1:
                one["status"] = "InProgress"
            elif one["Name"] in self.failing:
                one["status"], one["errorInformation"] = "Failed", {"code": "ALARM_ACTIVE", "message": ALARM}
            else:
                one["status"] = "Succeeded"
                self._alias(asked["deploymentId"], one["TargetVersion"], {})
        said = {key: one[key] for key in ("status", "creator", "errorInformation") if key in one}
        return {"deploymentInfo": {"deploymentId": asked["deploymentId"], **said}}

    def _list(self, asked: Mapping[str, Any]) -> Answer:
        function, statuses = asked["deploymentGroupName"], asked["includeOnlyStatuses"]
        found = [name for name, one in self.made.items() if one["Name"] == function and one["status"] in statuses]
        return {"deployments": found}

    def _stop(self, asked: Mapping[str, Any]) -> Answer:
        """As deployment groups are told to, what is stopped is rolled back by a deployment of CodeDeploy's own."""
        one = self.made[asked["deploymentId"]]
        assert one["creator"] == "user", "a rollback that is stopped leaves the alias where it is"
        if self.stops:
            one["status"] = "Stopped"
            back = {
                "creator": "codeDeployRollback",
                "status": "Created",
                "looks": 0,
                "TargetVersion": one["CurrentVersion"],
            }
            self.made[f"{asked['deploymentId']}-back"] = {**one, **back}
        return {"status": "Pending"}

    def _alias(self, name: str, version: str, weights: Mapping[str, float]) -> None:
        one = self.made[name]
        self.functions.update_alias(
            FunctionName=one["Name"],
            Name=one["Alias"],
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": dict(weights)},
        )


class Hands:
    """A clock that moves when somebody waits, and not else."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.clock = Clock(lambda: self.seconds, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Arena:
    """Three functions on the local AWS, live at version 1 and wanted at 2; the third has not changed."""

    aws: LocalAws
    name: str
    functions: Any

    @property
    def names(self) -> list[str]:
        return [f"{self.name}-{one}" for one in ("discord", "turns", "web")]

    def live(self) -> list[str]:
        found = (self.functions.get_alias(FunctionName=name, Name="live") for name in self.names)
        return [
            f"{one['FunctionVersion']}{one.get('RoutingConfig', {}).get('AdditionalVersionWeights') or ''}"
            for one in found
        ]

    @property
    def wanted(self) -> dict[str, str]:
        return dict(zip(self.names, ("2", "2", "1"), strict=True))

    @property
    def moves(self) -> list[Move]:
        return moves(self.functions, self.wanted)

    def account(self, answered: Answered, hands: Hands) -> Account:
        shared = self.aws.shared
        return Account(self.functions, answered.client, shared("s3"), shared("cloudfront"), hands.clock)


@pytest.fixture
def arena(local_aws: LocalAws) -> Arena:
    made = Arena(local_aws, unique("arena"), local_aws.shared("lambda"))
    for name in made.names:
        made.functions.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Role="arn:aws:iam::000000000000:role/arena",
            Handler="nothing.handler",
            Code={"ZipFile": empty_package()},
            Publish=True,
        )
        made.functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        if not name.endswith("web"):
            made.functions.update_function_configuration(FunctionName=name, Timeout=7)
            made.functions.publish_version(FunctionName=name)
    return made


@pytest.fixture
def hands() -> Hands:
    return Hands()


def codedeploy(arena: Arena, **how: Any) -> closing[Answered]:
    return closing(Answered("codedeploy", CodeDeploy(arena.functions, **how).answers()))


def ends(arena: Arena, *endings: str) -> frozenset[str]:
    return frozenset(f"{arena.name}-{ending}" for ending in endings)


@pytest.fixture
def buckets(local_aws: LocalAws) -> Iterator[tuple[str, str]]:
    s3, names = local_aws.shared("s3"), (unique("artifacts"), unique("site"))
    for name in names:
        s3.create_bucket(Bucket=name)
    yield names
    for name in names:
        for one in s3.list_objects_v2(Bucket=name).get("Contents", ()):
            s3.delete_object(Bucket=name, Key=one["Key"])
        s3.delete_bucket(Bucket=name)


@pytest.fixture
def distribution(local_aws: LocalAws) -> str:
    made = local_aws.shared("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": unique("site"),
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [{"Id": "s3", "DomainName": "site.s3.amazonaws.com"}]},
            "DefaultCacheBehavior": {"TargetOriginId": "s3", "ViewerProtocolPolicy": "redirect-to-https"},
        }
    )
    return str(made["Distribution"]["Id"])


def pages(folder: Path, files: Mapping[str, str]) -> bytes:
    """A site of these files and a page as an artifact; the manifest is as ``infra.site`` writes it."""
    described = []
    for name, text in {**files, "index.html": files.get("index.html", "<p>")}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        described.append({"path": name, "content_type": f"text/{name.rpartition('.')[2]}", "cache_control": "no-cache"})
    folder.with_name(f"{folder.name}-manifest.json").write_text(json.dumps({"files": described}))
    return site.pack(folder)
