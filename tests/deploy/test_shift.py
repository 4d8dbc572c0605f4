"""The shift to new versions, and the way back: real versions and aliases, CodeDeploy played by hand."""

from __future__ import annotations

import json

import pytest
from answered_aws import refused
from release_support import ALARM, Arena, Hands, codedeploy, ends

from infra.deploy.appspec import Move, appspec, revision
from infra.deploy.artifacts import digest
from infra.deploy.failures import NotBack, NotDeployed
from infra.deploy.shifting import SECONDS, live, moves, shift


def test_an_appspec_is_the_same_text_each_time_and_carries_its_hash() -> None:
    move = Move("arena-prod-turns", "3", "4")
    assert json.loads(appspec(move))["Resources"] == [
        {
            "arena-prod-turns": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Name": "arena-prod-turns",
                    "Alias": "live",
                    "CurrentVersion": "3",
                    "TargetVersion": "4",
                },
            }
        }
    ]
    assert revision(move) == revision(Move("arena-prod-turns", "3", "4"))
    assert revision(move)["appSpecContent"]["sha256"] == digest(appspec(move).encode())


def test_every_function_is_shifted_to_its_new_version_and_an_unchanged_one_left(arena: Arena, hands: Hands) -> None:
    with codedeploy(arena) as answered:
        shift(arena.account(answered, hands).clients, arena.name, arena.moves, hands.clock)
        groups = [one["deploymentGroupName"] for one in answered.called("CreateDeployment")]
    assert arena.live() == ["2", "2", "1"]
    assert groups == arena.names[:2]


def test_all_deployments_are_under_way_before_any_is_waited_for(arena: Arena, hands: Hands) -> None:
    with codedeploy(arena) as answered:
        shift(arena.account(answered, hands).clients, arena.name, arena.moves, hands.clock)
        order = [name for name, _ in answered.calls]
    assert order[:3] == ["CreateDeployment", "CreateDeployment", "GetDeployment"]


def test_a_function_whose_alarm_rings_brings_all_of_them_back(arena: Arena, hands: Hands) -> None:
    with codedeploy(arena, failing=ends(arena, "turns")) as answered, pytest.raises(NotDeployed) as said:
        shift(arena.account(answered, hands).clients, arena.name, arena.moves, hands.clock)
    assert ALARM in said.value.text
    assert arena.live() == ["1", "1", "1"], "discord had been shifted whole before turns failed"


def test_one_that_is_still_under_way_is_stopped_when_another_fails(arena: Arena, hands: Hands) -> None:
    with codedeploy(arena, failing=ends(arena, "turns"), never=ends(arena, "discord")) as answered:
        with pytest.raises(NotDeployed):
            shift(arena.account(answered, hands).clients, arena.name, arena.moves, hands.clock)
        stopped = [one["deploymentId"] for one in answered.called("StopDeployment")]
    assert stopped == ["d-0"], "and not the one by which CodeDeploy itself goes back"
    assert arena.live() == ["1", "1", "1"], "no tenth of the calls goes to the new version either"


def test_a_deployment_that_cannot_be_made_brings_back_those_that_were(arena: Arena, hands: Hands) -> None:
    with (
        codedeploy(arena, refusing=ends(arena, "turns")) as answered,
        pytest.raises(NotDeployed, match="DeploymentGroupDoesNotExist"),
    ):
        shift(arena.account(answered, hands).clients, arena.name, arena.moves, hands.clock)
    assert arena.live() == ["1", "1", "1"]


def test_a_deployment_that_never_ends_is_not_waited_for_for_ever(arena: Arena, hands: Hands) -> None:
    with (
        codedeploy(arena, never=ends(arena, "discord", "turns")) as answered,
        pytest.raises(NotDeployed, match="did not end within 2700 s"),
    ):
        shift(arena.account(answered, hands).clients, arena.name, arena.moves, hands.clock)
    assert SECONDS <= hands.seconds < SECONDS + 60
    assert arena.live() == ["1", "1", "1"]


def test_what_codedeploy_does_not_stop_is_said(arena: Arena, hands: Hands) -> None:
    with (
        codedeploy(arena, failing=ends(arena, "turns"), never=ends(arena, "discord"), stops=False) as answered,
        pytest.raises(NotBack, match="has not stopped d-0"),
    ):
        shift(arena.account(answered, hands).clients, arena.name, arena.moves, hands.clock)
    assert arena.live() == ["1", "1", "1"]


def test_a_function_that_cannot_be_led_back_is_named_and_the_others_are_back(arena: Arena, hands: Hands) -> None:
    with codedeploy(arena, failing=ends(arena, "turns")) as answered:
        planned = [*arena.moves, Move(f"{arena.name}-gone", "1", "2")]
        account = arena.account(answered, hands)
        answered.answers["CreateDeployment"] = refused("ThrottlingException")
        with pytest.raises(NotBack, match=f"{arena.name}-gone to version 1"):
            shift(account.clients, arena.name, planned, hands.clock)
    assert arena.live() == ["1", "1", "1"]


def test_an_environment_without_its_alias_says_what_to_do(arena: Arena) -> None:
    arena.functions.delete_alias(FunctionName=arena.names[0], Name="live")
    with pytest.raises(NotDeployed, match="apply the Terraform"):
        live(arena.functions, arena.names[0])
    with pytest.raises(NotDeployed, match="has no alias"):
        moves(arena.functions, {f"{arena.name}-gone": "1"})
