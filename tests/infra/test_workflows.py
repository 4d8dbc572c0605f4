"""The workflows, held against actionlint with shellcheck, zizmor, and what they must keep to here."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from folders import ENVIRONMENTS, ROOT, TERRAFORM
from workflows import FILES, FOLDER, Workflow, faults, read

TOOLS: Final = ROOT / ".venv-workflows" / "bin"
ORDER: Final = ["dev", "staging", "prod"]
GOOD: Final = read(FOLDER / "deploy-environment.yml")


def tool(name: str, *arguments: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A tool of `make infra`, without a network or a token of GitHub's."""
    variables = {"PATH": os.defpath, "HOME": os.environ.get("HOME", "/"), "NO_COLOR": "1"}
    return subprocess.run(
        [TOOLS / name, *arguments], cwd=folder, capture_output=True, text=True, check=False, env=variables
    )


def actionlint(*files: Path) -> subprocess.CompletedProcess[str]:
    return tool("actionlint", "-no-color", "-pyflakes=", f"-shellcheck={TOOLS / 'shellcheck'}", *files)


def zizmor(where: Path) -> subprocess.CompletedProcess[str]:
    return tool("zizmor", "--offline", "--no-progress", "--strict-collection", where, folder=where)


def test_actionlint_and_shellcheck_find_nothing() -> None:
    done = actionlint(*FILES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_and_shellcheck_find_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    text = GOOD.text.replace("vars.DEPLOY_ROLE", "varz.DEPLOY_ROLE").replace('"$FOLDER/"', "$FOLDER/")
    assert text != GOOD.text
    wrong.write_text(text)
    said = actionlint(wrong).stdout
    assert 'undefined variable "varz"' in said
    assert "SC2086" in said


def test_zizmor_finds_nothing() -> None:
    done = zizmor(ROOT / ".github")
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_what_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    text = GOOD.text.replace("run: .venv/bin/python -m infra.deploy back", "run: echo ${{ github.head_ref }} ")
    assert text != GOOD.text
    (folder / "wrong.yml").write_text(text.replace("        with:\n          persist-credentials: false\n", ""))
    done = zizmor(tmp_path / ".github")
    assert done.returncode != 0
    assert "template-injection" in done.stdout
    assert "artipacked" in done.stdout


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_workflow_keeps_to_the_rules(file: Path) -> None:
    assert list(faults(read(file))) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (r"checkout@[0-9a-f]{40} # v6\.0\.2", "checkout@v6", "actions/checkout is not pinned"),
        (r"checkout@[0-9a-f]{40} # v6\.0\.2", "checkout@de0fac2 # v6.0.2", "actions/checkout is not pinned"),
        (r" # v6\.0\.2", "", "actions/checkout has no comment"),
        (r"role-to-assume: .*", "aws-access-key-id: AKIAIOSFODNN7EXAMPLE", "a stored key or secret"),
        (r"vars\.DEPLOY_ROLE", "secrets.DEPLOY_ROLE", "a stored key or secret"),
        (r"^permissions: \{\}", "permissions: write-all", "does not begin with"),
        (r"    permissions:\n( {6}.*\n)+", "", "does not say what it may do"),
        (r"    timeout-minutes: .*\n", "", "six hours"),
        (r"      id-token: write.*\n", "", "lacks id-token"),
        (r"    uses: aws-actions", "    uses: other", "a token that it does not use"),
        (r"role-to-assume: ", "role: ", "takes no role"),
        (r"  workflow_call:", "  workflow_dispatch:", "has no concurrency"),
    ],
)
def test_each_rule_can_be_broken(old: str, new: str, fault: str) -> None:
    text, count = re.subn(old, new, GOOD.text, flags=re.MULTILINE)
    assert count
    assert any(fault in one for one in faults(Workflow("wrong.yml", text))), list(faults(Workflow("wrong.yml", text)))


def test_an_action_is_the_same_commit_everywhere() -> None:
    found: dict[str, set[str]] = {}
    for file in FILES:
        for use in read(file).uses:
            found.setdefault(use.action, set()).add(f"{use.commit} {use.version}")
    assert {action: pins for action, pins in found.items() if len(pins) > 1} == {}


def test_environments_follow_one_another_and_are_those_of_the_terraform() -> None:
    jobs = read(FOLDER / "deploy.yml").jobs
    deploying = {
        name: job for name, job in jobs.items() if job.get("uses") == "./.github/workflows/deploy-environment.yml"
    }
    assert list(deploying) == [job["with"]["environment"] for job in deploying.values()] == ORDER
    assert [job["needs"] for job in deploying.values()] == ["keep", *ORDER[:-1]]
    assert jobs["keep"]["needs"] == "build"
    assert sorted(folder.name for folder in ENVIRONMENTS.iterdir()) == sorted(ORDER)
    assert read(FOLDER / "drift.yml").jobs["plan"]["strategy"]["matrix"]["environment"] == ORDER
    [deploy] = GOOD.jobs.values()
    assert deploy["environment"] == "${{ inputs.environment }}", "which is where GitHub asks somebody for approval"


def test_nothing_is_made_before_it_is_looked_at_and_what_fails_is_taken_back() -> None:
    [job] = GOOD.jobs.values()
    steps = {step.get("name", step.get("uses")): step for step in job["steps"]}
    order = ["Become the role", "Look before anything is made", "Apply", "Release", "Smoke", "Go back"]
    assert [name for name in steps if name in order] == order
    assert "infra.preflight" in steps["Look before anything is made"]["run"]
    assert "arena smoke" in steps["Smoke"]["run"]
    assert "infra.deploy back" in steps["Go back"]["run"]
    assert steps["Go back"]["if"] == "(failure() || cancelled()) && hashFiles('build/record.json') != ''"
    assert job["timeout-minutes"] * 60 < steps["Become the role"]["with"]["role-duration-seconds"]


def test_what_is_built_or_tested_meets_no_role() -> None:
    for file in FILES:
        for name, job in read(file).jobs.items():
            runs = " ".join(step.get("run", "") for step in job.get("steps", ()))
            if re.search(r"make (packages|test|torture)|\.ci/run|lock\.sh --upgrade", runs):
                assert set(job["permissions"].values()) == {"read"}, f"{name} of {file.name}"


def test_every_module_and_target_that_is_run_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    names = dict(re.findall(r"^([A-Z]+) := (\S+)$", makefile, re.MULTILINE))
    targets = {names.get(one.strip("$()"), one) for one in re.findall(r"^(\S+):(?!=)", makefile, re.MULTILINE)}
    targets = {one.replace("$(BIN)", names["BIN"]) for one in targets}
    for file in FILES:
        runs = read(file).runs
        for module in re.findall(r"-m ([\w.]+)", runs):
            assert importlib.util.find_spec(module), f"{file.name} runs {module}"
        for target in re.findall(r"^make (\S+)", runs, re.MULTILINE):
            assert target in targets, f"{file.name} makes {target}"


def test_one_terraform_deploys_and_ci_checks_the_oldest_and_that_one() -> None:
    deploying = set(re.findall(r"terraform_version: ([\d.]+)", "".join(read(file).text for file in FILES)))
    assert len(deploying) == 1
    oldest, newest = read(FOLDER / "ci.yml").jobs["terraform"]["strategy"]["matrix"]["terraform"]
    assert {newest} == deploying
    asked = re.findall(
        r'required_version = ">= ([\d.]+)"', "".join(file.read_text() for file in TERRAFORM.rglob("*.tf"))
    )
    assert all(_numbers(version) <= _numbers(oldest) for version in asked), "what ci.yml calls the oldest is too old"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def test_dependabot_looks_at_every_folder_that_asks_for_something() -> None:
    updates: list[dict[str, Any]] = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    looked: dict[str, set[Path]] = {}
    for update in updates:
        patterns = update.get("directories") or [update["directory"]]
        found = {path for pattern in patterns for path in [ROOT, *ROOT.glob(pattern.strip("/") or "*")]}
        looked.setdefault(update["package-ecosystem"], set()).update(found)
    assert {(ROOT / file).parent for file in tracked("*.tf")} <= looked["terraform"]
    packages = {(ROOT / file).parent for file in tracked("*package.json")}
    assert packages <= looked.get("npm", set()), "a package.json needs the ecosystem npm in dependabot.yml"
    assert {"github-actions", "pip"} <= looked.keys()


def test_every_lock_is_audited() -> None:
    runs = read(FOLDER / "audit.yml").runs
    assert "for lock in requirements*.lock" in runs
    assert "git ls-files '*package-lock.json'" in runs
    locks = [lock for lock in tracked("*.lock") if not lock.endswith(".terraform.lock.hcl")]
    assert len(locks) >= 4
    assert [lock for lock in locks if not (lock.startswith("requirements") and "/" not in lock)] == []


def tracked(pattern: str) -> list[str]:
    """The files of this repository that git knows."""
    done = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()
