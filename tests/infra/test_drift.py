"""Terraform, SAM and the code describe one arena: the same functions, queues, table, routes and permissions.

Each is evaluated to values (``terraform.py``, ``cloudformation.py``), which are compared. The tests below change one
thing in one of them, and the difference must be said.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import described_by_code
import described_by_sam
import described_by_terraform
import pytest
from cloudformation import Stack
from described import Described, differences
from drift_changes import OF_SAM, OF_TERRAFORM, Change
from folders import TERRAFORM
from terraform import Module
from terraform_blocks import assigned

from infra import functions
from infra.functions import TURNS
from infra.sam.template import TEMPLATE, read

ENVIRONMENTS: Final = ("dev", "staging", "prod")
MODEL: Final = "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-micro-v1:0"
ARCHITECTURES: Final = ("arm64", "x86_64")
# Everything that has a default which leaves a part out is asked for here, and what a host fills in is the same in both.
CHOSEN: Final[Mapping[str, Any]] = {
    "slack": True,
    "bedrock_model_arns": [MODEL],
    "site_domain_name": "arena.example",
    "hosted_zone_id": "Z0123456789",
    "web_token_sha256": "ab" * 32,
    "packages": {
        f"{package}-{machine}": f"{package}-{machine}"
        for package in ("discord", "slack", "worker")
        for machine in ARCHITECTURES
    },
}


def values(environment: str, folder: Path = TERRAFORM) -> dict[str, Any]:
    """What a host fills in."""
    return {**assigned(folder / "environments" / environment / "terraform.tfvars.example"), **CHOSEN}


@cache
def by_terraform(environment: str = "dev", folder: Path = TERRAFORM) -> Described:
    """An environment."""
    given = values(environment, folder)
    arena = Module(folder / "environments" / environment, given).module("arena")
    return described_by_terraform.described(arena, f"arena-{environment}")


@cache
def by_sam(environment: str = "dev", template: Path = TEMPLATE) -> Described:
    """The template with what that environment's host would fill in."""
    given = values(environment)
    parameters = {
        "Name": f"arena-{environment}",
        "SealingKey": given["sealing_key"],
        "DiscordPublicKey": given["discord_public_key"],
        "DiscordApplicationId": given["discord_application_id"],
        "WebCommunity": given["web_community"],
        "WebTokenSha256": given["web_token_sha256"],
        "SiteOrigin": f"https://{given['site_domain_name']}",
        "BedrockModels": MODEL,
    }
    return described_by_sam.described(Stack(read(template), parameters), parameters["Name"])


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_terraform_and_sam_say_the_same(environment: str) -> None:
    assert differences(by_terraform(environment), by_sam(environment), ("Terraform", "SAM")) == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_terraform_says_what_the_code_needs(environment: str) -> None:
    assert differences(described_by_code.described(), by_terraform(environment), ("the code", "Terraform")) == []


def test_sam_says_what_the_code_needs() -> None:
    assert differences(described_by_code.described(), by_sam(), ("the code", "SAM")) == []


def test_all_that_must_not_drift_is_compared() -> None:
    """A section that one lacks is not compared: these must be in both."""
    both = {
        *("functions", "architectures", "told", "aliases", "recursion", "sources", "routes", "called_by_api"),
        *("throttling", "schedule", "retries", "queues", "message_bytes", "table", "kept", "may", "logs"),
    }
    assert set(by_terraform()) == set(by_sam()) == both
    assert set(described_by_code.described()) == both - {
        *("architectures", "told", "called_by_api", "throttling", "retries", "message_bytes", "kept", "may", "logs"),
    }


@pytest.mark.parametrize(
    ("file", "change"),
    [pytest.param(file, one, id=name) for file, changes in OF_TERRAFORM.items() for name, one in changes.items()],
)
def test_what_is_changed_in_terraform_is_found(file: str, change: Change, tmp_path: Path) -> None:
    folder = tmp_path / "terraform"
    shutil.copytree(TERRAFORM, folder, ignore=shutil.ignore_patterns(".terraform"))
    _make(change, folder / file)
    found = differences(by_terraform(folder=folder), by_sam(), ("Terraform", "SAM"))
    assert [line for line in found if line.startswith(change.expected)], found


@pytest.mark.parametrize("change", OF_SAM.values(), ids=OF_SAM.keys())
def test_what_is_changed_in_sam_is_found(change: Change, tmp_path: Path) -> None:
    (template := tmp_path / "template.yaml").write_text(TEMPLATE.read_text())
    _make(change, template)
    found = differences(by_terraform(), by_sam(template=template), ("Terraform", "SAM"))
    assert [line for line in found if line.startswith(change.expected)], found


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (replace(TURNS, memory_mb=1024), "functions.turns.memory_mb: the code has 1024, SAM has 512"),
        (replace(TURNS, seconds=899), "functions.turns.seconds: the code has 899, SAM has 900"),
        (replace(TURNS, variables=(*TURNS.variables, "NEW")), "functions.turns.variables: the code alone has NEW"),
        (replace(TURNS, name="games"), "functions.games: the code has "),
    ],
    ids=["memory", "a timeout", "a new variable", "a new function"],
)
def test_what_the_code_alone_has_is_found(
    changed: functions.Function, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [one for one in functions.FUNCTIONS if one is not TURNS]
    monkeypatch.setattr(described_by_code, "FUNCTIONS", (*others, changed))
    found = differences(described_by_code.described(), by_sam(), ("the code", "SAM"))
    assert [line for line in found if line.startswith(expected)], found


def test_another_key_of_the_store_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def table(name: str) -> dict[str, Any]:
        found = original(name)
        found["GlobalSecondaryIndexes"][0]["KeySchema"][1]["AttributeName"] = "when"
        return found

    original = described_by_code.table
    monkeypatch.setattr(described_by_code, "table", table)
    assert differences(described_by_code.described(), by_terraform(), ("the code", "Terraform")) == [
        "table.indexes.newest.keys.RANGE: the code has when, Terraform has newest_sk"
    ]


def _make(change: Change, file: Path) -> None:
    text = file.read_text()
    assert change.old in text, f"{file.name} no longer holds {change.old!r}: change something else there"
    file.write_text(text.replace(change.old, change.new))
