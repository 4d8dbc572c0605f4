"""One issue an environment: opened, written anew, closed; and nothing in it but addresses and actions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.drift import Difference, body, differences, main, report

RUN = "https://github.com/o/r/actions/runs/1"


class Issues:
    """What ``gh`` is asked, and the issues that stand."""

    def __init__(self) -> None:
        self.open: dict[str, dict[str, str]] = {}
        self.labels: set[str] = set()
        self.closed: list[str] = []

    def __call__(self, arguments: Sequence[str]) -> str:
        verb, options = tuple(arguments[:2]), dict(zip(arguments[2::2], arguments[3::2], strict=False))
        match verb:
            case ("issue", "list"):
                assert options["--label"] == "drift"
                return json.dumps([{"number": int(n), "title": one["--title"]} for n, one in self.open.items()])
            case ("label", "create"):
                self.labels.add(arguments[2])
            case ("issue", "create"):
                assert options["--label"] in self.labels, "GitHub refuses a label that it does not know"
                self.open[str(len(self.open) + 7)] = options
            case ("issue", "edit"):
                self.open[arguments[2]] |= dict(zip(arguments[3::2], arguments[4::2], strict=True))
            case ("issue", "close"):
                self.closed.append(self.open.pop(arguments[2])["--title"])
            case other:
                pytest.fail(f"{other} is not expected")
        return ""


def plan(*changes: tuple[str, list[str]]) -> dict[str, Any]:
    return {
        "format_version": "1.2",
        "resource_changes": [
            {"address": address, "change": {"actions": actions, "before": {"arn": "arn:aws:iam::123456789012:role/r"}}}
            for address, actions in changes
        ],
    }


def test_what_a_plan_would_do_is_told_and_what_it_only_reads_is_not() -> None:
    found = differences(
        plan(
            ("aws_a.one", ["no-op"]),
            ("data.aws_b.two", ["read"]),
            ("aws_c.three", ["update"]),
            ('aws_d.four["web"]', ["delete", "create"]),
        )
    )
    assert found == [Difference("aws_c.three", "update"), Difference('aws_d.four["web"]', "delete and create")]
    assert differences({}) == []


def test_an_issue_is_opened_written_anew_and_closed() -> None:
    issues = Issues()
    report("dev", [Difference("a.b", "update")], RUN, issues)
    report("prod", [Difference("a.c", "delete")], RUN, issues)
    assert [one["--title"] for one in issues.open.values()] == ["Drift in dev", "Drift in prod"]
    report("dev", [Difference("a.d", "create")], RUN, issues)
    assert len(issues.open) == 2
    assert "`a.d`: create" in issues.open["7"]["--body"]
    assert "a.b" not in issues.open["7"]["--body"]
    assert report("dev", [], RUN, issues) == "Nothing differs in dev."
    assert issues.closed == ["Drift in dev"]
    assert report("dev", [], RUN, issues) == "Nothing differs in dev."


def test_no_value_of_a_plan_stands_in_an_issue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan(("aws_iam_role.r", ["update"]))))
    issues = Issues()
    assert main(["dev", "--plan", str(tmp_path / "plan.json"), "--run", RUN], issues) == 0
    assert "123456789012" not in json.dumps(issues.open)
    assert "1 differences in dev" in capsys.readouterr().out


def test_a_plan_of_everything_fits_into_an_issue() -> None:
    found = [Difference(f"module.arena.module.functions.aws_lambda_function.this[{n}]", "create") for n in range(900)]
    text = body("dev", found, RUN)
    assert len(text) < 65_536
    assert "and 700 more" in text
